package mta

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"sync"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/pki"
	"etalon/internal/sides/provided"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// account is the mailbox of the candidate as the person who owns it has it: opened with tokens of Pro Santé Connect, over the
// interfaces for mail programs that the candidate declares beside the one under test.
type account struct {
	box      candidate.Mailbox
	provider *provided.Provider
	mu       sync.Mutex
	way      int // among the ways to log in, the one that went through last
}

// box is the candidate's mailbox where a token opens it.
func (s *Side) box() (candidate.Mailbox, bool) {
	i := slices.IndexFunc(s.shared.Mailboxes, func(b candidate.Mailbox) bool { return b.Named(s.declared.Mailbox) })
	if i < 0 || s.shared.Mailboxes[i].Suspended || s.shared.Mailboxes[i].Opener() == "" {
		return candidate.Mailbox{}, false
	}
	return s.shared.Mailboxes[i], true
}

// interfaced tells whether the candidate's mailbox opens to a token over an interface for mail programs.
func (s *Side) interfaced(role candidate.Role) bool {
	_, opens := s.box()
	return opens && s.run.Candidate.Interface(role) != nil
}

// opensAccount starts Pro Santé Connect where an interface for mail programs is declared too.
func (s *Side) opensAccount() *verdict.Trouble {
	box, opens := s.box()
	if !opens || !s.interfaced(candidate.RoleMSSIMAP) && !s.interfaced(candidate.RoleMSSSMTP) {
		return nil
	}
	provider, err := provided.Open(s.run, s.shared.PSC, provided.Mailboxes(s.shared))
	if err != nil {
		return s.Trouble(true, verdict.ReasonMisdeclared, "mssante.psc", err.Error())
	}
	s.account = &account{box: box, provider: provider}
	s.inbox = &inbox{side: s}
	return nil
}

// way is how a token is made and presented: an operator may want either form of the login, and may keep to the older key of
// Pro Santé Connect, which other roles judge.
type way struct {
	twoSteps bool
	key      string
}

// ways are those that are tried, the usual one first.
var ways = []way{{}, {twoSteps: true}, {key: psc.KeySecond}, {twoSteps: true, key: psc.KeySecond}}

var errLogin = errors.New("the login is refused")

// enters logs in on connections that somebody makes, in the ways that there are, until one goes through.
func (a *account) enters(ctx context.Context, connect func() (login func(context.Context, mail.Login) mail.Result, leave func() error, err error)) error {
	a.mu.Lock()
	first := a.way
	a.mu.Unlock()
	var refused error
	for i := range ways {
		n := (first + i) % len(ways)
		token, err := a.provider.Mint(psc.Order{IdNat: a.box.Opener(), Shape: psc.Shape{Key: ways[n].key}})
		if err != nil {
			return err
		}
		login, leave, err := connect()
		if err != nil {
			return err
		}
		l := mail.XOAUTH2(a.box.Address, token.Token)
		l.TwoStep = ways[n].twoSteps
		result := login(ctx, l)
		if result.Outcome == mail.Accepted {
			a.mu.Lock()
			a.way = n
			a.mu.Unlock()
			return nil
		}
		if refused == nil {
			refused = fmt.Errorf("%w: %s %s", errLogin, result.Status, result.Text)
		}
		_ = leave()
	}
	return refused
}

// target is an interface for mail programs.
func (s *Side) target(role candidate.Role) mail.Target {
	address := s.run.Candidate.Interface(role).Address
	return mail.Target{Address: address, Limits: mail.Limits{Wait: s.run.Patience, Bytes: maxRead}, Dial: mail.DialFrom(s.places.Next(address), candidate.Guarded)}
}

// maxRead bounds what is received on one connection to them.
const maxRead = 256 << 20

// anyServer takes any server: the roles of those interfaces judge certificates.
func (s *Side) anyServer() *tls.Config {
	c := pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny)
	c.ServerName = s.shared.Host
	return c
}
