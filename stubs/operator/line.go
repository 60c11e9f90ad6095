package operator

import (
	"bytes"
	"io"
	"strings"
)

// hearIMAP holds the clear phase of IMAP: no login before TLS (RFC 9051 §6.2), STARTTLS once.
func (l *link) hearIMAP(line []byte) ([]byte, error) {
	tag, command, _ := words(line)
	clear := l.secured == nil
	switch strings.ToUpper(command) {
	case "STARTTLS":
		switch {
		case clear && !l.line.noTLS:
			return nil, l.upgrade(tag + " OK Begin TLS negotiation now")
		case !clear && l.line.dropsAgain:
			return nil, io.ErrUnexpectedEOF
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
	if l.secured != nil {
		return b
	}
	offer := "LITERAL- STARTTLS LOGINDISABLED"
	switch {
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
	command, _, _ := words(line)
	command = strings.ToUpper(command)
	clear := l.secured == nil
	switch command {
	case "EHLO", "HELO":
		l.greeted = true
	case "STARTTLS":
		switch {
		case clear && !l.line.noTLS:
			return nil, l.upgrade("220 2.0.0 Ready to start TLS")
		case !clear && l.line.dropsAgain:
			return nil, io.ErrUnexpectedEOF
		}
		return nil, l.say("503 5.5.1 STARTTLS is not available")
	case "BDAT":
		return nil, l.say("502 5.5.1 BDAT is not implemented")
	case "AUTH":
		switch {
		case clear && !l.line.clearLogin:
			return nil, l.say("538 5.7.11 Encryption required for requested authentication mechanism")
		case !l.greeted:
			return nil, l.say("503 5.5.1 Say EHLO first")
		case l.mailing && !l.operator.policy.mail.lateLogin:
			return nil, l.say("503 5.5.1 AUTH is not allowed during a mail transaction")
		}
	case "MAIL", "RCPT", "DATA", "VRFY":
		switch {
		case clear && !l.line.clearMail:
			return nil, l.say("530 5.7.0 Must issue STARTTLS first")
		case !l.greeted:
			return nil, l.say("503 5.5.1 Say EHLO first")
		}
	}
	return line, nil
}

// editSMTP offers STARTTLS in the clear phase, announces the size, and gives the codes that RFC 4954 §4 wants.
func (l *link) editSMTP(b []byte) []byte {
	if bytes.HasPrefix(b, []byte("354 ")) {
		l.data = true
	}
	if l.data {
		return b
	}
	if l.secured == nil && !l.line.noTLS {
		b = bytes.Replace(b, []byte("250-PIPELINING\r\n"), []byte("250-PIPELINING\r\n250-STARTTLS\r\n"), 1)
	}
	b = bytes.Replace(b, []byte("250-CHUNKING\r\n"), nil, 1)
	b = bytes.Replace(b, []byte("250-SIZE\r\n"), l.operator.sizeLine(), 1)
	return bytes.Replace(b, []byte("454 4.7.0 Invalid base64 data"), []byte("501 5.5.2 Invalid base64 data"), 1)
}
