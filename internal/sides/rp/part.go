package rp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// The labels of visits, as the catalogue of texts has them.
const (
	labelBefore = "honest"
	labelAfter  = "closing"
	labelTrial  = "login"
	labelAsked  = "service-asked"
)

// part is a scenario's part of the side: its visitors, and what it must undo.
type part struct {
	*scenario.World
	side  *Side
	began int // the last entry of the journal of Pro Santé Connect before

	person   *psc.Person // of the trials; nil before the first
	visitors []*visitor
	controls []*visitor
	trial    *visitor // that outcomes are about
	way      *decoupled
	fault    string // of the trial; empty for none
	mark     int    // the last entry before what outcomes are about
	owed     owed
	refuses  bool // a refresh of the trial is to be refused
}

// owed is what a scenario must undo.
type owed struct{ turn, conduct, clock bool }

// somebody is the person of the trials, whom no other scenario has.
func (p *part) somebody(ctx context.Context) (psc.Person, error) {
	if p.person == nil {
		taken, ok := p.side.takes(ctx, p.Address.String())
		if !ok && ctx.Err() != nil {
			return psc.Person{}, ctx.Err()
		}
		if !ok {
			return psc.Person{}, p.Cannot(verdict.ReasonNotDeclared, p.side.Field("persons"))
		}
		p.person = &taken
	}
	return *p.person, nil
}

// last is the visitor whom outcomes are about. It fails when there was none.
func (p *part) last() (*visitor, error) {
	if p.trial == nil {
		return nil, p.Cannot(verdict.ReasonNoMessage, "connexion")
	}
	p.settled()
	return p.trial, nil
}

// settled waits until the form of a decoupled login has been answered: the browser's patience bounds that.
func (p *part) settled() {
	if p.way != nil {
		<-p.way.done
	}
}

// commits makes the flows of a person go wrong by a named fault, or as a variant.
func (p *part) commits(person psc.Person, fault string) error {
	p.owed.turn = true
	if err := p.side.provider.Turn(p.side.declared.PSC.Client.ID, psc.Turn{IdNat: person.IdNat, Fault: fault}); err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	return nil
}

// honestly makes the flows of the person of the trials honest again.
func (p *part) honestly() {
	p.owed.turn = false
	if p.person != nil {
		_ = p.commits(*p.person, "")
		p.owed.turn = false
	}
}

// undo makes Pro Santé Connect honest again, and gives the wall clock back.
func (p *part) undo(ctx context.Context) {
	if p.owed.turn {
		p.honestly()
	}
	if p.owed.conduct {
		p.owed.conduct = false
		if err := p.side.provider.Behave(oidc.Conduct{}); err != nil {
			_ = p.Cannot(verdict.ReasonHarnessError, err.Error())
		}
	}
	if p.owed.clock {
		p.owed.clock = false
		p.side.run.Bench.Clock.Follow()
		_ = p.setClock(ctx, "")
	}
}

// pass lets a time pass for the service and for Pro Santé Connect, by the clock that the service declares.
func (p *part) pass(ctx context.Context, d time.Duration) error {
	p.owed.clock = true
	p.side.run.Bench.Clock.Advance(d)
	return p.setClock(ctx, p.side.run.Bench.Clock.Now().UTC().Format(time.RFC3339Nano))
}

// setClock tells the service's clock an instant, or nothing to give the wall clock back.
func (p *part) setClock(ctx context.Context, instant string) error {
	if err := access.SetClock(ctx, *p.side.declared.Clock, p.side.run.Candidate.Path, instant); err != nil {
		return p.Cannot(verdict.ReasonDriverFailed, p.side.Field("clock"), err.Error())
	}
	return nil
}

// asked are the entries of the journal of the scenario for which holds holds.
func (p *part) asked(holds func(psc.Entry) bool) []psc.Entry {
	return p.side.provider.Journal(func(e psc.Entry) bool { return e.Number > p.began && holds(e) })
}

// parameter is what an entry says of a parameter, in its body or its address.
func parameter(e psc.Entry, name string) string {
	if value, ok := e.Form[name]; ok {
		return value
	}
	return e.Query[name]
}

// exchanges are the calls with which a visitor's code was redeemed.
func (p *part) exchanges(v *visitor) []psc.Entry {
	code := v.back.Get("code")
	if code == "" {
		return nil
	}
	told := p.Run.Bench.Redactor.Secret(code)
	return p.asked(func(e psc.Entry) bool { return e.Endpoint == psc.EndpointToken && parameter(e, "code") == told })
}

// entries keeps entries of the journal of Pro Santé Connect as evidence.
func (p *part) entries(entries []psc.Entry) string {
	raw, err := json.MarshalIndent(entries, "", "  ")
	if err != nil {
		_ = p.Cannot(verdict.ReasonHarnessError, fmt.Sprintf("write journal: %v", err))
		return ""
	}
	return p.Evidence(raw, "application/json")
}

// proof keeps the way of a visitor so far.
func (p *part) proof(v *visitor) []string {
	return []string{p.Evidence(p.transcript(v), "text/plain; charset=utf-8")}
}

// maxPage is how much of the last page is kept.
const maxPage = 8 << 10

// transcript writes the way of a visitor, without what lets in.
func (p *part) transcript(v *visitor) []byte {
	var b bytes.Buffer
	for _, h := range v.hops {
		fmt.Fprintf(&b, "%s %s\n", h.Method, h.URL)
		if h.Err != nil {
			fmt.Fprintf(&b, "  ! %s\n", scenario.Brief(h.Err.Error()))
			continue
		}
		fmt.Fprintf(&b, "  %d", h.Status)
		if to := h.Header.Get("Location"); to != "" {
			fmt.Fprintf(&b, " → %s", to)
		}
		b.WriteString("\n")
	}
	if v.page.Held != nil {
		fmt.Fprintf(&b, "%s %s\n  (retenue)\n", v.page.Held.Method, v.page.Held.URL)
	} else if len(v.page.Body) > 0 && !p.side.ofProvider(v.page.URL) {
		page := p.Veil.Bytes(v.page.Body) // before it is cut, for a secret stands there whole
		fmt.Fprintf(&b, "\n%s", page[:min(len(page), maxPage)])
	}
	return b.Bytes()
}

// finish keeps the ways of the visitors and what Pro Santé Connect was asked, and gives the person and the browsers back.
func (p *part) finish() {
	p.settled()
	for _, v := range p.visitors {
		e := verdict.Exchange{Label: v.label, From: "harness", Marker: string(v.person.IdNat), Status: v.page.Status, Request: p.Evidence(p.transcript(v), "text/plain; charset=utf-8")}
		if v.err != nil {
			e.Error = v.err.Error()
		}
		for _, h := range v.hops {
			if h.TLS != nil && !p.side.ofProvider(h.URL) {
				e.TLS = pki.LinkFacts(h.TLS, pki.Credential{})
				break
			}
		}
		p.Keep(e)
		_ = v.browser.Close()
	}
	if asked := p.mine(); len(asked) > 0 {
		p.Keep(verdict.Exchange{Label: labelAsked, From: "candidate", Request: p.entries(asked)})
	}
	p.visitors = nil
	if p.person != nil {
		p.side.gives(*p.person)
		p.person = nil
	}
}

// mine are the entries that tell of the scenario's own visitors: others are played at once.
func (p *part) mine() []psc.Entry {
	known := map[string]bool{}
	for _, v := range p.visitors {
		for _, name := range []string{"code", "state"} {
			for _, from := range []url.Values{v.asked, v.back} {
				if value := from.Get(name); value != "" {
					known[value], known[p.Run.Bench.Redactor.Secret(value)] = true, true
				}
			}
		}
	}
	return p.asked(func(e psc.Entry) bool {
		return known[parameter(e, "code")] || known[parameter(e, "state")] || p.way != nil && p.way.is(e)
	})
}

// tokenOf reads a token, if a text is one.
func tokenOf(text string) (jws.Token, bool) {
	t, err := jws.Parse(text)
	return t, err == nil
}

// glance is how long a page is left alone between two looks.
const glance = 100 * time.Millisecond

// watches looks at a page of the service until something holds, for no longer than d.
func watches(ctx context.Context, d time.Duration, holds func() bool) bool {
	over, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	for !holds() {
		if bench.Sleep(over, glance) != nil {
			return holds()
		}
	}
	return true
}
