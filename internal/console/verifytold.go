package console

import (
	"crypto/x509"
	"time"

	"etalon/internal/bench"
	"etalon/internal/pki"
	"etalon/internal/seal"
	"etalon/internal/statement"
	"etalon/internal/verdict"
)

// toldArchive is what a sound archive says, as the API tells it.
type toldArchive struct {
	Sound bool `json:"sound"`
	// Trusted tells that the signer leads to the roots that were given, Test that it signed with a test key, Expired that its
	// certificate, valid when it signed, is no longer so.
	Trusted  bool      `json:"trusted"`
	Test     bool      `json:"test"`
	Expired  bool      `json:"expired"`
	Signer   string    `json:"signer"`
	SignedAt time.Time `json:"signed_at"`
	Members  int       `json:"members"`
	// Stamp is what a time authority attests, nil where none was asked; NotBefore and NotAfter bound the time for which the
	// attestation was signed to hold, zero in archives that do not tell, and Lapsed tells that it is over.
	Stamp     *toldStamp `json:"stamp,omitempty"`
	NotBefore time.Time  `json:"not_before,omitzero"`
	NotAfter  time.Time  `json:"not_after,omitzero"`
	Lapsed    bool       `json:"lapsed,omitempty"`
	// Checks tell in words what was looked at, in order, and what was not.
	Checks    []toldCheck       `json:"checks"`
	Candidate verdict.Candidate `json:"candidate"`
	Scope     []string          `json:"scope"`
	Started   time.Time         `json:"started"`
	Complete  bool              `json:"complete"`
	Partial   bool              `json:"partial"`
	Level     verdict.Levels    `json:"level"`
	Counts    verdict.Counts    `json:"counts"`
	// Reviews are those of the report, up to the one that was verified with it, the first first.
	Reviews []toldReview `json:"reviews,omitempty"`
	// Handover is that of the report that was verified with it, nil where there is none.
	Handover *toldHandover `json:"handover,omitempty"`
}

// toldSeal is who signed a statement over a report.
type toldSeal struct {
	Signer   string    `json:"signer"`
	SignedAt time.Time `json:"signed_at"`
	Trusted  bool      `json:"trusted"`
	Test     bool      `json:"test"`
	// Checks are those of the statement alone.
	Checks []toldCheck `json:"checks"`
}

// toldStamp is a time-stamp.
type toldStamp struct {
	Time      time.Time `json:"time"`
	Authority string    `json:"authority"`
	Trusted   bool      `json:"trusted"`
}

// toldCheck is one thing that was looked at, or was not, and what came out of it.
type toldCheck struct {
	Part    seal.Part    `json:"part"`
	Outcome seal.Outcome `json:"outcome"`
	Text    string       `json:"text"`
}

// checked are checks in a language.
func checked(all []seal.Check, lang string) []toldCheck {
	told := []toldCheck{}
	for _, one := range all {
		told = append(told, toldCheck{one.Part, one.Outcome, one.In(lang)})
	}
	return told
}

// toldReview is a sound review of a report, toldHandover a sound handover.
type toldReview struct {
	toldSeal
	statement.Review
}

type toldHandover struct {
	toldSeal
	statement.Handover
}

// Last is the last review; nil where there is none.
func (t toldArchive) Last() *toldReview {
	if len(t.Reviews) == 0 {
		return nil
	}
	return &t.Reviews[len(t.Reviews)-1]
}

// options say whom the verifier trusts.
func (u upload) options() seal.VerifyOptions {
	o := seal.VerifyOptions{Now: bench.Wall(), Revoked: u.revoked}
	if u.timeRoots != nil {
		o.TimeRoots = pool(u.timeRoots)
	}
	if u.roots != nil {
		o.Above, o.Roots = u.roots, pool(u.roots)
	}
	return o
}

func pool(all []*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, one := range all {
		p.AddCert(one)
	}
	return p
}

// verified verifies a report, or a statement with the report that it is about.
func (u upload) verified() (toldArchive, error) {
	f, err := statement.Follow(u.archive, u.original, u.options())
	if err != nil {
		return toldArchive{}, err
	}
	told := u.told(f.Report)
	told.Trusted = f.Trusted()
	for _, one := range f.Reviewed.All() {
		told.Reviews = append(told.Reviews, toldReview{u.sealed(one.Opened.Seal), *one.Review()})
	}
	if f.Handed != nil {
		told.Handover = &toldHandover{u.sealed(f.Handed.Opened.Seal), *f.Handed.Handover()}
	}
	return told, nil
}

// original is the report that a statement is about.
func (u upload) original() ([]byte, error) {
	if len(u.of) == 0 {
		return nil, errReport
	}
	return u.of, nil
}

// sealed tells who signed a statement.
func (u upload) sealed(v *seal.Verified) toldSeal {
	return toldSeal{pki.Subject(v.Signer), v.SignedAt, v.Trusted, v.Test, checked(v.Checks, u.lang)}
}

// told tells of a sound report.
func (u upload) told(v *seal.Verified) toldArchive {
	run := v.Run
	t := toldArchive{
		Sound: true, Trusted: v.Trusted, Test: v.Test, Expired: v.Expired, Signer: pki.Subject(v.Signer), SignedAt: v.SignedAt, Members: len(v.Members),
		NotBefore: v.NotBefore, NotAfter: v.NotAfter, Lapsed: v.Lapsed, Checks: checked(v.Checks, u.lang),
		Candidate: run.Candidate, Scope: append([]string{}, run.Scope...), Started: run.Started, Complete: run.Complete, Partial: run.Partial, Level: run.Level, Counts: run.Counts,
	}
	if v.Stamp != nil {
		t.Stamp = &toldStamp{v.Stamp.Time, pki.Subject(v.Stamp.Authority), v.Stamp.Trusted}
	}
	return t
}
