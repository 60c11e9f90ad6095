// Package mailtest puts up, for tests, a mail operator of software that nobody here wrote: Dovecot for IMAP, submission and
// authentication, Postfix for submission and delivery, set as an MSSanté operator sets them that takes the tokens of Pro
// Santé Connect, honest or with one wrong setting at a time.
//
// It judges nothing, and no program imports it.
package mailtest

import (
	"bytes"
	"embed"
	"fmt"
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

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/pki"
)

//go:embed files
var files embed.FS

// Site is what an operator is told.
type Site struct {
	Host string // published name
	// Domain is that of the mailboxes, the only one to which mail may be sent.
	Domain    string
	Mailboxes []candidate.Mailbox
	Size      int // of a message; candidate.DefaultMessageSize when zero
	// Credential is the TLS certificate with its key; Roots are the authorities of Pro Santé Connect, in PEM.
	Credential pki.Credential
	Roots      []byte
	// Clients are the authorities of client certificates and their revocation lists, in PEM; without any, no certificate
	// opens a mailbox.
	Clients []byte
	// Check is how tokens are checked, at PSC, by the name and secret of Client; Vendors are the programs (azp) of which
	// tokens are taken where their signature is read.
	Check   mssante.TokenCheck
	PSC     oidc.Discovery
	Client  candidate.PSCClient
	Vendors []string
	// Wrong are the settings that are not as they should be, of Settings.
	Wrong []string
}

// settings are the wrong ones, with what they open.
var settings = map[string]string{
	"any-domain":          "mail leaves for any domain",
	"any-kind":            "an ID token opens a mailbox, whatever its scope",
	"any-level":           "a token of any level opens a mailbox",
	"cached":              "what was found once is believed for an hour",
	"certificate-unbound": "any certificate of the authority opens the application's mailbox",
	"clear-text":          "login without TLS",
	"crl-unchecked":       "revoked certificates",
	"delegation-unread":   "whoever has a token opens a mailbox of an organisation",
	"domain-unread":       "the domain of the user is not read",
	"down-is-good":        "introspection that fails counts as success",
	"dsn-unannounced":     "delivery reports are not offered",
	"issuer-unchecked":    "the issuer of a token is not read",
	"one-session":         "one session at a time",
	"open-relay":          "mail without login, to anywhere, from every address that is trusted",
	"password":            "passwords",
	"person-unbound":      "any token opens any mailbox",
	"psc-unchecked":       "the certificate of Pro Santé Connect is not read",
	"scope-unchecked":     "the scope of a token is not read",
	"sender-unbound":      "any address as sender",
	"small":               "messages of one mebibyte at most",
	"smuggling":           "lines that end with LF alone",
	"suspended-open":      "a suspended mailbox opens",
	"tls-1.0":             "TLS 1.0 and 1.1",
	"token-in-address":    "introspection by GET",
	"weak-suites":         "cipher suites without forward secrecy, or without encryption",
}

// Operator is a Dovecot and a Postfix that run until the test ends.
type Operator struct {
	t    testing.TB
	site Site
	Dir  string
	// IMAP and Submission are Dovecot's addresses, Postfix is that of its own submission, over Dovecot's authentication.
	IMAP, Submission, Postfix string
	// IMAPS, Submissions and SMTPS are where TLS begins at once, in the same order.
	IMAPS, Submissions, SMTPS string
	dovecot, postfix          *process
}

// Start starts an operator. It leaves the test out where Dovecot or Postfix is missing, except on continuous integration.
func Start(t testing.TB, site Site) *Operator {
	t.Helper()
	need(t, "dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/submission", "postfix")
	for _, name := range site.Wrong {
		if settings[name] == "" {
			t.Fatalf("no setting %q", name)
		}
	}
	if site.Size == 0 {
		site.Size = candidate.DefaultMessageSize
	}
	if slices.Contains(site.Wrong, "small") {
		site.Size = 1 << 20
	}
	o := &Operator{t: t, site: site, Dir: folder(t)}
	f := o.facts()
	o.IMAP, o.Submission, o.Postfix = at(f.IMAP), at(f.Submission), at(f.Postfix)
	o.IMAPS, o.Submissions, o.SMTPS = at(f.IMAPS), at(f.Submissions), at(f.SMTPS)
	o.write(f)
	o.startDovecot()
	o.startPostfix() // and ended first: Dovecot waits for those who ask it about logins
	for _, address := range []string{o.IMAP, o.Submission, o.Postfix, at(f.Relay)} {
		listens(t, address)
	}
	if site.Check.Reads() {
		o.followKeys()
	}
	return o
}

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

// patience is how long introspection may take.
const patience = 5 * time.Second

// trace is more than the lines that servers add to a message.
const trace = 64 << 10

// facts chooses ports, and how tokens are checked.
func (o *Operator) facts() facts {
	group, uid, gid := nobody(o.t)
	f := facts{
		Site: o.site, Dir: o.Dir, Group: group, UID: uid, GID: gid, Issuer: o.site.PSC.Issuer, Password: Password, Patience: patience.Milliseconds(), Room: o.site.Size + trace,
		Auth: freePort(o.t), IMAP: freePort(o.t), Submission: freePort(o.t), Postfix: freePort(o.t), Relay: freePort(o.t),
		IMAPS: freePort(o.t), Submissions: freePort(o.t), SMTPS: freePort(o.t),
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

// Password opens every mailbox where the setting "password" is wrong.
const Password = "motdepasse-essai"

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
	chain, key := pems(o.t, o.site.Credential)
	o.save("server.crt", chain)
	o.save("server.key", key)
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

// tables writes who has which mailbox, and who may open it. Dovecot reads them again when they change.
func (o *Operator) tables() {
	var mailboxes, structures, folders, owners strings.Builder
	for _, m := range o.site.Mailboxes {
		fmt.Fprintf(&mailboxes, "%s::::::\n", strings.ToLower(m.Address))
		fmt.Fprintf(&folders, "%s %s/\n", m.Address, strings.ToLower(m.Address))
		fmt.Fprintf(&owners, "%s %s\n", m.Address, strings.ToLower(m.Address))
		if m.Type == mssante.Application && !m.Suspended {
			fmt.Fprintf(&structures, "%s:::::::user=%s\n", m.Holder, strings.ToLower(m.Address))
		}
	}
	o.save("mailboxes", mailboxes.String())
	o.save("structures", structures.String())
	o.save("folders", folders.String())
	o.save("owners", owners.String())
	o.save("rights", o.rights())
}

// rights is a line for each mailbox, person, level and kind of token by which it opens.
func (o *Operator) rights() string {
	is := func(setting string) bool { return slices.Contains(o.site.Wrong, setting) }
	var lines strings.Builder
	for _, m := range o.site.Mailboxes {
		address := strings.ToLower(m.Address)
		if is("person-unbound") || is("down-is-good") {
			fmt.Fprintf(&lines, "%s:\n", address)
			continue
		}
		who := openers(m)
		if m.Suspended && !is("suspended-open") || m.Type == mssante.Application {
			who = nil
		}
		levels, kinds := mssante.Levels(), []string{"Bearer"}
		if is("any-level") {
			levels = append(levels, "", "0", "eidas0")
		}
		if is("any-kind") {
			kinds = append(kinds, "ID", "Refresh", "")
		}
		for _, id := range who {
			name := string(id)
			if o.site.Check == mssante.ByBoth {
				name += "/" + name // as the signature says, and as introspection says
			}
			for _, level := range levels {
				for _, kind := range kinds {
					fmt.Fprintf(&lines, "%s/%s/%s/%s:\n", address, name, level, kind)
				}
			}
		}
	}
	return lines.String()
}

// openers are who may open a mailbox by a token.
func openers(m candidate.Mailbox) []mssante.IdNat {
	switch {
	case m.Type == mssante.Organisational:
		return m.Delegates
	case m.Type == mssante.Personal && m.TestIdentity != "":
		return []mssante.IdNat{m.Holder, m.TestIdentity}
	case m.Type == mssante.Personal:
		return []mssante.IdNat{m.Holder}
	}
	return nil
}

// Withdraw takes a mailbox from a delegate; it is taken when it returns.
func (o *Operator) Withdraw(address string, id mssante.IdNat) { o.delegate(address, id, false) }

// Grant gives a mailbox to a delegate; it opens to him when it returns.
func (o *Operator) Grant(address string, id mssante.IdNat) { o.delegate(address, id, true) }

func (o *Operator) delegate(address string, id mssante.IdNat, may bool) {
	o.t.Helper()
	for i, m := range o.site.Mailboxes {
		if !m.Named(address) {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(m.Delegates), func(d mssante.IdNat) bool { return d == id })
		if may {
			left = append(left, id)
		}
		o.site.Mailboxes[i].Delegates = left
	}
	o.save("rights", o.rights())
	written := bench.Wall().Unix()
	for bench.Wall().Unix() == written { // Dovecot looks at a file once a second
		if err := bench.Pause(o.t.Context()); err != nil {
			o.t.Error(err)
			return
		}
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
