package ops

import (
	"context"
	"fmt"
	"slices"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// emission is one message that the candidate sent the partner, judged as a client's work.
type emission struct {
	judged   judgedVI
	exchange arrival
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
func hasVI(j judgedVI) bool {
	return !slices.ContainsFunc(j.Findings, func(f verdict.Finding) bool {
		return slices.Contains(viAbsent, f.Rule)
	})
}

// viAbsent are the rules that tell of a message without a VI.
var viAbsent = []string{
	"vi-absent", "security-absent", "security-empty", "header-absent", "envelope-absent",
	"response-absent", "response-parameter-absent", "response-assertion-absent", "context-absent", "token-absent",
}

// needEmitted returns what the candidate emitted; when it emitted nothing, an honest call that did not leave.
func (w *World) needEmitted() ([]emission, error) {
	w.Checked()
	all := w.allEmitted()
	if len(all) > 0 {
		return all, nil
	}
	if len(w.client.calls) == 0 {
		return nil, errNothingSent
	}
	return nil, w.noVI()
}

// conformingVI records everything that is wrong with the VIs of the scenario, each under its own rule.
func conformingVI(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
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
			w.Sees(f)
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
	"Signature":           {"signature-absent", "jwt-algorithm-none"},
}

// signatureRules are the rules that each aspect of an emitted signature looks at; verification is every rule of G10.
var signatureRules = map[string][]string{
	"algorithmes":             {"signature-algorithm-other", "digest-algorithm-other", "jwt-algorithm-none", "jwt-algorithm-other"},
	"autorite":                {"certificate-untrusted", "certificate-self-signed", "signer-unlisted"},
	"couverture":              {"signature-reference-absent", "signature-reference-other", "signature-reference-empty", "signature-reference-several", "signature-transform-other", "signature-digest-wrong"},
	"cle-en-vigueur":          {"signer-retired"},
	"certificat-non-expire":   {"certificate-expired"},
	"longueur-de-cle":         {"certificate-key-weak"},
	"condensat-du-certificat": {"certificate-digest-weak"},
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
				w.Sees(w.Own(f.Rule, f.Want, f.Got, e.call.evidence()...))
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
			w.Sees(w.Own("vi-id-reused", first.NameID.Value, vi.NameID.Value+" "+vi.ID, e.call.evidence()...))
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
		if field == "instant" && (stated.IsZero() || stated.Sub(asked).Abs() < w.client.side.exactness()) {
			continue // an absent one is V18's to say; one may be written to the second
		}
		if field == "classe" && want == "" {
			return w.Cannot(verdict.ReasonNotDeclared, "users[].class")
		}
		if want != got {
			w.Sees(w.Own("vi-session-other", want, got, e.call.evidence()...))
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
		return w.Cannot(verdict.ReasonNoMessage, "VI")
	}
	last, before := all[len(all)-1], all[len(all)-2]
	if last.judged.VI.ID == before.judged.VI.ID {
		w.Sees(w.Own("vi-reused-expired", "", last.judged.VI.ID, last.call.evidence()...))
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
	now := last.judged.now
	margin := w.profile().Skew() * 1
	if skews == 0 {
		margin = 0
	}
	if end := last.judged.VI.NotOnOrAfter; !end.IsZero() && !now.Add(margin).Before(end) {
		w.Sees(w.Own(rule, now.UTC().Format(interops.InstantLayout), end.UTC().Format(interops.InstantLayout), last.call.evidence()...))
	}
	return nil
}
