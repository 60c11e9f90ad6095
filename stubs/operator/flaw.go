package operator

import (
	"slices"
	"strings"

	"etalon/internal/bench"
)

// Flaw is one neglect of the mock operator, with the requirements that a report must find failed. A requirement that is
// tried on IMAP and on submission fails on the one or on both.
type Flaw = bench.Flaw[policy]

// Flaws returns every neglect, in the order of the catalogue's groups.
func Flaws() []Flaw {
	return slices.Concat(tlsFlaws(), imapFlaws(), smtpFlaws(), messageFlaws(), tokenFlaws(), introspectionFlaws(), certificateFlaws(), mailboxFlaws(), sessionFlaws())
}

// The protocols over which an operator is tried.
const (
	IMAP = "IMAP"
	SMTP = "SMTP"
)

// oneSided are the requirements of one protocol that their names do not tell.
var oneSided = map[string]string{
	"TLS-01": IMAP, "TLS-03": IMAP, "TLS-04": IMAP, "TLS-24": IMAP,
	"TLS-02": SMTP, "TLS-05": SMTP, "TLS-06": SMTP, "TLS-22": SMTP, "TLS-23": SMTP,
}

// FlawsOver returns the neglects that show over a protocol, each with the requirements that are tried there.
func FlawsOver(protocol string) []Flaw {
	elsewhere := func(name string) bool {
		side, one := oneSided[name]
		if group, _, ok := strings.Cut(name, "-"); ok && (group == IMAP || group == SMTP) {
			side, one = group, true
		}
		return one && side != protocol
	}
	var all []Flaw
	for _, f := range Flaws() {
		f.Must, f.May = slices.DeleteFunc(f.Must, elsewhere), slices.DeleteFunc(f.May, elsewhere)
		if len(f.Must) > 0 && !elsewhere(f.Name) {
			all = append(all, f)
		}
	}
	return all
}

// shut are the requirements that rest on an honest login: they fail with it.
const shut = "BAL-01 BAL-03 BAL-08 BAL-11 BAL-13 BAL-15 IMAP-03 IMAP-04 IMAP-05 IMAP-20 IMAP-21 IMAP-25 SESS-08 SMTP-02 SMTP-03 SMTP-04 SMTP-05 " +
	"TOK-01 TOK-28 TOK-29 TOK-30 TOK-31 TOK-34 TOK-36 TOK-39 TOK-40 TOK-44 CLI-01 CLI-20 CLI-22"

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// both changes the line of either protocol.
func both(change func(*linePolicy)) func(*policy) {
	return func(p *policy) {
		change(&p.imap)
		change(&p.smtp)
	}
}
