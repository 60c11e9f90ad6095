package candidate

import (
	"os"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// StubCandidate is the declaration of a mock candidate that runs, so that it can be driven like any other.
type StubCandidate struct {
	Name, Version string
	// Convention and Profile are as in a candidate file: a path, or for Profile a shipped name; the
	// shipped ones when empty. PKIDir is the folder of a lasting test PKI; none when empty.
	Convention, Profile, PKIDir string
	// The roles that it plays; nil when not.
	Provider, Client                        *StubRole
	Identification, Authentication, Service *StubRole
	// MSSante is the block of that name, and MSSIMAP and MSSSMTP the interfaces; nil when not.
	MSSante          *MSSante
	MSSIMAP, MSSSMTP *MSSInterface
	MSSOperator      *MSSOperator
	MSSOrganisation  *MSSOrganisation
	// The role around Pro Santé Connect that it plays alone; nil when not.
	LPS              *LPS
	IdentityProvider *IdentityProvider
	PSCService       *PSCService
	PSCAPI           *PSCAPI
	// Address and Ports are where the harness will listen; loopback and any free port when zero.
	Address string
	Ports   Ports
}

// StubRole is where a mock candidate is reached in one role, in each mode that it plays there.
type StubRole struct {
	Organism string // of the convention; by default as in a candidate file
	// Project, Service, URL and Services are those of mode A: the endpoint (provider) or the application URL (client) of
	// the main service, and of the others by name. No mode A when URL is empty.
	Project, Service string
	URL              string
	Services         map[string]string
	// Modes are the others that it plays, as a candidate file declares them.
	Modes    []Declared
	Identity Identity // client only
	Backend  Backend  // provider and service operator only
	// Users are those of the client or the operator; those of the harness when empty.
	Users        []StubUser
	Traces       string // file
	Exchange     string // URL; see Traces.Exchange
	Clock        string // URL
	Logs         []string
	Verbs        map[Verb]string // URLs
	SkewSeconds  *int
	Capabilities map[Capability]bool
}

// Declared is what a candidate file says of one mode of a role: ProviderP, ProviderR, ClientP, ClientR,
// IdentificationS, AuthenticationS or ServiceS.
type Declared interface{ mode() interops.Mode }

func (ProviderP) mode() interops.Mode       { return interops.ModeP }
func (ClientP) mode() interops.Mode         { return interops.ModeP }
func (ProviderR) mode() interops.Mode       { return interops.ModeR }
func (ClientR) mode() interops.Mode         { return interops.ModeR }
func (IdentificationS) mode() interops.Mode { return interops.ModeS }
func (AuthenticationS) mode() interops.Mode { return interops.ModeS }
func (ServiceS) mode() interops.Mode        { return interops.ModeS }

// StubUser is one line of users; see User.
type StubUser struct {
	ID            string              `json:"id"`
	Secret        string              `json:"secret,omitempty"`
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
		return verdict.Tell("écriture du fichier de candidat : %s", "write candidate file: %s", err)
	}
	return nil
}
