package operator

import (
	"context"
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mssante"
	"etalon/internal/pki"
)

// request is what decides on access to a mailbox.
type request struct {
	box    Mailbox
	person Person
	// certificate is that of the client, nil when there is none.
	certificate *x509.Certificate
}

// mayOpen lets in the owner of a personal mailbox and the delegates of an organisational one. An application's mailbox
// opens to no token.
func mayOpen(r *request) bool {
	return !r.box.Suspended && r.box.OpensTo(r.person.IdNat)
}

// mayOpenByCertificate lets in the applications of the structure that the mailbox belongs to.
func mayOpenByCertificate(r *request) bool {
	return r.box.Type == mssante.Application && !r.box.Suspended &&
		r.certificate != nil && slices.Contains(r.certificate.Subject.OrganizationalUnit, string(r.box.Holder))
}

// Ways for a login to fail.
var (
	errRefused = errors.New("authentication failed")
	errAbsent  = errors.New("no such mailbox") // told by who says too much
	errLater   = errors.New("authentication is not available")
)

// byToken opens the mailbox of a user whose token is good. It returns errRefused, errAbsent or errLater.
func (o *Operator) byToken(user, token string, certificate *x509.Certificate) (*box, error) {
	defer o.queue()()
	ctx, cancel := context.WithTimeout(context.Background(), o.policy.patience)
	defer cancel()
	person, err := o.check(ctx, token)
	if err != nil && !(errors.Is(err, errLater) && o.policy.failsOpen) {
		return nil, err
	}
	if !o.policy.demands(person) {
		return nil, errRefused
	}
	b := o.named(user, person)
	switch {
	case b != nil && (err != nil || o.opens(b, person, certificate)):
		return b, nil
	case b == nil && o.policy.telling:
		return nil, errAbsent
	case b == nil && o.policy.suffixes && strings.Contains(user, "+") && o.store.stranger(person.IdNat) != nil:
		return o.store.stranger(person.IdNat), nil
	case o.policy.swaps && o.own(person) != nil:
		return o.own(person), nil
	}
	return nil, errRefused
}

// named finds the mailbox that a client asks for.
func (o *Operator) named(user string, person Person) *box {
	b := o.store.find(user)
	switch name, domain, _ := cutLast(user, "@"); {
	case b == nil && o.policy.anyDomain && !strings.EqualFold(domain, o.config.Domain):
		return o.store.find(name + "@" + o.config.Domain)
	case user == "" && o.policy.lenient.noUser:
		return o.own(person)
	case b != nil && o.policy.byCase && b.Address != user,
		b != nil && o.policy.firstOnly && b.Type == mssante.Personal && b.Holder == person.IdNat && b != o.own(person):
		return nil
	}
	return b
}

// opens tells whether a person opens a mailbox, by one of the identities that count.
func (o *Operator) opens(b *box, person Person, certificate *x509.Certificate) bool {
	r := request{box: o.store.snapshot(b), person: person, certificate: certificate}
	if o.policy.keepsRights {
		r.box.Delegates = b.granted
	}
	for _, id := range o.policy.identities(person) {
		r.person.IdNat = id
		if o.policy.open(&r) {
			return true
		}
	}
	return false
}

// stranger is the first personal mailbox that a person does not open.
func (s *store) stranger(id mssante.IdNat) *box {
	for _, b := range s.order {
		if m := s.snapshot(b); m.Type == mssante.Personal && !m.OpensTo(id) {
			return b
		}
	}
	return nil
}

// own is the first mailbox that a person opens.
func (o *Operator) own(person Person) *box {
	for _, b := range o.store.order {
		if o.store.snapshot(b).OpensTo(person.IdNat) {
			return b
		}
	}
	return nil
}

// check has a token examined, and overlooks what the operator neglects.
func (o *Operator) check(ctx context.Context, token string) (Person, error) {
	if len(token) > o.policy.maxToken {
		return Person{}, errRefused
	}
	if o.policy.lenient.noAuth && token == "" {
		return Person{}, nil
	}
	person, remembered, spent := o.recall(token)
	if remembered {
		return person, nil
	}
	person, err := o.config.Checker.Check(ctx, token)
	if _, isText := person.Claims["exp"].(string); isText && o.policy.textJams {
		o.jam()
	}
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		if refusal.without(func(rule string) bool { return o.policy.overlooks(rule, refusal.Rules, person) }) != nil {
			return person, errRefused
		}
	case err != nil:
		return person, errLater
	}
	if spent {
		return person, errRefused
	}
	o.remember(token, person)
	return person, nil
}

// recall tells what an operator with a memory knows of a token: whom it named, or that it was used.
func (o *Operator) recall(token string) (person Person, remembered, spent bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	person, remembered = o.known[token]
	return person, remembered, o.spent[token]
}

// remember keeps what an operator with a memory should not.
func (o *Operator) remember(token string, person Person) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.policy.remembers && len(o.known) < maxRemembered {
		o.known[token] = person
	}
	if o.policy.onceOnly && len(o.spent) < maxRemembered {
		o.spent[token] = true
	}
}

// maxRemembered bounds the tokens that an operator with a memory keeps.
const maxRemembered = 10000

// queue has each login wait for the one before, where the operator cannot do two at once (INTR-16).
func (o *Operator) queue() (leave func()) {
	if o.policy.slow == 0 {
		return func() {}
	}
	o.turn.Lock()
	timer := time.NewTimer(o.policy.slow)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-o.ended:
	}
	return o.turn.Unlock
}

// pin keeps what the first certificate of a mailbox has, where the operator wants it of all others; false for one that has
// it not.
func (o *Operator) pin(b *box, certificate *x509.Certificate) bool {
	if o.policy.pinned == nil || certificate == nil {
		return true
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	first, known := o.pins[b.Address]
	if !known {
		first = o.policy.pinned(certificate)
		o.pins[b.Address] = first
	}
	return first == o.policy.pinned(certificate)
}

// byCertificate opens an application's mailbox to its structure. Without a name, it is the first that the certificate
// opens.
func (o *Operator) byCertificate(user string, chain []*x509.Certificate) (*box, error) {
	var leaf *x509.Certificate
	if len(chain) > 0 {
		leaf = chain[0]
		for _, trouble := range o.trust.Verify(chain, pki.UsageClient, bench.Wall()) {
			if !o.policy.pardoned[trouble.Kind] {
				return nil, errRefused
			}
		}
	}
	for _, b := range o.store.order {
		named := user == "" || o.store.find(user) == b
		if named && o.policy.external(&request{box: o.store.snapshot(b), certificate: leaf}) && o.pin(b, leaf) {
			return b, nil
		}
	}
	return nil, errRefused
}
