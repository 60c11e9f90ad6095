package api

import (
	"context"
	"errors"
	"net/http"

	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/sides/provided"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// Side is what the harness plays around an API: Pro Santé Connect, and the proxy.
type Side struct {
	side.Base
	run      *scenario.Run
	declared *candidate.PSCAPI
	provider *provided.Provider
	// own is the certificate of the proxy.
	own pki.Credential
	// media is the type of an honest answer of the resource.
	media string
}

// apiJobs is how many scenarios are played at once.
const apiJobs = 4

// Jobs implements scenario.Side.
func (s *Side) Jobs() int { return apiJobs }

// Open implements scenario.Side: it starts Pro Santé Connect, exchanges an honest token and reads the resource. A resource
// that opens to nobody keeps all from being tried but what that shows.
func (s *Side) Open(ctx context.Context) (*verdict.Trouble, error) {
	if t := s.start(); t != nil {
		return t, nil
	}
	p := s.part(s.run.Gate(s.Role, candidate.NoMode))
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

// part is a new scenario's part.
func (s *Side) part(w *scenario.World) *part {
	w.Veil.HideTokens()
	return &part{World: w, side: s}
}

// start starts Pro Santé Connect, and finds the certificate of the proxy.
func (s *Side) start() *verdict.Trouble {
	s.run.Veil.Hide(s.secrets()...)
	var err error
	if s.declared.Certificate != nil {
		s.own, err = pki.FromTLS(s.declared.Certificate.TLS)
	} else {
		s.own, err = s.run.Bench.PKI.Credential(candidate.VendorOrganism + "/tls")
	}
	if err != nil {
		return s.Trouble(true, verdict.ReasonMisdeclared, s.Field("certificate"), err.Error())
	}
	if s.provider, err = provided.Open(s.run, s.declared.PSC, provided.Wants{Config: psc.Config{Tolerant: true}}); err != nil {
		return s.Trouble(true, verdict.ReasonMisdeclared, s.Field("psc"), err.Error())
	}
	return nil
}

// refused tells why the honest exchange did not go through.
func (s *Side) refused(e *exchange, began int) *verdict.Trouble {
	var out *unreachable
	if errors.As(e.err, &out) {
		return s.Trouble(true, verdict.ReasonUnreachable, s.Field("token"), s.declared.Token, e.err.Error())
	}
	if e.status == http.StatusNotFound || e.status == http.StatusMethodNotAllowed {
		return s.Trouble(true, verdict.ReasonMisdeclared, s.Field("token"), e.told())
	}
	unknown := s.provider.Journal(func(e psc.Entry) bool {
		return e.Number > began && e.Endpoint == psc.EndpointIntrospection && e.Status == http.StatusUnauthorized
	})
	if len(unknown) > 0 {
		return s.Trouble(true, verdict.ReasonMisdeclared, s.Field("psc.client"), "introspection : HTTP 401, "+s.declared.PSC.Client.ID)
	}
	if cause := s.provider.Distrusted(began); cause != "" {
		return s.Trouble(true, verdict.ReasonPSCCertificate, s.provider.Issuer(), cause)
	}
	return s.Trouble(false, verdict.ReasonRoleHonestRefused, s.Scope(), e.told())
}

// opened tells what keeps the resource from being read, after an exchange that went through.
func (s *Side) opened(c *call) *verdict.Trouble {
	var out *unreachable
	switch {
	case errors.As(c.err, &out):
		return s.Trouble(true, verdict.ReasonUnreachable, s.Field("resource"), s.declared.Resource, c.err.Error())
	case c.status == http.StatusNotFound || c.status == http.StatusMethodNotAllowed:
		return s.Trouble(true, verdict.ReasonMisdeclared, s.Field("resource"), c.told())
	case c.status/100 == 2 && s.declared.Contains != "" && !c.delivered:
		return s.Trouble(true, verdict.ReasonMisdeclared, s.Field("contains"), c.told())
	case c.delivered:
		s.media = c.media
		s.Standing.Note(true)
		return nil
	}
	s.Bar(verdict.Reason{Key: verdict.ReasonRoleHonestRefused, Args: []string{s.Scope(), c.told()}}, withoutResource...)
	return nil
}

// Enter implements scenario.Side.
func (s *Side) Enter(ctx context.Context, w *scenario.World) (context.Context, error) {
	return side.Enter(ctx, &s.Standing, s.part(w), controlBefore)
}

// Leave implements scenario.Side: it gives the clocks back.
func (s *Side) Leave(ctx context.Context) { side.Part[*part](ctx).undo(context.WithoutCancel(ctx)) }

// withoutResource are the requirements that are judged where the resource opens to nobody.
var withoutResource = []string{"API-01", "API-11"}

// Close implements scenario.Side: Pro Santé Connect lasts as long as the run.
func (s *Side) Close() error { return nil }

// needs are what trials ask of a candidate, by the words of their tags.
var needs = side.Needs[*Side]{
	"pki-d-essai": declares("certificate", func(a *candidate.PSCAPI) bool { return a.Certificate == nil }),
	"jeton-lisible": declares("introspection", func(a *candidate.PSCAPI) bool {
		return a.Form == candidate.APIJWT || a.Introspection != ""
	}),
	"jeton-opaque": declares("token_form: opaque", func(a *candidate.PSCAPI) bool { return a.Form == candidate.APIOpaque }),
	"revocation": declares("revocation", func(a *candidate.PSCAPI) bool {
		_, ok := a.Verbs[candidate.RevokeToken]
		return ok || a.Revocation != ""
	}),
	"horloge-de-l-api": declares("clock", func(a *candidate.PSCAPI) bool { return a.Clock != nil }),
	"temps-de-l-api":   declares("clock", func(a *candidate.PSCAPI) bool { return a.Clock == nil }),
}

// declares answers for a condition that one key of the candidate file settles.
func declares(key string, ok func(*candidate.PSCAPI) bool) func(*Side) scenario.Answer {
	return func(s *Side) scenario.Answer { return scenario.Declares(ok(s.declared), s.Field(key)) }
}

// Has implements scenario.Side.
func (s *Side) Has(need string) scenario.Answer { return needs.Has(s, need) }
