package console_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/campaign"
	"etalon/internal/report"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// run begins a campaign of the mock provider, and returns its ID.
func (r rig) run(t testing.TB, selectors ...string) string {
	t.Helper()
	one, err := r.desk.Start(t.Context(), campaign.Order{Candidate: "essai-fournisseur-a", Selectors: selectors})
	if err != nil {
		t.Fatal(err)
	}
	return one.ID
}

// busy has a campaign be in the middle of a case, awaiting a gesture.
func (r rig) busy(t testing.TB, id string) {
	t.Helper()
	r.desk.tell(t, id, campaign.EventStep, func(c *store.Campaign, p *played) {
		c.Counts = verdict.Counts{Pass: 2, Fail: 1}
		p.standing.Played = 3
		p.standing.Requirements[0].Played, p.standing.Requirements[0].Verdict = 3, verdict.Fail
		p.standing.Playing = []campaign.Playing{{Address: "fournisseur/A/G01-N1", Title: "Titre " + hostile, Step: "Quand la passerelle " + hostile}}
		p.standing.Gestures = []campaign.Gesture{{ID: "g 1/2", Address: "fournisseur/A/G01-N1", Sentence: "Redémarrez la passerelle " + hostile}}
		p.standing.Said = []string{"dit " + hostile}
		p.record = judgedRun(verdict.Fail)
	})
}

// judgedRun is a record of two cases, the first with a verdict.
func judgedRun(v verdict.Verdict) *verdict.Run {
	return &verdict.Run{
		Schema: verdict.Schema, Scope: []string{"fournisseur/A"}, Complete: true, Suite: verdict.Suite{Catalogue: "b"},
		Cases: []verdict.Case{
			{Address: "fournisseur/A/V10-N1", Requirement: "V10", Title: "Audience " + hostile, Verdict: v, Reason: "parce que " + hostile},
			{Address: "fournisseur/A/V10-P", Requirement: "V10", Title: "Honnête", Verdict: verdict.Pass},
		},
	}
}

// shown asks for a page and tells what is wrong with it.
func (r rig) shown(t testing.TB, path, lang string, want ...string) string {
	t.Helper()
	status, body, _ := r.get(t, path, lang)
	if status != http.StatusOK || strings.Contains(body, "<img") || strings.Contains(body, "title='pwned'") || strings.ContainsAny(body, "\x1b\u202e\x00") || strings.Contains(body, "/srv/secret") {
		t.Errorf("%s: %d %s", path, status, body)
	}
	for _, text := range want {
		if !strings.Contains(body, text) {
			t.Errorf("%s in %s: no %q in %s", path, lang, text, body)
		}
	}
	return body
}

func TestCampaignPages(t *testing.T) {
	r := started(t)
	r.shown(t, "/campaigns", "fr", "Première campagne", `href="/campaigns/new"`)
	r.shown(t, "/campaigns", "en", "First campaign")
	r.shown(t, "/campaigns/new", "fr", `value="all" checked`, "Cas : 9", "exigences : 3", "durée attendue : 2 min", "Démarrer", "cas : 3 sur 3", "cas : 6 sur 6")
	r.shown(t, "/campaigns/new?candidate=essai-fournisseur-a&what=some&selector=fournisseur/A/V10&long=1", "en", "Cases: 3", "requirements: 1", "40 s", "cases: 3 of 6", "cases: 0 of 3", `value="fournisseur/A/V10" checked`, `name="long" value="1" checked`)
	r.shown(t, "/campaigns/new?candidate=essai-fournisseur-a&what=some&selector=fournisseur/A&selector=fournisseur/A/V10", "fr", `value="fournisseur/A" data-part checked`, "cas : 6 sur 6")
	r.shown(t, "/campaigns/new?candidate=essai-fournisseur-a&what=some", "fr", "Rien n&#39;est choisi", " disabled>Démarrer", "cas : 0 sur 6")
	r.shown(t, "/campaigns/new?candidate=essai-fournisseur-a&what=some&selector=a/b/c/d/e", "fr", "pas compris", "a/b/c/d/e", " disabled>")
	r.shown(t, "/campaigns/new?candidate=absent", "fr", "n&#39;existe pas", " disabled>")
	r.shown(t, "/campaigns/new?candidate=casse", "fr", "ne peut servir", "ligne 3")

	id := r.run(t)
	r.busy(t, id)
	r.shown(t, "/campaigns", "fr", "En cours", "3 / 9 cas", "tout")
	r.shown(t, "/campaigns/"+id, "fr", "3 / 9 cas", "encore 3 min environ", "À vous :", "Redémarrez la passerelle", "C&#39;est fait", `value="g 1/2"`, "Quand la passerelle", "Exigence V10", "Arrêter", `http-equiv="refresh"`,
		"/exchanges?campaign="+id+"&amp;requirement=V10")
	r.shown(t, "/campaigns/"+id, "en", "Your turn:", "It is done", "Requirement V10", "Stop", "1 Failed")
	r.desk.tell(t, id, campaign.EventState, func(c *store.Campaign, _ *played) {
		c.State, c.Level = store.Finished, verdict.Levels{Standard: verdict.NonConformeBloquante, Profile: verdict.NonConformeMajeure}
	})
	body := r.shown(t, "/campaigns/"+id, "fr", "Terminée", "Non conforme (bloquante)", "Rejouer ce qui a échoué", "Lire le rapport", "format=archive", "format=junit", "parce que", "Audience",
		"/exchanges?campaign="+id+"&amp;address=fournisseur%2fA%2fV10-N1", "/report#"+report.Anchor("fournisseur/A/V10-N1"))
	if strings.Contains(body, "http-equiv=\"refresh\"") || strings.Contains(body, `id="resume"`) || strings.Contains(body, "data-stream") {
		t.Errorf("it is over: %s", body)
	}
	r.shown(t, "/campaigns", "en", "Finished", "Non-conformant (blocking)", "1 Failed")

	other := r.run(t, "fournisseur/A")
	r.desk.ends(t, other, store.Interrupted)
	r.shown(t, "/campaigns/"+other, "fr", "Interrompue", "peut être reprise", "Reprendre", "fournisseur/A")
	for _, path := range []string{"/campaigns/absent", "/campaigns/absent/stream", "/campaigns/absent/report", "/campaigns/absent/compare", "/api/campaigns/absent", "/api/campaigns/absent/events"} {
		if status, _, _ := r.get(t, path, ""); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestOrdersOfPages(t *testing.T) {
	for name, c := range map[string]struct {
		body   string
		status int
		says   string
		order  *campaign.Order
	}{
		"everything":   {"candidate=essai-fournisseur-a&what=all&selector=fournisseur/A", 200, "En cours", &campaign.Order{Candidate: "essai-fournisseur-a", Lang: "fr"}},
		"some":         {"candidate=essai-fournisseur-a&what=some&selector=fournisseur/A/V10&selector=fournisseur/P&selector=fournisseur/P/P01&long=1", 200, "En cours", &campaign.Order{Candidate: "essai-fournisseur-a", Selectors: []string{"fournisseur/A/V10", "fournisseur/P"}, Long: true, Lang: "fr"}},
		"nothing":      {"candidate=essai-fournisseur-a&what=some", 400, "Rien n&#39;est choisi", nil},
		"what is none": {"candidate=essai-fournisseur-a&what=some&selector=x/y/z/t/u", 400, "pas compris", nil},
		"no candidate": {"candidate=absent", 400, "n&#39;existe pas", nil},
		"broken file":  {"candidate=casse", 400, "ne peut servir", nil},
		"too long":     {"candidate=" + strings.Repeat("x", 1<<19), 400, "bad-form", nil},
	} {
		r := started(t)
		status, body := r.post(t, "/campaigns", forms, c.body)
		if status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s", name, status, body)
		}
		if len(r.desk.orders) != map[bool]int{true: 1}[c.order != nil] || c.order != nil && fmt.Sprint(r.desk.orders[0]) != fmt.Sprint(*c.order) {
			t.Errorf("%s: ordered %+v, want %+v", name, r.desk.orders, c.order)
		}
	}
}

// A campaign that no authority attested says so, and why, and can be attested later, from the page and by the API.
func TestCampaignIsStampedLater(t *testing.T) {
	for _, base := range []struct{ at, media, refused string }{{"", forms, "reste non horodatée"}, {"/api", objects, `"error":"unstamped"`}} {
		r := started(t)
		id := r.run(t)
		if body := r.shown(t, "/campaigns/"+id, "fr"); strings.Contains(body, `id="seal"`) {
			t.Errorf("it is not signed yet: %s", body)
		}
		r.desk.tell(t, id, campaign.EventState, func(c *store.Campaign, _ *played) {
			c.State, c.Seal = store.Finished, &store.Seal{At: noon, NotAfter: noon.AddDate(1, 0, 0), Unstamped: "ask time authority: " + hostile}
		})
		r.shown(t, "/campaigns/"+id, "fr", "non horodatée", "n&#39;a pas attesté", "ask time authority: ", "2027-11-22", `action="/campaigns/`+id+`/stamp"`)
		r.shown(t, "/campaigns/"+id, "en", "not time-stamped", "Time-stamp now")
		if status, body, _ := r.get(t, "/api/campaigns/"+id, ""); status != http.StatusOK || !strings.Contains(body, `"unstamped":"ask time authority`) {
			t.Errorf("%d %s", status, body)
		}
		r.desk.refuses = fmt.Errorf("no answer")
		if status, body := r.post(t, base.at+"/campaigns/"+id+"/stamp", base.media, ""); status != http.StatusBadGateway || !strings.Contains(body, base.refused) || !strings.Contains(body, "no answer") {
			t.Errorf("%s: %d %s", base.at, status, body)
		}
		r.desk.refuses = nil
		if status, body := r.post(t, base.at+"/campaigns/"+id+"/stamp", base.media, ""); status != http.StatusOK {
			t.Errorf("%s: %d %s", base.at, status, body)
		}
		if body := r.shown(t, "/campaigns/"+id, "fr", "horodatée : 2026-11-22 12:00", "TEST heure"); strings.Contains(body, `id="stamp"`) {
			t.Errorf("it is stamped: %s", body)
		}
		if status, body := r.post(t, base.at+"/campaigns/"+id+"/stamp", base.media, ""); status != http.StatusConflict {
			t.Errorf("%s twice: %d %s", base.at, status, body)
		}
	}
}

// Who asks for what runs already is led to it, in a page and in the API.
func TestTwoStartTheSameCampaign(t *testing.T) {
	r := started(t)
	id := r.run(t)
	for why, word := range map[error]string{campaign.ErrRunning: "campaign-running", campaign.ErrPorts: "ports-busy"} {
		r.desk.refuses = fmt.Errorf("start campaign: %w", why)
		if status, body := r.post(t, "/campaigns", forms, "candidate=essai-fournisseur-a"); status != http.StatusConflict || !strings.Contains(body, `href="/campaigns/`+id+`"`) {
			t.Errorf("%d %s", status, body)
		}
		if status, body := r.post(t, "/api/campaigns", objects, `{"candidate": "essai-fournisseur-a"}`); status != http.StatusConflict || strings.TrimSpace(body) != `{"error":"`+word+`","about":"`+id+`"}` {
			t.Errorf("%d %s", status, body)
		}
	}
	r.desk.refuses = store.ErrFull
	if status, body := r.post(t, "/api/campaigns", objects, `{"candidate": "essai-fournisseur-a"}`); status != http.StatusInsufficientStorage {
		t.Errorf("%d %s", status, body)
	}
}

func TestCampaignIsActedUpon(t *testing.T) {
	for _, base := range []struct{ at, media string }{{"", forms}, {"/api", objects}} {
		r := started(t)
		id := r.run(t)
		r.busy(t, id)
		gesture, body := "gestures", "gesture=g+1%2f2"
		if base.at != "" {
			gesture, body = "gestures/"+url.PathEscape("g 1/2"), ""
		}
		for i, step := range []struct {
			act, body string
			status    int
			says      string
		}{
			{gesture, body, 200, id},
			{gesture, body, 409, "no-gesture|plus attendu"},
			{"stop", "", 200, "stopped|Arrêtée"},
			{"stop", "", 409, "campaign-over|déjà finie"},
			{"resume", "", 200, "running|En cours"},
		} {
			status, said := r.post(t, base.at+"/campaigns/"+id+"/"+step.act, base.media, step.body)
			if status != step.status || !slices.ContainsFunc(strings.Split(step.says, "|"), func(s string) bool { return strings.Contains(said, s) }) {
				t.Errorf("%s step %d %s: %d %s", base.at, i, step.act, status, said)
			}
		}
		r.desk.ends(t, id, store.Finished)
		if status, said := r.post(t, base.at+"/campaigns/"+id+"/resume", base.media, ""); status != http.StatusConflict {
			t.Errorf("%d %s", status, said)
		}
		if status, said := r.post(t, base.at+"/campaigns/"+id+"/rerun", base.media, ""); status != 200 && status != 201 || !strings.Contains(said, "c-2") || r.desk.orders[1].Selectors[0] != "fournisseur/A/V10" {
			t.Errorf("%d %s", status, said)
		}
		if status, _ := r.post(t, base.at+"/campaigns/c-2/rerun", base.media, ""); status != http.StatusConflict {
			t.Errorf("nothing failed: %d", status)
		}
		if status, _ := r.post(t, base.at+"/campaigns/"+id+"/burn", base.media, ""); status != http.StatusNotFound && status != 200 {
			t.Errorf("an act that there is none of: %d", status)
		}
	}
}

// followed reads server-sent events until one is wanted no more.
func followed(t *testing.T, address, last string, until func(name, data string) bool) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		q.Header.Set("Last-Event-ID", last)
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	name, data := "", ""
	for lines := bufio.NewScanner(a.Body); lines.Scan(); {
		if field, value, _ := strings.Cut(lines.Text(), ": "); field == "event" {
			name = value
		} else if field == "data" {
			data += value + "\n"
		} else if lines.Text() == "" && name != "" {
			if until(name, data) {
				return
			}
			name, data = "", ""
		}
	}
	t.Errorf("%s ended before what was awaited", address)
}

// A page is told all that it shows when it comes, then what changes, then that it is over: also when it comes late.
func TestCampaignIsFollowed(t *testing.T) {
	r := started(t)
	id := r.run(t)
	var names []string
	followed(t, r.URL+"/campaigns/"+id+"/stream", "", func(name, data string) bool {
		names = append(names, name)
		switch {
		case len(names) == 7: // four parts and three requirements
			r.busy(t, id)
		case strings.Contains(data, `id="playing"`) && strings.Contains(data, "Quand la passerelle"):
			if strings.Contains(data, "<script>") {
				t.Error(data)
			}
			r.desk.ends(t, id, store.Finished)
		}
		return name == "over"
	})
	if len(names) < 12 || len(names) > 18 {
		t.Errorf("%d events: %v", len(names), names)
	}
	late := 0
	followed(t, r.URL+"/campaigns/"+id+"/stream", "999", func(name, data string) bool {
		late++
		return name == "over" && strings.TrimSpace(data) == "finished"
	})
	if late != 8 {
		t.Errorf("who comes late: %d events", late)
	}
}

func TestAPIFollowsACampaign(t *testing.T) {
	r := started(t)
	id := r.run(t)
	for range 5 {
		r.busy(t, id)
	}
	var seen []string
	collect := func(name, data string) bool {
		if name == "step" {
			var e campaign.Event
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				t.Fatal(err)
			}
			name = fmt.Sprint(name, e.Seq)
		}
		seen = append(seen, name)
		if name == "standing" {
			r.desk.ends(t, id, store.Stopped)
		}
		return name == "over" && strings.Contains(data, `"state":"stopped"`)
	}
	followed(t, r.URL+"/api/campaigns/"+id+"/events", "", collect)
	if got := strings.Join(seen, " "); got != "standing state over" {
		t.Errorf("from the standing: %s", got)
	}
	seen = nil
	followed(t, r.URL+"/api/campaigns/"+id+"/events", "3", collect)
	if got := strings.Join(seen, " "); got != "step4 step5 state over" {
		t.Errorf("after a broken link: %s", got)
	}
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+"/api/campaigns/"+id+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Last-Event-ID", "x")
	if a, err := http.DefaultClient.Do(q); err != nil || a.StatusCode != http.StatusBadRequest {
		t.Errorf("%v %v", a, err)
	} else {
		_ = a.Body.Close()
	}
}

func TestAPICampaigns(t *testing.T) {
	r := started(t)
	for _, c := range []struct {
		path, body string
		status     int
		says       string
	}{
		{"/api/forecast", `{"candidate": "essai-fournisseur-a"}`, 200, `"cases":9,"requirements":3`},
		{"/api/forecast", `{"candidate": "essai-fournisseur-a", "selectors": ["client/A"]}`, 400, "nothing-selected"},
		{"/api/forecast", `{"candidate": "essai-fournisseur-a", "selectors": ["a/b/c/d/e"]}`, 400, "bad-selector"},
		{"/api/forecast", `{"candidate": "absent"}`, 404, "unknown-candidate"},
		{"/api/forecast", `{"owner": "x"}`, 400, "bad-json"},
		{"/api/campaigns", `{"candidate": "essai-fournisseur-a", "lang": "de"}`, 400, "bad-parameter"},
		{"/api/campaigns", `{"candidate": "absent"}`, 404, "unknown-candidate"},
		{"/api/campaigns", `{"candidate": "essai-fournisseur-a", "selectors": ["fournisseur/A"]}`, 201, `"id":"c-1"`},
	} {
		if status, body := r.post(t, c.path, objects, c.body); status != c.status || !strings.Contains(body, c.says) || strings.Contains(body, "/srv/") {
			t.Errorf("%s %s: %d %s", c.path, c.body, status, body)
		}
	}
	for path, want := range map[string]string{"/api/campaigns": `"campaigns":[{"id":"c-1"`, "/api/campaigns/c-1": `"standing":{"seq":0`, "/api/campaigns/c-1?wait=20ms": `"state":"running"`} {
		if status, body, _ := r.get(t, path, ""); status != http.StatusOK || !strings.Contains(body, want) || strings.Contains(body, "/srv/") || strings.ContainsAny(body, "<>\x1b") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	for _, wait := range []string{"x", "-1s", "2h"} {
		if status, _, _ := r.get(t, "/api/campaigns/c-1?wait="+wait, ""); status != http.StatusBadRequest {
			t.Errorf("wait=%s: %d", wait, status)
		}
	}
	done := make(chan string, 1)
	go func() {
		_, body, _ := r.get(t, "/api/campaigns/c-1?wait=1m", "")
		done <- body
	}()
	r.busy(t, "c-1")
	r.desk.ends(t, "c-1", store.Finished)
	select {
	case body := <-done:
		if !strings.Contains(body, `"state":"finished"`) {
			t.Error(body)
		}
	case <-time.After(20 * time.Second):
		t.Error("who waits was not told of the end")
	}
}

func TestReportsOfCampaigns(t *testing.T) {
	r := started(t)
	id := r.run(t)
	r.busy(t, id)
	r.desk.ends(t, id, store.Finished)
	status, body, header := r.get(t, "/campaigns/"+id+"/report", "")
	if policy := header.Get("Content-Security-Policy"); status != http.StatusOK || !strings.HasPrefix(body, "<!DOCTYPE html>") || !strings.Contains(policy, "sandbox") || strings.Contains(policy, "script-src") || header.Get("Content-Disposition") != "" {
		t.Errorf("%d %v %s", status, header, body)
	}
	for format, media := range map[string]string{"html": "text/html; charset=utf-8", "json": "application/json", "junit": "application/xml", "csv": "text/csv; charset=utf-8", "text": "text/plain; charset=utf-8", "archive": "application/zip", "": "application/json"} {
		status, body, header := r.get(t, "/api/campaigns/"+id+"/report?format="+format+"&lang=en", "")
		if status != http.StatusOK || header.Get("Content-Type") != media || !strings.HasPrefix(header.Get("Content-Disposition"), `attachment; filename="`+id+`.`) || body == "" {
			t.Errorf("%s: %d %v", format, status, header)
		}
	}
	if status, body, _ := r.get(t, "/api/campaigns/"+id+"/report?format=exe", ""); status != http.StatusBadRequest || !strings.Contains(body, "unknown-format") {
		t.Errorf("%d %s", status, body)
	}
}

func TestCampaignsAreCompared(t *testing.T) {
	r := started(t)
	first := r.run(t)
	r.busy(t, first)
	r.desk.ends(t, first, store.Finished)
	r.shown(t, "/campaigns/"+first+"/compare", "fr", "pas d&#39;autre campagne")
	second := r.run(t)
	r.desk.tell(t, second, campaign.EventState, func(c *store.Campaign, p *played) {
		c.State, c.Started, p.record = store.Finished, noon.Add(time.Hour), judgedRun(verdict.Pass)
	})
	r.shown(t, "/campaigns/"+second+"/compare", "fr", "Corrigés (1)", "Cas sans changement : 1", "parce que")
	r.shown(t, "/campaigns/"+first+"/compare?with="+second, "en", "Newly failing (1)", "Cases without change: 1")
	if status, body, _ := r.get(t, "/api/campaigns/"+second+"/compare?with="+first, ""); status != http.StatusOK || !strings.Contains(body, `"fixed":[{"address":"fournisseur/A/V10-N1"`) {
		t.Errorf("%d %s", status, body)
	}
	for query, want := range map[string]int{"": 400, "?with=absent": 404} {
		if status, body, _ := r.get(t, "/api/campaigns/"+second+"/compare"+query, ""); status != want {
			t.Errorf("%q: %d %s", query, status, body)
		}
	}
}

// What keeps a campaign from beginning is said in words, and what the desk could not do is no refusal.
func TestWhyACampaignDoesNotBegin(t *testing.T) {
	for _, c := range []struct {
		why        error
		status     int
		page, word string
	}{
		{fmt.Errorf("%w: ligne 7", campaign.ErrUnusable), 400, "ligne 7", `"error":"candidate"`},
		{campaign.ErrTarget, 403, "n&#39;autorise pas cette cible", `"error":"target-barred"`},
		{campaign.ErrClosed, 503, "en train de s&#39;arrêter", `"error":"ending"`},
		{campaign.RunningError{ID: "elsewhere"}, 409, "déjà en cours", `"error":"campaign-running"`},
		{fmt.Errorf("broken"), 500, "broken", `"error":"internal"`},
	} {
		r := started(t)
		r.desk.refuses = c.why
		if status, body := r.post(t, "/campaigns", forms, "candidate=essai-fournisseur-a"); status != c.status || !strings.Contains(body, c.page) || strings.Contains(body, "elsewhere") {
			t.Errorf("%v: %d %s", c.why, status, body)
		}
		if status, body := r.post(t, "/api/campaigns", objects, `{"candidate": "essai-fournisseur-a"}`); status != c.status || !strings.Contains(body, c.word) || strings.Contains(body, "elsewhere") {
			t.Errorf("%v: %d %s", c.why, status, body)
		}
	}
}
