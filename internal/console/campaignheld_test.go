package console_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"etalon/internal/browser/browsertest"
	"etalon/internal/campaign"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// sentForm is a form with files, and its media type.
func sentForm(t testing.TB, parts ...[3]string) (body, media string) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for _, p := range parts {
		h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + p[0] + `"`}}
		if p[1] != "" {
			h.Set("Content-Type", p[1])
		}
		if p[1] == "application/zip" {
			h.Set("Content-Disposition", `form-data; name="`+p[0]+`"; filename="report.zip"`)
		}
		part, err := w.CreatePart(h)
		if err == nil {
			_, err = part.Write([]byte(p[2]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String(), w.FormDataContentType()
}

// wrongWaivers are refused by the desk of the tests, goodWaivers are not.
const (
	wrongWaivers = "waivers:\n  - {requirement: ZZ99}\n"
	goodWaivers  = "waivers:\n  - {requirement: V10}\n"
)

// Waivers are checked as they are typed: what is wrong with them is told with its line, and what was chosen stays so.
func TestWaiversOfAnOrder(t *testing.T) {
	r := started(t)
	typed := url.Values{"candidate": {"essai-fournisseur-a"}, "what": {"some"}, "selector": {"fournisseur/A/V10"}, "waivers": {strings.ReplaceAll(wrongWaivers, "\n", "\r\n")}}
	for path, want := range map[string]int{"/campaigns/new": http.StatusOK, "/campaigns": http.StatusBadRequest} {
		status, body := r.post(t, path, forms, typed.Encode())
		for _, text := range []string{"waivers.yaml:2:5", "waivers[0].requirement", "une exigence du catalogue", "dérogations sont refusées", "{requirement: ZZ99}", `value="fournisseur/A/V10" checked`, " disabled>Démarrer"} {
			if status != want || !strings.Contains(body, text) || strings.Contains(body, "<img") {
				t.Errorf("%s: %d, no %q in %s", path, status, text, body)
			}
		}
	}
	if status, body := r.post(t, "/api/campaigns", objects, `{"candidate": "essai-fournisseur-a", "waivers": "ZZ99"}`); status != http.StatusBadRequest || !strings.Contains(body, `"error":"bad-waivers"`) || !strings.Contains(body, `"line":2,"column":5,"key":"waivers[0].requirement"`) {
		t.Errorf("%d %s", status, body)
	}
	if status, body := r.post(t, "/api/forecast", objects, `{"candidate": "essai-fournisseur-a", "waivers": "ZZ99"}`); status != http.StatusBadRequest || !strings.Contains(body, "bad-waivers") {
		t.Errorf("%d %s", status, body)
	}
	if len(r.desk.orders) != 0 {
		t.Fatalf("started %+v", r.desk.orders)
	}
	typed.Set("waivers", strings.ReplaceAll(goodWaivers, "\n", "\r\n"))
	if status, body := r.post(t, "/campaigns", forms, typed.Encode()); status != http.StatusOK || len(r.desk.orders) != 1 || r.desk.orders[0].Waivers != goodWaivers {
		t.Errorf("%d %s: %+v", status, body, r.desk.orders)
	}
}

// A campaign is ordered with an earlier one, or an archive that is sent, as its baseline.
func TestBaselineOfAnOrder(t *testing.T) {
	r := started(t)
	earlier := r.run(t)
	r.desk.ends(t, earlier, store.Finished)
	r.shown(t, "/campaigns/new?candidate=essai-fournisseur-a", "fr", `<option value="`+earlier+`">`, "Référence")
	r.shown(t, "/campaigns/new?candidate=essai-fournisseur-a&baseline="+earlier, "en", `<option value="`+earlier+`" selected>`, "Baseline")
	if body := r.shown(t, "/campaigns/new?candidate=recette", "fr"); strings.Contains(body, `value="`+earlier+`"`) {
		t.Error("a campaign of another candidate is offered")
	}
	r.desk.orders = nil
	page, pageMedia := sentForm(t, [3]string{"candidate", "", "essai-fournisseur-a"}, [3]string{"what", "", "all"}, [3]string{"archive", "application/zip", "PK of a page"})
	api, apiMedia := sentForm(t, [3]string{"order", "application/json", `{"candidate": "essai-fournisseur-a", "lang": "en"}`}, [3]string{"baseline", "application/zip", "PK of a program"})
	for _, c := range []struct{ path, media, body, archive, baseline string }{
		{"/campaigns", pageMedia, page, "PK of a page", ""},
		{"/api/campaigns", apiMedia, api, "PK of a program", ""},
		{"/campaigns", forms, "candidate=essai-fournisseur-a&baseline=" + earlier, "", earlier},
		{"/api/campaigns", objects, `{"candidate": "essai-fournisseur-a", "baseline": "` + earlier + `"}`, "", earlier},
	} {
		r.desk.orders = nil
		status, body := r.post(t, c.path, c.media, c.body)
		if status >= 300 || len(r.desk.orders) != 1 || string(r.desk.orders[0].Archive) != c.archive || r.desk.orders[0].Baseline != c.baseline {
			t.Errorf("%s: %d %s: %+v", c.path, status, body, r.desk.orders)
		}
	}
	r.desk.refuses = fmt.Errorf("%w: altered %s", campaign.ErrBaseline, hostile)
	if status, body := r.post(t, "/campaigns", pageMedia, page); status != http.StatusBadRequest || !strings.Contains(body, "référence est refusée") || !strings.Contains(body, "altered") || strings.Contains(body, "<img") {
		t.Errorf("%d %s", status, body)
	}
	if status, body := r.post(t, "/api/campaigns", apiMedia, api); status != http.StatusBadRequest || !strings.Contains(body, "bad-baseline") {
		t.Errorf("%d %s", status, body)
	}
	large, media := sentForm(t, [3]string{"order", "application/json", `{"candidate": "` + strings.Repeat("x", 1<<19) + `"}`})
	if status, body := r.post(t, "/api/campaigns", media, large); status != http.StatusRequestEntityTooLarge {
		t.Errorf("%d %s", status, body)
	}
}

// held has a campaign be over, with waivers of its own and worse than its baseline.
func (r rig) held(t testing.TB, id string) {
	t.Helper()
	r.desk.tell(t, id, campaign.EventState, func(c *store.Campaign, p *played) {
		c.State, c.Waivers, p.standing.Playing, p.standing.Gestures, p.standing.Left = store.Finished, goodWaivers, nil, nil, 0
		c.Baseline = &store.Baseline{Digest: "sha256:00", Version: "2 " + hostile, Started: noon, Held: true, Regressions: 1, Exit: 1}
		p.record = judgedRun(verdict.Fail)
		p.record.Requirements = []verdict.RequirementResult{{ID: "V10", Severity: verdict.Majeure, Role: "fournisseur", Mode: "A", Verdict: verdict.Fail}}
		p.record.Waivers = []verdict.Waiver{
			{Requirement: "G01", Reason: "corrigé " + hostile, Owner: "équipe", Expires: "2099-01-01", State: verdict.WaiverPassing},
			{Case: "fournisseur/A/V10-N1", Reason: "connu", Owner: "équipe", Expires: "2099-01-01", State: verdict.WaiverUsed},
		}
	})
}

// The page of a campaign tells what its waivers came to, and what is newly broken since its baseline.
func TestCampaignTellsWaiversAndBaseline(t *testing.T) {
	r := started(t)
	id := r.run(t)
	r.held(t, id)
	r.shown(t, "/campaigns/"+id, "fr", "Dérogations", "EN TROP", "retirez-la", "corrigé ", "jusqu&#39;au 2099-01-01", "Appliquée", "nouvellement enfreint : 1", "franchi (sortie 1)", "V10", "auparavant : Réussi", "compare?with=baseline", "archive d&#39;une exécution")
	r.shown(t, "/campaigns/"+id, "en", "Waivers", "newly broken: 1", "crossed (exit 1)")
	r.shown(t, "/campaigns/"+id+"/compare?with=baseline", "fr", "Nouveaux échecs (1)")
	for query, want := range map[string]string{"": `"failing":[{"address":"fournisseur/A/V10-N1"`, "&format=text": "V10", "&format=markdown": "V10"} {
		if status, body, _ := r.get(t, "/api/campaigns/"+id+"/compare?with=baseline"+query, ""); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", query, status, body)
		}
	}
	if status, body, _ := r.get(t, "/api/campaigns/"+id, ""); status != http.StatusOK || !strings.Contains(body, `"baseline":{"digest":"sha256:00"`) || !strings.Contains(body, `"regressions":1,"exit":1`) || !strings.Contains(body, `"waivers":"waivers:`) {
		t.Errorf("%d %s", status, body)
	}
	other := r.run(t)
	for query, want := range map[string]int{"with=baseline": http.StatusNotFound, "with=" + id + "&format=pdf": http.StatusBadRequest} {
		if status, body, _ := r.get(t, "/api/campaigns/"+other+"/compare?"+query, ""); status != want {
			t.Errorf("%s: %d %s", query, status, body)
		}
	}
}

// In a browser what is typed is checked without leaving the page, and what was typed stays.
func TestWaiversAreCheckedAsTyped(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	r := started(t)
	ctx, cancel := context.WithTimeout(browsertest.Tab(t), time.Minute)
	defer cancel()
	said := complaints(t, ctx)
	err := chromedp.Do(ctx, chromedp.EmulateViewport(390, 900), chromedp.Navigate(r.URL+"/campaigns/new?candidate=essai-fournisseur-a"),
		chromedp.Click(chromedp.CSS("details.part summary")), chromedp.WaitVisible(chromedp.CSS("#waivers")), chromedp.SendKeys(chromedp.CSS("#waivers"), wrongWaivers),
		chromedp.WaitVisible(chromedp.CSS("#waived .problems")))
	if err != nil {
		t.Fatal(err)
	}
	if got := browsertest.Evaluate[string](t, ctx, `document.querySelector("#waived li").textContent + document.getElementById("waivers").value`); !strings.Contains(got, "waivers.yaml:2:5") || !strings.Contains(got, "requirement: ZZ99") {
		t.Error(got)
	}
	browsertest.Evaluate[bool](t, ctx, `(() => { const f = document.getElementById("waivers"); f.value = "waivers: []"; f.dispatchEvent(new Event("input", {bubbles: true})); return true; })()`)
	browsertest.Evaluate[bool](t, ctx, fmt.Sprintf(eventually, `return !document.querySelector("#waived .problems")`))
	if !browsertest.Evaluate[bool](t, ctx, inert) || len(said.All()) > 0 {
		t.Errorf("the browser complains: %v", said.All())
	}
}
