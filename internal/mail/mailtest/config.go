package mailtest

import (
	"bytes"
	"net"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"time"

	"etalon/internal/bench/peertest"
	"etalon/internal/mssante"
	"etalon/internal/pki"
)

// facts are what the configuration files are filled with.
type facts struct {
	Site
	Dir, Group                             string
	UID, GID                               int
	Auth, IMAP, Submission, Postfix, Relay int
	IMAPS, Submissions, SMTPS              int
	Introspection, Issuer, Key             string
	Application, Shared, Password          string
	Patience                               int64
	Room                                   int // of a message with the lines that are added to it
	Checks                                 []string
}

// Is tells whether a setting is wrong.
func (f facts) Is(setting string) bool { return slices.Contains(f.Wrong, setting) }

func (o *Operator) is(setting string) bool { return slices.Contains(o.site.Wrong, setting) }

// patience is how long introspection may take.
const patience = 5 * time.Second

// trace is more than the lines that servers add to a message.
const trace = 64 << 10

// facts chooses ports, and how tokens are checked.
func (o *Operator) facts() facts {
	group, uid, gid := nobody(o.t)
	f := facts{
		Site: o.site, Dir: o.Dir, Group: group, UID: uid, GID: gid, Issuer: o.site.PSC.Issuer, Password: password, Patience: patience.Milliseconds(), Room: o.site.Size + trace,
		Auth: peertest.Port(o.t), IMAP: peertest.Port(o.t), Submission: peertest.Port(o.t), Postfix: peertest.Port(o.t), Relay: peertest.Port(o.t),
		IMAPS: peertest.Port(o.t), Submissions: peertest.Port(o.t), SMTPS: peertest.Port(o.t),
	}
	if u, err := url.Parse(o.site.PSC.Introspection); err == nil {
		u.User = url.UserPassword(o.site.Client.ID, o.site.Client.Secret)
		f.Introspection = u.String()
	}
	f.Key = "%u"
	if o.site.Check.Reads() {
		f.Checks, f.Key = append(f.Checks, "local"), f.Key+"/%{passdb:read}"
	}
	if o.site.Check.Asks() {
		f.Checks, f.Key = append(f.Checks, "introspection"), f.Key+"/%{passdb:asked}"
	}
	f.Key += "/%{passdb:level}/%{passdb:kind}"
	if f.Is("person-unbound") || f.Is("down-is-good") {
		f.Key = "%u"
	}
	f.Application, f.Shared = o.addresses(mssante.Application), o.addresses(mssante.Organisational)
	return f
}

// addresses are those of the mailboxes of a type.
func (o *Operator) addresses(kind mssante.MailboxType) string {
	var all []string
	for _, m := range o.site.Mailboxes {
		if m.Type == kind {
			all = append(all, m.Address)
		}
	}
	return strings.Join(all, " ")
}

// password opens every mailbox where the setting of that name is wrong.
const password = "motdepasse-essai"

// write fills the folder.
func (o *Operator) write(f facts) {
	o.t.Helper()
	entries, err := files.ReadDir("files")
	if err != nil {
		o.t.Fatal(err)
	}
	for _, e := range entries {
		raw, err := files.ReadFile("files/" + e.Name())
		if err != nil {
			o.t.Fatal(err)
		}
		var out bytes.Buffer
		if err := template.Must(template.New(e.Name()).Parse(string(raw))).Execute(&out, f); err != nil {
			o.t.Fatal(err)
		}
		name := e.Name()
		if filepath.Ext(name) == ".cf" { // in a folder that holds nothing else: Postfix looks at all that is in it
			name = filepath.Join("postfix", name)
		}
		o.save(name, out.String())
	}
	o.save("server.crt", string(pki.CertificatesPEM(o.site.Credential.Chain)))
	o.save("server.key", string(peertest.Key(o.t, o.site.Credential)))
	o.save("roots.pem", string(o.site.Roots))
	o.save("clients.pem", string(o.site.Clients))
	o.save("domains", o.site.Domain+" OK\n")
	o.tables()
}

// save writes a file of the operator's folder, at once.
func (o *Operator) save(name, content string) {
	o.t.Helper()
	path := filepath.Join(o.Dir, name)
	err := os.WriteFile(path+".new", []byte(content), 0o644)
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		o.t.Error(err) // perhaps not the test's own goroutine
	}
}

func at(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// nobody is the user that has no rights.
func nobody(t testing.TB) (group string, uid, gid int) {
	t.Helper()
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	g, err := user.LookupGroupId(u.Gid)
	if err != nil {
		t.Fatal(err)
	}
	uid, _ = strconv.Atoi(u.Uid)
	gid, _ = strconv.Atoi(u.Gid)
	return g.Name, uid, gid
}
