package stand

import (
	"crypto/x509"
	"net/url"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/sso"
)

// roll is what partners note of themselves as they are opened, for who looks them up.
type roll struct {
	groups   []group
	entities []entity
}

// group are the persons that a partner knows in a project; they log in at a page, where there is one.
type group struct {
	project interops.Project
	users   []candidate.User
	login   string
}

// entity is a partner of mode P as its SAML metadata tell of it.
type entity struct {
	organism string
	metadata sso.Metadata
}

// knows notes persons.
func (r *roll) knows(p interops.Project, users []candidate.User, login string) {
	r.groups = append(r.groups, group{p, users, login})
}

// receives notes who takes Responses, and where.
func (r *roll) receives(organism string, convention *interops.Convention, acs func(service string) string) {
	known, _ := convention.Organism(organism)
	m, seen := sso.Metadata{EntityID: known.Recipient, SP: true}, map[string]bool{}
	for _, p := range convention.Opened() {
		for _, s := range p.Services {
			if p.Provider == organism && p.Mode == interops.ModeP && !seen[s.Name] {
				seen[s.Name] = true
				m.ACS = append(m.ACS, sso.Endpoint{Binding: sso.BindingPOST, Location: acs(s.Name)})
			}
		}
	}
	r.entities = append(r.entities, entity{organism, m})
}

// sends notes who sends Responses: persons begin at its addresses, which look at no AuthnRequest.
func (r *roll) sends(p interops.Project, exit string) {
	m := sso.Metadata{IDP: true}
	for _, s := range p.Services {
		m.SSO = append(m.SSO, sso.Endpoint{Binding: sso.BindingRedirect, Location: exit + url.PathEscape(s.Name)})
	}
	r.entities = append(r.entities, entity{p.Client, m})
}

// metadataLife is how long the metadata of a partner are valid.
const metadataLife = 7 * 24 * time.Hour

// Entity is what a partner publishes of itself in SAML.
type Entity struct {
	Organism   string
	EntityID   string
	ValidUntil time.Time
	// Sends tells that it sends Responses, else it takes them; Addresses are where.
	Sends     bool
	Addresses []string
	// Key is the certificate of the signatures.
	Key *x509.Certificate
	// XML is the signed document.
	XML []byte
}

// Entities are the SAML metadata of the partners of mode P, signed now with the keys of the moment (S16).
func (p *Partners) Entities() ([]Entity, error) {
	var all []Entity
	b := p.stand.Bench
	for _, e := range p.roll.entities {
		signer, err := b.PKI.Credential(e.organism + "/signature")
		if err != nil {
			return nil, err
		}
		m := e.metadata
		if m.EntityID == "" {
			known, _ := b.Convention.Organism(e.organism)
			m.EntityID = known.Issuer
		}
		if m.ID, err = bench.NewID(bench.Entropy()); err != nil {
			return nil, err
		}
		now := b.Clock.Now()
		m.Keys, m.ValidUntil = [][]*x509.Certificate{signer.Chain}, now.Add(metadataLife)
		told := Entity{Organism: e.organism, EntityID: m.EntityID, ValidUntil: m.ValidUntil, Sends: m.IDP, Key: signer.Leaf()}
		for _, at := range append(m.ACS, m.SSO...) {
			told.Addresses = append(told.Addresses, at.Location)
		}
		if told.XML, err = m.Build(sso.Sending{Signer: &signer, Rand: bench.Entropy(), Now: now}); err != nil {
			return nil, err
		}
		all = append(all, told)
	}
	return all, nil
}
