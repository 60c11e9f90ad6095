package mailtest

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"

	"etalon/internal/bench/peertest"
	"etalon/internal/pki"
)

// RelaySite is an operator among the others, as a Postfix of that name is set: mutual TLS both ways, and the white list in
// tables, by the fingerprints of certificates.
type RelaySite struct {
	Host, Domain string
	Mailboxes    []string
	Credential   pki.Credential
	Roots        []byte
	// Peers are the other operators.
	Peers []RelayPeer
	// Size is the greatest message.
	Size int
	// Wrong are wrong settings, by name.
	Wrong []string
}

// RelayPeer is another operator: where mail for its domain goes, the name of its server, and the certificate that is
// known to be the listed one.
type RelayPeer struct {
	Domain, NextHop, Server string
	Listed                  *x509.Certificate
}

// Relay is a Postfix among operators that runs until the test ends.
type Relay struct {
	RelaySite
	// Address is where the others write to it, Local where its own users do.
	Address, Local string
	Dir            string
	UID, GID       int
	Inside, Own    int // ports
}

// Is tells whether a wrong setting is on.
func (r *Relay) Is(wrong string) bool { return slices.Contains(r.Wrong, wrong) }

// Fingerprint is how Postfix names a certificate.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	parts := make([]string, len(sum))
	for i, b := range sum {
		parts[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(parts, ":")
}

// Class is the word by which the tables name the operator of a certificate.
func (p RelayPeer) Class() string {
	return "op_" + strings.ReplaceAll(Fingerprint(p.Listed)[:8], ":", "")
}

// Classes are the operators that peers belong to, each once, with the domains of each.
func (r *Relay) Classes() map[string][]string {
	all := map[string][]string{}
	for _, p := range r.Peers {
		all[p.Class()] = append(all[p.Class()], p.Domain)
	}
	return all
}

// ClassNames are their names.
func (r *Relay) ClassNames() []string { return slices.Sorted(maps.Keys(r.Classes())) }

// Room is more than the greatest message, for the lines that Postfix adds.
func (r *Relay) Room() int { return r.Size + 1<<16 }

const relayMain = `compatibility_level = 3.6
queue_directory = {{.Dir}}/spool
data_directory = {{.Dir}}/data
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_peername_lookup = no
disable_dns_lookups = yes
in_flow_delay = 0
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
myhostname = {{.Host}}
maillog_file = /dev/stdout
maillog_file_prefixes = /dev
local_recipient_maps =
alias_maps =
alias_database =
message_size_limit = {{.Room}}
virtual_mailbox_limit = 0
virtual_mailbox_domains = {{.Domain}}
virtual_mailbox_base = {{.Dir}}/mail
virtual_mailbox_maps = texthash:{{.Dir}}/folders
virtual_minimum_uid = 1
virtual_uid_maps = static:{{.UID}}
virtual_gid_maps = static:{{.GID}}
smtpd_tls_cert_file = {{.Dir}}/server.crt
smtpd_tls_key_file = {{.Dir}}/server.key
smtpd_tls_CAfile = {{.Dir}}/roots.pem
smtpd_tls_security_level = {{if .Is "clear"}}may{{else}}encrypt{{end}}
smtpd_tls_ask_ccert = yes
smtpd_tls_req_ccert = {{if or (.Is "certificate-optional") (.Is "clear")}}no{{else}}yes{{end}}
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_mandatory_ciphers = high
tls_high_cipherlist = ECDHE+AESGCM:ECDHE+CHACHA20
smtpd_tls_fingerprint_digest = sha256
smtpd_tls_received_header = yes
smtpd_forbid_bare_newline = {{if .Is "smuggling"}}no{{else}}normalize{{end}}
smtpd_restriction_classes = {{range .ClassNames}}{{.}} {{end}}
{{range .ClassNames}}{{.}} = check_sender_access texthash:{{$.Dir}}/{{.}}, reject
{{end}}smtpd_null_access_lookup_key = <>
smtpd_sender_restrictions = {{if or (.Is "list-unread") (.Is "certificate-optional") (.Is "clear")}}permit{{else}}check_ccert_access texthash:{{.Dir}}/operators, reject{{end}}
smtpd_relay_restrictions = {{if .Is "relay"}}permit_tls_all_clientcerts, {{end}}reject_unauth_destination
smtpd_recipient_restrictions = permit
transport_maps = texthash:{{.Dir}}/transport
default_transport = error:5.7.1 not in the white list
relay_transport = error:5.7.1 not in the white list
{{if not (.Is "sends-anonymously")}}smtp_tls_cert_file = {{.Dir}}/server.crt
smtp_tls_key_file = {{.Dir}}/server.key
{{end}}smtp_tls_CAfile = {{.Dir}}/roots.pem
smtp_tls_security_level = {{if .Is "sends-if-offered"}}may{{else}}encrypt{{end}}
smtp_tls_policy_maps = {{if not (or (.Is "sends-if-offered") (.Is "sends-encrypted"))}}texthash:{{.Dir}}/policy{{end}}
smtp_tls_fingerprint_digest = sha256
smtp_tls_mandatory_protocols = >=TLSv1.2
minimal_backoff_time = 2s
maximal_backoff_time = 2s
queue_run_delay = 1s
maximal_queue_lifetime = 6s
bounce_queue_lifetime = 6s
`

const relayMaster = `127.0.0.1:{{.Inside}} inet n - n - - smtpd -o message_size_limit={{.Size}}
127.0.0.1:{{.Own}} inet n - n - - smtpd -o smtpd_tls_security_level=none -o smtpd_tls_req_ccert=no -o smtpd_tls_ask_ccert=no -o mynetworks=127.0.0.0/8 -o smtpd_sender_restrictions= -o smtpd_relay_restrictions=permit_mynetworks,reject
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
`

// StartRelay starts a Postfix among operators. It leaves the test out where Postfix is missing, except on continuous
// integration.
func StartRelay(t testing.TB, s RelaySite) *Relay {
	t.Helper()
	need(t, "postfix")
	r := &Relay{RelaySite: s, Dir: folder(t), Inside: peertest.Port(t), Own: peertest.Port(t)}
	_, r.UID, r.GID = nobody(t)
	if r.Is("small") {
		r.Size = 1 << 20
	}
	r.Address, r.Local = fmt.Sprintf("127.0.0.1:%d", r.Inside), fmt.Sprintf("127.0.0.1:%d", r.Own)
	files := map[string]string{
		"server.crt": string(pki.CertificatesPEM(s.Credential.Chain)), "server.key": string(peertest.Key(t, s.Credential)), "roots.pem": string(s.Roots), "postfix/main.cf": r.filled(t, relayMain), "postfix/master.cf": r.filled(t, relayMaster),
	}
	maps.Copy(files, r.tables())
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(r.Dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	postfix := startPostfix(t, r.Dir)
	for _, address := range []string{r.Address, r.Local} {
		postfix.Listening(t, address)
	}
	return r
}

// tables are those that Postfix looks things up in.
func (r *Relay) tables() map[string]string {
	all := map[string]*bytes.Buffer{}
	line := func(table, format string, args ...any) {
		if all[table] == nil {
			all[table] = &bytes.Buffer{}
		}
		fmt.Fprintf(all[table], format+"\n", args...)
	}
	for _, box := range r.Mailboxes {
		line("folders", "%s %s", box, box)
	}
	for class, domains := range r.Classes() {
		line(class, "<> OK")
		for _, d := range domains {
			line(class, "%s OK", d)
		}
	}
	told := map[string]bool{}
	for _, p := range r.Peers {
		if !told[p.Class()] {
			told[p.Class()] = true
			line("operators", "%s %s", Fingerprint(p.Listed), p.Class())
		}
		line("transport", "%s smtp:%s", p.Domain, p.NextHop)
		level := "fingerprint match=" + Fingerprint(p.Listed)
		if r.Is("sends-to-named") {
			level = "secure match=" + p.Server
		}
		line("policy", "%s %s", p.NextHop, level)
	}
	texts := map[string]string{}
	for name, b := range all {
		texts[name] = b.String()
	}
	return texts
}

// filled fills a template.
func (r *Relay) filled(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := template.Must(template.New("relay").Parse(text)).Execute(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Mailbox is what a mailbox holds, in the mbox format.
func (r *Relay) Mailbox(address string) []byte {
	raw, err := os.ReadFile(filepath.Join(r.Dir, "mail", filepath.Base(address)))
	if err != nil {
		return nil // nothing has come
	}
	return raw
}
