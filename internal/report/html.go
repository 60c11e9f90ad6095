package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"etalon/internal/legible"
	"etalon/internal/verdict"
)

//go:embed page/page.html
var pageSource string

//go:embed page/style.css
var pageStyle string

// pageTemplate escapes everything that comes from a record: only the style is ours, and is taken as it stands.
var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// page is what the template sees.
type page struct {
	exhibits
	Run   *verdict.Run
	CSS   template.CSS
	Style string // the one style that the page allows itself, by its digest
}

// writeHTML writes one file that reads alone: no script, no network, its style inside.
func writeHTML(w io.Writer, run *verdict.Run, o Options) error {
	v := newView(run, o)
	css := "\n" + pageStyle
	sum := sha256.Sum256([]byte(css))
	p := &page{exhibits: exhibits{view: v, drawings: drawings(v.run)}, Run: v.run, CSS: template.CSS(css),
		Style: base64.StdEncoding.EncodeToString(sum[:])}
	var out bytes.Buffer
	err := pageTemplate.Execute(&out, p)
	if err == nil {
		_, err = w.Write(out.Bytes())
	}
	if err != nil {
		return verdict.Tell("écriture du rapport en HTML : %s", "write html report: %s", err)
	}
	return nil
}

// Instant writes an instant as the language does.
func (p *page) Instant(t time.Time) string { return p.instant(t) }

// Lang is the language of the page, as the lang attribute wants it.
func (p *page) Lang() string {
	if p.o.Lang == "en" {
		return "en"
	}
	return "fr"
}

// W is a sentence of the report's own.
func (p *page) W(key string, args ...any) string { return p.w(key, args...) }

// Marks, Counts, Failures, NotRun and Items are those of the view.
func (p *page) Marks() []string     { return p.marks() }
func (p *page) Counts() []count     { return p.counts() }
func (p *page) Failures() []failure { return p.failures() }
func (p *page) NotRun() []silence   { return p.notRun() }
func (p *page) Items() []item       { return p.items() }

// Waivers are those of the view.
func (p *page) Waivers() []waiver { return p.waivers() }

// Title is the text of a requirement; one that the catalogue does not have has none.
func (p *page) Title(id string) string { return p.Row(id).Title.In(p.o.Lang) }

// In is a text in the language of the page.
func (p *page) In(t verdict.Text) string { return t.In(p.o.Lang) }

// levelCard is one of the two levels.
type levelCard struct {
	Key  string // "level.standard" or "level.profile"
	Word string // as in files
}

// Levels are the two levels, the standard first.
func (p *page) Levels() []levelCard {
	return []levelCard{{"level.standard", p.Run.Level.Standard.String()}, {"level.profile", p.Run.Level.Profile.String()}}
}

// fact is one line of the identity table; a digest is set in another type.
type fact struct {
	Key, Value string
	Digest     bool
}

// Facts say what was judged, by what, and when.
func (p *page) Facts() []fact {
	run := p.Run
	protocol := p.w("protocol.wall")
	if !run.ProtocolTime.IsZero() {
		protocol = p.instant(run.ProtocolTime)
	}
	facts := []fact{
		{"candidate", run.Candidate.Name, false}, {"vendor", run.Candidate.Vendor, false}, {"version", run.Candidate.Version, false},
		{"scope", strings.Join(run.Scope, ", "), false},
		{"started", p.instant(run.Started), false}, {"finished", p.instant(run.Finished), false}, {"protocol", protocol, false},
		{"validity", p.validity(), false}, {"stamp", p.stamp(), false},
		{"place", run.Place, false}, {"seed", run.Seed, false}, {"profile", run.Profile.Name, false}, {"suite.version", run.Suite.Version, false},
		{"config", run.Candidate.Config, true}, {"profile.digest", run.Profile.Digest, true},
		{"suite.catalogue", run.Suite.Catalogue, true}, {"suite.binary", run.Suite.Binary, true},
	}
	for i := range facts {
		facts[i].Value = legible.OneLine(facts[i].Value)
	}
	if p.o.NotAfter.IsZero() { // nothing is signed
		facts = slices.DeleteFunc(facts, func(f fact) bool { return f.Key == "validity" || f.Key == "stamp" })
	}
	return facts
}

// Line shows a partner's value on one line.
func (p *page) Line(s string) string { return legible.OneLine(s) }

// Rule explains a finding, in the language of the page.
func (p *page) Rule(f accusation) map[string]string {
	rule := p.o.Texts.Rule(f.Finding)
	return map[string]string{"Title": rule.Title.In(p.o.Lang), "Cause": rule.Cause.In(p.o.Lang), "Fix": rule.Fix.In(p.o.Lang)}
}

// Departure says how a failure is called: an "écart au profil de test" where no mark of the standard speaks.
func (p *page) Departure(standard bool) string { return p.w(departure(standard)) }

// Basis spells the marks of a basis.
func (p *page) Basis(b verdict.Basis) string {
	var parts []string
	for mark := range strings.SplitSeq(string(b), ",") {
		if mark = strings.TrimSpace(mark); mark != "" {
			parts = append(parts, mark+" ("+p.w("basis."+mark)+")")
		}
	}
	return strings.Join(parts, ", ")
}

// Row returns a requirement of the catalogue; one that it does not have has an id alone.
func (p *page) Row(id string) verdict.Requirement {
	if q, ok := p.rows[id]; ok {
		return q
	}
	return verdict.Requirement{ID: id}
}

// Reason is why a case has its verdict.
func (p *page) Reason(c verdict.Case) string { return p.reason(c.Why, c.Reason) }

// Trouble is why a role could not be judged.
func (p *page) Trouble(t verdict.Trouble) string { return p.reason(t.Reason, "") }

// Anchor is the id of a case's block in the page.
func (p *page) Anchor(address string) string { return Anchor(address) }

// Anchor is where the HTML report tells of a case: the fragment of its address.
func Anchor(address string) string {
	return "cas-" + strings.Map(func(r rune) rune {
		switch {
		case r == '/':
			return '_'
		case r == '~':
			return '.'
		case r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
			return r
		}
		return ':'
	}, address)
}

// matrix is the table of the requirements of one role and mode.
type matrix struct {
	Scope string
	Rows  []verdict.RequirementResult
}

// Matrices are the requirements by role and mode.
func (p *page) Matrices() []matrix {
	var out []matrix
	for _, q := range p.Run.Requirements {
		scope := q.Role + "/" + q.Mode
		if len(out) == 0 || out[len(out)-1].Scope != scope {
			out = append(out, matrix{Scope: scope})
		}
		out[len(out)-1].Rows = append(out[len(out)-1].Rows, q)
	}
	return out
}

// untested is a case that the catalogue declares and does not play.
type untested struct{ Case, Why string }

// Untested lists, for the scope of the run, what the catalogue leaves out, and why.
func (p *page) Untested() []untested {
	var out []untested
	for _, q := range p.o.Catalogue {
		if !slices.ContainsFunc(p.Run.Scope, q.Concerns) {
			continue
		}
		for _, id := range slices.Sorted(keys(q.Untested)) {
			out = append(out, untested{q.ID + "-" + id, q.Untested[id].In(p.o.Lang)})
		}
	}
	return out
}
