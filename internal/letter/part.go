package letter

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"net/mail"
	"strings"
)

// Part is one part of a message, its transfer encoding taken off.
type Part struct {
	Type       string // such as "application/zip", in lower case, without parameters
	Parameters map[string]string
	Parent     string // the type of what holds it; "" at the top
	Name       string // of the file; "" when it has none
	Content    []byte
}

// Mixed returns the content type and the body of a message with a text and attachments (RFC 2046 §5.1.3), to be sent as 7bit.
// The boundary is no part of them.
func Mixed(boundary, text string, attachments ...Part) (kind, body string) {
	var b strings.Builder
	fmt.Fprintf(&b, "--%s\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n%s\r\n", boundary, text)
	for _, a := range attachments {
		fmt.Fprintf(&b, "--%s\r\nContent-Type: %s; name=%q\r\nContent-Disposition: attachment; filename=%[3]q\r\nContent-Transfer-Encoding: base64\r\n\r\n%s", boundary, a.Type, a.Name, wrapped(a.Content))
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return fmt.Sprintf("multipart/mixed; boundary=%q", boundary), b.String()
}

// wrapped is base64 in lines of 76 characters.
func wrapped(content []byte) string {
	const width = 76
	var b strings.Builder
	for encoded := base64.StdEncoding.EncodeToString(content); encoded != ""; {
		n := min(len(encoded), width)
		b.WriteString(encoded[:n] + "\r\n")
		encoded = encoded[n:]
	}
	return b.String()
}

// Bounds of what is taken apart.
const (
	maxDepth = 8
	maxParts = 100
)

var (
	errParts = errors.New("want at most 100 parts, eight deep")
	errCut   = errors.New("want a last boundary")
)

// Parts takes a message apart, down to the parts that have none. It fails where it is no message, where it ends within a
// part, or where it has more than it may.
func Parts(raw []byte) ([]Part, error) {
	header, body, ok := Header(raw)
	if !ok {
		return nil, fmt.Errorf("take message apart: %w", errHeader)
	}
	var all []Part
	if err := apart(&all, header, body, "", 0); err != nil {
		return nil, fmt.Errorf("take message apart: %w", err)
	}
	return all, nil
}

// apart takes one part and all below it.
func apart(all *[]Part, header mail.Header, body []byte, parent string, depth int) error {
	kind, parameters := MediaOf(header)
	if boundary := parameters["boundary"]; strings.HasPrefix(kind, "multipart/") && boundary != "" {
		if depth >= maxDepth {
			return errParts
		}
		return between(boundary, body, func(inner []byte) error {
			fields, content, ok := Header(inner)
			if !ok {
				content = inner
			}
			return apart(all, fields, content, kind, depth+1)
		})
	}
	if len(*all) >= maxParts {
		return errParts
	}
	_, disposition := Media(header.Get("Content-Disposition"))
	*all = append(*all, Part{
		Type: kind, Parameters: parameters, Parent: parent, Name: cmp.Or(disposition["filename"], parameters["name"]),
		Content: decoded(header.Get("Content-Transfer-Encoding"), body),
	})
	return nil
}

// MediaOf reads the type of a message or part: that of RFC 2045 §5.2 where it declares none that can be read.
func MediaOf(header mail.Header) (kind string, parameters map[string]string) {
	kind, parameters = Media(header.Get("Content-Type"))
	if before, after, _ := strings.Cut(kind, "/"); before == "" || after == "" {
		return "text/plain", map[string]string{}
	}
	return kind, parameters
}

// between gives what stands between the boundaries of a body to somebody, one after the other (RFC 2046 §5.1.1). The end of
// line before a boundary belongs to it.
func between(boundary string, body []byte, gives func([]byte) error) error {
	begun := -1 // of the part, before the first boundary none
	at := 0
	for line := range bytes.Lines(body) {
		mark := bytes.TrimRight(line, " \t\r\n")
		rest, delimits := bytes.CutPrefix(mark, []byte("--"+boundary))
		last := string(rest) == "--"
		if delimits && (last || len(rest) == 0) {
			if begun >= 0 {
				inner := bytes.TrimSuffix(body[begun:at], []byte("\n"))
				if err := gives(bytes.TrimSuffix(inner, []byte("\r"))); err != nil {
					return err
				}
			}
			if last {
				return nil
			}
			begun = at + len(line)
		}
		at += len(line)
	}
	return errCut
}

// MalwareTest is the test file of antivirus software (EICAR), which harms nobody. It stands in no file of ours in one piece.
func MalwareTest() string {
	return `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + strings.Join([]string{"EICAR", "STANDARD", "ANTIVIRUS", "TEST", "FILE!$H+H*"}, "-")
}

// Mailbox splits what a mailbox file holds into its messages (mbox, RFC 4155, with ">From " for lines that would begin one).
// A text that begins no such file is one message; one of nothing but white space is none.
func Mailbox(raw []byte) [][]byte {
	const from = "From "
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	if !bytes.HasPrefix(raw, []byte(from)) {
		return [][]byte{raw}
	}
	var all [][]byte
	for l := range bytes.Lines(raw) {
		if bytes.HasPrefix(l, []byte(from)) {
			all = append(all, nil)
			continue
		}
		if quoted := bytes.TrimLeft(l, ">"); len(quoted) < len(l) && bytes.HasPrefix(quoted, []byte(from)) {
			l = l[1:]
		}
		all[len(all)-1] = append(all[len(all)-1], l...)
	}
	return all
}

// MailboxFile writes messages as Mailbox reads them.
func MailboxFile(messages [][]byte) []byte {
	var b bytes.Buffer
	for _, m := range messages {
		b.WriteString("From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n")
		for l := range bytes.Lines(m) {
			if bytes.HasPrefix(bytes.TrimLeft(l, ">"), []byte("From ")) {
				b.WriteByte('>')
			}
			b.Write(l)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}
