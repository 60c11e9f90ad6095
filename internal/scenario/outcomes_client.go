package scenario

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/soap"
	"etalon/internal/verdict"
	"etalon/stubs/provider"
)

// emission is one message that the candidate sent the partner, judged as a client's work.
type emission struct {
	judged   soap.Judged
	exchange provider.Exchange
	call     appCall
}

// allEmitted are the messages of the scenario that held a VI, in order.
func (w *World) allEmitted() []emission {
	var all []emission
	for _, c := range w.client.calls {
		all = append(all, slices.DeleteFunc(w.emitted(c), func(e emission) bool { return !hasVI(e.judged) })...)
	}
	return all
}

// hasVI tells whether a message held something that was meant as a VI.
func hasVI(j soap.Judged) bool {
	return !slices.ContainsFunc(j.Findings, func(f verdict.Finding) bool {
		return slices.Contains([]string{"vi-absent", "security-absent", "security-empty", "header-absent", "envelope-absent"}, f.Rule)
	})
}

// needEmitted returns what the candidate emitted; when it emitted nothing, an honest call that did not leave.
func (w *World) needEmitted() ([]emission, error) {
	w.checked()
	all := w.allEmitted()
	if len(all) > 0 {
		return all, nil
	}
	if len(w.client.calls) == 0 {
		return nil, errNothingSent
	}
	return nil, w.noVI()
}

// noVI records that the last call came without a VI, if it came at all: a departure from the rule of insertion alone.
func (w *World) noVI() error {
	call := w.client.calls[len(w.client.calls)-1]
	if slices.ContainsFunc(call.seen, arrived) {
		w.sees(verdict.Finding{Requirement: "A14", Rule: "call-without-vi", Want: "wsse:Security/Assertion", Got: call.told(), Evidence: call.evidence()})
	}
	return w.cannot(verdict.ReasonNoMessage, "VI")
}

// conformingVI records everything that is wrong with the VIs of the scenario, each under its own rule.
func conformingVI(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	all := w.allEmitted()
	if len(all) == 0 {
		if len(w.client.calls) == 0 {
			return errNothingSent
		}
		return w.notSent(ctx)
	}
	for _, e := range all {
		for _, f := range e.judged.Findings {
			f.Evidence = e.call.evidence()
			w.sees(f)
		}
	}
	return nil
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
		return w.cannot(verdict.ReasonControlRefusedAfter, control.told())
	}
	w.finds(w.own("honest-not-sent", "1", call.told(), call.evidence()...))
	return nil
}

// nothingLeaves makes sure that the last call reached nobody.
func nothingLeaves(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	call := w.client.calls[len(w.client.calls)-1]
	if n := len(slices.DeleteFunc(slices.Clone(call.seen), func(x provider.Exchange) bool { return !arrived(x) })); n > 0 {
		w.sees(w.own("call-left", "0", fmt.Sprint(n), call.evidence()...))
	}
	return nil
}

// noByteArrived makes sure that no message came in on the link that should have been refused (T02).
func noByteArrived(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	w.mustHaveTried()
	for _, c := range w.client.calls {
		for _, x := range c.seen {
			if x.Method != "" || len(x.Body) > 0 {
				w.sees(w.own("vi-sent-to-bad-server", "0", fmt.Sprint(len(x.Body)), c.evidence()...))
			}
		}
	}
	return nil
}

// mustHaveTried doubts a silence: a candidate that did not even try to connect proves nothing (rule 2).
func (w *World) mustHaveTried() {
	for _, c := range w.client.calls {
		if len(c.seen) == 0 && answeredWell(c.answer) {
			_ = w.cannot(verdict.ReasonNoMessage, "liaison")
		}
	}
}

// noByteInClear makes sure that no message came without TLS (T07).
func noByteInClear(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	for _, c := range w.client.calls {
		for _, x := range c.seen {
			if x.Clear && x.Method != "" {
				w.sees(w.own("vi-sent-in-clear", "0", fmt.Sprint(len(x.Body)), c.evidence()...))
			}
		}
	}
	return nil
}

// nothingWithoutVI makes sure that every message held a VI (A13, A14).
func nothingWithoutVI(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	for _, c := range w.client.calls {
		for _, e := range w.emitted(c) {
			if !hasVI(e.judged) {
				w.sees(w.own("call-without-vi", "wsse:Security/Assertion", "", c.evidence()...))
			}
		}
	}
	return nil
}

// callsBounded counts the messages that one call of the application made (A13).
func callsBounded(ctx context.Context, most int) error {
	w := worldOf(ctx)
	w.checked()
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
			w.sees(w.own("retry-endless", fmt.Sprint(most), fmt.Sprint(n), c.evidence()...))
		}
	}
	return nil
}

// renewedVI makes sure that a second try brought another VI than the one that was refused (A13).
func renewedVI(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	ids := map[string]bool{}
	for _, e := range w.allEmitted() {
		if id := e.judged.VI.ID; ids[id] {
			w.sees(w.own("vi-not-renewed", "", id, e.call.evidence()...))
		} else {
			ids[id] = true
		}
	}
	return nil
}

// elementRules are the rules that tell of each element's absence.
var elementRules = map[string][]string{
	"Issuer":              {"issuer-absent", "issuer-empty"},
	"IssueInstant":        {"issueinstant-absent"},
	"NameID":              {"subject-absent", "nameid-absent", "nameid-empty"},
	"SubjectConfirmation": {"confirmation-absent"},
	"Recipient":           {"recipient-absent"},
	"NotBefore":           {"window-start-absent", "conditions-absent"},
	"NotOnOrAfter":        {"window-end-absent", "confirmation-end-absent", "conditions-absent"},
	"Audience":            {"audience-absent"},
	"AuthnInstant":        {"authninstant-absent"},
	"AuthnContext":        {"authncontext-absent"},
	"PAGM":                {"pagm-absent", "pagm-blank", "pagm-misnamed"},
	"Signature":           {"signature-absent"},
}

// signatureRules are the rules that each aspect of an emitted signature looks at; verification is every rule of G10.
var signatureRules = map[string][]string{
	"algorithmes":           {"signature-algorithm-other", "digest-algorithm-other"},
	"autorite":              {"certificate-untrusted", "certificate-self-signed", "signer-unlisted"},
	"couverture":            {"signature-reference-absent", "signature-reference-other", "signature-reference-empty", "signature-reference-several", "signature-transform-other", "signature-digest-wrong"},
	"cle-en-vigueur":        {"signer-retired"},
	"certificat-non-expire": {"certificate-expired"},
}

// emittedBreaks records, for the trial, the findings of the emitted VIs that chosen admits.
func (w *World) emittedBreaks(chosen func(verdict.Finding) bool) error {
	all, err := w.needEmitted()
	if err != nil {
		return err
	}
	for _, e := range all {
		for _, f := range e.judged.Findings {
			if chosen(f) {
				w.sees(w.own(f.Rule, f.Want, f.Got, e.call.evidence()...))
			}
		}
	}
	return nil
}

func oneOf(rules []string) func(verdict.Finding) bool {
	return func(f verdict.Finding) bool { return slices.Contains(rules, f.Rule) }
}

func emittedElement(ctx context.Context, element string) error {
	rules, ok := elementRules[element]
	if !ok {
		return fmt.Errorf("element %q: not in the table", element)
	}
	return worldOf(ctx).emittedBreaks(oneOf(rules))
}

func emittedAttributes(ctx context.Context) error {
	return worldOf(ctx).emittedBreaks(oneOf([]string{"attribute-superfluous"}))
}

func emittedSignature(ctx context.Context, aspect string) error {
	w := worldOf(ctx)
	if aspect == "verification" {
		return w.emittedBreaks(func(f verdict.Finding) bool { return f.Requirement == "G10" })
	}
	rules, ok := signatureRules[aspect]
	if !ok {
		return fmt.Errorf("aspect %q of a signature: not in the table", aspect)
	}
	return w.emittedBreaks(oneOf(rules))
}

// emittedIDs judges the identifiers of the VIs (V02).
func emittedIDs(ctx context.Context, aspect string) error {
	w := worldOf(ctx)
	switch aspect {
	case "presence":
		return w.emittedBreaks(oneOf([]string{"id-absent"}))
	case "ncname":
		return w.emittedBreaks(oneOf([]string{"id-not-ncname"}))
	case "unicite":
	default:
		return fmt.Errorf("aspect %q of identifiers: not in the table", aspect)
	}
	all, err := w.needEmitted()
	if err != nil {
		return err
	}
	content := map[string]interops.VI{}
	for _, e := range all {
		vi := e.judged.VI
		if first, ok := content[vi.ID]; ok && (first.NameID != vi.NameID || !first.IssueInstant.Equal(vi.IssueInstant)) {
			w.sees(w.own("vi-id-reused", first.NameID.Value, vi.NameID.Value+" "+vi.ID, e.call.evidence()...))
			continue
		}
		content[vi.ID] = vi
	}
	return nil
}

// emittedFromSession compares one value of each VI with the login of its user (V20).
func emittedFromSession(ctx context.Context, field string) error {
	w := worldOf(ctx)
	values := map[string]func(e emission) (want, got string){
		"identifiant": func(e emission) (string, string) { return e.call.user.ID, e.judged.VI.NameID.Value },
		"classe":      func(e emission) (string, string) { return e.call.user.Class, e.judged.VI.AuthnContext },
		"instant": func(e emission) (string, string) {
			return e.call.user.AuthnInstant.UTC().Format(interops.InstantLayout), e.judged.VI.AuthnInstant.UTC().Format(interops.InstantLayout)
		},
	}
	value, ok := values[field]
	if !ok {
		return fmt.Errorf("field %q of the session: not in the table", field)
	}
	all, err := w.needEmitted()
	if err != nil {
		return err
	}
	for _, e := range all {
		want, got := value(e)
		stated, asked := e.judged.VI.AuthnInstant, e.call.user.AuthnInstant
		if field == "instant" && (stated.IsZero() || stated.Sub(asked).Abs() < time.Second) {
			continue // an absent one is V18's to say; one may be written to the second
		}
		if want != got {
			w.sees(w.own("vi-session-other", want, got, e.call.evidence()...))
		}
	}
	return nil
}

// emittedNew makes sure that the last VI is not the one before it (L01).
func emittedNew(ctx context.Context) error {
	w := worldOf(ctx)
	all, err := w.needEmitted()
	if err != nil {
		return err
	}
	if len(all) < 2 {
		return w.cannot(verdict.ReasonNoMessage, "VI")
	}
	last, before := all[len(all)-1], all[len(all)-2]
	if last.judged.VI.ID == before.judged.VI.ID {
		w.sees(w.own("vi-reused-expired", "", last.judged.VI.ID, last.call.evidence()...))
	}
	return nil
}

// emittedAlive makes sure that the last VI was not over when it came (L01).
func emittedAlive(ctx context.Context) error {
	return worldOf(ctx).emittedEnds("vi-reused-expired", 0)
}

// emittedMargin makes sure that the last VI had more than the skew left when it came (L01).
func emittedMargin(ctx context.Context) error {
	return worldOf(ctx).emittedEnds("window-near-end", 1)
}

// emittedEnds compares the end of the last VI with the protocol time of its arrival, plus so many skews.
func (w *World) emittedEnds(rule string, skews int) error {
	all, err := w.needEmitted()
	if err != nil {
		return err
	}
	last := all[len(all)-1]
	now := last.exchange.Expectation.Now
	margin := w.profile().Skew() * 1
	if skews == 0 {
		margin = 0
	}
	if end := last.judged.VI.NotOnOrAfter; !end.IsZero() && !now.Add(margin).Before(end) {
		w.sees(w.own(rule, now.UTC().Format(interops.InstantLayout), end.UTC().Format(interops.InstantLayout), last.call.evidence()...))
	}
	return nil
}

// emittedAddresses looks for a VI in the addresses that were called (L08).
func emittedAddresses(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	for _, c := range w.client.calls {
		for _, x := range c.seen {
			if _, query, ok := strings.Cut(x.URL, "?"); ok && looksLikeVI.MatchString(query) {
				w.sees(w.own("vi-in-url", "", query[:min(len(query), 80)], c.evidence()...))
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
			w.sees(w.own("vi-of-other-user", want, got, w.evidence(e.exchange.Body)))
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
				w.sees(w.own("vi-of-other-service", e.call.service.Audience, strings.Join(audiences, " "), e.call.evidence()...))
			}
		}
	}
	return nil
}

// withdrawnPAGM looks for the withdrawn right in the VI of the last call (L04).
func withdrawnPAGM(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	last := w.client.calls[len(w.client.calls)-1]
	for _, e := range w.emitted(last) {
		for _, p := range last.user.PAGM {
			if slices.Contains(e.judged.VI.PAGM, p) {
				w.sees(w.own("right-still-used", "", p, last.evidence()...))
			}
		}
	}
	return nil
}

// headerStays looks for what the application told its gateway in what the partner got (A14, A15).
func headerStays(ctx context.Context, name string) error {
	w := worldOf(ctx)
	w.checked()
	rule := map[string]string{"Security": "app-security-forwarded", InteropsInfosHeader: "interops-infos-forwarded"}[name]
	if rule == "" {
		return fmt.Errorf("header %q: want Security or %s", name, InteropsInfosHeader)
	}
	for _, c := range w.client.calls {
		for _, x := range c.seen {
			planted := bytes.Contains(x.Body, []byte(plantedUser))
			if name != "Security" {
				planted = len(x.Header.Values(name)) > 0
			}
			if planted {
				w.sees(w.own(rule, "", name, c.evidence()...))
			}
		}
	}
	return nil
}

// headerNotReceived looks for a header of the partner's in the application's answer (A15).
func headerNotReceived(ctx context.Context, name string) error {
	w := worldOf(ctx)
	w.checked()
	for _, c := range w.client.calls {
		if len(c.answer.Header.Values(name)) > 0 {
			w.sees(w.own("interops-infos-injected", "", name, c.evidence()...))
		}
	}
	return nil
}

// lastAnswered is the last call with the exchange whose answer the application should have got.
func (w *World) lastAnswered() (appCall, provider.Exchange, error) {
	call := w.client.calls[len(w.client.calls)-1]
	for _, x := range slices.Backward(call.seen) {
		if x.Status != 0 && arrived(x) {
			return call, x, nil
		}
	}
	return call, provider.Exchange{}, w.cannot(verdict.ReasonNoMessage, "réponse")
}

// applicationGetsAnswer compares what the partner answered with what the application got (A06).
func applicationGetsAnswer(ctx context.Context) error {
	w := worldOf(ctx)
	call, x, err := w.lastAnswered()
	if err != nil {
		return err
	}
	w.checked()
	if want, got := bodyDigest(x.Answer), bodyDigest(call.answer.Body); want != got {
		w.finds(w.own("response-changed", want, got, call.evidence()...))
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
	w.checked()
	if x.Status != call.answer.Status {
		w.finds(w.own("response-status-changed", fmt.Sprint(x.Status), fmt.Sprint(call.answer.Status), call.evidence()...))
	}
	return nil
}

// applicationSpared makes sure that a technical fault did not come through (A13).
func applicationSpared(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	for _, c := range w.client.calls {
		fault, _, ok := soap.ReadFault(c.answer.Status, c.answer.Header.Get("Content-Type"), c.answer.Body)
		if ok && (fault.Code.Space == soap.NamespaceVI || strings.Contains(fault.Code.Space, "oasis-200401-wss")) {
			w.sees(w.own("technical-fault-shown", "", fault.Code.Local, c.evidence()...))
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
			w.checked()
			w.compareBodies(call.body, x.Body, call.evidence())
			return nil
		}
	}
	return w.cannot(verdict.ReasonNoMessage, "partenaire")
}

// traceNamesEmitted looks for the record of the last VI (X01).
func traceNamesEmitted(ctx context.Context) error {
	w := worldOf(ctx)
	_, _, err := w.lastRecord(ctx)
	if err == nil {
		w.checked()
	}
	return w.unlessFound(err)
}

// unlessFound drops the error of a check whose finding says all.
func (w *World) unlessFound(err error) error {
	for _, f := range w.findings {
		if f.Requirement == w.Row.ID {
			return nil
		}
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
	w.checked()
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
	w.checked()
	vis, requests := map[string]bool{}, map[string]bool{}
	for _, x := range w.client.side.since(0) {
		if arrived(x) {
			vis[x.Judged.VI.ID], requests[x.RequestID] = true, true
		}
	}
	records, err := w.allRecords(ctx)
	if err != nil {
		return err
	}
	// A VI may be reused: the request tells two sendings apart, where the candidate's traces are seen to carry it.
	came, key := vis, "viId"
	if slices.ContainsFunc(records, func(r TraceRecord) bool {
		return r.Text("decision") == string(interops.Sent) && requests[r.Text("requestId")]
	}) {
		came, key = requests, "requestId"
	}
	sent := map[string]TraceRecord{}
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
			w.sees(w.own("trace-sent-unsent", "", r.Text("viId")+" "+id, w.evidence(r.Raw)))
		}
	}
	return nil
}
