package declared

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// isReport tells an archive of ours from any other.
func isReport(d candidate.Evidence) bool {
	return bytes.HasPrefix(d.Content, []byte("PK\x03\x04")) && bytes.Contains(d.Content, []byte("attestation.dsse.json"))
}

// reportConcludes wants a report of ours among the documents, on an interface of an operator of MSSanté: sound, and conforme
// on the standard. Who signed it, and what it is about, a person reads.
func reportConcludes(ctx context.Context) error {
	w := scenario.Of(ctx)
	w.Checked()
	all, err := documents(w)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, isReport)
	if i < 0 {
		return again(w, all[0], verdict.ReasonDocumentNoReport)
	}
	name := filepath.Base(all[i].File)
	verified, err := seal.Verify(all[i].Content, seal.VerifyOptions{Now: bench.Wall()})
	var unsound *seal.Unsound
	switch {
	case errors.As(err, &unsound):
		w.Sees(w.Own("report-altered", "", name+" : "+verdict.InLanguage(unsound.Err, "fr")+" / "+unsound.Err.Error()))
	case err != nil: // not of the archive: nobody is accused of it
		return err
	case !slices.ContainsFunc(verified.Run.Scope, ofOperator):
		return again(w, all[i], verdict.ReasonDocumentNoReport)
	case verified.Run.Level.Standard != verdict.Conforme:
		w.Sees(w.Own("report-not-conforming", verdict.Conforme.String(), name+" : "+verified.Run.Level.Standard.String()))
	default:
		of := verified.Run.Candidate
		w.AwaitReview(strings.Join([]string{
			filepath.Base(all[0].File), name, of.Name + " " + of.Version, verified.SignedAt.UTC().Format(time.DateOnly), verified.Signer.Subject.String(),
		}, ", "))
	}
	return nil
}

// ofOperator tells the scope of an interface of an operator.
func ofOperator(scope string) bool {
	role, _ := candidate.SplitScope(scope)
	return slices.Contains(candidate.MSSRoles(), role) && role != candidate.RoleMSSOrganisation
}
