package authentication

import (
	"net/http"
	"net/url"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// contextToken takes a person whom another operator identified (C01): the token leads to the authentication step, once
// (C04), and to nothing else. RelayState says where the person goes on to from there: the login page that was shown
// before, or the address of a rebond.
func (o *Operator) contextToken(c *call) {
	c.seen.Kind = KindContextToken
	in, readable := o.incoming(c)
	if !readable {
		return
	}
	judged := sso.VerifyContext(in, saml.ContextExpectation{
		Convention: o.convention(c.now), Profile: o.config.Bench.Profile, Operator: o.config.Organism, Now: c.now, Trust: o.signerTrust,
	})
	token := judged.Token
	c.seen.Message, c.seen.Organism, c.seen.Person, c.seen.Findings = judged.Raw, judged.Operator.Name, token.NameID.Value, judged.Findings
	p, fault, err := o.inspect(c, judged)
	if err != nil {
		o.unavailable(c, err)
		return
	}
	s, logged := o.current(c)
	if fault == "" && logged && !o.policy.identified(s.person, token) {
		fault = "context-person-other"
	}
	decision := interops.Accepted
	if fault != "" {
		decision = interops.Rejected
	}
	if err := o.traceReceived(c, ofContext(judged), decision, fault); err != nil {
		o.unavailable(c, err)
		return
	}
	if fault != "" {
		o.config.Log.Warn("jeton de contexte refusé", "requete", c.id, "cause", fault)
		o.say(c, http.StatusForbidden, "Identification refusée", "L'identification transmise ne peut pas être retenue. Recommencez auprès de l'opérateur d'identification.")
		return
	}
	p.identified, p.fresh = &token, true
	o.proceed(c, p, session{}, false)
}

// inspect tells where a person goes on to with a context token, and why it is refused; empty when it is not. A token
// that is not refused counts as come from then on (C04-N2).
func (o *Operator) inspect(c *call, judged sso.JudgedContext) (p passage, fault string, err error) {
	if refused := o.policy.excused(judged.Findings); len(refused) > 0 {
		return p, refused[0].Rule, nil
	}
	p, there := o.onwards(c, judged.RelayState)
	if !there {
		return p, "relaystate-other", nil
	}
	token := judged.Token
	again, err := o.consumed.take(token.Issuer, token.ID, token.NotOnOrAfter.Add(o.config.Bench.Profile.Skew()), c.now)
	if again && !o.policy.twice {
		return p, "context-replayed", err
	}
	return p, "", err
}

// onwards is where a person goes on to after an identification elsewhere; false when the address is none of ours.
func (o *Operator) onwards(c *call, relay string) (passage, bool) {
	if relay == "" {
		return passage{}, true
	}
	if p, known := o.pending.find(relay, cookie(c.r, browserCookie), c.now); known {
		return p, true
	}
	rest, isRebond := strings.CutPrefix(relay, PathRebond)
	organism, service, two := strings.Cut(rest, "/")
	organism, err := url.PathUnescape(organism)
	service, err2 := url.PathUnescape(service)
	if !isRebond || !two || err != nil || err2 != nil {
		return passage{}, false
	}
	return o.unsolicited(c, organism, service)
}

// ofContext tells a context token in the words of a record.
func ofContext(judged sso.JudgedContext) saml.Judged {
	t := judged.Token
	vi := interops.VI{
		ID: t.ID, IssueInstant: t.IssueInstant, Issuer: t.Issuer, NameID: t.NameID, NotBefore: t.NotBefore, NotOnOrAfter: t.NotOnOrAfter,
		Confirmation: interops.Confirmation{Recipient: t.Recipient},
	}
	if t.Audience != "" {
		vi.Audiences = [][]string{{t.Audience}}
	}
	return saml.Judged{VI: vi, Verified: judged.Verified, Signer: judged.Signer}
}
