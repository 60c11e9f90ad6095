package operator

import (
	"bytes"
	"io"
	"iter"
	"strings"
	"time"
	"unicode"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"
)

// imapSession is an IMAP session on a link; it has folders once a mailbox is open.
type imapSession struct {
	*imapmemserver.UserSession
	operator *Operator
	link     *link
}

// AuthenticateMechanisms are the mechanisms that are offered now.
func (s *imapSession) AuthenticateMechanisms() []string { return s.link.mechanisms() }

// Authenticate begins a login.
func (s *imapSession) Authenticate(mechanism string) (sasl.Server, error) {
	server := s.link.sasl(mechanism)
	if server == nil {
		return nil, &imap.Error{Type: imap.StatusResponseTypeNo, Text: "Unsupported mechanism"}
	}
	return &imapLogin{server, s}, nil
}

// imapLogin opens the folders when a login succeeds.
type imapLogin struct {
	sasl.Server
	session *imapSession
}

// Next goes on with the login.
func (a *imapLogin) Next(response []byte) ([]byte, bool, error) {
	challenge, done, err := a.Server.Next(response)
	if done && err == nil {
		a.session.opens()
	}
	return challenge, done, err
}

func (s *imapSession) opens() { s.UserSession = imapmemserver.NewUserSession(s.link.box.user) }

// Login refuses: a mailbox of the trust space has no password.
func (s *imapSession) Login(user, _ string) error {
	if !s.operator.policy.passwords {
		return s.link.refuse(errRefused)
	}
	b := s.operator.store.find(user)
	if b == nil || !s.operator.enter(b) {
		return s.link.refuse(errRefused)
	}
	s.link.box = b
	s.opens()
	return nil
}

// Close ends the session.
func (s *imapSession) Close() error {
	if s.link.box != nil {
		s.operator.leave(s.link.box)
	}
	if s.UserSession == nil {
		return nil
	}
	return s.UserSession.Close()
}

// Select opens a folder.
func (s *imapSession) Select(folder string, options *imap.SelectOptions) (*imap.SelectData, error) {
	p := &s.operator.policy
	if p.noInbox {
		return nil, &imap.Error{Type: imap.StatusResponseTypeNo, Text: "Not now"}
	}
	data, err := s.UserSession.Select(folder, options)
	if err == nil && p.unstable {
		data.UIDValidity += s.operator.next()
	}
	return data, err
}

// Create makes a folder, no more than a mailbox may have.
func (s *imapSession) Create(folder string, options *imap.CreateOptions) error {
	if s.operator.policy.asciiFolders && strings.ContainsFunc(folder, func(r rune) bool { return r > unicode.MaxASCII }) {
		return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeCannot, Text: "Only ASCII"}
	}
	if s.operator.policy.noFolders || !s.operator.store.take(folderCost) {
		return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeLimit, Text: "No more folders"}
	}
	return s.UserSession.Create(folder, options)
}

// folderCost is what a folder counts for in the store.
const folderCost = 4 << 10

// Append stores a message, within the limits of the store.
func (s *imapSession) Append(folder string, r imap.LiteralReader, options *imap.AppendOptions) (*imap.AppendData, error) {
	if !s.operator.store.take(r.Size()) {
		_, _ = io.Copy(io.Discard, r)
		return nil, &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeOverQuota, Text: "Too big"}
	}
	raw, err := io.ReadAll(r)
	if err != nil && !s.operator.policy.mail.keepsHalf {
		return nil, err // cut short: nothing is stored
	}
	if s.operator.policy.forgetful {
		return &imap.AppendData{UID: 1, UIDValidity: 1}, nil
	}
	return s.UserSession.Append(folder, literal(raw), options)
}

// idlePause is how often a session that waits is told what has come: the library would tell nothing of what comes
// between its prompt and its waiting.
const idlePause = 50 * time.Millisecond

// Idle tells what arrives; before a folder is open, nothing does.
func (s *imapSession) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	if s.UserSession == nil || s.operator.policy.silentIdle {
		<-stop
		return nil
	}
	pace := time.NewTicker(idlePause)
	defer pace.Stop()
	for {
		if err := s.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-stop:
			return nil
		case <-pace.C:
		}
	}
}

// literal makes octets a literal.
func literal(b []byte) imap.LiteralReader { return &octets{bytes.NewReader(b)} }

type octets struct{ *bytes.Reader }

// Size is how many octets there are.
func (o *octets) Size() int64 { return o.Reader.Size() }

// splitNUL yields the fields between NULs.
func splitNUL(b []byte) iter.Seq[string] { return strings.SplitSeq(string(b), "\x00") }
