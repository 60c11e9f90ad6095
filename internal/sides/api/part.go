package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// part is a scenario's part of the side: what was exchanged and called, and what it must undo.
type part struct {
	*scenario.World
	side  *Side
	made  *exchange // the last one
	seen  *call     // the last one
	token string    // of the API, of the last exchange or control that gave one
	hello *pki.HelloResult
	clock bool // the clocks were moved
}

// control exchanges a fresh token and reads the resource, and tells whether that went through, and what was answered.
func (p *part) control(ctx context.Context, label string) (ok bool, told string) {
	e, err := p.exchange(ctx, p.side.honest(label))
	switch {
	case err != nil:
		told = err.Error()
	case e.token == "":
		told = e.told()
	case p.side.Barred():
		ok, told = true, e.told()
	default:
		c := p.call(ctx, p.side.visit(label, e.token))
		ok, told = c.delivered, c.told()
	}
	if ok {
		p.token = e.token
	}
	p.side.Standing.Note(ok)
	return ok, told
}

// controlBefore is the honest exchange without which what follows proves nothing (rule 2).
func controlBefore(ctx context.Context, p *part) error {
	if ok, told := p.control(ctx, labelBefore); !ok {
		return p.Cannot(verdict.ReasonControlRefusedBefore, told)
	}
	return nil
}

// controlAfter is the honest exchange that tells that the API still serves.
func controlAfter(ctx context.Context, p *part) error {
	if ok, told := p.control(ctx, labelAfter); !ok {
		return p.Cannot(verdict.ReasonControlRefusedAfter, told)
	}
	return nil
}

// lost tells that a request could not be made, or got no answer in time: that is no refusal.
func (p *part) lost(key string, r *reply) error {
	var out *unreachable
	if !errors.As(r.err, &out) {
		return nil
	}
	if errors.Is(out.cause, context.DeadlineExceeded) {
		return p.Cannot(verdict.ReasonTimeout, key, p.side.run.Patience.String())
	}
	return p.Cannot(verdict.ReasonUnreachable, p.side.Field(key), key, r.err.Error())
}

const transcriptMedia = "text/plain; charset=utf-8"

// keep keeps an exchange as evidence, the token of the API without its signature.
func (p *part) keep(label, request string, r *reply, token string) {
	e := verdict.Exchange{Label: label, From: "harness", Status: r.status, TLS: r.facts}
	p.Veil.Hide(token)
	e.Request = p.Evidence([]byte(request), transcriptMedia)
	if r.err != nil {
		e.Error = r.err.Error()
	} else {
		var b strings.Builder
		fmt.Fprintf(&b, "HTTP %d\n", r.status)
		_ = p.side.run.Bench.Redactor.Header(r.header).Write(&b)
		fmt.Fprintf(&b, "\n%s", r.body)
		e.Response = p.Evidence([]byte(b.String()), transcriptMedia)
	}
	p.Keep(e)
}

// secretWords end the names of parameters that prove who asks.
var secretWords = []string{"secret", "password", "assertion", "token", "key", "pin"}

// secrets are those of the candidate file: of the API as a client of Pro Santé Connect, and of the proxy as one of the API.
func (s *Side) secrets() []string {
	all := []string{s.declared.PSC.Client.Secret}
	for name, value := range s.declared.Parameters {
		if slices.ContainsFunc(secretWords, func(word string) bool { return strings.HasSuffix(strings.ToLower(name), word) }) {
			all = append(all, value)
		}
	}
	return all
}

// asked keeps what Pro Santé Connect was asked about a token, where it was.
func (p *part) asked(token string) {
	sum := psc.Digest(token)
	entries := p.side.provider.Journal(func(e psc.Entry) bool { return e.Token != nil && e.Token.SHA256 == sum })
	if len(entries) == 0 {
		return
	}
	raw, err := json.MarshalIndent(entries, "", "  ")
	if err != nil {
		_ = p.Cannot(verdict.ReasonHarnessError, err.Error())
		return
	}
	p.Keep(verdict.Exchange{Label: labelAsked, From: "candidate", Request: p.Evidence(raw, "application/json")})
}

// proof keeps an answer for a finding.
func (p *part) proof(r *reply, token string) string {
	p.Veil.Hide(token)
	return p.Evidence([]byte(r.told()+"\n\n"+string(r.body)), transcriptMedia)
}

// remark notes in the record what no finding says.
func (p *part) remark(which, seen string) { p.Remark(which, seen) }

// passes lets a time pass for the candidate and for Pro Santé Connect: by the candidate's clock where it declares one, and
// otherwise by waiting.
func (p *part) passes(ctx context.Context, d time.Duration) error {
	if p.side.declared.Clock == nil {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	p.clock = true
	p.side.run.Bench.Clock.Advance(d)
	return p.tell(ctx, p.side.run.Bench.Clock.Now().UTC().Format(time.RFC3339Nano))
}

// tell tells the candidate's clock an instant, or nothing to give the time of day back.
func (p *part) tell(ctx context.Context, instant string) error {
	if err := access.SetClock(ctx, *p.side.declared.Clock, p.side.run.Candidate.Path, instant); err != nil {
		return p.Cannot(verdict.ReasonDriverFailed, "clock", err.Error())
	}
	return nil
}

// undo gives both clocks back to the time of day.
func (p *part) undo(ctx context.Context) {
	if !p.clock {
		return
	}
	p.clock = false
	p.side.run.Bench.Clock.Follow()
	_ = p.tell(ctx, "")
}

// revoke ends the token of the last control, by the declared address or the declared gesture.
func revoke(ctx context.Context, p *part) error {
	s := p.side
	if s.declared.Revocation == "" {
		body, err := json.Marshal(map[string]string{"token": p.token})
		if err != nil {
			return err
		}
		a := access.Action{Verb: string(candidate.RevokeToken), Sentence: "Révoquez le jeton de l'API.", Body: body}
		return p.Gesture(ctx, s.declared.Verbs[candidate.RevokeToken], s.Field("verbs."+a.Verb), a)
	}
	r, err := p.posts(ctx, labelRevoked, s.declared.Revocation, p.token)
	if err != nil {
		return err
	}
	if r.err != nil || r.status != http.StatusOK && r.status != http.StatusNoContent {
		return p.Cannot(verdict.ReasonDriverFailed, p.side.Field("revocation"), r.told())
	}
	return nil
}
