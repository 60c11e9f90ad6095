package mta

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/verdict"
	"etalon/internal/whitelist"
)

// Open implements scenario.Side: it starts what stands around the candidate, has the white list read, and hands an honest
// message over.
func (s *Side) Open(ctx context.Context) (*verdict.Trouble, error) {
	around, key, err := s.surround()
	if err != nil {
		return s.Trouble(true, verdict.ReasonMisdeclared, s.Field(key), err.Error()), nil
	}
	s.around = around
	if t := s.opensAccount(); t != nil {
		return t, nil
	}
	if err := s.haveListRead(ctx); err != nil {
		return s.Trouble(true, verdict.ReasonDriverFailed, "mssante.verbs."+string(candidate.RefreshWhiteList), err.Error()), nil
	}
	p := &part{World: s.run.Gate(s.Role, candidate.NoMode), side: s}
	defer p.closeAll()
	if t := s.reach(ctx, p); t != nil || s.Barred() {
		return t, nil
	}
	told := p.control(ctx, labelBefore)
	if told != "" {
		told = s.onceListRead(ctx, p, told)
	}
	switch {
	case told == "":
		return nil, nil
	case s.listUnread():
		return s.Trouble(true, verdict.ReasonListUnread, s.around.list.URL(), told), nil
	}
	return s.Trouble(false, verdict.ReasonRoleHonestRefused, s.Scope(), told), nil
}

// listUnread tells that nobody came for the white list.
func (s *Side) listUnread() bool {
	return !slices.ContainsFunc(s.around.list.Since(0), given)
}

// given tells that somebody was given a list.
func given(v whitelist.Visit) bool { return v.Kind == whitelist.Get && v.Digest != "" }

// onceListRead waits for a candidate that reads the list by itself, or that has read it and did not put it in force yet, and hands
// an honest message over again. It returns why that did not come through; what was said before when nobody came for the list.
func (s *Side) onceListRead(ctx context.Context, p *part, told string) string {
	within := min(longestLoading, s.run.Patience)
	if s.listUnread() {
		within = soon
	}
	bounded, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if _, err := s.around.list.Await(bounded, 0, given); err != nil {
		return told
	}
	for told != "" && looksAgain(bounded) == nil {
		told = p.control(ctx, labelBefore)
	}
	return told
}

// soon is how long a list that is read often is waited for.
const soon = 20 * time.Second

// haveListRead has the candidate read the white list by its gesture, where it has one.
func (s *Side) haveListRead(ctx context.Context) error {
	if d, ok := s.shared.Verbs[candidate.RefreshWhiteList]; ok {
		answer, err := s.run.Driver(d, nil).Do(ctx, access.Action{Verb: string(candidate.RefreshWhiteList), Sentence: "Faites relire la liste blanche au candidat : " + s.around.list.URL()})
		return cmp.Or(err, answer.Err())
	}
	return nil
}

// reach connects without a message, and learns what the candidate offers.
func (s *Side) reach(ctx context.Context, p *part) *verdict.Trouble {
	c, err := p.dials(ctx, labelBefore)
	if err != nil {
		return s.Trouble(true, verdict.ReasonUnreachable, s.Field("address"), s.declared.Address, err.Error())
	}
	offers, _, err := c.Hello(ctx)
	if err != nil {
		return s.Trouble(true, verdict.ReasonUnreachable, s.Field("address"), s.declared.Address, err.Error())
	}
	if offers.Has("STARTTLS") {
		link, trouble := s.linkOf(honestPeer)
		if trouble != nil {
			return s.Trouble(true, verdict.ReasonHarnessError, trouble.Error())
		}
		offers, err = p.secures(ctx, c, link)
	} else {
		err = mail.ErrNoTLS
	}
	switch {
	case errors.Is(err, mail.ErrNoTLS):
		s.Bar(verdict.Reason{Key: verdict.ReasonNoSTARTTLS, Args: []string{s.declared.Address, err.Error()}}, "MTA-01")
	case err != nil:
		return s.Trouble(false, verdict.ReasonRoleHonestRefused, s.Scope(), "STARTTLS : "+err.Error())
	}
	s.size, s.dsn, s.eight = announced(offers), offers.Has("DSN"), offers.Has("8BITMIME")
	return nil
}
