package candidate

import (
	"fmt"
	"maps"
	"slices"

	"etalon/internal/interops"
)

// TestUsers are the synthetic persons of a client candidate that declares none: fifty entitled to every
// PAGM of the project, for the races between users (L02-N2), one without right and one unknown (A12).
func TestUsers(project interops.Project) []User {
	no := false
	users := User{ID: "agent-%04d", Count: 50, Rights: map[string][]string{project.Name: pagmNames(project)}}.each()
	users = append(users, User{ID: "agent-sans-droit"}.each()...)
	return append(users, User{ID: "agent-inconnu", Authenticated: &no}.each()...)
}

// users checks and spells out the users of a client.
func (l *loading) users(c *Client, main interops.Project) {
	if len(c.Users) == 0 {
		c.Users = TestUsers(main)
		return
	}
	var spelled []User
	ids := l.once("id")
	for i, u := range c.Users {
		at := []string{"roles", string(RoleClient), "users", fmt.Sprint(i)}
		if u.Count > 1 && len(userRank.FindAllString(u.ID, -1)) != 1 {
			l.report(trouble{say("un identifiant avec un seul rang, comme agent-%s", "an id with one rank, like agent-%s", "%04d"),
				say("Ajoutez le rang, ou retirez count.", "Add the rank, or remove count.")}, append(at, "id")...)
			continue
		}
		l.rights(c, u, at)
		for _, one := range u.each() {
			ids(one.ID, append(slices.Clip(at), "id")...)
			spelled = append(spelled, one)
		}
	}
	c.Users = spelled
	if len(c.Entitled(main.Name)) == 0 {
		l.report(trouble{say("au moins un utilisateur authentifié ayant un droit dans le projet %s", "at least one authenticated user with a right in project %s", main.Name),
			say("Sans lui aucun échange honnête n'est possible : ajoutez-lui « rights ».", "Without one no honest exchange is possible: add “rights” to one.")},
			"roles", string(RoleClient), "users")
	}
}

// rights checks a user's rights and class against the convention and the ladder.
func (l *loading) rights(c *Client, u User, at []string) {
	projects := agreed(l.out.Convention, RoleClient, c.Organism)
	var names []string
	for _, p := range projects {
		names = append(names, p.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(u.Rights)) {
		here := append(slices.Clip(at), "rights", name)
		i := slices.Index(names, name)
		if i < 0 {
			l.report(unknownName(name, names), here...)
			continue
		}
		for j, pagm := range u.Rights[name] {
			if _, known := projects[i].Agreed(pagm); !known {
				l.report(unknownName(pagm, pagmNames(projects[i])), append(slices.Clip(here), fmt.Sprint(j))...)
			}
		}
	}
	if u.Class != "" && l.out.Profile.RankOfClass(u.Class) < 0 {
		var classes []string
		for _, level := range l.out.Profile.Levels {
			classes = append(classes, level.Class)
		}
		l.report(unknownName(u.Class, classes), append(slices.Clip(at), "class")...)
	}
}

func pagmNames(p interops.Project) []string {
	names := make([]string, len(p.PAGM))
	for i, g := range p.PAGM {
		names[i] = g.Name
	}
	return names
}
