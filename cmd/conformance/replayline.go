package main

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"

	"etalon/cmd/internal/cli"
	"etalon/internal/candidate"
	"etalon/internal/legible"
	"etalon/internal/pki"
	"etalon/internal/resend"
	"etalon/internal/verdict"
)

// line tells a line of a shell that sends the message of an exchange again, or why there is none.
func (r *replaying) line(c verdict.Case, e *verdict.Exchange, evidence func(string) ([]byte, error)) {
	text, masked, err := r.lineOf(e, evidence)
	if err != nil {
		r.say("pas de ligne équivalente : %s", "no equivalent line: %s", err)
		return
	}
	if r.atWire(c) {
		r.say("la faute de ce cas n'est pas dans les octets du message : la ligne n'en est pas l'équivalent entier", "the fault of this case is not in the octets of the message: the line is not all of it")
	}
	if strings.Contains(text, "EXTERNAL") && !strings.Contains(text, " -cert ") {
		r.say("le client montrait un certificat : ajoutez à la ligne -cert FICHIER et -key FICHIER", "the client showed a certificate: add -cert FILE and -key FILE to the line")
	}
	for i, what := range masked {
		r.say("SECRET_%d : ce que le rapport montre comme %s ; à donner avant la ligne", "SECRET_%d: what the report shows as %s; to be given before the line", i+1, legible.Text(what))
	}
	r.say("ligne équivalente :", "equivalent line:")
	r.say("%s", "%s", text)
}

// errNothingSent tells of a case in which the harness sends nothing that is kept.
var errNothingSent = errors.New("the harness sends no message in this case")

// lineOf makes the line.
func (r *replaying) lineOf(e *verdict.Exchange, evidence func(string) ([]byte, error)) (text string, masked []string, err error) {
	raw, err := messageOf(e, evidence)
	if err != nil {
		return "", nil, err
	}
	to := r.link(e)
	if d, err := resend.ReadDialogue(raw); err == nil {
		protocol, address := r.mail(strings.HasPrefix(string(raw), "S*") || strings.HasPrefix(string(raw), "C*"))
		if address == "" {
			return "", nil, fmt.Errorf("the candidate file tells no address of %s", r.Case)
		}
		return d.Line(protocol, address, to)
	}
	request, err := resend.ReadRequest(raw)
	if err != nil {
		return "", nil, err
	}
	return request.Curl(to)
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
func (r *replaying) link(e *verdict.Exchange) resend.Link {
	files := r.subject.PKI
	to := resend.Link{Roots: files.Trust}
	if to.Roots == "" && files.Dir != "" {
		to.Roots = filepath.Join(files.Dir, "roots.pem")
	}
	if e.TLS == nil {
		return to
	}
	to.ServerName = e.TLS.ServerName
	if net.ParseIP(to.ServerName) != nil {
		to.ServerName = ""
	}
	if files.Dir == "" || len(e.TLS.Ours) == 0 {
		return to
	}
	set, err := pki.Load(files.Dir)
	if err != nil {
		return to
	}
	if name, found := shown(set, e.TLS.Ours); found {
		to.Certificate, to.Key = set.Files(name)
	} else if files.Client != nil {
		to.Certificate, to.Key = files.Client.Certificate, files.Client.Key
	}
	return to
}

// shown is the first credential of a set whose chain has these subjects: the honest one before those that are wrong on purpose.
func shown(set *pki.Set, subjects []string) (string, bool) {
	for _, name := range set.Names() {
		credential, err := set.Credential(name)
		if err != nil {
			continue
		}
		var own []string
		for _, one := range credential.Chain {
			own = append(own, pki.Subject(one))
		}
		if slices.Equal(own, subjects) {
			return name, true
		}
	}
	return "", false
}

// notSent is why a message is not sent again as it is, with what does it.
func (r *replaying) notSent(fr, en string) error {
	return hinted{fmt.Errorf("replay %s: %s", r.Case, cli.In(r.lang, fr, en)), "conformance replay " + r.Place + " " + r.Case, exitUsage}
}
