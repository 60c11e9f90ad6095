package mss

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"
)

// letter is a message in the making.
type letter struct {
	from, to, marker string
	date             time.Time
	fields           []string // further ones, whole
	body             string   // lines end with CR and LF
	encoding         string   // Content-Transfer-Encoding: 7bit when empty
}

// bytes writes the message.
func (l letter) bytes() []byte {
	_, domain, _ := strings.Cut(l.from, "@")
	domain, _, _ = strings.Cut(domain, ",")
	encoding, body := l.encoding, l.body
	switch encoding {
	case "":
		encoding = "7bit"
	case "base64":
		body = base64.StdEncoding.EncodeToString([]byte(l.body)) + "\r\n"
	}
	var b bytes.Buffer
	for _, field := range append([]string{
		"From: " + l.from, "To: " + l.to, "Subject: " + l.marker, "Date: " + l.date.Format(time.RFC1123Z),
		fmt.Sprintf("Message-ID: <%s@%s>", l.marker, domain), "MIME-Version: 1.0",
		"Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: " + encoding,
	}, l.fields...) {
		b.WriteString(field + "\r\n")
	}
	b.WriteString("\r\n" + body)
	return b.Bytes()
}

// sized fills a message up to a size in octets, with short lines.
func sized(l letter, size int) []byte {
	raw := l.bytes()
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

// received is a message that was read in a mailbox.
type received struct {
	raw    []byte
	header mail.Header
	body   string // decoded, without the ends of line that end it
}

// readLetter reads a message; it fails where it is none.
func readLetter(raw []byte) (received, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return received{}, fmt.Errorf("read message: %w", err)
	}
	var from io.Reader = m.Body
	switch strings.ToLower(strings.TrimSpace(m.Header.Get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		from = quotedprintable.NewReader(m.Body)
	case "base64":
		from = base64.NewDecoder(base64.StdEncoding, m.Body)
	}
	body, err := io.ReadAll(from)
	if err != nil {
		return received{}, fmt.Errorf("read message: %w", err)
	}
	return received{raw, m.Header, trimmed(string(body))}, nil
}

// trimmed is a text without the ends of line that end it, which a server may add.
func trimmed(text string) string {
	return strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
}

// authors are the addresses of the From fields.
func (r received) authors() []string {
	var all []string
	for _, field := range r.header["From"] {
		list, err := mail.ParseAddressList(field)
		if err != nil {
			all = append(all, field)
		}
		for _, a := range list {
			all = append(all, strings.ToLower(a.Address))
		}
	}
	return all
}

// report tells whether a message is a delivery report (RFC 3464) about a recipient.
func (r received) report(recipient string) bool {
	kind, parameters, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	return err == nil && kind == "multipart/report" && strings.EqualFold(parameters["report-type"], "delivery-status") &&
		strings.Contains(strings.ToLower(r.body), strings.ToLower(recipient))
}
