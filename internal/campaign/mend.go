package campaign

import (
	"context"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/record"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// mend keeps what an earlier part of a campaign saw, and was ended before it was in the store: the verdicts are in the record.
// Exchanges of cases that were not judged have no verdict, and will have none.
func (d *Desk) mend(ctx context.Context, m *match, subject *candidate.Candidate) error {
	id := m.campaign.ID
	run, err := record.Load(d.config.Store.Folder(id))
	if err != nil {
		return err
	}
	w := newWire(m, subject, d.config.Store.Folder(id))
	for _, one := range run.Cases {
		if one.Why.Key == verdict.ReasonAborted || len(one.Exchanges) == 0 {
			continue
		}
		if err := d.mendCase(ctx, w, id, one); err != nil {
			return err
		}
	}
	return d.config.Store.Judged(ctx, id, "", verdict.Inconclusive.String())
}

// mendCase keeps the exchanges of a case that are not in the store, and its verdict.
func (d *Desk) mendCase(ctx context.Context, w wire, id string, c verdict.Case) error {
	s := d.config.Store
	of := store.Filter{Campaign: id, Address: c.Address, Verdict: c.Verdict.String()}
	judged, err := s.Exchanges(ctx, of, 1)
	if err != nil || judged.Total > 0 {
		return err
	}
	of.Verdict = ""
	there, err := s.Exchanges(ctx, of, 1)
	if err != nil {
		return err
	}
	for _, e := range c.Exchanges[min(there.Total, len(c.Exchanges)):] {
		if _, err := s.Add(ctx, w.exchange(c.Address, e, c.Started)); err != nil {
			return err
		}
	}
	return s.Judged(ctx, id, c.Address, c.Verdict.String())
}

// recover brings up to date the campaigns that an earlier program was killed in.
func (d *Desk) recover() {
	defer close(d.recovered)
	all, err := d.config.Store.Campaigns(d.ctx, "")
	if err != nil {
		return
	}
	for _, c := range all {
		if c.State != store.Interrupted || !c.Finished.IsZero() {
			continue
		}
		m, err := d.rebuilt(c)
		if err != nil {
			continue
		}
		if begun(d.config.Store.Folder(c.ID)) && d.mend(d.ctx, m, nil) != nil {
			continue
		}
		c = m.now()
		if c.Finished = m.last(); c.Finished.Before(c.Started) {
			c.Finished = c.Started
		}
		_ = d.config.Store.Save(d.ctx, c) // it is tried again at the next start
	}
}

// last is when the last case began that has a verdict.
func (m *match) last() (at time.Time) {
	for _, e := range m.events {
		if e.Kind == EventJudged && e.At.After(at) {
			at = e.At
		}
	}
	return at
}
