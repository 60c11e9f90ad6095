package candidate

import (
	"fmt"
	"os"
)

// StubCandidate is the declaration of a mock candidate that runs, so that it can be driven like any other.
type StubCandidate struct {
	Name, Version string
	// Convention and Profile are as in a candidate file: a path, or for Profile a shipped name; the
	// shipped ones when empty. PKIDir is the folder of a lasting test PKI; none when empty.
	Convention, Profile, PKIDir string
	// Provider and Client are the roles that it plays; nil when not.
	Provider, Client *StubRole
	// Address and Ports are where the harness will listen; loopback and any free port when zero.
	Address string
	Ports   Ports
}

// StubRole is where a mock candidate is reached in one role.
type StubRole struct {
	Organism         string // of the convention; by default as in a candidate file
	Project, Service string
	// URL is the endpoint (provider) or the application URL (client) of the main service, Services those
	// of the others by name.
	URL      string
	Services map[string]string
	Identity Identity // client only
	Backend  Backend  // provider only
	// Users are the client's; those of the harness when empty.
	Users        []StubUser
	Traces       string // file
	Clock        string // URL
	Logs         []string
	Verbs        map[Verb]string // URLs
	SkewSeconds  *int
	Capabilities map[Capability]bool
}

// StubUser is one line of users; see User.
type StubUser struct {
	ID            string              `json:"id"`
	Count         int                 `json:"count,omitempty"`
	Class         string              `json:"class,omitempty"`
	Authenticated *bool               `json:"authenticated,omitempty"`
	Rights        map[string][]string `json:"rights,omitempty"`
}

// Write writes the candidate file, over an older one.
func (s StubCandidate) Write(path string) error {
	if s.Address == "" {
		s.Address = "127.0.0.1"
	}
	text, err := render("stub.yaml.tmpl", struct {
		StubCandidate
		Listening any
	}{s, s.Ports.listening()})
	if err == nil {
		err = os.WriteFile(path, text, 0o644)
	}
	if err != nil {
		return fmt.Errorf("write candidate file: %w", err)
	}
	return nil
}

// listening returns the ports as the file writes them: those that are fixed, or auto.
func (p Ports) listening() any {
	fixed := map[string]int{}
	for _, n := range p.named() {
		if n.number != 0 {
			fixed[n.name] = n.number
		}
	}
	if len(fixed) == 0 {
		return "auto"
	}
	return fixed
}
