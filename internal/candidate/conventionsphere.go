package candidate

import (
	"slices"
	"strconv"
	"time"

	"etalon/internal/interops"
)

func memberAt(i int) []string { return []string{"sphere", "members", strconv.Itoa(i)} }

// sphere checks the members of a sphere, what each brings, and that together they open something.
func (c coherence) sphere() {
	if c.Sphere == nil {
		return
	}
	organisms := c.d.once("organism")
	for i, m := range c.Sphere.Members {
		at := memberAt(i)
		organisms(m.Organism, append(at, "organism")...)
		c.dates(m.Joined, m.Left, append(at, "left")...)
		if org, known := c.party(m.Organism, append(at, "organism")); known {
			c.equipped(m, org, append(at, "organism"))
		}
		c.means(m.Identification, append(at, "identification"))
		c.means(m.Authentication, append(at, "authentication"))
		c.pagm(m.PAGM, at)
		c.services(m.Services, at)
		c.qualities(m, at)
		c.accession(m, at)
		c.announced(m, at)
	}
	for i, p := range c.Projects {
		if p.Mode == interops.ModeS {
			c.d.report(trouble{say("un projet de mode A, P ou R", "a project of mode A, P or R"),
				say("Ce que le mode S ouvre découle de la sphère : retirez ce projet.", "What mode S opens follows from the sphere: remove this project.")}, "projects", strconv.Itoa(i), "mode")
		}
	}
	c.parts()
	c.reach()
}

// equipped wants what the tokens of an organism's parts need.
func (c coherence) equipped(m interops.Member, org interops.Organism, path []string) {
	issues := m.Plays(interops.IdentificationOperator) || m.Plays(interops.AuthenticationOperator)
	c.wants(!issues || len(org.Signature) > 0, "signature", org.Name, path)
	receives := m.Plays(interops.ServiceOperator) || m.Plays(interops.AuthenticationOperator)
	c.wants(!receives || org.Recipient != "" || !c.profile.Recipient.Required, "recipient", org.Name, path)
}

// means checks the means of an operator: each once, of a level of the ladder.
func (c coherence) means(list []interops.Means, path []string) {
	names := c.d.once("name")
	levels := make([]string, len(c.profile.Levels))
	for i, l := range c.profile.Levels {
		levels[i] = l.Name
	}
	for i, m := range list {
		at := append(slices.Clip(path), strconv.Itoa(i))
		names(m.Name, append(at, "name")...)
		if c.profile.Rank(m.Level) < 0 {
			c.d.report(unknownName(m.Level, levels), append(at, "level")...)
		}
	}
}

// qualities wants each quality of a member with what it brings, and nothing of a quality that it does not have.
func (c coherence) qualities(m interops.Member, at []string) {
	for _, part := range []struct {
		quality interops.Quality
		key     string
		count   int
	}{
		{interops.IdentificationOperator, "identification", len(m.Identification)},
		{interops.AuthenticationOperator, "authentication", len(m.Authentication)},
		{interops.ServiceOperator, "services", len(m.Services)},
	} {
		switch {
		case m.Plays(part.quality) && part.count == 0:
			c.d.report(trouble{say("« %s », que sa qualité d'opérateur demande", "“%s”, which its quality of operator asks for", part.key),
				say("%s a la qualité « %s » : ajoutez ce qu'il offre, ou retirez cette qualité.", "%s has the quality “%s”: add what it offers, or remove this quality.", m.Organism, part.quality)}, append(slices.Clip(at), part.key)...)
		case !m.Plays(part.quality) && part.count > 0:
			c.d.report(trouble{say("la qualité « %s » parmi les siennes", "the quality “%s” among its own", part.quality),
				say("%s offre « %s » sans en avoir la qualité : ajoutez-la à qualities, ou retirez ce qui suit.", "%s offers “%s” without the quality for it: add it to qualities, or remove what follows.", m.Organism, part.key)}, append(slices.Clip(at), part.key)...)
		}
	}
	if len(m.PAGM) > 0 && !m.Plays(interops.ServiceOperator) {
		c.d.report(trouble{say("la qualité « service » parmi les siennes", "the quality “service” among its own"),
			say("Les PAGM sont ceux de ses services : ajoutez-la, ou retirez pagm.", "PAGM are those of its services: add it, or remove pagm.")}, append(slices.Clip(at), "pagm")...)
	}
}

// accession checks how a member came in: accepted by those who were there, by an avenant (K04).
func (c coherence) accession(m interops.Member, at []string) {
	c.acceptances(m, at)
	missing := c.missing[m.Organism]
	if len(missing) > 0 {
		c.d.notice(trouble{say("l'accord de tous ceux qui étaient déjà membres ; il manque %s", "the agreement of all who were members already; %s missing", listed(missing)),
			say("Tant qu'il manque, %s n'est pas membre et n'ouvre rien (K04).", "While it is missing, %s is no member and opens nothing (K04).", m.Organism)}, append(slices.Clip(at), "accepted_by")...)
	}
	if c.Agreement == nil {
		return
	}
	if start, _ := c.Agreement.Life(); !m.Joined.IsZero() && m.Joined.Before(start.Time) {
		c.d.report(trouble{say("une date qui ne précède pas la prise d'effet de la convention (%s)", "a date that is not before the effect of the convention (%s)", start.Format(time.DateOnly)),
			say("Corrigez joined, ou retirez-le : il est alors membre dès le début.", "Correct joined, or remove it: it is then a member from the beginning.")}, append(slices.Clip(at), "joined")...)
	}
	signed := slices.Contains(c.Signatories(), m.Organism)
	byAmendment := slices.ContainsFunc(c.Amendments, func(a interops.Amendment) bool { return slices.Contains(a.Accessions, m.Organism) })
	switch {
	case c.Founder(m) && !signed:
		c.d.report(trouble{say("un organisme qui ait signé la convention (agreement.parties)", "an organism that signed the convention (agreement.parties)"),
			say("Il serait membre dès le début : ajoutez-le aux parties, ou donnez-lui joined et un avenant.", "It would be a member from the beginning: add it to the parties, or give it joined and an amendment.")}, append(slices.Clip(at), "organism")...)
	case !c.Founder(m) && !byAmendment && len(missing) == 0:
		c.d.notice(trouble{say("un avenant d'accession (amendments, accessions)", "an amendment of accession (amendments, accessions)"),
			say("Une entité qui entre le fait par un avenant que tous signent : ajoutez-le.", "An entity that joins does so by an amendment that all sign: add it.")}, append(slices.Clip(at), "joined")...)
	}
}

// acceptances checks who accepted a member: members that were there, and never itself.
func (c coherence) acceptances(m interops.Member, at []string) {
	var members []string
	for _, other := range c.Sphere.Members {
		members = append(members, other.Organism)
	}
	for i, name := range m.AcceptedBy {
		here := append(slices.Clip(at), "accepted_by", strconv.Itoa(i))
		other, known := c.settled.Sphere.Member(name)
		switch {
		case name == m.Organism:
			c.d.report(trouble{say("un autre membre que lui-même", "another member than itself"),
				say("On ne s'accepte pas soi-même : retirez ce nom.", "Nobody accepts itself: remove this name.")}, here...)
		case !known:
			c.d.report(unknownName(name, slices.DeleteFunc(slices.Clone(members), func(n string) bool { return n == m.Organism })), here...)
		case !(interops.Project{Start: other.Joined, End: other.Left}).InForce(m.Joined.Time):
			c.d.notice(trouble{say("un organisme qui fût membre quand %s est entré", "an organism that was a member when %s joined", m.Organism),
				say("Il ne l'était pas : son accord ne compte pas.", "It was not: its agreement does not count.")}, here...)
		}
	}
}

// member finds a member of the sphere by its name.
func (c coherence) member(name string, path []string) (interops.Member, bool) {
	m, known := c.Sphere.Member(name)
	if !known {
		var names []string
		if c.Sphere != nil {
			for _, other := range c.Sphere.Members {
				names = append(names, other.Organism)
			}
		}
		c.d.report(unknownName(name, names), path...)
	}
	return m, known
}

// announced looks at what annex 1 asks each operator to announce (K05, K07).
func (c coherence) announced(m interops.Member, at []string) {
	for i, s := range m.Services {
		here := append(slices.Clip(at), "services", strconv.Itoa(i))
		if s.MinimumLevel == "" {
			c.d.notice(trouble{say("un niveau minimal (minimum_level, K05)", "a minimum level (minimum_level, K05)"),
				say("Annoncez-le, fût-ce le plus faible : tout jeton y est sinon admis.", "Announce it, be it the weakest: any token is else admitted there.")}, append(here, "minimum_level")...)
		}
		if s.Availability == "" || s.MaximumOutage.Duration == 0 {
			c.d.notice(unannounced("availability, maximum_outage"), here...)
		}
	}
	for key, list := range map[string][]interops.Means{"identification": m.Identification, "authentication": m.Authentication} {
		for i, means := range list {
			if means.MaximumOutage.Duration == 0 {
				c.d.notice(unannounced("maximum_outage"), append(slices.Clip(at), key, strconv.Itoa(i))...)
			}
		}
	}
}

func unannounced(keys string) trouble {
	return trouble{say("la disponibilité annoncée (%s, K07)", "the announced availability (%s, K07)", keys),
		say("L'annexe 1 la demande : ajoutez-la.", "Annex 1 asks for it: add it.")}
}

// parts wants a sphere in which someone authenticates and someone serves, or nothing is ever opened.
func (c coherence) parts() {
	for _, part := range []struct {
		quality interops.Quality
		must    bool
	}{{interops.AuthenticationOperator, true}, {interops.ServiceOperator, true}, {interops.IdentificationOperator, false}} {
		if slices.ContainsFunc(c.Sphere.Members, func(m interops.Member) bool { return m.Plays(part.quality) }) {
			continue
		}
		t := trouble{say("un membre au moins de qualité « %s »", "one member at least of quality “%s”", part.quality),
			say("Ajoutez cette qualité à celui qui en est chargé.", "Add this quality to the one in charge.")}
		if part.must {
			c.d.report(t, "sphere", "members")
		} else {
			c.d.notice(t, "sphere", "members")
		}
	}
}

// reach wants every service at a level that some operator of the sphere can reach, while both are members: that of
// the means of authentication, and no more than the best identification of the sphere (C08, S07).
func (c coherence) reach() {
	identified := len(c.profile.Levels)
	if best := c.best(func(m interops.Member) []interops.Means { return m.Identification }, c.settled.Sphere.Members); best >= 0 {
		identified = best
	}
	operatorsOf := map[string][]interops.Member{}
	for _, p := range c.settled.Sphere.Projects() {
		if oa, ok := c.settled.Sphere.Member(p.Client); ok && lives(p) {
			operatorsOf[p.Provider] = append(operatorsOf[p.Provider], oa)
		}
	}
	for i, m := range c.settled.Sphere.Members {
		operators := operatorsOf[m.Organism]
		if len(operators) == 0 {
			continue // no operator at all is told elsewhere, and who is never a member opens nothing
		}
		reached := min(identified, c.best(func(m interops.Member) []interops.Means { return m.Authentication }, operators))
		for j, s := range m.Services {
			if minimum := c.profile.Rank(s.MinimumLevel); minimum > reached {
				c.d.report(trouble{say("un niveau qu'un opérateur de la sphère atteint : %s au plus", "a level that an operator of the sphere reaches: %s at most", c.levelName(reached)),
					say("Personne ne pourrait entrer : abaissez minimum_level, ou ajoutez un moyen.", "Nobody could enter: lower minimum_level, or add a means.")}, append(memberAt(i), "services", strconv.Itoa(j), "minimum_level")...)
			}
		}
	}
}

// best returns the rank of the strongest means; -1 when there is none.
func (c coherence) best(means func(interops.Member) []interops.Means, of []interops.Member) int {
	best := -1
	for _, m := range of {
		for _, x := range means(m) {
			best = max(best, c.profile.Rank(x.Level))
		}
	}
	return best
}

func (c coherence) levelName(rank int) string {
	if rank < 0 || rank >= len(c.profile.Levels) {
		return "—"
	}
	return c.profile.Levels[rank].Name
}
