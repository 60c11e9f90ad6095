package ops

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pivot"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// inquirySteps are the sentences of the exchange of traces, the same for both roles (X12 to X14).
func inquirySteps() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`une demande de traces honnête reçoit sa réponse`, func(ctx context.Context) error { return honestDemand(ctx, verdict.ReasonControlRefusedBefore) }),
		scenario.NewStep(`une demande de traces honnête reçoit de nouveau sa réponse`, func(ctx context.Context) error { return honestDemand(ctx, verdict.ReasonControlRefusedAfter) }),
		scenario.NewStep(`le partenaire demande les traces (du VI|d'un VI inconnu|du premier VI|du VI en clair|du VI sans certificat)`, partnerAsks),
		scenario.NewStep(`un organisme étranger à la convention demande les traces du VI, variante §`, strangerAsks),
		scenario.NewStep(`le partenaire envoie une (demande de traces|déclaration de comportement suspect) altérée §`, partnerSendsAltered),
		scenario.NewStep(`le partenaire déclare (le VI suspect|suspects le VI et un autre, inconnu)`, partnerDeclares),

		scenario.NewStep(`la réponse porte les traces du VI`, answerHoldsTraces),
		scenario.NewStep(`la réponse n'invente aucune trace`, answerInventsNothing),
		scenario.NewStep(`la réponse est signée par le candidat`, answerSigned),
		scenario.NewStep(`la réponse ne porte que les traces demandées`, answerHoldsNothingElse),
		scenario.NewStep(`aucune trace n'est livrée`, nothingDelivered),
		scenario.NewStep(`la (demande|déclaration) est refusée`, fileRefused),
		scenario.NewStep(`le candidat accuse réception de la déclaration`, declarationAcknowledged),
		scenario.NewStep(`la trace du candidat garde la déclaration`, declarationTraced),
	}
}

// honestDemand makes sure that a demand without fault is answered: a candidate that answers nobody refuses nothing.
func honestDemand(ctx context.Context, key string) error {
	w := worldOf(ctx)
	vis, err := w.vis(ctx)
	if err != nil {
		return err
	}
	before := w.inquiry
	label := "honest"
	if key == verdict.ReasonControlRefusedAfter {
		label = "closing"
	}
	if err := w.demand(ctx, w.partner(), label, vis[0].vi.ID); err != nil {
		return err
	}
	ok, how := w.inquiry.answersDemand(), told(w.inquiry.exchange)
	w.inquiry = before
	if !ok {
		return w.Cannot(key, how)
	}
	return nil
}

// partnerAsks demands the traces of a VI, honestly or over a bad channel.
func partnerAsks(ctx context.Context, what string) error {
	w := worldOf(ctx)
	vis, err := w.vis(ctx)
	if err != nil {
		return err
	}
	v, last := w.partner(), vis[len(vis)-1].vi.ID
	switch what {
	case "d'un VI inconnu":
		unknown, err := bench.NewID(w.Source)
		if err != nil {
			return err
		}
		return w.demand(ctx, v, "varied", unknown)
	case "du premier VI":
		return w.untilTraced(ctx, v, "varied", vis[0].vi.ID)
	case "du VI en clair":
		v.plain = true
		return w.demand(ctx, v, "faulty", last)
	case "du VI sans certificat":
		v.link = mutation.Absent
		return w.demand(ctx, v, "faulty", last)
	}
	return w.untilTraced(ctx, v, "varied", last)
}

// strangerAsks demands the traces in the name of who has no right to them (X12-N2).
func strangerAsks(ctx context.Context, variant string) error {
	w := worldOf(ctx)
	vis, err := w.vis(ctx)
	if err != nil {
		return err
	}
	v := w.partner()
	switch variant {
	case "hors-convention":
		v.organism.Issuer, v.link, v.signer = "urn:interops:99999999900099:idp:hors-convention:1", "tls~unlisted", "signature~outside"
	case "sans-projet":
		foreigner, ok := w.run.foreigner(w.access().Organism)
		if !ok {
			return w.Cannot(verdict.ReasonNotInConvention, "organisme-etranger")
		}
		v.organism = foreigner
	default:
		return fmt.Errorf("variant %q of a stranger: want hors-convention or sans-projet", variant)
	}
	return w.demand(ctx, v, "faulty", vis[len(vis)-1].vi.ID)
}

// partnerSendsAltered sends a file with one deliberate fault (X12-N3, X13-N1, X14-N1).
func partnerSendsAltered(ctx context.Context, what, name string) error {
	w := worldOf(ctx)
	vis, err := w.vis(ctx)
	if err != nil {
		return err
	}
	alteration, ok := pivot.AlterationOf(name)
	if !ok {
		return fmt.Errorf("alteration %q of a file: not in the table", name)
	}
	v := w.partner()
	v.altered = alteration
	if what == "demande de traces" {
		return w.demand(ctx, v, "faulty", vis[len(vis)-1].vi.ID)
	}
	return w.declare(ctx, v, "faulty", vis[len(vis)-1].vi.ID)
}

// partnerDeclares declares the VI suspect, alone or with one that nobody knows (X13).
func partnerDeclares(ctx context.Context, what string) error {
	w := worldOf(ctx)
	vis, err := w.vis(ctx)
	if err != nil {
		return err
	}
	suspects := []string{vis[len(vis)-1].vi.ID}
	if what != "le VI suspect" {
		unknown, err := bench.NewID(w.Source)
		if err != nil {
			return err
		}
		suspects = append(suspects, unknown)
	}
	return w.declare(ctx, w.partner(), "varied", suspects...)
}

// answerOf returns the answer to the last demand; nil when there is none that can be read, which is noted as X12's.
func (w *World) answerOf() (*interops.TraceAnswer, error) {
	if err := w.heard(); err != nil {
		return nil, err
	}
	w.Checked()
	in := &w.inquiry
	invalid := func(want, got string) {
		w.Sees(verdict.Finding{Requirement: "X12", Rule: "traces-answer-invalid", Want: want, Got: got, Evidence: in.evidence})
	}
	switch {
	case in.outcome() == refused:
		w.Sees(verdict.Finding{Requirement: "X12", Rule: "traces-demand-refused", Want: "ReponseTraces", Got: told(in.exchange), Evidence: in.evidence})
	case !in.answersDemand() && in.err != nil:
		invalid("ReponseTraces", in.err.Error())
	case !in.answersDemand():
		invalid("ReponseTraces", "autre document")
	case in.asked == nil:
		return nil, errNothingSent
	default:
		a := in.answer.Answer
		if got, ok := w.fits(a.From, a.To, a.Date); !ok {
			invalid("de "+w.candidateOrganism().Issuer+" à "+w.partnerOrganism().Issuer, got)
		}
		if a.RequestID != in.asked.ID {
			invalid("IdDemande "+in.asked.ID, a.RequestID)
		}
		return a, nil
	}
	return nil, nil
}

// answerHoldsTraces makes sure that the answer tells what became of the VI: accepted where it was (X12).
func answerHoldsTraces(ctx context.Context) error {
	w := worldOf(ctx)
	a, err := w.answerOf()
	if a == nil {
		return err
	}
	vi := w.inquiry.asked.VIs[0]
	if !slices.Contains(inquiry.Told(*a), vi) {
		w.Sees(verdict.Finding{Requirement: "X12", Rule: "traces-answer-empty", Want: vi, Got: string(a.Status), Evidence: w.inquiry.evidence})
	}
	for _, v := range a.Verifications {
		if v.VI == vi && !v.Accepted && w.client.side == nil {
			w.Sees(verdict.Finding{Requirement: "X12", Rule: "traces-answer-false", Want: "ACCEPTE", Got: "REFUSE " + v.Code, Evidence: w.inquiry.evidence})
		}
	}
	return nil
}

// answerInventsNothing makes sure that nothing is told of a VI that nobody made; a refusal is sound (X12-N1).
func answerInventsNothing(ctx context.Context) error {
	w := worldOf(ctx)
	if err := w.heard(); err != nil {
		return err
	}
	w.Checked()
	in := &w.inquiry
	if !in.answersDemand() {
		return nil
	}
	if told := inquiry.Told(*in.answer.Answer); slices.Contains(told, in.asked.VIs[0]) {
		w.Sees(verdict.Finding{Requirement: "X12", Rule: "traces-answer-invented", Want: "AUCUNE_TRACE", Got: in.asked.VIs[0], Evidence: in.evidence})
	}
	return nil
}

// answerSigned looks at the signature of the answer (X14).
func answerSigned(ctx context.Context) error {
	w := worldOf(ctx)
	if err := w.heard(); err != nil {
		return err
	}
	if !w.inquiry.answersDemand() {
		return w.Cannot(verdict.ReasonNoMessage, "ReponseTraces")
	}
	w.Checked()
	w.signed()
	return nil
}

// answerHoldsNothingElse makes sure that no other VI of the scenario, nor its user, shows in the answer (X14-N2).
func answerHoldsNothingElse(ctx context.Context) error {
	w := worldOf(ctx)
	vis, err := w.vis(ctx)
	if err != nil {
		return err
	}
	if err := w.heard(); err != nil {
		return err
	}
	if !w.inquiry.answersDemand() {
		return w.Cannot(verdict.ReasonNoMessage, "ReponseTraces")
	}
	if len(vis) < 2 {
		return errors.New("another VI is wanted beside the one that is asked for")
	}
	w.Checked()
	in := &w.inquiry
	if other, ok := inquiry.Beyond(*in.answer.Answer, *in.asked); ok {
		w.Sees(w.Own("traces-of-others", in.asked.VIs[0], other, in.evidence...))
		return nil
	}
	mine := vis[0].vi
	for _, other := range vis[1:] {
		for _, sign := range []string{other.vi.ID, other.vi.NameID.Value} {
			if sign != "" && sign != mine.ID && sign != mine.NameID.Value && bytes.Contains(in.exchange.Response, []byte(sign)) {
				w.Sees(w.Own("traces-of-others", in.asked.VIs[0], sign, in.evidence...))
				return nil
			}
		}
	}
	return nil
}

// nothingDelivered makes sure that no trace went to whom none is due: an answer that there is none is sound.
func nothingDelivered(ctx context.Context) error {
	w := worldOf(ctx)
	if w.inquiry.asked == nil {
		return errNothingSent
	}
	w.Checked()
	in := &w.inquiry
	if bytes.Contains(in.exchange.Response, []byte(in.asked.VIs[0])) && in.outcome() == answered {
		w.Sees(w.Own("traces-delivered", "refus", told(in.exchange), in.evidence...))
	}
	return nil
}

// fileRefused makes sure that a faulty file was not taken.
func fileRefused(ctx context.Context, what string) error {
	w := worldOf(ctx)
	if err := w.heard(); err != nil {
		return err
	}
	w.Checked()
	in := &w.inquiry
	if in.outcome() == answered {
		w.Finds(w.Own("traces-file-accepted", "refus de la "+what, told(in.exchange), in.evidence...))
	}
	return nil
}

// declarationAcknowledged looks for the receipt of the declaration (X13).
func declarationAcknowledged(ctx context.Context) error {
	w := worldOf(ctx)
	if err := w.heard(); err != nil {
		return err
	}
	w.Checked()
	in := &w.inquiry
	if in.declared == nil {
		return errNothingSent
	}
	fail := func(want, got string) {
		w.Sees(verdict.Finding{Requirement: "X13", Rule: "suspicion-unacknowledged", Want: want, Got: got, Evidence: in.evidence})
	}
	r := in.answer.Receipt
	switch {
	case in.outcome() == refused:
		fail("AccuseReception", told(in.exchange))
	case in.err != nil && !pivot.Unsigned(in.err):
		fail("AccuseReception", in.err.Error())
	case r == nil:
		fail("AccuseReception", "autre document")
	case r.ReportID != in.declared.ID:
		fail("IdDeclaration "+in.declared.ID, r.ReportID)
	default:
		if got, ok := w.fits(r.From, r.To, r.Date); !ok {
			fail("de "+w.candidateOrganism().Issuer+" à "+w.partnerOrganism().Issuer, got)
		}
		w.signed()
	}
	return nil
}

// declarationTraced looks for the record that the declaration leaves, by the request that carried it or by its decision (X13).
func declarationTraced(ctx context.Context) error {
	w := worldOf(ctx)
	in := &w.inquiry
	if in.declared == nil {
		return errNothingSent
	}
	b, err := w.readBook()
	if err != nil {
		return err
	}
	w.Checked()
	_, found, err := b.Await(ctx, func(r access.TraceRecord) bool {
		named := slices.Contains(in.declared.VIs, r.Text("viId"))
		return in.request != "" && r.Text("requestId") == in.request || named && r.Text("decision") == string(interops.Suspected)
	}, nil)
	if err != nil {
		if ctx.Err() == nil {
			err = w.unreadable(err)
		}
		return err
	}
	if !found {
		w.Finds(verdict.Finding{Requirement: "X13", Rule: "suspicion-untraced", Want: in.declared.VIs[0], Got: "0", Evidence: in.evidence})
	}
	return nil
}
