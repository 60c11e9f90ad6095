package stand

import (
	"errors"
	"sync"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/stubs/operator"
	"etalon/stubs/psc"
)

// Directory is what an integrator must know of a sandbox to set a gateway up with it: persons, convention, certificates,
// white list, metadata, and who trusts whom. Its methods may be called by several goroutines.
type Directory struct {
	partners *Partners
	health   *Health
	rotating sync.Mutex
}

// Health are the parties of MSSanté that a sandbox plays; they stand on a PKI of their own.
type Health struct {
	Stand *Stand
	// Provider is Pro Santé Connect, Operator that which trusts it and List the white list; the last two are nil where they
	// are not played.
	Provider *psc.Stub
	Operator *operator.Operator
	List     *Publication
	// Lasting tells that the PKI is in a folder of the user's, whose clients' keys are the user's too.
	Lasting bool
}

// NewDirectory tells of partners, and of the parties of MSSanté, nil where none is played.
func NewDirectory(p *Partners, h *Health) *Directory { return &Directory{partners: p, health: h} }

// Why something is not told, or not rotated.
var (
	ErrNotThere = errors.New("the sandbox has no such thing")
	ErrReplaced = errors.New("another certificate has replaced it")
	ErrNotOurs  = errors.New("no authority of the sandbox issued it: its owner rotates it")
)

// Person is a synthetic person whom the sandbox knows.
type Person struct {
	Login, Secret string
	// Name is that of a professional, empty for an agent; Level the authentication level reached.
	Name, Level string
	// Rights are the PAGM held, by project.
	Rights []Right
	// At is the page where the person logs in, empty where no partner shows one.
	At string
	// Mailboxes are those that the person may open.
	Mailboxes []string
}

// Right is what a person may do in a project.
type Right struct {
	Project string
	Mode    interops.Mode
	PAGM    []string
}

// People are the synthetic persons: those of the partners, each once with all rights, then the professionals.
func (d *Directory) People() []Person {
	var all []Person
	at := map[string]int{}
	for _, g := range d.partners.roll.groups {
		for _, u := range g.users {
			if u.Authenticated != nil && !*u.Authenticated {
				continue // who is not known logs in nowhere
			}
			i, known := at[u.ID]
			if !known {
				i, at[u.ID] = len(all), len(all)
				all = append(all, Person{Login: u.ID, Secret: u.Secret})
			}
			d.describe(&all[i], g, u)
		}
	}
	return append(all, d.professionals()...)
}

// describe adds to a person what it is in a project.
func (d *Directory) describe(one *Person, g group, u candidate.User) {
	profile := d.partners.stand.Bench.Profile
	if g.login != "" {
		one.At = g.login
	}
	class := u.Class
	if class == "" {
		class = profile.ClassFor(g.project.Services[0])
	}
	if rank := profile.RankOfClass(class); rank >= 0 {
		one.Level = profile.Levels[rank].Name
	}
	if pagm := u.Rights[g.project.Name]; len(pagm) > 0 {
		one.Rights = append(one.Rights, Right{g.project.Name, g.project.Mode, pagm})
	}
}

// professionals are those who log in with Pro Santé Connect.
func (d *Directory) professionals() []Person {
	if d.health == nil {
		return nil
	}
	var all []Person
	for _, p := range psc.Persons() {
		one := Person{Login: string(p.IdNat), Secret: p.Secret, Name: p.Given + " " + p.FamilyName, Level: p.LoginLevel(), At: d.health.Provider.Issuer()}
		if d.health.Operator != nil {
			one.Mailboxes = mailboxesOf(p.IdNat)
		}
		all = append(all, one)
	}
	return all
}

// mailboxesOf are the sample mailboxes that a person may open.
func mailboxesOf(id mssante.IdNat) (all []string) {
	for _, b := range Mailboxes() {
		opens := b.Holder == id
		for _, delegate := range b.Delegates {
			opens = opens || delegate == id
		}
		if opens && !b.Suspended {
			all = append(all, b.Address)
		}
	}
	return all
}

// Agreed is the convention in use, as its file tells it and as it was checked.
type Agreed struct {
	*interops.Convention
	Levels []interops.Level
	// Text is the file, nil where there is none.
	Text []byte
	// Problems are what is wrong with it, Notices what is worth a look.
	Problems, Notices candidate.Problems
}

// conventionFile is the name of a convention in what is told of it.
const conventionFile = "convention.yaml"

// Convention is the convention in use.
func (d *Directory) Convention() (Agreed, error) {
	b := d.partners.stand.Bench
	a := Agreed{Convention: b.Convention, Levels: b.Profile.Levels, Text: candidate.ConventionText()}
	if subject := d.partners.options.Candidate; subject != nil {
		a.Text = subject.ConventionText
	}
	if a.Text == nil {
		return a, nil
	}
	_, notices, err := candidate.CheckConventionText(conventionFile, a.Text, b.Profile)
	if a.Notices = notices; errors.As(err, &a.Problems) {
		err = nil
	}
	return a, err
}

// Provider is what the mock Pro Santé Connect publishes.
type Provider struct {
	Discovery oidc.Discovery
	Keys      []oidc.PublicKey // the one that signs first
	JWKS      []byte
}

// Provider tells of the mock Pro Santé Connect; false where none is played.
func (d *Directory) Provider() (Provider, bool) {
	if d.health == nil {
		return Provider{}, false
	}
	return Provider{d.health.Provider.Discovery(), d.health.Provider.Keys(), d.health.Provider.JWKS()}, true
}

// RotateTokenKeys has the mock Pro Santé Connect publish a new key, which signs from now on, and withdraw the older of the
// two. It returns the new kid, or ErrNotThere.
func (d *Directory) RotateTokenKeys() (kid string, err error) {
	if d.health == nil {
		return "", ErrNotThere
	}
	return d.health.Provider.Rotate("")
}

// Entities are the SAML metadata of the partners of mode P.
func (d *Directory) Entities() ([]Entity, error) { return d.partners.Entities() }
