package candidate

import (
	"path/filepath"
	"slices"
	"strconv"

	"etalon/internal/interops"
)

// Named is something outside of the file that a key of it names: an address that the harness will call, or a command that it
// will start.
type Named struct {
	Key     string
	URL     string   // empty for a command
	Command []string // nil for an address
}

// notCalled are the keys whose addresses the harness never calls by themselves: they are names of a client or of an issuer, or
// are where the candidate sends its browsers.
var notCalled = []string{"redirect", "redirects", "post_logout", "farewells", "issuer", "discovery", "container"}

// Names lists the addresses and commands of the file, in its order.
func (c *Candidate) Names() []Named { return c.names }

// Folder is that of the file, in which its commands run.
func (c *Candidate) Folder() string { return filepath.Dir(c.Path) }

// namedIn lists those of a tree.
func namedIn(root *node) (all []Named) {
	for _, f := range known(root, schemaAt(nil), nil) {
		if slices.ContainsFunc(f.path, func(step string) bool { return slices.Contains(notCalled, step) }) {
			continue
		}
		last := ""
		if len(f.path) > 0 {
			last = f.path[len(f.path)-1]
		}
		text, isText := f.value.value.(string)
		items, isList := f.value.value.([]*node)
		switch format := f.place.schema["format"]; {
		case isText && (format == "https-url" || format == "web-url"):
			all = append(all, Named{Key: keyPath(f.path), URL: text})
		case isList && last == "command":
			all = append(all, Named{Key: keyPath(f.path), Command: texts(items)})
		}
	}
	return all
}

// texts are the words of a list.
func texts(items []*node) (words []string) {
	for _, item := range items {
		if word, ok := item.value.(string); ok {
			words = append(words, word)
		}
	}
	return words
}

// Agreed is where the convention says something of a role in a mode, as a key of its file, and of which organism.
type Agreed struct {
	// Project and Service are keys such as projects[0].services[1]; those of a member of the sphere in mode S.
	Project, Service string
	// Client and Provider are keys of the two organisms, such as organisms[2].
	Client, Provider string
}

// Agreed finds where the convention says what the main service of a role in a mode is; the zero value where it says nothing.
func (c *Candidate) Agreed(role Role, mode interops.Mode) (a Agreed) {
	choice := c.Choice(role, mode)
	opened, ok := c.Convention.OpenedProject(choice.Project)
	if !ok {
		return a
	}
	for i, o := range c.Convention.Organisms {
		key := "organisms[" + strconv.Itoa(i) + "]"
		if o.Name == opened.Client {
			a.Client = key
		}
		if o.Name == opened.Provider {
			a.Provider = key
		}
	}
	for i, p := range c.Convention.Projects {
		if p.Name == choice.Project {
			a.Project = "projects[" + strconv.Itoa(i) + "]"
			for j, s := range p.Services {
				if s.Name == choice.Service {
					a.Service = a.Project + ".services[" + strconv.Itoa(j) + "]"
				}
			}
			return a
		}
	}
	return c.agreedInSphere(opened.Provider, choice.Service, a)
}

// agreedInSphere finds the service of a member of the sphere.
func (c *Candidate) agreedInSphere(provider, service string, a Agreed) Agreed {
	if c.Convention.Sphere == nil {
		return a
	}
	for i, m := range c.Convention.Sphere.Members {
		if m.Organism != provider {
			continue
		}
		a.Project = "sphere.members[" + strconv.Itoa(i) + "]"
		a.Service = a.Project
		for j, s := range m.Services {
			if s.Name == service {
				a.Service += ".services[" + strconv.Itoa(j) + "]"
			}
		}
	}
	return a
}

// ConventionFile is the path of the convention as the file names it; empty where the shipped one serves.
func (c *Candidate) ConventionFile() string { return c.conventionFile }
