package ops

import (
	"context"
	"fmt"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// refusal looks at how the message under trial was answered. An answer that is no refusal accuses only when
// the message had its effect, or when no probe can tell (rule 3).
func refusal(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	w.Checked()
	switch s.outcome {
	case unanswered:
		return w.unheard(s)
	case refused:
		return nil
	}
	if w.provider.side.probe == nil || s.exchange.Hello != "" {
		return w.tookFaulty(s)
	}
	w.Afterwards(func() {
		switch {
		case len(w.provider.side.probe.Seen(s.marker)) > 0:
			_ = w.tookFaulty(s)
		case s.exchange.Token != "":
			w.Finds(verdict.Finding{
				Requirement: "R05", Rule: "refusal-status-other", Want: "HTTP 401, 403", Got: told(s.exchange), Evidence: evidenceOf(s),
			})
		case s.exchange.Hops == nil:
			w.Finds(verdict.Finding{
				Requirement: "F10", Rule: "fault-not-soap", Want: "HTTP 500, soap:Fault", Got: told(s.exchange), Evidence: evidenceOf(s),
			})
		}
	})
	return nil
}

// unheard tells why an answer cannot be looked at: none came in time, or the link broke.
func (w *World) unheard(s sent) error {
	if s.outcome == unanswered {
		return w.Cannot(verdict.ReasonTimeout, told(s.exchange), w.run.Patience.String())
	}
	return w.Cannot(verdict.ReasonNoMessage, w.wantRefused())
}

// tookFaulty records that a faulty message was accepted. A rule on how refusals are told cannot be judged without a
// refusal: the finding then names the rule that the message broke.
func (w *World) tookFaulty(s sent) error {
	f := w.Own("accepted-faulty", w.wantRefused(), told(s.exchange), evidenceOf(s)...)
	if !w.aboutFaults() || s.violates == "" {
		w.Sees(f)
		return nil
	}
	f.Requirement = s.violates
	w.Sees(f)
	return w.Cannot(verdict.ReasonNotRefused)
}

// aboutFaults tells a trial of how refusals are told (F rows).
func (w *World) aboutFaults() bool { return strings.HasPrefix(w.Row.ID, "F") && w.Case != "F01-N2" }

// wantRefused is what a refusal looks like in the trial's mode, as a value.
func (w *World) wantRefused() string {
	switch w.Mode {
	case string(interops.ModeA):
		return "soap:Fault"
	case string(interops.ModeR):
		return "HTTP 401, 403"
	}
	return "HTTP 403"
}

// evidenceOf lists the digests of an exchange.
func evidenceOf(s sent) []string {
	var all []string
	for _, digest := range []string{s.kept.Request, s.kept.Response, s.page.Request, s.page.Response} {
		if digest != "" {
			all = append(all, digest)
		}
	}
	return all
}

// acceptance looks at how an honest message was answered. A refusal accuses only if a plain honest message still
// passes afterwards, but for the rule of availability, which asks for just that.
func acceptance(ctx context.Context) error {
	w := worldOf(ctx)
	if len(w.provider.sent) == 0 {
		return errNothingSent
	}
	w.Checked()
	for _, s := range w.provider.sent {
		if w.accepted(s) {
			continue
		}
		f := w.Own("honest-refused", "HTTP 200", told(s.exchange), evidenceOf(s)...)
		if w.Row.ID == "A16" {
			w.Sees(f)
			return nil
		}
		w.provider.to = w.provider.side.home
		ok, err := w.control(ctx, "honest")
		switch {
		case err != nil:
			return err
		case !ok:
			return w.Cannot(verdict.ReasonControlRefusedAfter, w.lastAnswer())
		}
		w.Finds(f)
		return nil
	}
	return nil
}

// accepted tells whether a message had its full effect.
func (w *World) accepted(s sent) bool {
	return s.outcome == answered && w.provider.side.reached(s.marker)
}

// probeUntouched makes sure, once the closing control has come through, that the application saw nothing of the
// refused message: neither its marker, nor its canary.
func probeUntouched(ctx context.Context) error {
	w := worldOf(ctx)
	return w.untouched(w.provider.sent)
}

// probeUntouchedAtLast is probeUntouched for the last message, where those before it were accepted.
func probeUntouchedAtLast(ctx context.Context) error {
	w := worldOf(ctx)
	return w.untouched(w.provider.sent[max(0, len(w.provider.sent)-1):])
}

func (w *World) untouched(messages []sent) error {
	probe := w.provider.side.probe
	if probe == nil {
		return nil // nobody can tell: the refusal itself is judged
	}
	if len(messages) == 0 {
		return errNothingSent
	}
	w.Checked()
	w.Afterwards(func() {
		for _, s := range messages {
			if n := probe.Fetched(s.marker); n > 0 {
				w.Sees(w.Own("entity-fetched", "0", fmt.Sprint(n), evidenceOf(s)...))
			}
			if n := len(probe.Seen(s.marker)); n > 0 {
				got := fmt.Sprintf("%d", n)
				w.Sees(w.Own("backend-reached", "0", got, evidenceOf(s)...))
				w.calledTooSoon(s, got)
			}
		}
	})
	return nil
}

// calledTooSoon records that a refused message had an effect all the same: the application was called before the
// verdict (A04), or a session was opened on what was refused (P06).
func (w *World) calledTooSoon(s sent, got string) {
	switch {
	case w.Fault == "":
	case w.Mode == string(interops.ModeA) && s.outcome == refused:
		w.Sees(verdict.Finding{Requirement: "A04", Rule: "backend-called-before-verdict", Want: "0", Got: got, Evidence: evidenceOf(s)})
	case w.Mode == string(interops.ModeP) && s.exchange.Refused():
		w.Sees(verdict.Finding{Requirement: "P06", Rule: "session-on-refusal", Want: "0", Got: got, Evidence: evidenceOf(s)})
	}
}

// probeOnce makes sure that the application saw the call once (A04).
func probeOnce(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	if w.provider.side.probe == nil {
		return w.Cannot(verdict.ReasonNoProbe)
	}
	w.Checked()
	if n := len(w.provider.side.probe.Seen(s.marker)); n != 1 {
		w.Finds(w.Own("backend-repeated", "1", fmt.Sprint(n), evidenceOf(s)...))
	}
	return nil
}

// probeBody compares the body that the application got with the one that was sent (A05).
func probeBody(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	if w.provider.side.probe == nil {
		return w.Cannot(verdict.ReasonNoProbe)
	}
	arrivals := w.provider.side.probe.Seen(s.marker)
	if len(arrivals) == 0 {
		return w.Cannot(verdict.ReasonNoMessage, "sonde")
	}
	w.Checked()
	w.compareBodies(s.exchange.Request, arrivals[0].Body, evidenceOf(s))
	return nil
}

// clientGetsAnswer compares the answer of the application with what came back (A06).
func clientGetsAnswer(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	given, err := w.given(s)
	if err != nil {
		return err
	}
	w.Checked()
	want, got := bodyDigest(given.Body), bodyDigest(s.exchange.Response)
	if want != got {
		w.Finds(w.Own("response-changed", want, got, evidenceOf(s)...))
	}
	return nil
}

// clientGetsStatus compares the status of the application with the one that came back (A06).
func clientGetsStatus(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	given, err := w.given(s)
	if err != nil {
		return err
	}
	w.Checked()
	if given.Status != s.exchange.Status {
		w.Finds(w.Own("response-status-changed", fmt.Sprint(given.Status), fmt.Sprint(s.exchange.Status), evidenceOf(s)...))
	}
	return nil
}

// given is what the application answered to a stimulus; trouble when the call never came to it.
func (w *World) given(s sent) (ProbeAnswer, error) {
	if w.provider.side.probe == nil {
		return ProbeAnswer{}, w.Cannot(verdict.ReasonNoProbe)
	}
	if len(w.provider.side.probe.Seen(s.marker)) == 0 || w.provider.answer == nil {
		return ProbeAnswer{}, w.Cannot(verdict.ReasonNoMessage, "sonde")
	}
	return w.provider.answer(s.marker), nil
}

// identityWhole looks for a truncated identity behind the candidate, where it shows, or else in the trace of the VI; a
// refusal is as sound (V17).
func identityWhole(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	w.Checked()
	if !w.accepted(s) {
		return nil
	}
	if who, seen := w.identity(s); seen {
		if who != s.vi.NameID.Value {
			w.Sees(w.Own("identity-truncated", s.vi.NameID.Value, who, evidenceOf(s)...))
		}
		return nil
	}
	record, found, err := w.traceOf(ctx, s.vi.ID, s.requestID, nil)
	if err != nil || !found {
		return w.traceMissing(err, "X02", s.vi.ID, evidenceOf(s)...)
	}
	if want, got := w.nameIDs(s.vi.NameID.Value), record.Text("nameId"); got != want[0] && got != want[1] {
		w.Sees(w.Own("identity-truncated", s.vi.NameID.Value, got, evidenceOf(s)...))
	}
	return nil
}

// replayPolicy judges a second presentation by the profile (L05).
func replayPolicy(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	w.Checked()
	reject := w.profile().Replay.A == "reject"
	switch accepted := w.accepted(s); {
	case reject && accepted:
		w.Sees(w.Own("replay-policy-other", "replay.A = reject", told(s.exchange), evidenceOf(s)...))
	case !reject && !accepted:
		w.Finds(w.Own("replay-policy-other", "replay.A = allow", told(s.exchange), evidenceOf(s)...))
	}
	return nil
}

// unknownPAGMRule judges an unknown PAGM beside a valid one by what the convention says; where it says nothing,
// refusing the VI and ignoring the value are both sound (V14-N1).
func unknownPAGMRule(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	w.Checked()
	accepted := w.accepted(s)
	switch rule := w.provider.to.Project.UnknownPAGM; {
	case rule == interops.RefuseUnknownPAGM && accepted:
		w.Sees(w.Own("pagm-policy-other", "unknown_pagm: refuse", told(s.exchange), evidenceOf(s)...))
	case rule == interops.IgnoreUnknownPAGM && !accepted:
		w.Finds(w.Own("pagm-policy-other", "unknown_pagm: ignore", told(s.exchange), evidenceOf(s)...))
	}
	return nil
}

// nothingOpened makes sure that an operation outside the agreed PAGM did not reach the application (V14).
func nothingOpened(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	if w.provider.side.probe == nil {
		return w.Cannot(verdict.ReasonNoProbe)
	}
	w.Checked()
	w.Afterwards(func() {
		if len(w.provider.side.probe.Seen(s.marker)) > 0 {
			w.Sees(w.Own("right-without-pagm", strings.Join(s.vi.PAGM, " "), "1", evidenceOf(s)...))
		}
	})
	return nil
}
