package campaign_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/features"
	"etalon/internal/campaign"
	"etalon/internal/scenario"
	"etalon/internal/sides"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// rig is a desk over a store of its own.
type rig struct {
	t     testing.TB
	dir   string
	store *store.Store
	desk  *campaign.Desk
}

// open opens a desk over a folder, as change has it.
func open(t testing.TB, dir string, change func(*campaign.Config)) *rig {
	t.Helper()
	kept, err := store.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	config := campaign.Config{Store: kept, Roster: campaign.Mocks{}, Tree: features.FS, Domains: sides.Domains(), Version: "test"}
	if change != nil {
		change(&config)
	}
	b := &rig{t, dir, kept, campaign.NewDesk(config)}
	t.Cleanup(b.close)
	return b
}

// close closes both; twice does no harm.
func (b *rig) close() {
	b.desk.Close()
	_ = b.store.Close()
}

// start begins a campaign.
func (b *rig) start(o campaign.Order) store.Campaign {
	b.t.Helper()
	c, err := b.desk.Start(b.t.Context(), o)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// until follows a campaign until an event is met, and returns all that was told till then; nil when it is over before.
func (b *rig) until(id string, met func(campaign.Event) bool) []campaign.Event {
	b.t.Helper()
	var all []campaign.Event
	for after := int64(0); ; {
		events, more, err := b.desk.Events(b.t.Context(), "", id, after)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, e := range events {
			all, after = append(all, e), e.Seq
			if met(e) {
				return all
			}
		}
		if more == nil {
			return nil
		}
		select {
		case <-more:
		case <-time.After(time.Minute):
			b.t.Fatalf("nothing more of %s", id)
		}
	}
}

// over waits until a campaign runs no more.
func (b *rig) over(id string) store.Campaign {
	b.t.Helper()
	b.until(id, func(campaign.Event) bool { return false })
	c, err := b.store.Campaign(b.t.Context(), "", id)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// short is a part of the plan that plays in a errorOf.
var short = []string{"fournisseur/A/V10", "fournisseur/A/G01"}

// told are the verdicts of a record, case by case.
func told(run *verdict.Run) []string {
	var all []string
	for _, c := range run.Cases {
		all = append(all, c.Address+" "+c.Verdict.String())
	}
	return all
}

// A campaign is started at once, followed step by step, judged, and what it saw is in the store under its case and verdict.
func TestCampaign(t *testing.T) {
	b := open(t, t.TempDir(), nil)
	order := campaign.Order{Candidate: "essai-fournisseur-a-skips-audience", Selectors: short, Lang: "fr"}
	f, err := b.desk.Forecast(t.Context(), order)
	if err != nil || f.Cases == 0 || f.Requirements != 2 || len(f.Scopes) != 1 || f.Scopes[0].Cases != f.Cases || len(f.Scopes[0].Requirements) < 20 || f.Expected <= 0 {
		t.Fatalf("forecast %+v, %v", f, err)
	}
	began := time.Now()
	c := b.start(order)
	t.Logf("start took %s", time.Since(began))
	if c.State != store.Running || c.Cases != f.Cases || c.CandidateID != order.Candidate {
		t.Errorf("started %+v", c)
	}
	if _, err := b.desk.Start(t.Context(), order); !errors.Is(err, campaign.ErrRunning) || !strings.Contains(err.Error(), c.ID) {
		t.Errorf("twice: %v", err)
	}
	b.until(c.ID, func(e campaign.Event) bool { return e.Kind == campaign.EventStep && e.Text != "" && e.Address != "" })
	_, s, err := b.desk.Standing(t.Context(), "", c.ID)
	if err != nil || s.Left <= 0 || s.Played >= f.Cases || len(s.Requirements) != 2 {
		t.Errorf("standing %+v, %v", s, err)
	}
	c = b.over(c.ID)
	run, err := b.desk.Record(t.Context(), "", c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if c.State != store.Finished || c.Counts != run.Counts || c.Counts.Fail == 0 || c.Counts.Pass == 0 || c.Seconds <= 0 || c.Why != "" || !run.Complete {
		t.Errorf("ended %+v", c)
	}
	b.followed(c, run)
	b.kept(c, run)
	for format, want := range map[string]string{"html": "<!doctype html>", "json": `"schema"`, campaign.Archive: "PK", "junit": "<testsuites"} {
		var w strings.Builder
		if err := b.desk.Write(t.Context(), "", c.ID, format, "en", &w); err != nil || !strings.Contains(strings.ToLower(w.String()[:min(200, w.Len())]), strings.ToLower(want)) {
			t.Errorf("%s: %v, %.80q", format, err, w.String())
		}
	}
	if err := b.desk.Write(t.Context(), "", c.ID, "odt", "", &strings.Builder{}); err == nil {
		t.Error("a format that is none is written")
	}
	if err := b.desk.Stop(t.Context(), "", c.ID); !errors.Is(err, campaign.ErrOver) {
		t.Errorf("stop: %v", err)
	}
	if _, err := b.desk.Resume(t.Context(), "", c.ID); !errors.Is(err, campaign.ErrWhole) {
		t.Errorf("resume: %v", err)
	}
	b.again(c, run)
}

// followed wants the standing and the events of a campaign that is over to be those of its record, also once the program was
// started again.
func (b *rig) followed(c store.Campaign, run *verdict.Run) {
	b.t.Helper()
	for range 2 {
		_, s, err := b.desk.Standing(b.t.Context(), "", c.ID)
		if err != nil || s.Played != len(run.Cases) || s.Left != 0 || len(s.Playing)+len(s.Gestures) != 0 {
			b.t.Errorf("standing %+v, %v", s, err)
		}
		for _, r := range s.Requirements {
			i := slices.IndexFunc(run.Requirements, func(q verdict.RequirementResult) bool { return q.ID == r.ID })
			if i < 0 || r.Played != r.Cases || run.Requirements[i].Verdict != r.Verdict {
				b.t.Errorf("requirement %+v", r)
			}
		}
		events, more, err := b.desk.Events(b.t.Context(), "", c.ID, 0)
		judged, last := 0, int64(0)
		for _, e := range events {
			if e.Kind == campaign.EventJudged {
				judged++
			}
			if e.Seq != last+1 {
				b.t.Errorf("event %d after %d", e.Seq, last)
			}
			last = e.Seq
		}
		if err != nil || more != nil || judged != len(run.Cases) || last != s.Seq {
			b.t.Errorf("%d judged of %d, last %d of %d, %v", judged, len(run.Cases), last, s.Seq, err)
		}
		b.close()
		*b = *open(b.t, b.dir, nil)
	}
}

// kept wants every exchange of a record in the store, once, with the verdict of its case and its messages.
func (b *rig) kept(c store.Campaign, run *verdict.Run) {
	b.t.Helper()
	total := 0
	for _, one := range run.Cases {
		total += len(one.Exchanges)
		page, err := b.store.Exchanges(b.t.Context(), store.Filter{Campaign: c.ID, Address: one.Address, Verdict: one.Verdict.String()}, 100)
		if err != nil || page.Total != len(one.Exchanges) {
			b.t.Errorf("%s: %d exchanges, want %d; %v", one.Address, page.Total, len(one.Exchanges), err)
		}
		for _, x := range page.Exchanges {
			if x.Request != nil && x.Request.Digest != "" {
				if raw, err := b.store.Message(x.Request.Digest); err != nil || len(raw) == 0 {
					b.t.Errorf("message of %d: %v", x.ID, err)
				}
			}
			if x.TLS != nil && (x.Now.IsZero() || x.MS == 0 || x.World == "" || x.PeerChain == nil || x.OurChain == nil || !x.At.Before(run.Finished) || x.At.Before(run.Started)) {
				b.t.Errorf("%s, exchange %d (%s): at %s for %g ms, protocol %s, world %q, chains %v %v", one.Address, x.ID, x.Label, x.At, x.MS, x.Now, x.World, x.PeerChain, x.OurChain)
			}
			if x.Partner == "" || x.Mode != "A" || x.Protocol == "" || x.Peer == "" || x.Label == "" || x.Outcome == "" {
				b.t.Errorf("%+v", x)
			}
		}
	}
	// The honest exchange with which the role opened is of no case.
	if page, err := b.store.Exchanges(b.t.Context(), store.Filter{Campaign: c.ID}, 1000); err != nil || page.Total != total+1 || total == 0 || page.Exchanges[total].Address != "" {
		b.t.Errorf("%d exchanges, want %d and one; %v", page.Total, total, err)
	}
}

// again wants another campaign to play what failed, and nothing else.
func (b *rig) again(c store.Campaign, run *verdict.Run) {
	b.t.Helper()
	next, err := b.desk.Rerun(b.t.Context(), "", c.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	next = b.over(next.ID)
	if next.Resumes != c.ID || next.Cases != c.Counts.Fail+c.Counts.Inconclusive || next.Counts.Fail != c.Counts.Fail {
		b.t.Errorf("again %+v, after %+v", next, c.Counts)
	}
	honest := b.over(b.start(campaign.Order{Candidate: "essai-fournisseur-a", Selectors: short[:1]}).ID)
	if _, err := b.desk.Rerun(b.t.Context(), "", honest.ID); !errors.Is(err, campaign.ErrNoneFails) {
		b.t.Errorf("nothing failed in %+v: %v", honest, err)
	}
}

// A campaign that was stopped, and one that the program ended, go on in the same record, with the verdicts of one at one go.
func TestStopAndResume(t *testing.T) {
	b := open(t, t.TempDir(), nil)
	order := campaign.Order{Candidate: "essai-fournisseur-a-skips-audience", Selectors: append([]string{"fournisseur/A/V0*", "fournisseur/A/V16", "fournisseur/A/V12", "fournisseur/A/V11"}, short...)}
	whole := b.over(b.start(order).ID)
	want, err := b.desk.Record(t.Context(), "", whole.ID)
	if err != nil {
		t.Fatal(err)
	}
	judged := func(n int) func(campaign.Event) bool {
		return func(e campaign.Event) bool {
			if e.Kind == campaign.EventJudged {
				n--
			}
			return n <= 0
		}
	}
	c := b.start(order)
	if b.until(c.ID, judged(2)) == nil {
		t.Fatal("it was over before it was stopped")
	}
	if err := b.desk.Stop(t.Context(), "", c.ID); err != nil {
		t.Fatal(err)
	}
	if c = b.over(c.ID); c.State != store.Stopped || c.Finished.IsZero() {
		t.Errorf("stopped %+v", c)
	}
	part, err := b.desk.Record(t.Context(), "", c.ID)
	if err != nil || part.Complete || len(part.Cases) >= len(want.Cases) {
		t.Fatalf("%d cases of %d, %v", len(part.Cases), len(want.Cases), err)
	}
	if c, err = b.desk.Resume(t.Context(), "", c.ID); err != nil || c.State != store.Running {
		t.Fatalf("resumed %+v, %v", c, err)
	}
	if b.until(c.ID, func(e campaign.Event) bool { return e.Kind == campaign.EventPlaying }) == nil {
		t.Fatal("it was over before the program ended")
	}
	b.close()
	b = open(t, b.dir, nil)
	if c, err = b.store.Campaign(t.Context(), "", c.ID); err != nil || c.State != store.Interrupted {
		t.Fatalf("interrupted %+v, %v", c, err)
	}
	if _, err := b.desk.Resume(t.Context(), "", c.ID); err != nil {
		t.Fatal(err)
	}
	if c = b.over(c.ID); c.State != store.Finished {
		t.Fatalf("finished %+v", c)
	}
	got, err := b.desk.Record(t.Context(), "", c.ID)
	if err != nil || !slices.Equal(told(got), told(want)) || got.Level != want.Level || len(got.Resumed) != 2 || c.Cases != whole.Cases {
		t.Errorf("resumed:\n%s\nat one go:\n%s\n%v", strings.Join(told(got), "\n"), strings.Join(told(want), "\n"), err)
	}
	for _, one := range got.Cases {
		page, err := b.store.Exchanges(t.Context(), store.Filter{Campaign: c.ID, Address: one.Address, Verdict: one.Verdict.String()}, 1)
		if err != nil || page.Total != len(one.Exchanges) {
			t.Errorf("%s: %d exchanges, want %d; %v", one.Address, page.Total, len(one.Exchanges), err)
		}
	}
	if page, err := b.store.Exchanges(t.Context(), store.Filter{Campaign: c.ID}, 1000); err != nil || slices.ContainsFunc(page.Exchanges, func(x store.Exchange) bool { return x.Verdict == "" && x.Address != "" }) {
		t.Errorf("an exchange has no verdict, %v", err)
	}
}

// What is wrong with an order is told before anything is started.
func TestStartRefuses(t *testing.T) {
	dir := t.TempDir()
	b := open(t, filepath.Join(dir, "store"), nil)
	for _, c := range []struct {
		order campaign.Order
		want  error
	}{
		{campaign.Order{Candidate: "nobody"}, campaign.ErrUnknown},
		{campaign.Order{Candidate: "essai-fournisseur-a", Selectors: []string{"a/b/c/d"}}, campaign.ErrSelector},
		{campaign.Order{Candidate: "essai-fournisseur-a", Selectors: []string{"client"}}, scenario.ErrNothingSelected},
	} {
		if _, err := b.desk.Forecast(t.Context(), c.order); !errors.Is(err, c.want) {
			t.Errorf("forecast %+v: %v", c.order, err)
		}
		if _, err := b.desk.Start(t.Context(), c.order); !errors.Is(err, c.want) {
			t.Errorf("start %+v: %v", c.order, err)
		}
	}
	if all, err := b.store.Campaigns(t.Context(), ""); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	for _, err := range []error{
		b.desk.Stop(t.Context(), "", "none"), b.desk.Done(t.Context(), "", "none", "g1"), errorOf(b.desk.Resume(t.Context(), "", "none")),
		errorOf(b.desk.Rerun(t.Context(), "", "none")), errorOf(b.desk.Record(t.Context(), "", "none")),
	} {
		if !errors.Is(err, store.ErrUnknown) {
			t.Errorf("unknown: %v", err)
		}
	}
	b.close()
	if _, err := b.desk.Start(t.Context(), campaign.Order{Candidate: "essai-fournisseur-a"}); err == nil {
		t.Error("a desk that is closed starts a campaign")
	}
}

func errorOf[T any](_ T, err error) error { return err }
