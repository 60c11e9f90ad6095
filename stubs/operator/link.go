package operator

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"time"
)

// protocol is which protocol a link holds the line of.
type protocol int

const (
	imapLink protocol = iota
	smtpLink
)

// link is the connection of a client, between the wire and the library that serves it: it holds the clear phase and
// STARTTLS, hands the library one line at a time, and edits what the library says. So an operator may say and hear what
// no library would.
type link struct {
	net.Conn // the TCP connection: for deadlines, and to end it
	operator *Operator
	protocol protocol
	line     linePolicy

	in        *bufio.Reader
	wire      net.Conn // TCP, or TLS over it
	secured   *tls.ConnectionState
	pending   []byte
	part      bool      // what was read last had no end of line
	greeted   bool      // SMTP: EHLO was said since the line was secured
	data      bool      // SMTP: a message is being sent
	mailing   bool      // SMTP: a transaction is open
	answering bool      // SMTP: the client is to answer a challenge
	box       *box      // the mailbox that is open
	closes    bool      // after what is said next
	until     time.Time // when the token of the session expires
	conduct   Conduct
	visit     *Visit
	telling   telling
	fault     Fault // that is committed, where one was armed
}

// maxPiece is what is read of a line at once.
const maxPiece = 64 << 10

// links makes links of the connections that a listener accepts.
type links struct {
	net.Listener
	operator *Operator
	protocol protocol
}

// Accept waits for the next connection.
func (s links) Accept() (net.Conn, error) {
	for {
		conn, err := s.Listener.Accept()
		if err != nil {
			return nil, err
		}
		l := &link{Conn: conn, operator: s.operator, protocol: s.protocol, wire: conn, in: bufio.NewReaderSize(conn, maxPiece)}
		l.line = s.operator.policy.imap
		if s.protocol == smtpLink {
			l.line = s.operator.policy.smtp
		}
		if !s.operator.receives(l) {
			l.tell(true)
			drop(conn)
			continue
		}
		l.line.noTLS = l.line.noTLS || l.conduct.HidesTLS
		return l, nil
	}
}

// Read hands the library what the client says, one line or piece of a line at a time.
func (l *link) Read(p []byte) (int, error) {
	for len(l.pending) == 0 {
		piece, err := l.in.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if len(piece) == 0 {
				return 0, err
			}
			l.pending = bytes.Clone(piece) // the end comes with the next read
			break
		}
		whole := !l.part
		l.part = err != nil
		if l.part {
			l.operator.overrun()
			if whole {
				l.overlong(piece)
			}
		}
		if !whole || l.part {
			l.pending = bytes.Clone(piece) // not a command that a link would know
			continue
		}
		if l.pending, err = l.hear(bytes.Clone(piece)); err != nil {
			return 0, err
		}
	}
	n := copy(p, l.pending)
	l.pending = l.pending[n:]
	return n, nil
}

// Write says what the library says, edited.
func (l *link) Write(p []byte) (int, error) {
	if l.operator.out() {
		return 0, errors.Join(net.ErrClosed, l.Close())
	}
	b := bytes.Clone(p)
	if l.protocol == imapLink {
		b = l.editIMAP(b)
	} else {
		b = l.editSMTP(b)
	}
	if l.line.edit != nil {
		b = l.line.edit(l, b)
	}
	l.told(b)
	if _, err := l.wire.Write(b); err != nil {
		return 0, err
	}
	if l.closes {
		_ = l.Close()
	}
	return len(p), nil
}

// say answers in the place of the library.
func (l *link) say(text string) error {
	l.told([]byte(text))
	_, err := l.wire.Write([]byte(text + "\r\n"))
	return err
}

// hear takes a line of the client: it returns what the library is to hear, nothing if the link answered.
func (l *link) hear(line []byte) ([]byte, error) {
	l.heard(line)
	if l.ends() {
		return nil, errors.Join(io.EOF, l.Close())
	}
	if l.line.hear != nil {
		heard, answered := l.line.hear(l, line)
		if answered {
			return nil, nil
		}
		line = heard
	}
	if l.protocol == imapLink {
		return l.hearIMAP(line)
	}
	return l.hearSMTP(line)
}

// words splits a command line, up to three words.
func words(line []byte) (first, second, rest string) {
	parts := strings.SplitN(strings.TrimRight(string(line), "\r\n"), " ", 3)
	parts = append(parts, "", "")
	return parts[0], parts[1], parts[2]
}

// upgrade answers STARTTLS and makes the handshake. What came in clear behind the command is thrown away (RFC 3207
// §4.2), but by who obeys it.
func (l *link) upgrade(answer string) error {
	behind := make([]byte, l.in.Buffered())
	n, _ := l.in.Read(behind)
	if err := l.say(answer); err != nil {
		return err
	}
	secured, err := l.handshake()
	if err != nil {
		l.noted(func(v *Visit) { v.Handshake = err.Error() })
		return err
	}
	state := secured.ConnectionState()
	l.wire, l.secured, l.greeted = secured, &state, l.greeted && l.line.keepsState
	l.noted(func(v *Visit) { v.TLS = &state })
	l.in = bufio.NewReaderSize(secured, maxPiece)
	if l.line.injected {
		l.in = bufio.NewReaderSize(&sequence{behind[:n], secured}, maxPiece)
	}
	return nil
}

// sequence reads octets, and then a connection.
type sequence struct {
	first []byte
	then  net.Conn
}

// Read reads what is left of the octets, or from the connection.
func (s *sequence) Read(p []byte) (int, error) {
	if len(s.first) > 0 {
		n := copy(p, s.first)
		s.first = s.first[n:]
		return n, nil
	}
	return s.then.Read(p)
}
