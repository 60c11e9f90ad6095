package service

import (
	"errors"
	"net/http"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// errSilent ends a connection without an answer.
var errSilent = errors.New("answer nothing: armed")

// Rules of the receiver, beside those of sso and saml.
const ruleReplayed = "vi-presented-again"

// consume is the assertion consumer service: it takes a Response and opens a session.
func (s *Service) consume(v *visit) answer {
	one, refusal, ok := s.receive(v)
	if !ok {
		return refusal
	}
	target, solicited := s.requests.answered(v.judged.InResponseTo)
	if !solicited {
		var err error
		if target, err = s.policy.target(v, v.judged.RelayState); err != nil {
			target = v.face.base + appPath
		}
		if a, asked := s.policy.welcome(v, target); asked {
			return a
		}
	}
	if held := s.others(v, &one); len(held) > 0 && !solicited {
		return s.ask(v, one, target, held)
	}
	return s.admit(v, one, target)
}

// receive judges the Response of a visit and keeps its trace. It returns the session to open, or the refusal.
func (s *Service) receive(v *visit) (session, answer, bool) {
	s.judge(v)
	var failure error
	if len(v.heeded) == 0 {
		failure = s.present(v)
	}
	switch {
	case failure != nil:
		v.decision = interops.Rejected
		s.note(v, "soap:Server")
		return session{}, s.unavailable(v, failure), false
	case len(v.heeded) > 0:
		return session{}, s.refuse(v), false
	}
	v.decision = interops.Accepted
	if err := s.trace(v, ""); err != nil && !s.policy.untraced {
		v.decision = interops.Rejected
		return session{}, s.unavailable(v, err), false // X06
	}
	s.config.Log.Info("VI accepté", "requete", v.id, "vi", v.judged.VI.ID, "service", v.face.service.Name)
	return s.transcribe(v), answer{}, true
}

// judge finds what is wrong with a Response, and which of it leads to a refusal.
func (s *Service) judge(v *visit) {
	v.carried = true
	b := s.config.Bench
	v.expectation = sso.Expectation{
		Expectation: saml.Expectation{
			Convention: b.Convention, Profile: b.Profile, Mode: s.mode(), Provider: s.organism.Name,
			Audience: v.face.service.Audience, Now: v.now, TLSPeer: v.peer, Trust: s.gate.SignerTrust,
		},
		ACS: s.ACS(v.face.service.Name), Transport: s.transport(), Header: s.config.Header,
		Requests:   func(id string) sso.RequestState { return s.requests.state(v, id) },
		RelayState: func(target string) bool { return s.allows(v.face, target) },
	}
	v.seen = sso.Verify(v.incoming, v.expectation)
	if s.inSphere() {
		v.seen.Findings = append(contextFinding(v), v.seen.Findings...)
	}
	v.judged = v.seen
	s.policy.reading(v)
	s.heed(v, v.judged.Findings)
}

// heed keeps the findings that lead to a refusal: all, but for a flaw.
func (s *Service) heed(v *visit, found []verdict.Finding) {
	for _, f := range found {
		if s.policy.excused(f, v) || s.policy.Overlooks(f, v.arrival()) {
			v.blinded = true
		} else {
			v.heeded = append(v.heeded, f)
		}
	}
}

// arrival is what any gateway knows of what it judged: a Response, or metadata that no request brought.
func (v *visit) arrival() gateway.Arrival {
	a := gateway.Arrival{
		Findings: v.judged.Findings, Convention: v.expectation.Convention, Client: v.judged.Client, Peer: v.peer, Now: v.now,
	}
	if v.request != nil {
		a.Header = v.request.Header
	}
	return a
}

// present checks a sound VI against those presented before, on any node (L06).
func (s *Service) present(v *visit) error {
	vi := v.judged.VI
	reuse := s.config.Bench.Profile.Replay.P
	if s.inSphere() {
		reuse = s.config.Bench.Profile.Replay.S
	}
	if reuse == "allow" && !vi.OneTimeUse {
		return nil
	}
	again, err := s.presented.Take(keyOf(vi), vi.NotOnOrAfter.Add(s.config.Bench.Profile.Skew()), v.now)
	if again {
		s.heed(v, []verdict.Finding{{Requirement: "L06", Rule: ruleReplayed, Want: "one use (replay." + string(s.mode()) + ")", Got: vi.ID}})
	}
	return err
}

// transcribe makes a session of a VI: its person and its agreed profiles (P10). A receiver that is blind to a fault
// of the profiles grants what was claimed.
func (s *Service) transcribe(v *visit) session {
	j := v.judged.Judged
	one := session{
		face: v.face.service.Name, issuer: j.VI.Issuer, user: j.VI.NameID.Value, index: j.VI.SessionIndex,
		pagm: slices.Clone(j.VI.PAGM), judged: j, blind: v.blinded, end: j.VI.SessionNotOnOrAfter, created: v.now, seen: v.now,
	}
	one.free = s.inSphere() && len(j.Project.PAGM) == 0
	if !s.browsed() {
		one.peer = s.gate.Identity(j.Client, v.peer)
	}
	return one
}

// others are the sessions of other persons that the browser of a visit holds: none is to be replaced without a word.
func (s *Service) others(v *visit, one *session) []session {
	if !s.browsed() || s.policy.silent {
		return nil
	}
	return slices.DeleteFunc(s.held(v), func(h session) bool { return h.who(one) })
}

// held are the live sessions that come along with a visit.
func (s *Service) held(v *visit) []session {
	var held []session
	for _, k := range v.request.CookiesNamed(cookieSession) {
		if one, ok := s.sessions.find(k.Value, s.policy.bounds, v.now); ok && one.face == v.face.service.Name {
			held = append(held, one)
		}
	}
	if !s.browsed() {
		return held
	}
	for _, k := range v.request.CookiesNamed(cookieBrowser) {
		for _, one := range s.sessions.ofBrowser(k.Value, s.policy.bounds, v.now) {
			if !slices.ContainsFunc(held, func(h session) bool { return h.id == one.id }) {
				held = append(held, one)
			}
		}
	}
	return held
}

// admit opens a session under a new identifier, ends those that it takes the place of, and sends the person to her
// page (P06).
func (s *Service) admit(v *visit, one session, target string) answer {
	cookies, err := s.open(v, one)
	if err != nil {
		return s.unavailable(v, err)
	}
	h := http.Header{"Location": {target}, "Content-Type": {"text/html; charset=utf-8"}}
	for _, k := range cookies {
		h.Add("Set-Cookie", k.String())
	}
	noStore(h)
	return answer{Status: http.StatusSeeOther, Header: h}
}

// open keeps a session and returns its cookies.
func (s *Service) open(v *visit, one session) ([]*http.Cookie, error) {
	var err error
	if one.id, err = s.policy.identifier(v); err != nil {
		return nil, err
	}
	if s.browsed() {
		if one.browser, err = newSecret(bench.Entropy()); err != nil {
			return nil, err
		}
	}
	for _, h := range s.held(v) {
		s.policy.succeeds(&h, &one)
		s.sessions.end(h.id)
	}
	if err := s.sessions.open(&one, s.policy.bounds, v.now); err != nil {
		return nil, err
	}
	v.session = one
	k := cookie(v.face, one.id)
	s.policy.cookie(k)
	cookies := []*http.Cookie{k}
	if one.browser != "" {
		cookies = append(cookies, browserCookie(v.face, one.browser))
	}
	return cookies, nil
}

// refuse keeps the trace of a refused Response and answers with a page (P17). A refusal is sound without a trace.
func (s *Service) refuse(v *visit) answer {
	v.decision = interops.Rejected
	f := soap.FaultFor(v.heeded)
	s.config.Log.Warn("VI refusé", "requete", v.id, "vi", v.judged.VI.ID, "cause", v.heeded[0].Rule)
	a := s.page(v, statusOf(v.heeded), pageRefusal, map[string]string{"Text": sentence(v, f.String)})
	if a.Status == http.StatusMethodNotAllowed {
		a.Header.Set("Allow", http.MethodPost)
	}
	s.note(v, f.Name())
	s.policy.refusal(v, &a)
	return a
}

// sentence says why a Response is refused: a status that is no success is the operator's own refusal (S17).
func sentence(v *visit, fault string) string {
	if v.judged.Status != "" && v.judged.Status != sso.StatusSuccess {
		return "Votre opérateur d'authentification n'a pas ouvert l'accès à ce service."
	}
	return fault
}

// statusOf is the HTTP status of a refusal.
func statusOf(found []verdict.Finding) int {
	for _, f := range found {
		switch f.Rule {
		case "response-method-other":
			return http.StatusMethodNotAllowed
		case "response-oversized", "xml-oversized":
			return http.StatusRequestEntityTooLarge
		case "response-parameter-absent", "response-parameter-repeated", "response-base64-invalid":
			return http.StatusBadRequest
		}
	}
	return http.StatusForbidden
}
