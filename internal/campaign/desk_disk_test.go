package campaign_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/stand"
	"etalon/internal/store"
)

// onDisk starts a mock candidate as a vendor's own would run, and returns its file and another beside it, as change has it.
func onDisk(t *testing.T, role candidate.Role, change func(string) string) (file, other string) {
	t.Helper()
	stub, err := stand.StartAlone(stand.StubOptions{Role: role, Mode: interops.ModeA, Dir: t.TempDir(), Seed: "disk"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stub.Close() })
	raw, err := os.ReadFile(stub.Candidate)
	if err != nil {
		t.Fatal(err)
	}
	other = filepath.Join(filepath.Dir(stub.Candidate), "autre.yaml")
	if err := os.WriteFile(other, []byte(change(string(raw))), 0o600); err != nil {
		t.Fatal(err)
	}
	return stub.Candidate, other
}

// A campaign of which the file fixes ports has them to itself: the partners of the sandbox retire, and come back; another that
// needs them waits its turn, and so does another against the same candidate.
func TestPorts(t *testing.T) {
	file, other := onDisk(t, candidate.RoleProvider, func(s string) string { return s })
	named := filepath.Join(t.TempDir(), "passerelle.yaml")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(named, []byte(strings.ReplaceAll(string(raw), "pki: {dir: ", "pki: {dir: "+filepath.Dir(file)+"/")), 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := candidate.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	var away, back atomic.Int32
	b := open(t, t.TempDir(), func(c *campaign.Config) {
		c.Roster = campaign.Rosters{campaign.Disk{Files: []string{other, file}}, campaign.Mocks{}}
		c.Held = []int{read.Listen.Ports.Revocation}
		c.Yield = func() (func() error, error) {
			away.Add(1)
			return func() error { back.Add(1); return errors.New("taken meanwhile") }, nil
		}
	})
	list, err := b.desk.Candidates(t.Context(), "vendor")
	if err != nil || list[0].ID != "autre" || list[0].Problem != "" {
		t.Fatalf("%+v, %v", list[0], err)
	}
	c := b.start(campaign.Order{Candidate: "autre", Selectors: short, Owner: "vendor"})
	if _, err := b.desk.Start(t.Context(), campaign.Order{Candidate: list[1].ID, Selectors: short}); !errors.Is(err, campaign.ErrPorts) {
		t.Errorf("the same ports: %v", err)
	}
	if _, err := b.desk.Start(t.Context(), campaign.Order{Candidate: "autre", Selectors: short, Owner: "another"}); !errors.Is(err, campaign.ErrRunning) {
		t.Errorf("the same candidate: %v", err)
	}
	mock := b.start(campaign.Order{Candidate: "essai-fournisseur-a", Selectors: []string{"fournisseur/A/V10-P"}})
	for _, err := range []error{errorOf(b.desk.Resume(t.Context(), "another", c.ID)), b.desk.Stop(t.Context(), "another", c.ID), errorOf(b.desk.Record(t.Context(), "another", c.ID))} {
		if !errors.Is(err, store.ErrUnknown) {
			t.Errorf("what is another's: %v", err)
		}
	}
	if c = b.over(c.ID); c.State != store.Finished || c.Counts.Pass == 0 || c.Counts.Fail != 0 || away.Load() != 1 || back.Load() != 1 {
		t.Errorf("%+v, away %d, back %d", c, away.Load(), back.Load())
	}
	_, s, err := b.desk.Standing(t.Context(), "vendor", c.ID)
	if err != nil || !slices.ContainsFunc(s.Said, func(line string) bool { return strings.Contains(line, "taken meanwhile") }) {
		t.Errorf("said %q, %v", s.Said, err)
	}
	if mock = b.over(mock.ID); mock.State != store.Finished || away.Load() != 1 {
		t.Errorf("%+v, away %d", mock, away.Load())
	}
	if page, err := b.store.Exchanges(t.Context(), store.Filter{Owner: "another", Campaign: c.ID}, 1); err != nil || page.Total != 0 {
		t.Errorf("another sees %d exchanges, %v", page.Total, err)
	}
	// A file that changes is no more that of the record.
	if c, err = b.desk.Start(t.Context(), campaign.Order{Candidate: "autre"}); err != nil {
		t.Fatal(err)
	}
	b.until(c.ID, func(e campaign.Event) bool { return e.Kind == campaign.EventJudged })
	if err := b.desk.Stop(t.Context(), "", c.ID); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, append(raw, "# changed\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.desk.Resume(t.Context(), "", c.ID); err != nil {
		t.Fatal(err)
	}
	if c = b.over(c.ID); c.State != store.Failed || !strings.Contains(c.Why, "has changed") || c.Counts.Pass == 0 {
		t.Errorf("%+v", c)
	}
	if err := os.WriteFile(other, []byte("candidate: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.desk.Start(t.Context(), campaign.Order{Candidate: "autre"}); !errors.Is(err, campaign.ErrUnusable) {
		t.Errorf("a bad file: %v", err)
	}
}

// A gesture is asked for, and the campaign goes on when a person says that it was made, or ends when one stops it.
func TestGesture(t *testing.T) {
	_, other := onDisk(t, candidate.RoleClient, func(s string) string {
		s = regexp.MustCompile(`drive: \{http: .*\}\}`).ReplaceAllString(s, "drive: {manual: true}")
		return regexp.MustCompile(`("?interops_infos"?): *true`).ReplaceAllString(s, "$1: false")
	})
	b := open(t, t.TempDir(), func(c *campaign.Config) { c.Roster = campaign.Disk{Files: []string{other}} })
	asked := func(e campaign.Event) bool { return e.Kind == campaign.EventGesture }
	c := b.start(campaign.Order{Candidate: "autre", Selectors: []string{"client/A/A05"}})
	events := b.until(c.ID, asked)
	if events == nil {
		t.Fatal("no gesture is asked for")
	}
	_, s, err := b.desk.Standing(t.Context(), "", c.ID)
	if g := events[len(events)-1]; err != nil || len(s.Gestures) != 1 || s.Gestures[0].ID != g.Gesture || s.Gestures[0].Sentence == "" || g.Text != s.Gestures[0].Sentence {
		t.Fatalf("awaited %+v, %v", s.Gestures, err)
	}
	if err := b.desk.Done(t.Context(), "", c.ID, "g99"); !errors.Is(err, campaign.ErrNoGesture) {
		t.Errorf("another gesture: %v", err)
	}
	id := s.Gestures[0].ID
	if err := errors.Join(b.desk.Done(t.Context(), "", c.ID, id)); err != nil {
		t.Fatal(err)
	}
	if b.until(c.ID, func(e campaign.Event) bool { return e.Kind == campaign.EventDone && e.Gesture == id }) == nil {
		t.Error("the gesture is not told as made")
	}
	// Nothing was done in truth: the role cannot be judged, and nobody is accused.
	if c = b.over(c.ID); c.State != store.Finished || c.Counts.Fail != 0 || c.Counts.Inconclusive == 0 {
		t.Errorf("%+v", c)
	}
	if _, s, err = b.desk.Standing(t.Context(), "", c.ID); err != nil || len(s.Said) == 0 || len(s.Gestures) != 0 {
		t.Errorf("said %q, %v", s.Said, err)
	}
	c = b.start(campaign.Order{Candidate: "autre"})
	if b.until(c.ID, asked) == nil {
		t.Fatal("no gesture is asked for")
	}
	if err := b.desk.Stop(t.Context(), "", c.ID); err != nil {
		t.Fatal(err)
	}
	if c = b.over(c.ID); c.State != store.Stopped {
		t.Errorf("%+v", c)
	}
	if err := b.desk.Done(t.Context(), "", c.ID, id); !errors.Is(err, campaign.ErrNoGesture) {
		t.Errorf("once it is over: %v", err)
	}
}

// A folder that cannot be written is told, and the campaign is played when it can.
func TestNoRoom(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir, nil)
	if err := os.WriteFile(filepath.Join(dir, "campaigns"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := b.over(b.start(campaign.Order{Candidate: "essai-fournisseur-a", Selectors: short}).ID)
	if c.State != store.Failed || !strings.Contains(c.Why, "campaigns") {
		t.Fatalf("%+v", c)
	}
	if err := os.Remove(filepath.Join(dir, "campaigns")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.desk.Resume(t.Context(), "", c.ID); err != nil {
		t.Fatal(err)
	}
	if c = b.over(c.ID); c.State != store.Finished || c.Why != "" || c.Counts.Fail != 0 || c.Counts.Pass == 0 {
		t.Errorf("%+v", c)
	}
	b.kept(c, must(b.desk.Record(t.Context(), "", c.ID)))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
