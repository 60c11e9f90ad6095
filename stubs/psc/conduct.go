package psc

import (
	"cmp"
	"fmt"
	"maps"

	"etalon/internal/emitter"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
)

// Force makes introspection answer so about a token from now on, or about every token that is not told of by itself where
// the token is "*". The truth ends that. It refuses an answer that is not one.
func (s *Stub) Force(token string, a oidc.Answer) error {
	if err := a.Check(); err != nil {
		return err
	}
	s.force(token, a)
	return nil
}

func (s *Stub) force(token string, a oidc.Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := Digest(token)
	if a.Kind == oidc.AnswerTruth {
		_, _ = s.answers.Take(key)
		return
	}
	s.answers.Put(key, a)
}

// forced is the answer about a token.
func (s *Stub) forced(token string) oidc.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a, there := s.answers.Get(Digest(token)); there {
		return a
	}
	a, _ := s.answers.Get(Digest(everyToken))
	return a
}

// everyToken stands for any token in Force.
const everyToken = "*"

// Behave makes the services behave so from now on: the keys out of reach, another certificate, no connection. Its answer
// is not looked at: that is Force's. It refuses an unknown certificate; where the address cannot be taken again, the
// services stay closed.
func (s *Stub) Behave(c oidc.Conduct) error {
	c.Answer = oidc.Answer{}
	if _, err := s.credential(c.Link); err != nil {
		return err
	}
	if c.JWKS != 0 && (c.JWKS < 400 || c.JWKS > 599) {
		return fmt.Errorf("refuse keys: status %d: want 400 to 599", c.JWKS)
	}
	s.behaving.Lock()
	defer s.behaving.Unlock()
	s.mu.Lock()
	before := s.conduct
	s.conduct = c
	s.mu.Unlock()
	if before.Link == c.Link && before.Down == c.Down {
		return nil
	}
	if err := s.face.close(); err != nil || c.Down {
		return err
	}
	return s.face.open(s.shown(c.Link))
}

func (s *Stub) behaviour() oidc.Conduct {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conduct
}

// Recover makes the services honest again, about every token, and forgets the turns of flows. Keys stay as they are.
func (s *Stub) Recover() error {
	s.mu.Lock()
	s.answers = emitter.Memory[oidc.Answer]{}
	clear(s.turns)
	s.mu.Unlock()
	return s.Behave(oidc.Conduct{})
}

// Turn is how the flows of one client go wrong from now on, for those who test a program of professionals (PSC-03 to
// PSC-26). The zero one is honest.
type Turn struct {
	// IdNat is the person whose flows go so; anybody when empty. A turn of one person stands before that of anybody.
	IdNat mssante.IdNat `json:"idnat"`
	// Fault is the name of one of oidc.Faults or oidc.Variants that are of a flow; empty for none. What follows is laid over it.
	Fault string `json:"fault"`
	// Callback replaces parameters of the way back from the login (code, state, iss, error …); one that is null is removed.
	Callback map[string]any `json:"callback"`
	// ID and Access give the tokens their last shape.
	ID     Shape `json:"id_token"`
	Access Shape `json:"access_token"`
	// UserInfo replaces members of what is said of the person.
	UserInfo map[string]any `json:"userinfo"`
	// Error is the code with which the token endpoint refuses; Grant that of the grant alone which it refuses, any when empty.
	Error string `json:"error"`
	Grant string `json:"grant"`
}

// turnKey is whose turn it is.
type turnKey struct {
	client string
	person mssante.IdNat
}

// Turn tells how the flows of a client go from now on. It refuses a client that is not known, and a fault that is not of a
// flow.
func (s *Stub) Turn(client string, t Turn) error {
	if _, known := s.find(client); !known {
		return fmt.Errorf("find client %.80q: no such name", client)
	}
	if f, err := faultOf(t.Fault); err != nil || t.Fault != "" && !f.OfFlow() {
		return cmp.Or(err, fmt.Errorf("find fault %.80q: it is one of a token: want one of a flow", t.Fault))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turns[turnKey{client, t.IdNat}] = t
	return nil
}

// turn is how the flows of a client go for a person, with the fault that it plays.
func (s *Stub) turn(client string, person mssante.IdNat) (Turn, oidc.Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, own := s.turns[turnKey{client, person}]
	if !own {
		t = s.turns[turnKey{client, ""}]
	}
	t.Callback, t.UserInfo = maps.Clone(t.Callback), maps.Clone(t.UserInfo)
	f, _ := faultOf(t.Fault) // it was found when the turn was told
	return t, f
}

// departures are the parameters of a way back that are not honest.
func (s *Stub) departures(client string, person mssante.IdNat) (map[string]any, error) {
	t, f := s.turn(client, person)
	all := map[string]any{}
	if f.Flow.Callback != nil {
		p, _ := s.person(person)
		h, err := s.honest(p, KeyLive)
		if err != nil {
			return nil, err
		}
		all = f.Flow.Callback(h)
	}
	maps.Copy(all, t.Callback)
	return all, nil
}

// refuses is the code with which a grant of a type is refused; empty when it is not.
func (s *Stub) refuses(client string, person mssante.IdNat, grantType string) string {
	t, f := s.turn(client, person)
	for _, r := range []struct{ code, grant string }{{t.Error, t.Grant}, {f.Flow.Error, f.Flow.Grant}} {
		if r.code != "" && (r.grant == "" || r.grant == grantType) {
			return r.code
		}
	}
	return ""
}
