package candidate

import (
	"slices"
	"strconv"
	"strings"

	"etalon/internal/interops"
)

// network checks annex 2: organisms that are known, each described once for a partner, and all of them.
func (c coherence) network() {
	described := map[[2]string]string{}
	seen := map[string]bool{}
	for i, n := range c.Network {
		at := []string{"network", strconv.Itoa(i)}
		c.party(n.Organism, append(at, "organism"))
		seen[n.Organism] = true
		partners := n.Partners
		if len(partners) == 0 {
			partners = []string{""}
		}
		for j, name := range partners {
			here := append(slices.Clip(at), "organism")
			if name != "" {
				here = append(slices.Clip(at), "partners", strconv.Itoa(j))
				c.party(name, here)
			}
			if name == n.Organism {
				c.d.report(trouble{say("un autre organisme que celui que l'entrée décrit", "another organism than the one that the entry describes"),
					say("Nul n'est son propre partenaire : retirez ce nom.", "Nobody is its own partner: remove this name.")}, here...)
			}
			if first := described[[2]string{n.Organism, name}]; first != "" {
				c.d.report(trouble{say("une seule description de %s pour un même partenaire", "one description of %s for one partner", n.Organism),
					say("Elle est déjà à %s : réunissez-les.", "It already stands at %s: merge them.", first)}, here...)
				continue
			}
			described[[2]string{n.Organism, name}] = keyPath(at)
		}
		if c.serves(n.Organism) && (len(n.Names)+len(n.Addresses) == 0 || len(n.Ports) == 0) {
			c.d.notice(trouble{say("où joindre cet organisme, qui offre des services : names ou addresses, et ports", "where to reach this organism, which offers services: names or addresses, and ports"),
				say("Ajoutez-les : ses partenaires n'ouvriront pas leurs filtres sans eux.", "Add them: its partners will not open their filters without them.")}, at...)
		}
	}
	for i, o := range c.Organisms {
		if len(c.Network) > 0 && !seen[o.Name] && c.TakesPart(o.Name) && c.stays(o.Name) {
			c.d.notice(trouble{say("une description de %s dans network (annexe 2)", "a description of %s in network (annex 2)", o.Name),
				say("Les autres organismes y sont : ajoutez-le.", "The other organisms are there: add it.")}, "organisms", strconv.Itoa(i), "name")
		}
	}
}

// serves tells whether others call an organism.
func (c coherence) serves(name string) bool {
	m, _ := c.Sphere.Member(name)
	return m.Plays(interops.ServiceOperator) || m.Plays(interops.AuthenticationOperator) ||
		slices.ContainsFunc(c.Projects, func(p interops.Project) bool { return p.Provider == name })
}

// stays tells whether an organism is in a project, or in the sphere for good.
func (c coherence) stays(name string) bool {
	m, member := c.settled.Sphere.Member(name)
	return !member || m.Left.IsZero() && len(c.missing[name]) == 0
}

// listed writes names one after the other.
func listed(names []string) string { return strings.Join(names, ", ") }
