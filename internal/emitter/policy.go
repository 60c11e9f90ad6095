package emitter

import (
	"crypto/tls"
	"net/http"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
)

// Policy is what a party does at the places where any emitter may neglect something. Its flags and functions as
// Honest gives them neglect nothing.
type Policy struct {
	// On the link.
	PathExcused map[pki.PathKind]bool // troubles of the server's certificate that are overlooked
	TLS         func(*tls.Config)
	Redirect    func(*http.Request, []*http.Request) error
	Clear       bool // a partner that speaks no TLS is called in clear

	// On the VI.
	Signer  string                 // use of the credential that signs, whatever the convention says; empty: the one admitted
	VI      func(*interops.VI)     // after its honest content is made: the traces tell it
	Content func(*interops.VI)     // when it is encoded: the traces do not know
	Form    func(*saml.Form) error // before it is signed
	Signed  func(*saml.Form) error // after

	// On the traces.
	Untraced bool                                  // the VI leaves when its trace cannot be kept
	Dossier  func(pki.Credential, *interops.Trace) // adds to a record
	Record   func(*interops.Trace) bool            // false: forgotten
	Keep     func(*bench.TraceLog, interops.Trace) error
}

// Honest neglects nothing.
func Honest() Policy {
	return Policy{
		PathExcused: map[pki.PathKind]bool{},
		TLS:         func(*tls.Config) {},
		Redirect:    func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // T07
		VI:          func(*interops.VI) {},
		Content:     func(*interops.VI) {},
		Form:        func(*saml.Form) error { return nil },
		Signed:      func(*saml.Form) error { return nil },
		Dossier:     func(pki.Credential, *interops.Trace) {},
		Record:      func(*interops.Trace) bool { return true },
		Keep:        (*bench.TraceLog).Append,
	}
}

// Flaw is one neglect that any emitter can play.
type Flaw = bench.Flaw[Policy]

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*Policy)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}
