// Package missive reads a message of the trust space of MSSanté as whoever receives it does: its fields, its parts, the
// IHE_XDM archive with its documents, and what each departs in from the rules for mail programs. It also makes such
// messages, good and deliberately bad.
//
// It sends nothing and knows no mailbox. What it reads is a partner's: sizes, depths and archives are bounded, and nothing
// is written anywhere.
package missive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"

	"github.com/emersion/go-message"
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
	Parts      []Part
	// Archive is what the first archive of the message holds, nil when there is none; Unreadable why it cannot be read.
	Archive    *Archive
	Unreadable error
}

// Part is one leaf of a message.
type Part struct {
	Type       string
	Parameters map[string]string
	// Parent is the media type of what holds it; "" at the top.
	Parent string
	// Name is that of the file, "" where there is none.
	Name    string
	Content []byte // decoded
}

// Limits of what is read.
const (
	maxMessage = 64 << 20
	maxParts   = 200
	maxDepth   = 10
)

var errParts = errors.New("more parts, or deeper, than a message has")

// Read reads a message. The error tells that it is none: no header, or parts without end.
func Read(raw []byte) (*Missive, error) {
	if len(raw) > maxMessage {
		return nil, fmt.Errorf("read message: %d octets: want %d at most", len(raw), maxMessage)
	}
	top, err := message.Read(bytes.NewReader(raw))
	if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return nil, fmt.Errorf("read message: %w", err)
	}
	l := &Missive{
		MessageIDs: top.Header.Values("Message-ID"), NIL: top.Header.Values("X-MSS-NIL"), CodeCDA: top.Header.Values("X-MSS-CODECDA"),
		INS: top.Header.Values("X-MSS-INS"), MES: top.Header.Values("X-MSS-MES"),
		From: addresses(top.Header, "From"), To: addresses(top.Header, "To"), ReceiptTo: addresses(top.Header, "Disposition-Notification-To"),
		Replies: identifiers(top.Header.Get("In-Reply-To")), References: identifiers(top.Header.Get("References")),
	}
	if l.Subject, err = top.Header.Text("Subject"); err != nil {
		l.Subject = top.Header.Get("Subject")
	}
	l.Type, l.Parameters = kind(top.Header)
	if err := l.parts(top, "", 0); err != nil {
		return nil, fmt.Errorf("read message: %w", err)
	}
	l.open()
	return l, nil
}

// addresses are those of a field; none where it cannot be read.
func addresses(h message.Header, field string) []*mail.Address {
	list, err := mail.ParseAddressList(h.Get(field))
	if err != nil {
		return nil
	}
	return list
}

// identifiers are the words of a field of identifiers.
func identifiers(value string) []string { return strings.Fields(value) }

// kind is the media type that a header declares; that of RFC 2045 §5.2 when it declares none that can be read.
func kind(h message.Header) (string, map[string]string) {
	t, parameters, err := h.ContentType()
	if err != nil || t == "" {
		return "text/plain", map[string]string{}
	}
	return strings.ToLower(t), parameters
}

// parts gathers the leaves below an entity.
func (l *Missive) parts(e *message.Entity, parent string, depth int) error {
	t, parameters := kind(e.Header)
	if depth > maxDepth || len(l.Parts) >= maxParts {
		return errParts
	}
	if several := e.MultipartReader(); several != nil {
		for {
			next, err := several.NextPart()
			switch {
			case errors.Is(err, io.EOF):
				return nil
			case err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err):
				return err
			}
			if err := l.parts(next, t, depth+1); err != nil {
				return err
			}
		}
	}
	content, err := io.ReadAll(io.LimitReader(e.Body, maxMessage))
	if err != nil {
		return fmt.Errorf("decode part %d: %w", len(l.Parts)+1, err)
	}
	_, disposition, _ := e.Header.ContentDisposition()
	name := disposition["filename"]
	if name == "" {
		name = parameters["name"]
	}
	l.Parts = append(l.Parts, Part{Type: t, Parameters: parameters, Parent: parent, Name: decoded(name), Content: content})
	return nil
}

// decoded reads the encoded words that many programs put in the name of a file.
func decoded(name string) string {
	h := message.Header{}
	h.Set("Subject", name)
	if text, err := h.Text("Subject"); err == nil {
		return text
	}
	return name
}

// open reads the archive of the message.
func (l *Missive) open() {
	for _, p := range l.Parts {
		if p.isArchive() {
			l.Archive, l.Unreadable = ReadArchive(p.Content)
			if l.Archive != nil {
				l.Archive.Name = p.Name
			}
			return
		}
	}
}

// isArchive tells an archive by its name or by its type.
func (p Part) isArchive() bool {
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
