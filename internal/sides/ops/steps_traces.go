package ops

import (
	"context"
	"slices"
	"strings"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// access is what the candidate lets the harness see in the role under test.
func (w *World) access() *candidate.Access {
	if w.client.side != nil {
		return &w.client.side.declared.Access
	}
	return w.provider.side.access
}

// book is where the candidate's traces are read; nil when they cannot be.
func (w *World) book() *access.TraceBook {
	if w.client.side != nil {
		return w.client.side.traces
	}
	return w.provider.side.traces
}

// readBook returns the traces for a step that cannot do without; trouble when they cannot be read.
func (w *World) readBook() (*access.TraceBook, error) {
	b := w.book()
	if b == nil {
		return nil, w.Cannot(verdict.ReasonNoTraces)
	}
	return b, nil
}

// unreadable turns a failed reading into trouble.
func (w *World) unreadable(err error) error {
	place := "traces"
	if t := w.access().Traces; t != nil {
		place = access.PlaceOf(t)
	}
	return w.Cannot(verdict.ReasonTracesUnreadable, place, err.Error())
}

// about tells whether a record speaks of a VI, by its identifier or by the request that carried it.
func about(id, request string) func(access.TraceRecord) bool {
	return func(r access.TraceRecord) bool {
		return id != "" && r.Text("viId") == id || request != "" && r.Text("requestId") == request
	}
}

// traceOf waits for the record of a VI; it stops when the traces already tell of a later message.
func (w *World) traceOf(ctx context.Context, id, request string, later func(access.TraceRecord) bool) (access.TraceRecord, bool, error) {
	b, err := w.readBook()
	if err != nil {
		return access.TraceRecord{}, false, err
	}
	r, found, err := b.Await(ctx, about(id, request), later)
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
		w.Finds(f)
		return nil
	}
	if !w.Troubled() {
		w.Sees(f)
	}
	return w.Cannot(verdict.ReasonNoMessage, "trace "+id)
}

// laterControl matches the record of the scenario's last accepted control.
func (w *World) laterControl() func(access.TraceRecord) bool {
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
			return w.Cannot(verdict.ReasonNoTraces)
		}
		return nil
	}
	w.Checked()
	w.Afterwards(func() { _ = check(s) })
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
			w.Finds(verdict.Finding{Requirement: "X02", Rule: "trace-missing", Want: s.vi.ID, Got: "0", Evidence: evidenceOf(s)})
			return nil
		}
		if d := r.Text("decision"); d == string(interops.Accepted) && s.outcome == refused {
			w.Finds(verdict.Finding{Requirement: "X02", Rule: "trace-decision-other", Want: "reject", Got: d, Evidence: evidenceOf(s)})
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
	w.Checked()
	r, found, err := w.traceOf(ctx, s.vi.ID, s.requestID, nil)
	if err != nil || !found {
		return w.traceMissing(err, "X02", s.vi.ID, evidenceOf(s)...)
	}
	if d := r.Text("decision"); d != string(interops.Accepted) {
		w.Finds(verdict.Finding{Requirement: "X02", Rule: "trace-decision-other", Want: "accept", Got: d, Evidence: evidenceOf(s)})
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
		records, err := w.book().All(ctx)
		if err != nil {
			return w.unreadable(err)
		}
		anonymous := func(r access.TraceRecord) bool {
			return r.Text("decision") == string(interops.Rejected) && r.Text("requestId") == "" && r.Text("viId") == ""
		}
		if !slices.ContainsFunc(records, anonymous) {
			w.Finds(verdict.Finding{Requirement: "X02", Rule: "trace-missing", Want: s.requestID, Got: "0", Evidence: evidenceOf(s)})
		}
		return nil
	})
}
