package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/stand"
)

// stubCommand plays one mock candidate alone.
type stubCommand struct {
	Role      string   `arg:"" help:"${role}"`
	Mode      string   `enum:"A,P,S,R," default:"" help:"${mode}"`
	Transport string   `enum:"proxy-post,browser-post,header,saml-header,jwt-bearer," default:"" help:"${transport}"`
	Flaw      []string `placeholder:"NOM" help:"${flaw}"`
	Dir       string   `placeholder:"DIR" help:"${dir}"`
}

// carriers are how a VI may travel in the modes that leave a choice.
var carriers = map[string][]string{
	"P": {string(candidate.ProxyPost), string(candidate.BrowserPost), string(candidate.HeaderTransport)},
	"R": {string(candidate.TokenSAML), string(candidate.TokenJWT)},
}

// Run starts the stub, prints its candidate file and serves until it is ended.
func (c *stubCommand) Run(ctx context.Context, s *streams) error {
	if c.Mode == "" { // the first in which the role has a mock candidate
		if known := stand.MockScopes(c.Role); len(known) > 0 {
			c.Mode = path.Base(known[0])
		}
	}
	role, scope := candidate.Role(c.Role), c.Role+"/"+c.Mode
	if len(stand.MockScopes(scope)) == 0 {
		return hinted{fmt.Errorf("play %s: no such mock candidate", strings.TrimSuffix(scope, "/")), "sandbox stub " + string(candidate.RoleProvider)}
	}
	if c.Transport != "" && !slices.Contains(carriers[c.Mode], c.Transport) {
		return hinted{fmt.Errorf("play %s: a VI does not travel there by %s", scope, c.Transport), "sandbox stub " + string(candidate.RoleClient) + " --mode P --transport header"}
	}
	for _, name := range c.Flaw {
		if !slices.ContainsFunc(stand.Flaws(scope), func(f stand.Flaw) bool { return f.Name == name }) && !stand.Behaviour(scope, name) {
			return hinted{fmt.Errorf("find flaw %q of %s: no such name", name, scope), "conformance list flaws"}
		}
	}
	if c.Dir == "" {
		dir, err := os.MkdirTemp("", "etalon-stub-")
		if err != nil {
			return err
		}
		c.Dir = dir
	} else if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return err
	}
	stub, err := c.start(role)
	if err != nil {
		return err
	}
	s.say("%s", "%s", stub.Candidate)
	<-ctx.Done()
	return stub.Close()
}

// start readies a PKI that the harness finds beside the candidate file, and the stub.
func (c *stubCommand) start(role candidate.Role) (*stand.Stub, error) {
	convention, _ := stand.ConventionOf(interops.Mode(c.Mode))
	profile := candidate.DefaultProfile("current")
	dir := filepath.Join(c.Dir, "pki")
	port, err := stand.FreePort()
	if err != nil {
		return nil, err
	}
	set, err := stand.NewPKI(convention, fmt.Sprintf("http://127.0.0.1:%d", port), false)
	if err != nil {
		return nil, err
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	if err := set.Save(dir); err != nil {
		return nil, err
	}
	if set, err = pki.Load(dir); err != nil {
		return nil, err
	}
	if err := os.Remove(filepath.Join(c.Dir, "traces.jsonl")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return stand.StartStub(stand.StubOptions{
		Role: role, Mode: interops.Mode(c.Mode), Transport: c.Transport, Flaws: c.Flaw, Dir: c.Dir, PKI: set, PKIDir: "pki", Convention: convention, Profile: profile,
		Seed: bench.NewSeed(), Ports: candidate.Ports{Revocation: port},
	})
}
