package interops_test

import (
	"slices"
	"testing"
	"time"

	"etalon/internal/interops"
)

func at(t *testing.T, s string) time.Time { t.Helper(); return day(t, s).Time }

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-15", 1, "2026-02-15"}, {"2026-01-31", 1, "2026-02-28"}, {"2028-01-31", 1, "2028-02-29"},
		{"2026-08-31", 3, "2026-11-30"}, {"2024-02-29", 12, "2025-02-28"}, {"2026-01-31", 0, "2026-01-31"}, {"2025-11-30", 36, "2028-11-30"},
	} {
		if got := day(t, c.from).AddMonths(c.months); !got.Equal(at(t, c.want)) {
			t.Errorf("%s + %d months: %v, want %s", c.from, c.months, got, c.want)
		}
	}
}

func TestAgreementLife(t *testing.T) {
	denounced := func(notified, effect string) *interops.Denunciation {
		return &interops.Denunciation{By: "a", Notified: day(t, notified), Effect: day(t, effect)}
	}
	for _, c := range []struct {
		name       string
		agreement  *interops.Agreement
		start, end string
	}{
		{"none", nil, "", ""},
		{"signed only", &interops.Agreement{Signed: day(t, "2026-01-10")}, "2026-01-10", ""},
		{"effect after the signature", &interops.Agreement{Signed: day(t, "2026-01-10"), Start: day(t, "2026-02-01")}, "2026-02-01", ""},
		{"effect never before the signature", &interops.Agreement{Signed: day(t, "2026-01-10"), Start: day(t, "2025-02-01")}, "2026-01-10", ""},
		{"a term", &interops.Agreement{Signed: day(t, "2026-01-10"), DurationMonths: 12}, "2026-01-10", "2027-01-10"},
		{"tacit renewal", &interops.Agreement{Signed: day(t, "2026-01-10"), DurationMonths: 12, Renewal: interops.TacitRenewal}, "2026-01-10", ""},
		{"denounced, without notice", &interops.Agreement{Signed: day(t, "2026-01-10"), Denunciation: denounced("2026-06-01", "")}, "2026-01-10", "2026-06-01"},
		{"denounced, with notice", &interops.Agreement{Signed: day(t, "2026-01-10"), NoticeMonths: 3, Denunciation: denounced("2026-06-01", "")}, "2026-01-10", "2026-09-01"},
		{"denounced, with an effect", &interops.Agreement{Signed: day(t, "2026-01-10"), NoticeMonths: 3, Denunciation: denounced("2026-06-01", "2026-12-31")}, "2026-01-10", "2026-12-31"},
		{"the term comes first", &interops.Agreement{Signed: day(t, "2026-01-10"), DurationMonths: 6, NoticeMonths: 3, Denunciation: denounced("2026-06-01", "")}, "2026-01-10", "2026-07-10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			start, end := c.agreement.Life()
			if start != day(t, c.start) || end != day(t, c.end) {
				t.Errorf("life from %v to %v, want %s to %s", start, end, c.start, c.end)
			}
		})
	}
}

// TestAmendmentsBoundProjects looks at which projects are in force as the amendments follow each other (K01).
func TestAmendmentsBoundProjects(t *testing.T) {
	c := &interops.Convention{
		Agreement: &interops.Agreement{
			Signed: day(t, "2025-12-01"), Start: day(t, "2026-01-01"), DurationMonths: 24, NoticeMonths: 2,
			Denunciation: &interops.Denunciation{By: "a", Notified: day(t, "2026-10-01")},
		},
		Projects: []interops.Project{
			{Name: "first"}, {Name: "second"}, {Name: "ended-by-itself", End: day(t, "2026-02-01")},
			{Name: "too-late", Start: day(t, "2027-06-01")}, {Name: "older", Start: day(t, "2020-01-01")},
		},
		Amendments: []interops.Amendment{
			{Number: 1, Signed: day(t, "2026-03-01"), Effect: day(t, "2026-04-01"), Adds: []string{"second"}},
			{Number: 2, Signed: day(t, "2026-05-01"), Ends: []string{"first", "older"}},
		},
	}
	for _, s := range []struct {
		at   string
		want []string
	}{
		{"2025-12-15", nil},
		{"2026-01-01", []string{"first", "ended-by-itself", "older"}},
		{"2026-02-01", []string{"first", "older"}},
		{"2026-03-31", []string{"first", "older"}},
		{"2026-04-01", []string{"first", "second", "older"}},
		{"2026-05-01", []string{"second"}},
		{"2026-11-30", []string{"second"}},
		{"2026-12-01", nil}, // the notice has run
		{"2027-07-01", nil},
	} {
		var got []string
		for _, p := range c.Opened() {
			if p.InForce(at(t, s.at)) {
				got = append(got, p.Name)
			}
		}
		if !slices.Equal(got, s.want) {
			t.Errorf("%s: in force %v, want %v", s.at, got, s.want)
		}
		if in := c.InForce(at(t, s.at)); in != (s.at >= "2026-01-01" && s.at < "2026-12-01") {
			t.Errorf("%s: the convention in force: %v", s.at, in)
		}
	}
	if c.Projects[1].Start != (interops.Date{}) {
		t.Error("Opened changed the convention")
	}
	once := c.Settled()
	if twice := once.Settled(); !slices.EqualFunc(once.Projects, twice.Projects, func(a, b interops.Project) bool { return a.Start == b.Start && a.End == b.End }) {
		t.Error("settling twice is not settling once")
	}
}

// TestAmendmentsBoundMembers looks at who is in a sphere as members come, go, and the convention ends (K04, S15).
func TestAmendmentsBoundMembers(t *testing.T) {
	all := []interops.Quality{interops.AuthenticationOperator, interops.ServiceOperator}
	c := &interops.Convention{
		Agreement: &interops.Agreement{Signed: day(t, "2024-01-01")},
		Sphere: &interops.Sphere{Name: "s", Members: []interops.Member{
			{Organism: "a", Qualities: all}, {Organism: "b", Qualities: all},
			{Organism: "c", Qualities: all, Joined: day(t, "2025-01-01"), AcceptedBy: []string{"a", "b"}},
			{Organism: "refused", Qualities: all, Joined: day(t, "2025-02-01"), AcceptedBy: []string{"a", "c"}},
			{Organism: "d", Qualities: all, Joined: day(t, "2025-03-01"), AcceptedBy: []string{"a", "b", "c"}}, // the refused one has no say
			{Organism: "e", Qualities: all, Joined: day(t, "2026-02-01"), AcceptedBy: []string{"a", "c", "d"}}, // b has left by then
		}},
		Amendments: []interops.Amendment{
			{Number: 1, Signed: day(t, "2024-12-01"), Effect: day(t, "2025-01-15"), Accessions: []string{"c"}},
			{Number: 2, Signed: day(t, "2026-01-01"), Withdrawals: []string{"b"}},
			{Number: 3, Signed: day(t, "2027-01-01"), Denounces: true},
		},
	}
	for _, s := range []struct {
		at   string
		want []string
	}{
		{"2023-12-31", nil},
		{"2024-01-01", []string{"a", "b"}},
		{"2025-01-01", []string{"a", "b"}}, // the avenant takes effect later
		{"2025-01-15", []string{"a", "b", "c"}},
		{"2025-06-01", []string{"a", "b", "c", "d"}},
		{"2026-01-01", []string{"a", "c", "d"}},
		{"2026-06-01", []string{"a", "c", "d", "e"}},
		{"2027-01-01", nil},
	} {
		var got []string
		sphere := c.Settled().Sphere
		for _, m := range sphere.Members {
			if sphere.InForce(m.Organism, at(t, s.at)) {
				got = append(got, m.Organism)
			}
		}
		if !slices.Equal(got, s.want) {
			t.Errorf("%s: members %v, want %v", s.at, got, s.want)
		}
		open := 0
		for _, p := range c.Opened() {
			if p.InForce(at(t, s.at)) {
				open++
			}
		}
		if open != len(s.want)*len(s.want) {
			t.Errorf("%s: %d projects in force, want one for each pair of %v", s.at, open, s.want)
		}
	}
}

func TestDocumentsOf(t *testing.T) {
	c := &interops.Convention{Documents: []interops.Document{{Title: "VI", Version: "2.0"}}}
	if got := c.DocumentsOf(interops.Project{}); len(got) != 1 || got[0].Version != "2.0" {
		t.Errorf("the convention's documents do not hold for a project: %v", got)
	}
	own := interops.Project{Documents: []interops.Document{{Title: "VI", Version: "1.0"}}}
	if got := c.DocumentsOf(own); len(got) != 1 || got[0].Version != "1.0" {
		t.Errorf("a project's own documents: %v", got)
	}
	for version, want := range map[string]bool{"2.0": true, "v1.0": true, "2.0 (2012)": true, "inconnue": false, "": false, "?": false, "dernière": false} {
		if got := (interops.Document{Version: version}).Versioned(); got != want {
			t.Errorf("version %q: %v", version, got)
		}
	}
}

// TestBetween holds the projects between two to those opened: the same, in the same order, whatever the two.
func TestBetween(t *testing.T) {
	both := []interops.Quality{interops.AuthenticationOperator, interops.ServiceOperator}
	c := &interops.Convention{
		Agreement:  &interops.Agreement{Signed: day(t, "2024-01-01"), Renewal: interops.TacitRenewal},
		Amendments: []interops.Amendment{{Number: 1, Signed: day(t, "2025-01-01"), Adds: []string{"2"}, Withdrawals: []string{"b"}}},
		Projects: []interops.Project{
			{Name: "1", Client: "a", Provider: "b"}, {Name: "2", Client: "b", Provider: "a"}, {Name: "3", Client: "a", Provider: "c"},
			{Name: "4", Client: "a", Provider: "b", Mode: interops.ModeP}, {Name: "5", Client: "a", Provider: "a"},
		},
		Sphere: &interops.Sphere{Name: "s", Members: []interops.Member{
			{Organism: "a", Qualities: both}, {Organism: "b", Qualities: both[:1]}, {Organism: "c", Qualities: both[1:]},
			{Organism: "d", Qualities: both, Joined: day(t, "2025-06-01")}, // accepted by nobody
			{Organism: "e"},
		}},
	}
	names := []string{"a", "b", "c", "d", "e", "other", ""}
	total := 0
	for _, a := range names {
		for _, b := range names {
			var want []interops.Project
			for _, p := range c.Opened() {
				if p.Client == a && p.Provider == b || p.Client == b && p.Provider == a {
					want = append(want, p)
				}
			}
			got := c.Between(a, b)
			if !slices.EqualFunc(got, want, func(x, y interops.Project) bool {
				return x.Name == y.Name && x.Mode == y.Mode && x.Start == y.Start && x.End == y.End
			}) {
				t.Errorf("between %s and %s: %+v, want %+v", a, b, got, want)
			}
			total += len(got)
		}
	}
	if total == 0 || len(c.Projects) != 5 || c.Projects[1].Name != "2" || c.Projects[4].Name != "5" {
		t.Errorf("%d projects found; the convention now has %+v", total, c.Projects)
	}
}
