package candidate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"etalon/internal/interops"
)

// People are the persons known to a candidate in a role.
type People struct {
	// Users are those that the candidate knows, one by one; never empty after Load.
	Users []User `json:"users"`
}

// User is a person known to a client candidate, with what it may do. Test persons are synthetic.
type User struct {
	ID string `json:"id"`
	// Count above 1 makes one user for each rank, the id being a format such as agent-%04d; 0 after Load.
	Count int `json:"count"`
	// Secret is what the person types to log in; "essai-" and the id unless told otherwise. A rank is filled in as in the id.
	Secret string `json:"secret"`
	// Class is the authentication class reached; the service's weakest sufficient one when empty.
	Class string `json:"class"`
	// Authenticated is false for one that the application did not authenticate (A12-N2); never nil after Load.
	Authenticated *bool `json:"authenticated"`
	// Rights are the PAGM granted, by project; none is a user without right (A12-N1).
	Rights map[string][]string `json:"rights"`
}

// Entitled lists the authenticated users that hold every one of the PAGM in a project.
func (p *People) Entitled(project string, pagm ...string) []User {
	return p.usersWho(func(u User) bool {
		h := interops.Habilitation{User: u.ID, Project: project, PAGM: u.Rights[project]}
		return *u.Authenticated && len(h.PAGM) > 0 && h.Covers(pagm)
	})
}

// Unentitled lists the authenticated users that hold no right in a project.
func (p *People) Unentitled(project string) []User {
	return p.usersWho(func(u User) bool { return *u.Authenticated && len(u.Rights[project]) == 0 })
}

// Unauthenticated lists the users that the application did not authenticate.
func (p *People) Unauthenticated() []User {
	return p.usersWho(func(u User) bool { return !*u.Authenticated })
}

func (p *People) usersWho(does func(User) bool) []User {
	return slices.DeleteFunc(slices.Clone(p.Users), func(u User) bool { return !does(u) })
}

// userRank is the place of a user's rank in the id of a line that stands for several.
var userRank = regexp.MustCompile(`%0?[1-9]?d`)

// each returns the users that one line of the file stands for.
func (u User) each() []User {
	if u.Authenticated == nil {
		yes := true
		u.Authenticated = &yes
	}
	if u.Secret == "" {
		u.Secret = "essai-" + u.ID
	}
	n := u.Count
	u.Count = 0
	if n <= 1 && !userRank.MatchString(u.ID) {
		return []User{u}
	}
	users := make([]User, max(1, n))
	for i := range users {
		ranked := func(s string) string {
			return userRank.ReplaceAllStringFunc(s, func(verb string) string { return fmt.Sprintf(verb, i+1) })
		}
		users[i] = u
		users[i].ID, users[i].Secret = ranked(u.ID), ranked(u.Secret)
	}
	return users
}

// TestUsers are the synthetic persons of a candidate that declares none: fifty entitled to every PAGM of the
// projects, for the races between users (L02-N2), one without right and one unknown (A12, P12).
func TestUsers(projects ...interops.Project) []User {
	no := false
	rights := map[string][]string{}
	for _, p := range projects {
		rights[p.Name] = pagmNames(p)
	}
	users := User{ID: "agent-%04d", Count: 50, Rights: rights}.each()
	users = append(users, User{ID: "agent-sans-droit"}.each()...)
	return append(users, User{ID: "agent-inconnu", Authenticated: &no}.each()...)
}

// users checks and spells out the users of a role, which must be able to play its main projects.
func (l *loading) users(role Role, p *People, organism string, mains []interops.Project) {
	if len(p.Users) == 0 {
		p.Users = TestUsers(mains...)
		return
	}
	var spelled []User
	ids := l.once("id")
	for i, u := range p.Users {
		at := []string{"roles", string(role), "users", fmt.Sprint(i)}
		if u.Count > 1 && len(userRank.FindAllString(u.ID, -1)) != 1 {
			l.report(trouble{say("un identifiant avec un seul rang, comme agent-%s", "an id with one rank, like agent-%s", "%04d"),
				say("Ajoutez le rang, ou retirez count.", "Add the rank, or remove count.")}, append(at, "id")...)
			continue
		}
		l.rights(role, organism, u, at)
		for _, one := range u.each() {
			ids(one.ID, append(slices.Clip(at), "id")...)
			spelled = append(spelled, one)
		}
	}
	p.Users = spelled
	for _, main := range mains {
		if len(main.PAGM) > 0 && len(p.Entitled(main.Name)) == 0 {
			l.report(trouble{say("au moins un utilisateur authentifié ayant un droit dans le projet %s", "at least one authenticated user with a right in project %s", main.Name),
				say("Sans lui aucun échange honnête n'est possible : ajoutez-lui « rights ».", "Without one no honest exchange is possible: add “rights” to one.")},
				"roles", string(role), "users")
		}
	}
}

// rights checks a user's rights and class against the convention and the ladder.
func (l *loading) rights(role Role, organism string, u User, at []string) {
	var projects []interops.Project
	for _, mode := range l.out.Modes(role) {
		projects = append(projects, agreed(l.out.Convention, role, mode, organism)...)
	}
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
