package candidate_test

import (
	"os"
	"path/filepath"
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
	want := candidate.Choices{Size: 10485760, AuthLine: 12288, Sessions: 10, SkewSeconds: m.SkewSeconds, SessionLimit: m.SessionLimit}
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
	for _, role := range candidate.MSSRoles() {
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
	if want := []string{"psc", "operateur-mss", "editeur-lps", "structure-1750000001"}; !slices.Equal(names, want) {
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
