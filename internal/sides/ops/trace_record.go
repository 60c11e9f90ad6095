package ops

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
)

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
		return nil, w.Cannot(verdict.ReasonNoMessage, "VI")
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
	switch {
	case w.Role == string(candidate.RoleIdentification):
		return "X10" // it makes no VI: its record is a step of the journey
	case w.client.side != nil:
		return "X01"
	}
	return "X02"
}

// record returns the record of the last VI of the scenario.
func (w *World) lastRecord(ctx context.Context) (access.TraceRecord, tracedVI, error) {
	all, err := w.traced(ctx)
	if err != nil {
		return access.TraceRecord{}, tracedVI{}, err
	}
	last := all[len(all)-1]
	r, found, err := w.traceOf(ctx, last.vi.ID, last.request, nil)
	if err != nil || !found {
		return r, last, cmp.Or(w.traceMissing(err, w.traceRule(), last.vi.ID, last.evidence...), errors.New("no record"))
	}
	return r, last, nil
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
	w.Checked()
	for _, field := range fields {
		if w.nobodyAt(field) {
			continue
		}
		if !r.Has(field) {
			w.Finds(w.Own("trace-field-missing", field, "", append(vi.evidence, w.evidence(r.Raw))...))
		}
	}
	return nil
}

// nobodyAt tells that a field cannot be filled: a browser that takes the Response opens its link without a certificate.
func (w *World) nobodyAt(field string) bool {
	return w.run.foreignField(w.Address, field) || field == "tlsPeer" && w.provider.side != nil && w.provider.side.transport() == candidate.BrowserPost
}

// traceDatesZoned makes sure that the dates of the record bear their zone (X03).
func traceDatesZoned(ctx context.Context) error {
	w := worldOf(ctx)
	r, vi, err := w.lastRecord(ctx)
	if err != nil {
		return err
	}
	w.Checked()
	for _, field := range []string{"timestamp", "authnInstant", "notBefore", "notOnOrAfter"} {
		text := r.Text(field)
		if text == "" {
			continue
		}
		if _, err := time.Parse(time.RFC3339Nano, text); err != nil {
			w.Finds(w.Own("trace-date-without-zone", field, text, append(vi.evidence, w.evidence(r.Raw))...))
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
	w.Checked()
	for _, t := range all {
		r, found, err := w.traceOf(ctx, t.vi.ID, t.request, nil)
		if err != nil || !found {
			return w.traceMissing(err, w.traceRule(), t.vi.ID, t.evidence...)
		}
		if got := r.Text("issuer") + " " + r.Text("viId"); got != t.vi.Issuer+" "+t.vi.ID {
			w.Finds(w.Own("trace-not-joined", t.vi.Issuer+" "+t.vi.ID, got, append(t.evidence, w.evidence(r.Raw))...))
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
	w.Checked()
	at, err := time.Parse(time.RFC3339Nano, r.Text("timestamp"))
	if err != nil {
		return nil // X03's to say
	}
	skew := w.profile().Skew()
	off := at.Sub(w.run.Bench.Clock.At(vi.at))
	if c := w.provider.channel; c != nil && c.known && c.offset.Abs() > skew && (off-c.offset).Abs() <= skew+5*time.Second {
		return w.Cannot(verdict.ReasonClocksApart, c.offset.Round(time.Second).String()) // which of the two is wrong, its answers do not tell
	}
	if off.Abs() > skew+5*time.Second {
		w.Finds(w.Own("trace-clock-offset", "±"+skew.String(), off.String(), append(vi.evidence, w.evidence(r.Raw))...))
	}
	return nil
}

// acceptedTraced makes sure that whatever went through while the traces were down has its record (X06).
func acceptedTraced(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
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
			w.Finds(w.Own("trace-lost", t.vi.ID, "0", t.evidence...))
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
