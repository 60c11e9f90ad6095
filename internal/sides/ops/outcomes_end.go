package ops

import (
	"context"
	"slices"
	"strings"
	"time"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/browser"
	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/internal/verdict"
	"etalon/stubs/members"
)

// browserHop is one request of a person's browser.
type browserHop = browser.Hop

// toldSince waits for the LogoutRequest about a session at its member: an operator may tell services after it has
// answered the person.
func (w *World) toldSince(ctx context.Context, from int, s members.Session) ([]arrival, error) {
	deadline := bench.Wall().Add(access.TraceDelay)
	for {
		var heard []arrival
		for _, x := range w.client.side.since(from) {
			if x.member != nil && x.member.Kind == members.KindLogoutRequest && x.member.Organism == s.Organism && x.member.Logout.NameID.Value == s.VI.NameID.Value {
				heard = append(heard, x)
			}
		}
		if len(heard) > 0 || bench.Wall().After(deadline) {
			return heard, nil
		}
		if err := bench.Pause(ctx); err != nil {
			return nil, err
		}
	}
}

// othersTold makes sure that each member where the person has a session, but for who asked, heard of its end by a sound
// LogoutRequest about that session (D01).
func othersTold(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	g, err := w.guestOf(alias)
	if err != nil {
		return err
	}
	told := 0
	for _, s := range w.visited(g) {
		if s.Organism == g.left {
			continue
		}
		told++
		if err := w.heardOf(ctx, g, s); err != nil {
			return err
		}
	}
	if told == 0 {
		return w.Cannot(verdict.ReasonNoMessage, "session")
	}
	w.Checked()
	return nil
}

// heardOf judges what a member heard of the end of a session.
func (w *World) heardOf(ctx context.Context, g *guest, s members.Session) error {
	heard, err := w.toldSince(ctx, g.from, s)
	if err != nil {
		return err
	}
	if len(heard) == 0 {
		c, _ := w.lastCall()
		w.Finds(w.Own("logout-not-told", s.Organism, "0", c.evidence()...))
		return nil
	}
	named := false
	for _, x := range heard {
		named = named || s.VI.SessionIndex == "" || slices.Contains(x.member.Logout.SessionIndexes, s.VI.SessionIndex)
		for _, f := range x.member.Logout.Findings {
			if f.Rule != "logout-session-unknown" && f.Rule != "logout-nameid-other" { // of another session of the person's
				f.Evidence = []string{w.evidence(x.Body)}
				w.Sees(f)
			}
		}
	}
	if !named {
		w.Sees(w.Own("logout-session-other", s.VI.SessionIndex, strings.Join(heard[0].member.Logout.SessionIndexes, " "), w.evidence(heard[0].Body)))
	}
	return nil
}

// memberTold makes sure that one member heard of the end of the session of whoever left last (D04-N2).
func memberTold(ctx context.Context, service string) error {
	w := worldOf(ctx)
	at, err := w.place(service)
	if err != nil {
		return err
	}
	for _, g := range w.client.guests {
		if g.left == "" {
			continue
		}
		s, ok := w.sessionAt(g, at.project.Provider)
		if !ok {
			return w.Cannot(verdict.ReasonNoMessage, "session")
		}
		w.Checked()
		return w.heardOf(ctx, g, s)
	}
	return errNothingSent
}

// sessionOver sends the person to a service again: no VI may come of it (D01-N2, D05).
func sessionOver(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	c, err := w.comesBack(ctx, alias)
	if err != nil {
		return err
	}
	if c.getsVI() {
		w.Sees(w.Own("session-after-logout", "0", c.told(), c.evidence()...))
	}
	return nil
}

// sessionHolds sends the person to a service again: a VI must come of it, without another login (D01-N3, D02, D03).
func sessionHolds(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	c, err := w.comesBack(ctx, alias)
	if err != nil {
		return err
	}
	if !c.getsVI() {
		w.Finds(w.Own("session-closed", "1", c.told(), c.evidence()...))
	}
	return nil
}

// comesBack sends a person to the main service in the same browser.
func (w *World) comesBack(ctx context.Context, alias string) (appCall, error) {
	g, err := w.guestOf(alias)
	if err != nil {
		return appCall{}, err
	}
	at, err := w.place("principal")
	if err != nil {
		return appCall{}, err
	}
	if err := w.rebounds(ctx, g, at, nil); err != nil {
		return appCall{}, err
	}
	w.Checked()
	return w.lastCall()
}

// answersTo are the LogoutResponses that a member got to its last LogoutRequest.
func (w *World) answersTo(ctx context.Context, organism string) ([]sso.JudgedLogoutResponse, error) {
	if len(w.client.ordered) == 0 {
		return nil, errNothingSent
	}
	last := w.client.ordered[len(w.client.ordered)-1]
	if last.out.Binding == sso.BindingSOAP {
		if last.called.Err != nil {
			return nil, nil
		}
		return []sso.JudgedLogoutResponse{last.called.Answer}, nil
	}
	var all []sso.JudgedLogoutResponse
	for _, x := range w.client.side.since(last.from) {
		if x.member != nil && x.member.Kind == members.KindLogoutResponse && x.member.Organism == organism {
			all = append(all, x.member.Confirmed)
		}
	}
	return all, nil
}

// complete tells that a LogoutResponse announces the end of every session.
func complete(r sso.JudgedLogoutResponse) bool {
	return r.Status == sso.StatusSuccess && !r.Partial()
}

// logoutTold makes sure that the service that asked hears how it ended (D04, D06).
func logoutTold(ctx context.Context, service, how string) error {
	w := worldOf(ctx)
	at, err := w.place(service)
	if err != nil {
		return err
	}
	answers, err := w.answersTo(ctx, at.project.Provider)
	if err != nil {
		return err
	}
	c, err := w.lastCall()
	if err != nil {
		return err
	}
	w.Checked()
	if len(answers) == 0 {
		w.Finds(w.Own("logout-unanswered", at.project.Provider, c.told(), c.evidence()...))
		return nil
	}
	for _, a := range answers {
		for _, f := range a.Findings {
			if f.Rule != "logout-answer-failed" {
				f.Evidence = c.evidence()
				w.Sees(f)
			}
		}
		switch {
		case how == "partielle" && complete(a):
			w.Sees(w.Own("partial-logout-untold", sso.StatusPartialLogout, a.Status+" "+a.SubStatus, c.evidence()...))
		case how == "entière" && !complete(a):
			w.Finds(w.Own("logout-incomplete", sso.StatusSuccess, a.Status+" "+a.SubStatus, c.evidence()...))
		}
	}
	return nil
}

// logoutNotComplete makes sure that no complete logout is announced to the service that asked (D04-N1, D06-N1).
func logoutNotComplete(ctx context.Context, service string) error {
	w := worldOf(ctx)
	at, err := w.place(service)
	if err != nil {
		return err
	}
	answers, err := w.answersTo(ctx, at.project.Provider)
	if err != nil {
		return err
	}
	w.Checked()
	for _, a := range answers {
		if complete(a) {
			c, _ := w.lastCall()
			w.Sees(w.Own("success-announced", sso.StatusPartialLogout, a.Status+" "+a.SubStatus, c.evidence()...))
		}
	}
	return nil
}

// steps of a person, as the traces should tell them.
type tracedStep struct {
	kind     string // identification, passage
	vi       string
	evidence []string
}

// journeyOf are the steps of a person that reached someone.
func (w *World) journeyOf(g *guest) []tracedStep {
	var all []tracedStep
	if g.tokenID != "" {
		all = append(all, tracedStep{"identification", g.tokenID, nil})
	}
	for _, c := range w.callsOf(g) {
		for _, e := range w.emitted(c) {
			if hasVI(e.judged) {
				all = append(all, tracedStep{"passage", e.judged.VI.ID, c.evidence()})
			}
		}
	}
	return all
}

// journeyRecords finds the record of each step of a person; those that are missing are told (X10-N1).
func (w *World) journeyRecords(ctx context.Context, alias string) ([]access.TraceRecord, error) {
	g, err := w.guestOf(alias)
	if err != nil {
		return nil, err
	}
	steps := w.journeyOf(g)
	if len(steps) == 0 {
		return nil, w.Cannot(verdict.ReasonNoMessage, "VI")
	}
	w.Checked()
	var records []access.TraceRecord
	for _, s := range steps {
		r, found, err := w.traceOf(ctx, s.vi, "", nil)
		if err != nil {
			return nil, err
		}
		if !found {
			w.Finds(w.Own("journey-hop-missing", s.kind+" "+s.vi, "0", s.evidence...))
			continue
		}
		records = append(records, r)
	}
	return records, nil
}

func journeyTraced(ctx context.Context, alias string) error {
	_, err := worldOf(ctx).journeyRecords(ctx, alias)
	return err
}

// journeyOrdered makes sure that the dates of the records put the steps in the order in which they took place (X10-N2),
// and draws them.
func journeyOrdered(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	records, err := w.journeyRecords(ctx, alias)
	if err != nil {
		return err
	}
	var before time.Time
	for _, r := range records {
		at, err := time.Parse(time.RFC3339Nano, r.Text("timestamp"))
		switch {
		case err != nil:
			w.Finds(w.Own("journey-order-undecidable", interops.InstantLayout, r.Text("timestamp"), w.evidence(r.Raw)))
		case at.Before(before):
			w.Finds(w.Own("journey-order-contradicted", before.Format(interops.InstantLayout), r.Text("timestamp"), w.evidence(r.Raw)))
		default:
			before = at
		}
	}
	return w.drawJourney(records)
}

// endTraced looks for the record of the end of the person's session (X11).
func endTraced(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	g, err := w.guestOf(alias)
	if err != nil {
		return err
	}
	b, err := w.readBook()
	if err != nil {
		return err
	}
	w.Checked()
	names := w.nameIDs(g.who.ID)
	_, found, err := b.Await(ctx, func(r access.TraceRecord) bool {
		return r.Text("decision") == string(interops.LoggedOut) && (r.Text("nameId") == names[0] || r.Text("nameId") == names[1])
	}, nil)
	if err != nil {
		return w.unreadable(err)
	}
	if !found {
		c, _ := w.lastCall()
		w.Finds(w.Own("journey-logout-missing", g.who.ID, "0", c.evidence()...))
	}
	return nil
}
