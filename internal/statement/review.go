package statement

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// reviewSchema names the form of a review, reviewMember its place in the archive.
const (
	reviewSchema = "etalon/review/1"
	reviewMember = "review.json"
)

// maxRank bounds how many reviews may follow each other.
const maxRank = 50

// Review is what a person signed over a report: decisions on what it left to one, and the level that results.
type Review struct {
	Schema   string             `json:"schema"`
	Rank     int                `json:"rank"` // 1 for the first review of a report
	Report   Identity           `json:"report"`
	Reviewer candidate.Reviewer `json:"reviewer"`
	// Earlier is the digest of the archive of the review before; "" for the first.
	Earlier   string    `json:"earlier,omitempty"`
	Decisions []Decided `json:"decisions"` // of this review alone, in the order of the record
	Open      []string  `json:"open"`      // addresses that still wait for a person, after all reviews
	// Counts, Level and Changed are the record's conclusion with the decisions of all reviews.
	Counts  verdict.Counts              `json:"counts"`
	Level   verdict.Levels              `json:"level"`
	Changed []verdict.RequirementResult `json:"changed"`
}

// Decided is a decision on one case.
type Decided struct {
	Address     string  `json:"address"`
	Requirement string  `json:"requirement"`
	Title       string  `json:"title"` // French
	Decision    string  `json:"decision"`
	Reason      string  `json:"reason"`
	Note        string  `json:"note,omitempty"`
	Pieces      []Piece `json:"pieces"`
	// Examined is when the documents were looked at, as the reviewer says.
	Examined interops.Date `json:"examined"`
	// Replaces is the decision of an earlier review that this one puts aside.
	Replaces *Former `json:"replaces,omitempty"`
}

// Former is a decision that a later one replaces.
type Former struct {
	Rank     int    `json:"rank"`
	Reviewer string `json:"reviewer"`
	Decision string `json:"decision"`
}

// ReviewOrder is what a review is made of.
type ReviewOrder struct {
	Report    *Report
	Earlier   *Reviewed // the review before; nil for the first
	Catalogue []verdict.Requirement
	Reviewer  candidate.Reviewer
	Decisions []candidate.Decision
	Signer    seal.Signer
	Texts     report.Texts
	Lang      string
	Now       time.Time
}

// Misfits are decisions that do not fit the report, as an error.
type Misfits []candidate.Misfit

// Error implements error.
func (m Misfits) Error() string {
	return fmt.Sprintf("review report: %d decisions do not fit it; first: expected %s. %s", len(m), m[0].Want.EN, m[0].Remedy.EN)
}

// In says it in a language, "en" or anything else for French.
func (m Misfits) In(lang string) string {
	if lang == "en" {
		return m.Error()
	}
	return fmt.Sprintf("relecture du rapport : décisions qui ne vont pas avec lui : %d ; la première : attendu %s. %s", len(m), m[0].Want.FR, m[0].Remedy.FR)
}

// ErrCatalogue tells a report that another version of the program concluded.
var ErrCatalogue = verdict.Tell("le catalogue de ce programme ne conclut pas le rapport tel qu'il était : prenez la version de conformance qui l'a fait", "the catalogue of this program does not conclude the report as it was: use the version of conformance that made it")

// MakeReview returns the archive of a review. Its error is Misfits where decisions do not fit the report, ErrCatalogue where the
// catalogue is not that of the report.
func MakeReview(o ReviewOrder) ([]byte, *Review, error) {
	if err := known(o.Reviewer); err != nil {
		return nil, nil, err
	}
	rows := needed(o.Report.Run, o.Catalogue)
	if !reproduces(o.Report.Run, rows) {
		return nil, nil, ErrCatalogue
	}
	decisions := slices.Clone(o.Decisions)
	for i := range decisions {
		if decisions[i].Examined.IsZero() {
			decisions[i].Examined = interops.Date{Time: o.Now.UTC().Truncate(time.Second)}
		}
	}
	review, misfits := draft(o.Report, o.Earlier, rows, o.Reviewer, decisions)
	switch {
	case len(misfits) > 0:
		return nil, nil, misfits
	case review.Rank > maxRank:
		return nil, nil, verdict.Tell("relecture du rapport : %d relectures se suivent déjà : relisez le rapport à neuf", "review report: %d reviews follow each other already: review the report anew", maxRank)
	}
	members, err := reviewMembers(o, review, rows)
	if err != nil {
		return nil, nil, err
	}
	archive, err := seal.Bundle{Kind: KindReview, About: o.Report.about(), Members: members}.Write(review, o.Signer, o.Now)
	return archive, review, err
}

// known wants a reviewer who says who he is.
func known(r candidate.Reviewer) error {
	if strings.TrimSpace(r.Name) == "" || strings.TrimSpace(r.Function) == "" {
		return verdict.Tell("le relecteur n'a pas de nom, ou pas de fonction", "the reviewer has no name, or no function")
	}
	return nil
}

// reviewMembers are the files of a review's archive.
func reviewMembers(o ReviewOrder, review *Review, rows []verdict.Requirement) ([]seal.Member, error) {
	said, err := plain(review)
	if err != nil {
		return nil, err
	}
	catalogue, err := plain(rows)
	if err != nil {
		return nil, err
	}
	members := []seal.Member{
		{Name: reviewMember, MediaType: "application/json", Bytes: said},
		{Name: catalogueMember, MediaType: "application/json", Bytes: catalogue},
	}
	if o.Earlier != nil {
		members = append(members, seal.Member{Name: earlierMember, MediaType: "application/zip", Bytes: o.Earlier.Raw})
	}
	views, err := reviewSheet(review, o.Report.Digest(), o.Signer.Test, o.Now, words{o.Lang, o.Texts}).members("review")
	return append(members, views...), err
}

// draft is the review that decisions make over a report and the reviews before.
func draft(of *Report, earlier *Reviewed, rows []verdict.Requirement, reviewer candidate.Reviewer, decisions []candidate.Decision) (*Review, Misfits) {
	review := &Review{
		Schema: reviewSchema, Rank: 1, Report: of.identity(), Reviewer: reviewer, Decisions: []Decided{}, Open: []string{}, Changed: []verdict.RequirementResult{},
	}
	s := standing{cases: awaiting(of.Run), made: map[string]Former{}}
	if earlier != nil {
		review.Rank, review.Earlier = earlier.Review().Rank+1, record.Digest(earlier.Raw)
		earlier.stand(s.made)
	}
	var misfits Misfits
	if review.Decisions, misfits = s.decide(decisions); len(misfits) > 0 {
		return nil, misfits
	}
	for _, d := range review.Decisions {
		s.made[d.Address] = Former{review.Rank, reviewer.Name, d.Decision}
	}
	run := concluded(of.Run, rows, s.made)
	review.Counts, review.Level = run.Counts, run.Level
	for _, c := range run.Cases {
		if c.Verdict == verdict.Review {
			review.Open = append(review.Open, c.Address)
		}
	}
	for i, q := range run.Requirements {
		if q != of.Run.Requirements[i] {
			review.Changed = append(review.Changed, q)
		}
	}
	return review, nil
}

// concluded is a record with decisions in it: what was accepted passes, what was refused fails.
func concluded(run *verdict.Run, rows []verdict.Requirement, made map[string]Former) *verdict.Run {
	out := *run
	out.Cases, out.NotRun = slices.Clone(run.Cases), slices.Clone(run.NotRun)
	for i, c := range out.Cases {
		if d, decided := made[c.Address]; decided && c.Verdict == verdict.Review {
			out.Cases[i].Verdict = map[string]verdict.Verdict{candidate.DecisionAccepted: verdict.Pass, candidate.DecisionRefused: verdict.Fail}[d.Decision]
		}
	}
	out.Conclude(rows)
	return &out
}

// needed are the rows of the catalogue that a record is concluded with.
func needed(run *verdict.Run, catalogue []verdict.Requirement) []verdict.Requirement {
	rows := []verdict.Requirement{}
	for _, q := range catalogue {
		named := func(r verdict.RequirementResult) bool { return r.ID == q.ID }
		if slices.ContainsFunc(run.Scope, q.Concerns) || slices.ContainsFunc(run.Requirements, named) {
			rows = append(rows, q)
		}
	}
	return rows
}

// reproduces tells whether a record, concluded again without any decision, is what it was.
func reproduces(run *verdict.Run, rows []verdict.Requirement) bool {
	type conclusion struct {
		Requirements []verdict.RequirementResult
		Items        []verdict.Item
		Counts       verdict.Counts
		Level        verdict.Levels
	}
	again := concluded(run, rows, nil)
	return seal.Same(conclusion{run.Requirements, run.Items, run.Counts, run.Level}, conclusion{again.Requirements, again.Items, again.Counts, again.Level})
}
