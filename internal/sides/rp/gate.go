package rp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"etalon/internal/access"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/oidc"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// Open implements scenario.Side: it starts Pro Santé Connect, looks that the protected page is closed to who has no session,
// and logs somebody in. A service that reads discovery only when it starts is started again, if it declares how.
func (s *Side) Open(ctx context.Context) (*verdict.Trouble, error) {
	if trouble := s.startProvider(); trouble != nil {
		return trouble, nil
	}
	s.run.Veil.Hide(s.declared.PSC.Client.Secret)
	for _, person := range s.people {
		s.run.Veil.Hide(person.Secret)
	}
	p := s.part(s.run.Gate(s.Role, candidate.NoMode))
	defer p.finish()
	if trouble := s.closed(ctx, p); trouble != nil {
		return trouble, nil
	}
	v, err := p.logsIn(ctx, s.people[0], arriving{})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if _, ok := s.declared.Verbs[candidate.Restart]; ok && (err != nil || !p.entered(ctx, v)) {
		if p.verb(ctx, candidate.Restart, nil) == nil {
			v, err = p.logsIn(ctx, s.people[0], arriving{})
		}
	}
	if err != nil {
		return s.unreached(err), nil
	}
	if !p.entered(ctx, v) {
		return s.notEntered(p.told(v)), nil
	}
	s.Standing.Note(true)
	s.habit.maxAge = v.asked.Has("max_age")
	s.habit.userInfo = len(s.provider.Journal(func(e psc.Entry) bool { return e.Endpoint == psc.EndpointUserInfo && e.Number > s.began })) > 0
	return nil, nil
}

// closed looks that the protected page opens to nobody without a session.
func (s *Side) closed(ctx context.Context, p *part) *verdict.Trouble {
	v, err := p.sits(ctx, psc.Person{})
	opened := false
	if err == nil {
		opened, err = p.opens(ctx, v)
	}
	switch {
	case err != nil:
		return s.Trouble(true, verdict.ReasonUnreachable, s.Field("protected"), s.declared.Protected, err.Error())
	case opened:
		return s.Trouble(true, verdict.ReasonMisdeclared, s.Field("protected"), fmt.Sprintf("HTTP %d sans session", v.page.Status))
	}
	return nil
}

// unreached tells why nobody came to the login form of Pro Santé Connect.
func (s *Side) unreached(err error) *verdict.Trouble {
	var away *astray
	var stopped *browser.Trouble
	switch {
	case errors.As(err, &stopped) && stopped.Kind != browser.ErrUnreachable:
		why := stopped.Reason()
		return s.Trouble(true, why.Key, why.Args...)
	case !errors.As(err, &away):
		return s.Trouble(true, verdict.ReasonUnreachable, s.Field("login"), s.declared.Login, err.Error())
	}
	if redirect := away.asked.Get("redirect_uri"); redirect != "" && !s.declared.Returns(redirect) {
		return s.Trouble(true, verdict.ReasonMisdeclared, s.Field("redirects"), "redirect_uri="+redirect)
	}
	if id := away.asked.Get("client_id"); id != "" && id != s.declared.PSC.Client.ID {
		return s.Trouble(true, verdict.ReasonMisdeclared, s.Field("psc.client.id"), "client_id="+id)
	}
	if len(away.asked) == 0 && away.scripted {
		return s.Trouble(true, verdict.ReasonScripted, away.at, s.Field("browser"))
	}
	if len(away.asked) == 0 {
		if cause := s.provider.Distrusted(s.began); cause != "" {
			return s.Trouble(true, verdict.ReasonPSCCertificate, s.provider.Issuer(), cause)
		}
		return s.Trouble(true, verdict.ReasonMisdeclared, s.Field("login"), err.Error()+", ≠ "+s.provider.Discovery().Authorization)
	}
	return s.Trouble(false, verdict.ReasonRoleHonestRefused, s.Scope(), err.Error())
}

// notEntered tells why an honest login opened no session.
func (s *Side) notEntered(told string) *verdict.Trouble {
	unknown := func(e psc.Entry) bool { return e.Number > s.began && e.Answer == oidc.InvalidClient }
	if len(s.provider.Journal(unknown)) > 0 {
		return s.Trouble(true, verdict.ReasonPSCClient, s.declared.PSC.Client.ID)
	}
	return s.Trouble(false, verdict.ReasonRoleHonestRefused, s.Scope(), told)
}

// verb asks the service for a gesture that it declares.
func (p *part) verb(ctx context.Context, verb candidate.Verb, body []byte) error {
	declared, ok := p.side.declared.Verbs[verb]
	if !ok {
		return p.Cannot(verdict.ReasonNotDeclared, p.side.Field("verbs."+string(verb)))
	}
	return p.Gesture(ctx, declared, p.side.Field("verbs."+string(verb)), access.Action{Verb: string(verb), Body: body, Sentence: sentences[verb]})
}

// sentences ask a person for a gesture.
var sentences = map[candidate.Verb]string{
	candidate.Restart: "Redémarrez le service.", candidate.Refresh: "Faites rafraîchir le jeton d'accès de la session en cours.",
}

// needs are what trials ask of a candidate, by the words of their tags.
var needs = side.Needs[*Side]{
	"deconnexion-declaree": declares("logout", func(d *candidate.PSCService) bool { return d.Logout != "" }),
	"session-rafraichie":   declares("renews", func(d *candidate.PSCService) bool { return d.Renews }),
	"connexion-decouplee":  declares("decoupled", func(d *candidate.PSCService) bool { return d.Decoupled != nil }),
	"jeton-par-cle":        declares("id_token_algorithm: RS256", func(d *candidate.PSCService) bool { return d.IDTokenAlgorithm == candidate.IDTokenByKey }),
	"derive-sous-dix-minutes": declares("skew_seconds < 600", func(d *candidate.PSCService) bool {
		return *d.SkewSeconds < 600
	}),
	"horloge-ou-geste":    declares("clock, verbs.refresh", quick),
	"sans-horloge":        declares("clock, verbs.refresh (~horloge)", func(d *candidate.PSCService) bool { return !quick(d) }),
	"lecture-de-userinfo": func(s *Side) scenario.Answer { return scenario.Declares(s.habit.userInfo, "userinfo") },
	"age-demande":         func(s *Side) scenario.Answer { return scenario.Declares(s.habit.maxAge, "max_age") },
}

// quick tells whether an access token can be made to end without waiting.
func quick(d *candidate.PSCService) bool {
	_, refreshes := d.Verbs[candidate.Refresh]
	return d.Clock != nil || refreshes
}

// declares answers for a condition that one key of the candidate file settles.
func declares(what string, ok func(*candidate.PSCService) bool) func(*Side) scenario.Answer {
	return func(s *Side) scenario.Answer { return scenario.Declares(ok(s.declared), s.Field(what)) }
}

// Has implements scenario.Side.
func (s *Side) Has(need string) scenario.Answer { return needs.Has(s, need) }

// browser is a new one, without any cookie.
func (s *Side) browser(ctx context.Context, watch func(browser.Hop)) (browser.Browser, error) {
	return browser.Open(ctx, s.declared.Browser, browser.Options{Roots: s.run.Bench.RootPool(), Patience: s.run.Patience, Watch: watch})
}

// veils hides what lets in of a hop: in its addresses, and in its form.
func (p *part) veils(h browser.Hop) {
	for _, address := range []string{h.URL, h.Header.Get("Location"), string(h.RequestBody)} {
		p.Veil.HideIn(address)
	}
}

// ofProvider tells whether an address is Pro Santé Connect's.
func (s *Side) ofProvider(address string) bool {
	return strings.HasPrefix(address, strings.TrimSuffix(s.provider.Issuer(), issuerPath)+"/")
}

// returns tells whether an address is one to which a code is sent.
func (s *Side) returns(address string) bool {
	bare, _, _ := strings.Cut(address, "?")
	return slices.ContainsFunc(s.declared.Redirects, func(known string) bool {
		known, _, _ = strings.Cut(known, "?")
		return known == bare
	})
}
