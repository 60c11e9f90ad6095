package psc

import (
	"fmt"
	"maps"

	"etalon/internal/emitter"
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
	credential, err := s.credential(c.Link)
	if err != nil {
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
	return s.face.open(credential)
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

// Turn tells how the flows of a client go from now on. It refuses a client that is not known.
func (s *Stub) Turn(client string, t Turn) error {
	if _, known := s.find(client); !known {
		return fmt.Errorf("find client %.80q: no such name", client)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turns[client] = t
	return nil
}

func (s *Stub) turn(client string) Turn {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.turns[client]
	t.Callback, t.UserInfo = maps.Clone(t.Callback), maps.Clone(t.UserInfo)
	return t
}
