package psc

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/jws"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
)

// Order is a token to be made. The zero one is an honest access token of the first person.
type Order struct {
	// IdNat is whom the token names, whether or not that person can log in; the first when empty.
	IdNat mssante.IdNat `json:"idnat"`
	// Client is to whom it is given, MailClient when empty; Scope what it opens, "openid profile scope_all identity" when empty.
	Client string `json:"client"`
	Scope  string `json:"scope"`
	// Kind is one of oidc's types of tokens, that of an access token when empty; Lifetime in seconds, that of the kind when
	// zero.
	Kind     string `json:"kind"`
	Lifetime int    `json:"lifetime"`
	// Fault is the name of one of oidc.Faults or oidc.Variants; empty for none. Its conduct is played too, until Recover.
	Fault string `json:"fault"`
	Shape
}

// Shape is what a token is given last, whatever it was.
type Shape struct {
	// Claims and Header replace members; one that is null is removed.
	Claims map[string]any `json:"claims"`
	Header map[string]any `json:"header"`
	// Key is one of the Key constants, Algorithm none, HS256 (sealed with the public key in PEM) or that of the key.
	Key       string `json:"key"`
	Algorithm string `json:"algorithm"`
}

// Minted is a token that was made.
type Minted struct {
	Token    string         `json:"token"`
	ID       string         `json:"jti"`
	SHA256   string         `json:"sha256"`
	Header   map[string]any `json:"header"`
	Claims   map[string]any `json:"claims"`
	Fault    string         `json:"fault,omitempty"`
	Violates string         `json:"violates,omitempty"`
	// Answer is what introspection is forced to say of it; empty for the truth.
	Answer oidc.AnswerKind `json:"answer,omitempty"`
}

// shape gives a draft its last form. It refuses a key and an algorithm that are not known.
func (s *Stub) shape(d *oidc.Draft, as Shape) error {
	if as.Key != "" {
		key, err := s.keys.named(as.Key)
		if err != nil {
			return err
		}
		d.SignedBy(key, bench.Entropy())
	}
	switch as.Algorithm {
	case "":
	case jws.None:
		d.Header["alg"], d.Sign = jws.None, jws.Unsigned
	case jws.HS256:
		key, err := s.keys.named(as.Key)
		if err != nil {
			return err
		}
		d.SignedWith(key.PEM())
	default:
		if d.Header["alg"] != as.Algorithm {
			return fmt.Errorf("mint token: algorithm %.40q: want none, HS256, or that of the key, %v", as.Algorithm, d.Header["alg"])
		}
	}
	oidc.Set(d.Claims, as.Claims)
	oidc.Set(d.Header, as.Header)
	return nil
}

// Mint makes a token as it is ordered, and plays the conduct of its fault. It refuses an unknown fault, kind, key and
// algorithm, and a fault that cannot be committed.
func (s *Stub) Mint(o Order) (Minted, error) {
	f, err := faultOf(o.Fault)
	if err != nil {
		return Minted{}, err
	}
	if f.OfFlow() {
		return Minted{}, fmt.Errorf("mint token: fault %q is one of a flow: tell the turn of a client", f.Name)
	}
	signer := o.signer()
	d, err := s.draft(o, signer)
	if err != nil {
		return Minted{}, err
	}
	h, err := s.honest(o.person(s), signer)
	if err != nil {
		return Minted{}, err
	}
	shaped := f
	shaped.Token = func(h oidc.Honest, d *oidc.Draft) error {
		if f.Token != nil {
			if err := f.Token(h, d); err != nil {
				return err
			}
		}
		return s.shape(d, o.Shape)
	}
	token, err := shaped.Make(h, d)
	if err != nil {
		return Minted{}, err
	}
	conduct := f.Settle(h)
	if conduct.Answer.Kind != oidc.AnswerTruth {
		s.force(token, conduct.Answer)
	}
	if about := conduct; about != (oidc.Conduct{Answer: conduct.Answer}) {
		if err := s.Behave(conduct); err != nil {
			return Minted{}, err
		}
	}
	seen := see(token)
	return Minted{token, seen.ID, seen.SHA256, d.Header, d.Claims, f.Name, f.Violates, conduct.Answer.Kind}, nil
}

// faultOf finds a fault, or a variant, by its name; without name there is none.
func faultOf(name string) (oidc.Fault, error) {
	if name == "" {
		return oidc.Fault{}, nil
	}
	all := slices.Concat(oidc.Faults(), oidc.Variants())
	i := slices.IndexFunc(all, func(f oidc.Fault) bool { return f.Name == name })
	if i < 0 {
		return oidc.Fault{}, fmt.Errorf("find fault %.80q: no such name", name)
	}
	return all[i], nil
}

// signer is the published key by which the token is signed before its fault departs from it: an order of the second one
// must not undo the fault.
func (o *Order) signer() string {
	if o.Key == KeySecond && o.Algorithm == "" {
		o.Key = ""
		return KeySecond
	}
	return KeyLive
}

// person is whom the order names.
func (o Order) person(s *Stub) Person {
	if o.IdNat == "" && len(s.config.Persons) > 0 {
		return s.config.Persons[0]
	}
	p, _ := s.person(o.IdNat)
	return p
}

// draft is the honest token of an order, by a key.
func (s *Stub) draft(o Order, signer string) (*oidc.Draft, error) {
	session, err := bench.NewUUID(s.ids)
	if err != nil {
		return nil, err
	}
	life := s.config.Lifetimes.Access
	if o.Kind == oidc.TypeRefresh {
		life = s.config.Lifetimes.Refresh
	}
	if o.Lifetime != 0 {
		life = time.Duration(o.Lifetime) * time.Second
	}
	g := &grant{
		client: Client{ID: cmp.Or(o.Client, MailClient)}, person: o.person(s), session: session, at: s.now().Add(-loginBefore),
		scope: cmp.Or(o.Scope, usualScope),
	}
	claims, err := s.claims(g, life)
	if err != nil {
		return nil, err
	}
	key, err := s.keys.named(signer)
	if err != nil {
		return nil, err
	}
	switch o.Kind {
	case "", oidc.TypeAccess:
	case oidc.TypeID:
		claims = oidc.IDClaims(claims, "")
	case oidc.TypeRefresh:
		d := oidc.NewDraft(oidc.RefreshClaims(claims), key, bench.Entropy())
		d.SignedWith(s.secret)
		delete(d.Header, "kid")
		return d, nil
	default:
		return nil, fmt.Errorf("mint token: kind %.40q: want Bearer, ID or Refresh", o.Kind)
	}
	return oidc.NewDraft(claims, key, bench.Entropy()), nil
}

// Of a token that is made without login: how long ago the person is said to have logged in, and what it opens.
const (
	loginBefore = 30 * time.Second
	usualScope  = "openid profile scope_all identity"
)

// honest is what faults depart from. The keys that are not published are there only where they exist.
func (s *Stub) honest(named Person, signer string) (oidc.Honest, error) {
	h := oidc.Honest{
		Now: s.now(), Issuer: s.Issuer(), ForeignIssuer: s.ForeignIssuer(), Secret: s.secret, Trap: s.Trap(), Rand: bench.Entropy(),
	}
	for _, k := range []struct {
		name string
		into *oidc.Key
	}{{signer, &h.Live}, {KeyRogue, &h.Rogue}, {KeyForeign, &h.Foreign}} {
		var err error
		if *k.into, err = s.keys.named(k.name); err != nil {
			return h, err
		}
	}
	h.Retired, _ = s.keys.named(KeyRetired)
	i := slices.IndexFunc(s.config.Persons, func(p Person) bool { return p.IdNat != named.IdNat })
	if i < 0 {
		return h, fmt.Errorf("mint token: nobody can log in but %s: want another person, of whom faults speak", string(named.IdNat))
	}
	h.Other = s.config.Persons[i].Professional
	return h, nil
}

// claims are those of an honest access token.
func (s *Stub) claims(g *grant, life time.Duration) (map[string]any, error) {
	id, err := bench.NewUUID(s.ids)
	if err != nil {
		return nil, err
	}
	now, p := s.now(), g.person
	return oidc.AccessClaims(mssante.AccessToken{
		ID: id, Issuer: s.Issuer(), Subject: s.subject(p.IdNat), Client: g.client.ID, Session: g.session, Nonce: g.nonce,
		Level: p.LoginLevel(), Scopes: scopes(g.scope), Means: p.LoginMeans(), IdNat: p.IdNat, OtherIDs: p.Identifiers(),
		IssuedAt: now, Expires: now.Add(life), AuthenticatedAt: g.at,
	}), nil
}

// subject is the technical identifier of a person.
func (s *Stub) subject(id mssante.IdNat) string { return "f:" + s.store + ":" + string(id) }
