package candidate_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/mssante"
)

const mail = `candidate: {name: O, vendor: V, version: "1"}
mssante:
  host: mail.operateur.test.invalid
  token_check: both
  mailboxes:
    - {address: s@operateur.test.invalid, type: PER, holder: "899700000033", suspended: true}
    - {address: o@operateur.test.invalid, type: ORG, holder: "300000000000025", delegates: ["899700000017"]}
    - {address: a@operateur.test.invalid, type: PER, holder: "899700000017", test_identity: ANS20230101000000}
    - {address: p@operateur.test.invalid, type: APP, holder: "300000000000033"}
    - {address: q@operateur.test.invalid, type: APP, holder: "1750000001", certificate: {certificate: q.pem, key: q.key}}
  evidence: {GOV-02: {file: procedure.pdf, date: 2026-01-31, note: page 3}}
  excludes: {SESS-04: une session par boîte}
  verbs: {restart: {http: {url: "http://127.0.0.1:8090/restart"}}}
roles:
  mss-imap: {address: "127.0.0.1:143"}
  mss-smtp: {address: "[::1]:587", implicit: "mail.operateur.test.invalid:465"}
`

func mailFiles(t *testing.T) map[string]string {
	t.Helper()
	certificate, key := pairPEM(t)
	return map[string]string{"candidate.yaml": mail, "procedure.pdf": "%PDF-1.4", "q.pem": certificate, "q.key": key}
}

func TestLoadMSSante(t *testing.T) {
	dir := write(t, mailFiles(t))
	c := load(t, dir)
	if got := c.Scope(); !slices.Equal(got, []string{"mss-imap/-", "mss-smtp/-"}) {
		t.Errorf("scope %v", got)
	}
	if role, mode := candidate.SplitScope("mss-smtp/-"); role != candidate.RoleMSSSMTP || mode != candidate.NoMode {
		t.Errorf("split: %s, %s", role, mode)
	}
	m := c.MSSante
	if c.Interface(candidate.RoleMSSIMAP) != c.MSSIMAP || c.MSSIMAP.Address != "127.0.0.1:143" || c.MSSSMTP.Implicit != "mail.operateur.test.invalid:465" || c.Interface(candidate.RoleClient) != nil {
		t.Errorf("interfaces %+v, %+v", c.MSSIMAP, c.MSSSMTP)
	}
	if m.TokenCheck != mssante.ByBoth || m.SecondMeans != candidate.MeansExternal || m.Recipient != "a@operateur.test.invalid" {
		t.Errorf("means %s, %s, recipient %s", m.TokenCheck, m.SecondMeans, m.Recipient)
	}
	want := candidate.Choices{Size: 10485760, AuthLine: 12288, Sessions: 10, SessionLimit: m.SessionLimit}
	if m.Choices != want || *m.SkewSeconds != 5 || m.SessionLimit.Duration != 4*time.Hour || m.Discovery != nil {
		t.Errorf("choices %+v", m.Choices)
	}
	if m.PSC.Listen != candidate.FixedPSC || m.PSC.Client != candidate.SampleOperatorClient() {
		t.Errorf("Pro Santé Connect %+v", m.PSC)
	}
	if per, app, out := m.Open(mssante.Personal), m.Open(mssante.Application), m.Suspended(); len(per) != 1 || per[0].TestIdentity == "" || len(out) != 1 ||
		len(app) != 2 || app[0].Certificate != nil || app[1].Certificate.TLS.PrivateKey == nil {
		t.Errorf("mailboxes: %+v, %+v, %+v", per, app, out)
	}
	if e := m.Evidence["GOV-02"]; e.File != filepath.Join(dir, "procedure.pdf") || string(e.Content) != "%PDF-1.4" || e.Date.Format(time.DateOnly) != "2026-01-31" {
		t.Errorf("evidence %+v", e)
	}
}

func TestMSSanteAccess(t *testing.T) {
	c := load(t, write(t, mailFiles(t)))
	for _, role := range []candidate.Role{candidate.RoleMSSIMAP, candidate.RoleMSSSMTP} {
		a := c.Access(role)
		if a == nil || a.Organism != candidate.OperatorOrganism || a.Verbs[candidate.Restart].HTTP.Method != "POST" || a.Traces != nil {
			t.Fatalf("%s: %+v", role, a)
		}
		if reason, excluded := c.Excludes(string(role), "SESS-04"); !excluded || reason != "une session par boîte" {
			t.Errorf("%s: excluded %t, %q", role, excluded, reason)
		}
	}
	if len(c.Exclusions()) != 2 || c.Choice(candidate.RoleMSSIMAP, candidate.NoMode) != (candidate.Choice{}) {
		t.Errorf("exclusions %v", c.Exclusions())
	}
}

func TestMSSanteConventionHasTheStructures(t *testing.T) {
	c := load(t, write(t, mailFiles(t)))
	var names []string
	for _, o := range c.Convention.Organisms {
		names = append(names, o.Name)
	}
	if want := []string{
		"psc", "operateur-mss", "editeur-lps", "identite-locale", "api-sante", "operateur-voisin", "operateur-inconnu", "espace-de-confiance", "cabinet-audit", "operateur-second", "structure-1750000001",
	}; !slices.Equal(names, want) {
		t.Errorf("organisms %v, want %v", names, want)
	}
	for holder, want := range map[mssante.IdNat]string{"300000000000033": "editeur-lps", "300000000000025": "operateur-mss", "1750000001": "structure-1750000001"} {
		if got := candidate.StructureOrganism(holder); got != want {
			t.Errorf("%s: %s, want %s", holder, got, want)
		}
	}
	files := mailFiles(t)
	files["candidate.yaml"] += "convention: convention.yaml\n"
	files["convention.yaml"] = portals
	c = load(t, write(t, files))
	_, own := c.Convention.Organism("fournisseur")
	if _, ours := c.Convention.Organism("psc"); !own || !ours {
		t.Errorf("a convention of one's own: %+v", c.Convention.Organisms)
	}
}

func TestEvidenceIsInTheDigest(t *testing.T) {
	dir := write(t, mailFiles(t))
	before := load(t, dir).Digest()
	if err := os.WriteFile(filepath.Join(dir, "procedure.pdf"), []byte("%PDF-1.5"), 0o644); err != nil {
		t.Fatal(err)
	}
	if load(t, dir).Digest() == before {
		t.Error("another evidence, the same digest")
	}
}

// TestStubOfMSSante writes what was read, and reads it again.
func TestStubOfMSSante(t *testing.T) {
	files := mailFiles(t)
	dir := write(t, files)
	c := load(t, dir)
	told := *c.MSSante
	told.Verbs = map[candidate.Verb]candidate.Driver{candidate.Restart: {HTTP: &candidate.HTTPCall{URL: "http://127.0.0.1:8090/restart"}}}
	stub := candidate.StubCandidate{Name: c.Name, Version: c.Version, MSSante: &told, MSSIMAP: c.MSSIMAP, MSSSMTP: c.MSSSMTP}
	if err := stub.Write(filepath.Join(dir, "candidate.yaml")); err != nil {
		t.Fatal(err)
	}
	again := load(t, dir)
	if !reflect.DeepEqual(again.MSSante, c.MSSante) || *again.MSSIMAP != *c.MSSIMAP || *again.MSSSMTP != *c.MSSSMTP {
		t.Errorf("read again: %+v, want %+v", again.MSSante, c.MSSante)
	}
	stub.MSSante, stub.MSSSMTP = &candidate.MSSante{Host: "h.test.invalid", TokenCheck: mssante.ByKey, Mailboxes: c.MSSante.Open(mssante.Personal)}, nil
	if err := stub.Write(filepath.Join(dir, "candidate.yaml")); err != nil {
		t.Fatal(err)
	}
	if again := load(t, dir); !slices.Equal(again.Scope(), []string{"mss-imap/-"}) || again.MSSante.Size != candidate.DefaultMessageSize {
		t.Errorf("the least that can be said: %v, %+v", again.Scope(), again.MSSante)
	}
}

// TestProductionOfMSSante holds GOV-08: the trust space of production is refused, that of test is not.
func TestProductionOfMSSante(t *testing.T) {
	for host, want := range map[string]bool{
		"mail-psc.formation.mailiz.mssante.fr": true,
		"test.mssante.fr":                      true,
		"bas.chu.mssante.fr":                   true,
		"mail.test.mssante.invalid":            true,
		"mssante.test":                         true,
		"mail.operateur.fr":                    true,
		"127.0.0.1":                            true,
		"mssante.fr":                           false,
		"MAIL.CHU.MSSANTE.FR.":                 false,
		"bas-rhin.mssante.fr":                  false,
		"latest.mssante.fr":                    false,
		"testing.mssante.eu":                   false,
		"mail.mssante.chu-exemple.fr":          false,
		"mail.test.ameli.fr":                   false,
		"auth.bas.esante.gouv.fr":              false,
	} {
		if got := candidate.OfTest(host); got != want {
			t.Errorf("%s: of test %t, want %t", host, got, want)
		}
	}
	if len(candidate.TestMarks()) < 5 {
		t.Error("too few marks")
	}
}

// TestSketchLoads writes what a person says in one line, and reads it again.
func TestSketchLoads(t *testing.T) {
	files := mailFiles(t)
	dir := write(t, files)
	sketch := candidate.Sketch{
		Name: `Opérateur "x"`, Vendor: "V", Version: "1", Host: "localhost", TokenCheck: mssante.ByIntrospection, Recipient: "b@operateur.test.invalid",
		PSC: candidate.PSC{Listen: "127.0.0.1:9560", Host: "psc.test.invalid", Client: candidate.PSCClient{ID: "c", Secret: "s: #1"}}, PKIDir: filepath.Join(dir, "pki"), Trust: filepath.Join(dir, "q.pem"),
		Mailboxes: []candidate.Mailbox{
			{Mailbox: mssante.Mailbox{Address: "a@operateur.test.invalid", Type: mssante.Personal, Holder: "899700000017"}, TestIdentity: "ANS1"},
			{Mailbox: mssante.Mailbox{Address: "o@operateur.test.invalid", Type: mssante.Organisational, Holder: "1750000001", Delegates: []mssante.IdNat{"899700000017"}}, Suspended: true},
			{Mailbox: mssante.Mailbox{Address: "p@operateur.test.invalid", Type: mssante.Application, Holder: "1750000001"},
				Certificate: &candidate.Pair{Certificate: filepath.Join(dir, "q.pem"), Key: filepath.Join(dir, "q.key")}},
		},
	}.At("::1", 1143, 0)
	for _, folder := range []string{dir, t.TempDir()} {
		placed, err := sketch.In(folder)
		if err != nil {
			t.Fatal(err)
		}
		if inside := placed.Trust == "q.pem"; inside != (folder == dir) || sketch.Mailboxes[2].Certificate.Key != filepath.Join(dir, "q.key") {
			t.Errorf("in %s: %s, %+v", folder, placed.Trust, sketch.Mailboxes[2].Certificate)
		}
		text, err := placed.Text()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "candidate.yaml"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		c := load(t, folder)
		m := c.MSSante
		if c.Name != sketch.Name || c.MSSIMAP.Address != "[::1]:1143" || c.MSSSMTP != nil || m.PSC != sketch.PSC || m.Recipient != sketch.Recipient || m.TokenCheck != sketch.TokenCheck {
			t.Errorf("read again: %+v, %+v", c.MSSIMAP, m)
		}
		if m.Mailboxes[0].TestIdentity != "ANS1" || !m.Mailboxes[1].Suspended || !slices.Equal(m.Mailboxes[1].Delegates, sketch.Mailboxes[1].Delegates) || m.Mailboxes[2].Certificate.TLS.PrivateKey == nil {
			t.Errorf("mailboxes read again: %+v", m.Mailboxes)
		}
	}
	least, err := candidate.Sketch{Mailboxes: sketch.Mailboxes[:1], Host: "h", TokenCheck: mssante.ByKey, Name: "n", Vendor: "v", Version: "1", PKIDir: "pki", SMTP: "h:587"}.Text()
	if err != nil {
		t.Fatal(err)
	}
	if c := load(t, write(t, map[string]string{"candidate.yaml": string(least)})); c.MSSante.PSC.Listen != candidate.FixedPSC || !slices.Equal(c.Scope(), []string{"mss-smtp/-"}) {
		t.Errorf("the least: %+v", c.MSSante)
	}
}
