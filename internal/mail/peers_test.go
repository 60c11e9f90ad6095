package mail_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"embed"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mail"
	"etalon/internal/pki"
)

// longToken is as long as one of Pro Santé Connect.
var longToken = token + strings.Repeat("x", 1200)

//go:embed testdata/peers
var peerFiles embed.FS

// peers is what the configuration files of Dovecot and Postfix are filled with.
type peers struct {
	Dir, User, Group, Introspection       string
	Auth, IMAP, Submission, Postfix, Sink int
}

// needPeer skips a test whose peer is not installed, or that cannot give up its rights; under CI that is a failure.
func needPeer(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			lacks(t, fmt.Sprintf("%s is not installed: scripts/peers.sh installs it", name))
		}
	}
	if os.Getuid() != 0 {
		lacks(t, "Dovecot and Postfix are started by root, who gives up its rights")
	}
}

func lacks(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// freePort returns a port of this machine that nobody has.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// prepare writes the files of the peers, for an unprivileged user.
func prepare(t *testing.T) (peers, *user.User) {
	t.Helper()
	dir, err := os.MkdirTemp("", "mail") // short: the sockets are in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	group, err := user.LookupGroupId(nobody.Gid)
	if err != nil {
		t.Fatal(err)
	}
	introspection := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer := map[string]any{"active": false}
		if sent := r.FormValue("token"); sent == token || sent == longToken {
			answer = map[string]any{"active": true, "email": mailbox}
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(introspection.Close)
	sink, _ := librarySMTP(t, true)
	_, port, _ := net.SplitHostPort(sink)
	relay, _ := strconv.Atoi(port)
	p := peers{
		Dir: dir, User: nobody.Username, Group: group.Name,
		Introspection: strings.Replace(introspection.URL, "http://", "http://client:secret@", 1),
		Auth:          freePort(t), IMAP: freePort(t), Submission: freePort(t), Postfix: freePort(t), Sink: relay,
	}
	entries, err := peerFiles.ReadDir("testdata/peers")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		raw, err := peerFiles.ReadFile("testdata/peers/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := template.Must(template.New("").Parse(string(raw))).Execute(&out, p); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, e.Name()), out.Bytes())
	}
	server := credential(t, "operateur/tls")
	key, err := x509.MarshalPKCS8PrivateKey(server.Key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "server.key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	write(t, filepath.Join(dir, "server.crt"), chainPEM(server.Chain))
	write(t, filepath.Join(dir, "authority.pem"), append(set.RootsPEM(), chainPEM(server.Chain[1:])...))
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	_ = os.Chmod(dir, 0o755)
	for _, sub := range []string{"", "run", "state", "mail"} {
		_ = os.Mkdir(filepath.Join(dir, sub), 0o755)
		if err := os.Chown(filepath.Join(dir, sub), uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	return p, nobody
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func chainPEM(chain []*x509.Certificate) []byte {
	var out []byte
	for _, c := range chain {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out
}

// startDovecot starts Dovecot as an unprivileged user, and ends it by its process with the test.
func startDovecot(t *testing.T) peers {
	t.Helper()
	p, nobody := prepare(t)
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	command := exec.Command("dovecot", "-F", "-c", filepath.Join(p.Dir, "dovecot.conf"))
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	started(t, command, func() { _ = command.Process.Signal(syscall.SIGTERM) })
	t.Cleanup(func() {
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(p.Dir, "dovecot.log"))
			t.Logf("dovecot says\n%s", log)
		}
	})
	listens(t, p.IMAP)
	listens(t, p.Submission)
	return p
}

// started runs a command until the test ends.
func started(t *testing.T, command *exec.Cmd, end func()) {
	t.Helper()
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		end()
		_ = command.Wait()
		if t.Failed() {
			t.Logf("%s says\n%s", command.Path, said.String())
		}
	})
}

// listens waits until something listens on a port.
func listens(t *testing.T, port int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		conn, err := net.Dial("tcp", at(port))
		if err == nil {
			_ = conn.Close()
			return
		}
		if bench.Pause(ctx) != nil {
			t.Fatalf("nothing listens on port %d: %v", port, err)
		}
	}
}

func at(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// patient is a target whose answers may take the time of a real server. It is called from another address than its own:
// Dovecot takes a connection from its own address for secure, and allows everything on it.
func patient(port int) mail.Target {
	elsewhere := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	return mail.Target{Address: at(port), Limits: mail.Limits{Wait: 20 * time.Second}, Dial: elsewhere.DialContext}
}

func realIMAP(t *testing.T, p peers, peer string) *mail.IMAP {
	t.Helper()
	c, err := mail.DialIMAP(t.Context(), patient(p.IMAP))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := c.StartTLS(t.Context(), clientTLS(t, peer)); err != nil {
		t.Fatal(err)
	}
	return c
}

func realSMTP(t *testing.T, port int) *mail.SMTP {
	t.Helper()
	c, err := mail.DialSMTP(t.Context(), patient(port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, _, err := c.Hello(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.StartTLS(t.Context(), clientTLS(t, "")); err != nil {
		t.Fatal(err)
	}
	if offers, _, err := c.Hello(t.Context()); err != nil || !slices.Contains(offers.Mechanisms(), "XOAUTH2") {
		t.Fatalf("%v, %v", offers, err)
	}
	return c
}

func TestDovecot(t *testing.T) {
	needPeer(t, "dovecot")
	t.Parallel()
	p := startDovecot(t)

	c := realIMAP(t, p, "")
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, "expired."+token)); r.Outcome != mail.RefusedByChallenge || r.Failure == nil || r.Failure.Status != "401" || r.Status != "NO" {
		t.Errorf("expired: %+v", r)
	}
	if r := c.Login(t.Context(), mail.XOAUTH2(other, token)); !r.Outcome.Refused() {
		t.Errorf("another's: %+v", r)
	}
	if r, err := c.SelectInbox(t.Context()); err != nil || r.OK() {
		t.Errorf("select before login: %s, %v", r, err)
	}
	for _, l := range []mail.Login{mail.XOAUTH2(mailbox, token), mail.XOAUTH2(mailbox, token).InTwoSteps()} {
		c := realIMAP(t, p, "")
		if r := c.Login(t.Context(), l); r.Outcome != mail.Accepted || r.Prompt != nil && *r.Prompt != "" {
			t.Errorf("%+v", r)
		}
		message := []byte("Subject: essai\r\n\r\nbonjour\r\n")
		if r, err := c.Append(t.Context(), "INBOX", message); err != nil || !r.OK() {
			t.Errorf("%s, %v", r, err)
		}
		if r, err := c.SelectInbox(t.Context()); err != nil || !r.OK() {
			t.Errorf("%s, %v", r, err)
		}
		if r, err := c.Command(t.Context(), "FETCH 1 BODY[]"); err != nil || len(r.Untagged) == 0 || len(r.Untagged[0].Literals) != 1 || !bytes.Equal(r.Untagged[0].Literals[0], message) {
			t.Errorf("%+v, %v", r, err)
		}
		_ = c.Close()
	}
}

// taken are the malformations that Dovecot takes for a login: it wants no end of the fields, skips spaces in base64,
// and lets the last of two users count.
var taken = map[string]bool{"no-end": true, "half-end": true, "inner-space": true, "two-users-reversed": true}

func TestDovecotAndMalformations(t *testing.T) {
	needPeer(t, "dovecot")
	t.Parallel()
	p := startDovecot(t)
	for _, m := range mail.Malformations() {
		c := realIMAP(t, p, "")
		r := c.Login(t.Context(), m.Make(mailbox, token, other))
		probe, err := c.SelectInbox(t.Context())
		if in := r.Outcome == mail.Accepted; in != taken[m.Name] || probe.OK() != in || in && err != nil {
			t.Errorf("%s: %+v, then %s, %v", m.Name, r, probe, err)
		}
		_ = c.Close()
	}
}

func TestDovecotByCertificate(t *testing.T) {
	needPeer(t, "dovecot")
	t.Parallel()
	p := startDovecot(t)
	for peer, want := range map[string]mail.Outcome{"structure/tls": mail.Accepted, "": mail.RefusedDirectly} {
		c := realIMAP(t, p, peer)
		if r := c.Login(t.Context(), mail.External("")); r.Outcome != want {
			t.Errorf("%q: %+v", peer, r)
		}
		_ = c.Close()
	}
}

func TestDovecotSecuresWhatItSays(t *testing.T) {
	needPeer(t, "dovecot")
	t.Parallel()
	p := startDovecot(t)
	c, err := mail.DialIMAP(t.Context(), patient(p.IMAP))
	if err != nil {
		t.Fatal(err)
	}
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, token)); r.Outcome != mail.RefusedDirectly {
		t.Errorf("in clear: %+v", r)
	}
	_ = c.Close()
	if c, err = mail.DialIMAP(t.Context(), patient(p.IMAP)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.StartTLS(t.Context(), clientTLS(t, ""), mail.Injected); err == nil {
		if executed, _ := c.Executed(t.Context()); executed {
			t.Error("Dovecot obeys what was injected")
		}
	}
	_ = c.Close()
	for version, accepted := range map[uint16]bool{0x0301: false, 0x0302: false, 0x0303: true} {
		c, err := mail.DialIMAP(t.Context(), patient(p.IMAP))
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Hello(t.Context(), pki.Hello{Version: version, Suites: append([]uint16{0xc02f}, pki.OldSuites...), Deflate: true})
		if err != nil || (got.Answer == pki.AnswerHello) != accepted || got.Compression != 0 || got.Renegotiation != accepted {
			t.Errorf("%s: %+v, %v", pki.VersionName(version), got, err)
		}
	}
}

func TestDovecotSubmission(t *testing.T) {
	needPeer(t, "dovecot")
	t.Parallel()
	p := startDovecot(t)
	c := realSMTP(t, p.Submission)
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, "expired")); !r.Outcome.Refused() {
		t.Errorf("expired: %+v", r)
	}
	_ = c.Close()
	c = realSMTP(t, p.Submission)
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, token).InTwoSteps()); r.Outcome != mail.Accepted || *r.Prompt != "" {
		t.Errorf("%+v", r)
	}
	if r, err := c.MailFrom(t.Context(), mailbox); err != nil || !r.OK() {
		t.Errorf("%s, %v", r, err)
	}
	_ = c.Close()
	// A command line of more than 512 octets is beyond RFC 4954 §4: two steps are the way.
	c = realSMTP(t, p.Submission)
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, longToken)); r.Outcome != mail.RefusedDirectly || r.Status != "500" || r.Code != "5.5.2" {
		t.Errorf("long line: %+v", r)
	}
	_ = c.Close()
	c = realSMTP(t, p.Submission)
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, longToken).InTwoSteps()); r.Outcome != mail.Accepted {
		t.Errorf("long response: %+v", r)
	}
	_ = c.Close()
}

func TestPostfix(t *testing.T) {
	needPeer(t, "dovecot", "postfix")
	t.Parallel()
	p := startDovecot(t)
	startPostfix(t, p)
	c := realSMTP(t, p.Postfix)
	if r, err := c.MailFrom(t.Context(), mailbox); err != nil || !r.OK() {
		t.Errorf("Postfix refuses before RCPT: %s, %v", r, err) // what MaySend is for
	}
	_, _ = c.Command(t.Context(), "RSET")
	if may, r, err := c.MaySend(t.Context(), mailbox, other); may || err != nil || !r.Permanent() {
		t.Errorf("mail without login: %s, %v", r, err)
	}
	_ = c.Close()
	c = realSMTP(t, p.Postfix)
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, "expired")); r.Outcome != mail.RefusedByChallenge || r.Status != "535" || r.Failure == nil {
		t.Errorf("expired: %+v", r)
	}
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, token)); r.Outcome != mail.Accepted {
		t.Errorf("%+v", r)
	}
	if may, r, err := c.MaySend(t.Context(), mailbox, other); !may || err != nil {
		t.Errorf("mail with login: %s, %v", r, err)
	}
	for _, send := range []func() (mail.SMTPReply, error){
		func() (mail.SMTPReply, error) { return c.MailFrom(t.Context(), mailbox) },
		func() (mail.SMTPReply, error) { return c.RcptTo(t.Context(), other) },
		func() (mail.SMTPReply, error) {
			return c.Data(t.Context(), []byte("Subject: essai\r\n\r\nbonjour\r\n"))
		},
	} {
		if r, err := send(); err != nil || !r.OK() {
			t.Errorf("%s, %v", r, err)
		}
	}
	_, _ = c.Quit(t.Context())
	_ = c.Close()
}

// startPostfix starts Postfix over Dovecot's authentication, and ends its master by its process with the test.
func startPostfix(t *testing.T, p peers) {
	t.Helper()
	dir := filepath.Join(p.Dir, "postfix")
	for _, sub := range []string{"", "spool", "data"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	postfix, err := user.Lookup("postfix")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(postfix.Uid)
	if err := os.Chown(filepath.Join(dir, "data"), uid, 0); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"main.cf", "master.cf"} {
		raw, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte(p.Dir+"/spool"), []byte(dir+"/spool")), []byte(p.Dir+"/data"), []byte(dir+"/data"))
		write(t, filepath.Join(dir, name), raw)
	}
	command := exec.Command("postfix", "-c", dir, "start-fg")
	started(t, command, func() {
		raw, err := os.ReadFile(filepath.Join(dir, "spool", "pid", "master.pid"))
		pid, badly := strconv.Atoi(strings.TrimSpace(string(raw)))
		if err != nil || badly != nil || pid <= 1 {
			_ = command.Process.Kill()
			return
		}
		_ = syscall.Kill(pid, syscall.SIGTERM)
	})
	listens(t, p.Postfix)
}
