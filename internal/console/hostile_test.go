package console_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mail"
	"etalon/internal/pki"
	"etalon/internal/stand"
	"etalon/internal/store"
	"etalon/stubs/psc"
)

// payload is what a peer writes wherever it may: markup, control characters, a direction of writing turned, octets that are
// no UTF-8.
const payload = "</td><script>document.title='pwned'</script><img src=x onerror=alert(1)>\x1b[31m\u202e\xff\x01"

// A peer writes hostile things in all that it controls, on the wire: the header and the body of a call, an address, the
// parameters of OpenID Connect, the lines of IMAP and SMTP. Each is kept within bounds, and no page has it as more than text.
func TestHostilePeersOnTheWire(t *testing.T) {
	s := playing(t)
	opened, err := stand.Open("127.0.0.1:0", "", &interops.Convention{Organisms: psc.Organisms()}, candidate.DefaultProfile("current"), bench.Seed(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	connect, err := psc.Start(psc.Config{Bench: opened.Bench, Observe: stand.SeesPSC(s.observe)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connect.Close() })
	mailbox, err := stand.StartOperator(opened, connect, "", "", s.observe)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mailbox.Close() })

	face, err := url.Parse(s.partners.Face(candidate.RoleProvider, interops.ModeA))
	if err != nil {
		t.Fatal(err)
	}
	own, err := s.pki.Credential("organisme-client/tls")
	if err != nil {
		t.Fatal(err)
	}
	for _, request := range []string{
		"POST " + face.Path + " HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nSOAPAction: " + payload[:60] + "\r\nContent-Length: " + fmt.Sprint(len(payload)) + "\r\n\r\n" + payload,
		"POST " + face.Path + "/%3Cscript%3E?q=%3Cimg+src%3Dx%3E%1b%ff HTTP/1.1\r\nHost: <script>x</script>\r\nX-\xc3\xa9: \xff\r\nContent-Length: 0\r\n\r\n",
		"POST " + face.Path + " HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("<b>", 10<<20/3) + "\r\nContent-Length: 0\r\n\r\n",
		"GET /" + strings.Repeat("<b>", 10<<20/3) + " HTTP/1.1\r\nHost: x\r\n\r\n",
		payload + "\r\n\r\n",
	} {
		utters(t, face.Host, pki.ClientConfig(own, bench.Wall, pki.AcceptAny), request)
	}
	secure := pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny)
	utters(t, strings.TrimPrefix(connect.Issuer()[:strings.Index(connect.Issuer(), "/auth/")], "https://"), secure, "GET /"+strings.Repeat("<b>", 10<<20/3)+" HTTP/1.1\r\nHost: x\r\n\r\n")
	link := &http.Client{
		Transport: &http.Transport{TLSClientConfig: secure, DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for _, name := range []string{"state", "nonce", "client_id", "redirect_uri", "scope", "login_hint", payload, "ui_locales"} {
		q := url.Values{"client_id": {psc.MailClient}, "redirect_uri": {"http://127.0.0.1:4321/callback"}, "response_type": {"code"}, "scope": {"openid"}}
		q.Set(name, payload)
		for _, ask := range []func() (*http.Response, error){
			func() (*http.Response, error) { return link.Get(connect.Discovery().Authorization + "?" + q.Encode()) },
			func() (*http.Response, error) { return link.PostForm(connect.Discovery().Token, q) },
		} {
			answer, err := ask()
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		}
	}
	d, err := mail.DialIMAP(t.Context(), mail.Target{Address: mailbox.IMAPAddress()})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"NOOP " + payload, "LOGIN " + payload + " " + payload, payload} {
		_, _ = d.Command(t.Context(), line) // whatever it answers, if it still does
	}
	d.Close()
	utters(t, mailbox.SMTPAddress(), nil, "EHLO "+payload+"\r\nMAIL FROM:<"+payload+">\r\n"+strings.Repeat("<b>", 10<<20/3)+"\r\nQUIT\r\n")

	seen := bench.Until(t.Context(), 10*time.Second, func() bool {
		all := s.exchanges(t)
		has := map[string]bool{}
		for _, x := range all {
			has[x.Protocol] = true
			if strings.Contains(x.Error, "could not be read") {
				has[x.Protocol+" unread"] = true
			}
		}
		return has["SOAP"] && has["HTTP"] && has["IMAP"] && has["SMTP"] && has["SOAP unread"] && has["HTTP unread"]
	})
	if !seen {
		t.Fatalf("%d exchanges seen", len(s.exchanges(t)))
	}
	s.inert(t, "/exchanges", 1<<20)
	for _, x := range s.exchanges(t) {
		s.inert(t, fmt.Sprintf("/exchanges/%d", x.ID), 4<<20)
		if raw, err := json.Marshal(x); err != nil || len(raw) > 256<<10 {
			t.Errorf("exchange %d takes %d octets, %v", x.ID, len(raw), err)
		}
	}
}

// utters opens a link, says something and reads what comes, for a while: the other side may end it at any time.
func utters(t *testing.T, address string, secure *tls.Config, what string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(bench.Wall().Add(5 * time.Second))
	if secure != nil {
		conn = tls.Client(conn, secure)
	}
	_, _ = io.WriteString(conn, what)
	_, _ = io.ReadAll(io.LimitReader(conn, 64<<10))
}

// exchanges are all that the console shows.
func (s sandbox) exchanges(t *testing.T) []store.Exchange {
	t.Helper()
	var page store.Page
	if err := json.Unmarshal(s.page(t, "/api/exchanges?limit=1000"), &page); err != nil {
		t.Fatal(err)
	}
	return page.Exchanges
}

// page asks for a page.
func (s sandbox) page(t *testing.T, path string) []byte {
	t.Helper()
	answer, err := http.Get(s.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", path, answer.StatusCode, err)
	}
	return raw
}

// inert fails where something of a peer's stands in a page as more than text, or makes it longer than it may be.
func (s sandbox) inert(t *testing.T, path string, longest int) {
	t.Helper()
	raw := s.page(t, path)
	for _, bad := range []string{"<script>document", "<img src=x", "</td><script", "<b><b>", "\u202e"} {
		if bytes.Contains(raw, []byte(bad)) {
			t.Errorf("%s holds %q", path, bad)
		}
	}
	text := string(raw)
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' }) || !utf8.ValidString(text) || len(raw) > longest {
		t.Errorf("%s: %d octets, control characters or no UTF-8", path, len(raw))
	}
}
