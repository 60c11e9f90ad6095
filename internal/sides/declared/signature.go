package declared

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/pdfsig"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// evidenceIsSigned wants the principal document to be a PDF with an electronic signature that is sound and covers it all. Who
// signed is shown: whether it is whom the norm wants, a person says.
func evidenceIsSigned(ctx context.Context) error {
	w := scenario.Of(ctx)
	w.Checked()
	d, err := principal(w)
	if err != nil {
		return err
	}
	if ails := pdfsig.Ails(d.Content); ails != "" {
		return again(w, d, ailments[ails])
	}
	all := slices.DeleteFunc(pdfsig.Signatures(d.Content), func(s pdfsig.Signature) bool { return s.Timestamp })
	told := w.Document([]byte(describe(all)), "text/plain; charset=utf-8")
	w.Keep(verdict.Exchange{Label: "remark-signatures", From: "candidate", Response: told})
	has := func(is func(pdfsig.Signature) bool) int { return slices.IndexFunc(all, is) }
	problem := func(p pdfsig.Problem) int { return has(func(s pdfsig.Signature) bool { return s.Problem == p }) }
	whole := has(pdfsig.Signature.Whole)
	if whole < 0 { // what came behind, to validate it later, is for a person to look at
		whole = has(func(s pdfsig.Signature) bool { return s.Problem == "" && s.Sealed })
	}
	switch {
	case len(all) == 0:
		w.Sees(w.Own("document-unsigned", "≥ 1", "0", told))
	case whole >= 0:
		w.AwaitReview(filepath.Base(d.File) + " : " + signerOf(all[whole]))
	case problem(pdfsig.Unverified) >= 0:
		return again(w, d, verdict.ReasonDocumentUnverified, all[problem(pdfsig.Unverified)].Detail)
	case problem("") >= 0:
		s := all[problem("")]
		w.Sees(w.Own("document-signature-partial", fmt.Sprint(len(d.Content)), fmt.Sprint(s.Covered), told))
	case problem(pdfsig.Outdated) >= 0:
		s := all[problem(pdfsig.Outdated)]
		w.Sees(w.Own("document-signature-outdated", validity(s), day(s.At), told))
	default:
		w.Sees(w.Own("document-signature-broken", "", all[0].Detail, told))
	}
	return nil
}

// signerOf names who signed.
func signerOf(s pdfsig.Signature) string {
	if s.Signer == nil {
		return "—"
	}
	return pki.Subject(s.Signer)
}

func day(at time.Time) string {
	if at.IsZero() {
		return "—"
	}
	return at.UTC().Format(time.DateOnly)
}

// validity is the term of the certificate of who signed.
func validity(s pdfsig.Signature) string {
	if s.Signer == nil {
		return "—"
	}
	return day(s.Signer.NotBefore) + " … " + day(s.Signer.NotAfter)
}

// describe tells all that is known of the signatures of a document, in both languages.
func describe(all []pdfsig.Signature) string {
	if len(all) == 0 {
		return "aucune signature / no signature\n"
	}
	var b strings.Builder
	for i, s := range all {
		fmt.Fprintf(&b, "%d. %s, %s\n", i+1, s.Format, s.Digest)
		fmt.Fprintf(&b, "   signataire / signer : %s\n", signerOf(s))
		if s.Signer != nil {
			fmt.Fprintf(&b, "   émetteur / issuer : %s\n", s.Signer.Issuer)
		}
		fmt.Fprintf(&b, "   certificat valide / certificate valid : %s\n", validity(s))
		fmt.Fprintf(&b, "   signé le / signed on : %s\n", day(s.At))
		fmt.Fprintf(&b, "   couvre / covers : %d octets ; derrière / behind : %d\n", s.Covered, s.After)
		fmt.Fprintf(&b, "   %s\n", outcome(s))
	}
	return b.String()
}

// outcome says what a signature is worth.
func outcome(s pdfsig.Signature) string {
	if s.Problem == "" {
		return "signature intègre / signature sound"
	}
	return string(s.Problem) + " : " + s.Detail
}

// oldest is the earlier of the date that is declared for a document and those of its signatures.
func oldest(d candidate.Evidence) time.Time {
	at := d.Date.Time
	for _, s := range pdfsig.Signatures(d.Content) {
		if s.Problem == "" && !s.At.IsZero() && s.At.Before(at) {
			at = s.At
		}
	}
	return at
}
