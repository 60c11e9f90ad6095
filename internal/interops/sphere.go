package interops

import (
	"slices"
	"time"
)

// Sphere is the sphere of trust that a convention of mode S organises (annex 1): its members, and what each
// brings to the others.
type Sphere struct {
	Name    string   `yaml:"name" json:"name"`
	Members []Member `yaml:"members" json:"members"`
}

// Quality is a part that a member plays in its sphere; one member may play several.
type Quality string

// The four qualities of annex 1, table 1.
const (
	IdentificationOperator Quality = "identification"
	AuthenticationOperator Quality = "authentication"
	ServiceOperator        Quality = "service"
	SphereUser             Quality = "user" // its agents or insured persons use the services of the others
)

// Member is an organism in a sphere.
type Member struct {
	Organism  string    `yaml:"organism" json:"organism"` // Organism.Name
	Qualities []Quality `yaml:"qualities" json:"qualities"`
	// Joined is the accession, Left the effect of a denunciation; zero Left means none. Left is exclusive (S15).
	Joined Date `yaml:"joined,omitempty" json:"joined,omitempty"`
	Left   Date `yaml:"left,omitempty" json:"left,omitempty"`
	// AcceptedBy lists the members that agreed to the accession: all those already there must (K04). Founders,
	// who joined first, need nobody.
	AcceptedBy []string `yaml:"accepted_by,omitempty" json:"accepted_by,omitempty"`
	// Identification and Authentication are the means offered, where the member is such an operator.
	Identification []Means `yaml:"identification,omitempty" json:"identification,omitempty"`
	Authentication []Means `yaml:"authentication,omitempty" json:"authentication,omitempty"`
	// Services are those offered, where the member is a service operator, and PAGM the profiles that they know.
	Services []Service `yaml:"services,omitempty" json:"services,omitempty"`
	PAGM     []PAGM    `yaml:"pagm,omitempty" json:"pagm,omitempty"`
}

// Means is a means of identification or of authentication.
type Means struct {
	Name string `yaml:"name" json:"name"`
	// Level is the name of the level of the profile's ladder that the means reaches.
	Level         string `yaml:"level" json:"level"`
	Accessibility string `yaml:"accessibility" json:"accessibility"`
	// MaximumOutage is the longest outage announced (K07); zero when none is.
	MaximumOutage Duration `yaml:"maximum_outage,omitempty" json:"maximum_outage,omitempty"`
}

// Contact is whom a party designates. Test contacts are synthetic.
type Contact struct {
	Name     string `yaml:"name" json:"name"`
	Function string `yaml:"function,omitempty" json:"function,omitempty"`
	Email    string `yaml:"email,omitempty" json:"email,omitempty"`
	Phone    string `yaml:"phone,omitempty" json:"phone,omitempty"`
}

// Plays tells whether the member has a quality.
func (m Member) Plays(q Quality) bool { return slices.Contains(m.Qualities, q) }

// Member returns the member that an organism is.
func (s *Sphere) Member(organism string) (Member, bool) {
	if s == nil {
		return Member{}, false
	}
	i := slices.IndexFunc(s.Members, func(m Member) bool { return m.Organism == organism })
	if i < 0 {
		return Member{}, false
	}
	return s.Members[i], true
}

// InForce tells whether an organism is a member at an instant: it has joined, has not left, and every member
// that was there when it joined has accepted it (K04, S15). What the agreement and the amendments say counts in the
// sphere of a settled convention, as LoadConvention gives it.
func (s *Sphere) InForce(organism string, at time.Time) bool {
	m, ok := s.Member(organism)
	return ok && m.there(at) && len(s.Unaccepting(m)) == 0
}

// there tells whether an instant is within the member's dates.
func (m Member) there(at time.Time) bool { return within(m.Joined, m.Left, at) }

// Unaccepting lists the members that were there before a member joined and have not accepted it (K04). Who was
// not accepted itself has no say.
func (s *Sphere) Unaccepting(m Member) []string { return s.Missing()[m.Organism] }

// Missing returns, for each member that not everyone accepted, those who have not (K04).
func (s *Sphere) Missing() map[string][]string {
	queue := slices.Clone(s.Members)
	slices.SortStableFunc(queue, func(a, b Member) int { return a.Joined.Compare(b.Joined.Time) })
	missing := map[string][]string{}
	for i, m := range queue {
		for _, other := range queue[:i] {
			before := other.Joined.Before(m.Joined.Time) && other.there(m.Joined.Time)
			if before && len(missing[other.Organism]) == 0 && !slices.Contains(m.AcceptedBy, other.Organism) {
				missing[m.Organism] = append(missing[m.Organism], other.Organism)
			}
		}
	}
	return missing
}

// Projects returns what a sphere opens, as projects of mode S: one for each authentication operator and each
// service operator, who may be the same organism. A project lives as long as both are members; one whose member is
// not accepted by all ends as it starts, and is never in force (S02, K04).
func (s *Sphere) Projects() []Project {
	return s.projects(func(string, string) bool { return true })
}

// projects makes those of the Projects that are wanted, by client and provider.
func (s *Sphere) projects(wanted func(client, provider string) bool) []Project {
	if s == nil {
		return nil
	}
	missing := s.Missing()
	var all []Project
	for i := range s.Members {
		oa := &s.Members[i]
		if !oa.Plays(AuthenticationOperator) {
			continue
		}
		for k := range s.Members {
			os := &s.Members[k]
			if !wanted(oa.Organism, os.Organism) || !os.Plays(ServiceOperator) {
				continue
			}
			all = append(all, s.project(oa, os, len(missing[oa.Organism])+len(missing[os.Organism]) == 0))
		}
	}
	return all
}

// project is that of an authentication operator and a service operator, which everyone has accepted or not.
func (s *Sphere) project(oa, os *Member, accepted bool) Project {
	p := Project{
		Name: s.Name + "/" + oa.Organism + "/" + os.Organism, Mode: ModeS, Client: oa.Organism, Provider: os.Organism,
		Start: later(oa.Joined, os.Joined), End: sooner(oa.Left, os.Left), PAGM: os.PAGM, Services: os.Services,
	}
	if !accepted {
		p.End = p.Start
	}
	return p
}
