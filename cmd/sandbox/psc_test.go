package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/stand"
	"etalon/internal/store"
)

// santeConnect is a mock Pro Santé Connect in a process of its own, as its user sees it.
type santeConnect struct {
	issuer, introspection, roots, tokens, journal string

	imap, smtp, mailbox string // of the operator, when it is played
	console             string // of sandbox serve

	client, secret string // the operator's
	http           *http.Client
}

// playPSC starts sandbox psc and reads what it prints when it is ready.
func playPSC(t *testing.T, options ...string) santeConnect {
	t.Helper()
	return playSante(t, slices.Concat([]string{"psc", "--lang", "en"}, anywhere("--"), options)...)
}

// anywhere has everything listen at free ports.
func anywhere(prefix string) []string {
	var options []string
	for _, flag := range []string{"listen", "manage", "revocation", "imap", "smtp", "list"} {
		options = append(options, prefix+flag, "127.0.0.1:0")
	}
	return options
}

// playServeMSS starts sandbox serve with Pro Santé Connect and an operator beside the partners of a convention.
func playServeMSS(t *testing.T) santeConnect {
	t.Helper()
	config, _ := sandboxFile(t)
	return playSante(t, slices.Concat([]string{"serve", "--lang", "en", "--config", config, "--listen", "127.0.0.1:0", "--mss", "--store", t.TempDir()}, anywhere("--psc-"))...)
}

// playSante starts a sandbox that plays Pro Santé Connect.
func playSante(t *testing.T, options ...string) santeConnect {
	t.Helper()
	cmd := exec.Command("sandbox", options...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("sandbox %s: %v", options[0], err)
		}
	})
	var p santeConnect
	wanted := map[string]*string{
		`^issuer: (\S+)$`: &p.issuer, `^introspection: (\S+)$`: &p.introspection, `^TEST authorities: (\S+)$`: &p.roots,
		`^a token: .* (\S+)$`: &p.tokens, `who asked what: (\S+)$`: &p.journal,
		`^operator: client (\S+?),`: &p.client, `^operator: client \S+ secret (\S+?),`: &p.secret,
	}
	last := &p.journal
	if slices.Contains(options, "--operator") || slices.Contains(options, "--mss") {
		wanted[`^IMAP: (\S+),`], wanted[`submission: (\S+) `], wanted[`^mailbox PER: (\S+)$`] = &p.imap, &p.smtp, &p.mailbox
		last = &p.mailbox
	}
	if slices.Contains(options, "--mss") {
		wanted[`^console and management: (\S+)/;`] = &p.console
	}
	for lines := bufio.NewScanner(out); *last == "" && lines.Scan(); {
		for pattern, into := range wanted {
			if m := regexp.MustCompile(pattern).FindStringSubmatch(lines.Text()); m != nil {
				*into = m[1]
			}
		}
	}
	for pattern, value := range wanted {
		if *value == "" {
			t.Fatalf("sandbox %s ended before it printed %s", options[0], pattern)
		}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(fetch(t, http.DefaultClient, p.roots))
	p.http = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, DisableKeepAlives: true}}
	return p
}

func fetch(t *testing.T, client *http.Client, address string) []byte {
	t.Helper()
	answer, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("get %s: %s, %v", address, answer.Status, err)
	}
	return raw
}

func TestPSCServesAnOperator(t *testing.T) {
	p := playPSC(t)
	if document := string(fetch(t, p.http, p.issuer+"/.well-known/wallet-openid-configuration")); !strings.Contains(document, p.introspection) {
		t.Errorf("discovery %s", document)
	}
	answer, err := http.Post(p.tokens, "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var minted struct{ Token, SHA256 string }
	if err := json.NewDecoder(answer.Body).Decode(&minted); err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, p.introspection, strings.NewReader(url.Values{"token": {minted.Token}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(p.client, p.secret)
	said, err := p.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer said.Body.Close()
	if body, err := io.ReadAll(said.Body); err != nil || !strings.Contains(string(body), `"active":true`) {
		t.Errorf("introspection: %s, %v", body, err)
	}
	var entries []struct{ Client, Auth string }
	if err := json.Unmarshal(fetch(t, http.DefaultClient, p.journal+"?sha256="+minted.SHA256), &entries); err != nil || len(entries) != 1 || entries[0].Client != p.client {
		t.Errorf("journal %+v, %v", entries, err)
	}
}

// token asks the management for a token.
func (p santeConnect) token(t *testing.T, order string) string {
	t.Helper()
	answer, err := http.Post(p.tokens, "application/json", strings.NewReader(order))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var minted struct{ Token string }
	if err := json.NewDecoder(answer.Body).Decode(&minted); err != nil || minted.Token == "" {
		t.Fatalf("mint: %v", err)
	}
	return minted.Token
}

// A stock client sends a message and reads it, with tokens that the management made; of a rogue key none is taken.
func TestPSCPlaysAnOperator(t *testing.T) {
	benchtest.Needs(t, "curl")
	for name, p := range map[string]santeConnect{
		"psc": playPSC(t, "--operator"), "serve": playServeMSS(t),
	} {
		t.Run(name, func(t *testing.T) { p.opensToItsTokens(t) })
		if p.console != "" {
			t.Run(name+" shows it", func(t *testing.T) { p.isSeen(t) })
		}
	}
}

// isSeen holds the console to what curl did: each protocol is in its store.
func (p santeConnect) isSeen(t *testing.T) {
	for _, query := range []string{"protocol=IMAP&outcome=accepted", "protocol=SMTP&outcome=accepted", "role=pro-sante-connect&q=introspect", "protocol=IMAP&outcome=refused"} {
		seen := bench.Until(t.Context(), 10*time.Second, func() bool {
			var page store.Page
			return json.Unmarshal(fetch(t, http.DefaultClient, p.console+"/api/exchanges?"+query), &page) == nil && page.Total > 0
		})
		if !seen {
			t.Errorf("no exchange where %s", query)
		}
	}
}

// opensToItsTokens holds the operator to what curl sends and reads.
func (p santeConnect) opensToItsTokens(t *testing.T) {
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, fetch(t, http.DefaultClient, p.roots), 0o600); err != nil {
		t.Fatal(err)
	}
	session := func(token, stdin string, options ...string) (string, error) {
		cmd := exec.Command("curl", append([]string{
			"-sS", "--cacert", roots, "--ssl-reqd", "--sasl-ir", "--login-options", "AUTH=XOAUTH2", "--user", p.mailbox, "--oauth2-bearer", token,
		}, options...)...)
		cmd.Stdin = strings.NewReader(stdin)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	message := "From: " + p.mailbox + "\r\nTo: " + p.mailbox + "\r\nSubject: essai\r\n\r\nbonjour\r\n"
	if out, err := session(p.token(t, "{}"), message, "--url", "smtp://"+p.smtp+"/client.test.invalid", "--mail-from", p.mailbox, "--mail-rcpt", p.mailbox, "--upload-file", "-"); err != nil {
		t.Fatalf("send: %v %s", err, out)
	}
	if out, err := session(p.token(t, "{}"), "", "imap://"+p.imap+"/INBOX;MAILINDEX=1"); err != nil || !strings.Contains(out, "bonjour") {
		t.Errorf("read: %v %q", err, out)
	}
	for what, order := range map[string]string{"rogue": `{"key": "rogue"}`, "of a colleague": `{"idnat": "899700000025"}`} {
		if out, err := session(p.token(t, order), "", "imap://"+p.imap+"/INBOX;MAILINDEX=1"); err == nil {
			t.Errorf("a token %s opens the mailbox: %q", what, out)
		}
	}
}

// A PKI that lasts is that of the first start, and another folder has another.
func TestPSCKeepsItsAuthorities(t *testing.T) {
	dir := t.TempDir()
	at := func() string {
		port, err := stand.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("127.0.0.1:%d", port)
	}
	roots := func(t *testing.T, dir, lists string) string {
		p := playPSC(t, "--dir", dir, "--revocation", lists)
		fetch(t, p.http, p.issuer+"/.well-known/openid-configuration")
		return string(fetch(t, http.DefaultClient, p.roots))
	}
	var first string
	lists := at()
	t.Run("first", func(t *testing.T) { first = roots(t, dir, lists) }) // ends with the subtest, and leaves its port
	if again := roots(t, dir, lists); again != first {
		t.Error("the authorities changed from one start to the next")
	}
	if roots(t, t.TempDir(), at()) == first {
		t.Error("two folders have the same authorities")
	}
}
