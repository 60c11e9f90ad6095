package campaign

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"etalon/internal/bench"
	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/seal"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// Archive is the format of Desk.Write that is the signed archive.
const Archive = "archive"

// find is a campaign that an owner may see: one that runs, or one that is rebuilt from its record. It returns store.ErrUnknown.
func (d *Desk) find(ctx context.Context, owner, id string) (*match, error) {
	c, err := d.config.Store.Campaign(ctx, owner, id)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	m, known := d.live[id]
	d.mu.Unlock()
	if known {
		return m, nil
	}
	if m, err = d.rebuilt(c); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if other, meanwhile := d.live[id]; meanwhile {
		return other, nil
	}
	d.live[id] = m
	if d.past = append(d.past, id); len(d.past) > remembered {
		delete(d.live, d.past[0])
		d.past = d.past[1:]
	}
	return m, nil
}

// rebuilt is a campaign as its record tells it.
func (d *Desk) rebuilt(c store.Campaign) (*match, error) {
	suite, err := d.suite()
	if err != nil {
		return nil, err
	}
	run := &verdict.Run{} // unless it came to that
	if dir := d.config.Store.Folder(c.ID); begun(dir) {
		if run, err = record.Load(dir); err != nil {
			return nil, err
		}
	}
	scope := run.Scope
	if found, err := d.config.Roster.Find("", c.CandidateID); err == nil && len(scope) == 0 {
		scope = found.Scope
	}
	trials, _ := chosen(suite.Plan, scope, Order{Selectors: c.Selectors, Long: c.Long})
	c.Cases, c.Counts = len(trials), verdict.Counts{}
	m := newMatch(c, suite, trials)
	m.tell(Event{At: c.Started, Kind: EventState, Text: string(store.Running)})
	for _, n := range run.NotRun {
		m.leaveOut(n.Address)
	}
	for _, one := range run.Cases {
		if one.Why.Key == verdict.ReasonAborted {
			continue
		}
		m.judged(one)
		m.tell(Event{At: one.Started, Kind: EventJudged, Address: one.Address, Verdict: one.Verdict.String(), Text: one.Title})
	}
	for _, t := range run.Trouble {
		m.said = append(m.said, suite.Texts.Reason("fr", t.Reason))
	}
	m.tell(Event{At: c.Finished, Kind: EventState, Text: string(c.State)})
	return m, nil
}

// Record is the record of a campaign, as far as it is. The error tells when it did not come to one.
func (d *Desk) Record(ctx context.Context, owner, id string) (*verdict.Run, error) {
	if _, err := d.config.Store.Campaign(ctx, owner, id); err != nil {
		return nil, err
	}
	return record.Load(d.config.Store.Folder(id))
}

// Write writes a report in a format of report.Formats, or the signed archive where the format is Archive: the one that was
// published, where it was.
func (d *Desk) Write(ctx context.Context, owner, id, format, lang string, w io.Writer) error {
	c, err := d.config.Store.Campaign(ctx, owner, id)
	if err != nil {
		return err
	}
	run, err := d.Record(ctx, owner, id)
	if err != nil {
		return err
	}
	suite, err := d.suite()
	if err != nil {
		return err
	}
	dir := d.config.Store.Folder(id)
	if signed := map[string]string{Archive: ArchiveFile, pages: report.PDFMember}[format]; signed != "" {
		if published, err := os.Open(filepath.Join(dir, signed)); err == nil {
			defer published.Close()
			_, err := io.Copy(w, published)
			return err
		}
	}
	signer, err := d.signer()
	if err != nil {
		return err
	}
	options := suite.options(dir, lang)
	if format == Archive {
		return report.WriteArchive(w, run, Sealing{Signer: signer, Validity: d.validity()}.archive(options))
	}
	options.TestKey = signer.Test
	if seal := c.Seal; seal != nil { // what is told of the signature is that of the archive
		options.NotBefore, options.NotAfter, options.Timed = seal.At, seal.NotAfter, !seal.Stamped.IsZero()
	}
	as, err := report.Find(format)
	if err != nil {
		return err
	}
	return as.Write(w, run, options)
}

// signer is the key of reports.
func (d *Desk) signer() (seal.Signer, error) {
	if d.config.Signer == nil {
		return testSigner(bench.Wall())
	}
	return d.config.Signer()
}
