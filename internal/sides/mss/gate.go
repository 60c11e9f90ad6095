package mss

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/mssante"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// Open implements scenario.Side: it starts Pro Santé Connect, and opens a mailbox with an honest token. Where the
// operator wants of honest tokens, or of the way in which they are presented, what the norm does not, it is found out,
// so that one departure does not hide the rest.
func (s *Side) Open(ctx context.Context) (*verdict.Trouble, error) {
	if trouble, err := s.startProvider(); trouble != nil || err != nil {
		return trouble, err
	}
	p := s.part(s.run.Gate(s.Role, candidate.NoMode))
	p.recovery = gateRecovery
	defer p.closeAll()
	boxes := s.openable()
	if len(boxes) == 0 {
		return s.openByCertificate(ctx, p), nil
	}
	if trouble := s.reach(ctx, p, boxes[0]); trouble != nil || s.Barred() {
		return trouble, nil
	}
	first, trouble := s.admitted(ctx, p, boxes)
	if trouble != nil || first == nil {
		return trouble, nil
	}
	return s.refusedTrouble(first), nil
}

// reach connects without login, and learns whether the second probe says anything.
func (s *Side) reach(ctx context.Context, p *part, box candidate.Mailbox) *verdict.Trouble {
	talking, err := p.dial(ctx, "sans connexion", s.Role, mail.Limits{Wait: s.run.Patience}, noCredential)
	switch {
	case errors.Is(err, mail.ErrNoTLS):
		s.Bar(verdict.Reason{Key: verdict.ReasonNoSTARTTLS, Args: []string{s.address, err.Error()}}, "TLS-01", "TLS-02")
		return nil
	case errors.Is(err, mail.ErrHandshake):
		s.Bar(verdict.Reason{Key: verdict.ReasonNoHandshake, Args: []string{s.address, err.Error()}}, "TLS-01", "TLS-02")
		return nil
	case err != nil:
		return s.Trouble(true, verdict.ReasonUnreachable, s.Field("address"), s.address, err.Error())
	}
	if d, ok := talking.(smtpTalk); ok {
		s.size, _ = d.announcedSize()
	}
	s.habit.blind, _, _ = talking.Opens(ctx, box.Address)
	return nil
}

// habits are the ways in which an honest login is tried, the norm's first.
func (s *Side) habits(boxes []candidate.Mailbox) []habit {
	base := habit{box: boxes[0], person: boxes[0].Opener(), oneStep: s.Role == candidate.RoleMSSIMAP, blind: s.habit.blind}
	with := func(change func(*habit)) habit {
		h := base
		change(&h)
		return h
	}
	all := []habit{
		base,
		with(func(h *habit) { h.oneStep = !h.oneStep }),
		with(func(h *habit) { h.shape.Claims = map[string]any{"aud": s.declared.PSC.Client.ID} }), // TOK-29
		with(func(h *habit) { h.shape.Header = map[string]any{"typ": "at+jwt"} }),                 // TOK-30
		with(func(h *habit) { h.shape.Claims = map[string]any{"sub": string(h.person)} }),         // TOK-39
	}
	for _, b := range boxes {
		if b.TestIdentity != "" { // BAL-11, BAL-13
			all = append(all, with(func(h *habit) { h.box, h.person = b, b.TestIdentity }))
		}
	}
	for _, b := range boxes[1:min(len(boxes), maxHabitBoxes)] {
		all = append(all, with(func(h *habit) { h.box, h.person = b, b.Opener() }))
	}
	return all
}

// gateRecovery is how long a role may take to come back from a temporary refusal before anything is judged.
const gateRecovery = 2 * time.Second

// maxHabitBoxes is how many mailboxes are tried.
const maxHabitBoxes = 4

// admitted finds the habit by which an honest login goes through. It returns the first attempt when none does, nil else.
func (s *Side) admitted(ctx context.Context, p *part, boxes []candidate.Mailbox) (*attempt, *verdict.Trouble) {
	var first *attempt
	for _, h := range s.habits(boxes) {
		s.habit = h
		a, err := p.controlled(ctx, labelBefore, s.honest(h.person))
		switch {
		case err != nil && first == nil:
			return nil, s.Trouble(true, verdict.ReasonUnreachable, s.Field("address"), s.address, err.Error())
		case err != nil:
			return first, nil
		case a.accepted():
			s.Standing.Note(true)
			return nil, nil
		case a.result.Outcome == mail.Accepted && a.mute(ctx):
			s.habit.blind = true // SMTP-15 finds it
			s.Standing.Note(true)
			return nil, nil
		}
		if first == nil {
			first = a
			if s.notAsked() != nil && !a.misread() {
				return first, nil // whatever the token, it could not be verified
			}
		}
	}
	return first, nil
}

// mute tells that whoever logged in to submission may not send as the mailbox: no second probe can go through then.
func (a *attempt) mute(ctx context.Context) bool {
	d, ok := a.talk.(smtpTalk)
	if !ok {
		return false
	}
	r, err := d.MailFrom(ctx, a.box)
	return err == nil && r.Permanent()
}

// misread tells that a refusal blames the form of the login, and not the token.
func (a *attempt) misread() bool {
	return a.result.Status == "BAD" || len(a.result.Status) == 3 && strings.HasPrefix(a.result.Status, "50")
}

// refusedTrouble tells why honest logins are refused.
func (s *Side) refusedTrouble(a *attempt) *verdict.Trouble {
	if t := s.notAsked(); t != nil {
		return t
	}
	if a.result.Outcome == mail.Accepted && s.Role == candidate.RoleMSSIMAP {
		s.Bar(verdict.Reason{Key: verdict.ReasonRoleHonestRefused, Args: []string{s.Scope(), a.told()}}, "IMAP-06")
		return nil
	}
	if a.result.Outcome == mail.Accepted {
		return s.Trouble(true, verdict.ReasonMisdeclared, "mssante.recipient", a.told())
	}
	return s.Trouble(false, verdict.ReasonRoleHonestRefused, s.Scope(), a.told())
}

// notAsked tells what keeps the operator from verifying tokens with Pro Santé Connect; nil when nothing shows.
func (s *Side) notAsked() *verdict.Trouble {
	entries := s.provider.Journal(func(e psc.Entry) bool { return e.Number > s.began })
	refused := slices.ContainsFunc(entries, func(e psc.Entry) bool {
		return e.Endpoint == psc.EndpointIntrospection && e.Status == http.StatusUnauthorized
	})
	answered := slices.ContainsFunc(entries, func(e psc.Entry) bool {
		return e.Endpoint == psc.EndpointIntrospection && e.Status == http.StatusOK
	})
	switch cause := s.provider.Refused(); {
	case refused && !answered:
		return s.Trouble(true, verdict.ReasonPSCClient, s.declared.PSC.Client.ID)
	case len(entries) == 0 && cause != "":
		return s.Trouble(true, verdict.ReasonPSCCertificate, s.provider.Issuer(), cause)
	case len(entries) == 0 && s.declared.TokenCheck != mssante.ByKey:
		return s.Trouble(true, verdict.ReasonPSCNotAsked, s.provider.Issuer())
	}
	return nil
}

// closeAll ends the connections of the gate; what was said there is in no case.
func (p *part) closeAll() {
	for _, t := range p.talks {
		if t.talk != nil {
			_ = t.talk.Close()
		}
	}
}
