package statement

import (
	"encoding/json"
	"slices"

	"etalon/internal/candidate"
	"etalon/internal/record"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// Followed is a sound archive: a report, alone or with what is said of it.
type Followed struct {
	Report   *seal.Verified
	Reviewed *Reviewed // the last review, where the archive is one
	Handed   *HandedOn // where it is a handover
}

// Trusted tells that everybody who signed leads to the roots.
func (f *Followed) Trusted() bool {
	return f.Report.Trusted && (f.Reviewed == nil || f.Reviewed.Trusted()) && (f.Handed == nil || f.Handed.Trusted())
}

// OfReport is what is wrong with the report that a review is about, and not with the review.
type OfReport struct{ Err error }

func (e *OfReport) Error() string { return e.Err.Error() }
func (e *OfReport) Unwrap() error { return e.Err }

// In says it in a language, "en" or anything else for French.
func (e *OfReport) In(lang string) string { return verdict.InLanguage(e.Err, lang) }

// Follow verifies an archive, whatever it is: a statement is verified with the report that it is about, which original returns where
// it does not go along, and a list of revocations may then be for who signed either. Its error is a *seal.Unsound, or that of original.
func Follow(raw []byte, original func() ([]byte, error), o seal.VerifyOptions) (*Followed, error) {
	kind := seal.KindOf(raw)
	if !Is(kind) {
		v, err := seal.Verify(raw, o)
		if err != nil {
			return nil, err
		}
		return &Followed{Report: v}, nil
	}
	o.Heard = map[string]bool{}
	follow := followReview
	if kind == KindHandover {
		follow = followHandover
	}
	f, err := follow(raw, original, o)
	if err == nil {
		err = o.Unheard()
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

func followReview(raw []byte, original func() ([]byte, error), o seal.VerifyOptions) (*Followed, error) {
	archive, err := original()
	if err != nil {
		return nil, err
	}
	of, err := ReadReport(archive, o)
	if err != nil {
		return nil, &OfReport{err}
	}
	reviewed, err := VerifyReview(raw, of, o)
	if err != nil {
		return nil, err
	}
	return &Followed{Report: of.Verified, Reviewed: reviewed}, nil
}

func followHandover(raw []byte, original func() ([]byte, error), o seal.VerifyOptions) (*Followed, error) {
	handed, err := VerifyHandover(raw, original, o)
	if err != nil {
		return nil, err
	}
	return &Followed{Report: handed.Report.Verified, Handed: handed}, nil
}

// Reviewed is a review that is sound, on a report that is.
type Reviewed struct {
	Opened  *seal.Opened[Review]
	Earlier *Reviewed // the review before; nil for the first
	Raw     []byte
}

// Review is what was signed.
func (r *Reviewed) Review() *Review { return &r.Opened.Said }

// All are the reviews of the report up to this one, the first first.
func (r *Reviewed) All() []*Reviewed {
	if r == nil {
		return nil
	}
	return append(r.Earlier.All(), r)
}

// Trusted tells that every reviewer leads to the roots.
func (r *Reviewed) Trusted() bool {
	return !slices.ContainsFunc(r.All(), func(x *Reviewed) bool { return !x.Opened.Seal.Trusted })
}

// stand enters the decisions that hold after all reviews.
func (r *Reviewed) stand(made map[string]Former) {
	for _, x := range r.All() {
		for _, d := range x.Review().Decisions {
			made[d.Address] = Former{x.Review().Rank, x.Review().Reviewer.Name, d.Decision}
		}
	}
}

// VerifyReview verifies a review with the report that it is about, and every review before it; its error is a *seal.Unsound.
func VerifyReview(raw []byte, of *Report, o seal.VerifyOptions) (*Reviewed, error) {
	return verifyReview(raw, of, o, maxRank)
}

func verifyReview(raw []byte, of *Report, o seal.VerifyOptions, left int) (*Reviewed, error) {
	opened, err := seal.OpenBundle[Review](raw, KindReview, o)
	if err != nil {
		return nil, err
	}
	r := &Reviewed{Opened: opened, Raw: raw}
	if err := of.isAbout(opened.About); err != nil {
		return nil, err
	}
	since := of.SignedAt
	earlier := opened.Member(earlierMember)
	switch {
	case record.Digest(earlier) != r.Review().Earlier && (earlier != nil || r.Review().Earlier != ""):
		return nil, wrong(seal.PartRecord, "la relecture qu'elle suit n'est pas celle qu'elle nomme", "the review that it follows is not the one that it names")
	case earlier != nil && left == 0:
		return nil, wrong(seal.PartRecord, "plus de %d relectures se suivent", "more than %d reviews follow each other", maxRank)
	case earlier != nil:
		if r.Earlier, err = verifyReview(earlier, of, o, left-1); err != nil {
			return nil, verdict.Tell("%s : %s", "%s: %s", earlierMember, err)
		}
		since = r.Earlier.Opened.Seal.SignedAt
	}
	if err := inOrder(since, opened.Seal.SignedAt); err != nil {
		return nil, err
	}
	return r, r.agrees(of)
}

// agrees makes the review again from its decisions, and compares.
func (r *Reviewed) agrees(of *Report) error {
	var rows []verdict.Requirement
	if err := json.Unmarshal(r.Opened.Member(catalogueMember), &rows); err != nil {
		return wrong(seal.PartMembers, "%s ne se lit pas%.0s", "read %s: %s", catalogueMember, err)
	}
	if !reproduces(of.Run, rows) {
		return wrong(seal.PartRecord, "%s ne conclut pas le rapport tel qu'il était", "%s does not conclude the report as it was", catalogueMember)
	}
	said := r.Review()
	if err := known(said.Reviewer); err != nil {
		return wrong(seal.PartRecord, "%s", "%s", err)
	}
	again, misfits := draft(of, r.Earlier, rows, said.Reviewer, asked(said.Decisions))
	if len(misfits) > 0 {
		return wrong(seal.PartRecord, "une décision ne va pas avec le rapport : %s", "a decision does not fit the report: %s", misfits)
	}
	if !seal.Same(again, said) {
		return wrong(seal.PartRecord, "les décisions ne font pas la conclusion qui est signée : le signataire a signé une contradiction", "the decisions do not make the conclusion that was signed: the signer signed a contradiction")
	}
	return isPlain(r.Opened.Member(reviewMember), said)
}

// asked are the decisions as their author gave them.
func asked(all []Decided) []candidate.Decision {
	var out []candidate.Decision
	for _, d := range all {
		x := candidate.Decision{Address: d.Address, Decision: d.Decision, Reason: d.Reason, Note: d.Note, Examined: d.Examined, Replaces: d.Replaces != nil}
		for _, p := range d.Pieces {
			x.Files = append(x.Files, p.Digest)
		}
		out = append(out, x)
	}
	return out
}
