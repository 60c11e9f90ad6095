package resend_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"etalon/internal/bench/benchtest"
	"etalon/internal/resend"
	"etalon/internal/verdict"
)

// got is what a server got.
type got struct {
	Method, Target string
	Header         http.Header
	Body           string
	Client         string
}

// recording is a server that keeps what it gets.
type recording struct {
	mu  sync.Mutex
	all []got
}

func (r *recording) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	one := got{Method: q.Method, Target: q.RequestURI, Header: q.Header, Body: string(body)}
	if q.TLS != nil && len(q.TLS.PeerCertificates) > 0 {
		one.Client = q.TLS.ServerName + " " + string(q.TLS.PeerCertificates[0].Raw)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, one)
}

// inShell runs lines in a shell, with variables.
func inShell(t *testing.T, lines []string, variables ...string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "lines.sh")
	if err := os.WriteFile(file, []byte("set -e\n"+strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", file)
	cmd.Env = append(os.Environ(), variables...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// recorded is a request as a record keeps it.
func recorded(r resend.Request) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", r.Method, r.URL)
	for _, f := range r.Header {
		fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
	}
	b.WriteString("\r\n")
	b.Write(r.Body)
	return b.Bytes()
}

// hostile are values that a shell, curl or printf would make something of.
var hostile = []string{
	"", "@fichier", "-dash", "--data", "'", "''", `"`, "`id`", "$(id)", "$HOME", `\`, `\n`, `\0`, "%s", "%", "!!", "#", ";", "&", "|", "a b", "*", "~", "é…", "a\\", "{a,b}", "[1-3]", "é'é",
}

// anyRequest draws one that a record may hold.
func anyRequest(base string) *rapid.Generator[resend.Request] {
	return rapid.Custom(func(t *rapid.T) resend.Request {
		value := rapid.OneOf(rapid.SampledFrom(hostile), rapid.StringMatching(`[!-~]([ -~éà]*[!-~])?`))
		path := (&url.URL{Path: "/" + rapid.OneOf(value, rapid.SampledFrom([]string{"a/../b", "./", "//"})).Draw(t, "path"), RawQuery: url.Values{"q": {value.Draw(t, "query")}}.Encode()}).String()
		r := resend.Request{
			Method: rapid.SampledFrom([]string{"POST", "GET", "PUT", "DELETE", "PATCH", "HEAD"}).Draw(t, "method"),
			URL:    base + strings.TrimPrefix(path, "."),
		}
		for i, name := range rapid.SliceOfN(rapid.SampledFrom([]string{"Soapaction", "Content-Type", "Accept", "User-Agent", "X-Odd", "Cookie"}), 0, 4).Draw(t, "names") {
			r.Header = append(r.Header, resend.Field{Name: name, Value: value.Draw(t, fmt.Sprint("value", i))})
		}
		if r.Method != "HEAD" {
			text := rapid.Map(rapid.OneOf(value, rapid.StringMatching(`<a b='[ -~\n\r\t]*'/>`)), func(s string) []byte { return []byte(s) })
			r.Body = rapid.OneOf(rapid.SliceOf(rapid.Byte()), text, rapid.Map(text, func(b []byte) []byte { return append(b, 0, '\n', 0xff, '\n') })).Draw(t, "body")
		}
		return r
	})
}

// want is what a server must get of a request.
func want(r resend.Request) got {
	g := got{Method: r.Method, Target: r.URL[strings.Index(r.URL[len("https://"):], "/")+len("https://"):], Header: http.Header{}, Body: string(r.Body)}
	for _, f := range r.Header {
		g.Header.Add(f.Name, f.Value)
	}
	if len(r.Body) > 0 {
		g.Header.Set("Content-Length", fmt.Sprint(len(r.Body)))
	}
	return g
}

func compare(t *testing.T, g, w got, line string) {
	t.Helper()
	if g.Method != w.Method || g.Target != w.Target || g.Body != w.Body {
		t.Errorf("got %q %q %q, want %q %q %q of\n%s", g.Method, g.Target, g.Body, w.Method, w.Target, w.Body, line)
	}
	if len(g.Header) != len(w.Header) {
		t.Errorf("fields %q, want %q of\n%s", g.Header, w.Header, line)
	}
	for name, values := range w.Header {
		if !slices.Equal(g.Header[name], values) {
			t.Errorf("field %s: %q, want %q of\n%s", name, g.Header[name], values, line)
		}
	}
}

// The line gives a server the very request, whatever is in it, and nothing of curl's own.
func TestCurl(t *testing.T) {
	benchtest.Needs(t, "curl", "sh")
	server := &recording{}
	s := httptest.NewServer(server)
	defer s.Close()
	requests := []resend.Request{
		{Method: "POST", URL: s.URL + "/a", Body: []byte("@etc")}, {Method: "POST", URL: s.URL + "/a", Body: []byte("-n\n")},
		{Method: "POST", URL: s.URL + "/a?b[]={c}", Body: []byte("\x00\x00'%s\\0\n\n\n")}, {Method: "POST", URL: s.URL + "/"},
	}
	for i := range 60 {
		requests = append(requests, anyRequest(s.URL).Example(i))
	}
	var lines []string
	for _, r := range requests {
		back, err := resend.ReadRequest(recorded(r))
		if err != nil {
			t.Fatalf("%v of %q", err, recorded(r))
		}
		line, masked, err := back.Curl(resend.Link{})
		if err != nil || len(masked) > 0 || strings.ContainsAny(line, "\n\x00\x1b") {
			t.Fatalf("%v %q %q", err, masked, line)
		}
		lines = append(lines, line)
	}
	inShell(t, lines)
	if len(server.all) != len(requests) {
		t.Fatalf("%d requests, want %d", len(server.all), len(requests))
	}
	for i, r := range requests {
		compare(t, server.all[i], want(r), lines[i])
	}
}

// pair makes a certificate that signs itself, in files.
func pair(t *testing.T, dir, name string) (certificate, key string, raw []byte) {
	t.Helper()
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	raw, err = x509.CreateCertificate(rand.Reader, template, template, own.Public(), own)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key = filepath.Join(dir, name+".pem"), filepath.Join(dir, name+".key")
	writePEM(t, certificate, "CERTIFICATE", raw)
	writePEM(t, key, "PRIVATE KEY", der)
	return certificate, key, raw
}

func writePEM(t *testing.T, path, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCurlMutualTLS(t *testing.T) {
	benchtest.Needs(t, "curl", "sh")
	server := &recording{}
	s := httptest.NewUnstartedServer(server)
	s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	s.StartTLS()
	defer s.Close()
	dir := filepath.Join(t.TempDir(), "c'est:à part")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	to := resend.Link{Roots: filepath.Join(dir, "roots.pem")}
	var own []byte
	to.Certificate, to.Key, own = pair(t, dir, "client.test")
	writePEM(t, to.Roots, "CERTIFICATE", s.Certificate().Raw)
	r := resend.Request{Method: "POST", URL: s.URL + "/x", Header: []resend.Field{{Name: "Content-Type", Value: "text/xml"}}, Body: []byte("<a/>")}
	var lines []string
	for _, name := range []string{"", "example.com"} {
		to.ServerName = name
		line, _, err := r.Curl(to)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	inShell(t, lines)
	if len(server.all) != 2 {
		t.Fatalf("%d requests", len(server.all))
	}
	for i, name := range []string{"", "example.com"} {
		compare(t, server.all[i], want(r), lines[i])
		if server.all[i].Client != name+" "+string(own) {
			t.Errorf("another client certificate, or called %q and not %q", server.all[i].Client[:12], name)
		}
	}
}

// What a record masks is asked of who runs the line.
func TestCurlMasked(t *testing.T) {
	benchtest.Needs(t, "curl", "sh")
	server := &recording{}
	s := httptest.NewServer(server)
	defer s.Close()
	const keyed, token = "redacted:hmac-sha256:0123456789abcdef01234567", `jeton({"alg":"RS256"}.{"a":"b)"}, sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef)`
	r := resend.Request{
		Method: "POST", URL: s.URL + "/x", Header: []resend.Field{{Name: "Authorization", Value: keyed}, {Name: "Cookie", Value: "a='" + keyed + "'"}}, Body: []byte("token=" + token + "&a=%"),
	}
	if all := resend.Masked(recorded(r)); !slices.Equal(all, []string{keyed, token}) {
		t.Errorf("masked %q", all)
	}
	line, masked, err := r.Curl(resend.Link{})
	if err != nil || !slices.Equal(masked, []string{token, keyed}) {
		t.Fatalf("%v %q", err, masked)
	}
	inShell(t, []string{line}, "SECRET_1=le jeton", "SECRET_2=$HOME '")
	g := server.all[0]
	if g.Header.Get("Authorization") != "$HOME '" || g.Header.Get("Cookie") != "a='$HOME ''" || g.Body != "token=le jeton&a=%" {
		t.Errorf("%+v of\n%s", g, line)
	}
}

func TestReadRequestRefuses(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing": "", "no end of the head": "GET https://a/ HTTP/1.1\r\n", "no method": "https://a/ HTTP/1.1\r\n\r\n", "a dialogue": "C: A1 NOOP\n\r\n\r\n",
		"another scheme": "GET file:///etc/passwd HTTP/1.1\r\n\r\n", "no host": "GET /a HTTP/1.1\r\n\r\n", "a space": "GET https://a/\x01 HTTP/1.1\r\n\r\n", "an odd method": "G(T https://a/ HTTP/1.1\r\n\r\n",
		"an odd field": "GET https://a/ HTTP/1.1\r\n@file: x\r\n\r\n", "no colon": "GET https://a/ HTTP/1.1\r\nx\r\n\r\n", "a control": "GET https://a/ HTTP/1.1\r\nx: a\x00b\r\n\r\n", "a HEAD with a body": "HEAD https://a/ HTTP/1.1\r\n\r\nx",
	} {
		if r, err := resend.ReadRequest([]byte(raw)); !errors.Is(err, resend.ErrNoRequest) {
			t.Errorf("%s: %v", name, err)
		} else if line, _, err := r.Curl(resend.Link{}); err == nil {
			t.Errorf("%s: %s", name, line)
		}
	}
	long := "POST https://a/ HTTP/1.1\r\n\r\nab\n[… 12 octets omis ; sha256 de l'ensemble : " + strings.Repeat("0", 64) + " …]\ncd"
	if _, err := resend.ReadRequest([]byte(long)); !errors.Is(err, resend.ErrCut) {
		t.Error(err)
	}
}

func TestCurlWithAFile(t *testing.T) {
	line, _, err := resend.Request{Method: "POST", URL: "https://a/"}.Curl(resend.Link{Body: "message.bin"})
	if err != nil || !strings.HasSuffix(line, " --url 'https://a/' --header 'User-Agent:' --header 'Accept:' --header 'Expect:' --header 'Content-Type:' --data-binary '@message.bin'") {
		t.Errorf("%v %s", err, line)
	}
}

// What protected an exchange and is in no file is asked of who runs the line.
func TestLeft(t *testing.T) {
	r := resend.Request{Method: "GET", URL: "https://127.0.0.1:1/a"}
	shown := &verdict.TLS{ServerName: "127.0.0.1"}
	for _, x := range []struct {
		to   resend.Link
		left string
		says string
	}{
		{resend.Over(nil, []string{"CN=a"}), "[]", "--request 'GET' --url"},
		{resend.Over(shown, nil), "[ROOTS]", `--cacert "$ROOTS" --url`},
		{resend.Over(shown, []string{"CN=a"}), "[ROOTS CERT KEY]", `--cacert "$ROOTS" --cert "$CERT" --key "$KEY" --url`},
		{resend.Link{Secured: true, Shown: true, Roots: "r", Certificate: "c", Key: "k"}, "[]", "--cacert 'r' --cert 'c' --key 'k' --url"},
	} {
		line, _, err := r.Curl(x.to)
		if err != nil || fmt.Sprint(x.to.Left()) != x.left || !strings.Contains(line, x.says) {
			t.Errorf("%v %v of %s", err, x.to.Left(), line)
		}
	}
	d, err := resend.ReadDialogue([]byte("S*: * OK\nC*: A2 AUTHENTICATE EXTERNAL =\n"))
	if err != nil || !d.ByCertificate() {
		t.Fatal(err)
	}
	line, _, err := d.Line("imap", "localhost:993", resend.Link{Secured: true, Shown: true})
	if err != nil || !strings.HasSuffix(line, ` -CAfile "$ROOTS" -cert "$CERT" -key "$KEY"`) {
		t.Errorf("%v %s", err, line)
	}
	if d, err := resend.ReadDialogue([]byte("C*: A2 AUTHENTICATE XOAUTH2 EXTERNAL\n")); err != nil || d.ByCertificate() {
		t.Error(err)
	}
}

// What a server got names its host apart.
func TestReadRequestOfAServer(t *testing.T) {
	r, err := resend.ReadRequest([]byte("POST /a?b HTTP/1.1\r\nA: b\r\nhost: x.test:8443\r\n\r\n"))
	if err != nil || r.URL != "https://x.test:8443/a?b" || len(r.Header) != 1 {
		t.Errorf("%v %+v", err, r)
	}
}
