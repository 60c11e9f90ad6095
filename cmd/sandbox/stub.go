package main

import (
	"context"
	"os"
	"path"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/stand"
	"etalon/internal/verdict"
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
		return hinted{verdict.Tell("%s : aucun candidat d'essai de ce nom", "play %s: no such mock candidate", strings.TrimSuffix(scope, "/")), "sandbox stub " + string(candidate.RoleProvider)}
	}
	if c.Transport != "" && !slices.Contains(carriers[c.Mode], c.Transport) {
		return hinted{verdict.Tell("%s : un VI n'y voyage pas par %s", "play %s: a VI does not travel there by %s", scope, c.Transport), "sandbox stub " + string(candidate.RoleClient) + " --mode P --transport header"}
	}
	for _, name := range c.Flaw {
		if !slices.ContainsFunc(stand.Flaws(scope), func(f stand.Flaw) bool { return f.Name == name }) && !stand.Behaviour(scope, name) {
			return hinted{verdict.Tell("--flaw %s : %s n'a pas de défaut de ce nom", "find flaw %q of %s: no such name", name, scope), "conformance list flaws"}
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
	stub, err := stand.StartAlone(stand.StubOptions{
		Role: role, Mode: interops.Mode(c.Mode), Transport: c.Transport, Flaws: c.Flaw, Dir: c.Dir, Seed: bench.NewSeed(),
	})
	if err != nil {
		return err
	}
	s.say("%s", "%s", stub.Candidate)
	<-ctx.Done()
	return stub.Close()
}
