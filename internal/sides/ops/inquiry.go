package ops

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pivot"
	"etalon/internal/pki"
	"etalon/internal/soap"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// inquiryWorld is what a scenario knows of the exchange of traces: the last file that was sent, and what came back.
type inquiryWorld struct {
	asked    *interops.TraceRequest
	declared *interops.SuspicionReport
	request  string // X-Request-Id
	exchange client.Exchange
	evidence []string
	answer   pivot.Document
	err      error // why the answer is none
}

// partnerOrganism is the organism that the harness plays; candidateOrganism that of the candidate.
func (w *World) partnerOrganism() interops.Organism {
	name := w.project().Client
	if w.client.side != nil {
		name = w.project().Provider
	}
	o, _ := w.run.Bench.Convention.Organism(name)
	return o
}

func (w *World) candidateOrganism() interops.Organism {
	o, _ := w.run.Bench.Convention.Organism(w.access().Organism)
	return o
}

// foreigner returns an organism of the convention that no project in force binds to the candidate's.
func (r *run) foreigner(candidate string) (interops.Organism, bool) {
	c, now := r.Bench.Convention, r.Bench.Clock.Now()
	i := slices.IndexFunc(c.Organisms, func(o interops.Organism) bool {
		return o.Name != candidate && !slices.ContainsFunc(c.Opened(), func(p interops.Project) bool {
			pair := p.Client == o.Name && p.Provider == candidate || p.Client == candidate && p.Provider == o.Name
			return pair && p.InForce(now)
		})
	})
	if i < 0 {
		return interops.Organism{}, false
	}
	return c.Organisms[i], true
}

// voice is who speaks to the candidate, and how.
type voice struct {
	organism interops.Organism
	link     string // pki name within the organism, mutation.Absent, or "" for the honest one
	signer   string // pki name within the organism; "signature" when empty
	plain    bool   // without TLS
	altered  pivot.Alteration
}

// partner is the honest voice of the harness.
func (w *World) partner() voice { return voice{organism: w.partnerOrganism()} }

// vis are the VIs of the scenario that the candidate traced, or should have.
func (w *World) vis(ctx context.Context) ([]tracedVI, error) {
	all, err := w.traced(ctx)
	if err != nil {
		return nil, w.Cannot(verdict.ReasonNoMessage, "VI")
	}
	return all, nil
}

// demand sends a demand of traces about VIs.
func (w *World) demand(ctx context.Context, v voice, label string, vis ...string) error {
	id, err := bench.NewID(w.Source)
	if err != nil {
		return err
	}
	q := &interops.TraceRequest{
		ID: id, From: v.organism.Issuer, To: w.candidateOrganism().Issuer, Date: w.run.Bench.Clock.Now(),
		Motive: interops.MotiveControl, VIs: vis, Kind: interops.AllTraces,
	}
	w.inquiry = inquiryWorld{asked: q}
	return w.speak(ctx, v, label, pivot.Document{Request: q})
}

// declare sends a declaration of suspect behaviour about VIs.
func (w *World) declare(ctx context.Context, v voice, label string, vis ...string) error {
	id, err := bench.NewID(w.Source)
	if err != nil {
		return err
	}
	s := &interops.SuspicionReport{
		ID: id, From: v.organism.Issuer, To: w.candidateOrganism().Issuer, Date: w.run.Bench.Clock.Now(), VIs: vis,
		Description: "Essai d'étalon : comportement déclaré suspect",
	}
	w.inquiry = inquiryWorld{declared: s}
	return w.speak(ctx, v, label, pivot.Document{Report: s})
}

// speak posts a file to the candidate and reads what comes back.
func (w *World) speak(ctx context.Context, v voice, label string, d pivot.Document) error {
	call, link, err := w.file(v, d)
	if err != nil {
		return err
	}
	defer link.Close()
	x, err := link.Send(ctx, call)
	if err != nil {
		return err
	}
	kept := w.keepOne(label, "", x)
	in := &w.inquiry
	in.request, in.exchange, in.evidence = call.RequestID, x, []string{kept.Request}
	if kept.Response != "" {
		in.evidence = append(in.evidence, kept.Response)
	}
	if in.outcome() == answered {
		in.answer, in.err = pivot.Read(x.Response)
	}
	return nil
}

// file writes and signs a file, and prepares the link on which it goes.
func (w *World) file(v voice, d pivot.Document) (client.Call, *client.Link, error) {
	signer, err := w.run.Bench.PKI.Credential(v.organism.Name + "/" + cmpText(v.signer, "signature"))
	if err != nil {
		return client.Call{}, nil, err
	}
	raw, err := v.altered.Befall(pivot.Draft{Document: d, Signer: signer}).Build()
	if err != nil {
		return client.Call{}, nil, err
	}
	request, err := bench.NewUUID(w.Source)
	if err != nil {
		return client.Call{}, nil, err
	}
	endpoint, err := url.Parse(w.access().Traces.Exchange)
	if err != nil {
		return client.Call{}, nil, fmt.Errorf("read traces.exchange: %w", err)
	}
	roots := w.run.Bench.RootPool()
	link, err := client.NewLink(client.LinkConfig{Bench: w.run.Bench, Organism: v.organism.Name, Roots: roots, Timeout: w.run.Patience})
	if err != nil {
		return client.Call{}, nil, err
	}
	return client.Call{
		Endpoint: endpoint, Raw: raw, SOAP: soap.V12, RequestID: request, Now: w.run.Bench.Clock.Now(),
		Conduct: &mutation.Conduct{ContentType: pivot.ContentType, ClientCertificate: v.link, Plain: v.plain},
	}, link, nil
}

// cmpText returns the first text that is not empty.
func cmpText(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// outcome reads the exchange of a file.
func (in *inquiryWorld) outcome() outcome { return outcomeOf(in.exchange) }

// heard makes sure that the candidate said something; silence proves nothing.
func (w *World) heard() error {
	switch {
	case w.inquiry.asked == nil && w.inquiry.declared == nil:
		return errNothingSent
	case w.inquiry.outcome() == unanswered:
		return w.Cannot(verdict.ReasonUnreachable, "traces.exchange", w.access().Traces.Exchange, told(w.inquiry.exchange))
	}
	return nil
}

// answersDemand tells whether the last demand got an answer of the published form, signed or not.
func (in *inquiryWorld) answersDemand() bool {
	return in.answer.Answer != nil && (in.err == nil || pivot.Unsigned(in.err))
}

// untilTraced asks for the traces of a VI until the answer holds some, or the candidate had time enough to write them.
func (w *World) untilTraced(ctx context.Context, v voice, label, vi string) error {
	deadline := bench.Wall().Add(access.TraceDelay)
	for {
		if err := w.demand(ctx, v, label, vi); err != nil {
			return err
		}
		in := &w.inquiry
		told := in.answersDemand() && slices.Contains(inquiry.Told(*in.answer.Answer), vi)
		if told || !in.answersDemand() || bench.Wall().After(deadline) {
			return nil
		}
		if err := bench.Pause(ctx); err != nil {
			return err
		}
	}
}

// signed judges the signature of the answer: by a signer that the convention lists for the candidate (X14).
func (w *World) signed() {
	in := &w.inquiry
	unsigned := func(want, got string) {
		w.Sees(verdict.Finding{Requirement: "X14", Rule: "traces-answer-unsigned", Want: want, Got: got, Evidence: in.evidence})
	}
	chain, err := in.answer.Signer()
	if err != nil {
		unsigned("ds:Signature", err.Error())
		return
	}
	trust := pki.Trust{Roots: w.run.Bench.Roots()}
	for _, e := range trust.Verify(chain, pki.UsageSignature, bench.Wall()) {
		if e.Kind != pki.PathRevocationUnreachable && e.Kind != pki.PathRevocationStale { // we could not read it: no fault of the candidate's
			unsigned("certificat admis", e.Error())
			return
		}
	}
	if o := w.candidateOrganism(); !pki.Listed(o.Signature, chain[0], w.run.Bench.Clock.Now()) {
		unsigned("signataire listé pour "+o.Name, pki.Subject(chain[0]))
	}
}

// fits makes sure that a document comes from the candidate, to us, and is dated.
func (w *World) fits(from, to string, date time.Time) (string, bool) {
	switch {
	case from != w.candidateOrganism().Issuer:
		return "Emetteur " + from, false
	case to != w.partnerOrganism().Issuer:
		return "Destinataire " + to, false
	case date.IsZero():
		return "Date", false
	}
	return "", true
}
