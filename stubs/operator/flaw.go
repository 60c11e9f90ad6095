package operator

import (
	"slices"

	"etalon/internal/bench"
)

// Flaw is one neglect of the mock operator, with the requirements that a report must find failed. A requirement that is
// tried on IMAP and on submission fails on the one or on both.
type Flaw = bench.Flaw[policy]

// Flaws returns every neglect, in the order of the catalogue's groups.
func Flaws() []Flaw {
	return slices.Concat(tlsFlaws(), imapFlaws(), smtpFlaws(), messageFlaws(), tokenFlaws(), introspectionFlaws(), certificateFlaws(), mailboxFlaws())
}

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
