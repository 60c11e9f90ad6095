package candidate

import (
	"maps"
	"slices"
	"strconv"

	"etalon/internal/interops"
)

// Reach is what a candidate in a role without mode lets the harness see and do, and the documents that it declares.
type Reach struct {
	// SkewSeconds is the declared clock tolerance; never nil after Load (TOK-04).
	SkewSeconds *int                `json:"skew_seconds,omitzero"`
	Clock       *Clock              `json:"clock,omitzero"` // nil when its protocol clock cannot be set
	Verbs       map[Verb]Driver     `json:"verbs,omitzero"`
	Evidence    map[string]Evidence `json:"evidence,omitzero"` // by requirement
	Excludes    map[string]string   `json:"excludes,omitzero"` // see Access

	access Access
}

// Evidence is a document that the candidate declares for a requirement, which a person will review.
type Evidence struct {
	File string        `json:"file"` // absolute after Load
	Date interops.Date `json:"date"` // of what it shows
	Note string        `json:"note,omitzero"`
	// Also are the documents that go with it.
	Also []Evidence `json:"also,omitzero"`
	// Content is what the file holds; nil after Load when Trouble tells why it cannot be read.
	Content []byte `json:"-"`
	Trouble error  `json:"-"`
}

// Documents are the document and those that go with it.
func (e Evidence) Documents() []Evidence {
	all := []Evidence{e}
	for _, more := range e.Also {
		all = append(all, more.Documents()...)
	}
	return all
}

// Reach returns what the candidate lets be seen and done in a role without mode; nil when it does not play it.
func (c *Candidate) Reach(role Role) *Reach {
	switch {
	case role == RoleMSSIMAP && c.MSSIMAP != nil, role == RoleMSSSMTP && c.MSSSMTP != nil,
		role == RoleMSSOperator && c.MSSOperator != nil, role == RoleMSSOrganisation && c.MSSOrganisation != nil:
		return &c.MSSante.Reach
	case role == RoleLPS && c.LPS != nil:
		return &c.LPS.Reach
	case role == RoleIdentityProvider && c.IdentityProvider != nil:
		return &c.IdentityProvider.Reach
	case role == RolePSCService && c.PSCService != nil:
		return &c.PSCService.Reach
	case role == RolePSCAPI && c.PSCAPI != nil:
		return &c.PSCAPI.Reach
	}
	return nil
}

// Provided returns where the harness plays Pro Santé Connect before the candidate, and the key of the file that says so; nil
// where it does not.
func (c *Candidate) Provided() (psc *PSC, key string) {
	switch {
	case c.MSSante != nil:
		return &c.MSSante.PSC, "mssante.psc"
	case c.PSCService != nil:
		return &c.PSCService.PSC, "roles." + string(RolePSCService) + ".psc"
	case c.PSCAPI != nil:
		return &c.PSCAPI.PSC, "roles." + string(RolePSCAPI) + ".psc"
	case c.LPS != nil:
		return &c.LPS.PSC.PSC, "roles." + string(RoleLPS) + ".psc"
	}
	return nil, ""
}

// Evidence returns the document that the candidate declares for a requirement in a role, if it does.
func (c *Candidate) Evidence(role Role, requirement string) (Evidence, bool) {
	r := c.Reach(role)
	if r == nil {
		return Evidence{}, false
	}
	e, ok := r.Evidence[requirement]
	return e, ok
}

// Entity tells whose items of a référentiel the file answers for: the provider's, where it says nothing of it.
func (c *Candidate) Entity() Entity {
	if c.IdentityProvider != nil {
		return c.IdentityProvider.Entity
	}
	return EntityProvider
}

// DefaultSkewSeconds is the clock tolerance of a candidate in a role without mode that declares none.
const DefaultSkewSeconds = 5

// reach checks and completes what a role without mode lets be seen and done, at its place in the file.
func (l *loading) reach(r *Reach, organism string, at ...string) {
	if r.SkewSeconds == nil {
		seconds := DefaultSkewSeconds
		r.SkewSeconds = &seconds
	}
	here := func(keys ...string) []string { return append(slices.Clone(at), keys...) }
	l.excludes(r.Excludes, here("excludes"))
	l.evidence(r.Evidence, here("evidence"))
	for verb, driver := range r.Verbs {
		r.Verbs[verb] = driver.complete("POST", IdentityNone)
		if driver.HTTP != nil {
			l.notOurs(driver.HTTP.URL, here("verbs", string(verb), "http", "url")...)
		}
	}
	r.access = Access{
		Organism: organism, SkewSeconds: r.SkewSeconds, Verbs: r.Verbs, Clock: r.Clock, Capabilities: map[Capability]bool{}, Excludes: r.Excludes,
	}
}

// evidence reads the declared documents.
func (l *loading) evidence(declared map[string]Evidence, where []string) {
	for _, id := range slices.Sorted(maps.Keys(declared)) {
		at := append(slices.Clone(where), id)
		if !requirementID.MatchString(id) {
			l.report(trouble{say("l'identifiant d'une exigence", "the id of a requirement"),
				say("Écrivez par exemple GOV-02 ; conformance list requirements les énumère.", "Write for instance GOV-02; conformance list requirements lists them.")}, at...)
			continue
		}
		declared[id] = l.evidenceOf(declared[id], at)
	}
}

// evidenceOf reads a document and those that go with it. One that cannot be read keeps nothing else from being judged: its
// requirement says so.
func (l *loading) evidenceOf(e Evidence, at []string) Evidence {
	for i := range e.Also {
		e.Also[i] = l.evidenceOf(e.Also[i], append(slices.Clone(at), "also", strconv.Itoa(i)))
	}
	key := append(slices.Clone(at), "file")
	path, ok := l.resolve(e.File, key...)
	if !ok {
		return e
	}
	e.File = path
	if l.awaited(path) {
		return e
	}
	if e.Content, e.Trouble = readLimited(path, maxEvidence); e.Trouble != nil {
		e.Content = nil
		return e
	}
	l.digests[keyPath(key)] = digestOf(e.Content)
	return e
}

// oneProduct wants the roles of one product: those of a gateway, those of an operator of MSSanté, or one of the others.
func (l *loading) oneProduct() bool {
	var products []string
	for _, role := range Roles() {
		if p := product(role); len(l.out.Modes(role)) > 0 && !slices.Contains(products, p) {
			products = append(products, p)
		}
	}
	if len(products) > 1 {
		l.report(trouble{say("les rôles d'un seul produit : une passerelle InterOPS, un opérateur MSSanté, ou l'un des autres rôles, seul", "the roles of one product: a gateway of InterOPS, an operator of MSSanté, or one of the other roles, alone"),
			say("Ce sont %d produits : décrivez-les dans autant de fichiers.", "These are %d products: describe them in as many files.", len(products))}, "roles")
	}
	return len(products) <= 1
}

// product names what plays a role together with others.
func product(role Role) string {
	switch {
	case slices.Contains(MSSRoles(), role):
		return "mssante"
	case role.WithoutMode():
		return string(role)
	}
	return "interops"
}

// alone checks and completes a role that has a file to itself.
func (l *loading) alone() {
	c := l.out
	at := func(role Role) []string { return []string{"roles", string(role)} }
	switch {
	case c.IdentityProvider != nil:
		l.reach(&c.IdentityProvider.Reach, IdentityOrganism, at(RoleIdentityProvider)...)
		l.identityProvider(c.IdentityProvider)
	case c.PSCService != nil:
		l.reach(&c.PSCService.Reach, VendorOrganism, at(RolePSCService)...)
		l.pscService(c.PSCService)
	case c.PSCAPI != nil:
		l.reach(&c.PSCAPI.Reach, APIOrganism, at(RolePSCAPI)...)
		l.pscAPI(c.PSCAPI)
	case c.LPS != nil:
		l.reach(&c.LPS.Reach, VendorOrganism, at(RoleLPS)...)
		l.lps(c.LPS)
	}
}

// withoutMode tells whether the file as it is written declares a role without mode: it has another sample convention.
func (l *loading) withoutMode() bool {
	if _, health := l.root.at("mssante"); health {
		return true
	}
	return slices.ContainsFunc(Roles(), func(r Role) bool {
		_, declared := l.root.at("roles", string(r))
		return declared && r.WithoutMode()
	})
}
