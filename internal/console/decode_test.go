package console_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chromedp/chromedp"

	"etalon/internal/anatomy"
	"etalon/internal/browser/browsertest"
	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// apart is what the API says of an exchange.
type apart struct {
	TLS struct {
		ServerName string                `json:"server_name"`
		PeerChain  []anatomy.Certificate `json:"peer_chain"`
		OurChain   []anatomy.Certificate `json:"our_chain"`
	}
	Request, Response anatomy.Layers
	Difference        struct {
		Lines []struct{ Sign, Before, Changed, After string }
	}
	Traces []interops.Trace
}

func (r rig) layers(t testing.TB, id int64) apart {
	t.Helper()
	status, body, _ := r.get(t, fmt.Sprintf("/api/exchanges/%d/layers", id), "")
	var a apart
	if err := json.Unmarshal([]byte(body), &a); status != http.StatusOK || err != nil {
		t.Fatal(status, err, body)
	}
	return a
}

// states are those of the parts of the first document, by what they are of and their name.
func states(l anatomy.Layers) map[string]anatomy.State {
	all := map[string]anatomy.State{}
	for _, p := range l.Documents[0].Parts {
		all[p.Of+" "+p.Name] = p.State
	}
	return all
}

func TestFaultyMessageIsShownBesideItsTwin(t *testing.T) {
	s := newSample(t)
	r := startedWith(t, httptest.NewServer, s.knows)
	id := r.add(t, s.sent("vi-audience-trailing-slash"))
	a := r.layers(t, id)
	for part, want := range map[string]anatomy.State{"vi audience": anatomy.Departed, "vi signature": anatomy.Fine, "vi signer": anatomy.Fine, "vi link": anatomy.Fine, "envelope timestamp": anatomy.Fine} {
		if got := states(a.Request)[part]; got != want {
			t.Errorf("%s: %s, want %s", part, got, want)
		}
	}
	if f := a.Response.Documents[0].Envelope; f == nil || f.Fault == nil || f.Fault.Code == "" || f.Fault.Reason == "" {
		t.Errorf("the fault: %+v", a.Response.Documents)
	}
	var signs []string
	for _, l := range a.Difference.Lines {
		if strings.Contains(l.Changed, "/") && l.Sign != " " {
			signs = append(signs, l.Sign)
		}
	}
	if !slices.Contains(signs, "-") || !slices.Contains(signs, "+") {
		t.Errorf("difference %+v", a.Difference)
	}
	if len(a.Traces) != 1 || *a.Traces[0].VIID != "_vi-1" {
		t.Errorf("traces %+v", a.Traces)
	}
	if c := a.TLS.PeerChain; len(c) == 0 || c[0].Authority != anatomy.AuthorityTest || len(c[0].Holders) != 1 || c[0].Holders[0].For != "tls" || len(c[0].Troubles) > 0 || a.TLS.ServerName != "partenaire.test" {
		t.Errorf("certificates %+v", a.TLS)
	}
	_, body, _ := r.get(t, fmt.Sprintf("/exchanges/%d", id), "")
	for _, want := range []string{"<del", "<ins", "couvert par la signature 1 : intact", "autorité de TEST", "✗ écart", "✓ conforme", "Faute SOAP", "PAGM_&lt;b&gt;", "Lien permanent", fmt.Sprintf("%s/exchanges/%d", r.URL, id)} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %q", want)
		}
	}
}

// What a form carries is compared as it is read, though its twin was kept without a head.
func TestFormIsComparedAsItIsRead(t *testing.T) {
	s := newSample(t)
	r := startedWith(t, httptest.NewServer, s.knows)
	x, other := s.posted(), sso.ResponseForm([]byte("<a><b>un autre message, plus long</b></a>"), "https://service.test/app")
	x.Twin = &store.Message{Media: x.Request.Media, Raw: []byte(other.Encode())}
	var lines []string
	for _, l := range r.layers(t, r.add(t, x)).Difference.Lines {
		lines = append(lines, l.Sign+strings.TrimSpace(l.Before+l.Changed+l.After))
	}
	all := strings.Join(lines, "\n")
	if !strings.Contains(all, "-<b>un autre message, plus long</b>") || !strings.Contains(all, "+<saml2p:Response") || strings.Contains(all, "SAMLResponse=") {
		t.Errorf("%s", all)
	}
	x = s.sent("")
	if l := r.layers(t, r.add(t, x)); len(l.Difference.Lines) > 0 {
		t.Errorf("the same message: %+v", l.Difference)
	}
}

func TestEachKindIsTakenApart(t *testing.T) {
	s := newSample(t)
	r := startedWith(t, httptest.NewServer, s.knows)
	a := r.layers(t, r.add(t, s.posted()))
	for part, want := range map[string]anatomy.State{"response status": anatomy.Fine, "response destination": anatomy.Unjudged, "response relaystate": anatomy.Unjudged, "vi pagm": anatomy.Fine} {
		if got := states(a.Request)[part]; got != want {
			t.Errorf("%s: %s, want %s", part, got, want)
		}
	}
	if a.Response.Text == "" || len(a.Response.Documents) > 0 {
		t.Errorf("a page of HTML is text: %+v", a.Response)
	}
	a = r.layers(t, r.add(t, s.redirected()))
	if d := a.Request.Documents; len(d) != 1 || d[0].Root != "AuthnRequest" || !d[0].Deflated || states(a.Request)["protocol issuer"] != anatomy.Unjudged {
		t.Errorf("redirect: %+v", a.Request)
	}
	a = r.layers(t, r.add(t, s.tokens()))
	if k := a.Response.Tokens; len(k) != 2 || k[0].Signature != anatomy.SealedCarried || k[1].Signature != anatomy.SealedNone || k[0].Name != "access_token" {
		t.Errorf("tokens: %+v", a.Response.Tokens)
	}
	if p := a.Request.HTTP.Parameters; len(p) != 2 || p[1].Value != "<script>" {
		t.Errorf("form: %+v", p)
	}
	a = r.layers(t, r.add(t, s.spoken()))
	if d := a.Request.Dialogue; len(d) != 5 || d[0].Client || !d[3].Client || !d[3].TLS || d[1].TLS {
		t.Errorf("dialogue: %+v", d)
	}
	_, body, _ := r.get(t, "/exchanges/3", "en")
	for _, want := range []string{"2 min after the exchange", "right signature by the certificate brought along", "not signed", "&lt;b&gt;agent&lt;/b&gt;"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page of tokens has no %q", want)
		}
	}
}

// Whatever a partner sent, the page answers soon, and nothing of it becomes more than text.
func TestHostileMessagesAreTakenApartInert(t *testing.T) {
	s := newSample(t)
	r := startedWith(t, httptest.NewServer, s.knows)
	bomb := strings.Repeat("<a>", 1_000_000)
	for name, raw := range map[string]string{
		"deep": bomb, "deep and closed": strings.Repeat("<a>", 60) + strings.Repeat("</a>", 60), "script": "<a><script>alert(1)</script></a>",
		"many elements": "<a>" + strings.Repeat("<b/>", 19_000) + "</a>", "open comments": strings.Repeat("<!-- ", 800_000), "open quote": `<a b="` + strings.Repeat("x", 4<<20),
		"doctype": `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`, "binary": strings.Repeat("\x00\x01", 1<<20), "bad UTF-8": "<a>\xff</a>", "instruction": "<?pi don't ?><a><b/></a>",
		"json": strings.Repeat("[", 1_000_000), "large text": "<a>" + strings.Repeat("y", 4<<20-10) + "</a>",
	} {
		x := s.sent("")
		x.Request.Raw, x.Response.Raw, x.Twin.Raw = []byte(raw), []byte(raw), []byte("<a>"+raw[:min(len(raw), 1000)])
		id := r.add(t, x)
		start := time.Now()
		status, body, _ := r.get(t, fmt.Sprintf("/exchanges/%d", id), "")
		if took := time.Since(start); status != http.StatusOK || took > 5*time.Second || len(body) > 8<<20 {
			t.Errorf("%s: %d, %d octets in %s", name, status, len(body), took)
		}
		if strings.Contains(body, "<script>alert") || strings.ContainsAny(body, "\x00\x01") || !utf8.ValidString(body) {
			t.Errorf("%s: something of it stands in the page", name)
		}
	}
}

// Nobody says that a message is in order where nothing is known to judge it by.
func TestPageWithoutKnowledge(t *testing.T) {
	s := newSample(t)
	for name, change := range map[string]func(*store.Exchange){"unknown world": func(x *store.Exchange) { x.World = "" }, "another world": func(x *store.Exchange) { x.World = "other" }} {
		r := startedWith(t, httptest.NewServer, s.knows)
		x := s.sent("vi-audience-trailing-slash")
		change(&x)
		_, body, _ := r.get(t, fmt.Sprintf("/exchanges/%d", r.add(t, x)), "")
		if strings.Contains(body, "✓ conforme") || strings.Contains(body, "✗ écart") || strings.Contains(body, "autre bac") != (x.World != "") {
			t.Errorf("%s: the page says more than is known", name)
		}
	}
	r := started(t)
	x := s.sent("")
	x.Findings = []verdict.Finding{{Requirement: "V10", Rule: "audience-other", Want: "urn:a", Got: "urn:b"}}
	x.PeerChain, x.OurChain, x.Twin = nil, nil, nil
	id := r.add(t, x)
	_, body, _ := r.get(t, fmt.Sprintf("/exchanges/%d", id), "")
	if strings.Contains(body, "✓ conforme") || strings.Count(body, "✗ écart") != 1 || !strings.Contains(body, "Les certificats ne sont pas gardés") || strings.Contains(body, `id="difference"`) {
		t.Error("the page says more than is known")
	}
	if status, body, _ := r.get(t, "/api/exchanges/99/layers", ""); status != http.StatusNotFound || !strings.Contains(body, `"error":"unknown"`) {
		t.Errorf("%d %s", status, body)
	}
}

// Copying takes the text of a layer, without the words of the page in it.
var captions = regexp.MustCompile(`couvert|covered`)

func TestKindsInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	s := newSample(t)
	r := startedWith(t, httptest.NewServer, s.knows)
	pages := map[string]int64{}
	for name, x := range map[string]store.Exchange{"faulty": s.sent("vi-audience-trailing-slash"), "posted": s.posted(), "redirected": s.redirected(), "tokens": s.tokens(), "spoken": s.spoken()} {
		pages[name] = r.add(t, x)
	}
	tab, axe := browsertest.Tab(t), browsertest.Axe(t)
	said := complaints(t, tab)
	for width, lang := range map[int64]string{1280: "fr", 390: "en"} {
		for name, id := range pages {
			ctx, cancel := context.WithTimeout(tab, time.Minute)
			at := fmt.Sprintf("exchange-%s-%s-%d", name, lang, width)
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(fmt.Sprintf("%s/language/%s?back=/exchanges/%d", r.URL, lang, id))); err != nil {
				t.Fatal(at, err)
			}
			browsertest.Shoot(t, ctx, at+".png")
			if over := browsertest.Evaluate[int](t, ctx, browsertest.Overflow); over > 0 {
				t.Errorf("%s: %d pixels wider than the screen", at, over)
			}
			if !browsertest.Evaluate[bool](t, ctx, inert) {
				t.Errorf("%s: something of a partner's stands in the page as more than text", at)
			}
			for _, scheme := range []string{"light", "dark"} {
				browsertest.Evaluate[bool](t, ctx, `document.documentElement.style.colorScheme = "`+scheme+`"; true`)
				for _, v := range browsertest.Violations(t, ctx, axe) {
					t.Errorf("%s %s: axe: %s", at, scheme, v)
				}
			}
			if name == "faulty" {
				browsertest.Evaluate[bool](t, ctx, `navigator.clipboard.writeText = (text) => { document.body.dataset.copied = text; return Promise.resolve(); }; document.querySelector("[data-copy=request-xml-1]").click(); true`)
				if got := browsertest.Evaluate[string](t, ctx, `document.body.dataset.copied`); !strings.Contains(got, "<saml2:Assertion") || captions.MatchString(got) {
					t.Errorf("%s: copied %q", at, got)
				}
			}
			cancel()
		}
	}
	if len(said.All()) > 0 {
		t.Errorf("the browser complains: %v", said.All())
	}
}
