// Package statement makes and verifies what people say over a signed report, each in a small signed archive bound to the
// report by digest: the review of what was left to a person, and the report of a product handed on by an operator who uses
// it. It also writes the engagement that an operator signs by hand.
//
// It never changes the report, and judges nothing: a level is what the record concludes with the decisions in it.
package statement

import (
	"bytes"
	"encoding/json"
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
func wrong(part seal.Part, fr, en string, values ...any) error {
	return &seal.Unsound{Part: part, Err: verdict.Tell(fr, en, values...)}
}

// isAbout compares what a statement is about with the report that it is read with.
func (r *Report) isAbout(about []seal.Subject) error {
	if slices.Equal(about, r.about()) {
		return nil
	}
	if len(about) == 0 {
		return wrong(seal.PartSignature, "l'énoncé ne porte sur rien", "the statement is about nothing")
	}
	return wrong(seal.PartSignature, "l'énoncé porte sur l'archive %s, et celle-ci est %s : donnez le rapport sur lequel il a été fait (--of)", "the statement is about the archive %s, and this one is %s: give the report that it was made on (--of)", about[0].Digest, r.Digest())
}

// inOrder wants a statement to be made after what it speaks of.
func inOrder(before, after time.Time) error {
	if after.Before(before) {
		return wrong(seal.PartTime, "l'énoncé est daté du %s, avant la signature de ce dont il parle, le %s", "the statement says %s, before what it is about was signed, on %s", after.Format(time.RFC3339), before.Format(time.RFC3339))
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
		return nil, verdict.Tell("écriture de l'énoncé : %s", "write statement: %s", err)
	}
	return out.Bytes(), nil
}

// isPlain wants the member that people open to say what was signed.
func isPlain(member []byte, said any) error {
	if want, err := plain(said); err != nil || !bytes.Equal(member, want) {
		return wrong(seal.PartRecord, "ce qui est écrit à côté de l'énoncé n'est pas ce qui est signé : le signataire a signé une contradiction", "what is written beside the statement is not what was signed: the signer signed a contradiction")
	}
	return nil
}

// ErrNotFinal tells a report that nobody can commit to.
var ErrNotFinal = verdict.Tell("ce n'est pas un rapport sur lequel s'engager", "not a report to commit to")

// notFinal tells why.
func notFinal(fr, en string, values ...any) error {
	return verdict.Tell("%s : %s", "%s: %s", ErrNotFinal, verdict.Tell(fr, en, values...))
}

var errNoOperator = verdict.Tell("l'opérateur n'a pas de nom", "the operator has no name")

// final refuses a report that says too little, or that nobody signed: a partial or incomplete run, a test key.
func (r *Report) final(draft bool) error {
	switch {
	case !r.Run.Complete:
		return notFinal("l'exécution n'est pas allée à son terme : finissez-la (conformance resume)", "the run did not reach its end: finish it (conformance resume)")
	case r.Run.Partial:
		return notFinal("une partie seulement du périmètre a été jouée : jouez-le tout entier (conformance run … --long)", "a part of the scope alone was played: play it all (conformance run … --long)")
	case r.Lapsed:
		return notFinal("il n'est plus en vigueur depuis le %s : jouez-le de nouveau", "it is no longer in force since %s: play it again", r.NotAfter.UTC().Format(time.DateOnly))
	case r.Test && !draft:
		return notFinal("il est signé avec une clé de TEST : signez-le (conformance run … --sign-key), ou faites une épreuve (--draft)", "it is signed with a test key: sign it (conformance run … --sign-key), or make a draft (--draft)")
	}
	return nil
}
