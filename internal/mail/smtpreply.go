package mail

import (
	"fmt"
	"regexp"
	"strings"
)

// SMTPReply is a reply of an SMTP server (RFC 5321 §4.2).
type SMTPReply struct {
	Code     string // three digits
	Enhanced string // "5.7.8", or nothing (RFC 2034)
	// Lines are the texts of all lines, codes left out.
	Lines []string
}

// OK tells whether the command was accepted and completed.
func (r SMTPReply) OK() bool { return strings.HasPrefix(r.Code, "2") }

// Permanent tells a permanent refusal.
func (r SMTPReply) Permanent() bool { return strings.HasPrefix(r.Code, "5") }

// Text is the last line.
func (r SMTPReply) Text() string {
	if len(r.Lines) == 0 {
		return ""
	}
	return r.Lines[len(r.Lines)-1]
}

// String is the reply in one line.
func (r SMTPReply) String() string {
	return strings.TrimSpace(r.Code + " " + strings.Join(r.Lines, " / "))
}

// replyLine is one line of a reply: code, hyphen or space, text. Only the code is sure to be there.
var replyLine = regexp.MustCompile(`(?s)^([2-5][0-9][0-9])(?:([- ])(.*))?$`)

// enhancedCode begins a text (RFC 3463 §2).
var enhancedCode = regexp.MustCompile(`^[245]\.[0-9]{1,3}\.[0-9]{1,3}(?: |$)`)

// smtpReply reads one reply, of one line or more.
func (c *Conn) smtpReply() (SMTPReply, error) {
	var r SMTPReply
	for range c.limits.Lines {
		raw, err := c.line()
		if err != nil {
			return r, err
		}
		m := replyLine.FindSubmatch(raw)
		if m == nil {
			return r, fmt.Errorf("%w: %q is no reply", ErrMalformed, excerpt(raw))
		}
		if r.Code == "" {
			r.Code = string(m[1])
		} else if r.Code != string(m[1]) {
			return r, fmt.Errorf("%w: one reply has the codes %s and %s", ErrMalformed, r.Code, m[1])
		}
		r.Lines = append(r.Lines, string(m[3]))
		if r.Enhanced == "" {
			r.Enhanced = strings.TrimSuffix(enhancedCode.FindString(string(m[3])), " ")
		}
		if string(m[2]) != "-" {
			return r, nil
		}
	}
	return r, fmt.Errorf("%w of %d lines", ErrTooMuch, c.limits.Lines)
}
