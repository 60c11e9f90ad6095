package interops_test

import (
	"testing"
	"time"

	"etalon/internal/interops"
)

func day(t *testing.T, s string) interops.Date {
	t.Helper()
	var d interops.Date
	if err := d.UnmarshalText([]byte(s)); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestInForce(t *testing.T) {
	for _, c := range []struct {
		name, start, end, at string
		want                 bool
	}{
		{"no dates", "", "", "2026-06-01T00:00:00Z", true},
		{"start is inclusive", "2026-06-01", "", "2026-06-01T00:00:00Z", true},
		{"before the start", "2026-06-01", "", "2026-05-31T23:59:59Z", false},
		{"end is exclusive", "", "2026-06-01", "2026-06-01T00:00:00Z", false},
		{"before the end", "", "2026-06-01", "2026-05-31T23:59:59Z", true},
		{"between", "2026-01-01", "2027-01-01", "2026-06-01T00:00:00Z", true},
		{"in another zone", "2026-06-01", "", "2026-06-01T01:00:00+02:00", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, c.at)
			if err != nil {
				t.Fatal(err)
			}
			p := interops.Project{Start: day(t, c.start), End: day(t, c.end)}
			if got := p.InForce(at); got != c.want {
				t.Errorf("in force: %v, want %v", got, c.want)
			}
		})
	}
}

func TestLookups(t *testing.T) {
	c := &interops.Convention{
		Organisms: []interops.Organism{{Name: "a", Issuer: "urn:a", Label: "Organisme A"}, {Name: "b"}},
		Projects: []interops.Project{{
			Name: "p", PAGM: []interops.PAGM{{Name: "P", Operations: []string{"o"}}}, Services: []interops.Service{{Name: "s", Audience: "urn:s"}},
		}},
	}
	if o, ok := c.Organism("a"); !ok || o.Title() != "Organisme A" {
		t.Errorf("organism a: %+v", o)
	}
	if o, ok := c.Organism("b"); !ok || o.Title() != "b" {
		t.Errorf("organism b: %+v", o)
	}
	if o, ok := c.OrganismByIssuer("urn:a"); !ok || o.Name != "a" {
		t.Errorf("issuer urn:a: %+v", o)
	}
	p, ok := c.Project("p")
	if !ok {
		t.Fatal("project p not found")
	}
	if g, ok := p.Agreed("P"); !ok || g.Operations[0] != "o" {
		t.Errorf("PAGM P: %+v", g)
	}
	if s, ok := p.Service("s"); !ok || s.Audience != "urn:s" {
		t.Errorf("service s: %+v", s)
	}
	for what, found := range map[string]func() bool{
		"organism":        func() bool { _, ok := c.Organism("A"); return ok },
		"issuer":          func() bool { _, ok := c.OrganismByIssuer("urn:A"); return ok },
		"empty issuer":    func() bool { _, ok := c.OrganismByIssuer(""); return ok }, // b has none: it must not be found
		"project":         func() bool { _, ok := c.Project(""); return ok },
		"lower case PAGM": func() bool { _, ok := p.Agreed("p"); return ok },
		"service":         func() bool { _, ok := p.Service("urn:s"); return ok },
	} {
		if found() {
			t.Errorf("%s: found what is not there", what)
		}
	}
}

func TestCovers(t *testing.T) {
	h := interops.Habilitation{PAGM: []string{"A", "B"}}
	for _, c := range []struct {
		asked []string
		want  bool
	}{
		{nil, true}, {[]string{"A"}, true}, {[]string{"B", "A"}, true}, {[]string{"A", "A"}, true},
		{[]string{"C"}, false}, {[]string{"A", "C"}, false}, {[]string{"a"}, false}, {[]string{""}, false},
	} {
		if got := h.Covers(c.asked); got != c.want {
			t.Errorf("%v: %v, want %v", c.asked, got, c.want)
		}
	}
	if (interops.Habilitation{}).Covers([]string{"A"}) {
		t.Error("an empty habilitation covers A")
	}
}
