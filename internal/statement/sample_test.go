package statement_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"slices"
	"sync"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/seal"
	"etalon/internal/statement"
	"etalon/internal/verdict"
)

// at is when the sample's run ended; its report is signed a minute later.
var at = time.Date(2036, 3, 10, 9, 30, 0, 0, time.UTC)

// catalogue has two rows that documents decide, one that is tried on the wire, and one that the sample does not have.
var catalogue = []verdict.Requirement{
	row("GOV-01", verdict.Majeure, "S"), row("GOV-02", verdict.Bloquante, "P"), row("MTA-01", verdict.Bloquante, "S"),
	{ID: "V10", Roles: []string{"fournisseur"}, Modes: []string{"A"}, Severity: verdict.Bloquante, Basis: "S"},
}

func row(id string, s verdict.Severity, b verdict.Basis) verdict.Requirement {
	return verdict.Requirement{ID: id, Roles: []string{"mss-organisation"}, Severity: s, Basis: b, Title: verdict.Text{FR: "Titre de " + id, EN: "Title of " + id}, Cases: []verdict.CaseBasis{{ID: "D", Basis: b}}}
}

// documents are the files that the candidate declares, by name.
var documents = map[string][]byte{"a.txt": []byte("a\n"), "b.txt": []byte("b\n"), "c.txt": []byte("c\n"), "page.html": []byte("<html>")}

func digest(name string) string { return record.Digest(documents[name]) }

// sample is a run with three cases for a person: of one document, of two, and of a page that was seen.
func sample() *verdict.Run {
	piece := func(name string) verdict.Exchange {
		return verdict.Exchange{Label: "piece", From: "candidate", Marker: name + ", 2036-01-31", Response: digest(name)}
	}
	wait := func(id string, x ...verdict.Exchange) verdict.Case {
		return verdict.Case{Address: "mss-organisation/-/" + id, Requirement: verdict.RequirementOf("x/-/" + id), Basis: "S", Title: "la pièce de " + id + " est jointe", Verdict: verdict.Review, Exchanges: x}
	}
	run := &verdict.Run{
		Schema: verdict.Schema, Candidate: verdict.Candidate{Name: "Opérateur d'essai", Vendor: "Exemple", Version: "1.2"},
		Suite: verdict.Suite{Version: "test", Catalogue: record.Digest([]byte("catalogue"))}, Scope: []string{"mss-organisation/-"},
		Complete: true, Started: at.Add(-time.Minute), Finished: at,
		Cases: []verdict.Case{
			wait("GOV-01-D", piece("a.txt")), wait("GOV-02-D", piece("b.txt"), piece("c.txt")),
			wait("GOV-02-E", verdict.Exchange{Label: "page", From: "harness", Response: digest("page.html")}),
			{Address: "mss-organisation/-/MTA-01-D", Requirement: "MTA-01", Basis: "S", Title: "un échange", Verdict: verdict.Pass},
		},
	}
	for name, b := range documents {
		run.Evidence = append(run.Evidence, verdict.Evidence{Digest: digest(name), MediaType: "text/plain", Size: len(b)})
	}
	slices.SortFunc(run.Evidence, func(a, b verdict.Evidence) int { return bytes.Compare([]byte(a.Digest), []byte(b.Digest)) })
	run.Conclude(catalogue)
	return run
}

// person is somebody who signs.
var people sync.Map

// signer is a person with a certificate of its own authority, made once.
func signer(name string) seal.Signer {
	if s, known := people.Load(name); known {
		return s.(seal.Signer)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "TEST " + name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: at.AddDate(-1, 0, 0), NotAfter: at.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	s, _ := people.LoadOrStore(name, seal.Signer{Key: key, Chain: []*x509.Certificate{leaf}})
	return s.(seal.Signer)
}

// trust are the roots of people.
func trust(names ...string) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, n := range names {
		pool.AddCert(signer(n).Chain[0])
	}
	return pool
}

var texts = sync.OnceValue(func() report.Texts {
	t, err := report.NewTexts()
	if err != nil {
		panic(err)
	}
	return t
})

// archive is the signed report of a run.
func archive(t *testing.T, run *verdict.Run, s seal.Signer) []byte {
	t.Helper()
	evidence := func(d string) ([]byte, error) {
		for name, b := range documents {
			if digest(name) == d {
				return b, nil
			}
		}
		return nil, fmt.Errorf("no evidence %s", d)
	}
	var out bytes.Buffer
	err := report.WriteArchive(&out, run, report.ArchiveOptions{
		Options: report.Options{Texts: texts(), Catalogue: catalogue, Evidence: evidence}, Signer: s, Now: at.Add(time.Minute),
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// signed is the report of the sample, read again.
func signed(t *testing.T, run *verdict.Run) *statement.Report {
	t.Helper()
	return reread(t, archive(t, run, signer("opérateur")))
}

func reread(t *testing.T, raw []byte) *statement.Report {
	t.Helper()
	r, err := statement.ReadReport(raw, looking())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// looking is how the tests verify: a day later.
func looking(roots ...string) seal.VerifyOptions {
	o := seal.VerifyOptions{Now: at.AddDate(0, 0, 1)}
	if len(roots) > 0 {
		o.Roots = trust(roots...)
	}
	return o
}

// decision is one on a case or requirement of the sample.
func decision(id, word string, files ...string) candidate.Decision {
	d := candidate.Decision{Address: "mss-organisation/-/" + id, Decision: word, Reason: "lu et " + word}
	for _, f := range files {
		d.Files = append(d.Files, digest(f))
	}
	return d
}
