package candidate

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"

	"etalon/internal/verdict"
)

const candidateSchema = "candidate.schema.json"

// declaration is the candidate file as it is written.
type declaration struct {
	Candidate struct {
		Name    string `json:"name"`
		Vendor  string `json:"vendor"`
		Version string `json:"version"`
	} `json:"candidate"`
	Convention string     `json:"convention"`
	Profile    string     `json:"profile"`
	PKI        PKI        `json:"pki"`
	MSSante    *MSSante   `json:"mssante"`
	Container  *Container `json:"container"`
	Roles      struct {
		Provider       *Provider               `json:"fournisseur"`
		Client         *Client                 `json:"client"`
		Identification *IdentificationOperator `json:"operateur-identification"`
		Authentication *AuthenticationOperator `json:"operateur-authentification"`
		Service        *ServiceOperator        `json:"operateur-service"`
		MSSIMAP        *MSSInterface           `json:"mss-imap"`
		MSSSMTP        *MSSInterface           `json:"mss-smtp"`

		MSSOperator      *MSSOperator      `json:"mss-operateur"`
		MSSOrganisation  *MSSOrganisation  `json:"mss-organisation"`
		LPS              *LPS              `json:"lps"`
		IdentityProvider *IdentityProvider `json:"fournisseur-identite"`
		PSCService       *PSCService       `json:"service-psc"`
		PSCAPI           *PSCAPI           `json:"api-psc"`
	} `json:"roles"`
	Listen Listen `json:"listen"`
}

// Load reads a candidate file and everything that it names, checks it, and completes what it leaves
// out. Its error is Problems, all of them, when the user can mend it; any other error is ours.
func Load(path string) (*Candidate, error) { return load(path, func(*loading) {}) }

// load is Load, with what is known of the container.
func load(path string, with func(*loading)) (*Candidate, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, verdict.Tell("lecture du candidat : %s", "load candidate: %s", err)
	}
	l := &loading{document: openDocument(path), folder: filepath.Dir(absolute), digests: map[string]string{}}
	with(l)
	l.out = &Candidate{Path: absolute}
	if l.root != nil && len(l.problems) == 0 {
		if err := l.read(); err != nil {
			return nil, verdict.Tell("lecture du candidat : %s", "load candidate: %s", err)
		}
	}
	if err := slices.Concat(l.problems, l.others).orNil(); err != nil {
		return nil, err
	}
	l.out.digest = l.digest()
	l.out.names = namedIn(l.root)
	return l.out, nil
}

// loading is a candidate file being read.
type loading struct {
	*document
	folder   string            // of the file, absolute
	others   Problems          // of the files that it names
	digests  map[string]string // of the files that it names, by key
	declared declaration
	out      *Candidate
	// own is what a candidate made in a page may call, nil for a file of the disk.
	own *Targets
	// places are where the ports of the container are reached; with trial it does not run yet, and any will do.
	places map[int]string
	trial  bool
}

// read takes the file apart. The convention and the profile are read even when the shape of the rest
// is wrong, so that all problems come at once.
func (l *loading) read() error {
	l.settle()
	if l.own != nil {
		l.confined()
	}
	before := len(l.problems)
	if err := l.fits(candidateSchema); err != nil {
		return err
	}
	shapely := len(l.problems) == before
	if err := l.profile(); err != nil {
		return err
	}
	if err := l.convention(); err != nil {
		return err
	}
	if !shapely {
		return nil
	}
	if err := l.decode(&l.declared); err != nil {
		return err
	}
	l.fill()
	return nil
}

// profile reads the profile that the file names.
func (l *loading) profile() (err error) {
	n, given := l.root.at("profile")
	name, text := n.value.(string)
	switch {
	case !given || !text:
		l.out.Profile, err = shippedProfile("current")
		return err
	case slices.Contains(ProfileNames(), name):
		l.out.Profile, err = shippedProfile(name)
		return err
	}
	if l.out.Profile, err = shippedProfile("current"); err != nil {
		return err
	}
	d := l.named("profile")
	if d == nil {
		return nil
	}
	own, err := d.profile()
	if own != nil {
		l.out.Profile = own
	}
	l.others = append(l.others, d.problems...)
	return err
}

// convention reads the convention that the file names, or takes the shipped one.
func (l *loading) convention() (err error) {
	if _, given := l.root.at("convention"); !given {
		l.out.Convention, l.out.ConventionText = DefaultConvention(), ConventionText()
		if l.withoutMode() {
			l.out.Convention, l.out.ConventionText = MSSConvention(), nil
		}
		return nil
	}
	d := l.named("convention")
	if d == nil {
		return nil
	}
	l.out.Convention, err = d.convention(&l.out.Profile.Profile)
	l.out.ConventionText = d.raw
	l.others = append(l.others, d.problems...)
	return err
}

// named opens the YAML file that a key names; nil when the key is no file name that we may follow.
func (l *loading) named(key string) *document {
	n, _ := l.root.at(key)
	name, text := n.value.(string)
	if !text || name == "" {
		return nil
	}
	path, ok := l.resolve(name, key)
	if !ok {
		return nil
	}
	if _, err := os.Stat(path); err != nil {
		l.report(unreadable(err), key)
		return nil
	}
	d := openDocument(path)
	l.digests[key] = digestOf(d.raw)
	return d
}

// fill checks and completes the parts of the candidate.
func (l *loading) fill() {
	c, f := l.out, &l.declared
	c.conventionFile = f.Convention
	c.Name, c.Vendor, c.Version = f.Candidate.Name, f.Candidate.Vendor, f.Candidate.Version
	c.PKI, c.Listen, c.Container = f.PKI, f.Listen, f.Container
	if c.Container != nil {
		l.container(c.Container)
	}
	c.Provider, c.Client = f.Roles.Provider, f.Roles.Client
	c.Identification, c.Authentication, c.Service = f.Roles.Identification, f.Roles.Authentication, f.Roles.Service
	l.pki(&c.PKI)
	l.listen(&c.Listen)
	c.MSSante, c.MSSIMAP, c.MSSSMTP, c.MSSOperator, c.MSSOrganisation = f.MSSante, f.Roles.MSSIMAP, f.Roles.MSSSMTP, f.Roles.MSSOperator, f.Roles.MSSOrganisation
	c.LPS, c.IdentityProvider, c.PSCService, c.PSCAPI = f.Roles.LPS, f.Roles.IdentityProvider, f.Roles.PSCService, f.Roles.PSCAPI
	l.modes()
	if !l.oneProduct() {
		return
	}
	if slices.ContainsFunc(MSSRoles(), c.declares) || c.MSSante != nil {
		l.health()
		return
	}
	l.alone()
	if c.Convention == nil {
		return // its problems are noted; nothing can be checked against it
	}
	for _, role := range Roles() {
		if access := c.Access(role); access != nil && !role.WithoutMode() {
			l.access(role, access)
			l.role(role)
		}
	}
}

// role checks and completes what is a role's own.
func (l *loading) role(role Role) {
	switch c := l.out; role {
	case RoleProvider:
		l.provider(c.Provider)
	case RoleClient:
		l.client(c.Client)
	case RoleIdentification:
		l.identification(c.Identification)
	case RoleAuthentication:
		l.authentication(c.Authentication)
	case RoleService:
		l.service(c.Service)
	}
}

// traces checks the source of the traces.
func (l *loading) traces(t *Traces, at []string) {
	if t.sources() != 1 {
		l.report(trouble{say("une source et une seule : file, http, command ou declared", "one source and one only: file, http, command or declared"),
			say("Gardez celle d'où le banc lira les traces.", "Keep the one from which the harness will read the traces.")}, at...)
	}
	if t.Format == FormatMap && len(t.Map) == 0 || t.Format == FormatEtalon && len(t.Map) > 0 {
		l.report(trouble{say("map avec sa table, ou etalon sans table", "map with its table, or etalon without one"),
			say("Ajoutez ou retirez la clé « map ».", "Add or remove the key “map”.")}, append(slices.Clip(at), "format")...)
	}
	t.complete()
	if t.File != "" {
		t.File, _ = l.resolve(t.File, append(slices.Clip(at), "file")...)
	}
	if t.Declared != "" {
		t.Declared, _ = l.file(t.Declared, append(slices.Clip(at), "declared")...)
	}
	if t.KeyFile != "" {
		t.KeyFile, t.Key = l.file(t.KeyFile, append(slices.Clip(at), "key_file")...)
		t.Key = bytes.TrimSpace(t.Key)
	}
	if t.Exchange != "" {
		l.notOurs(t.Exchange, append(slices.Clip(at), "exchange")...)
	}
}
