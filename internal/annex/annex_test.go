package annex_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/annex"
	"etalon/internal/interops"
)

var update = flag.Bool("update", false, "rewrite the goldens")

var levels = []interops.Level{
	{Name: "none", Identification: "aucun"}, {Name: "login-code", Identification: "identifiant et code confidentiel"},
}

func day(t *testing.T, s string) interops.Date {
	t.Helper()
	var d interops.Date
	if err := d.UnmarshalText([]byte(s)); err != nil {
		t.Fatal(err)
	}
	return d
}

func hours(t *testing.T, s string) interops.Duration {
	t.Helper()
	var d interops.Duration
	if err := d.UnmarshalText([]byte(s)); err != nil {
		t.Fatal(err)
	}
	return d
}

// sphere is a small INTEROPS-S convention: an operator of each kind, and a newcomer whom nobody accepted.
func sphere(t *testing.T) *interops.Convention {
	t.Helper()
	return (&interops.Convention{
		Name:      "Petite sphère",
		Agreement: &interops.Agreement{Signed: day(t, "2026-01-02"), DurationMonths: 12, Renewal: interops.TacitRenewal},
		Documents: []interops.Document{{Title: "Spécifications du VI", Version: "2.0"}},
		Organisms: []interops.Organism{
			{Name: "un", Label: "Organisme 1", Contacts: []interops.Contact{{Name: "Exploitation", Function: "Support", Email: "a@un.test", Phone: "01"}, {Name: "Sécurité"}}},
			{Name: "deux"}, {Name: "trois"},
		},
		Sphere: &interops.Sphere{Name: "s", Members: []interops.Member{
			{
				Organism: "un", Qualities: []interops.Quality{interops.IdentificationOperator, interops.AuthenticationOperator},
				Identification: []interops.Means{{Name: "Carte Sesam-Vitale", Level: "login-code", Accessibility: "En accueil", MaximumOutage: hours(t, "24h")}},
				Authentication: []interops.Means{
					{Name: "Code confidentiel", Level: "login-code", Accessibility: "24h/24", MaximumOutage: hours(t, "90m")},
					{Name: "Question secrète", Level: "other", Accessibility: "24h/24"},
				},
			},
			{
				Organism: "deux", Qualities: []interops.Quality{interops.ServiceOperator, interops.SphereUser},
				Services: []interops.Service{
					{Name: "compte", MinimumLevel: "login-code", Availability: "24h/24", MaximumOutage: hours(t, "12h")}, {Name: "libre", MinimumLevel: "none"}, {Name: "muet"},
				},
			},
			{Organism: "trois", Qualities: []interops.Quality{interops.SphereUser}, Joined: day(t, "2026-03-01"), AcceptedBy: []string{"un"}},
		}},
		Amendments: []interops.Amendment{{Number: 1, Signed: day(t, "2026-02-01"), Effect: day(t, "2026-03-01"), Accessions: []string{"trois"}}},
		Network: []interops.Interconnection{{
			Organism: "deux", Partners: []string{"un"}, Sources: []string{"192.0.2.0/28"}, Names: []string{"deux.test"}, Addresses: []string{"198.51.100.1"},
			Ports: []int{443, 8443}, Protocol: "HTTPS", MaximumOutage: hours(t, "4h"), Security: []string{"Filtrage"},
		}},
	}).Settled()
}

// bilateral is a small general convention: two sheets, the second added by an avenant that ends the first, denounced.
func bilateral(t *testing.T) *interops.Convention {
	t.Helper()
	return (&interops.Convention{
		Name: "Petite convention",
		Agreement: &interops.Agreement{
			Signed: day(t, "2026-01-02"), NoticeMonths: 3, Denunciation: &interops.Denunciation{By: "a", Notified: day(t, "2026-06-30")},
		},
		Organisms: []interops.Organism{{Name: "a", Label: "Organisme A", TLS: []interops.Identity{{Subject: "CN=a", Until: day(t, "2026-06-01T08:30:00Z")}}}, {Name: "b"}},
		Projects: []interops.Project{
			{
				Name: "premier", Label: "Consulter", Object: "Contexte.\nSeconde ligne.", Mode: interops.ModeA, Client: "a", Provider: "b", SAML: []string{"2.0"}, MessageSignature: true,
				PAGM:     []interops.PAGM{{Name: "P", Operations: []string{"lire", "écrire"}}, {Name: "Q"}},
				Services: []interops.Service{{Name: "s", Audience: "http://s.test", User: interops.UserForbidden, Classes: []string{"urn:c"}}},
			},
			{Name: "second", Mode: interops.ModeP, Client: "b", Provider: "a", UnknownPAGM: interops.IgnoreUnknownPAGM, Documents: []interops.Document{{Title: "VI", Version: "2.0"}}},
		},
		Amendments: []interops.Amendment{
			{Number: 1, Signed: day(t, "2026-03-01"), Object: "Bascule", Adds: []string{"second"}, Ends: []string{"premier"}},
			{Number: 2, Signed: day(t, "2026-08-01"), Denounces: true},
		},
	}).Settled()
}

// TestHTML compares whole pages with goldens that a person can open.
func TestHTML(t *testing.T) {
	for name, c := range map[string]*interops.Convention{"sphere": sphere(t), "bilateral": bilateral(t)} {
		var out bytes.Buffer
		if err := annex.WriteHTML(&out, c.Name, annex.All(c, levels)); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".html", out.Bytes())
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what is printed: run with -update and read the difference", path)
	}
}

func TestSelect(t *testing.T) {
	all := annex.All(bilateral(t), levels)
	for name, want := range map[string][]string{
		"all": {"convention", "1", "2", "3", "3.premier", "3.second", "avenant-1", "avenant-2"},
		"1":   {"1"}, "3": {"3"}, "3.second": {"3.second"}, "3.2": {"3.second"}, "3.1": {"3.premier"}, "avenant-2": {"avenant-2"}, "convention": {"convention"},
	} {
		got, err := annex.Select(all, name)
		names := make([]string, len(got))
		for i, a := range got {
			names[i] = a.Name
		}
		if err != nil || !slices.Equal(names, want) {
			t.Errorf("%s: %v, %v; want %v", name, names, err, want)
		}
	}
	for _, name := range []string{"", "4", "3.3", "3.", "avenant-3", "Annexe", "3.prem"} {
		if _, err := annex.Select(all, name); err == nil || !strings.Contains(err.Error(), "avenant-1") {
			t.Errorf("%q: %v, want an error that lists what there is", name, err)
		}
	}
}

// TestRowsFillTheirTables wants each row as wide as its headings.
func TestRowsFillTheirTables(t *testing.T) {
	for _, c := range []*interops.Convention{sphere(t), bilateral(t)} {
		for _, a := range annex.All(c, levels) {
			for _, p := range a.Parts {
				for _, g := range p.Table.Groups {
					for _, cells := range g.Rows {
						if len(cells)+1 != len(p.Table.Head) {
							t.Errorf("%s, %s: a row of %d cells under %d headings", a.Name, p.Title, len(cells)+1, len(p.Table.Head))
						}
					}
				}
			}
		}
	}
}

// hostile is a convention whose every text tries to be more than text.
func hostile(t *testing.T) *interops.Convention {
	t.Helper()
	const text = "</p><script>alert(1)</script>&amp;\"'\x1b[2J\x00\u202eabc\u2028]]><!--"
	c := sphere(t)
	c.Name = text
	c.Organisms[0].Label, c.Organisms[0].Contacts[0].Email = text, "javascript:alert(1)"
	c.Sphere.Members[0].Identification[0].Name = text + "\n" + text
	c.Sphere.Members[1].Services[0].Availability = text
	c.Amendments[0].Object = text
	c.Network[0].Security = []string{text}
	return c
}

func TestHostileTextStaysText(t *testing.T) {
	var page bytes.Buffer
	c := hostile(t)
	if err := annex.WriteHTML(&page, c.Name, annex.All(c, levels)); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "\x1b", "\x00", "\u202e", "\u2028", "<!--", `href="javascript`} {
		if strings.Contains(page.String(), bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if !strings.Contains(page.String(), "&lt;script&gt;alert(1)") {
		t.Error("the text is not in the page as text")
	}
	content := members(t, odt(t, c))["content.xml"]
	texts := texts(t, content)
	if !slices.ContainsFunc(texts, func(s string) bool {
		return strings.HasPrefix(s, "</p><script>alert(1)</script>&amp;\"'·[2J··abc·]]><!--")
	}) {
		t.Errorf("the text is not in the document as text: %q", texts[:3])
	}
}

func odt(t *testing.T, c *interops.Convention) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := annex.WriteODT(&out, c.Name, annex.All(c, levels)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// members unpacks a document.
func members(t *testing.T, raw []byte) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// texts returns the character data of each paragraph and heading; it fails where the XML is not well formed.
func texts(t *testing.T, content []byte) []string {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(content))
	var out []string
	for {
		token, err := decoder.Token()
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "p" || token.Name.Local == "h" {
				out = append(out, "")
			}
		case xml.CharData:
			if s := strings.TrimSpace(string(token)); s != "" && len(out) > 0 {
				out[len(out)-1] += s
			}
		}
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestODTPackage holds the package to ODF 1.3 part 2 §3.3: a first member that tells the type at a fixed place, and
// a manifest of all the others.
func TestODTPackage(t *testing.T) {
	raw := odt(t, sphere(t))
	if !bytes.Equal(raw, odt(t, sphere(t))) {
		t.Error("two prints of the same annexes differ")
	}
	const mimetype = "mimetypeapplication/vnd.oasis.opendocument.text"
	if string(raw[30:30+len(mimetype)]) != mimetype || raw[8] != 0 || raw[6] != 0 {
		t.Errorf("head %q: want the type stored, at byte 38, without extra field", raw[:80])
	}
	parts := members(t, raw)
	for name, content := range parts {
		if name != "mimetype" && name != "META-INF/manifest.xml" && !strings.Contains(string(parts["META-INF/manifest.xml"]), `full-path="`+name+`"`) {
			t.Errorf("the manifest leaves out %s", name)
		}
		if strings.HasSuffix(name, ".xml") {
			texts(t, content)
		}
	}
	for _, name := range []string{"content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"} {
		if len(parts[name]) == 0 {
			t.Errorf("%s is missing", name)
		}
	}
	styles, content := string(parts["styles.xml"]), string(parts["content.xml"])
	for rest := content; ; {
		_, after, found := strings.Cut(rest, `style-name="`)
		if !found {
			break
		}
		name, _, _ := strings.Cut(after, `"`)
		if !strings.Contains(styles+content, `style:name="`+name+`"`) {
			t.Fatalf("the style %s is used and not defined", name)
		}
		rest = after
	}
}

// failing is a writer that takes nothing.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestWriteErrors(t *testing.T) {
	all := annex.All(sphere(t), levels)
	if err := annex.WriteHTML(failing{}, "c", all); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("html: %v", err)
	}
	if err := annex.WriteODT(failing{}, "c", all); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("odt: %v", err)
	}
}
