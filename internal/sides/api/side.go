package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"

	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// Side is what the harness plays around an API: Pro Santé Connect, and the proxy.
type Side struct {
	run      *scenario.Run
	declared *candidate.PSCAPI
	provider *psc.Stub
	standing scenario.Standing
	// own is the certificate of the proxy.
	own pki.Credential
	// shut is why the resource opens to nobody, after an exchange that went through; nil when it does open.
	shut *verdict.Reason
	// media is the type of an honest answer of the resource.
	media string
}

// apiJobs is how many scenarios are played at once.
const apiJobs = 4

// Jobs implements scenario.Side.
func (s *Side) Jobs() int { return apiJobs }

// scope is the role as addresses write it.
func scope() string { return string(candidate.RolePSCAPI) + "/" + string(candidate.NoMode) }

// field is a key of the candidate file.
func field(key string) string { return "roles." + string(candidate.RolePSCAPI) + "." + key }

// trouble makes the reason for which the role cannot be judged.
func trouble(configuration bool, key string, args ...string) *verdict.Trouble {
	return &verdict.Trouble{Scope: scope(), Configuration: configuration, Reason: verdict.Reason{Key: key, Args: args}}
}

// Open implements scenario.Side: it starts Pro Santé Connect, exchanges an honest token and reads the resource. A resource
// that opens to nobody keeps all from being tried but what that shows.
func (s *Side) Open(ctx context.Context) (*verdict.Trouble, error) {
	if t := s.start(); t != nil {
		return t, nil
	}
	source := s.run.Bench.Seed.Source("gate\x00" + scope())
	p := &part{World: s.run.NewWorld(scenario.Trial{Address: scenario.Address{Role: string(candidate.RolePSCAPI), Mode: string(candidate.NoMode), Case: "gate"}}, source, source), side: s}
	began := s.provider.Last()
	e, err := p.exchange(ctx, s.honest(labelBefore))
	if err != nil {
		return nil, err
	}
	if e.token == "" {
		return s.refused(e, began), nil
	}
	c := p.call(ctx, s.visit(labelBefore, e.token))
	return s.opened(c), nil
}

// start starts Pro Santé Connect, and finds the certificate of the proxy.
func (s *Side) start() *verdict.Trouble {
	var err error
	if s.declared.Certificate != nil {
		s.own, err = pki.FromTLS(s.declared.Certificate.TLS)
	} else {
		s.own, err = s.run.Bench.PKI.Credential(candidate.VendorOrganism + "/tls")
	}
	if err != nil {
		return trouble(true, verdict.ReasonMisdeclared, field("certificate"), err.Error())
	}
	shared, err := s.run.Shared("psc", func() (io.Closer, error) {
		client := s.declared.PSC.Client
		return psc.Start(psc.Config{
			Bench: s.run.Bench, Listen: s.declared.PSC.Listen, Host: s.declared.PSC.Host, Tolerant: true, Log: s.run.Log, NewKey: psc.LastingKeys(s.run.Bench),
			Clients: []psc.Client{{ID: client.ID, Secret: client.Secret, Subject: client.Subject}},
		})
	})
	if err != nil {
		return trouble(true, verdict.ReasonMisdeclared, field("psc"), err.Error())
	}
	s.provider = shared.(*psc.Stub)
	return nil
}

// refused tells why the honest exchange did not go through.
func (s *Side) refused(e *exchange, began int) *verdict.Trouble {
	var out *unreachable
	if errors.As(e.err, &out) {
		return trouble(true, verdict.ReasonUnreachable, field("token"), s.declared.Token, e.err.Error())
	}
	if e.status == http.StatusNotFound || e.status == http.StatusMethodNotAllowed {
		return trouble(true, verdict.ReasonMisdeclared, field("token"), e.told())
	}
	unknown := s.provider.Journal(func(e psc.Entry) bool {
		return e.Number > began && e.Endpoint == psc.EndpointIntrospection && e.Status == http.StatusUnauthorized
	})
	if len(unknown) > 0 {
		return trouble(true, verdict.ReasonMisdeclared, field("psc.client"), "introspection : HTTP 401, "+s.declared.PSC.Client.ID)
	}
	return trouble(false, verdict.ReasonRoleHonestRefused, scope(), e.told())
}

// opened tells what keeps the resource from being read, after an exchange that went through.
func (s *Side) opened(c *call) *verdict.Trouble {
	var out *unreachable
	switch {
	case errors.As(c.err, &out):
		return trouble(true, verdict.ReasonUnreachable, field("resource"), s.declared.Resource, c.err.Error())
	case c.status == http.StatusNotFound || c.status == http.StatusMethodNotAllowed:
		return trouble(true, verdict.ReasonMisdeclared, field("resource"), c.told())
	case c.status/100 == 2 && s.declared.Contains != "" && !c.delivered:
		return trouble(true, verdict.ReasonMisdeclared, field("contains"), c.told())
	case c.delivered:
		s.media = c.media
		s.standing.Note(true)
		return nil
	}
	s.shut = &verdict.Reason{Key: verdict.ReasonRoleHonestRefused, Args: []string{scope(), c.told()}}
	return nil
}

// Enter implements scenario.Side.
func (s *Side) Enter(ctx context.Context, w *scenario.World) (context.Context, error) {
	p := &part{World: w, side: s}
	ctx = context.WithValue(ctx, partKey{}, p)
	if s.standing.Lost() {
		if ok, told := p.control(ctx, labelBefore); !ok {
			_ = w.Cannot(verdict.ReasonControlRefusedBefore, told)
		}
	}
	return ctx, nil
}

// Leave implements scenario.Side: it gives the clocks back.
func (s *Side) Leave(ctx context.Context) { partOf(ctx).undo(context.WithoutCancel(ctx)) }

// withoutResource are the requirements that are judged where the resource opens to nobody.
var withoutResource = []string{"API-01", "API-11"}

// Admits implements scenario.Side.
func (s *Side) Admits(t scenario.Trial) scenario.Answer {
	if s.shut != nil && !slices.Contains(withoutResource, t.Row.ID) {
		return scenario.Answer{Why: *s.shut}
	}
	return scenario.Met
}

// Close implements scenario.Side: Pro Santé Connect lasts as long as the run.
func (s *Side) Close() error { return nil }

// needs are what trials ask of a candidate, by the words of their tags.
var needs = map[string]func(a *candidate.PSCAPI) (ok bool, key string){
	"pki-d-essai": func(a *candidate.PSCAPI) (bool, string) { return a.Certificate == nil, "certificate" },
	"jeton-lisible": func(a *candidate.PSCAPI) (bool, string) {
		return a.Form == candidate.APIJWT || a.Introspection != "", "introspection"
	},
	"jeton-opaque": func(a *candidate.PSCAPI) (bool, string) { return a.Form == candidate.APIOpaque, "token_form: opaque" },
	"revocation": func(a *candidate.PSCAPI) (bool, string) {
		_, ok := a.Verbs[candidate.RevokeToken]
		return ok || a.Revocation != "", "revocation"
	},
	"horloge-de-l-api": func(a *candidate.PSCAPI) (bool, string) { return a.Clock != nil, "clock" },
	"temps-de-l-api":   func(a *candidate.PSCAPI) (bool, string) { return a.Clock == nil, "clock" },
}

// Has implements scenario.Side.
func (s *Side) Has(need string) scenario.Answer {
	answer, known := needs[need]
	if !known {
		return scenario.UnknownNeed(need)
	}
	ok, key := answer(s.declared)
	return scenario.Declares(ok, field(key))
}
