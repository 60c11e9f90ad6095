package stand

import (
	"log/slog"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
	"etalon/stubs/api"
	"etalon/stubs/authentication"
	"etalon/stubs/client"
	"etalon/stubs/consumer"
	"etalon/stubs/identification"
	"etalon/stubs/idp"
	"etalon/stubs/lps"
	"etalon/stubs/mta"
	"etalon/stubs/operator"
	"etalon/stubs/portal"
	"etalon/stubs/provider"
	"etalon/stubs/resource"
	"etalon/stubs/rp"
	"etalon/stubs/service"
)

// Flaw is a flaw of a stub as the self-test needs it.
type Flaw struct {
	Name      string
	Title     verdict.Text
	Must, May []string
	// Transport is the only one in which the flaw shows: of the Response in mode P, of the token, which is its form, in
	// mode R; "" for all.
	Transport string
}

// mock is a mock candidate: what plays a role in a mode.
type mock struct {
	scope             string
	flaws, behaviours func() []Flaw
	start             func(*Stub, StubOptions, stubParts) error
}

// stubParts are what every mock candidate stands on.
type stubParts struct {
	bench  *bench.Bench
	traces *bench.TraceLog
	log    *slog.Logger
}

// mocks are the mock candidates, in the order in which the self-test plays them.
func mocks() []mock {
	ofService := func(f service.Flaw) Flaw {
		return Flaw{Name: f.Name, Title: f.Title, Must: f.Must, May: f.May, Transport: f.Transport}
	}
	ofConsumer := func(f consumer.Flaw) Flaw {
		return Flaw{Name: f.Name, Title: f.Title, Must: f.Must, May: f.May, Transport: f.Token}
	}
	ofResource := func(f resource.Flaw) Flaw {
		return Flaw{Name: f.Name, Title: f.Title, Must: f.Must, May: f.May, Transport: f.Token}
	}
	flawsIn := func(role string) func() []Flaw {
		return each(func() []service.Flaw { return service.FlawsOf(role) }, ofService)
	}
	behavioursIn := func(role string) func() []Flaw {
		return each(func() []service.Flaw { return service.BehavioursOf(role) }, ofService)
	}
	return []mock{
		{"fournisseur/A", of(provider.Flaws), of(provider.Behaviours), (*Stub).startProvider},
		{"fournisseur/P", flawsIn(service.Provider), behavioursIn(service.Provider), (*Stub).startService},
		{"fournisseur/R", each(resource.Flaws, ofResource), each(resource.Behaviours, ofResource), (*Stub).startResource},
		{"client/A", of(client.Flaws), of(client.Behaviours), (*Stub).startClient},
		{"client/P", of(portal.Flaws), of(portal.Behaviours), (*Stub).startPortal},
		{"client/R", each(consumer.Flaws, ofConsumer), of(consumer.Behaviours), (*Stub).startConsumer},
		{"operateur-identification/S", of(identification.Flaws), of(identification.Behaviours), (*Stub).startIdentification},
		{"operateur-authentification/S", of(authentication.Flaws), of(authentication.Behaviours), (*Stub).startAuthentication},
		{"operateur-service/S", flawsIn(service.ServiceOperator), behavioursIn(service.ServiceOperator), (*Stub).startServiceOperator},
		{"mss-imap/-", mailFlaws(operator.IMAP), none, (*Stub).startMailOperator},
		{"mss-smtp/-", mailFlaws(operator.SMTP), none, (*Stub).startMailOperator},
		{"mss-organisation/-", of(engagementFlaws), none, (*Stub).startOrganisation},
		{"fournisseur-identite/-", both(of(idp.Flaws), of(paperFlaws)), none, (*Stub).startIdentityProvider},
		{"service-psc/-", of(rp.Flaws), none, (*Stub).startPSCService},
		{"api-psc/-", of(api.Flaws), none, (*Stub).startPSCAPI},
		{"mss-operateur/-", of(mta.Flaws), of(mta.Behaviours), (*Stub).startMTA},
		{"lps/-", of(lps.Flaws), of(lps.Behaviours), (*Stub).startLPS},
	}
}

// mailFlaws lists the flaws of the mock mail operator that show over a protocol.
func mailFlaws(protocol string) func() []Flaw {
	return of(func() []operator.Flaw { return operator.FlawsOver(protocol) })
}

// none are the behaviours of a mock party that has none.
func none() []Flaw { return nil }

// of lists the flaws of a mock party.
func of[P any](list func() []bench.Flaw[P]) func() []Flaw {
	return each(list, func(f bench.Flaw[P]) Flaw { return Flaw{Name: f.Name, Title: f.Title, Must: f.Must, May: f.May} })
}

// both lists the flaws of two parts of a mock party.
func both(one, other func() []Flaw) func() []Flaw {
	return func() []Flaw { return slices.Concat(one(), other()) }
}

// each makes a list of one type a list of another.
func each[T, U any](list func() []T, as func(T) U) func() []U {
	return func() []U {
		var all []U
		for _, f := range list() {
			all = append(all, as(f))
		}
		return all
	}
}

// mockOf finds the mock candidate of a role and mode.
func mockOf(scope string) (mock, bool) {
	all := mocks()
	i := slices.IndexFunc(all, func(m mock) bool { return m.scope == scope })
	if i < 0 {
		return mock{}, false
	}
	return all[i], true
}

// ConventionOf is the sample convention, with its name, that the mock candidate of a mode plays with: the sphere of trust
// in mode S, that of MSSanté for a role without mode, else the test convention.
func ConventionOf(mode interops.Mode) (*interops.Convention, string) {
	switch mode {
	case interops.ModeS:
		return candidate.SphereConvention(), "sphere.yaml"
	case candidate.NoMode:
		return candidate.MSSConvention(), ""
	}
	return candidate.DefaultConvention(), "convention.yaml"
}

// MockScopes lists the roles and modes, ROLE/MODE, that have a mock candidate; those of one role or scope when it is
// given.
func MockScopes(of string) []string {
	var scopes []string
	for _, m := range mocks() {
		if of == "" || m.scope == of || strings.HasPrefix(m.scope, of+"/") {
			scopes = append(scopes, m.scope)
		}
	}
	return scopes
}

// Flaws lists the flaws of the mock candidate of a role and mode.
func Flaws(scope string) []Flaw {
	m, ok := mockOf(scope)
	if !ok {
		return nil
	}
	return m.flaws()
}

// Behaviour tells whether a name is a whole behaviour of a mock candidate, such as refuses-everything.
func Behaviour(scope, name string) bool {
	m, ok := mockOf(scope)
	return ok && slices.ContainsFunc(m.behaviours(), func(f Flaw) bool { return f.Name == name })
}
