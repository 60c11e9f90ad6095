package ops_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/scenario"
	"etalon/internal/sides/ops"
	"etalon/internal/verdict"
)

func startProbe(t *testing.T) *ops.Probe {
	t.Helper()
	p, err := ops.StartProbe("127.0.0.1:0", bench.Wall)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func marker(t *testing.T, seed string) string {
	t.Helper()
	m, err := ops.NewMarker(bench.Seed(seed).Source(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func post(t *testing.T, p *ops.Probe, body []byte) (int, string) {
	t.Helper()
	answer, err := http.Post(p.URL(), "text/xml", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(raw)
}

// The probe knows who came by marker, whatever surrounds it, and answers as it was told.
func TestProbe(t *testing.T) {
	p := startProbe(t)
	one, two := marker(t, "1"), marker(t, "2")
	if status, body := post(t, p, []byte("<a>"+one+"</a>")); status != http.StatusOK || !strings.Contains(body, one) || !strings.Contains(body, "schemas.xmlsoap.org") {
		t.Errorf("%d %s", status, body)
	}
	if _, body := post(t, p, []byte(`<a xmlns="http://www.w3.org/2003/05/soap-envelope">`+one+one+`</a>`)); !strings.Contains(body, "2003/05/soap-envelope") {
		t.Errorf("SOAP 1.2 is answered with %s", body)
	}
	p.Prepare(two, ops.ProbeAnswer{Status: 503, Body: []byte("en panne")})
	if status, body := post(t, p, []byte("\xff\xfe"+two)); status != 503 || body != "en panne" {
		t.Errorf("%d %s", status, body)
	}
	if post(t, p, []byte("etalon-0000")); p.Total() != 4 {
		t.Errorf("%d calls, want 4", p.Total())
	}
	if len(p.Seen(one)) != 2 || len(p.Seen(two)) != 1 || len(p.Seen(marker(t, "3"))) != 0 {
		t.Errorf("seen %d, %d, %d", len(p.Seen(one)), len(p.Seen(two)), len(p.Seen(marker(t, "3"))))
	}
	if got := p.Seen(two)[0]; got.Method != http.MethodPost || !bytes.Contains(got.Body, []byte(two)) || got.At.IsZero() {
		t.Errorf("arrival %+v", got)
	}
}

// A message too long to be read whole has come all the same.
func TestProbeSeesLongMessages(t *testing.T) {
	p := startProbe(t)
	long := marker(t, "long")
	if status, _ := post(t, p, append([]byte(long), bytes.Repeat([]byte("x"), 11<<20)...)); status != http.StatusOK || len(p.Seen(long)) != 1 {
		t.Errorf("11 MiB: status %d, seen %d", status, len(p.Seen(long)))
	}
	longer := marker(t, "longer")
	request, err := http.NewRequest(http.MethodPost, p.URL(), io.MultiReader(strings.NewReader(longer), io.LimitReader(endless{}, 20<<20)))
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := http.DefaultClient.Do(request); err == nil {
		_ = answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			t.Error("20 MiB are answered as if they had been read")
		}
	}
	if len(p.Seen(longer)) != 1 {
		t.Errorf("20 MiB: seen %d, want 1", len(p.Seen(longer)))
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

func TestBodyDigest(t *testing.T) {
	const open, shut = `<s:Envelope xmlns:s="urn:s"><s:Header/><s:Body>`, `</s:Body></s:Envelope>`
	want := ops.BodyDigest([]byte(open + `<a xmlns="urn:a" y="2" x="1">été</a>` + shut))
	for name, text := range map[string]string{
		"other prefix of the envelope": `<e:Envelope xmlns:e="urn:s"><e:Body><a xmlns="urn:a" y="2" x="1">été</a></e:Body></e:Envelope>`,
		"declarations and order":       `<s:Envelope xmlns:s="urn:s" xmlns:z="urn:z"><s:Body><a x='1' xmlns="urn:a" y="2">&#233;té</a></s:Body></s:Envelope>`,
	} {
		if got := ops.BodyDigest([]byte(text)); got != want || got == "" {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name, text := range map[string]string{
		"text":      open + `<a xmlns="urn:a" y="2" x="1">ete</a>` + shut,
		"space":     open + `<a xmlns="urn:a" y="2" x="1">été </a>` + shut,
		"namespace": open + `<a xmlns="urn:b" y="2" x="1">été</a>` + shut,
		"attribute": open + `<a xmlns="urn:a" y="2">été</a>` + shut,
		"doubled":   open + strings.Repeat(`<a xmlns="urn:a" y="2" x="1">été</a>`, 2) + shut,
	} {
		if got := ops.BodyDigest([]byte(text)); got == want || got == "" {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, text := range []string{"", "x", "<a/>", "<s:Envelope xmlns:s='urn:s'/>", "<!DOCTYPE a><a/>", "\xff"} {
		if got := ops.BodyDigest([]byte(text)); got != "" {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestFingerprints(t *testing.T) {
	value := strings.Repeat("QUJD", 20)
	message := `<a><ds:SignatureValue Id="x">` + "\n " + value + `</ds:SignatureValue><SignatureValue>` + strings.ToLower(value) + `</SignatureValue><SignatureValue>short</SignatureValue></a>`
	same(t, "fingerprints", ops.Fingerprints([]byte(message)), []string{value[:40], strings.ToLower(value)[:40]})
	if got := ops.Fingerprints([]byte("<a/>")); got != nil {
		t.Errorf("got %v", got)
	}
}

// The display, as people see it.
func TestProgress(t *testing.T) {
	fail := verdict.Case{Address: "fournisseur/A/V10-N1", Title: "un titre", Verdict: verdict.Fail}
	for name, x := range map[string]struct {
		live       bool
		lang       string
		want, gone []string
	}{
		"plain, French":     {false, "fr", []string{"fournisseur/A : 2 cas\n", "réussi", "ÉCHEC           fournisseur/A/V10-N1  un titre\n", "dit\n"}, []string{"\r"}},
		"plain, English":    {false, "en", []string{"fournisseur/A: 2 cases\n", "passed", "FAILED"}, []string{"ÉCHEC", "\r"}},
		"live, French":      {true, "fr", []string{"1/2, échecs 0, sans conclusion 0, reste ~0s — b", "2/2, échecs 1", "ÉCHEC"}, []string{"réussi"}},
		"live, English":     {true, "en", []string{"1/2, failed 0, inconclusive 0, ~0s left — b"}, []string{"passed "}},
		"unknown is French": {false, "de", []string{"ÉCHEC"}, nil},
	} {
		var out bytes.Buffer
		p := scenario.NewProgress(&out, x.live, x.lang, suiteOf(t).texts)
		p.Start("fournisseur/A", 2)
		p.Playing("a")
		p.Judged(verdict.Case{Address: "a", Verdict: verdict.Pass})
		p.Playing("b")
		p.Say(verdict.Text{FR: "dit", EN: "said"})
		p.Judged(fail)
		p.End()
		for _, w := range x.want {
			if !strings.Contains(out.String(), w) {
				t.Errorf("%s: no %q in %q", name, w, out.String())
			}
		}
		for _, g := range x.gone {
			if strings.Contains(out.String(), g) {
				t.Errorf("%s: %q in %q", name, g, out.String())
			}
		}
		if x.live && !strings.HasSuffix(out.String(), "\r") {
			t.Errorf("%s: the live line is left behind: %q", name, out.String())
		}
	}
}

// The display has the words of the reports for every verdict, in both languages.
func TestProgressHasTheWordsOfReports(t *testing.T) {
	texts := suiteOf(t).texts
	for _, lang := range []string{"fr", "en"} {
		for v := verdict.Inconclusive; v <= verdict.Fail; v++ {
			var out bytes.Buffer
			scenario.NewProgress(&out, false, lang, texts).Judged(verdict.Case{Address: "a", Verdict: v})
			word, _, _ := strings.Cut(out.String(), "  ")
			if !strings.EqualFold(strings.TrimSuffix(word, " a"), texts.Word(lang, "verdict."+v.String())) {
				t.Errorf("%s %s: %q", lang, v, word)
			}
		}
	}
}

// Several goroutines use the display.
func TestProgressIsShared(t *testing.T) {
	var out bytes.Buffer
	p := scenario.NewProgress(&out, false, "fr", suiteOf(t).texts)
	p.Start("client/A", 100)
	var wait sync.WaitGroup
	for range 100 {
		wait.Go(func() {
			p.Playing("x")
			p.Judged(verdict.Case{Address: "x", Started: time.Time{}})
		})
	}
	wait.Wait()
	if n := strings.Count(out.String(), "sans conclusion"); n != 100 {
		t.Errorf("%d lines, want 100", n)
	}
}
