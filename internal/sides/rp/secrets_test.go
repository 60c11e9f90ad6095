package rp_test

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/sides/sidetest"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// talkative is a service that tells all that it gets back: codes, tokens and its own secret, in pages and in addresses.
type talkative struct {
	t       *testing.T
	client  candidate.PSCClient
	issuer  string
	address string
	http    *http.Client

	mu       sync.Mutex
	secrets  []string
	sessions map[string]string // what a page says, by cookie
}

// starts starts it, and writes its file.
func (s *talkative) starts() string {
	s.t.Helper()
	port, err := stand.FreePort()
	if err != nil {
		s.t.Fatal(err)
	}
	b := sidetest.Of(s.t).Stand.Bench
	credential, err := b.PKI.Credential(candidate.VendorOrganism + "/tls")
	if err != nil {
		s.t.Fatal(err)
	}
	place := fmt.Sprintf("127.0.0.1:%d", port)
	s.client, s.issuer, s.sessions = candidate.SampleServiceClient(), "https://"+place+oidc.PathRealm, map[string]string{}
	s.http = bench.Link{Roots: b.RootPool(), Own: credential, Patience: 5 * time.Second}.Client()
	mux := http.NewServeMux()
	mux.HandleFunc("/connexion", s.login)
	mux.HandleFunc("/retour", s.back)
	mux.HandleFunc("/espace", s.page)
	server := httptest.NewUnstartedServer(mux)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{credential.TLS()}}
	server.StartTLS()
	s.t.Cleanup(server.Close)
	s.address = server.URL
	file := filepath.Join(s.t.TempDir(), "candidate.yaml")
	if err := (candidate.StubCandidate{Name: "Service bavard", Version: "1", PSCService: &candidate.PSCService{
		Login: s.address + "/connexion", Protected: s.address + "/espace", Redirects: []string{s.address + "/retour"},
		Success: "identifiant ${identifiant}", PSC: candidate.PSC{Listen: place, Client: s.client},
	}}).Write(file); err != nil {
		s.t.Fatal(err)
	}
	return file
}

func (s *talkative) login(w http.ResponseWriter, r *http.Request) {
	q := url.Values{"response_type": {"code"}, "client_id": {s.client.ID}, "redirect_uri": {s.address + "/retour"}, "scope": {"openid scope_all"},
		"acr_values": {"eidas1"}, "state": {rand.Text()}, "nonce": {rand.Text()}}
	http.Redirect(w, r, oidc.NewDiscovery(strings.TrimSuffix(s.issuer, oidc.PathRealm)).Authorization+"?"+q.Encode(), http.StatusFound)
}

// back takes a code, and sends the browser on with what it got in the address.
func (s *talkative) back(w http.ResponseWriter, r *http.Request) {
	form := url.Values{"grant_type": {"authorization_code"}, "code": {r.FormValue("code")}, "redirect_uri": {s.address + "/retour"}}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, oidc.NewDiscovery(strings.TrimSuffix(s.issuer, oidc.PathRealm)).Token, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Error(err)
		return
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(s.client.ID), url.QueryEscape(s.client.Secret))
	answer, err := s.http.Do(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	var said map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	got := []string{s.client.Secret}
	if code := r.FormValue("code"); code != "" {
		got = append(got, code)
	}
	for _, name := range []string{"id_token", "access_token", "refresh_token"} {
		if text, ok := said[name].(string); ok {
			got = append(got, text)
		}
	}
	token, _ := jws.Parse(fmt.Sprint(said["id_token"])) // without one there is no person
	person, _ := token.Claims["preferred_username"].(string)
	cookie := rand.Text()
	s.mu.Lock()
	s.secrets = append(s.secrets, got...)
	s.sessions[cookie] = sidetest.Echo(s.t, got...)
	if person != "" {
		s.sessions[cookie] += "identifiant " + person
	}
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: "session", Value: cookie, Path: "/", Secure: true, HttpOnly: true})
	http.Redirect(w, r, "/espace?access_token="+fmt.Sprint(said["access_token"])+"&code="+url.QueryEscape(r.FormValue("code")), http.StatusSeeOther)
}

func (s *talkative) page(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cookie, err := r.Cookie("session")
	if err != nil || !strings.Contains(s.sessions[cookie.Value], "identifiant") {
		w.WriteHeader(http.StatusForbidden)
	}
	if err == nil {
		_, _ = io.WriteString(w, s.sessions[cookie.Value])
	}
}

// The record of a run holds no token, no code, no secret of a client and no password, whatever the service tells back.
func TestRecordHoldsNoSecret(t *testing.T) {
	t.Parallel()
	requirements := []string{"PSC-01", "PSC-03", "PSC-06", "PSC-09", "PSC-13", "PSC-17"}
	s := &talkative{t: t}
	flawed := rig{file: s.starts(), selector: requirements, out: filepath.Join(t.TempDir(), "run")}
	run := flawed.judge(t)
	got, _ := failed(run)
	if len(run.Trouble) > 0 || len(got) == 0 || len(s.secrets) < 10 {
		t.Errorf("trouble %+v, failed %v, %d secrets", run.Trouble, got, len(s.secrets))
		sidetest.Told(t, run)
	}
	sidetest.NoSecret(t, flawed.out, s.secrets...)
	for _, flaws := range [][]string{nil, {"puts-secret-in-address"}} {
		x := rig{flaws: flaws, selector: requirements, out: filepath.Join(t.TempDir(), "run")}
		if run := x.judge(t); len(run.Trouble) > 0 {
			t.Errorf("%v: trouble %+v", flaws, run.Trouble)
		}
		sidetest.NoSecret(t, x.out, candidate.SampleServiceClient().Secret, "secret-test-")
	}
}

// A loop on the way back is told without the code that turns in it.
func TestTroubleHoldsNoCode(t *testing.T) {
	t.Parallel()
	s := &talkative{t: t}
	file := s.starts()
	var codes []string
	loop := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/connexion" {
			s.login(w, r)
			return
		}
		s.mu.Lock()
		codes = append(codes, r.FormValue("code"))
		s.mu.Unlock()
		http.Redirect(w, r, r.URL.String(), http.StatusFound)
	}))
	credential, err := sidetest.Of(t).Stand.Bench.PKI.Credential(candidate.VendorOrganism + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	loop.TLS = &tls.Config{Certificates: []tls.Certificate{credential.TLS()}}
	loop.StartTLS()
	t.Cleanup(loop.Close)
	before := s.address
	s.address = loop.URL
	x := rig{file: file, selector: []string{"PSC-03"}, out: filepath.Join(t.TempDir(), "run"), edit: func(text string) string {
		text = strings.ReplaceAll(text, before, loop.URL)
		return strings.Replace(text, loop.URL+"/espace", before+"/espace", 1)
	}}
	run := x.judge(t)
	if len(run.Trouble) != 1 && len(codes) == 0 {
		t.Errorf("trouble %+v, %d codes", run.Trouble, len(codes))
	}
	for _, c := range run.Cases {
		if c.Verdict == verdict.Pass {
			t.Errorf("%s passes", c.Address)
		}
	}
	sidetest.NoSecret(t, x.out, codes...)
}
