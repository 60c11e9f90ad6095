package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/pki"
	"etalon/internal/store"
)

// talker is a sandbox of which all that it writes on its outputs is kept.
type talker struct {
	mu      sync.Mutex
	said    bytes.Buffer
	console string
	traces  string
	journal string   // of Pro Santé Connect
	faces   []string // addresses that it printed
	cmd     *exec.Cmd
}

// Write implements io.Writer.
func (k *talker) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.said.Write(p)
}

func (k *talker) all() []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	return bytes.Clone(k.said.Bytes())
}

// talks starts a sandbox and reads what it prints until it is ready.
func talks(t *testing.T, args ...string) *talker {
	t.Helper()
	k := &talker{cmd: exec.Command("sandbox", args...)}
	out, err := k.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	k.cmd.Stderr = k
	if err := k.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.ends(t) })
	ready := false
	for lines := bufio.NewReader(out); !ready; {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("sandbox ended before it was ready: %s", k.all())
		}
		_, _ = io.WriteString(k, line)
		k.faces = append(k.faces, regexp.MustCompile(`(?:https?://)?127\.0\.0\.1:\d+[^\s;,]*`).FindAllString(line, -1)...)
		if m := regexp.MustCompile(`console and management: (http://[0-9.:]+)`).FindStringSubmatch(line); m != nil {
			k.console = m[1]
		}
		if m := regexp.MustCompile(`^traces: (\S+)`).FindStringSubmatch(line); m != nil {
			k.traces = m[1]
		}
		if m := regexp.MustCompile(`who asked what: (\S+)`).FindStringSubmatch(line); m != nil {
			k.journal = m[1]
		}
		if ready = strings.HasPrefix(line, "read it: "); ready {
			go func() { _, _ = io.Copy(k, lines) }()
		}
	}
	return k
}

// ends ends it as a person does.
func (k *talker) ends(t *testing.T) {
	if k.cmd.ProcessState != nil {
		return
	}
	_ = k.cmd.Process.Signal(syscall.SIGTERM)
	if err := k.cmd.Wait(); err != nil {
		t.Errorf("sandbox serve: %v", err)
	}
}

// Secrets that peers tell a sandbox leave it by no door: neither those that they say to its partners in a head, an address, a body or
// a dialogue of mail, nor those that a candidate answers in a campaign are in what the console shows and gives, what the store holds
// and its backup, the traces of the partners, or what the program says.
func TestCanariesLeaveASandboxByNoDoor(t *testing.T) {
	config, set := sandboxFile(t)
	heard := benchtest.Plant(t, 1)      // what peers tell
	answered := benchtest.Plant(t, 201) // what the candidate answers
	gateway := careless(t, config, set, answered)
	dir := t.TempDir()
	kept := filepath.Join(dir, "store")
	k := talks(t, slices.Concat([]string{"serve", "--lang", "en", "--config", config, "--listen", "127.0.0.1:0", "--mss", "--store", kept}, anywhere("--psc-"))...)
	own, err := set.Credential("organisme-client/tls")
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, face := range k.faces {
		told += tells(t, face, pki.ClientConfig(own, bench.Wall, pki.AcceptAny), heard)
	}
	if told < 10 {
		t.Fatalf("%d of %v were told", told, k.faces)
	}
	r := &running{t: t, url: k.console + "/api"}
	_, body := get(t, r.url+"/candidates", nil)
	id := regexp.MustCompile(`"id": ?"([^"]+)"`).FindStringSubmatch(body)
	if id == nil {
		t.Fatalf("candidates: %s", body)
	}
	c := r.post("/campaigns", fmt.Sprintf(`{"candidate": %q, "selectors": ["fournisseur/A/V08", "fournisseur/A/V10"]}`, id[1]))
	if c = r.until(c.ID, func(c toldCampaign) bool { return c.State != store.Running }); c.State != store.Finished || gateway.Load() == 0 {
		t.Fatalf("%+v after %d careless answers", c, gateway.Load())
	}
	exports := k.crawls(t, c.ID)
	for name, raw := range exports {
		if strings.HasPrefix(name, "/exchanges/") && bytes.Contains(raw, []byte("redacted:hmac-sha256:")) {
			exports["digests"] = nil
		}
	}
	if _, shown := exports["digests"]; !shown {
		t.Error("no page of an exchange shows a digest: what was told was not kept")
	}
	backup := filepath.Join(dir, "sauvegarde.zip")
	if out, err := exec.Command("sandbox", "backup", "--store", kept, backup).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, raw := range benchtest.Folder(t, k.traces) {
		exports["traces/"+name] = raw
	}
	exports["journal of Pro Santé Connect"] = fetch(t, http.DefaultClient, k.journal)
	k.ends(t)
	exports["outputs"] = k.all()
	for name, raw := range benchtest.Folder(t, dir) {
		exports[name] = raw
	}
	leaks := benchtest.Hunt(t, exports, heard, answered)
	t.Logf("%d canaries, %d exports, %d leaks", len(heard.All)+len(answered.All), len(exports), len(leaks))
}

// careless serves the gateway of the configuration: it relays what it takes to the application, as an honest one does, but for
// the third message and every third after, which it answers with canaries. It counts those.
func careless(t *testing.T, config string, set *pki.Set, canaries *benchtest.Canaries) *atomic.Int64 {
	t.Helper()
	credential, err := set.Credential("organisme-fournisseur/tls")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	probe := regexp.MustCompile(`probe: (\d+)`).FindSubmatch(raw)
	var calls, told atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if calls.Add(1)%3 == 0 {
			told.Add(1)
			canaries.ServeHTTP(w, q)
			return
		}
		answer, err := http.Post(fmt.Sprintf("http://127.0.0.1:%s/", probe[1]), "text/xml", q.Body)
		if err != nil {
			http.Error(w, "", http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.Copy(w, answer.Body)
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{credential.TLS()}, ClientAuth: tls.RequestClientCert}
	server.StartTLS()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	mended := bytes.Replace(raw, []byte("https://127.0.0.1:1/interops/service-a"), []byte(server.URL+"/interops/service-a"), 1)
	if err := os.WriteFile(config, append(mended, "    backend: probe\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	return &told
}

// tells says canaries wherever an address lets it: to one of HTTP in the line, the head and the body of requests, to one of mail in the
// lines of a dialogue. It returns how many requests and dialogues there were.
func tells(t *testing.T, face string, secure *tls.Config, canaries *benchtest.Canaries) (told int) {
	t.Helper()
	at, err := url.Parse(face)
	if err != nil || at.Host == "" {
		host, _, _ := strings.Cut(face, "/")
		return canaries.Converse(t, host, pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny))
	}
	link := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: secure, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	query := url.Values{}
	for i, c := range canaries.All {
		query.Set(fmt.Sprintf("p%d", i), c.Text)
	}
	form := url.Values{"grant_type": {"authorization_code"}, "code": {canaries.All[30].Secret}, "client_id": {canaries.All[33].Text}, "client_secret": {canaries.All[22].Secret}}
	for _, one := range []struct{ method, path, media, body string }{
		{http.MethodPost, at.Path, "text/xml; charset=utf-8", canaries.Fault()},
		{http.MethodPost, at.Path + canaries.Path, "application/x-www-form-urlencoded", form.Encode() + "&" + query.Encode()},
		{http.MethodGet, at.Path + "?" + query.Encode(), "", ""},
		{http.MethodPost, at.Path + "/faults", "application/json", fmt.Sprintf(`{"fault": %q}`, canaries.All[3].Text)},
		{http.MethodPost, "/crl/" + url.PathEscape(canaries.All[9].Text) + ".crl", "message/rfc822", canaries.Mail},
	} {
		request, err := http.NewRequest(one.method, "http://"+at.Host+one.path, strings.NewReader(one.body))
		if err != nil {
			t.Fatal(err)
		}
		request.URL.Scheme = at.Scheme
		for name, values := range canaries.Header {
			request.Header[name] = values
		}
		request.Header.Set("Content-Type", one.media)
		request.Header.Set("User-Agent", canaries.All[33].Text)
		answer, err := link.Do(request)
		if err != nil {
			continue // a face of the console refuses, others may end the link
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		told++
	}
	return told
}

// crawls gathers all that a console shows and gives, by its path: the pages that lead to each other, in both languages, what its API
// tells, the messages, the reports of a campaign, the streams of events.
func (k *talker) crawls(t *testing.T, campaign string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	var all store.Page
	_, body := get(t, k.console+"/api/exchanges?limit=1000", nil)
	if err := json.Unmarshal([]byte(body), &all); err != nil || len(all.Exchanges) < 20 {
		t.Fatalf("%d exchanges, %v", len(all.Exchanges), err)
	}
	next := []string{
		"/exchanges", "/faults", "/campaigns", "/candidates", "/api/exchanges?limit=1000", "/api/values", "/api/faults", "/api/candidates", "/api/campaigns",
		"/api/campaigns/" + campaign, "/api/people", "/api/sphere", "/exchanges?q=Sesame", "/api/exchanges?q=refus&limit=1000",
	}
	for _, x := range all.Exchanges {
		next = append(next, fmt.Sprintf("/exchanges/%d", x.ID), fmt.Sprintf("/api/exchanges/%d", x.ID), fmt.Sprintf("/api/exchanges/%d/layers", x.ID))
		for _, m := range []*store.Message{x.Request, x.Response, x.Twin} {
			if m != nil && m.Digest != "" {
				next = append(next, "/api/messages/"+m.Digest)
			}
		}
	}
	for _, format := range []string{"html", "pdf", "json", "text", "junit", "csv", "gitb", "messages", "sarif", "badge", "zip"} {
		next = append(next, "/api/campaigns/"+campaign+"/report?format="+format)
	}
	link := regexp.MustCompile(`(?:href|src|action)="(/[^"#]*)`)
	for len(next) > 0 {
		path := html.UnescapeString(next[0])
		next = next[1:]
		if _, there := out[path]; there || len(out) > 3000 || strings.HasPrefix(path, "/assets/") {
			continue
		}
		if strings.HasPrefix(path, "/language/") || strings.Contains(path, "/events") {
			continue
		}
		_, body := get(t, k.console+path, nil)
		out[path] = []byte(body)
		if !strings.HasPrefix(path, "/api") {
			_, english := get(t, k.console+path, func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "etalon-lang", Value: "en"}) })
			out[path+" (en)"] = []byte(english)
			for _, m := range link.FindAllStringSubmatch(body, -1) {
				next = append(next, m[1])
			}
		}
	}
	for _, stream := range []string{"/api/events", "/api/campaigns/" + campaign + "/events"} {
		out[stream] = k.follows(t, stream, len(all.Exchanges))
	}
	return out
}

// follows reads a stream of events from its beginning, as far as there were as many, or until it ends.
func (k *talker) follows(t *testing.T, path string, most int) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, k.console+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Last-Event-ID", "0")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var said bytes.Buffer
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 4<<20)
	for most > 0 && lines.Scan() {
		said.Write(append(lines.Bytes(), '\n'))
		if strings.HasPrefix(lines.Text(), "data: ") {
			most--
		}
	}
	if said.Len() == 0 {
		t.Errorf("%s tells nothing", path)
	}
	return said.Bytes()
}
