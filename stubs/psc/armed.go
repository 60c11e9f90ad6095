package psc

import (
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"sync"

	"etalon/internal/oidc"
)

// armed is the fault of the next exchanges.
type armed struct {
	mu    sync.Mutex
	fault oidc.Fault
	left  int

	tried   sync.Once
	wanting map[string]bool // what could not be committed at first
}

// ErrNotArmable tells that no fault of that name may be armed.
var ErrNotArmable = errors.New("no such fault of Pro Santé Connect's")

// Armable lists the faults that may be committed in the next exchanges: all but those that want a key that was retired, while
// none was.
func (s *Stub) Armable() []oidc.Fault {
	if _, err := s.keys.named(KeyRetired); err == nil {
		return oidc.Faults()
	}
	s.armed.tried.Do(func() { s.armed.wanting = s.wanting() })
	return slices.DeleteFunc(oidc.Faults(), func(f oidc.Fault) bool { return s.armed.wanting[f.Name] })
}

// wanting are the faults that cannot be committed now.
func (s *Stub) wanting() map[string]bool {
	all := map[string]bool{}
	person := Order{}.person(s)
	for _, f := range oidc.Faults() {
		d, err := s.draft(Order{}, KeyLive)
		if err != nil {
			return all
		}
		h, err := s.honest(person, KeyLive)
		if err != nil {
			return all
		}
		if _, err := f.Make(h, d); err != nil {
			all[f.Name] = true
		}
	}
	return all
}

// Arm has a fault committed in the next exchanges that can: a token given, an answer of introspection, the keys read, a step
// of a flow, a connection opened. An empty name disarms. It returns ErrNotArmable.
func (s *Stub) Arm(name string, times int) error {
	f := oidc.Fault{}
	if name != "" {
		all := s.Armable()
		i := slices.IndexFunc(all, func(f oidc.Fault) bool { return f.Name == name })
		if i < 0 {
			return ErrNotArmable
		}
		f = all[i]
	}
	s.armed.mu.Lock()
	before := s.armed.fault
	s.armed.fault, s.armed.left = f, times
	if name == "" {
		s.armed.left = 0
	}
	s.armed.mu.Unlock()
	if ofLink(before) || ofLink(f) {
		s.face.renew() // the next exchange makes a handshake
	}
	return nil
}

// Armed tells which fault is armed, and for how many exchanges more; zero when none is.
func (s *Stub) Armed() (fault string, left int) {
	s.armed.mu.Lock()
	defer s.armed.mu.Unlock()
	if s.armed.left == 0 {
		return "", 0
	}
	return s.armed.fault.Name, s.armed.left
}

// take uses the armed fault once, if it is of that kind.
func (s *Stub) take(kind func(oidc.Fault) bool) (oidc.Fault, bool) {
	s.armed.mu.Lock()
	defer s.armed.mu.Unlock()
	if s.armed.left == 0 || !kind(s.armed.fault) {
		return oidc.Fault{}, false
	}
	s.armed.left--
	return s.armed.fault, true
}

// commits uses the armed fault once, and remembers that this exchange commits it; the zero fault when none is of that kind.
func (v *visit) commits(kind func(oidc.Fault) bool) oidc.Fault {
	f, armed := v.take(kind)
	if armed {
		v.fault = f
	}
	return f
}

// The kinds of faults, by where they are committed.
func ofAccess(f oidc.Fault) bool   { return f.Token != nil || f.Wire != nil }
func ofID(f oidc.Fault) bool       { return f.ID != nil || f.IDWire != nil }
func ofAnswer(f oidc.Fault) bool   { return !ofAccess(f) && f.Conduct.Answer.Kind != oidc.AnswerTruth }
func ofKeys(f oidc.Fault) bool     { return f.Conduct.JWKS != 0 }
func ofLink(f oidc.Fault) bool     { return f.Conduct.Link != "" || f.Conduct.Down }
func ofCallback(f oidc.Fault) bool { return f.Flow.Callback != nil }
func ofUserInfo(f oidc.Fault) bool { return f.Flow.UserInfo != nil }

// ofGrant are the refusals of a grant of that type.
func ofGrant(grantType string) func(oidc.Fault) bool {
	return func(f oidc.Fault) bool {
		return f.Flow.Error != "" && (f.Flow.Grant == "" || f.Flow.Grant == grantType)
	}
}

// renew ends the idle connections.
func (f *face) renew() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.server != nil {
		f.server.SetKeepAlivesEnabled(false)
		f.server.SetKeepAlivesEnabled(true)
	}
}

// jwksStatus is that with which the keys are refused; 0 when they are given.
func (v *visit) jwksStatus() int {
	if f := v.commits(ofKeys); f.Conduct.JWKS != 0 {
		return f.Conduct.JWKS
	}
	return v.behaviour().JWKS
}

// errDown tells that a connection is refused on purpose.
var errDown = errors.New("the connection is refused, as it was armed")

// misbehaves commits the armed fault on a connection that opens, if it is one of the link.
func (s *Stub) misbehaves(c net.Conn) (shown *tls.Certificate, committed bool, err error) {
	f, armed := s.take(ofLink)
	if !armed {
		return nil, false, nil
	}
	s.face.faults.Store(c, f)
	if f.Conduct.Down {
		return nil, true, errors.Join(errDown, c.Close())
	}
	credential, err := s.credential(f.Conduct.Link)
	if err != nil {
		return nil, true, err
	}
	certificate := credential.TLS()
	return &certificate, true, nil
}

// committed is the fault that was committed on a connection; the zero one when none was.
func (f *face) committed(c net.Conn) oidc.Fault {
	if secured, ok := c.(*tls.Conn); ok {
		c = secured.NetConn()
	}
	fault, _ := f.faults.Load(c)
	known, _ := fault.(oidc.Fault)
	return known
}
