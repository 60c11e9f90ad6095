package candidate

import (
	"slices"
	"strconv"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

const conventionSchema = "convention.schema.json"

// LoadConvention reads a convention file and checks that it holds together, against the ladder of
// levels of a profile (the shipped current one when nil). What it returns is settled: its projects and members bear
// the dates that the agreement and the amendments leave to them. Its error is Problems when the user can mend it.
func LoadConvention(path string, profile *interops.Profile) (*interops.Convention, error) {
	c, _, err := CheckConvention(path, profile)
	return c, err
}

// CheckConvention is LoadConvention, and returns besides what is worth a look without being wrong: what the founding
// documents ask for and the file does not say, and what it says that will never have an effect.
func CheckConvention(path string, profile *interops.Profile) (c *interops.Convention, notices Problems, err error) {
	return openDocument(path).checked(profile)
}

// CheckConventionText is CheckConvention of a text that was read already; name stands for its path in what is told.
func CheckConventionText(name string, text []byte, profile *interops.Profile) (c *interops.Convention, notices Problems, err error) {
	d := &document{file: name}
	d.parse(text)
	return d.checked(profile)
}

// checked reads the document as a convention, as CheckConvention does.
func (d *document) checked(profile *interops.Profile) (c *interops.Convention, notices Problems, err error) {
	if profile == nil {
		profile = DefaultProfile("current")
	}
	if c, err = d.convention(profile); err != nil {
		return nil, nil, err
	}
	if err := d.problems.orNil(); err != nil {
		return nil, nil, err
	}
	d.notices.sort()
	return c, d.notices, nil
}

// convention reads the document as a convention; nil with problems noted when its shape is wrong.
func (d *document) convention(profile *interops.Profile) (*interops.Convention, error) {
	if d.root == nil || len(d.problems) > 0 {
		return nil, nil
	}
	if err := d.fits(conventionSchema); err != nil || len(d.problems) > 0 {
		return nil, err
	}
	c := &interops.Convention{}
	if err := d.decode(c); err != nil {
		return nil, err
	}
	settled := c.Settled()
	parts := coherence{d: d, Convention: c, settled: settled, profile: profile}
	if settled.Sphere != nil {
		parts.missing = settled.Sphere.Missing()
	}
	parts.check()
	return settled, nil
}

// coherence checks what a schema cannot: that the parts of a convention agree with each other.
type coherence struct {
	d                    *document
	*interops.Convention                      // as written
	settled              *interops.Convention // with the dates that it leaves to its projects and members
	profile              *interops.Profile
	missing              map[string][]string // acceptances, by member of the sphere (K04)
}

func (c coherence) check() {
	if len(c.Projects) == 0 && c.Sphere == nil {
		c.d.report(trouble{say("des projets (projects) ou une sphère (sphere)", "projects or a sphere"),
			say("Ajoutez la clé « projects » pour les modes A, P et R, ou « sphere » pour le mode S.", "Add the key “projects” for modes A, P and R, or “sphere” for mode S.")}, "projects")
	}
	c.organisms()
	c.projects()
	c.audiences()
	c.overlaps()
	c.documents(c.Documents, "documents")
	c.agreement()
	c.amendments()
	c.sphere()
	c.network()
}

func (c coherence) organisms() {
	names, issuers, recipients := c.d.once("name"), c.d.once("issuer"), c.d.once("recipient")
	for i, o := range c.Organisms {
		at := []string{"organisms", strconv.Itoa(i)}
		names(o.Name, append(at, "name")...)
		issuers(o.Issuer, append(at, "issuer")...)
		recipients(o.Recipient, append(at, "recipient")...)
		c.identities(o.TLS, append(at, "tls")...)
		c.identities(o.Signature, append(at, "signature")...)
		c.contacts(o, at)
	}
}

func (c coherence) projects() {
	projects := c.d.once("name")
	for i, p := range c.Projects {
		at := []string{"projects", strconv.Itoa(i)}
		projects(p.Name, append(at, "name")...)
		c.dates(p.Start, p.End, append(at, "end")...)
		c.parties(p, at)
		c.pagm(p.PAGM, at)
		c.services(p.Services, at)
		c.documents(p.Documents, append(at, "documents")...)
	}
}

// once returns a function that notes a value met before; empty values do not count.
func (d *document) once(what string) func(value string, path ...string) {
	seen := map[string]string{}
	return func(value string, path ...string) {
		if value == "" {
			return
		}
		first, twice := seen[value]
		if twice {
			d.report(trouble{say("une valeur qui ne serve qu'une fois", "a value used once only"),
				say("Elle sert déjà à %s : changez ce « %s ».", "It is already used at %s: change this “%s”.", first, what)}, path...)
			return
		}
		seen[value] = keyPath(path)
	}
}

// dates wants a start before an end, when both are given.
func (c coherence) dates(start, end interops.Date, path ...string) {
	if !start.IsZero() && !end.IsZero() && !start.Before(end.Time) {
		c.d.report(trouble{say("une date postérieure au début", "a date after the start"),
			say("La fin est le premier instant où cela ne vaut plus : corrigez l'une des deux dates.", "The end is the first instant at which it no longer holds: correct one of the two dates.")}, path...)
	}
}

func (c coherence) identities(ids []interops.Identity, path ...string) {
	subjects := c.d.once("subject")
	for i, id := range ids {
		at := append(slices.Clip(path), strconv.Itoa(i))
		subjects(id.Subject, append(at, "subject")...)
		c.dates(id.From, id.Until, append(at, "until")...)
	}
}

// parties checks the two organisms of a project and that they are equipped for their parts.
func (c coherence) parties(p interops.Project, at []string) {
	client, provider := append(slices.Clip(at), "client"), append(slices.Clip(at), "provider")
	if org, ok := c.party(p.Client, client); ok {
		c.wants(len(org.TLS) > 0, "tls", org.Name, client)
		c.wants(len(org.Signature) > 0, "signature", org.Name, client)
	}
	if org, ok := c.party(p.Provider, provider); ok {
		c.wants(org.Recipient != "" || !c.profile.Recipient.Required, "recipient", org.Name, provider)
	}
	if p.Client == p.Provider {
		c.d.report(trouble{say("un autre organisme que le client", "another organism than the client"),
			say("Un projet lie deux organismes : corrigez client ou provider.", "A project binds two organisms: correct client or provider.")}, provider...)
	}
}

func (c coherence) party(name string, path []string) (interops.Organism, bool) {
	org, known := c.Organism(name)
	if !known {
		names := make([]string, len(c.Organisms))
		for i, o := range c.Organisms {
			names[i] = o.Name
		}
		c.d.report(unknownName(name, names), path...)
	}
	return org, known
}

// wants notes that an organism lacks what its part in a project asks for.
func (c coherence) wants(has bool, key, organism string, path []string) {
	if !has {
		c.d.report(trouble{say("un organisme qui ait « %s »", "an organism with “%s”", key),
			say("Sa part ici le demande : ajoutez « %s » à l'organisme %s, ou nommez-en un autre.", "Its part here asks for it: add “%s” to organism %s, or name another one.", key, organism)}, path...)
	}
}

// unknownName says which names would do.
func unknownName(name string, known []string) trouble {
	t := trouble{
		want:   say("l'un de ces noms : %s", "one of these names: %s", strings.Join(known, ", ")),
		remedy: say("Corrigez ce nom, ou ajoutez ce qu'il désigne à la convention.", "Correct this name, or add what it stands for to the convention."),
	}
	if len(known) == 0 {
		t.want = say("un nom, mais la convention n'en a aucun qui convienne", "a name, but the convention has none that fits")
		t.remedy = say("Ajoutez à la convention ce que cette clé doit désigner.", "Add to the convention what this key must stand for.")
	}
	if close := nearest(name, known); close != "" {
		t.remedy = say("Vouliez-vous dire « %s » ?", "Did you mean “%s”?", close)
	}
	return t
}

func (c coherence) pagm(list []interops.PAGM, at []string) {
	names := c.d.once("name")
	for i, g := range list {
		here := append(slices.Clip(at), "pagm", strconv.Itoa(i), "name")
		names(g.Name, here...)
		if strings.TrimSpace(g.Name) != g.Name {
			c.d.report(trouble{say("un PAGM sans blanc autour", "a PAGM without surrounding blanks"),
				verdict.Text{FR: "Retirez les blancs.", EN: "Remove the blanks."}}, here...)
		}
	}
}
