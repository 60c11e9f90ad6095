package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"crypto/tls"
	"crypto/x509"

	"etalon/internal/anatomy"
	"etalon/internal/candidate"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/store"
)

// An exchange of honest partners is in order on both its sides, all that can be judged of it, and their traces tell of its VI.
func TestServeTakesExchangesApart(t *testing.T) {
	s := serve(t)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.set.RootsPEM())
	person := &http.Client{Jar: jar, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}}
	login, err := url.Parse(s.portal)
	if err != nil {
		t.Fatal(err)
	}
	login.Path = "/login"
	visit(t, func() (*http.Response, error) {
		return person.PostForm(login.String(), url.Values{"identifiant": {"agent-0001"}, "secret": {"essai-agent-0001"}})
	})
	if page, status := visit(t, func() (*http.Response, error) { return person.Get(s.portal + "/dossiers") }); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, page)
	}
	user := candidate.TestUsers()[0]
	who, err := json.Marshal(interops.User{ID: user.ID, Format: interops.FormatUnspecified, AuthnInstant: time.Now(), Class: interops.ClassPPT, PAGM: []string{"PAGM_CONSULTATION"}})
	if err != nil {
		t.Fatal(err)
	}
	call, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.client, strings.NewReader(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><m:Lire xmlns:m="urn:m">SAMLResponse</m:Lire></s:Body></s:Envelope>`))
	if err != nil {
		t.Fatal(err)
	}
	call.Header.Set(emitter.IdentityHeader, string(who))
	call.Header.Set("Content-Type", "text/xml")
	visit(t, func() (*http.Response, error) { return http.DefaultClient.Do(call) }) // to a candidate that is not there
	var page store.Page
	if _, body := get(t, s.management+"/api/exchanges?q=SAMLResponse", nil); json.Unmarshal([]byte(body), &page) != nil || len(page.Exchanges) == 0 {
		t.Fatal(body)
	}
	seen := map[string]bool{}
	for _, x := range page.Exchanges {
		var l struct {
			TLS struct {
				PeerChain []anatomy.Certificate `json:"peer_chain"`
			}
			Request *anatomy.Layers
			Traces  []interops.Trace
			Foreign bool
		}
		if _, body := get(t, fmt.Sprintf("%s/api/exchanges/%d/layers", s.management, x.ID), nil); json.Unmarshal([]byte(body), &l) != nil || l.Foreign || l.Request == nil {
			t.Fatal(body)
		}
		for _, d := range l.Request.Documents {
			for _, p := range d.Parts {
				seen[x.From+" "+x.Mode] = true
				if p.State == anatomy.Departed || p.Of == "vi" && p.State != anatomy.Fine && p.Name != "link" {
					t.Errorf("exchange %d, %s %s: %s %v", x.ID, p.Of, p.Name, p.State, p.Findings)
				}
			}
		}
		if len(l.Traces) == 0 || l.Traces[0].VIID == nil || !strings.HasPrefix(*l.Traces[0].VIID, "_") {
			t.Errorf("exchange %d: traces %+v", x.ID, l.Traces)
		}
		if x.From == "partner" && x.Error == "" && (len(l.TLS.PeerChain) == 0 || l.TLS.PeerChain[0].Authority != anatomy.AuthorityTest || len(l.TLS.PeerChain[0].Troubles) > 0) {
			t.Errorf("exchange %d: %+v", x.ID, l.TLS)
		}
	}
	if !seen["partner P"] || !seen["peer P"] || !seen["partner A"] {
		t.Errorf("sides seen: %v", seen)
	}
}
