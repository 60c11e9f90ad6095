package candidate

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"text/template"

	"etalon/internal/verdict"
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

// The errors of roles that no one folder serves.
var (
	errTwoConventions = verdict.Tell("les opérateurs d'une sphère et les rôles fournisseur et client ont des conventions différentes : faites deux dossiers", "the operators of a sphere and the roles fournisseur and client have different conventions: write two folders")
	errTwoProducts    = verdict.Tell("ces rôles sont de plusieurs produits : faites un dossier pour chacun", "these roles are of several products: write one folder for each")
)

// files are those that Init writes, by name.
func (o InitOptions) files() (map[string][]byte, error) {
	of := product(o.Roles[0])
	if slices.ContainsFunc(o.Roles, func(r Role) bool { return product(r) != of }) {
		return nil, errTwoProducts
	}
	switch of {
	case "interops":
		return o.gateway()
	case "mssante":
		return o.operator()
	}
	return o.single(o.Roles[0])
}

// aloneTemplates are the templates of the roles that have a file to themselves.
var aloneTemplates = map[Role]string{
	RolePSCAPI:           "apipsc.yaml.tmpl",
	RolePSCService:       "service-psc.yaml.tmpl",
	RoleLPS:              "lps.yaml.tmpl",
	RoleIdentityProvider: "fournisseur-identite.yaml.tmpl",
}

// single writes the file of a role that has one to itself.
func (o InitOptions) single(role Role) (map[string][]byte, error) {
	name, ok := aloneTemplates[role]
	if !ok {
		return nil, verdict.Tell("rôle « %s » : pas de modèle dans cette version", "role %q: no template in this version", role)
	}
	text, err := render(name, map[string]any{"Address": "127.0.0.1", "Ports": o.Ports, "Listening": Ports{Revocation: o.Ports.Revocation}.listening()})
	return map[string][]byte{"candidate.yaml": text}, err
}

// operator writes the file of an MSSanté operator.
func (o InitOptions) operator() (map[string][]byte, error) {
	sketch := sampleSketch()
	if !slices.Contains(o.Roles, RoleMSSIMAP) {
		sketch.IMAP = ""
	}
	if !slices.Contains(o.Roles, RoleMSSSMTP) {
		sketch.SMTP = ""
	}
	sketch.Organisation = slices.Contains(o.Roles, RoleMSSOrganisation)
	if slices.Contains(o.Roles, RoleMSSOperator) {
		sketch.Others = sampleOthers()
	}
	sketch.Revocation = o.Ports.Revocation
	text, err := sketch.Text()
	return map[string][]byte{"candidate.yaml": text}, err
}

// gateway writes the file of a gateway of InterOPS, and its convention.
func (o InitOptions) gateway() (map[string][]byte, error) {
	convention, err := o.convention()
	if err != nil {
		return nil, err
	}
	data := map[string]any{"Address": "127.0.0.1", "Ports": o.Ports, "Listening": o.Ports.listening()}
	for _, r := range o.Roles {
		key, known := roleKeys[r]
		if !known {
			return nil, verdict.Tell("rôle « %s » : attendu l'un de %v", "role %q: want one of %v", r, Roles())
		}
		data[key] = true
	}
	text, err := render("candidate.yaml.tmpl", data)
	return map[string][]byte{"candidate.yaml": text, conventionName: convention}, err
}

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

// Init writes a commented candidate.yaml, and for the roles of InterOPS a convention.yaml, into a folder, which it makes
// if needed. It overwrites nothing: it fails, wrapping fs.ErrExist and having written nothing, when one of them exists.
func Init(dir string, o InitOptions) error {
	if len(o.Roles) == 0 {
		o.Roles = []Role{RoleProvider, RoleClient}
	}
	if o.Ports == (Ports{}) {
		o.Ports = FixedPorts
	}
	files, err := o.files()
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return verdict.Tell("écriture des modèles : %s", "write templates: %s", err)
	}
	for name := range files {
		if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return verdict.Tell("écriture des modèles : %s : %s", "write templates: %s: %s", filepath.Join(dir, name), fs.ErrExist)
		}
	}
	for name, content := range files {
		if err := writeNew(filepath.Join(dir, name), content); err != nil {
			return verdict.Tell("écriture des modèles : %s", "write templates: %s", err)
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
