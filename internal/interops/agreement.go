package interops

import (
	"slices"
	"time"
)

// Agreement is the act itself: the general convention that two organisms signed (modes A, P and R), or the
// InterOPS-S convention that the members of a sphere signed. No project lives outside it (K01).
type Agreement struct {
	// Parties are the organisms that signed it (Organism.Name); every organism of the file when empty.
	Parties []string `yaml:"parties,omitempty" json:"parties,omitempty"`
	Signed  Date     `yaml:"signed" json:"signed"`
	// Start is its effect; the signature when zero. A project can only begin once it is signed.
	Start Date `yaml:"start,omitempty" json:"start,omitempty"`
	// DurationMonths is its term; none when zero. At the term it ends, unless its renewal is tacit.
	DurationMonths int     `yaml:"duration_months,omitempty" json:"duration_months,omitempty"`
	Renewal        Renewal `yaml:"renewal,omitempty" json:"renewal,omitempty"`
	// NoticeMonths is the notice that a party gives before its denunciation takes effect.
	NoticeMonths int           `yaml:"notice_months,omitempty" json:"notice_months,omitempty"`
	Denunciation *Denunciation `yaml:"denunciation,omitempty" json:"denunciation,omitempty"`
}

// Renewal is what becomes of an agreement at its term.
type Renewal string

// The renewals; the empty value means none.
const (
	NoRenewal    Renewal = "none"
	TacitRenewal Renewal = "tacit"
)

// Denunciation is the act by which a party of a bilateral agreement puts an end to it.
type Denunciation struct {
	By       string `yaml:"by" json:"by"` // Organism.Name
	Notified Date   `yaml:"notified" json:"notified"`
	// Effect is the first instant at which the agreement no longer holds; the end of the notice when zero.
	Effect Date `yaml:"effect,omitempty" json:"effect,omitempty"`
}

// Life returns the first instant of the agreement and the first one after it; the latter is zero when none is
// known. Of no agreement, both are zero: nothing bounds its projects.
func (a *Agreement) Life() (start, end Date) {
	if a == nil {
		return Date{}, Date{}
	}
	start = later(a.Signed, a.Start)
	if a.DurationMonths > 0 && a.Renewal != TacitRenewal {
		end = start.AddMonths(a.DurationMonths)
	}
	if a.Denunciation != nil {
		end = sooner(end, a.Denounced())
	}
	return start, end
}

// Denounced returns the effect of the denunciation; zero when there is none.
func (a *Agreement) Denounced() Date {
	if a == nil || a.Denunciation == nil {
		return Date{}
	}
	if !a.Denunciation.Effect.IsZero() {
		return a.Denunciation.Effect
	}
	return a.Denunciation.Notified.AddMonths(a.NoticeMonths)
}

// Amendment is an avenant, signed by all the parties: it adds or ends projects, lets organisms into a sphere or
// out of it, or puts an end to the convention.
type Amendment struct {
	Number int  `yaml:"number" json:"number"`
	Signed Date `yaml:"signed" json:"signed"`
	// Effect is its first instant; the signature when zero.
	Effect Date   `yaml:"effect,omitempty" json:"effect,omitempty"`
	Object string `yaml:"object,omitempty" json:"object,omitempty"`
	// Adds and Ends name the projects (annexes 3.x) that it adds or ends.
	Adds []string `yaml:"adds,omitempty" json:"adds,omitempty"`
	Ends []string `yaml:"ends,omitempty" json:"ends,omitempty"`
	// Accessions and Withdrawals name the organisms that join the sphere or leave it.
	Accessions  []string `yaml:"accessions,omitempty" json:"accessions,omitempty"`
	Withdrawals []string `yaml:"withdrawals,omitempty" json:"withdrawals,omitempty"`
	// Denounces tells that it puts an end to the whole convention.
	Denounces bool `yaml:"denounces,omitempty" json:"denounces,omitempty"`
}

// Since returns the first instant of the amendment: its effect, and never before its signature.
func (a Amendment) Since() Date { return later(a.Signed, a.Effect) }

// Life returns the first instant of the convention and the first one after it, zero where nothing bounds it: its
// agreement's, ended sooner by an amendment that denounces it.
func (c *Convention) Life() (start, end Date) {
	start, end = c.Agreement.Life()
	for _, a := range c.Amendments {
		if a.Denounces {
			end = sooner(end, a.Since())
		}
	}
	return start, end
}

// Signatories returns the organisms that signed the agreement: those that it lists, else the founders of the sphere,
// who were members when it took effect, else all the organisms of the file.
func (c *Convention) Signatories() []string {
	if c.Agreement != nil && len(c.Agreement.Parties) > 0 {
		return c.Agreement.Parties
	}
	var names []string
	if c.Sphere != nil {
		for _, m := range c.Sphere.Members {
			if c.Founder(m) {
				names = append(names, m.Organism)
			}
		}
		return names
	}
	for _, o := range c.Organisms {
		names = append(names, o.Name)
	}
	return names
}

// Founder tells whether a member of the sphere is one from the beginning of the convention.
func (c *Convention) Founder(m Member) bool {
	start, _ := c.Agreement.Life()
	return m.Joined.IsZero() || !start.Before(m.Joined.Time)
}

// TakesPart tells whether an organism is in a project or in the sphere, be it in force or not.
func (c *Convention) TakesPart(organism string) bool {
	_, member := c.Sphere.Member(organism)
	return member || slices.ContainsFunc(c.Projects, func(p Project) bool { return p.Client == organism || p.Provider == organism })
}

// InForce tells whether the convention itself runs at an instant.
func (c *Convention) InForce(at time.Time) bool {
	start, end := c.Life()
	return within(start, end, at)
}

// Settled returns the convention with, on each project and member, the dates that its agreement and its
// amendments leave to it. Settling what is settled changes nothing.
func (c *Convention) Settled() *Convention {
	if c.Agreement == nil && len(c.Amendments) == 0 {
		return c
	}
	out := *c
	out.Projects = slices.Clone(c.Projects)
	for i, p := range out.Projects {
		out.Projects[i].Start, out.Projects[i].End = c.bounds(p.Start, p.End, func(a Amendment) (in, out bool) {
			return slices.Contains(a.Adds, p.Name), slices.Contains(a.Ends, p.Name)
		})
	}
	if c.Sphere != nil {
		sphere := *c.Sphere
		sphere.Members = slices.Clone(sphere.Members)
		for i, m := range sphere.Members {
			sphere.Members[i].Joined, sphere.Members[i].Left = c.bounds(m.Joined, m.Left, func(a Amendment) (in, out bool) {
				return slices.Contains(a.Accessions, m.Organism), slices.Contains(a.Withdrawals, m.Organism)
			})
		}
		out.Sphere = &sphere
	}
	return &out
}

// bounds narrows a life to that of the convention and by the amendments that begin or end it. An end never comes
// before its start: both are then the same instant, and nothing is ever in force.
func (c *Convention) bounds(start, end Date, touches func(Amendment) (begins, ends bool)) (Date, Date) {
	from, until := c.Life()
	start, end = later(start, from), sooner(end, until)
	for _, a := range c.Amendments {
		begins, ends := touches(a)
		if begins {
			start = later(start, a.Since())
		}
		if ends {
			end = sooner(end, a.Since())
		}
	}
	if !end.IsZero() && end.Before(start.Time) {
		end = start
	}
	return start, end
}

// later returns the later of two dates; zero is before any.
func later(a, b Date) Date {
	if a.Before(b.Time) {
		return b
	}
	return a
}

// sooner returns the earlier of two ends; zero means no end.
func sooner(a, b Date) Date {
	if a.IsZero() || !b.IsZero() && b.Before(a.Time) {
		return b
	}
	return a
}
