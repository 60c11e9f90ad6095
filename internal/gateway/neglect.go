package gateway

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// Neglect is what a gateway overlooks in any mode: on its links, of the messages and in its records. The zero value
// overlooks nothing.
type Neglect struct {
	PathExcused map[pki.PathKind]bool // troubles of the client's certificate
	Anonymous   bool                  // a link without client certificate is taken
	Unlisted    bool                  // any trusted certificate is taken
	ClearHTTP   bool                  // calls without TLS are taken
	TLS         []func(*tls.Config)   // what is changed of the settings, in order

	unseen  []condition                  // findings that are not seen
	touches []func(*interops.Trace) bool // what becomes of a record, in order; false forgets it
}

// Flaw is a neglect of whoever receives VIs, in any mode. Its May leaves out the requirements of the effect, which each
// mode has its own for; requirements of other modes do not count.
type Flaw = bench.Flaw[Neglect]

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*Neglect)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// Arrival is what a gateway knows of a message, and of whom it comes from, when it looks at what is wrong with it.
type Arrival struct {
	Findings   []verdict.Finding // all of the message
	Convention *interops.Convention
	Client     interops.Organism // that of the VI
	Peer       *x509.Certificate // nil without client certificate
	Header     http.Header
	Now        time.Time // protocol time
}

// Overlooks tells whether a finding of a message is not seen.
func (n Neglect) Overlooks(f verdict.Finding, a Arrival) bool {
	return slices.ContainsFunc(n.unseen, func(blind condition) bool { return blind(f, a) })
}

// overlook makes a gateway blind to those findings of the rules for which a condition holds; to all of them when it is
// nil.
func (n *Neglect) overlook(only condition, rules ...string) {
	n.unseen = append(n.unseen, func(f verdict.Finding, a Arrival) bool {
		return slices.Contains(rules, f.Rule) && (only == nil || only(f, a))
	})
}

// Keeps touches a record as the neglects have it, and tells whether it is kept at all.
func (n Neglect) Keeps(t *interops.Trace) bool {
	for _, touch := range n.touches {
		if !touch(t) {
			return false
		}
	}
	return true
}

// condition keeps a blindness to some findings: a wrong comparison, a case that was forgotten.
type condition func(verdict.Finding, Arrival) bool

// blindness overlooks the findings of some rules. must and may are requirements, separated by spaces.
func blindness(name, must, may, fr, en string, rules ...string) Flaw {
	return condition(nil).blindness(name, must, may, fr, en, rules...)
}

func (only condition) blindness(name, must, may, fr, en string, rules ...string) Flaw {
	return neglecting(name, must, may, fr, en, func(n *Neglect) { n.overlook(only, rules...) })
}
