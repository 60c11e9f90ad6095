package mta

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"etalon/internal/bench"
)

// session is the dialogue with one partner.
type session struct {
	server *server
	conn   net.Conn // TCP
	wire   net.Conn // TCP, or TLS over it
	in     *bufio.Reader
	number int
	began  time.Time

	state  *tls.ConnectionState // nil in clear
	failed error                // of the handshake
	hello  string
	from   *string // of the envelope; nil outside a transaction
	with   map[string]string
	to     []recipient
	said   transcript
	ended  bool
}

// recipient is one RCPT TO.
type recipient struct {
	address string
	with    map[string]string
}

// notify tells whether the sender asked to be told of an event: SUCCESS or FAILURE (RFC 3461 §4.1).
func (r recipient) notify(event string) bool {
	asked, ok := r.with["NOTIFY"]
	if !ok {
		return event == "FAILURE"
	}
	for word := range strings.SplitSeq(asked, ",") {
		if strings.EqualFold(word, event) {
			return true
		}
	}
	return false
}

// The replies of a server that has no other reason.
var (
	ok          = reply{250, "2.0.0", "Ok"}
	badSyntax   = reply{501, "5.5.4", "Syntax error in parameters"}
	badSequence = reply{503, "5.5.1", "Bad sequence of commands"}
)

// serve answers command after command.
func (s *session) serve() {
	if !s.say(reply{220, "", s.server.host + " ESMTP TEST"}) {
		return
	}
	for range maxCommands {
		raw, err := s.hear(maxLine)
		if broken(err) {
			return
		}
		if err != nil {
			if !s.say(reply{500, "5.5.6", "Line too long"}) {
				return
			}
			continue
		}
		if !s.obey(strings.TrimRight(string(raw), "\r\n")) {
			return
		}
		s.server.office.noted(s)
	}
}

// obey answers one command; false when the session is over.
func (s *session) obey(command string) bool {
	verb, rest, _ := strings.Cut(command, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		return s.greeted(strings.EqualFold(verb, "EHLO"), rest)
	case "STARTTLS":
		return s.secures()
	case "MAIL":
		return s.mails(rest)
	case "RCPT":
		return s.names(rest)
	case "DATA":
		return s.takes()
	case "RSET":
		s.reset()
		return s.say(ok)
	case "NOOP":
		return s.say(ok)
	case "VRFY":
		return s.say(reply{252, "2.5.2", "Send some mail, I will try"})
	case "QUIT":
		s.say(reply{221, "2.0.0", "Bye"})
		return false
	}
	return s.say(reply{500, "5.5.2", "Command not recognised"})
}

func (s *session) reset() { s.from, s.with, s.to = nil, nil, nil }

func (s *session) greeted(extended bool, name string) bool {
	if name == "" {
		return s.say(badSyntax)
	}
	s.reset()
	s.hello = name
	if !extended {
		return s.say(reply{250, "", s.server.host})
	}
	lines := append([]string{s.server.host}, s.server.office.offers()...)
	if s.state == nil && s.server.office.security() != nil {
		lines = append(lines, "STARTTLS")
	}
	var b bytes.Buffer
	for i, l := range lines {
		separator := "-"
		if i == len(lines)-1 {
			separator = " "
		}
		fmt.Fprintf(&b, "250%s%s\r\n", separator, l)
	}
	return s.write(b.Bytes())
}

// secures answers STARTTLS, and makes the handshake. What came behind the command is thrown away (RFC 3207 §4.2).
func (s *session) secures() bool {
	config := s.server.office.security()
	if s.state != nil || config == nil {
		return s.say(reply{503, "5.5.1", "STARTTLS is not offered"})
	}
	if !s.say(reply{220, "2.0.0", "Ready to start TLS"}) {
		return false
	}
	_, _ = s.in.Discard(s.in.Buffered())
	bounded, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	secured := tls.Server(s.conn, config)
	if err := secured.HandshakeContext(bounded); err != nil {
		s.failed = err
		return false
	}
	state := secured.ConnectionState()
	s.state, s.wire, s.in, s.hello = &state, secured, bufio.NewReaderSize(secured, maxLine), ""
	s.reset()
	return true
}

// mails answers MAIL FROM.
func (s *session) mails(rest string) bool {
	from, with, err := path(rest, "FROM:")
	switch {
	case s.hello == "" || s.from != nil:
		return s.say(badSequence)
	case err != nil:
		return s.say(badSyntax)
	}
	s.from, s.with = &from, with
	if refused := s.server.office.mail(s); !refused.ok() {
		s.reset()
		return s.say(*refused)
	}
	return s.say(reply{250, "2.1.0", "Ok"})
}

// names answers RCPT TO.
func (s *session) names(rest string) bool {
	to, with, err := path(rest, "TO:")
	switch {
	case s.from == nil:
		return s.say(badSequence)
	case err != nil || to == "":
		return s.say(badSyntax)
	case len(s.to) >= maxRecipients:
		return s.say(reply{452, "4.5.3", "Too many recipients"})
	}
	r := recipient{to, with}
	if refused := s.server.office.rcpt(s, r); !refused.ok() {
		return s.say(*refused)
	}
	s.to = append(s.to, r)
	return s.say(reply{250, "2.1.5", "Ok"})
}

// takes answers DATA and reads the message.
func (s *session) takes() bool {
	if len(s.to) == 0 {
		return s.say(badSequence)
	}
	if !s.say(reply{354, "", "End data with <CR><LF>.<CR><LF>"}) {
		return false
	}
	raw, whole, err := s.message()
	if err != nil {
		return false
	}
	answer := s.server.office.data(s, raw, whole)
	s.reset()
	return s.say(answer)
}

var errPath = errors.New("want a path between angle brackets")

// path reads "FROM:<address> PARAMETERS" (RFC 5321 §4.1.2).
func path(text, prefix string) (address string, with map[string]string, err error) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return "", nil, errPath
	}
	inside, found := strings.CutPrefix(strings.TrimLeft(text[len(prefix):], " "), "<")
	address, rest, closed := strings.Cut(inside, ">")
	if !found || !closed || strings.ContainsAny(address, " <\r\n\x00") || rest != "" && rest[0] != ' ' {
		return "", nil, errPath
	}
	with = map[string]string{}
	for word := range strings.FieldsSeq(rest) {
		name, value, _ := strings.Cut(word, "=")
		with[strings.ToUpper(name)] = value
	}
	return address, with, nil
}

// announced is the size that a sender declares; zero when none.
func (s *session) announced() int {
	n, err := strconv.Atoi(s.with["SIZE"])
	if err != nil {
		return 0
	}
	return n
}

// message reads a message up to its end, dots unstuffed; whole is false when it is longer than what is kept.
func (s *session) message() (raw []byte, whole bool, err error) {
	bare := s.server.office.bare()
	whole, fresh := true, true // fresh: at the beginning of a line
	var b bytes.Buffer
	for {
		if err := s.conn.SetDeadline(bench.Wall().Add(bench.Patience(patience))); err != nil {
			return nil, false, err
		}
		part, err := s.in.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, false, err
		}
		if fresh && ends(part, bare) {
			s.said.add(false, []byte(fmt.Sprintf("(%d octets)\r\n.\r\n", b.Len())))
			return b.Bytes(), whole, nil
		}
		if fresh && part[0] == '.' {
			part = part[1:]
		}
		if whole = whole && b.Len()+len(part) <= maxMessage; whole {
			b.Write(part)
		}
		fresh = bytes.HasSuffix(part, []byte("\r\n")) || bare && bytes.HasSuffix(part, []byte("\n"))
	}
}

// ends tells the line that ends a message.
func ends(line []byte, bare bool) bool {
	return string(line) == ".\r\n" || bare && string(line) == ".\n"
}

// hear reads a line from the partner.
func (s *session) hear(limit int) ([]byte, error) {
	if err := s.conn.SetDeadline(bench.Wall().Add(bench.Patience(patience))); err != nil {
		return nil, err
	}
	raw, err := line(s.in, limit)
	s.said.add(false, raw)
	return raw, err
}

// say answers; false when it cannot.
func (s *session) say(r reply) bool { return s.write([]byte(r.String() + "\r\n")) }

func (s *session) write(b []byte) bool {
	s.said.add(true, b)
	_, err := s.wire.Write(b)
	return err == nil
}

// transcript is what was said in a session, up to a limit.
type transcript struct{ bytes.Buffer }

// maxSaid is how much of a session is kept.
const maxSaid = 64 << 10

func (t *transcript) add(ours bool, b []byte) {
	if t.Len()+len(b) > maxSaid || len(b) == 0 {
		return
	}
	mark := "C: "
	if ours {
		mark = "S: "
	}
	for l := range bytes.Lines(b) {
		t.WriteString(mark)
		t.Write(bytes.TrimRight(l, "\r\n"))
		t.WriteByte('\n')
	}
}
