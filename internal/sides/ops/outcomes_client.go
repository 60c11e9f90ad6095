package ops

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"etalon/internal/access"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/soap"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// noVI records that the last call came without a VI, if it came at all: a departure from the rule of insertion alone.
func (w *World) noVI() error {
	call := w.client.calls[len(w.client.calls)-1]
	if slices.ContainsFunc(call.seen, arrived) {
		requirement := "V18"
		switch w.client.side.mode {
		case interops.ModeA:
			requirement = "A14"
		case interops.ModeR:
			requirement = "R07"
		}
		w.Sees(verdict.Finding{Requirement: requirement, Rule: "call-without-vi", Want: "wsse:Security/Assertion", Got: call.told(), Evidence: call.evidence()})
	}
	return w.Cannot(verdict.ReasonNoMessage, "VI")
}

// notSent weighs an honest call that did not leave. It accuses only if a plain honest call still leaves afterwards.
func (w *World) notSent(ctx context.Context) error {
	call := w.client.calls[len(w.client.calls)-1]
	if slices.ContainsFunc(call.seen, arrived) {
		return w.noVI()
	}
	w.restore(ctx)
	w.client.side.partner.Arm(0, mutation.Conduct{})
	control, ok, err := w.clientControl(ctx)
	switch {
	case err != nil:
		return err
	case !ok:
		return w.Cannot(verdict.ReasonControlRefusedAfter, control.told())
	}
	w.Finds(w.Own("honest-not-sent", "1", call.told(), call.evidence()...))
	return nil
}

// nothingLeaves makes sure that the last call reached nobody.
func nothingLeaves(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	call := w.client.calls[len(w.client.calls)-1]
	if n := len(slices.DeleteFunc(slices.Clone(call.seen), func(x arrival) bool { return !arrived(x) })); n > 0 {
		w.Sees(w.Own("call-left", "0", fmt.Sprint(n), call.evidence()...))
	}
	return nil
}

// noByteArrived makes sure that no message came in on the link that should have been refused (T02).
func noByteArrived(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	w.mustHaveTried()
	for _, c := range w.client.calls {
		for _, x := range c.seen {
			if x.Method != "" || len(x.Body) > 0 {
				w.Sees(w.Own("vi-sent-to-bad-server", "0", fmt.Sprint(len(x.Body)), c.evidence()...))
			}
		}
	}
	return nil
}

// mustHaveTried doubts a silence: a candidate that did not even try to connect proves nothing (rule 2).
func (w *World) mustHaveTried() {
	for _, c := range w.client.calls {
		if len(c.seen) == 0 && answeredWell(c.answer) {
			_ = w.Cannot(verdict.ReasonNoMessage, "liaison")
		}
	}
}

// noByteInClear makes sure that no message came without TLS (T07).
func noByteInClear(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	for _, c := range w.client.calls {
		for _, x := range c.seen {
			if x.Clear && x.Method != "" && (x.carried || w.client.side.mode != interops.ModeR) {
				w.Sees(w.Own("vi-sent-in-clear", "0", fmt.Sprint(len(x.Body)), c.evidence()...))
			}
		}
	}
	return nil
}

// nothingWithoutVI makes sure that every message held a VI (A13, A14).
func nothingWithoutVI(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	for _, c := range w.client.calls {
		for _, e := range w.emitted(c) {
			if !hasVI(e.judged) {
				w.Sees(w.Own("call-without-vi", "wsse:Security/Assertion", "", c.evidence()...))
			}
		}
	}
	return nil
}

// callsBounded counts the messages that one call of the application made (A13).
func callsBounded(ctx context.Context, most int) error {
	w := worldOf(ctx)
	w.Checked()
	if limit := w.client.side.declared.Retries; limit != nil {
		most = max(most, *limit+1)
	}
	for _, c := range w.client.calls {
		n := 0
		for _, x := range c.seen {
			if arrived(x) {
				n++
			}
		}
		if n > most {
			w.Sees(w.Own("retry-endless", fmt.Sprint(most), fmt.Sprint(n), c.evidence()...))
		}
	}
	return nil
}

// renewedVI makes sure that a second try brought another VI than the one that was refused (A13).
func renewedVI(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	ids := map[string]bool{}
	for _, e := range w.allEmitted() {
		if id := e.judged.VI.ID; ids[id] {
			w.Sees(w.Own("vi-not-renewed", "", id, e.call.evidence()...))
		} else {
			ids[id] = true
		}
	}
	return nil
}

// emittedAddresses looks for a VI in the addresses that were called (L08).
func emittedAddresses(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	for _, c := range w.client.calls {
		for _, x := range c.seen {
			if _, query, ok := strings.Cut(x.URL, "?"); ok && (looksLikeVI.MatchString(query) || x.astray) {
				w.Sees(w.Own("vi-in-url", "", query[:min(len(query), 80)], c.evidence()...))
			}
		}
	}
	return nil
}

// looksLikeVI is a parameter long enough to hold an assertion.
var looksLikeVI = regexp.MustCompile(`=[A-Za-z0-9+/_%=-]{400,}`)

// eachOwnVI pairs each call with the user of its VI (L02).
func eachOwnVI(ctx context.Context) error {
	w := worldOf(ctx)
	all, err := w.needEmitted()
	if err != nil {
		return err
	}
	for _, e := range all {
		if want, got := e.call.user.ID, e.judged.VI.NameID.Value; want != got && got != "" {
			w.Sees(w.Own("vi-of-other-user", want, got, w.proof(e.exchange)))
		}
	}
	return nil
}

// eachOwnService pairs each call with the audience of its VI (L03).
func eachOwnService(ctx context.Context) error {
	w := worldOf(ctx)
	all, err := w.needEmitted()
	if err != nil {
		return err
	}
	for _, e := range all {
		for _, audiences := range e.judged.VI.Audiences {
			if !slices.Contains(audiences, e.call.service.Audience) {
				w.Sees(w.Own("vi-of-other-service", e.call.service.Audience, strings.Join(audiences, " "), e.call.evidence()...))
			}
		}
	}
	return nil
}

// withdrawnPAGM looks for the withdrawn right in the VI of the last call (L04).
func withdrawnPAGM(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	last := w.client.calls[len(w.client.calls)-1]
	for _, e := range w.emitted(last) {
		for _, p := range last.user.PAGM {
			if slices.Contains(e.judged.VI.PAGM, p) {
				w.Sees(w.Own("right-still-used", "", p, last.evidence()...))
			}
		}
	}
	return nil
}

// headerStays looks for what the application told its gateway in what the partner got (A14, A15).
func headerStays(ctx context.Context, name string) error {
	w := worldOf(ctx)
	w.Checked()
	rule := map[string]string{"Security": "app-security-forwarded", client.InteropsInfosHeader: "interops-infos-forwarded"}[name]
	if rule == "" {
		return fmt.Errorf("header %q: want Security or %s", name, client.InteropsInfosHeader)
	}
	for _, c := range w.client.calls {
		for _, x := range c.seen {
			planted := bytes.Contains(x.Body, []byte(plantedUser))
			if name != "Security" {
				planted = len(x.Header.Values(name)) > 0
			}
			if planted {
				w.Sees(w.Own(rule, "", name, c.evidence()...))
			}
		}
	}
	return nil
}

// headerNotReceived looks for a header of the partner's in the application's answer (A15).
func headerNotReceived(ctx context.Context, name string) error {
	w := worldOf(ctx)
	w.Checked()
	for _, c := range w.client.calls {
		if len(c.answer.Header.Values(name)) > 0 {
			w.Sees(w.Own("interops-infos-injected", "", name, c.evidence()...))
		}
	}
	return nil
}

// lastAnswered is the last call with the exchange whose answer the application should have got.
func (w *World) lastAnswered() (appCall, arrival, error) {
	call := w.client.calls[len(w.client.calls)-1]
	for _, x := range slices.Backward(call.seen) {
		if x.Status != 0 && arrived(x) {
			return call, x, nil
		}
	}
	return call, arrival{}, w.Cannot(verdict.ReasonNoMessage, "réponse")
}

// applicationGetsAnswer compares what the partner answered with what the application got (A06).
func applicationGetsAnswer(ctx context.Context) error {
	w := worldOf(ctx)
	call, x, err := w.lastAnswered()
	if err != nil {
		return err
	}
	w.Checked()
	if want, got := bodyDigest(x.Answer), bodyDigest(call.answer.Body); want != got {
		w.Finds(w.Own("response-changed", want, got, call.evidence()...))
	}
	return nil
}

// applicationGetsStatus compares the statuses (A06).
func applicationGetsStatus(ctx context.Context) error {
	w := worldOf(ctx)
	call, x, err := w.lastAnswered()
	if err != nil {
		return err
	}
	w.Checked()
	if x.Status != call.answer.Status {
		w.Finds(w.Own("response-status-changed", fmt.Sprint(x.Status), fmt.Sprint(call.answer.Status), call.evidence()...))
	}
	return nil
}

// applicationSpared makes sure that a technical fault did not come through (A13).
func applicationSpared(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	for _, c := range w.client.calls {
		fault, _, ok := soap.ReadFault(c.answer.Status, c.answer.Header.Get("Content-Type"), c.answer.Body)
		if ok && (fault.Code.Space == soap.NamespaceVI || strings.Contains(fault.Code.Space, "oasis-200401-wss")) {
			w.Sees(w.Own("technical-fault-shown", "", fault.Code.Local, c.evidence()...))
		}
	}
	return nil
}

// partnerGetsBody compares the application's body with the one that the partner got (A05).
func partnerGetsBody(ctx context.Context) error {
	w := worldOf(ctx)
	call := w.client.calls[len(w.client.calls)-1]
	for _, x := range call.seen {
		if arrived(x) {
			w.Checked()
			w.compareBodies(call.body, x.Body, call.evidence())
			return nil
		}
	}
	return w.Cannot(verdict.ReasonNoMessage, "partenaire")
}

// traceNamesEmitted looks for the record of the last VI (X01).
func traceNamesEmitted(ctx context.Context) error {
	w := worldOf(ctx)
	_, _, err := w.lastRecord(ctx)
	if err == nil {
		w.Checked()
	}
	return w.unlessFound(err)
}

// unlessFound drops the error of a check whose finding says all.
func (w *World) unlessFound(err error) error {
	if w.Found(func(f verdict.Finding) bool { return f.Requirement == w.Row.ID }) {
		return nil
	}
	return err
}

// eachTraced looks for the record of every VI that came (X01).
func eachTraced(ctx context.Context) error {
	w := worldOf(ctx)
	all, err := w.traced(ctx)
	if err != nil {
		return err
	}
	w.Checked()
	for _, t := range all {
		_, found, err := w.traceOf(ctx, t.vi.ID, t.request, nil)
		if err != nil {
			return err
		}
		if !found {
			return w.traceMissing(nil, "X01", t.vi.ID, t.evidence...)
		}
	}
	return nil
}

// traceInventsNothing looks for a record that says sent of a VI that cannot have left (X01). The record of a VI made
// for the call, and discarded, is sound.
func traceInventsNothing(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	vis, requests := map[string]bool{}, map[string]bool{}
	for _, x := range w.client.side.since(0) {
		if arrived(x) {
			vis[x.claimed.ID], requests[x.RequestID] = true, true
		}
	}
	records, err := w.allRecords(ctx)
	if err != nil {
		return err
	}
	// A VI may be reused: the request tells two sendings apart, where the candidate's traces are seen to carry it.
	came, key := vis, "viId"
	if slices.ContainsFunc(records, func(r access.TraceRecord) bool {
		return r.Text("decision") == string(interops.Sent) && requests[r.Text("requestId")]
	}) {
		came, key = requests, "requestId"
	}
	sent := map[string]access.TraceRecord{}
	for _, r := range records {
		switch id := r.Text(key); r.Text("decision") {
		case string(interops.Sent):
			sent[id] = r
		case string(interops.Discarded):
			delete(sent, id)
		}
	}
	for id, r := range sent {
		if !came[id] {
			w.Sees(w.Own("trace-sent-unsent", "", r.Text("viId")+" "+id, w.evidence(r.Raw)))
		}
	}
	return nil
}
