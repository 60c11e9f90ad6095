package authentication

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/verdict"
)

// policy is what the operator does at the places where one may neglect something. The zero flags and the functions of
// honest neglect nothing.
type policy struct {
	answers func(*call) bool // takes the whole request when true; unless nil

	// On the sphere.
	inForce func(interops.Project, time.Time) bool
	excused func([]verdict.Finding) []verdict.Finding // what is left to refuse a message for

	// On persons and sessions.
	session       func(o *Operator, c *call, id string) (session, bool)
	sessionID     func(*call) (string, error)
	authenticated func(c *call, ok bool) bool
	identified    func(Person, interops.ContextToken) bool // who logs in is who was identified
	continues     func(session, Person) bool               // who logs in is whose session it is
	rank          func(*Operator, session) int             // what a session reached
	passive       func(passage) bool
	forced        func(passage) bool
	twice         bool // a context token may come again

	// On requests.
	acs func(o *Operator, organism, service, asked string) string // where the Response goes; empty when nowhere

	// On the VI.
	signer   string                                                       // use of the credential that signs, whatever the convention says; empty: the one admitted
	homeless bool                                                         // a VI may leave without session
	vi       func(*Operator, *call, *passage, *session, *interops.VI)     // after its honest content is made
	content  func(*interops.VI)                                           // when it is encoded: the traces do not know
	form     func(*saml.Form) error                                       // before it is signed
	signed   func(*saml.Form) error                                       // after
	deliver  func(o *Operator, c *call, p passage, raw []byte)            // the way to the service

	// On the traces.
	untraced bool
	dossier  func(*Operator, *interops.Trace) // adds to a record
	record   func(*interops.Trace) bool       // false: forgotten
	keep     func(*bench.TraceLog, interops.Trace) error
}
