// Package identification is the mock opérateur d'identification of InterOPS-S: it identifies persons by the means that
// the convention declares, and commits to that, towards the authentication operator of their choice, by a signed context
// token. It is honest by default, and neglectful by name.
//
// It authenticates nobody and opens no service: that is the business of the other operators. It is no product: its keys
// say TEST.
package identification

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/interops"
)

// Config says which operator to play.
type Config struct {
	Bench *bench.Bench
	// Organism is the Organism.Name of the operator, a member of the convention's sphere.
	Organism string
	// Listen is the address of its pages, Manage that of the gestures; "127.0.0.1:0" when empty.
	Listen, Manage string
	// Host is the name by which browsers call the pages, without port; that of Listen when empty.
	Host string
	// Credential is the pki name of its TLS certificate; Organism+"/tls" when empty.
	Credential string
	// Operators are the addresses at which authentication operators take context tokens, by Organism.Name.
	Operators map[string]string
	// Accounts are the persons whom the operator can identify.
	Accounts []Account
	// Traces keeps the record of every token made and sent; without it nothing leaves (X06).
	Traces *bench.TraceLog
	// Log is the operator's log: it never gets a whole token. Discarded when nil.
	Log *slog.Logger
	// Flaws are the names of the neglects to play; see Flaws.
	Flaws []string
}

// Account is a person known to the operator. Its Class is not looked at.
type Account = emitter.Account

// Operator is a running mock identification operator. Persons are sent to /identification?operator=<name>, identify
// themselves at /login and leave by /logout.
type Operator struct {
	config   Config
	policy   policy
	party    *emitter.Party
	member   interops.Member
	sessions emitter.Sessions[*session]
	front    *emitter.Front
}

// role is the word of the traces for an identification operator.
const role = "operateur-identification"

// Start makes the operator listen and serve until Close. It refuses an organism that is no identification operator of
// the convention's sphere or that has no key in the test PKI, an address that is not https, an unknown flaw or
// credential, a person without secret, and an address that is taken.
func Start(c Config) (*Operator, error) {
	o, err := prepare(c)
	if err == nil {
		o.front, err = o.party.OpenFront(emitter.FrontConfig{
			Listen: c.Listen, Manage: c.Manage, Host: c.Host, Credential: o.config.Credential, Log: o.config.Log,
		})
	}
	if err != nil {
		return nil, fmt.Errorf("start identification operator %q: %w", c.Organism, err)
	}
	o.front.Serve(o.party, o.routes(), emitter.Gestures{
		"logout":  func(s emitter.Subject) { o.sessions.End(func(one *session) bool { return one.person.ID == s.User }) },
		"restart": func(emitter.Subject) { o.sessions.End(func(*session) bool { return true }) },
	})
	return o, nil
}

// prepare checks the configuration and fills its defaults.
func prepare(c Config) (*Operator, error) {
	if c.Credential == "" {
		c.Credential = c.Organism + "/tls"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	o := &Operator{config: c}
	var err error
	if o.policy, err = policyOf(c.Flaws); err != nil {
		return nil, err
	}
	o.party, err = emitter.NewParty(emitter.Config{
		Bench: c.Bench, Organism: c.Organism, Role: role, Mode: interops.ModeS, Traces: c.Traces, Policy: &o.policy.Policy,
	})
	if err != nil {
		return nil, err
	}
	o.member, _ = c.Bench.Convention.Sphere.Member(c.Organism)
	if !o.member.Plays(interops.IdentificationOperator) || len(o.member.Identification) == 0 {
		return nil, errors.New("find means: the organism is no identification operator of the sphere, or declares no means")
	}
	return o, o.check()
}

// check refuses addresses and persons with which nobody could be identified soundly.
func (o *Operator) check() error {
	for name, address := range o.config.Operators {
		if u, err := url.Parse(address); err != nil || u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("read address of operator %q: %q: want https://host:port/path", name, address)
		}
	}
	for _, a := range o.config.Accounts {
		if a.ID == "" || a.Secret == "" {
			return fmt.Errorf("read person %q: want an identifier and a secret", a.ID)
		}
		for _, name := range a.Means {
			if !slices.ContainsFunc(o.member.Identification, func(m interops.Means) bool { return m.Name == name }) {
				return fmt.Errorf("read person %q: the operator does not offer the means %q", a.ID, name)
			}
		}
	}
	return nil
}

// Close stops listening, ends every connection and waits for the servers.
func (o *Operator) Close() error {
	err := o.front.Close()
	o.party.Close()
	if err != nil {
		return fmt.Errorf("stop identification operator %q: %w", o.config.Organism, err)
	}
	return nil
}

// URL is the address of a page: PathIdentification, PathLogin or PathLogout.
func (o *Operator) URL(path string) string { return o.front.URL(path) }

// Link is the address from which a person leaves, identified, for an authentication operator.
func (o *Operator) Link(operator string) string {
	return o.front.URL(PathIdentification + "?" + url.Values{FieldOperator: {operator}}.Encode())
}

// ManageURL is the address of a gesture, or of "clock".
func (o *Operator) ManageURL(gesture string) string { return o.front.ManageURL(gesture) }
