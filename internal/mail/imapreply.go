package mail

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// IMAPLine is one response of an IMAP server. Its text keeps "{n}" where a literal stood.
type IMAPLine struct {
	Text     string
	Literals [][]byte
}

// Data returns what follows a word of untagged data, such as "CAPABILITY", or false when the line is of another kind.
func (l IMAPLine) Data(word string) (string, bool) {
	first, rest, _ := strings.Cut(l.Text, " ")
	return rest, strings.EqualFold(first, word)
}

// IMAPReply is the answer to one command: a status under its tag, or a request to go on.
type IMAPReply struct {
	Status string // OK, NO, BAD; "+" for a continuation request; BYE or PREAUTH in a greeting
	Code   string // what stands in brackets: "AUTHENTICATIONFAILED"
	Text   string // the rest; all that follows "+ " of a continuation request
	// Untagged are the responses before it, "* " left out.
	Untagged []IMAPLine
	// Strays are tagged responses to commands that were not sent.
	Strays []string
}

// OK tells whether the command was completed.
func (r IMAPReply) OK() bool { return r.Status == "OK" }

// String is the reply in one line.
func (r IMAPReply) String() string {
	if r.Code != "" {
		return r.Status + " [" + r.Code + "] " + r.Text
	}
	return r.Status + " " + r.Text
}

// Find returns the last untagged data of a word, or false.
func (r IMAPReply) Find(word string) (string, bool) {
	for i := len(r.Untagged) - 1; i >= 0; i-- {
		if data, ok := r.Untagged[i].Data(word); ok {
			return data, true
		}
	}
	return "", false
}

// statuses are the words of a status response (RFC 9051 §7.1).
var statuses = map[string]bool{"OK": true, "NO": true, "BAD": true, "BYE": true, "PREAUTH": true}

// imapReply reads up to the status under a tag, or to a continuation request. With the tag "*" it reads a greeting.
func (c *Conn) imapReply(tag string) (IMAPReply, error) {
	var r IMAPReply
	for range c.limits.Lines {
		raw, err := c.line()
		if err != nil {
			return r, err
		}
		if string(raw) == "+" || bytes.HasPrefix(raw, []byte("+ ")) {
			r.Status, r.Text = "+", strings.TrimPrefix(string(raw[1:]), " ")
			return r, nil
		}
		first, rest, ok := strings.Cut(string(raw), " ")
		if !ok || first == "" {
			return r, fmt.Errorf("%w: %q is no response", ErrMalformed, excerpt(raw))
		}
		word, _, _ := strings.Cut(rest, " ")
		word = strings.ToUpper(word)
		switch {
		case first == tag && statuses[word]:
			r.Status, r.Code, r.Text = splitStatus(rest)
			return r, nil
		case first == "*":
			line := IMAPLine{Text: rest}
			if !statuses[word] {
				if line, err = c.literals(rest); err != nil {
					return r, err
				}
			}
			r.Untagged = append(r.Untagged, line)
		case statuses[word]:
			r.Strays = append(r.Strays, string(raw))
		default:
			return r, fmt.Errorf("%w: %q is no response", ErrMalformed, excerpt(raw))
		}
	}
	return r, fmt.Errorf("%w of %d lines", ErrTooMuch, c.limits.Lines)
}

// splitStatus reads "OK [CODE] text" (RFC 9051 §9, resp-cond-state).
func splitStatus(s string) (status, code, text string) {
	status, text, _ = strings.Cut(s, " ")
	if strings.HasPrefix(text, "[") {
		if inside, rest, ok := strings.Cut(text[1:], "]"); ok {
			code, text = inside, strings.TrimPrefix(rest, " ")
		}
	}
	return strings.ToUpper(status), code, text
}

// literals reads the literals that a response holds.
func (c *Conn) literals(text string) (IMAPLine, error) {
	line := IMAPLine{Text: text}
	for {
		n, ok := announced(line.Text)
		if !ok {
			return line, nil
		}
		if len(line.Literals) >= c.limits.Lines {
			return line, fmt.Errorf("%w of %d literals", ErrTooMuch, c.limits.Lines)
		}
		body, err := c.octets(n)
		if err != nil {
			return line, err
		}
		rest, err := c.line()
		if err != nil {
			return line, err
		}
		if len(line.Text)+len(rest) > c.limits.Line {
			return line, fmt.Errorf("%w of %d octets", ErrLine, c.limits.Line)
		}
		line.Literals = append(line.Literals, body)
		line.Text += string(rest)
		if len(rest) == 0 {
			return line, nil
		}
	}
}

// announced reads the length of the literal that a line ends with: "{123}".
func announced(line string) (int64, bool) {
	open := strings.LastIndexByte(line, '{')
	if open < 0 || !strings.HasSuffix(line, "}") {
		return 0, false
	}
	n, err := strconv.ParseUint(line[open+1:len(line)-1], 10, 62)
	return int64(n), err == nil
}

// excerpt is the beginning of a line, for an error.
func excerpt(line []byte) []byte { return line[:min(len(line), 120)] }
