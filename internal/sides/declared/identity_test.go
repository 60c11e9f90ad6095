package declared_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/features"
	"etalon/internal/candidate"
	"etalon/internal/pdfsig"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/sides/declared"
	"etalon/internal/sides/sidetest"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// today is the protocol time of these tests.
var today = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// identityFile is an identity provider that hands documents over.
const identityFile = `candidate: {name: "Identité d'essai", vendor: Exemple, version: "1"}
roles:
  fournisseur-identite:
    issuer: "https://127.0.0.1:8571"
    entity: %s
    client: {id: psc, secret: secret-test-psc}
    login: {forms: [{user: login, password: password}]}
    means: [{name: carte, amr: [sc, pin, mfa], strong: true}]
    establishments: [{id: es-1, persons: [{id: anne.test-un, secret: secret-test-anne}]}]
    evidence: {%s}
listen: {address: 127.0.0.1, ports: auto}
`

// firm is who signs the form of a penetration test, with a certificate of two years.
var firm = sync.OnceValues(func() (crypto.Signer, *x509.Certificate) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "TEST CABINET"}, NotBefore: today.AddDate(-2, 0, 0), NotAfter: today.AddDate(0, 1, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return key, leaf
})

// signedForm is a form that the firm signed on a day.
func signedForm(t *testing.T, at time.Time) []byte {
	t.Helper()
	key, leaf := firm()
	doc, err := pdfsig.Sign(pdfsig.Make("TEST formulaire"), key, []*x509.Certificate{leaf}, at)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// handed is a document that the candidate hands over for a requirement.
type handed struct {
	row, file, date string
	content         []byte
	also            string
}

// judgeIdentity judges the documents of an identity provider: every case that asks for one, and no other.
func judgeIdentity(t *testing.T, entity string, documents ...handed) *verdict.Run {
	t.Helper()
	run, err := tryIdentity(t, entity, documents...)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// tryIdentity is judgeIdentity, which may be refused.
func tryIdentity(t *testing.T, entity string, documents ...handed) (*verdict.Run, error) {
	t.Helper()
	dir := t.TempDir()
	var lines []string
	for _, d := range documents {
		lines = append(lines, fmt.Sprintf("%s: {file: %s, date: %s%s}", d.row, d.file, d.date, d.also))
		if d.content != nil {
			write(t, dir, d.file, d.content)
		}
	}
	write(t, dir, "presences.csv", []byte("nom;jour\nAnne;2026-02-28\n"))
	write(t, dir, "candidate.yaml", fmt.Appendf(nil, identityFile, entity, strings.Join(lines, ", ")))
	c, err := candidate.Load(filepath.Join(dir, "candidate.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	suite := sidetest.Of(t)
	s, err := stand.For(c, "declared")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	s.Bench.Clock.Set(today)
	alone := scenario.Domain{Name: "declared", Steps: declared.Steps(), Side: func(*scenario.Run, string) (scenario.Side, error) { return declared.Alone(), nil }}
	plan := slices.DeleteFunc(slices.Clone(suite.Plan), func(trial scenario.Trial) bool { return !slices.Contains(trial.Needs, "piece") })
	return scenario.Judgement{
		Config:    scenario.Config{Candidate: c, Bench: s.Bench, Tree: features.FS, Domains: []scenario.Domain{alone}, Texts: suite.Texts, Progress: scenario.Quiet{}},
		Catalogue: suite.Catalogue, Plan: plan, Out: filepath.Join(dir, "run"),
	}.Judge(t.Context())
}

func write(t *testing.T, dir, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// told is what a case came to: its verdict, and the rule or reason.
func told(run *verdict.Run, row string) string {
	for _, c := range run.Cases {
		if c.Requirement == row {
			if len(c.Findings) > 0 {
				return c.Verdict.String() + " " + c.Findings[0].Rule
			}
			return c.Verdict.String() + " " + c.Why.Key
		}
	}
	for _, n := range run.NotRun {
		if strings.Contains(n.Address, "/"+row+"-") {
			return fmt.Sprint("not run ", n.Why.Key, " ", n.Declared)
		}
	}
	return "nothing"
}

// A document for what is no requirement would go unread: it is refused before anything is played.
func TestDocumentOfNoRequirement(t *testing.T) {
	for _, row := range []string{"EXI-FI-99", "GOV-02"} {
		_, err := tryIdentity(t, "fournisseur", handed{row: row, file: "piece.pdf", date: "2026-02-01", content: pdfsig.Make("TEST")})
		if !errors.Is(err, scenario.ErrExclusion) || !strings.Contains(err.Error(), "roles.fournisseur-identite.evidence: "+row) {
			t.Errorf("%s: %v", row, err)
		}
	}
}

// A form of a penetration test: each way in which it can be wrong is told, and one that cannot be read accuses nobody.
func TestFormOfThePenetrationTest(t *testing.T) {
	honest := signedForm(t, today.AddDate(0, -2, 0))
	changed := func(old, with string) []byte { return bytes.Replace(honest, []byte(old), []byte(with), 1) }
	sealed := append(bytes.Clone(honest), "\n9 0 obj\n<< /Type /Catalog /Pages 2 0 R /DSS 10 0 R >>\nendobj\nstartxref\n9\n%%EOF\n"...)
	behind := append(bytes.Clone(honest), "\n9 0 obj\n<< /Type /Annot >>\nendobj\nstartxref\n9\n%%EOF\n"...)
	for name, x := range map[string]struct {
		content    []byte
		date, want string
	}{
		"honest":               {honest, "2026-09-01", "review review"},
		"sealed afterwards":    {sealed, "2026-09-01", "review review"},
		"not signed":           {pdfsig.Make("TEST formulaire"), "2026-09-01", "fail document-unsigned"},
		"changed":              {changed("TEST formulaire", "TEST formulairE"), "2026-09-01", "fail document-signature-broken"},
		"something behind":     {behind, "2026-09-01", "fail document-signature-partial"},
		"signed too early":     {signedForm(t, today.AddDate(-30, 0, 0)), "2026-09-01", "fail document-signature-outdated"},
		"unknown format":       {changed("adbe.pkcs7.detached", "adbe.pkcs7.sha1    "), "2026-09-01", "inconclusive document-unverified"},
		"a year old":           {honest, "2025-10-01", "fail document-too-old"},
		"a year old by itself": {signedForm(t, today.AddDate(-1, -1, 0)), "2026-09-01", "fail document-too-old"},
		"still to come":        {honest, "2027-01-01", "inconclusive document-to-come"},
		"missing":              {nil, "2026-09-01", "inconclusive document-missing"},
		"empty":                {[]byte{}, "2026-09-01", "inconclusive document-empty"},
		"truncated":            {honest[:len(honest)/2], "2026-09-01", "inconclusive document-truncated"},
		"encrypted":            {changed("/Prev ", "/Encrypt 9 0 R /Prev "), "2026-09-01", "inconclusive document-encrypted"},
		"not a PDF":            {[]byte("PK\x03\x04 formulaire"), "2026-09-01", "inconclusive document-not-pdf"},
	} {
		run := judgeIdentity(t, "fournisseur", handed{row: "EXI-FI-06", file: "formulaire.pdf", date: x.date, content: x.content})
		if got := told(run, "EXI-FI-06"); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
		for _, c := range run.Cases {
			if strings.HasPrefix(x.want, "inconclusive document-") && !strings.Contains(c.Reason, "formulaire.pdf") {
				t.Errorf("%s: %q does not name the file", name, c.Reason)
			}
			if name == "honest" && !slices.ContainsFunc(c.Exchanges, func(e verdict.Exchange) bool { return e.Label == "remark-signatures" && e.Response != "" }) {
				t.Errorf("%s: the signer is not shown: %+v", name, c.Exchanges)
			}
			if name == "honest" && !strings.Contains(c.Reason, "CN=TEST CABINET") {
				t.Errorf("%s: %q does not name the signer", name, c.Reason)
			}
		}
	}
}

// An extract of indicators that a program can read is looked into, any other is not.
func TestIndicators(t *testing.T) {
	for name, x := range map[string]struct{ file, content, want string }{
		"columns":   {"releve.csv", "duree_session;amr;niveau\n14400;sc,pin;eidas3\n", "review review"},
		"JSON":      {"releve.json", `{"session_seconds":14400,"means":[{"name":"carte","strength":"élevé"}]}`, "review review"},
		"no means":  {"releve.csv", "session;niveau\n14400;eidas3\n", "inconclusive document-fields"},
		"not UTF-8": {"releve.csv", "session;ni\xe9\n", "inconclusive document-not-text"},
		"a picture": {"releve.png", "\x89PNG\r\n\x1a\n session", "review review"},
	} {
		run := judgeIdentity(t, "fournisseur", handed{row: "EXI-FI-28", file: x.file, date: "2026-09-01", content: []byte(x.content)})
		if got := told(run, "EXI-FI-28"); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// The retention of traces is read in an extract, and in its declaration where no date can be read.
func TestRetention(t *testing.T) {
	for name, x := range map[string]struct{ file, date, content, want string }{
		"an old line":        {"extrait.csv", "2026-10-30", "instant;qui\n2026-07-01T08:00:00Z;anne\n2026-10-01T08:00:00Z;anne\n", "review review"},
		"a month":            {"extrait.csv", "2026-07-01", "instant;qui\n2026-10-01T08:00:00Z;anne\n", "fail document-too-recent"},
		"JSON lines":         {"extrait.jsonl", "2026-10-30", "{\"at\":\"2026-08-01T08:00:00Z\"}\n", "review review"},
		"no date to be read": {"extrait.csv", "2026-08-01", "qui\nanne\n", "review review"},
		"a recent picture":   {"extrait.png", "2026-10-01", "\x89PNG\r\n\x1a\n", "fail document-too-recent"},
	} {
		run := judgeIdentity(t, "fournisseur", handed{row: "FI-55", file: x.file, date: x.date, content: []byte(x.content)})
		if got := told(run, "FI-55"); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// What is another entity's is not applicable, and waits for nothing.
func TestEntities(t *testing.T) {
	for entity, want := range map[string]map[string]string{
		"fournisseur":   {"EXI-FI-04": "not run for-establishment true", "EXI-FI-09": "not run no-evidence false", "EXI-FI-01": "not run no-evidence false"},
		"etablissement": {"EXI-FI-04": "not run no-evidence false", "EXI-FI-09": "not run for-provider true", "EXI-FI-01": "not run no-evidence false"},
		"les-deux":      {"EXI-FI-04": "not run no-evidence false", "EXI-FI-09": "not run no-evidence false", "EXI-FI-01": "not run no-evidence false"},
	} {
		run := judgeIdentity(t, entity, handed{row: "EXI-FI-34", file: "procedure.pdf", date: "2026-02-01", content: pdfsig.Make("TEST")})
		for row, w := range want {
			if got := told(run, row); got != w {
				t.Errorf("%s, %s: %s, want %s", entity, row, got, w)
			}
		}
		elsewhere := 0
		for _, x := range run.Items {
			if x.Elsewhere {
				elsewhere++
			}
		}
		if most := map[string]int{"fournisseur": 5, "etablissement": 24, "les-deux": 0}[entity]; elsewhere != most {
			t.Errorf("%s: %d items are another's, want %d", entity, elsewhere, most)
		}
	}
}

// A report with five documents, one of them a signed PDF and one that goes with another: undetermined until a person has
// reviewed them, the items in the order of the référentiel in the page and in the record.
func TestFiveDocumentsOfAnIdentityProvider(t *testing.T) {
	plain := pdfsig.Make("TEST")
	run := judgeIdentity(t, "fournisseur",
		handed{row: "EXI-FI-01", file: "organigramme.pdf", date: "2026-01-31", content: plain, also: ", note: page 3"},
		handed{row: "EXI-FI-02", file: "sensibilisation.pdf", date: "2026-01-31", content: plain, also: ", also: [{file: presences.csv, date: 2026-02-28}]"},
		handed{row: "EXI-FI-06", file: "formulaire.pdf", date: "2026-09-01", content: signedForm(t, today.AddDate(0, -2, 0))},
		handed{row: "EXI-FI-09", file: "registre.pdf", date: "2026-03-01", content: plain},
		handed{row: "EXI-FI-34", file: "incidents.pdf", date: "2026-04-01", content: plain},
	)
	if run.Counts.Review != 5 || run.Counts.Fail != 0 || run.Level.Profile != verdict.Undetermined {
		t.Errorf("%+v, level %s", run.Counts, run.Level.Profile)
	}
	if exit := run.Exit(verdict.Majeure); exit != 4 {
		t.Errorf("exit %d, want 4", exit)
	}
	want, err := scenario.LoadItems(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	documents := map[string]int{}
	for i, x := range run.Items {
		if len(run.Items) != len(want) || x.ID != want[i].ID {
			t.Fatalf("item %d of %d is %s", i, len(run.Items), x.ID)
		}
		for _, d := range x.Evidence {
			documents[x.ID]++
			if len(d.Digest) != len("sha256:")+64 || d.Date == "" || d.Size == 0 || !slices.ContainsFunc(run.Evidence, func(e verdict.Evidence) bool { return e.Digest == d.Digest }) {
				t.Errorf("%s: %+v", x.ID, d)
			}
		}
	}
	if fmt.Sprint(documents) != "map[EXI FI 01:1 EXI FI 02:2 EXI FI 06:1 EXI FI 09:1 EXI FI 34:1]" {
		t.Errorf("documents %v", documents)
	}
	for _, format := range []string{"html", "json", "text"} {
		inOrder(t, format, run, want)
	}
}

// inOrder looks for the items in a format, one after the other, once the section of the référentiel begins.
func inOrder(t *testing.T, format string, run *verdict.Run, want []verdict.Item) {
	t.Helper()
	f, err := report.Find(format)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out, run, report.Options{Lang: "fr", Texts: sidetest.Of(t).Texts}); err != nil {
		t.Fatal(err)
	}
	if format == "json" {
		var told struct{ Items []verdict.Item }
		if err := json.Unmarshal(out.Bytes(), &told); err != nil || len(told.Items) != len(want) {
			t.Errorf("%d items, %v", len(told.Items), err)
		}
	}
	rest := out.String()
	for _, x := range want {
		var found bool
		if _, rest, found = strings.Cut(rest, x.ID); !found {
			t.Fatalf("%s: %s is missing, or not in its place", format, x.ID)
		}
	}
}

func TestEarliestLine(t *testing.T) {
	for content, want := range map[string]string{
		"":                          "",
		"rien ici\n":                "",
		"2026-08-01T08:00:00Z anne": "2026-08-01",
		"id;né;le\n1;1980-02-03;2026-09-01\n2;1975-01-01;2026-07-15": "2026-07-15", // of the days on a line the last
		`{"at":"2026-05-01","exp":"2099-01-01"}`:                     "2026-05-01", // what is to come is none
		"31/07/2026 connexion":                                       "2026-07-31",
		"10.0.0.1 - [05/Jun/2026:10:00:00 +0200] login":              "2026-06-05",
		"2026-13-45 pas un jour":                                     "",
	} {
		at, ok := declared.EarliestLine([]byte(content), today)
		got := ""
		if ok {
			got = at.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
}

// Traces that a run reads stand for an extract of them; one that is handed over all the same is looked at.
func TestTracesStandForAnExtract(t *testing.T) {
	const traced = "fournisseur\n    traces: {file: traces.jsonl, map: {time: t}}"
	for _, x := range []struct {
		declared   string
		fi54, fi55 string
	}{
		{"fournisseur", verdict.ReasonNoEvidence, verdict.ReasonNoEvidence},
		{traced, verdict.ReasonTracesRead, verdict.ReasonNoEvidence},
		{traced + "\n    clock: {http: \"http://127.0.0.1:1/clock\"}", verdict.ReasonTracesRead, verdict.ReasonTracesRead},
	} {
		why := map[string]string{}
		for _, n := range judgeIdentity(t, x.declared).NotRun {
			why[n.Address] = n.Why.Key
			if n.Declared != (n.Why.Key == verdict.ReasonTracesRead) && n.Why.Key != verdict.ReasonForEstablishment && n.Why.Key != verdict.ReasonIndicatorsRead {
				t.Errorf("%s: %s, declared %t", n.Address, n.Why.Key, n.Declared)
			}
		}
		if why["fournisseur-identite/-/FI-54-D"] != x.fi54 || why["fournisseur-identite/-/FI-55-D"] != x.fi55 {
			t.Errorf("%q: FI-54-D %s, FI-55-D %s", x.declared, why["fournisseur-identite/-/FI-54-D"], why["fournisseur-identite/-/FI-55-D"])
		}
	}
	run := judgeIdentity(t, traced, handed{row: "FI-54", file: "extrait.csv", date: "2026-01-31", content: []byte("date;qui\n2026-01-30;anne\n")})
	if got := told(run, "FI-54"); !strings.HasPrefix(got, "review") {
		t.Errorf("an extract that is handed over: %s", got)
	}
}
