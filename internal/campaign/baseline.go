package campaign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"etalon/internal/bench"
	"etalon/internal/legible"
	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/seal"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// Why a run is no baseline for another.
var (
	ErrIncomplete     = verdict.Tell("cette exécution n'a pas atteint sa fin", "the run did not reach its end")
	ErrOtherCandidate = verdict.Tell("elle est d'un autre candidat", "it is of another candidate")
	ErrOtherProfile   = verdict.Tell("elle a été jugée avec un autre profil", "it was judged with another profile")
	ErrNoBaseline     = errors.New("the campaign has no baseline")
)

// Alike tells why a run is no baseline for a candidate, by name and vendor, that a profile judges, by name and digest; nil when it
// is one. The version of the candidate may be another.
func Alike(was *verdict.Run, name, vendor, digest string) error {
	switch {
	case !was.Complete:
		return ErrIncomplete
	case was.Candidate.Name != name || was.Candidate.Vendor != vendor:
		return verdict.Tell("%s, %s (%s) : attendu %s (%s)", "%s, %s (%s): want %s (%s)", ErrOtherCandidate, legible.Text(was.Candidate.Name), legible.Text(was.Candidate.Vendor), legible.Text(name), legible.Text(vendor))
	case was.Profile.Digest != digest:
		return verdict.Tell("%s, %s %s : attendu %s", "%s, %s %s: want %s", ErrOtherProfile, legible.Text(was.Profile.Name), was.Profile.Digest, digest)
	}
	return nil
}

// baselineFile is the record of the baseline, in the folder of a campaign.
const baselineFile = "baseline.json"

// baseline reads what an order is held against: a sound archive of a whole run. It returns ErrBaseline.
func (d *Desk) baseline(ctx context.Context, o Order) (*store.Baseline, *verdict.Run, error) {
	archive := o.Archive
	if o.Baseline != "" {
		earlier, err := d.config.Store.Campaign(ctx, o.Owner, o.Baseline)
		switch {
		case errors.Is(err, store.ErrUnknown):
			return nil, nil, fmt.Errorf("%w: no such campaign", ErrBaseline)
		case err != nil:
			return nil, nil, err
		case earlier.CandidateID != o.Candidate:
			return nil, nil, fmt.Errorf("%w: %w, %s", ErrBaseline, ErrOtherCandidate, legible.Text(earlier.Candidate))
		case earlier.State != store.Finished:
			return nil, nil, verdict.Tell("%s : %s", "%s: %s", ErrBaseline, ErrIncomplete)
		}
		if archive, err = os.ReadFile(filepath.Join(d.config.Store.Folder(earlier.ID), ArchiveFile)); err != nil {
			return nil, nil, fmt.Errorf("%w: its archive is not there", ErrBaseline)
		}
	}
	if len(archive) == 0 {
		return nil, nil, nil
	}
	v, err := seal.Verify(archive, seal.VerifyOptions{Now: bench.Wall()})
	if err != nil {
		return nil, nil, verdict.Tell("%s : %s", "%s: %s", ErrBaseline, err)
	}
	if !v.Run.Complete {
		return nil, nil, verdict.Tell("%s : %s", "%s: %s", ErrBaseline, ErrIncomplete)
	}
	return &store.Baseline{Campaign: o.Baseline, Digest: record.Digest(archive), Version: v.Run.Candidate.Version, Started: v.Run.Started}, v.Run, nil
}

// alike refuses a baseline that is of another candidate, or of another profile, once the candidate is known.
func (p *playing) alike() error {
	if p.campaign.Baseline == nil {
		return nil
	}
	if p.was == nil { // of a campaign that goes on
		var err error
		if p.was, err = readBaseline(p.dir); err != nil {
			return err
		}
	}
	if err := Alike(p.was, p.subject.Name, p.subject.Vendor, p.subject.Profile.Digest); err != nil {
		return verdict.Tell("%s : %s", "%s: %s", ErrBaseline, err)
	}
	return nil
}

// keepBaseline keeps the record of the baseline of a campaign that begins.
func (p *playing) keepBaseline() error {
	if p.was == nil {
		return nil
	}
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return err
	}
	return WriteFile(filepath.Join(p.dir, baselineFile), func(w io.Writer) error { return json.NewEncoder(w).Encode(p.was) })
}

func readBaseline(dir string) (*verdict.Run, error) {
	raw, err := os.ReadFile(filepath.Join(dir, baselineFile))
	if err != nil {
		return nil, verdict.Tell("lecture de la référence : %s", "read baseline: %s", err)
	}
	was := &verdict.Run{}
	if err := json.Unmarshal(raw, was); err != nil {
		return nil, verdict.Tell("lecture de la référence : %s", "read baseline: %s", err)
	}
	return was, nil
}

// compare keeps what came of the comparison with the baseline; the level and the report do not change by it.
func (p *playing) compare(run *verdict.Run) error {
	if p.campaign.Baseline == nil {
		return nil
	}
	told := report.Compare(p.was, run)
	p.mu.Lock()
	defer p.mu.Unlock()
	held := *p.match.campaign.Baseline
	held.Held, held.Regressions, held.Exit = true, len(told.Regressions), told.Gate(run, verdict.Majeure)
	p.match.campaign.Baseline = &held
	return nil
}

// Baseline is the record that a campaign is held against. It returns ErrNoBaseline.
func (d *Desk) Baseline(ctx context.Context, owner, id string) (*verdict.Run, error) {
	c, err := d.config.Store.Campaign(ctx, owner, id)
	if err != nil {
		return nil, err
	}
	if c.Baseline == nil {
		return nil, ErrNoBaseline
	}
	return readBaseline(d.config.Store.Folder(id))
}
