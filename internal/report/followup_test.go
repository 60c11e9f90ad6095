package report_test

import (
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/verdict"
)

func TestFollowUp(t *testing.T) {
	slow := interops.FollowUp{PlanWeeks: 1, ComplianceMonths: 13, PublicationMonths: 1, BarringMonths: 1, ExitMonths: 12}
	for _, c := range []struct {
		level  verdict.Level
		found  string
		delays interops.FollowUp
		want   string
	}{
		{verdict.NonConformeMajeure, "2026-01-05T23:59:59Z", interops.FoundingFollowUp, "finding 2026-01-05, plan 2026-02-16, compliance 2026-08-16"},
		{verdict.NonConformeMajeure, "2026-07-20T00:00:00Z", interops.FoundingFollowUp, "finding 2026-07-20, plan 2026-08-31, compliance 2027-02-28"},
		{verdict.NonConformeMajeure, "2027-07-20T00:00:00Z", interops.FoundingFollowUp, "finding 2027-07-20, plan 2027-08-31, compliance 2028-02-29"},
		{verdict.NonConformeBloquante, "2026-12-31T12:00:00Z", interops.FoundingFollowUp, "finding 2026-12-31, notice 2026-12-31, publication 2027-02-28, barring 2027-04-28, exit 2027-06-28"},
		{verdict.NonConformeBloquante, "2026-03-01T00:30:00+01:00", interops.FoundingFollowUp, "finding 2026-02-28, notice 2026-02-28, publication 2026-04-28, barring 2026-06-28, exit 2026-08-28"},
		{verdict.NonConformeMajeure, "2026-11-24T00:00:00Z", slow, "finding 2026-11-24, plan 2026-12-01, compliance 2028-01-01"},
		{verdict.NonConformeBloquante, "2028-01-31T00:00:00Z", slow, "finding 2028-01-31, notice 2028-01-31, publication 2028-02-29, barring 2028-03-29, exit 2029-03-29"},
		{verdict.Conforme, "2026-01-05T00:00:00Z", interops.FoundingFollowUp, ""},
		{verdict.Undetermined, "2026-01-05T00:00:00Z", interops.FoundingFollowUp, ""},
	} {
		found, err := time.Parse(time.RFC3339, c.found)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range report.FollowUp(c.level, found, c.delays) {
			got = append(got, m.Key+" "+m.Due.Format(time.DateOnly))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s on %s:\ngot  %s\nwant %s", c.level, c.found, s, c.want)
		}
	}
}

// The shipped profiles have the delays of the founding slides, and a record tells the ones that were changed.
func TestDelaysOfProfile(t *testing.T) {
	for _, name := range candidate.ProfileNames() {
		if got := candidate.DefaultProfile(name).FollowUp; got != interops.FoundingFollowUp {
			t.Errorf("%s: %+v", name, got)
		}
	}
	changed := verdict.Profile{Overrides: map[string]string{"followup.planWeeks": "8", "followup.exitMonths": "3", "followup.barringMonths": "x", "followup.publicationMonths": "-1"}}
	if got, want := report.DelaysOf(changed), (interops.FollowUp{PlanWeeks: 8, ComplianceMonths: 6, PublicationMonths: 2, BarringMonths: 2, ExitMonths: 3}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// What follows is told of an MSSanté operator alone, by the level on the standard.
func TestFollowUpInViews(t *testing.T) {
	for _, c := range []struct {
		scope, lang string
		level       verdict.Levels
		told        []string
		never       string
	}{
		{"mss-imap/-", "fr", verdict.Levels{Standard: verdict.NonConformeMajeure}, []string{"à titre d'information", "21/04/2036", "21/10/2036", "nouveau contrôle", "fondement P"}, "Sanction"},
		{"mss-operateur/-", "en", verdict.Levels{Standard: verdict.NonConformeBloquante}, []string{"as information", "2036-03-10", "2036-05-10", "2036-07-10", "2036-09-10", "trust space"}, "Remediation plan handed"},
		{"mss-imap/-", "fr", verdict.Levels{Standard: verdict.Conforme, Profile: verdict.NonConformeBloquante}, []string{"rien n'est dû"}, "Mise en demeure au plus tôt"},
		{"mss-imap/-", "fr", verdict.Levels{}, []string{"rien ne peut être daté"}, "Plan de remédiation remis"},
		{"fournisseur/A", "fr", verdict.Levels{Standard: verdict.NonConformeBloquante}, nil, "à titre d'information"},
	} {
		run := &verdict.Run{Schema: verdict.Schema, Scope: []string{c.scope}, Complete: true, Finished: reporttest.At, Level: c.level}
		for _, format := range []string{"text", "html", "pdf"} {
			shown := render(t, format, run, reporttest.Options(t, t.TempDir(), c.lang))
			page := strings.ReplaceAll(string(shown), "&#39;", "'")
			if format == "pdf" {
				page = printed(t, shown)
			}
			page = blanks.ReplaceAllString(page, "")
			for _, want := range c.told {
				if !strings.Contains(page, blanks.ReplaceAllString(want, "")) {
					t.Errorf("%s %s %s: %q is not told", c.scope, c.level.Standard, format, want)
				}
			}
			if strings.Contains(page, blanks.ReplaceAllString(c.never, "")) {
				t.Errorf("%s %s %s: %q is told", c.scope, c.level.Standard, format, c.never)
			}
		}
	}
}
