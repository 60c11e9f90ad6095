// Package statement makes and verifies what people say over a signed report, each in a small signed archive bound to the
// report by digest: the review of what was left to a person, and the report of a product handed on by an operator who uses
// it. It also writes the engagement that an operator signs by hand.
//
// It never changes the report, and judges nothing: a level is what the record concludes with the decisions in it.
package statement

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"etalon/internal/record"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// The types of statements, as in-toto predicates.
const (
	KindReview   = "urn:etalon:attestation:review:1"
	KindHandover = "urn:etalon:attestation:handover:1"
)

// Is tells whether an archive of that kind (report.KindOf) is a statement over another.
func Is(kind string) bool { return kind == KindReview || kind == KindHandover }

// Names of what a statement is about, and of members.
const (
	reportName        = "report.zip"
	attestationMember = "attestation.dsse.json"
	catalogueMember   = "catalogue.json"
	earlierMember     = "earlier.zip"
)

// Report is a signed report that a statement is about: sound, and verified.
type Report struct {
	*seal.Verified
	Raw []byte // the archive, untouched
}

// ReadReport verifies an archive; its error is a *seal.Unsound.
func ReadReport(raw []byte, o seal.VerifyOptions) (*Report, error) {
	v, err := seal.Verify(raw, o)
	if err != nil {
		return nil, err
	}
	return &Report{v, raw}, nil
}

// Digest is that of the whole archive.
func (r *Report) Digest() string { return record.Digest(r.Raw) }

// about are the subjects of a statement over the report: the archive whole, and what was signed in it.
func (r *Report) about() []seal.Subject {
	about := []seal.Subject{{Name: reportName, Digest: r.Digest()}}
	for _, m := range r.Members {
		if m.Name == attestationMember {
			about = append(about, seal.Subject{Name: reportName + "/" + attestationMember, Digest: record.Digest(m.Bytes)})
		}
	}
	return about
}

// Identity tells which report it is, for who reads a statement alone.
type Identity struct {
	Candidate verdict.Candidate `json:"candidate"`
	Scope     []string          `json:"scope"`
	Suite     verdict.Suite     `json:"suite"`
	Finished  time.Time         `json:"finished"`
	SignedAt  time.Time         `json:"signed_at"`
	Signer    string            `json:"signer"` // subject of the certificate
	Test      bool              `json:"test"`   // signed with a test key of the harness
	Level     verdict.Levels    `json:"level"`
}

func (r *Report) identity() Identity {
	return Identity{
		Candidate: r.Run.Candidate, Scope: r.Run.Scope, Suite: r.Run.Suite, Finished: r.Run.Finished,
		SignedAt: r.SignedAt, Signer: r.Signer.Subject.String(), Test: r.Test, Level: r.Run.Level,
	}
}

// wrong is what is wrong with a statement, by the part that is looked at.
func wrong(part seal.Part, format string, values ...any) error {
	return &seal.Unsound{Part: part, Err: fmt.Errorf(format, values...)}
}

// isAbout compares what a statement is about with the report that it is read with.
func (r *Report) isAbout(about []seal.Subject) error {
	if slices.Equal(about, r.about()) {
		return nil
	}
	if len(about) == 0 {
		return wrong(seal.PartSignature, "the statement is about nothing")
	}
	return wrong(seal.PartSignature, "the statement is about the archive %s, and this one is %s: give the report that it was made on (--of)", about[0].Digest, r.Digest())
}

// inOrder wants a statement to be made after what it speaks of.
func inOrder(before, after time.Time) error {
	if after.Before(before) {
		return wrong(seal.PartTime, "the statement says %s, before what it is about was signed, on %s", after.Format(time.RFC3339), before.Format(time.RFC3339))
	}
	return nil
}

// plain writes the content of a statement for who opens its archive.
func plain(said any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(said); err != nil {
		return nil, fmt.Errorf("write statement: %w", err)
	}
	return out.Bytes(), nil
}

// isPlain wants the member that people open to say what was signed.
func isPlain(member []byte, said any) error {
	if want, err := plain(said); err != nil || !bytes.Equal(member, want) {
		return wrong(seal.PartRecord, "what is written beside the statement is not what was signed: the signer signed a contradiction")
	}
	return nil
}

// ErrNotFinal tells a report that nobody can commit to.
var ErrNotFinal = errors.New("not a report to commit to")

// final refuses a report that says too little, or that nobody signed: a partial or incomplete run, a test key.
func (r *Report) final(draft bool) error {
	switch {
	case !r.Run.Complete:
		return fmt.Errorf("%w: the run did not reach its end: finish it (conformance resume)", ErrNotFinal)
	case r.Run.Partial:
		return fmt.Errorf("%w: a part of the scope alone was played: play it all (conformance run … --long)", ErrNotFinal)
	case r.Lapsed:
		return fmt.Errorf("%w: it is no longer in force since %s: play it again", ErrNotFinal, r.NotAfter.UTC().Format(time.DateOnly))
	case r.Test && !draft:
		return fmt.Errorf("%w: it is signed with a test key: sign it (conformance run … --sign-key), or make a draft (--draft)", ErrNotFinal)
	}
	return nil
}
