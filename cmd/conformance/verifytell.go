package main

import (
	"encoding/json"
	"errors"
	"time"

	"etalon/cmd/internal/cli"
	"etalon/internal/legible"
	"etalon/internal/pki"
	"etalon/internal/seal"
	"etalon/internal/statement"
	"etalon/internal/verdict"
)

// outcomes are the words of what came out of a check.
var outcomes = map[seal.Outcome][2]string{
	seal.Passed: {"vérifié", "verified"}, seal.Failed: {"FAUX", "WRONG"}, seal.Warned: {"à savoir", "to know"}, seal.Unchecked: {"non vérifié", "not checked"},
}

// tellChecks says what was looked at, in order, and what was not.
func (c *verifyCommand) tellChecks(s *streams, checks []seal.Check) {
	for _, check := range checks {
		word := outcomes[check.Outcome]
		s.say("  %-12s %s", "  %-12s %s", cli.In(s.lang, word[0], word[1]), legible.OneLine(check.In(s.lang)))
	}
}

// unsound says what was looked at before the first thing that is wrong, and that.
func (c *verifyCommand) unsound(s *streams, err error) error {
	var unsound *seal.Unsound
	if errors.As(err, &unsound) {
		c.tellChecks(s, unsound.Checks)
	}
	return hinted{err, "docs/verify.md", unsoundStatus(err)}
}

// unsoundStatus is 1, or 2 where a list that was given is wrong: then the archive was not judged.
func unsoundStatus(err error) int {
	var unsound *seal.Unsound
	if errors.As(err, &unsound) && unsound.Part == seal.PartLists {
		return exitUsage
	}
	return exitFailed
}

// worth tells what a sound archive is worth and returns the exit status of that: trusted and in force, or not.
func (c *verifyCommand) worth(s *streams, v *seal.Verified) error {
	if v.Lapsed {
		s.say("l'attestation n'est PLUS EN VIGUEUR depuis le %s", "the attestation is NO LONGER IN FORCE since %s", v.NotAfter.UTC().Format(time.RFC3339))
	}
	if c.TSARoots != "" && v.Stamp == nil {
		s.say("--tsa-roots : l'archive est NON HORODATÉE", "--tsa-roots: the archive is NOT TIME-STAMPED")
	}
	if err := c.trusted(s, v.Trusted); err != nil || c.status(v) == exitOK {
		return err
	}
	return status(c.status(v))
}

// status is the exit status of a sound archive.
func (c *verifyCommand) status(v *seal.Verified) int {
	if !v.Trusted || v.Lapsed || c.TSARoots != "" && v.Stamp == nil {
		return exitUndetermined
	}
	return exitOK
}

// toldVerified is what verify --json writes.
type toldVerified struct {
	Sound       bool               `json:"sound"`
	Trusted     bool               `json:"trusted"`
	InForce     bool               `json:"in_force"`
	Test        bool               `json:"test"`
	Error       string             `json:"error,omitempty"` // in English, whatever the language asked for
	Signer      string             `json:"signer,omitempty"`
	SignedAt    time.Time          `json:"signed_at,omitzero"`
	NotBefore   time.Time          `json:"not_before,omitzero"`
	NotAfter    time.Time          `json:"not_after,omitzero"`
	Stamp       *toldStamp         `json:"stamp,omitempty"`
	Attestation string             `json:"attestation,omitempty"` // its SHA-256, by which it is withdrawn
	Candidate   *verdict.Candidate `json:"candidate,omitempty"`
	Level       *verdict.Levels    `json:"level,omitempty"`
	Catalogue   string             `json:"catalogue,omitempty"`
	// Statements are what the archive says of that report, the oldest first, where it is not a report itself; LevelAfter is what the
	// report concludes once it was reviewed.
	Statements []toldStatement `json:"statements,omitempty"`
	LevelAfter *verdict.Levels `json:"level_after,omitempty"`
	Checks     []toldCheck     `json:"checks"`
}

type toldStatement struct {
	Kind     string    `json:"kind"` // review or handover
	Signer   string    `json:"signer"`
	SignedAt time.Time `json:"signed_at"`
	Test     bool      `json:"test"`
	Trusted  bool      `json:"trusted"`
	Said     any       `json:"said"` // as it was signed: review.json or handover.json
}

func toldStatementOf(kind string, v *seal.Verified, said any) toldStatement {
	return toldStatement{kind, pki.Subject(v.Signer), v.SignedAt, v.Test, v.Trusted, said}
}

type toldStamp struct {
	Time      time.Time `json:"time"`
	Authority string    `json:"authority"`
	Policy    string    `json:"policy"`
	Trusted   bool      `json:"trusted"`
}

type toldCheck struct {
	Part    seal.Part    `json:"part"`
	Outcome seal.Outcome `json:"outcome"`
	About   string       `json:"about"` // in the language asked for
}

// tellJSON writes what the verification tells, sound or not, and returns the same exit status as in words.
func (c *verifyCommand) tellJSON(s *streams, v *seal.Verified, wrong error) error {
	if wrong != nil {
		return c.tellWrong(s, wrong)
	}
	return c.write(s, toldOf(v), v.Checks, c.status(v))
}

// tellFollowed is tellJSON of a statement over a report.
func (c *verifyCommand) tellFollowed(s *streams, f *statement.Followed, wrong error) error {
	if wrong != nil {
		return c.tellWrong(s, wrong)
	}
	f.Report.Trusted = f.Trusted()
	told := toldOf(f.Report)
	for _, r := range f.Reviewed.All() {
		told.Statements = append(told.Statements, toldStatementOf("review", r.Opened.Seal, r.Review()))
		told.LevelAfter = &r.Review().Level
	}
	if h := f.Handed; h != nil {
		told.Statements = append(told.Statements, toldStatementOf("handover", h.Opened.Seal, h.Handover()))
	}
	return c.write(s, told, f.Report.Checks, c.status(f.Report))
}

// tellWrong writes the first thing that is wrong, and what was looked at before it.
func (c *verifyCommand) tellWrong(s *streams, wrong error) error {
	var checks []seal.Check
	var unsound *seal.Unsound
	if errors.As(wrong, &unsound) {
		checks = unsound.Checks
	}
	return c.write(s, toldVerified{Error: wrong.Error()}, checks, unsoundStatus(wrong))
}

func (c *verifyCommand) write(s *streams, told toldVerified, checks []seal.Check, code int) error {
	told.Checks = []toldCheck{}
	for _, check := range checks {
		told.Checks = append(told.Checks, toldCheck{check.Part, check.Outcome, check.In(s.lang)})
	}
	e := json.NewEncoder(s.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(told); err != nil || code == exitOK {
		return err
	}
	return status(code)
}

func toldOf(v *seal.Verified) toldVerified {
	told := toldVerified{
		Sound: true, Trusted: v.Trusted, InForce: !v.Lapsed, Test: v.Test, Signer: pki.Subject(v.Signer), SignedAt: v.SignedAt, NotBefore: v.NotBefore, NotAfter: v.NotAfter,
		Attestation: v.Attestation(), Candidate: &v.Run.Candidate, Level: &v.Run.Level, Catalogue: v.Run.Suite.Catalogue,
	}
	if v.Stamp != nil {
		told.Stamp = &toldStamp{v.Stamp.Time, pki.Subject(v.Stamp.Authority), v.Stamp.Policy, v.Stamp.Trusted}
	}
	return told
}
