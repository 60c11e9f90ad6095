package scenario

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// access is what the candidate lets the harness see in the role under test.
func (w *World) access() *candidate.Access {
	if w.client.side != nil {
		return &w.client.side.declared.Access
	}
	return &w.provider.side.declared.Access
}

// book is where the candidate's traces are read; nil when they cannot be.
func (w *World) book() *traceBook {
	if w.client.side != nil {
		return w.client.side.traces
	}
	return w.provider.side.traces
}

// readBook returns the traces for a step that cannot do without; trouble when they cannot be read.
func (w *World) readBook() (*traceBook, error) {
	b := w.book()
	if b == nil {
		return nil, w.cannot(verdict.ReasonNoTraces)
	}
	return b, nil
}

// unreadable turns a failed reading into trouble.
func (w *World) unreadable(err error) error {
	place := "traces"
	if t := w.access().Traces; t != nil {
		place = placeOf(t)
	}
	return w.cannot(verdict.ReasonTracesUnreadable, place, err.Error())
}

// about tells whether a record speaks of a VI, by its identifier or by the request that carried it.
func about(id, request string) func(TraceRecord) bool {
	return func(r TraceRecord) bool {
		return id != "" && r.Text("viId") == id || request != "" && r.Text("requestId") == request
	}
}

// traceOf waits for the record of a VI; it stops when the traces already tell of a later message.
func (w *World) traceOf(ctx context.Context, id, request string, later func(TraceRecord) bool) (TraceRecord, bool, error) {
	b, err := w.readBook()
	if err != nil {
		return TraceRecord{}, false, err
	}
	r, found, err := b.await(ctx, about(id, request), later)
	if err != nil && ctx.Err() == nil {
		err = w.unreadable(err)
	}
	return r, found, err
}

// traceMissing records that a VI has no trace, under the rule of traces; a step that wanted the record for another
// rule cannot be judged. An absence proves nothing of a scenario that is in trouble already.
func (w *World) traceMissing(err error, requirement, id string, evidence ...string) error {
	if err != nil {
		return err
	}
	f := verdict.Finding{Requirement: requirement, Rule: "trace-missing", Want: id, Got: "0", Evidence: evidence}
	if w.Row.ID == requirement {
		w.finds(f)
		return nil
	}
	if !w.troubled() {
		w.sees(f)
	}
	return w.cannot(verdict.ReasonNoMessage, "trace "+id)
}

// laterControl matches the record of the scenario's last accepted control.
func (w *World) laterControl() func(TraceRecord) bool {
	control := w.provider.control
	return about(control.vi.ID, control.requestID)
}

// judgeTraces runs a check of the traces after the closing control. Where they cannot be read, only the rules of
// traces suffer: others are judged by the effect.
func (w *World) judgeTraces(check func(s sent) error) error {
	s, err := w.last()
	if err != nil {
		return err
	}
	own := strings.HasPrefix(w.Row.ID, "X")
	if w.book() == nil || w.provider.side.tracesFail != nil && !own {
		if own {
			return w.cannot(verdict.ReasonNoTraces)
		}
		return nil
	}
	w.checked()
	w.afterwards(func() { _ = check(s) })
	return nil
}

// traceNamesRefused looks for the record of a refused VI: it names the VI, and its decision is no acceptance (X02).
func traceNamesRefused(ctx context.Context) error {
	w := worldOf(ctx)
	return w.judgeTraces(func(s sent) error {
		r, found, err := w.traceOf(ctx, s.vi.ID, s.requestID, w.laterControl())
		if err != nil {
			return err
		}
		if !found {
			w.finds(verdict.Finding{Requirement: "X02", Rule: "trace-missing", Want: s.vi.ID, Got: "0", Evidence: evidenceOf(s)})
			return nil
		}
		if d := r.Text("decision"); d == string(interops.Accepted) && s.outcome == refused {
			w.finds(verdict.Finding{Requirement: "X02", Rule: "trace-decision-other", Want: "reject", Got: d, Evidence: evidenceOf(s)})
		}
		return nil
	})
}

// traceNamesAccepted looks for the record of an accepted VI (X02).
func traceNamesAccepted(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	w.checked()
	r, found, err := w.traceOf(ctx, s.vi.ID, s.requestID, nil)
	if err != nil || !found {
		return w.traceMissing(err, "X02", s.vi.ID, evidenceOf(s)...)
	}
	if d := r.Text("decision"); d != string(interops.Accepted) {
		w.finds(verdict.Finding{Requirement: "X02", Rule: "trace-decision-other", Want: "accept", Got: d, Evidence: evidenceOf(s)})
	}
	return nil
}

// traceKeepsRefusal looks for the record of a refusal, even of an unreadable VI: by the request, by the VI, or, for a
// candidate that records neither, by a refusal that is no other's (X02).
func traceKeepsRefusal(ctx context.Context) error {
	w := worldOf(ctx)
	return w.judgeTraces(func(s sent) error {
		_, found, err := w.traceOf(ctx, s.vi.ID, s.requestID, w.laterControl())
		if err != nil || found {
			return err
		}
		records, err := w.book().all(ctx)
		if err != nil {
			return w.unreadable(err)
		}
		anonymous := func(r TraceRecord) bool {
			return r.Text("decision") == string(interops.Rejected) && r.Text("requestId") == "" && r.Text("viId") == ""
		}
		if !slices.ContainsFunc(records, anonymous) {
			w.finds(verdict.Finding{Requirement: "X02", Rule: "trace-missing", Want: s.requestID, Got: "0", Evidence: evidenceOf(s)})
		}
		return nil
	})
}

// traced are the VIs of the scenario that must have a record: those that the candidate took, or emitted.
func (w *World) traced(ctx context.Context) ([]tracedVI, error) {
	var all []tracedVI
	if w.client.side != nil {
		for _, c := range w.client.calls {
			for _, e := range w.emitted(c) {
				if e.judged.VI.ID != "" {
					all = append(all, e.traced())
				}
			}
		}
	} else {
		for _, s := range w.provider.sent {
			if w.accepted(s) {
				all = append(all, tracedVI{s.vi, s.requestID, s.exchange.Started, evidenceOf(s)})
			}
		}
	}
	if len(all) == 0 {
		return nil, w.cannot(verdict.ReasonNoMessage, "VI")
	}
	return all, nil
}

// tracedVI is a VI that went over the wire, with the request that carried it.
type tracedVI struct {
	vi       interops.VI
	request  string
	at       time.Time
	evidence []string
}

// traced is the emission as the traces should tell it.
func (e emission) traced() tracedVI {
	return tracedVI{e.judged.VI, e.exchange.RequestID, e.exchange.Started, e.call.evidence()}
}

// traceRule is the requirement that a missing record departs from.
func (w *World) traceRule() string {
	if w.client.side != nil {
		return "X01"
	}
	return "X02"
}

// record returns the record of the last VI of the scenario.
func (w *World) lastRecord(ctx context.Context) (TraceRecord, tracedVI, error) {
	all, err := w.traced(ctx)
	if err != nil {
		return TraceRecord{}, tracedVI{}, err
	}
	last := all[len(all)-1]
	r, found, err := w.traceOf(ctx, last.vi.ID, last.request, nil)
	if err != nil || !found {
		return r, last, cmpError(w.traceMissing(err, w.traceRule(), last.vi.ID, last.evidence...), errors.New("no record"))
	}
	return r, last, nil
}

// cmpError returns the first error that is not nil.
func cmpError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// traceComplete makes sure that every mandatory field is present and not null (X03).
func traceComplete(ctx context.Context) error {
	return worldOf(ctx).fields(ctx, worldOf(ctx).profile().Trace.Fields)
}

// traceHasField looks at one field (X03).
func traceHasField(ctx context.Context, field string) error {
	return worldOf(ctx).fields(ctx, []string{field})
}

func (w *World) fields(ctx context.Context, fields []string) error {
	r, vi, err := w.lastRecord(ctx)
	if err != nil {
		return err
	}
	w.checked()
	for _, field := range fields {
		if !r.Has(field) {
			w.finds(w.own("trace-field-missing", field, "", append(vi.evidence, w.evidence(r.Raw))...))
		}
	}
	return nil
}

// traceDatesZoned makes sure that the dates of the record bear their zone (X03).
func traceDatesZoned(ctx context.Context) error {
	w := worldOf(ctx)
	r, vi, err := w.lastRecord(ctx)
	if err != nil {
		return err
	}
	w.checked()
	for _, field := range []string{"timestamp", "authnInstant", "notBefore", "notOnOrAfter"} {
		text := r.Text(field)
		if text == "" {
			continue
		}
		if _, err := time.Parse(time.RFC3339Nano, text); err != nil {
			w.finds(w.own("trace-date-without-zone", field, text, append(vi.evidence, w.evidence(r.Raw))...))
		}
	}
	return nil
}

// tracesReconcile joins each VI with its record by issuer and identifier (X04).
func tracesReconcile(ctx context.Context) error {
	w := worldOf(ctx)
	all, err := w.traced(ctx)
	if err != nil {
		return err
	}
	w.checked()
	for _, t := range all {
		r, found, err := w.traceOf(ctx, t.vi.ID, t.request, nil)
		if err != nil || !found {
			return w.traceMissing(err, w.traceRule(), t.vi.ID, t.evidence...)
		}
		if got := r.Text("issuer") + " " + r.Text("viId"); got != t.vi.Issuer+" "+t.vi.ID {
			w.finds(w.own("trace-not-joined", t.vi.Issuer+" "+t.vi.ID, got, append(t.evidence, w.evidence(r.Raw))...))
		}
	}
	return nil
}

// traceInTime compares the date of a record with ours (X04).
func traceInTime(ctx context.Context) error {
	w := worldOf(ctx)
	r, vi, err := w.lastRecord(ctx)
	if err != nil {
		return err
	}
	w.checked()
	at, err := time.Parse(time.RFC3339Nano, r.Text("timestamp"))
	if err != nil {
		return nil // X03's to say
	}
	skew := w.profile().Skew()
	if off := at.Sub(vi.at); off.Abs() > skew+5*time.Second {
		w.finds(w.own("trace-clock-offset", "±"+skew.String(), off.String(), append(vi.evidence, w.evidence(r.Raw))...))
	}
	return nil
}

// chainHolds verifies the chain of all records read so far (X05).
func chainHolds(ctx context.Context) error {
	w := worldOf(ctx)
	records, err := w.allRecords(ctx)
	if err != nil {
		return err
	}
	w.checked()
	if at := brokenLink(records); at >= 0 {
		w.finds(w.own("trace-chain-broken", "previousHash", fmt.Sprintf("ligne %d", records[at].Line), w.evidence(records[at].Raw)))
	}
	return nil
}

// allRecords returns everything that the candidate traced so far.
func (w *World) allRecords(ctx context.Context) ([]TraceRecord, error) {
	b, err := w.readBook()
	if err != nil {
		return nil, err
	}
	records, err := b.all(ctx)
	if err != nil {
		return nil, w.unreadable(err)
	}
	if len(records) == 0 {
		return nil, w.cannot(verdict.ReasonNoMessage, "trace")
	}
	return records, nil
}

// brokenLink returns the first record whose previousHash is not that of the one before it; -1 when all hold.
func brokenLink(records []TraceRecord) int {
	want := ""
	if records[0].Line == 1 {
		want = bench.FirstHash
	}
	for i, r := range records {
		var stated struct{ PreviousHash string }
		if err := json.Unmarshal(r.Raw, &stated); err != nil || want != "" && stated.PreviousHash != want {
			return i
		}
		hash, err := bench.Hash(r.Raw)
		if err != nil {
			return i
		}
		want = hash
	}
	return -1
}

// chainAltered alters our copy of the traces (X05).
func chainAltered(ctx context.Context, how string) error {
	w := worldOf(ctx)
	for range 3 { // enough records for one to stand in the middle
		if err := w.oneMoreRecord(ctx); err != nil {
			return err
		}
	}
	records, err := w.allRecords(ctx)
	if err != nil {
		return err
	}
	if len(records) < 3 {
		return w.cannot(verdict.ReasonNoMessage, "trace")
	}
	middle := len(records) / 2
	switch how {
	case "ligne-supprimee":
		records = slices.Delete(slices.Clone(records), middle, middle+1)
	case "ligne-modifiee":
		records = slices.Clone(records)
		records[middle].Raw = bytes.Replace(records[middle].Raw, []byte(`"decision":"`), []byte(`"decision":"x`), 1)
	default:
		return fmt.Errorf("alteration %q: want ligne-supprimee or ligne-modifiee", how)
	}
	w.altered = records
	return nil
}

// oneMoreRecord makes the candidate write a trace.
func (w *World) oneMoreRecord(ctx context.Context) error {
	if w.client.side != nil {
		_, _, err := w.clientControl(ctx)
		return err
	}
	_, err := w.control(ctx, "honest")
	return err
}

// alterationSeen makes sure that the declared verification sees the alteration (X05).
func alterationSeen(ctx context.Context) error {
	w := worldOf(ctx)
	if len(w.altered) == 0 {
		return errNothingSent
	}
	w.checked()
	if brokenLink(w.altered) < 0 {
		w.finds(w.own("trace-chain-blind", "previousHash", "", w.evidence(w.altered[len(w.altered)/2].Raw)))
	}
	return nil
}

// tracesReadable makes sure that the declared means opens the traces (X08).
func tracesReadable(ctx context.Context) error {
	w := worldOf(ctx)
	if _, err := w.allRecords(ctx); err != nil {
		return err
	}
	w.checked()
	return nil
}

// secretsOfTraces are what no trace may hold.
var secretsOfTraces = []string{"PRIVATE KEY", "SignatureValue", "<saml", ":Assertion", `"password"`, `"passwd"`, `"motDePasse"`, `"privateKey"`, `"secret"`}

// tracesDiscreet looks for secrets in the records (X08).
func tracesDiscreet(ctx context.Context) error {
	w := worldOf(ctx)
	records, err := w.allRecords(ctx)
	if err != nil {
		return err
	}
	w.checked()
	for _, r := range records {
		for _, secret := range secretsOfTraces {
			if bytes.Contains(r.Raw, []byte(secret)) {
				w.finds(w.own("trace-secret", "", fmt.Sprintf("ligne %d : %s", r.Line, secret)))
				return nil
			}
		}
	}
	return nil
}

// anonymousReader asks for the traces without the credentials of the declared address (X08).
func anonymousReader(ctx context.Context) error {
	w := worldOf(ctx)
	address, err := url.Parse(w.access().Traces.HTTP)
	if err != nil {
		return err
	}
	address.User = nil
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return err
	}
	answer, err := (&http.Client{Timeout: 10 * time.Second}).Do(request)
	if err != nil {
		return w.unreadable(err)
	}
	w.anonymous = answer.StatusCode
	return answer.Body.Close()
}

func anonymousRefused(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	if w.anonymous >= 200 && w.anonymous < 300 {
		w.sees(w.own("trace-read-by-anyone", "HTTP 401", fmt.Sprintf("HTTP %d", w.anonymous)))
	}
	return nil
}

// acceptedTraced makes sure that whatever went through while the traces were down has its record (X06).
func acceptedTraced(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	var all []tracedVI
	if w.client.side != nil {
		for _, c := range w.client.calls {
			for _, e := range w.emitted(c) {
				all = append(all, e.traced())
			}
		}
	} else {
		for _, s := range w.provider.sent {
			if w.accepted(s) {
				all = append(all, tracedVI{s.vi, s.requestID, s.exchange.Started, evidenceOf(s)})
			}
		}
	}
	for _, t := range all {
		_, found, err := w.traceOf(ctx, t.vi.ID, t.request, nil)
		if err != nil {
			return err
		}
		if !found {
			w.finds(w.own("trace-lost", t.vi.ID, "0", t.evidence...))
		}
	}
	return nil
}

// nameIDs are the forms in which a trace may hold a user identifier: clear, or keyed digest.
func (w *World) nameIDs(clear string) [2]string {
	t := w.access().Traces
	if t == nil || len(t.Key) == 0 {
		return [2]string{clear, clear}
	}
	mac := hmac.New(sha256.New, t.Key)
	mac.Write([]byte(clear))
	return [2]string{clear, "hmac-sha256:" + hex.EncodeToString(mac.Sum(nil))}
}

// logsDiscreet looks for the VIs of the scenario in the candidate's logs (L08).
func logsDiscreet(ctx context.Context) error {
	w := worldOf(ctx)
	prints := w.viPrints()
	if len(prints) == 0 {
		return w.cannot(verdict.ReasonNoMessage, "VI")
	}
	w.checked()
	for _, name := range w.access().Logs {
		raw, err := os.ReadFile(name)
		if err != nil {
			return w.cannot(verdict.ReasonMisdeclared, "logs", err.Error())
		}
		for _, p := range prints {
			if bytes.Contains(raw, []byte(p)) {
				w.sees(w.own("vi-in-log", "", p))
			}
		}
	}
	return nil
}

// viPrints are the fingerprints of every VI of the scenario.
func (w *World) viPrints() []string {
	var prints []string
	for _, s := range w.provider.sent {
		prints = append(prints, fingerprints(s.exchange.Request)...)
	}
	for _, c := range w.client.calls {
		for _, x := range c.seen {
			prints = append(prints, fingerprints(x.Body)...)
		}
	}
	return prints
}

// answersSeen are the answers that the harness got in the scenario, as partner or as application.
func (w *World) answersSeen() (answers [][]byte, evidence []string) {
	for _, s := range w.provider.sent {
		answers = append(answers, s.exchange.Response)
		evidence = append(evidence, evidenceOf(s)...)
	}
	for _, c := range w.client.calls {
		answers = append(answers, c.answer.Body)
		evidence = append(evidence, c.evidence()...)
	}
	return answers, evidence
}

// answerBearsNoVI makes sure that no answer carries an assertion (A06).
func answerBearsNoVI(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	answers, evidence := w.answersSeen()
	if len(answers) == 0 {
		return errNothingSent
	}
	for _, answer := range answers {
		if bytes.Contains(answer, []byte(":assertion\"")) && bytes.Contains(answer, []byte("Assertion")) {
			w.sees(w.own("response-carries-vi", "", "Assertion", evidence...))
		}
	}
	return nil
}

// answerTellsNoVI makes sure that no answer repeats the VI that was sent (L08).
func answerTellsNoVI(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	answers, evidence := w.answersSeen()
	for _, answer := range answers {
		for _, p := range w.viPrints() {
			if bytes.Contains(answer, []byte(p)) {
				w.sees(w.own("vi-in-answer", "", p, evidence...))
				return nil
			}
		}
	}
	if s, err := w.last(); err == nil && s.violates != "" && w.accepted(s) {
		return w.cannot(verdict.ReasonNoMessage, "refus") // the answer to a refusal is what was asked for
	}
	return nil
}
