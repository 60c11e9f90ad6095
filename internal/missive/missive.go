// Package missive reads a message of the trust space of MSSanté as whoever receives it does: its fields, its parts, the
// IHE_XDM archive with its documents, and what each departs in from the rules for mail programs. It also makes such
// messages, good and deliberately bad.
//
// It sends nothing and knows no mailbox. What it reads is a partner's: sizes, depths and archives are bounded, and nothing
// is written anywhere.
package missive

import (
	"fmt"
	"net/mail"
	"regexp"
	"strings"

	"etalon/internal/letter"
)

// Missive is a message that was read.
type Missive struct {
	// From and To are the addresses of these fields; Subject is decoded.
	From, To []*mail.Address
	Subject  string
	// MessageIDs are the values of all Message-ID fields; References the identifiers of that field, Replies those of
	// In-Reply-To.
	MessageIDs          []string
	Replies, References []string
	// NIL, CodeCDA, INS and MES are the values of all fields X-MSS-NIL, X-MSS-CODECDA, X-MSS-INS and X-MSS-MES.
	NIL, CodeCDA, INS, MES []string
	// ReceiptTo are the addresses of Disposition-Notification-To.
	ReceiptTo []*mail.Address
	// Type is the media type of the message, Parameters its parameters; Parts are its leaves, in order.
	Type       string
	Parameters map[string]string
	Parts      []letter.Part
	// Archive is what the first archive of the message holds, nil when there is none; Unreadable why it cannot be read.
	Archive    *Archive
	Unreadable error
}

// maxMessage is the greatest message that is read.
const maxMessage = 64 << 20

// Read reads a message. The error tells that it is none: no header, parts without end, or an end within a part.
func Read(raw []byte) (*Missive, error) {
	if len(raw) > maxMessage {
		return nil, fmt.Errorf("read message: %d octets: want %d at most", len(raw), maxMessage)
	}
	read, err := letter.Read(raw)
	if err != nil {
		return nil, err
	}
	h := read.Header
	l := &Missive{
		MessageIDs: h["Message-Id"], NIL: h["X-Mss-Nil"], CodeCDA: h["X-Mss-Codecda"], INS: h["X-Mss-Ins"], MES: h["X-Mss-Mes"],
		From: addresses(h, "From"), To: addresses(h, "To"), ReceiptTo: addresses(h, "Disposition-Notification-To"),
		Replies: identifiers(h.Get("In-Reply-To")), References: identifiers(h.Get("References")), Subject: letter.Words(h.Get("Subject")),
	}
	l.Type, l.Parameters = letter.MediaOf(h)
	if l.Parts, err = letter.Parts(raw); err != nil {
		return nil, err
	}
	l.open()
	return l, nil
}

// addresses are those of a field; none where it cannot be read.
func addresses(h mail.Header, field string) []*mail.Address {
	list, err := letter.Addresses(h.Get(field))
	if err != nil {
		return nil
	}
	return list
}

// identifiers are the words of a field of identifiers, which may stand side by side, with comments between them (RFC 5322
// §3.6.4).
func identifiers(value string) []string {
	return strings.Fields(strings.ReplaceAll(comment.ReplaceAllString(value, " "), "><", "> <"))
}

// comment is one that holds no other, outside an identifier.
var comment = regexp.MustCompile(`\([^()<>]*\)`)

// open reads the archive of the message.
func (l *Missive) open() {
	for _, p := range l.Parts {
		if isArchive(p) {
			l.Archive, l.Unreadable = ReadArchive(p.Content)
			if l.Archive != nil {
				l.Archive.Name = p.Name
			}
			return
		}
	}
}

// isArchive tells an archive by its name or by its type.
func isArchive(p letter.Part) bool {
	return strings.HasSuffix(strings.ToLower(p.Name), ".zip") || p.Type == "application/zip" || p.Type == "application/x-zip-compressed"
}

// HasArchive tells whether the message holds an archive, readable or not.
func (l *Missive) HasArchive() bool { return l.Archive != nil || l.Unreadable != nil }

// Text is the first text of the message, in the order of its parts; "" where there is none.
func (l *Missive) Text() string {
	for _, p := range l.Parts {
		if p.Type == "text/plain" && p.Name == "" {
			return string(p.Content)
		}
	}
	return ""
}
