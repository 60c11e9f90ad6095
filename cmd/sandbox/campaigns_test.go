package main

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/anatomy"
	"etalon/internal/record"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// running is a sandbox in a process of its own, which may be killed.
type running struct {
	t   *testing.T
	cmd *exec.Cmd
	url string // of the API
}

// runServe starts it over a configuration and a store.
func runServe(t *testing.T, config, kept string) *running {
	t.Helper()
	cmd := exec.Command("sandbox", "serve", "--config", config, "--lang", "en", "--store", kept, "--listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := &running{t: t, cmd: cmd}
	t.Cleanup(r.kill)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := regexp.MustCompile(`console and management: (http://[0-9.:]+)`).FindStringSubmatch(lines.Text()); m != nil {
			r.url = m[1] + "/api"
		}
		if strings.HasPrefix(lines.Text(), "PKI: ") {
			return r
		}
	}
	t.Fatal("sandbox serve ended before it was ready")
	return nil
}

// kill ends it as kill -9 does.
func (r *running) kill() {
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
}

// toldCampaign is what the API tells of a campaign.
type toldCampaign struct {
	ID     string         `json:"id"`
	State  store.State    `json:"state"`
	Why    string         `json:"why"`
	Cases  int            `json:"cases"`
	Counts verdict.Counts `json:"counts"`
}

func (c toldCampaign) judged() int { return c.Counts.Pass + c.Counts.Fail + c.Counts.Inconclusive }

// post asks for something to be done with campaigns.
func (r *running) post(path, body string) (c toldCampaign) {
	r.t.Helper()
	answer, err := http.Post(r.url+path, "application/json", strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&c); err != nil || answer.StatusCode >= 300 {
		r.t.Fatalf("%s %s: %s, %v", path, body, answer.Status, err)
	}
	return c
}

// until asks how far a campaign is until that is enough.
func (r *running) until(id string, enough func(toldCampaign) bool) (c toldCampaign) {
	r.t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); <-ticker.C {
		status, body := get(r.t, r.url+"/campaigns/"+id, nil)
		if err := json.Unmarshal([]byte(body), &c); err != nil || status != http.StatusOK {
			r.t.Fatalf("%s: %d, %v\n%s", id, status, err, body)
		}
		if enough(c) {
			return c
		}
	}
	r.t.Fatalf("%s gets no further: %+v", id, c)
	return c
}

// A campaign survives kill -9 of the sandbox: what was judged is there with its exchanges, the rest is played on demand, and the
// outcome is that of one at one go.
func TestCampaignSurvivesAKill(t *testing.T) {
	config, _ := sandboxFile(t)
	kept := filepath.Join(t.TempDir(), "store")
	s := runServe(t, config, kept)
	over := func(c toldCampaign) bool { return c.State != store.Running }
	const order = `{"candidate": "essai-fournisseur-a-skips-audience", "selectors": ["fournisseur/A/V10", "fournisseur/A/V12", "fournisseur/A/V16", "fournisseur/A/G01", "fournisseur/A/G02", "fournisseur/A/G07"]}`
	began := time.Now()
	whole := s.post("/campaigns", order)
	t.Logf("the first campaign starts after %s", time.Since(began))
	whole = s.until(whole.ID, over)
	c := s.post("/campaigns", order)
	c = s.until(c.ID, func(c toldCampaign) bool { return c.judged() >= 3 || over(c) })
	s.kill()
	if c.State != store.Running {
		t.Fatalf("over before it was killed: %+v", c)
	}
	s = runServe(t, config, kept)
	if c = s.until(c.ID, func(toldCampaign) bool { return true }); c.State != store.Interrupted || c.judged() < 3 || c.judged() >= whole.Cases {
		t.Fatalf("after the kill %+v of %+v", c, whole)
	}
	if s.post("/campaigns/"+c.ID+"/resume", "").State != store.Running {
		t.Error("it does not go on")
	}
	if c = s.until(c.ID, over); c.State != store.Finished || c.Counts != whole.Counts || c.Cases != whole.Cases {
		t.Errorf("resumed %+v, at one go %+v", c, whole)
	}
	run, err := record.Load(filepath.Join(kept, "campaigns", c.ID))
	if err != nil || len(run.Resumed) != 1 || !run.Complete {
		t.Fatalf("%+v, %v", run, err)
	}
	s.judged(c.ID)
	for _, one := range run.Cases {
		var page store.Page
		_, body := get(t, s.url+"/exchanges?limit=1000&campaign="+c.ID+"&address="+url.QueryEscape(one.Address)+"&verdict="+one.Verdict.String(), nil)
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatal(err)
		}
		of := 0
		for _, x := range page.Exchanges {
			if x.Campaign == c.ID && x.Address == one.Address && x.Verdict == one.Verdict.String() {
				of++
			}
		}
		if of < len(one.Exchanges) {
			t.Errorf("%s: %d exchanges, want %d", one.Address, of, len(one.Exchanges))
		}
	}
}

// judged wants the exchanges of the cases of V10 judged element by element, those of before the kill and those of after it: the
// honest ones are in order, the faulty ones depart from V10; and told of their links.
func (r *running) judged(id string) {
	r.t.Helper()
	var page store.Page
	_, body := get(r.t, r.url+"/exchanges?limit=1000&requirement=V10&campaign="+id, nil)
	if err := json.Unmarshal([]byte(body), &page); err != nil {
		r.t.Fatal(err)
	}
	worlds, shown := map[string]bool{}, 0
	for _, x := range page.Exchanges {
		if worlds[x.World] = true; strings.Contains(x.Address, "~") { // of another project than the first
			continue
		}
		var l struct {
			TLS     struct{ PeerChain, OurChain []any } `json:"tls"`
			Foreign bool
			Request anatomy.Layers
		}
		_, body := get(r.t, fmt.Sprintf("%s/exchanges/%d/layers", r.url, x.ID), nil)
		if err := json.Unmarshal([]byte(strings.NewReplacer("peer_chain", "PeerChain", "our_chain", "OurChain").Replace(body)), &l); err != nil {
			r.t.Fatal(err)
		}
		fine, departed := 0, 0
		for _, d := range l.Request.Documents {
			for _, p := range d.Parts {
				switch {
				case p.State == anatomy.Fine:
					fine++
				case p.State == anatomy.Departed && slices.ContainsFunc(p.Findings, func(f verdict.Finding) bool { return f.Requirement == "V10" }):
					departed++
				case p.State == anatomy.Departed:
					r.t.Errorf("%d, %s: %s %v", x.ID, x.Address, p.Name, p.Findings)
				}
			}
		}
		if l.Foreign || len(l.TLS.PeerChain) < 1 || len(l.TLS.OurChain) < 2 || fine < 10 || departed > 0 && x.Violates != "V10" {
			r.t.Errorf("%d, %s (%s): foreign %t, chains of %d and %d, %d parts are fine, %d departed", x.ID, x.Address, x.Label, l.Foreign, len(l.TLS.PeerChain), len(l.TLS.OurChain), fine, departed)
		}
		shown += departed
	}
	if len(page.Exchanges) < 5 || shown == 0 || len(worlds) == 0 {
		r.t.Errorf("%d exchanges of %d worlds, %d departures", len(page.Exchanges), len(worlds), shown)
	}
}

// A campaign against the candidate of the sandbox takes the ports of its partners, who come back to them.
func TestPartnersYieldTheirPorts(t *testing.T) {
	s := serve(t)
	r := &running{t: t, url: s.management + "/api"}
	_, body := get(t, r.url+"/candidates", nil)
	id := regexp.MustCompile(`"id": ?"([^"]+)"`).FindStringSubmatch(body)
	if id == nil {
		t.Fatalf("candidates: %s", body)
	}
	c := r.post("/campaigns", fmt.Sprintf(`{"candidate": %q, "selectors": ["fournisseur/A/V10"]}`, id[1]))
	if c = r.until(c.ID, func(c toldCampaign) bool { return c.State != store.Running }); c.State != store.Finished || c.Counts.Inconclusive == 0 || c.Counts.Fail != 0 {
		t.Errorf("a candidate that is not there: %+v", c)
	}
	answer, err := s.link(t, "organisme-client/tls").Post(s.provider, "text/xml; charset=utf-8", strings.NewReader("<a/>"))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.TLS == nil || answer.TLS.Version < tls.VersionTLS12 {
		t.Errorf("the partner answers %s", answer.Status)
	}
}
