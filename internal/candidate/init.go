package candidate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/template"
)

// InitOptions says what Init writes.
type InitOptions struct {
	// Roles are those that the candidate will play; fournisseur and client when empty.
	Roles []Role
	// Ports are the harness's; FixedPorts when zero.
	Ports Ports
}

// roleKeys are the names by which the template knows the roles.
var roleKeys = map[Role]string{
	RoleProvider: "Provider", RoleClient: "Client",
	RoleIdentification: "Identification", RoleAuthentication: "Authentication", RoleService: "Service",
}

// errTwoConventions tells that no sample convention serves all the roles.
var errTwoConventions = errors.New("the operators of a sphere and the roles fournisseur and client have different conventions: write two folders")

// convention returns the sample convention of the roles: the bilateral one, or the sphere.
func (o InitOptions) convention() ([]byte, error) {
	bilateral := 0
	for _, r := range o.Roles {
		if r == RoleProvider || r == RoleClient {
			bilateral++
		}
	}
	switch bilateral {
	case len(o.Roles):
		return SampleText(conventionName), nil
	case 0:
		return SampleText(sphereName), nil
	}
	return nil, errTwoConventions
}

// Init writes a commented candidate.yaml and convention.yaml into a folder, which it makes if needed.
// It overwrites nothing: it fails, wrapping fs.ErrExist and having written nothing, when one of the two exists.
func Init(dir string, o InitOptions) error {
	if len(o.Roles) == 0 {
		o.Roles = []Role{RoleProvider, RoleClient}
	}
	if o.Ports == (Ports{}) {
		o.Ports = FixedPorts
	}
	convention, err := o.convention()
	if err != nil {
		return fmt.Errorf("write templates: %w", err)
	}
	data := map[string]any{"Address": "127.0.0.1", "Ports": o.Ports, "Listening": o.Ports.listening()}
	for _, r := range o.Roles {
		key, known := roleKeys[r]
		if !known {
			return fmt.Errorf("write templates: role %q: want one of %v", r, Roles())
		}
		data[key] = true
	}
	text, err := render("candidate.yaml.tmpl", data)
	if err != nil {
		return fmt.Errorf("write templates: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write templates: %w", err)
	}
	files := map[string][]byte{"candidate.yaml": text, conventionName: convention}
	for name := range files {
		if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("write templates: %s: %w", filepath.Join(dir, name), fs.ErrExist)
		}
	}
	for name, content := range files {
		if err := writeNew(filepath.Join(dir, name), content); err != nil {
			return fmt.Errorf("write templates: %w", err)
		}
	}
	return nil
}

// writeNew writes a file that must not exist.
func writeNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// render fills a template; q writes any value as JSON, which is YAML too.
func render(name string, data any) ([]byte, error) {
	t, err := template.New(name).Funcs(template.FuncMap{"q": quoted, "modeOf": Declared.mode}).Parse(string(templateText(name)))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, data)
	return b.Bytes(), err
}

func quoted(v any) (string, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return string(bytes.TrimSpace(b.Bytes())), err
}
