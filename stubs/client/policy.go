package client

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
)

// policy is what the gateway does at the places where one may neglect something. The zero flags and the
// functions of honest neglect nothing.
type policy struct {
	// On the link.
	pathExcused map[pki.PathKind]bool // troubles of the server's certificate that are overlooked
	tls         func(*tls.Config)
	redirect    func(*http.Request, []*http.Request) error
	clear       bool // a partner that speaks no TLS is called in clear

	// On who calls, and for what.
	inForce  func(interops.Project, time.Time) bool
	identity func(*Gateway, *call, caller, error) (caller, error)
	entitled func(*Gateway, *call) bool

	// On the VI and its life.
	signer  string                  // use of the credential that signs, whatever the convention says; empty: the one admitted
	key     func(vaultKey) vaultKey // what a kept VI is found by
	usable  func(vi interops.VI, now time.Time, skew time.Duration) bool
	hoards  bool                                 // kept VIs survive a withdrawn right and a logout
	vi      func(*call, *interops.VI)            // after its honest content is made
	present func(*call, interops.VI) interops.VI // which VI leaves, once the call's own is ready
	ended   func(*call)
	content func(*interops.VI)            // when it is encoded: the traces do not know
	form    func(*call, *saml.Form) error // before it is signed
	signed  func(*saml.Form) error        // after

	// On what leaves.
	deaf          bool // no VI is ever made
	naked         bool // a call leaves without one while the token service is down
	nakedRetry    bool // and once more after a refusal
	keepsSecurity bool // of the application
	copiesVI      bool // into the address
	forward       func(http.Header, *http.Request)
	body          func([]byte) []byte
	sent          func(*Gateway, *call, []byte)

	// On what comes back.
	retries             int  // renewals after vi:InvalidVI
	endless             bool // every technical fault is tried again
	keepsRefused        bool // with the VI that was refused
	keepsAnswerSecurity bool
	relay               func(*reply)               // the partner's answer, before the application gets it
	refusal             func(own *reply, by reply) // the gateway's answer in place of a technical fault
	answers             func(*http.Request) *reply // before the call is looked at, unless nil

	// On the traces.
	untraced bool                         // the call goes on when its trace cannot be kept
	dossier  func(*call, *interops.Trace) // adds to a record
	record   func(*interops.Trace) bool   // false: forgotten
	keep     func(*bench.TraceLog, interops.Trace) error
}

// honest neglects nothing.
func honest() policy {
	return policy{
		pathExcused: map[pki.PathKind]bool{},
		tls:         func(*tls.Config) {},
		redirect:    func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // T07
		inForce:     interops.Project.InForce,
		identity:    (*Gateway).admit,
		entitled:    (*Gateway).entitled,
		key:         func(k vaultKey) vaultKey { return k },
		usable: func(vi interops.VI, now time.Time, skew time.Duration) bool {
			return now.Before(vi.NotOnOrAfter.Add(-skew)) // L01
		},
		vi:      func(*call, *interops.VI) {},
		present: func(_ *call, vi interops.VI) interops.VI { return vi },
		ended:   func(*call) {},
		content: func(*interops.VI) {},
		form:    func(*call, *saml.Form) error { return nil },
		signed:  func(*saml.Form) error { return nil },
		forward: func(http.Header, *http.Request) {},
		body:    func(b []byte) []byte { return b },
		sent:    func(*Gateway, *call, []byte) {},
		retries: 1,
		relay:   func(*reply) {},
		refusal: func(*reply, reply) {},
		answers: func(*http.Request) *reply { return nil },
		record:  func(*interops.Trace) bool { return true },
		dossier: func(*call, *interops.Trace) {},
		keep:    (*bench.TraceLog).Append,
	}
}

// policyOf returns the honest policy with the neglects of that name.
func policyOf(names []string) (policy, error) {
	p := honest()
	known := slices.Concat(Flaws(), Behaviours())
	for _, name := range names {
		i := slices.IndexFunc(known, func(f Flaw) bool { return f.Name == name })
		if i < 0 {
			return p, fmt.Errorf("find flaw %q: no such name; the flaws are %s", name, strings.Join(flawNames(known), ", "))
		}
		known[i].neglect(&p)
	}
	return p, nil
}

func flawNames(flaws []Flaw) []string {
	names := make([]string, len(flaws))
	for i, f := range flaws {
		names[i] = f.Name
	}
	return names
}
