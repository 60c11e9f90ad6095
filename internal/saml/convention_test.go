package saml_test

import (
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// Which project and service a VI calls upon, and what is said of the choice.
func TestProjectIsChosenByPartiesModeAndAudience(t *testing.T) {
	sharing := func(x *saml.Expectation, start, end interops.Date) {
		twin := x.Convention.Projects[0]
		twin.Name, twin.Start, twin.End = "jumeau", start, end
		x.Convention.Projects = append([]interops.Project{twin}, x.Convention.Projects...)
	}
	for _, c := range []struct {
		name             string
		content          func(*interops.VI)
		expect           func(*saml.Expectation)
		project, service string
		rules            string
	}{
		{"named by the VI", nil, nil, "consultation", "droits", ""},
		{"behind the endpoint", nil, func(x *saml.Expectation) { x.Audience = audience }, "consultation", "droits", ""},
		{"the endpoint's, whatever the VI says", func(v *interops.VI) { v.Audiences[0][0] = endedService },
			func(x *saml.Expectation) { x.Audience = audience }, "consultation", "droits", "audience-other"},
		{"the one in force of two", nil, func(x *saml.Expectation) { sharing(x, interops.Date{}, day(2026, 1, 1)) }, "consultation", "droits", ""},
		{"the first of two in force", nil, func(x *saml.Expectation) { sharing(x, day(2026, 1, 1), interops.Date{}) }, "jumeau", "droits", ""},
		{"ended this instant", nil, func(x *saml.Expectation) { x.Convention.Projects[0].End = interops.Date{Time: now} },
			"consultation", "droits", "project-ended"},
		{"begun this instant", nil, func(x *saml.Expectation) { x.Convention.Projects[0].Start = interops.Date{Time: now} },
			"consultation", "droits", ""},
		{"begins in a second", nil, func(x *saml.Expectation) {
			x.Convention.Projects[0].Start = interops.Date{Time: now.Add(time.Second)}
		}, "consultation", "droits", "project-future"},
		{"no such service", func(v *interops.VI) { v.Audiences[0][0] = "http://x.test" }, nil, "consultation", "", "audience-other"},
		{"another provider", nil, func(x *saml.Expectation) { x.Provider = "ars" }, "", "", "issuer-without-project recipient-other"},
		{"a mode that is not agreed", nil, func(x *saml.Expectation) { x.Mode = interops.ModeS }, "", "", "project-mode-other"},
	} {
		j := message{content: c.content, expect: c.expect}.judge(t)
		if j.Project.Name != c.project || j.Service.Name != c.service || strings.Join(rules(j.Findings), " ") != c.rules {
			t.Errorf("%s: project %q, service %q, %v", c.name, j.Project.Name, j.Service.Name, rules(j.Findings))
		}
	}
}

// A PAGM of one project opens nothing in another, even between the same two (K03).
func TestProjectsAreIsolated(t *testing.T) {
	isolate := func(x *saml.Expectation) {
		x.Convention.Projects[1].End = interops.Date{}
		x.Convention.Projects[1].PAGM = []interops.PAGM{{Name: "PAGM_ANCIEN"}}
	}
	for _, c := range []struct{ audience, pagm, rules string }{
		{endedService, "PAGM_ANCIEN", ""}, {endedService, "PAGM_CONSULTATION", "pagm-other-project"},
		{audience, "PAGM_ANCIEN", "pagm-other-project"}, {audience, "PAGM_CONSULTATION", ""},
		{audience, "pagm_consultation", "pagm-unknown"},
	} {
		j := message{expect: isolate, content: func(v *interops.VI) { v.Audiences[0][0], v.PAGM = c.audience, []string{c.pagm} }}.judge(t)
		if got := strings.Join(rules(j.Findings), " "); got != c.rules {
			t.Errorf("%s on %s: %q", c.pagm, c.audience, got)
		}
	}
}
