package letter

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
)

// Part is one part of a message, its transfer encoding taken off.
type Part struct {
	Type    string // such as "application/zip", in lower case, without parameters
	Name    string // of the file; "" when it has none
	Content []byte
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

var errParts = errors.New("want at most 100 parts, eight deep")

// Parts takes a message apart, down to the parts that have none. It fails where it is no message, or more than it may be.
func Parts(raw []byte) ([]Part, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("take message apart: %w", err)
	}
	var all []Part
	if err := apart(&all, field(m.Header), m.Body, 0); err != nil {
		return nil, fmt.Errorf("take message apart: %w", err)
	}
	return all, nil
}

// field reads a field of a header, whichever kind of header it is.
func field(h map[string][]string) func(string) string {
	return func(name string) string {
		if values := h[name]; len(values) > 0 {
			return values[0]
		}
		return ""
	}
}

// apart takes one part and all below it.
func apart(all *[]Part, header func(string) string, body io.Reader, depth int) error {
	kind, parameters, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") && parameters["boundary"] != "" {
		return apartInside(all, multipart.NewReader(body, parameters["boundary"]), depth)
	}
	if len(*all) >= maxParts {
		return errParts
	}
	content, err := io.ReadAll(decoded(header("Content-Transfer-Encoding"), body))
	if err != nil {
		return err
	}
	name := parameters["name"]
	if _, disposition, err := mime.ParseMediaType(header("Content-Disposition")); err == nil && disposition["filename"] != "" {
		name = disposition["filename"]
	}
	*all = append(*all, Part{kind, name, content})
	return nil
}

func apartInside(all *[]Part, parts *multipart.Reader, depth int) error {
	if depth >= maxDepth {
		return errParts
	}
	for {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := apart(all, field(p.Header), p, depth+1); err != nil {
			return err
		}
	}
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
