package candidate_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/interops"
)

// write puts files into a new folder and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWrittenTemplateLoads(t *testing.T) {
	for _, roles := range [][]candidate.Role{nil, {candidate.RoleProvider}, {candidate.RoleClient}} {
		dir := filepath.Join(t.TempDir(), "new")
		if err := candidate.Init(dir, candidate.InitOptions{Roles: roles}); err != nil {
			t.Fatal(err)
		}
		c, err := candidate.Load(filepath.Join(dir, "candidate.yaml"))
		if err != nil {
			t.Fatalf("roles %v: %v", roles, err)
		}
		want := []string{"fournisseur/A", "client/A"}
		if len(roles) == 1 {
			want = []string{string(roles[0]) + "/A"}
		}
		if got := c.Scope(); !slices.Equal(got, want) {
			t.Errorf("scope %v, want %v", got, want)
		}
		if c.Listen.Ports != candidate.FixedPorts || c.PKI.Dir != filepath.Join(dir, "pki") {
			t.Errorf("ports %+v, pki %q", c.Listen.Ports, c.PKI.Dir)
		}
		if err := candidate.Init(dir, candidate.InitOptions{}); !errors.Is(err, fs.ErrExist) {
			t.Errorf("second Init: %v, want fs.ErrExist", err)
		}
	}
	for _, roles := range [][]candidate.Role{{candidate.RoleMSSIMAP}, {candidate.RoleMSSSMTP, candidate.RoleMSSIMAP}, {candidate.RoleMSSOrganisation}, {candidate.RoleMSSIMAP, candidate.RoleMSSOrganisation}} {
		dir := t.TempDir()
		if err := candidate.Init(dir, candidate.InitOptions{Roles: roles}); err != nil {
			t.Fatal(err)
		}
		c := load(t, dir)
		if len(c.Scope()) != len(roles) || c.Listen.Ports != (candidate.Ports{Revocation: candidate.FixedPorts.Revocation}) || c.MSSante.PSC.Listen != candidate.FixedPSC {
			t.Errorf("roles %v: %v, %+v", roles, c.Scope(), c.Listen)
		}
		if want := []string{"localhost", "127.0.0.1", "::1", "mail.operateur.test.invalid"}; !slices.Equal(c.Hosts(), want) {
			t.Errorf("hosts %v, want %v", c.Hosts(), want)
		}
	}
	if err := candidate.Init(t.TempDir(), candidate.InitOptions{Roles: []candidate.Role{candidate.RoleMSSIMAP, candidate.RoleClient}}); err == nil {
		t.Error("Init of an operator and a gateway in one folder: no error")
	}
	if err := candidate.Init(t.TempDir(), candidate.InitOptions{Roles: []candidate.Role{"logiciel"}}); err == nil {
		t.Error("Init of an unknown role: no error")
	}
}

func TestShippedFiles(t *testing.T) {
	c := candidate.DefaultConvention()
	if p := c.Projects[0]; p.Name != "consultation" || p.Mode != interops.ModeA {
		t.Errorf("first project %q", p.Name)
	}
	for _, name := range candidate.ProfileNames() {
		p := candidate.DefaultProfile(name)
		if p == nil || p.Name != name || p.Legacy() != (name == "legacy") {
			t.Errorf("profile %s: %+v", name, p)
		}
		path := filepath.Join(write(t, map[string]string{"c.yaml": string(candidate.ConventionText())}), "c.yaml")
		if _, err := candidate.LoadConvention(path, p); err != nil {
			t.Errorf("convention under %s: %v", name, err)
		}
	}
	if candidate.DefaultProfile("none") != nil {
		t.Error("a profile of an unknown name")
	}
}
