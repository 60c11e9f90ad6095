package candidate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"text/template"
)

// FixedPorts are those that Init writes: a real gateway is configured once.
var FixedPorts = Ports{Provider: 8543, Client: 8544, Probe: 8545, Revocation: 8546}

// InitOptions says what Init writes.
type InitOptions struct {
	// Roles are those that the candidate will play; both when empty.
	Roles []Role
	// Ports are the harness's; FixedPorts when zero.
	Ports Ports
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
	for _, r := range o.Roles {
		if r != RoleProvider && r != RoleClient {
			return fmt.Errorf("write templates: role %q: want %s or %s", r, RoleProvider, RoleClient)
		}
	}
	text, err := render("candidate.yaml.tmpl", map[string]any{
		"Address": "127.0.0.1", "Ports": o.Ports,
		"Provider": slices.Contains(o.Roles, RoleProvider), "Client": slices.Contains(o.Roles, RoleClient),
	})
	if err != nil {
		return fmt.Errorf("write templates: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write templates: %w", err)
	}
	files := map[string][]byte{"candidate.yaml": text, conventionName: ConventionText()}
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
	t, err := template.New(name).Funcs(template.FuncMap{"q": quoted}).Parse(string(templateText(name)))
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
