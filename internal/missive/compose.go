package missive

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
	"time"
)

// Draft is a message in the making.
type Draft struct {
	// Name and From are the author, To the recipients.
	Name, From string
	To         []string
	Subject    string
	Date       time.Time
	MessageID  string // in brackets; left out when empty
	// Replies and References are those of an answer, in brackets.
	Replies    string
	References []string
	// Fields are further ones, name and value, in order.
	Fields [][2]string
	// Type is the media type of the text and Charset what it is said, and written, in; text/plain and utf-8 when empty.
	// iso-8859-1 writes it so; any other is only said.
	Type, Charset string
	Text          string
	Files         []File
	// Report makes it a multipart/report of that type; its machine-readable part is Notification.
	Report, Notification string
}

// File is a file: joined to a message, or a member of an archive.
type File struct {
	Name, Type string
	Content    []byte
}

// Bytes writes the message, with a boundary that goes with its identifier.
func (d Draft) Bytes() []byte {
	var b bytes.Buffer
	field := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	from := "<" + d.From + ">"
	if d.Name != "" {
		from = mime.QEncoding.Encode("utf-8", d.Name) + " " + from
		if !strings.HasPrefix(from, "=?") {
			from = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(d.Name) + `" <` + d.From + ">"
		}
	}
	field("From", from)
	field("To", strings.Join(d.To, ", "))
	field("Subject", mime.QEncoding.Encode("utf-8", d.Subject))
	field("Date", d.Date.Format(time.RFC1123Z))
	if d.MessageID != "" {
		field("Message-ID", d.MessageID)
	}
	if d.Replies != "" {
		field("In-Reply-To", d.Replies)
	}
	if len(d.References) > 0 {
		field("References", strings.Join(d.References, "\r\n "))
	}
	for _, f := range d.Fields {
		field(f[0], f[1])
	}
	field("MIME-Version", "1.0")
	if len(d.Files) == 0 && d.Report == "" {
		d.text(func(h textproto.MIMEHeader) { writeHeader(&b, h) }, &b)
		return b.Bytes()
	}
	d.several(&b)
	return b.Bytes()
}

func writeHeader(b *bytes.Buffer, h textproto.MIMEHeader) {
	for _, name := range []string{"Content-Type", "Content-Transfer-Encoding"} {
		fmt.Fprintf(b, "%s: %s\r\n", name, h.Get(name))
	}
	b.WriteString("\r\n")
}

// text writes the text, behind its header.
func (d Draft) text(header func(textproto.MIMEHeader), b *bytes.Buffer) {
	kind, charset := d.Type, d.Charset
	if kind == "" {
		kind = "text/plain"
	}
	if charset == "" {
		charset = "utf-8"
	}
	written := []byte(d.Text)
	if charset == "iso-8859-1" {
		written = latin(d.Text)
	}
	header(textproto.MIMEHeader{"Content-Type": {kind + "; charset=" + charset}, "Content-Transfer-Encoding": {"quoted-printable"}})
	q := quotedprintable.NewWriter(b)
	_, _ = q.Write(written) // a buffer takes every write
	_ = q.Close()
	b.WriteString("\r\n")
}

// latin writes a text in ISO 8859-1.
func latin(text string) []byte {
	var b []byte
	for _, r := range text {
		if r > 0xff {
			r = '?'
		}
		b = append(b, byte(r))
	}
	return b
}

// several writes the parts of a message with files, or of a report.
func (d Draft) several(b *bytes.Buffer) {
	kind := "multipart/mixed"
	if d.Report != "" {
		kind = "multipart/report; report-type=" + d.Report
	}
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	_ = parts.SetBoundary("partie-" + fmt.Sprintf("%x", len(d.Text)) + "-" + plain(d.MessageID))
	part := func(h textproto.MIMEHeader) { _, _ = parts.CreatePart(h) }
	d.text(part, &body)
	if d.Report != "" {
		part(textproto.MIMEHeader{"Content-Type": {"message/" + d.Report}})
		body.WriteString(d.Notification)
	}
	for _, f := range d.Files {
		part(textproto.MIMEHeader{
			"Content-Type": {mime.FormatMediaType(f.Type, map[string]string{"name": f.Name})}, "Content-Transfer-Encoding": {"base64"},
			"Content-Disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": f.Name})},
		})
		encode(&body, f.Content)
	}
	_ = parts.Close()
	fmt.Fprintf(b, "Content-Type: %s; boundary=\"%s\"\r\n\r\n", kind, parts.Boundary())
	b.Write(body.Bytes())
}

// plain keeps of an identifier what a boundary may hold.
func plain(id string) string {
	var b strings.Builder
	for _, r := range id {
		if r < 0x80 && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9') && b.Len() < 40 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// encode writes base64 in lines.
func encode(b *bytes.Buffer, content []byte) {
	const line = 57
	for len(content) > 0 {
		n := min(line, len(content))
		b.WriteString(base64.StdEncoding.EncodeToString(content[:n]) + "\r\n")
		content = content[n:]
	}
}

// Notification is the machine-readable part of the notification of a message (RFC 8098 §3.1).
func Notification(recipient, original, disposition string) string {
	return "Reporting-UA: lps.test.invalid; Etalon\r\nFinal-Recipient: rfc822; " + recipient + "\r\nOriginal-Message-ID: " + original +
		"\r\nDisposition: " + disposition + "\r\n"
}
