// Package mutation is the catalogue of deliberate faults, by name: what a partner does wrong on
// purpose, and the one requirement that must catch it. Each fault is one entry of a table, in the
// file of the concept that it hurts.
//
// It sends nothing and judges nothing: it fills the hooks that the wires offer, and describes
// conduct that the mock partners play.
package mutation

import (
	"reflect"
	"slices"
	"sync"

	"etalon/internal/interops"
	"etalon/internal/rest"
	"etalon/internal/saml"
	"etalon/internal/verdict"
)

// Roles tested.
const (
	Provider = "fournisseur" // the harness plays the client and sends the fault
	Client   = "client"      // the harness plays the provider and answers with the fault
	// ServiceOperator receives VIs as a provider does: every fault for a provider that a Response of mode S can commit is
	// one for it too.
	ServiceOperator = "operateur-service"
	// Authentication is tested by the members of a sphere, which the harness plays, and by who comes to its face.
	Authentication = "operateur-authentification"
)

// Mutation is one deliberate fault. Exactly one of Content, Form, Wire, JWT and Conduct is set; but that JWT may stand
// beside Form, where the same fault can be made in either form of the token of mode R.
type Mutation struct {
	// Name is what features write: "<object>-<part>-<departure>".
	Name string
	// Violates is the one requirement that must catch the fault, such as "V10".
	Violates string
	// SameAs is the requirement of a second catalogue case that is the same trial ("G08" for
	// G07-N4); mostly empty.
	SameAs string
	// Roles are the roles that the fault tests.
	Roles []string
	// Letter is the message of a sphere that commits the fault, where it is not one that bears a VI.
	Letter Letter
	// Modes are those whose messages can commit the fault.
	Modes []interops.Mode
	// Title says in one sentence what is wrong in the message.
	Title verdict.Text
	// Needs lists what the convention, the profile or the bench must offer for the trial to exist.
	Needs []Need

	// Content changes the VI before it is encoded: the message stays well formed and well signed.
	Content func(Honest, *interops.VI)
	// Form changes the tree, or the recipe of its signature, before it is signed.
	Form func(Honest, *saml.Form) error
	// Wire changes the finished bytes.
	Wire func(Honest, []byte) ([]byte, error)
	// JWT changes a token of mode R that is a JWT, before it is signed.
	JWT func(Honest, *rest.JWT) error
	// Conduct tells how the partner misbehaves around the message.
	Conduct func(Honest) Conduct
}

// Moment tells when the fault acts: "content", "form", "wire", "jwt" or "conduct"; "" when none is set.
func (m Mutation) Moment() string {
	switch {
	case m.Content != nil:
		return "content"
	case m.Form != nil:
		return "form"
	case m.Wire != nil:
		return "wire"
	case m.JWT != nil:
		return "jwt"
	case m.Conduct != nil:
		return "conduct"
	}
	return ""
}

// In tells whether a message of that mode can commit the fault.
func (m Mutation) In(mode interops.Mode) bool { return slices.Contains(m.Modes, mode) }

// Tests tells whether the fault is one for that role.
func (m Mutation) Tests(role string) bool {
	received := role == ServiceOperator && m.In(interops.ModeS) && slices.Contains(m.Roles, Provider)
	return received || slices.Contains(m.Roles, role)
}

// Hooks returns the hooks that make a draft commit the fault; none for a conduct.
func (m Mutation) Hooks(h Honest) saml.Hooks {
	var hooks saml.Hooks
	if m.Content != nil {
		hooks.Content = func(vi *interops.VI) { m.Content(h, vi) }
	}
	if m.Form != nil {
		hooks.Form = func(f *saml.Form) error { return m.Form(h, f) }
	}
	if m.Wire != nil {
		hooks.Wire = func(raw []byte) ([]byte, error) { return m.Wire(h, raw) }
	}
	return hooks
}

// TokenHooks returns the hooks that make a token of mode R commit the fault.
func (m Mutation) TokenHooks(h Honest) rest.Hooks {
	hooks := rest.Hooks{Hooks: m.Hooks(h)}
	if m.JWT != nil {
		hooks.JWT = func(t *rest.JWT) error { return m.JWT(h, t) }
	}
	return hooks
}

// InToken tells whether a token of that form can commit the fault. A JWT has no elements, and no place for what
// rest.Claims leaves out of a VI; its audiences are one list, of which any may be met (RFC 7519 §4.1.3).
func (m Mutation) InToken(h Honest, form string) bool {
	if form != rest.TokenJWT {
		return m.JWT == nil || m.Form != nil
	}
	switch {
	case m.JWT != nil:
		return true
	case m.Conduct != nil:
		replay := m.Conduct(h).Replay
		return replay == nil || !replay.OneTimeUse
	case m.Content == nil:
		return false
	}
	honest := saml.VIFor(h.Profile, h.Convention, h.Project, h.Service, interops.User{ID: "agent-0001", PAGM: pagmOf(h.Project)}, "_vi", h.Now)
	faulty := honest
	m.Content(h, &faulty)
	return len(faulty.Audiences) <= 1 && !reflect.DeepEqual(rest.Claims(honest), rest.Claims(faulty))
}

// pagmOf names the first PAGM of a project, as an honest user asks for it.
func pagmOf(p interops.Project) []string {
	if len(p.PAGM) == 0 {
		return nil
	}
	return []string{p.PAGM[0].Name}
}

// Behaviour returns what the partner does around the message; the zero Conduct, honest, for a fault
// that changes bytes.
func (m Mutation) Behaviour(h Honest) Conduct {
	if m.Conduct == nil {
		return Conduct{}
	}
	conduct := m.Conduct(h)
	conduct.Fault = m.Name
	return conduct
}

// Modes of the faults: those of a SOAP message, of a Response, and of any message that bears a VI.
var (
	soapOnly  = []interops.Mode{interops.ModeA}
	responses = []interops.Mode{interops.ModeP, interops.ModeS}
	sphere    = []interops.Mode{interops.ModeS}
	restOnly  = []interops.Mode{interops.ModeR}
	// documents are the messages in which the VI is a part of a larger document.
	documents = []interops.Mode{interops.ModeA, interops.ModeP, interops.ModeS}
	anyMode   = []interops.Mode{interops.ModeA, interops.ModeP, interops.ModeS, interops.ModeR}
)

// Catalogue returns every fault, in the order of the catalogue of requirements' chapters.
func Catalogue() []Mutation {
	return slices.Concat(
		testing([]string{Provider}, anyMode,
			clientTLSFaults(), spoofFaults()),
		testing([]string{Provider}, anyMode,
			exposureFaults(), formatFaults(), instantFaults(), issuerFaults(), subjectFaults(), confirmationFaults(),
			windowFaults(), audienceFaults(), authenticationFaults(), pagmFaults(), conditionFaults(),
			alterationFaults(), referenceFaults(), algorithmFaults(), keyInfoFaults(), certificateFaults(),
			wrappingFaults(), xmlFaults(), replayFaults(), driftFaults()),
		testing([]string{Provider}, soapOnly,
			headerFaults(), httpFaults(), timestampFaults(), messageFaults(), tokenReferenceFaults()),
		testing([]string{Provider}, responses,
			responseFaults(), aloneFaults(), responseWrappingFaults(), deliveryFaults(), returnAddressFaults()),
		testing([]string{Provider}, restOnly, placeFaults(), jwtFaults(), jwtAlterationFaults(), bareWrappingFaults()),
		testing([]string{Provider}, anyMode, projectFaults()),
		testing([]string{ServiceOperator}, sphere, memberFaults()),
		testing([]string{Provider, Client, Authentication}, anyMode, versionFaults()),
		testing([]string{Provider, Client}, anyMode, clearFaults()),
		testing([]string{Client}, anyMode, serverTLSFaults()),
		testing([]string{Client}, soapOnly, answerFaults()),
		testing([]string{Authentication}, sphere, requestFaults(), contextFaults(), logoutFaults()),
	)
}

// ByName returns the fault of that name.
func ByName(name string) (Mutation, bool) {
	m, ok := byName()[name]
	return m, ok
}

// byName is the catalogue once made, by name.
var byName = sync.OnceValue(func() map[string]Mutation {
	known := map[string]Mutation{}
	for _, m := range Catalogue() {
		known[m.Name] = m
	}
	return known
})

// testing says which roles the faults of the tables test, in messages of which modes; an entry may name its own modes.
func testing(roles []string, modes []interops.Mode, tables ...[]Mutation) []Mutation {
	all := slices.Concat(tables...)
	for i := range all {
		all[i].Roles = roles
		if all[i].Modes == nil {
			all[i].Modes = modes
		}
	}
	return all
}

// says is the sentence of a fault in French and in English.
func says(fr, en string) verdict.Text { return verdict.Text{FR: fr, EN: en} }
