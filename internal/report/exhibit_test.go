package report_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/verdict"
)

// shown renders a failed case whose faulty message, twin and answer are given, and returns the page.
func shown(t testing.TB, twin, sent, received string) string {
	t.Helper()
	kept := map[string][]byte{}
	keep := func(s string) string {
		if s == "" {
			return ""
		}
		kept[record.Digest([]byte(s))] = []byte(s)
		return record.Digest([]byte(s))
	}
	run := reporttest.Header()
	run.Complete = true
	run.Cases = []verdict.Case{{Address: "fournisseur/A/V10-N1", Requirement: "V10", Basis: "I", Verdict: verdict.Fail, Started: reporttest.At,
		Exchanges: []verdict.Exchange{{Label: "faulty", From: "harness", Request: keep(sent), Twin: keep(twin), Response: keep(received)}}}}
	run.Conclude(reporttest.Catalogue)
	texts, err := report.NewTexts()
	if err != nil {
		t.Fatal(err)
	}
	return string(render(t, "html", run, report.Options{Texts: texts, Catalogue: reporttest.Catalogue, Evidence: func(d string) ([]byte, error) {
		if b, ok := kept[d]; ok {
			return b, nil
		}
		return nil, errors.New("not kept")
	}}))
}

var (
	changedLines = regexp.MustCompile(`<(del|ins)( class="derived")?>(.*?)</(?:del|ins)>`)
	tags         = regexp.MustCompile(`</?mark>`)
)

// changes reads back the lines of the comparison: sign, "~" when dimmed, the line, with the change in brackets.
func changes(page string) []string {
	var out []string
	for _, m := range changedLines.FindAllStringSubmatch(page, -1) {
		line := html.UnescapeString(strings.NewReplacer("<mark>", "[", "</mark>", "]").Replace(m[3]))
		if m[2] != "" {
			line = "~" + line
		}
		out = append(out, line)
	}
	return out
}

// inForm is a form that carries a Response.
func inForm(xml string) string {
	return "POST /acs HTTP/1.1\r\nHost: x\r\n\r\n" + url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString([]byte(xml))}}.Encode()
}

func TestComparison(t *testing.T) {
	honest := `<a><DigestValue>d1</DigestValue><SignatureValue>s1</SignatureValue><Audience>http://service-a.test</Audience><b/></a>`
	for _, c := range []struct {
		name, twin, sent string
		want             []string
	}{
		{"a value changed, digest and signature follow", honest,
			`<a><DigestValue>d2</DigestValue><SignatureValue>s2</SignatureValue><Audience>http://service-b.test</Audience><b/></a>`,
			[]string{"~−   <DigestValue>[d1]</DigestValue>", "~−   <SignatureValue>[s1]</SignatureValue>", "−   <Audience>[http://service-a.test]</Audience>",
				"~+   <DigestValue>[d2]</DigestValue>", "~+   <SignatureValue>[s2]</SignatureValue>", "+   <Audience>[http://service-b.test]</Audience>"}},
		{"the signature is the fault", honest, strings.Replace(honest, "s1", "s2", 1),
			[]string{"−   <SignatureValue>[s1]</SignatureValue>", "+   <SignatureValue>[s2]</SignatureValue>"}},
		{"an element removed", honest, strings.Replace(honest, "<Audience>http://service-a.test</Audience>", "", 1),
			[]string{"−   [<Audience>http://service-a.test</Audience>]"}},
		{"an element added", honest, strings.Replace(honest, "<b/>", "<b/><c/>", 1), []string{"+   [<c/>]"}},
		{"an attribute changed", `<a NotOnOrAfter="2036-03-10T09:40:00Z"/>`, `<a NotOnOrAfter="2036-03-11T09:30:00Z"/>`,
			[]string{`− <a NotOnOrAfter="[2036-03-10T09:40:00Z]"/>`, `+ <a NotOnOrAfter="[2036-03-11T09:30:00Z]"/>`}},
		{"only blanks changed", "<a> <b/></a>", "<a>  <b/></a>", []string{"− <a> <b/></a>", "+ <a> [ ]<b/></a>"}},
		{"a header changed", "POST /a HTTP/1.1\r\nHost: x\r\n\r\n<a/>", "POST /a HTTP/1.1\r\nHost: y\r\n\r\n<a/>", []string{"− Host: [x]", "+ Host: [y]"}},
		{"what a form carries", inForm("<p:Response><a>des mots en nombre suffisant</a><b>1</b></p:Response>"), inForm("<p:Response><a>des mots en nombre suffisant</a><b>2</b></p:Response>"), []string{"−   <b>[1]</b>", "+   <b>[2]</b>"}},
		{"accents are not cut", "<a>é</a>", "<a>è</a>", []string{"− <a>[é]</a>", "+ <a>[è]</a>"}},
	} {
		got := changes(shown(t, c.twin, c.sent, "x"))
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
	if page := shown(t, honest, honest, "x"); len(changes(page)) > 0 || !strings.Contains(page, "identiques ligne à ligne") {
		t.Error("a conduct: the page must say that the two texts are the same")
	}
}

// TestHostileEvidence shows partners' bytes that attack the page, its reader or the clock.
func TestHostileEvidence(t *testing.T) {
	bomb := strings.Repeat("<a>", 200_000)
	for name, sent := range map[string]string{
		"script":           `</code></pre><script>alert(1)</script><img src=x onerror=alert(1)>`,
		"style":            `</style><style>body{display:none}</style>`,
		"attribute":        `<a x="--><script>">`,
		"open comment":     `<!-- <script>`,
		"open quote":       `<a b="` + strings.Repeat("x", 100_000),
		"open CDATA":       `<![CDATA[ <script>`,
		"doctype":          `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`,
		"deep":             bomb,
		"one long line":    strings.Repeat("y", 10_000_000),
		"many lines":       strings.Repeat("<b/>\n", 40_000),
		"bad UTF-8":        "<a>\xff\xfe</a>",
		"binary":           strings.Repeat("\x00\x01\x02", 1000),
		"terminal escapes": "<a>\x1b[2J\x1b]0;x\x07</a>",
		"bidirectional":    "<a>\u202egnp.exe\u2066</a>",
		"nul":              "<a>\x00</a>",
		"closing only":     strings.Repeat("</a>", 1000),
	} {
		start := time.Now()
		page := shown(t, "<a>"+strings.Repeat("<c/>", 3000)+"</a>", sent, sent)
		for _, forbidden := range []string{"<script", "<img", "<style>body", "\x1b", "\x00", "\u202e", "\u2066", "\xff"} {
			if strings.Contains(page, forbidden) {
				t.Errorf("%s: %q stands in the page", name, forbidden)
			}
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: %v to render", name, took)
		}
		if len(page) > 3_000_000 {
			t.Errorf("%s: a page of %d bytes", name, len(page))
		}
	}
}

func TestEvidenceIsCutOrNamed(t *testing.T) {
	long := "<a>" + strings.Repeat("<b>valeur</b>", 5000) + "</a>"
	page := shown(t, "", long, "\x00\x01\x02\x03"+strings.Repeat("\x00", 600))
	member := "evidence/sha256-" + record.Digest([]byte(long))[7:]
	if !strings.Contains(page, "Preuve coupée à 20000 caractères sur") || !strings.Contains(page, "membre "+member) {
		t.Error("a long piece is not cut with the name of its member")
	}
	if !strings.Contains(page, "Preuve binaire de 604 octets") {
		t.Error("a binary piece is not told as such")
	}
	run := reporttest.Header()
	run.Cases = []verdict.Case{{Address: "fournisseur/A/V10-N1", Requirement: "V10", Verdict: verdict.Fail,
		Exchanges: []verdict.Exchange{{Label: "faulty", Request: "sha256:no-digest<b>", Twin: "x"}}}}
	run.Conclude(reporttest.Catalogue)
	o := report.Options{Texts: texts(t), Catalogue: reporttest.Catalogue}
	if page := string(render(t, "html", run, o)); !strings.Contains(page, "Preuve absente de ce dossier : sha256:no-digest&lt;b&gt;") {
		t.Error("a missing piece is not told as such")
	}
}

// TestPageOfALongRunStaysLight: 400 passed cases make a page that a person can open.
func TestPageOfALongRunStaysLight(t *testing.T) {
	for _, f := range reporttest.Unpack(t, reporttest.LargeArchive(t, 400)) {
		if f.Name == "report.html" && len(f.Bytes) > 8_000_000 {
			t.Errorf("a page of %d bytes", len(f.Bytes))
		}
	}
}

// FuzzPage looks for bytes that break the page.
func FuzzPage(f *testing.F) {
	f.Add("<a><b c='d'/></a>", "<a><b c='e'/></a>")
	f.Add("<!-- ", "<![CDATA[")
	f.Fuzz(func(t *testing.T, twin, sent string) {
		page := shown(t, twin, sent, sent)
		if strings.Count(page, "<script") > 0 || strings.Count(page, "</main>") != 1 || !strings.HasSuffix(strings.TrimSpace(page), "</html>") {
			t.Error("the page is broken")
		}
		for _, line := range changes(page) {
			if tags.MatchString(line) && !strings.Contains(twin+sent, "mark") {
				t.Errorf("line %q", line)
			}
		}
	})
}

// A conversation is shown as what both sides said, and nothing else is taken for one.
func TestDialogueIsShownAsOne(t *testing.T) {
	const caption = "Dialogue (C : l&#39;étalon, S : le candidat, * : sous TLS)"
	for sent, want := range map[string]bool{
		"S: * OK bonjour\nC: A1 STARTTLS\nC*: A2 AUTHENTICATE XOAUTH2 …\n": true,
		"C*: A2 NOOP\n":                        true,
		"S:sans blanc\n":                       false,
		"POST /introspect HTTP/1.1\nC: faux\n": false,
	} {
		if got := strings.Contains(shown(t, "", sent, ""), caption); got != want {
			t.Errorf("%q: dialogue %t", sent, got)
		}
	}
}
