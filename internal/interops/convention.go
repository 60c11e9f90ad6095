package interops

import (
	"regexp"
	"slices"
	"time"
)

// Convention is what two or more organisms signed: who they are and which projects bind them.
// It is the only source of trust decisions (K01 to K04).
type Convention struct {
	Name      string     `yaml:"name" json:"name"`
	Organisms []Organism `yaml:"organisms" json:"organisms"`
	Projects  []Project  `yaml:"projects" json:"projects"`
	// Agreement is the act that the parties signed; nil when the file brings together several that it does not tell
	// apart, as that of a bench may: nothing then bounds its projects.
	Agreement *Agreement `yaml:"agreement,omitempty" json:"agreement,omitempty"`
	// Amendments are the avenants, in the order of their numbers.
	Amendments []Amendment `yaml:"amendments,omitempty" json:"amendments,omitempty"`
	// Network is annex 2: how the organisms reach each other.
	Network []Interconnection `yaml:"network,omitempty" json:"network,omitempty"`
	// Documents are the reference documents of the standard with their versions (K06).
	Documents []Document `yaml:"documents,omitempty" json:"documents,omitempty"`
	// Sphere is the sphere of trust of mode S; nil when the convention organises none.
	Sphere *Sphere `yaml:"sphere,omitempty" json:"sphere,omitempty"`
}

// Opened returns every project that the convention opens, in force or not: its own, then those of its sphere. Their
// dates are those that the agreement and the amendments leave to them (K01).
func (c *Convention) Opened() []Project {
	c = c.Settled()
	return slices.Concat(c.Projects, c.Sphere.Projects())
}

// Between returns those of the Opened projects that bind two organisms, in either direction and in the same order,
// without making up those of everybody else.
func (c *Convention) Between(a, b string) []Project {
	binds := func(client, provider string) bool {
		return client == a && provider == b || client == b && provider == a
	}
	c = c.Settled()
	own := slices.DeleteFunc(slices.Clone(c.Projects), func(p Project) bool { return !binds(p.Client, p.Provider) })
	return append(own, c.Sphere.projects(binds)...)
}

// OpenedProject returns the opened project of that name.
func (c *Convention) OpenedProject(name string) (Project, bool) {
	for _, p := range c.Opened() {
		if p.Name == name {
			return p, true
		}
	}
	return Project{}, false
}

// Document is a reference document of the standard, in the version to which the parties adhere (K06).
type Document struct {
	Title   string `yaml:"title" json:"title"`
	Version string `yaml:"version" json:"version"`
}

var documentVersion = regexp.MustCompile(`^v?\d+(\.\d+)*([ -].*)?$`)

// Versioned tells whether the version is one that a document can bear, such as 2.0, and no word in its place (K06).
func (d Document) Versioned() bool { return documentVersion.MatchString(d.Version) }

// Project is one annex 3.x: one mode in one direction between one client and one provider (K02).
type Project struct {
	Name string `yaml:"name" json:"name"`
	// Label is the title of its annex, Object its context, for people to read.
	Label    string `yaml:"label,omitempty" json:"label,omitempty"`
	Object   string `yaml:"object,omitempty" json:"object,omitempty"`
	Mode     Mode   `yaml:"mode" json:"mode"`
	Client   string `yaml:"client" json:"client"`     // Organism.Name
	Provider string `yaml:"provider" json:"provider"` // Organism.Name
	// Start and End bound the life of the project; a zero End means no end. End is exclusive (K01).
	Start Date `yaml:"start,omitempty" json:"start,omitempty"`
	End   Date `yaml:"end,omitempty" json:"end,omitempty"`
	// SAML lists the accepted versions of the VI, "2.0" or "1.1" (V15); the profile's when empty.
	SAML []string `yaml:"saml,omitempty" json:"saml,omitempty"`
	// SOAP lists the agreed SOAP versions, "1.1" or "1.2" (A08); the profile's when empty.
	SOAP []string `yaml:"soap,omitempty" json:"soap,omitempty"`
	// NameIDFormats lists the allowed formats of the user identifier (V05); the profile's when empty.
	NameIDFormats []string `yaml:"nameid_formats,omitempty" json:"nameid_formats,omitempty"`
	// PAGM lists the profiles agreed for the project (V13, K03).
	PAGM []PAGM `yaml:"pagm" json:"pagm"`
	// UnknownPAGM says what is done with an unknown PAGM beside a valid one (V14-N1).
	UnknownPAGM UnknownPAGM `yaml:"unknown_pagm,omitempty" json:"unknown_pagm,omitempty"`
	Services    []Service   `yaml:"services" json:"services"`
	// MessageSignature tells that Body and Timestamp must be signed by the client (A10).
	MessageSignature bool `yaml:"message_signature,omitempty" json:"message_signature,omitempty"`
	// Documents are the reference documents of this project; the convention's when empty (K06).
	Documents []Document `yaml:"documents,omitempty" json:"documents,omitempty"`
}

// DocumentsOf returns the reference documents that hold for a project: its own, else the convention's (K06).
func (c *Convention) DocumentsOf(p Project) []Document {
	if len(p.Documents) > 0 {
		return p.Documents
	}
	return c.Documents
}

// PAGM is a profil applicatif générique métier: an agreed profile that grants operations.
type PAGM struct {
	Name string `yaml:"name" json:"name"`
	// Operations are what the profile opens; all when empty. In mode A, local names of the Body's first element; in
	// modes P and S resources, open to GET and HEAD, or a verb, a space and the resource that is open to it (P09).
	Operations []string `yaml:"operations,omitempty" json:"operations,omitempty"`
}

// UnknownPAGM is the agreed treatment of an unknown PAGM beside a valid one: refuse the VI or ignore the unknown one.
type UnknownPAGM string

// The agreed treatments; the empty value means refuse.
const (
	RefuseUnknownPAGM UnknownPAGM = "refuse"
	IgnoreUnknownPAGM UnknownPAGM = "ignore"
)

// Service is one target of a project.
type Service struct {
	Name string `yaml:"name" json:"name"`
	// Audience is the URI that the VI's Audience must equal, byte for byte (V10).
	Audience string `yaml:"audience" json:"audience"`
	// Classes are the agreed authentication classes (V11); every class of the profile's ladder when empty.
	Classes []string `yaml:"classes,omitempty" json:"classes,omitempty"`
	// MinimumLevel is the name of the lowest level of the ladder that the service accepts (V11); none when empty.
	MinimumLevel string `yaml:"minimum_level,omitempty" json:"minimum_level,omitempty"`
	// User says whether a person stands behind the call (V05-N4, A07).
	User UserContext `yaml:"user,omitempty" json:"user,omitempty"`
	// Availability is the announced opening, in words; MaximumOutage the longest outage announced (K07).
	Availability  string   `yaml:"availability,omitempty" json:"availability,omitempty"`
	MaximumOutage Duration `yaml:"maximum_outage,omitempty" json:"maximum_outage,omitempty"`
}

// UserContext says who may stand behind the calls of a service.
type UserContext string

// The contexts; the empty value means either.
const (
	UserRequired    UserContext = "required"  // always a user
	UserForbidden   UserContext = "forbidden" // purely application context
	UserOrPlainCall UserContext = "either"
)

// Organism returns the organism of that name.
func (c *Convention) Organism(name string) (Organism, bool) {
	i := slices.IndexFunc(c.Organisms, func(o Organism) bool { return o.Name == name })
	if i < 0 {
		return Organism{}, false
	}
	return c.Organisms[i], true
}

// OrganismByIssuer returns the organism whose VIs carry that Issuer.
func (c *Convention) OrganismByIssuer(issuer string) (Organism, bool) {
	i := slices.IndexFunc(c.Organisms, func(o Organism) bool { return o.Issuer == issuer && issuer != "" })
	if i < 0 {
		return Organism{}, false
	}
	return c.Organisms[i], true
}

// Project returns the project of that name.
func (c *Convention) Project(name string) (Project, bool) {
	i := slices.IndexFunc(c.Projects, func(p Project) bool { return p.Name == name })
	if i < 0 {
		return Project{}, false
	}
	return c.Projects[i], true
}

// InForce tells whether the project runs at that instant (K01).
func (p Project) InForce(at time.Time) bool { return within(p.Start, p.End, at) }

// Service returns the service of that name.
func (p Project) Service(name string) (Service, bool) {
	i := slices.IndexFunc(p.Services, func(s Service) bool { return s.Name == name })
	if i < 0 {
		return Service{}, false
	}
	return p.Services[i], true
}

// Agreed returns the agreed PAGM of that name.
func (p Project) Agreed(name string) (PAGM, bool) {
	i := slices.IndexFunc(p.PAGM, func(g PAGM) bool { return g.Name == name })
	if i < 0 {
		return PAGM{}, false
	}
	return p.PAGM[i], true
}
