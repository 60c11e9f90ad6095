package main

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"etalon/cmd/internal/cli"
	"etalon/internal/anatomy"
	"etalon/internal/candidate"
	"etalon/internal/legible"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/resend"
	"etalon/internal/verdict"
)

// line tells a line of a shell that sends the message of an exchange again, or why there is none.
func (r *replaying) line(c verdict.Case, e *verdict.Exchange, evidence func(string) ([]byte, error)) {
	if of := r.sender(); of != "" {
		r.say("pas de ligne équivalente : %s", "no equivalent line: %s", of)
		return
	}
	l, err := r.lineOf(e, evidence)
	if err != nil {
		r.say("pas de ligne équivalente : %s", "no equivalent line: %s", r.lineless(err))
		return
	}
	if r.atWire(c) {
		r.say("la faute de ce cas n'est pas dans les octets du message : la ligne n'en est pas l'équivalent entier", "the fault of this case is not in the octets of the message: the line is not all of it")
	}
	if r.probed() {
		r.say("la ligne seule ne trouve aucune application derrière le candidat : ce qu'il transmet se voit en rejouant le cas, par conformance replay %s %s",
			"the line alone finds no application behind the candidate: what it forwards is seen by playing the case again, with conformance replay %s %s", r.Place, r.Case)
	}
	for _, name := range l.to.Left() {
		r.say("%s : %s ; à donner avant la ligne", "%s: %s; to be given before the line", name, r.left(name, e))
	}
	for i, what := range l.masked {
		r.say("%s : ce que le rapport montre comme %s ; à donner avant la ligne", "%s: what the report shows as %s; to be given before the line", resend.Secret(i), legible.Text(what))
	}
	r.say("ligne équivalente :", "equivalent line:")
	r.say("%s", "%s", l.text)
}

// left is what a variable of the line stands for.
func (r *replaying) left(name string, e *verdict.Exchange) string {
	switch name {
	case "ROOTS":
		return cli.In(r.lang, "fichier PEM des autorités du serveur (pki.trust)", "PEM file of the authorities of the server (pki.trust)")
	case "KEY":
		return cli.In(r.lang, "fichier PEM de la clé de ce certificat", "PEM file of the key of this certificate")
	case "CERT":
		if e.TLS != nil && len(e.TLS.Ours) > 0 {
			return cli.In(r.lang, "fichier PEM du certificat que le banc montrait, ", "PEM file of the certificate that the harness showed, ") + legible.Text(e.TLS.Ours[0])
		}
	}
	return cli.In(r.lang, "fichier PEM du certificat par lequel le client s'ouvrait la boîte (mssante.mailboxes[].certificate)", "PEM file of the certificate by which the client opened the mailbox (mssante.mailboxes[].certificate)")
}

// sender is why no line stands for a message that the candidate sends itself; empty where the harness sends it.
func (r *replaying) sender() string {
	role, _ := candidate.SplitScope(path.Dir(r.Case))
	if role != candidate.RoleClient && role != candidate.RoleLPS {
		return ""
	}
	return fmt.Sprintf(cli.In(r.lang, "c'est le candidat qui envoie, à un partenaire que le banc joue ; rejouez le cas : conformance replay %s %s", "it is the candidate who sends, to a partner that the harness plays; play the case again: conformance replay %s %s"), r.Place, r.Case)
}

// probed tells that a run plays the application behind the candidate, which nobody does for a line alone.
func (r *replaying) probed() bool {
	role, _ := candidate.SplitScope(path.Dir(r.Case))
	switch c := r.subject; role {
	case candidate.RoleProvider:
		return c.Provider != nil && c.Provider.Backend == candidate.BackendProbe
	case candidate.RoleService:
		return c.Service != nil && c.Service.Backend == candidate.BackendProbe
	}
	return false
}

// errNothingSent tells of a case in which the harness sends nothing that is kept, errNowhere of a file without an address for it.
var (
	errNothingSent = verdict.Tell("le banc n'envoie pas de message dans ce cas", "the harness sends no message in this case")
	errNowhere     = verdict.Tell("le fichier du candidat n'en dit pas l'adresse", "the candidate file tells no address of it")
)

// lineless is why there is no line, in words.
func (r *replaying) lineless(err error) string {
	for _, known := range []struct {
		is     error
		fr, en string
	}{
		{errNothingSent, "le banc n'envoie pas de message dans ce cas", "the harness sends no message in this case"},
		{errNowhere, "le fichier du candidat n'en dit pas l'adresse", "the candidate file does not tell its address"},
		{resend.ErrCut, "le message était trop long : l'archive n'en garde que les deux bouts", "the message was too long: the archive keeps both its ends alone"},
		{resend.ErrMixed, "plus fut dit en clair, avant TLS, qu'openssl n'en dit de lui-même", "more was said in clear before TLS than openssl says by itself"},
		{resend.ErrNoRequest, "ce n'est pas une requête HTTP", "it is no request of HTTP"},
	} {
		if errors.Is(err, known.is) {
			return cli.In(r.lang, known.fr, known.en)
		}
	}
	return verdict.InLanguage(err, r.lang)
}

// shellLine is a line of a shell, what it masks, and over what it goes.
type shellLine struct {
	text   string
	masked []string
	to     resend.Link
}

// lineOf makes the line.
func (r *replaying) lineOf(e *verdict.Exchange, evidence func(string) ([]byte, error)) (l shellLine, err error) {
	raw, err := messageOf(e, evidence)
	if err != nil {
		return l, err
	}
	l.to = r.link(e, evidence)
	if d, err := resend.ReadDialogue(raw); err == nil {
		protocol, address := r.mail(strings.HasPrefix(string(raw), "S*") || strings.HasPrefix(string(raw), "C*"))
		if address == "" {
			return l, errNowhere
		}
		if d.ByCertificate() && !l.to.Shown { // a record that does not tell what was shown: the mailbox's own is the honest one
			l.to.Shown = true
			l.to.Certificate, l.to.Key = r.mailboxFiles()
		}
		l.text, l.masked, err = d.Line(protocol, address, l.to)
		return l, err
	}
	request, err := resend.ReadRequest(raw)
	if err != nil {
		return l, err
	}
	l.text, l.masked, err = request.Curl(l.to)
	return l, err
}

// mailboxFiles are the files of the certificate that opens the first mailbox of an application: that of the file, or one of its PKI.
func (r *replaying) mailboxFiles() (certificate, key string) {
	m := r.subject.MSSante
	if m == nil {
		return "", ""
	}
	for _, box := range m.Open(mssante.Application) {
		if box.Certificate != nil {
			return box.Certificate.Certificate, box.Certificate.Key
		}
		if set, err := pki.Load(r.subject.PKI.Dir); err == nil {
			return set.Files(candidate.StructureOrganism(box.Holder) + "/tls")
		}
	}
	return "", ""
}

// messageOf is the message of an exchange as it was recorded.
func messageOf(e *verdict.Exchange, evidence func(string) ([]byte, error)) ([]byte, error) {
	if e == nil || evidence == nil {
		return nil, errNothingSent
	}
	return evidence(e.Request)
}

// mail is the protocol of the role of the case, and where the candidate speaks it.
func (r *replaying) mail(atOnce bool) (protocol, address string) {
	role, _, _ := strings.Cut(r.Case, "/")
	protocol = "smtp"
	if candidate.Role(role) == candidate.RoleMSSIMAP {
		protocol = "imap"
	}
	if at := r.subject.Interface(candidate.Role(role)); at != nil {
		if atOnce {
			return protocol, at.Implicit
		}
		return protocol, at.Address
	}
	if r.subject.MSSOperator != nil {
		address = r.subject.MSSOperator.Address
	}
	return protocol, address
}

// link is how the server of an exchange is reached: by what authorities it is known, and what was shown to it.
func (r *replaying) link(e *verdict.Exchange, evidence func(string) ([]byte, error)) resend.Link {
	to := resend.Link{}
	if e.TLS != nil {
		to = resend.Over(e.TLS, e.TLS.Ours)
	}
	files := r.subject.PKI
	if to.Roots = files.Trust; to.Roots == "" && files.Dir != "" {
		to.Roots = filepath.Join(files.Dir, "roots.pem")
	}
	if to.Shown {
		to.Certificate, to.Key = r.files(e.TLS, evidence)
	}
	return to
}

// files are those of the certificate that was shown: of the candidate file's own, or of its PKI. Empty where it is in none.
func (r *replaying) files(t *verdict.TLS, evidence func(string) ([]byte, error)) (certificate, key string) {
	c := r.subject
	pairs := []*candidate.Pair{c.PKI.Client}
	if c.MSSante != nil {
		for _, box := range c.MSSante.Mailboxes {
			pairs = append(pairs, box.Certificate)
		}
	}
	chain := chainOf(t, evidence)
	for _, p := range pairs {
		if p != nil && len(chain) > 0 && len(p.TLS.Certificate) > 0 && bytes.Equal(p.TLS.Certificate[0], chain[0].Raw) {
			return p.Certificate, p.Key
		}
	}
	if set, err := pki.Load(c.PKI.Dir); c.PKI.Dir != "" && err == nil {
		if name, found := shown(set, chain, t.Ours); found {
			return set.Files(name)
		}
	}
	if len(chain) == 0 && c.PKI.Client != nil {
		return c.PKI.Client.Certificate, c.PKI.Client.Key
	}
	return "", ""
}

// chainOf are the certificates that were shown, as the record keeps them; none where it does not.
func chainOf(t *verdict.TLS, evidence func(string) ([]byte, error)) []*x509.Certificate {
	if t.OurChain == "" || evidence == nil {
		return nil
	}
	raw, err := evidence(t.OurChain)
	if err != nil {
		return nil
	}
	return anatomy.Certificates(raw)
}

// shown is the credential of a set that has that very chain; where the chain is not known, or of a set that was made again, the
// first whose chain has these subjects: the honest one before those that are wrong on purpose.
func shown(set *pki.Set, chain []*x509.Certificate, subjects []string) (string, bool) {
	alike := ""
	for _, name := range set.Names() {
		credential, err := set.Credential(name)
		if err != nil {
			continue
		}
		if len(chain) > 0 && slices.EqualFunc(credential.Chain, chain, (*x509.Certificate).Equal) {
			return name, true
		}
		var own []string
		for _, one := range credential.Chain {
			own = append(own, pki.Subject(one))
		}
		if alike == "" && slices.Equal(own, subjects) {
			alike = name
		}
	}
	return alike, alike != ""
}

// notSent is why a message is not sent again as it is, with what does it.
func (r *replaying) notSent(fr, en string) error {
	return hinted{verdict.Tell("rejeu de %[1]s : %[2]s", "replay %[1]s: %[3]s", r.Case, fr, en), "conformance replay " + r.Place + " " + r.Case, exitUsage}
}
