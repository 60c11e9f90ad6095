package stand

import (
	"slices"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/oidc"
	"etalon/internal/pki"
)

// Relations are who trusts whom in a sandbox.
type Relations struct {
	Members []Playing
	Bonds   []Bond
}

// Playing is an organism, and what the sandbox plays of it.
type Playing struct {
	Name, Title string
	// Qualities are those of a member of the sphere of trust.
	Qualities []interops.Quality
	// Faces are where the sandbox plays it, none where it does not; Faults are those that it is armed with there.
	Faces  []Face
	Faults []Armed
	// Issuer and Recipient are what VIs name it; Identities the subjects of its links and of its signatures.
	Issuer, Recipient string
	TLS, Signature    []interops.Identity
}

// The kinds of bonds.
const (
	BondProject = "project" // VIs, under a project of the convention
	BondTokens  = "tokens"  // tokens of Pro Santé Connect
	BondList    = "list"    // the white list
)

// Bond is what one organism sends another, which trusts it for that.
type Bond struct {
	Kind     string
	From, To string
	// Project is that of the convention, with its dates; zero of another kind.
	Project interops.Project
	InForce bool
}

// Relations tells the organisms that take part, who trusts whom under which project, and which of them the sandbox plays.
func (d *Directory) Relations() Relations {
	convention, now := d.partners.stand.Bench.Convention, d.partners.Clock().Now()
	var s Relations
	for _, p := range convention.Opened() {
		s.Bonds = append(s.Bonds, Bond{Kind: BondProject, From: p.Client, To: p.Provider, Project: p, InForce: p.InForce(now)})
	}
	for _, o := range convention.Organisms {
		s.Members = append(s.Members, d.playing(convention, o))
	}
	s = d.withHealth(s)
	for _, a := range d.partners.Armed() {
		for i := range s.Members {
			if slices.ContainsFunc(s.Members[i].Faces, func(f Face) bool { return f.Role == a.Role && f.Mode == a.Mode }) {
				s.Members[i].Faults = append(s.Members[i].Faults, a)
			}
		}
	}
	return s
}

// playing is an organism of a convention, and what is played of it.
func (d *Directory) playing(convention *interops.Convention, o interops.Organism) Playing {
	one := Playing{Name: o.Name, Title: o.Title(), Issuer: o.Issuer, Recipient: o.Recipient, TLS: o.TLS, Signature: o.Signature}
	if convention.Sphere != nil {
		if m, there := convention.Sphere.Member(o.Name); there {
			one.Qualities = m.Qualities
		}
	}
	for _, f := range d.partners.Faces {
		if f.Organism == o.Name {
			one.Faces = append(one.Faces, f)
		}
	}
	return one
}

// withHealth adds the parties of MSSanté that are played.
func (d *Directory) withHealth(s Relations) Relations {
	h := d.health
	if h == nil {
		return s
	}
	add := func(name, url string, role candidate.Role) {
		one := Playing{Name: name, Title: name, Faces: []Face{{Role: role, Mode: candidate.NoMode, URL: url, Organism: name}}}
		if c, err := h.Stand.Bench.PKI.Credential(name + "/tls"); err == nil {
			one.TLS = []interops.Identity{{Subject: pki.Subject(c.Leaf())}}
		}
		if i := slices.IndexFunc(s.Members, func(p Playing) bool { return p.Name == name }); i >= 0 {
			s.Members[i].Faces = append(s.Members[i].Faces, one.Faces...)
			return
		}
		s.Members = append(s.Members, one)
	}
	add(candidate.PSCOrganism, h.Provider.Issuer()+oidc.PathWallet, RolePSC)
	if h.Operator != nil {
		add(candidate.OperatorOrganism, "imap://"+h.Operator.IMAPAddress(), candidate.RoleMSSIMAP)
		add(candidate.OperatorOrganism, "smtp://"+h.Operator.SMTPAddress(), candidate.RoleMSSSMTP)
		s.Bonds = append(s.Bonds, Bond{Kind: BondTokens, From: candidate.PSCOrganism, To: candidate.OperatorOrganism, InForce: true})
	}
	if h.List != nil {
		add(candidate.WhiteListOrganism, h.List.Listed().URL, RoleWhiteList)
		if h.Operator != nil {
			s.Bonds = append(s.Bonds, Bond{Kind: BondList, From: candidate.WhiteListOrganism, To: candidate.OperatorOrganism, InForce: true})
		}
	}
	return s
}

// RoleWhiteList is the role of who publishes the white list.
const RoleWhiteList candidate.Role = "liste-blanche"
