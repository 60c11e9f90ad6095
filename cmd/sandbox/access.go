package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/netutil"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/door"
	"etalon/internal/interops"
)

// entry is how the console is reached: where, under what certificate, and by whom.
type entry struct {
	Listen  string `default:"127.0.0.1:8540" help:"${listen}"`
	TLSCert string `name:"tls-cert" placeholder:"FICHIER" help:"${tlscert}"`
	TLSKey  string `name:"tls-key" placeholder:"FICHIER" help:"${tlskey}"`
	Access  string `placeholder:"FICHIER" help:"${access}"`
}

// gate is an entry that was read.
type gate struct {
	entry
	pair   *tls.Certificate // nil without TLS
	access *candidate.Admission
}

// open reads what the flags name. Beyond this machine nobody enters without TLS, nor without saying who they are.
func (e entry) open() (*gate, error) {
	host, _, err := net.SplitHostPort(e.Listen)
	if err != nil {
		return nil, wrong("sandbox serve --listen 127.0.0.1:8540", "--listen %s : attendu une adresse et un port", "--listen %s: want an address and a port", e.Listen)
	}
	far := host != "localhost" && !net.ParseIP(host).IsLoopback()
	if far && (e.TLSCert == "" || e.Access == "") {
		return nil, wrong("sandbox serve --listen "+e.Listen+" --tls-cert cert.pem --tls-key key.pem --access acces.yaml ; sandbox token NOM --rank operator",
			"--listen %s : hors de la boucle locale, il faut --tls-cert et --access", "--listen %s: beyond loopback, --tls-cert and --access are needed", e.Listen)
	}
	d := &gate{entry: e}
	if e.Access != "" {
		if d.access, err = candidate.LoadAdmission(e.Access, os.Getenv); err != nil {
			return nil, err
		}
	}
	if far && len(d.access.Hosts) == 0 {
		return nil, wrong("hosts: [bac.exemple.test]", "%s : hors de la boucle locale, il faut la clé hosts : les noms par lesquels on appelle la console", "%s: beyond loopback, the key hosts is needed: the names by which the console is called", e.Access)
	}
	d.pair, err = e.certificate()
	return d, err
}

// certificate reads the pair of the console; nil when there is none.
func (e entry) certificate() (*tls.Certificate, error) {
	const hint = "openssl pkey -in key.pem -noout ; openssl x509 -in cert.pem -noout -dates"
	if e.TLSCert == "" && e.TLSKey == "" {
		return nil, nil
	}
	if e.TLSCert == "" {
		return nil, wrong("sandbox serve --tls-cert cert.pem --tls-key "+e.TLSKey, "--tls-key sans --tls-cert : donnez aussi le certificat", "--tls-key without --tls-cert: give the certificate too")
	}
	key := e.TLSKey
	if key == "" {
		key = e.TLSCert
	}
	pair, err := tls.LoadX509KeyPair(e.TLSCert, key)
	switch {
	case err != nil && strings.Contains(err.Error(), "does not match"):
		return nil, wrong(hint, "--tls-key %[2]s : cette clé n'est pas celle du certificat %[1]s", "--tls-key %[2]s: this key is not that of the certificate %[1]s", e.TLSCert, key)
	case err != nil:
		return nil, wrong(hint, "--tls-cert %[1]s, --tls-key %[2]s : paire illisible, attendu des fichiers PEM, la clé non chiffrée", "--tls-cert %s, --tls-key %s: the pair cannot be read, want PEM files, the key unencrypted (%v)", e.TLSCert, key, err)
	}
	if now := bench.Wall(); now.After(pair.Leaf.NotAfter) || now.Before(pair.Leaf.NotBefore) {
		return nil, wrong(hint, "--tls-cert %s : ce certificat vaut du %s au %s, pas maintenant", "--tls-cert %s: this certificate is good from %s to %s, not now", e.TLSCert, pair.Leaf.NotBefore.Format(time.DateOnly), pair.Leaf.NotAfter.Format(time.DateOnly))
	}
	return &pair, nil
}

// maxConnections bounds those that the console holds at once.
const maxConnections = 1000

// listen takes the address of the console.
func (d *gate) listen() (net.Listener, error) {
	l, err := bench.Listen(d.Listen)
	if err != nil {
		return nil, err
	}
	l = netutil.LimitListener(l, maxConnections)
	if d.pair != nil {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*d.pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}})
	}
	return l, nil
}

// url is where the console is, for people: by its first name where it has one.
func (d *gate) url(l net.Listener) string {
	scheme, address := "http", l.Addr().String()
	if d.pair != nil {
		scheme = "https"
		if d.access != nil && len(d.access.Hosts) > 0 {
			_, port, err := net.SplitHostPort(address)
			if err == nil {
				address = net.JoinHostPort(strings.Trim(d.access.Hosts[0], "[]"), port)
			}
		}
	}
	return scheme + "://" + address
}

// tell says what names the certificate does not have.
func (d *gate) tell(s *streams) {
	if d.pair == nil || d.access == nil {
		return
	}
	for _, host := range d.access.Hosts {
		if d.pair.Leaf.VerifyHostname(strings.Trim(host, "[]")) != nil {
			s.say("attention : le certificat de la console n'a pas le nom %s", "beware: the certificate of the console has not the name %s", host)
		}
	}
}

// entrance says who signs in and out, and who is refused.
func (s *streams) entrance(e door.Entrance) {
	why := ""
	if e.Why != "" {
		why = " (" + e.Why + ")"
	}
	who := fmt.Sprintf("%s (%s)", e.Person.Name, e.Person.Rank)
	switch e.What {
	case door.SignedIn:
		s.say("connexion : %s, de %s", "signed in: %s, from %s", who, e.Address)
	case door.SignedOut:
		s.say("déconnexion : %s, de %s", "signed out: %s, from %s", who, e.Address)
	default:
		s.say("connexion refusée, de %s%s", "sign in refused, from %s%s", e.Address, why)
	}
}

// tokenCommand makes a token for the access file.
type tokenCommand struct {
	Name string `arg:"" help:"${tokenname}"`
	Rank string `enum:"operator,vendor,auditor" required:"" help:"${tokenrank}"`
	Days int    `default:"90" help:"${tokendays}"`
}

// nameOfToken is what the schema of the access file takes for a name.
var nameOfToken = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Run prints the token, this once, and the line of the access file that admits who has it: only a digest is kept.
func (c *tokenCommand) Run(_ context.Context, s *streams) error {
	if !nameOfToken.MatchString(c.Name) {
		return wrong("sandbox token editeur-a --rank "+c.Rank, "%q : attendu un nom court, lettres sans accent, chiffres, « - », « _ » et « . »", "%q: want a short name, plain letters, digits, “-”, “_” and “.”", c.Name)
	}
	if c.Days < 1 || c.Days > 3650 {
		return wrong("sandbox token "+c.Name+" --rank "+c.Rank+" --days 90", "--days %d : attendu de 1 à 3650", "--days %d: want 1 to 3650", c.Days)
	}
	token := "etalon_" + bench.NewSecret()
	sum := sha256.Sum256([]byte(token))
	until, err := interops.Date{Time: bench.Wall().UTC().Truncate(24*time.Hour).AddDate(0, 0, c.Days+1)}.MarshalText()
	if err != nil {
		return err
	}
	s.say("jeton, montré cette seule fois : %s", "token, shown this once: %s", token)
	s.say("à mettre sous la clé people du fichier d'accès :", "to be put under the key people of the access file:")
	fmt.Fprintf(s.out, "  - {name: %s, rank: %s, sha256: %q, expires: %s}\n", c.Name, c.Rank, hex.EncodeToString(sum[:]), until)
	return nil
}
