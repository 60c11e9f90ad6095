package operator

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// hearIMAP holds the clear phase of IMAP: no login before TLS (RFC 9051 §6.2), STARTTLS once.
func (l *link) hearIMAP(line []byte) ([]byte, error) {
	tag, command, _ := words(line)
	clear := l.secured == nil
	switch strings.ToUpper(command) {
	case "STARTTLS":
		switch {
		case clear && l.conduct.RefusesTLS:
			return nil, l.say(tag + " NO TLS is not available now")
		case clear && !l.line.noTLS:
			return nil, l.upgrade(tag + " OK Begin TLS negotiation now")
		case !clear && l.line.dropsAgain:
			return nil, errors.Join(io.ErrUnexpectedEOF, l.Close())
		}
		return nil, l.say(tag + " BAD STARTTLS is not available")
	case "AUTHENTICATE", "LOGIN":
		if clear && !l.line.clearLogin {
			return nil, l.say(tag + " NO [PRIVACYREQUIRED] TLS is required")
		}
	}
	return line, nil
}

// editIMAP tells, in the lists of the clear phase, that STARTTLS is there and login is not.
func (l *link) editIMAP(b []byte) []byte {
	if l.conduct.NoInitial {
		b = bytes.ReplaceAll(b, []byte(" SASL-IR"), nil)
	}
	if l.secured != nil {
		return b
	}
	offer := "LITERAL- STARTTLS LOGINDISABLED"
	switch {
	case l.conduct.HidesTLS || l.conduct.RefusesTLS:
		offer = "LITERAL- AUTH=XOAUTH2"
		if l.conduct.RefusesTLS {
			offer += " STARTTLS"
		}
	case l.line.noTLS:
		offer = "LITERAL- LOGINDISABLED"
	case l.line.clearLogin:
		offer = "LITERAL- STARTTLS"
	}
	return bytes.Replace(b, []byte("LITERAL-"), []byte(offer), 1)
}

// hearSMTP holds the clear phase of submission (RFC 3207 §4), and what the library would let pass: commands without
// EHLO under TLS, bare line feeds in commands, BDAT.
func (l *link) hearSMTP(line []byte) ([]byte, error) {
	if l.data {
		l.data = string(line) != ".\r\n"
		return line, nil
	}
	if !bytes.HasSuffix(line, []byte("\r\n")) {
		return nil, l.say("501 5.5.2 A line ends with CR and LF")
	}
	if l.conduct.ShortLines && len(line) > shortLine && !l.answering {
		return nil, l.say("500 5.5.6 Line too long")
	}
	command, _, _ := words(line)
	command = strings.ToUpper(command)
	l.answering = false
	switch command {
	case "EHLO", "HELO":
		l.greeted = true
	case "STARTTLS":
		return nil, l.startSMTP()
	}
	if refusal := l.untimely(command); refusal != "" {
		return nil, l.say(refusal)
	}
	return line, nil
}

// startSMTP answers STARTTLS.
func (l *link) startSMTP() error {
	switch clear := l.secured == nil; {
	case clear && l.conduct.RefusesTLS:
		return l.say("454 4.7.0 TLS not available due to temporary reason")
	case clear && !l.line.noTLS:
		return l.upgrade("220 2.0.0 Ready to start TLS")
	case !clear && l.line.dropsAgain:
		return errors.Join(io.ErrUnexpectedEOF, l.Close())
	}
	return l.say("503 5.5.1 STARTTLS is not available")
}

// untimely is the refusal of a command that comes too early or never; nothing for one that may go on.
func (l *link) untimely(command string) string {
	clear := l.secured == nil
	login := command == "AUTH"
	switch {
	case command == "BDAT":
		return "502 5.5.1 BDAT is not implemented"
	case !login && !slices.Contains([]string{"MAIL", "RCPT", "DATA", "VRFY"}, command):
		return ""
	case clear && login && !l.line.clearLogin:
		return "538 5.7.11 Encryption required for requested authentication mechanism"
	case clear && !login && !l.line.clearMail:
		return "530 5.7.0 Must issue STARTTLS first"
	case !l.greeted:
		return "503 5.5.1 Say EHLO first"
	case login && l.mailing && !l.operator.policy.mail.lateLogin:
		return "503 5.5.1 AUTH is not allowed during a mail transaction"
	}
	return ""
}

// editSMTP offers STARTTLS in the clear phase, announces the size, and gives the codes that RFC 4954 §4 wants.
func (l *link) editSMTP(b []byte) []byte {
	if bytes.HasPrefix(b, []byte("354 ")) {
		l.data = true
	}
	if l.data {
		return b
	}
	l.answering = bytes.HasPrefix(b, []byte("334"))
	if l.secured == nil && (l.conduct.HidesTLS || l.conduct.RefusesTLS) {
		b = bytes.Replace(b, []byte("250-PIPELINING\r\n"), []byte("250-PIPELINING\r\n250-AUTH XOAUTH2\r\n"), 1)
	}
	if l.secured == nil && !l.line.noTLS {
		b = bytes.Replace(b, []byte("250-PIPELINING\r\n"), []byte("250-PIPELINING\r\n250-STARTTLS\r\n"), 1)
	}
	b = bytes.Replace(b, []byte("250-CHUNKING\r\n"), nil, 1)
	b = bytes.Replace(b, []byte("250-SIZE\r\n"), l.operator.sizeLine(), 1)
	return bytes.Replace(b, []byte("454 4.7.0 Invalid base64 data"), []byte("501 5.5.2 Invalid base64 data"), 1)
}
