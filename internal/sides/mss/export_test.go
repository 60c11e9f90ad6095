package mss

import (
	"context"
	"slices"
	"time"

	"etalon/internal/mail"
	"etalon/internal/scenario"
)

// What the tests look at from outside.
var (
	Malformed = malformed
	Inverted  = inverted
)

// Letter is a message of a size, from one address to another; no size leaves it as it is.
func Letter(from, to, marker, body, encoding string, size int, fields ...string) []byte {
	l := letter{from: from, to: to, marker: marker, date: time.Unix(0, 0).UTC(), body: body, encoding: encoding, fields: fields}
	if size > 0 {
		return sized(l, size)
	}
	return l.bytes()
}

// Read reads a message: who wrote it, what it says, and whether it is a delivery report about a recipient.
func Read(raw []byte, recipient string) (authors []string, body string, report bool, err error) {
	r, err := readLetter(raw)
	if err != nil {
		return nil, "", false, err
	}
	return r.authors(), r.body, r.report(recipient), nil
}

// Departs tells how a message of a variant departs, on its arrival, from what was sent.
func Departs(variant string, sent, arrived []byte) (string, error) {
	got, err := readLetter(arrived)
	if err != nil {
		return "", err
	}
	return messageVariants()[variant].departs(&submitted{posting: posting{message: sent}}, got), nil
}

// PostOutside hands a message to a recipient outside the trust space over a session; it tells whether it was taken, and
// what was answered.
func PostOutside(ctx context.Context, c *mail.SMTP, sender string) (taken bool, told string) {
	s := smtpTalk{SMTP: c}.postOutside(ctx, sender, "tf00", []byte("Subject: essai\r\n\r\nbonjour\r\n"))
	return s.taken(), s.told()
}

// Words are what a refusal of a mailbox says.
func Words(box string, r mail.Result) string {
	return (&attempt{box: box, result: r}).words()
}

// Hasty is the domain with waits that last no longer than d.
func Hasty(d time.Duration) scenario.Domain {
	hasty := Domain()
	side := hasty.Side
	hasty.Side = func(r *scenario.Run, scope string) (scenario.Side, error) {
		made, err := side(r, scope)
		if s, ok := made.(*Side); ok {
			s.waits = waits{silence: d, idleIMAP: d, idleSMTP: d, beyond: d, settling: d}
		}
		return made, err
	}
	return hasty
}

// Tokenless lists the requirements that are tried where certificates alone open mailboxes.
func Tokenless() []string { return slices.Clone(tokenless) }
