package report_test

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"etalon/internal/browser/browsertest"
	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/verdict"
)

// drawn renders a case that shows a piece of evidence of a media type.
func drawn(t testing.TB, raw []byte, mediaType string) string {
	t.Helper()
	run := reporttest.Header()
	run.Complete = true
	run.Evidence = []verdict.Evidence{{Digest: record.Digest(raw), MediaType: mediaType, Size: len(raw)}}
	run.Cases = []verdict.Case{{Address: "fournisseur/A/V10-N1", Requirement: "V10", Basis: "I", Verdict: verdict.Fail, Started: reporttest.At,
		Exchanges: []verdict.Exchange{{Label: "journey", From: "harness", Request: record.Digest(raw)}}}}
	run.Conclude(reporttest.Catalogue)
	texts, err := report.NewTexts()
	if err != nil {
		t.Fatal(err)
	}
	return string(render(t, "html", run, report.Options{Texts: texts, Catalogue: reporttest.Catalogue, Evidence: func(d string) ([]byte, error) {
		if d == record.Digest(raw) {
			return raw, nil
		}
		return nil, errors.New("not kept")
	}}))
}

const plainDrawing = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><title>Parcours de <essai></title><desc>une étape</desc><rect width="40" height="30"/></svg>`

func TestDrawingIsShownAsImage(t *testing.T) {
	raw := []byte(strings.Replace(plainDrawing, "<essai>", "&lt;essai&gt;", 1))
	page := drawn(t, raw, report.DrawingType)
	for _, want := range []string{
		`src="data:image/svg+xml;base64,` + base64.StdEncoding.EncodeToString(raw) + `"`, `alt="Parcours de &lt;essai&gt;"`, "une étape",
		"img-src data:", "Parcours rebâti d&#39;après les traces",
	} {
		if !strings.Contains(strings.ReplaceAll(page, "&#43;", "+"), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for name, other := range map[string]string{
		"another media type": drawn(t, raw, "message/http"),
		"no SVG":             drawn(t, []byte("<html><title>x</title></html>"), report.DrawingType),
		"not well formed":    drawn(t, []byte(plainDrawing), report.DrawingType),
		"too long":           drawn(t, []byte(strings.Replace(string(raw), "<rect", strings.Repeat("<rect/>", 100_000)+"<rect", 1)), report.DrawingType),
	} {
		if strings.Contains(other, "<img") {
			t.Errorf("%s is shown as an image", name)
		}
	}
}

// TestDrawingRunsNothing opens in a browser a drawing that would run a script and fetch an address.
func TestDrawingRunsNothing(t *testing.T) {
	ctx := browsertest.Tab(t)
	raw := []byte(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="30" onload="document.title='pwned'">` +
		`<title>piège</title><desc>d</desc><script>parent.document.title='pwned';document.title='pwned'</script>` +
		`<image xlink:href="http://127.0.0.1:9/x" width="9" height="9"/><rect width="40" height="30"/></svg>`)
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(drawn(t, raw, report.DrawingType)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+path)); err != nil {
		t.Fatal(err)
	}
	title := browsertest.Evaluate[string](t, ctx, `document.title`)
	width := browsertest.Evaluate[int](t, ctx, `document.images[0].complete ? document.images[0].naturalWidth : -1`)
	if strings.Contains(title, "pwned") || width != 40 {
		t.Errorf("title %q, image of width %d", title, width)
	}
}
