// Package letter is mail messages as the harness makes and reads them: each bears a marker in its subject, by which it is
// known again wherever it arrives, and is taken apart again there. It also holds the forms of messages that are an attack
// on who takes them.
//
// It sends nothing, and it judges nothing.
package letter

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"
	"time"
)

// Letter is a message in the making.
type Letter struct {
	From, To, Marker string
	Date             time.Time
	Fields           []string // further ones, whole
	Body             string   // lines end with CR and LF
	Encoding         string   // Content-Transfer-Encoding: 7bit when empty
	Type             string   // Content-Type: plain text in UTF-8 when empty
}

// Bytes writes the message.
func (l Letter) Bytes() []byte {
	_, domain, _ := strings.Cut(l.From, "@")
	domain, _, _ = strings.Cut(domain, ",")
	encoding, body, kind := l.Encoding, l.Body, l.Type
	switch encoding {
	case "":
		encoding = "7bit"
	case "base64":
		body = base64.StdEncoding.EncodeToString([]byte(l.Body)) + "\r\n"
	}
	if kind == "" {
		kind = "text/plain; charset=utf-8"
	}
	var b bytes.Buffer
	for _, field := range append([]string{
		"From: " + l.From, "To: " + l.To, "Subject: " + l.Marker, "Date: " + l.Date.Format(time.RFC1123Z),
		fmt.Sprintf("Message-ID: <%s@%s>", l.Marker, domain), "MIME-Version: 1.0",
		"Content-Type: " + kind, "Content-Transfer-Encoding: " + encoding,
	}, l.Fields...) {
		b.WriteString(field + "\r\n")
	}
	b.WriteString("\r\n" + body)
	return b.Bytes()
}

// Sized fills the message up to a size in octets, with short lines.
func (l Letter) Sized(size int) []byte {
	raw := l.Bytes()
	const line = 78
	var b bytes.Buffer
	b.Grow(size)
	b.Write(raw)
	for left := size - b.Len(); left > 0; left = size - b.Len() {
		n := min(left, line)
		if left-n == 1 {
			n-- // no line is shorter than its end
		}
		b.WriteString(strings.Repeat("x", max(n-2, 0)) + "\r\n")
	}
	return b.Bytes()
}

// markerHead begins every marker.
const markerHead = "tf"

// Marker draws the mark of one message.
func Marker(source io.Reader) (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(source, b[:]); err != nil {
		return "", fmt.Errorf("draw marker: %w", err)
	}
	return markerHead + hex.EncodeToString(b[:]), nil
}

// Drawn is what of a marker was drawn: the marker of a second message holds it too.
func Drawn(marker string) string { return strings.TrimPrefix(marker, markerHead) }

// Received is a message that was read.
type Received struct {
	Raw    []byte
	Header mail.Header
	Body   string // decoded, without the ends of line that end it
}

var errHeader = errors.New("want a header")

// Read reads a message; it fails where it has no header.
func Read(raw []byte) (Received, error) {
	header, body, ok := Header(raw)
	if !ok || len(header) == 0 {
		return Received{}, fmt.Errorf("read message: %w", errHeader)
	}
	return Received{raw, header, trimmed(string(decoded(header.Get("Content-Transfer-Encoding"), body)))}, nil
}

// trimmed is a text without the ends of line that end it, which a server may add.
func trimmed(text string) string {
	return strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
}

// Marked tells whether the message bears a marker in its subject.
func (r Received) Marked(marker string) bool {
	return strings.Contains(r.Header.Get("Subject"), marker)
}

// Authors are the addresses of the From fields, in lower case; a field that cannot be read stands as it is.
func (r Received) Authors() []string {
	var all []string
	for _, field := range r.Header["From"] {
		list, err := Addresses(field)
		if err != nil {
			all = append(all, field)
		}
		for _, a := range list {
			all = append(all, strings.ToLower(a.Address))
		}
	}
	return all
}

// IsReport tells whether the message is a delivery report (RFC 6522, RFC 3464).
func (r Received) IsReport() bool {
	kind, parameters := MediaOf(r.Header)
	return kind == "multipart/report" && strings.EqualFold(parameters["report-type"], "delivery-status")
}

// Report tells whether the message is a delivery report about a recipient: one of its parts names him.
func (r Received) Report(recipient string) bool {
	if !r.IsReport() {
		return false
	}
	parts, err := Parts(r.Raw)
	if err != nil {
		parts = []Part{{Content: []byte(r.Body)}}
	}
	return slices.ContainsFunc(parts, func(p Part) bool {
		return strings.Contains(strings.ToLower(string(p.Content)), strings.ToLower(recipient))
	})
}
