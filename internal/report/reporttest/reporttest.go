// Package reporttest holds what the tests of records, views and signed archives share: sample records with the options of their
// views, signers and roots from fixture keys, and archives made of them. For tests alone.
package reporttest

import (
	"archive/zip"
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// Path is that of a file under internal/report/testdata, from whatever package of the module is under test.
func Path(t testing.TB, elements ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(append([]string{dir, "internal", "report", "testdata"}, elements...)...)
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the package under test")
		}
		dir = filepath.Dir(dir)
	}
}

// Recorded returns the folder of a committed sample record, and its run, read anew.
func Recorded(t testing.TB, name string) (string, *verdict.Run) {
	t.Helper()
	dir := Path(t, "records", name)
	run, err := record.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir, run
}

// Options are those of a view of the record in a folder.
func Options(t testing.TB, dir, lang string) report.Options {
	t.Helper()
	f, err := os.Open(Path(t, "rules.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	texts, err := report.NewTexts(f)
	if err != nil {
		t.Fatal(err)
	}
	return report.Options{Lang: lang, Texts: texts, Catalogue: Catalogue, Evidence: record.EvidenceOf(dir),
		Features: report.NewFeatures(os.DirFS(Path(t, "features")))}
}

// Signer returns a fixture key, "ecdsa", "rsa" or "ed25519", with its chain.
func Signer(t testing.TB, name string) seal.Signer {
	t.Helper()
	key, err := x509.ParsePKCS8PrivateKey(pemBlock(t, name+".key"))
	if err != nil {
		t.Fatal(err)
	}
	return seal.Signer{Key: key.(crypto.Signer), Chain: []*x509.Certificate{Certificate(t, name), Certificate(t, "root")}, Test: true}
}

// Certificate is a fixture: that of a key, "root" or "other-root".
func Certificate(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(pemBlock(t, name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func pemBlock(t testing.TB, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(Path(t, "keys", file))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(b)
	return block.Bytes
}

// Roots is a pool of one fixture certificate.
func Roots(t testing.TB, name string) *x509.CertPool {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(Certificate(t, name))
	return pool
}

// Archive makes the archive of a sample, without validity as the first versions made them.
func Archive(t testing.TB, name string, s seal.Signer) []byte {
	t.Helper()
	return ArchiveWith(t, name, report.ArchiveOptions{Signer: s, Now: Later})
}

// ArchiveWith makes it as the options have it, in French.
func ArchiveWith(t testing.TB, name string, o report.ArchiveOptions) []byte {
	t.Helper()
	dir, run := Recorded(t, name)
	o.Options = Options(t, dir, "fr")
	var out bytes.Buffer
	if err := report.WriteArchive(&out, run, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Unpack reads an archive with the standard library, which is not our reader.
func Unpack(t testing.TB, b []byte) []seal.Member {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var files []seal.Member
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, seal.Member{Name: f.Name, Bytes: content})
	}
	return files
}

// Journal is an empty record in a folder of the test's.
func Journal(t testing.TB) (string, *record.Journal) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	j, err := record.Create(dir, Header(), Catalogue)
	if err != nil {
		t.Fatal(err)
	}
	return dir, j
}

// Bulky is a run of n negatives, each with its own evidence, and what its archive needs.
func Bulky(t testing.TB, n int) (*verdict.Run, report.ArchiveOptions) {
	t.Helper()
	dir, j := Journal(t)
	for i := range n {
		c := verdict.Case{Address: fmt.Sprintf("fournisseur/A/V10-N%d", i), Requirement: "V10", Basis: "I,N", Title: "Un message fautif est refusé",
			Fault: "vi-audience-absent", Verdict: verdict.Pass, Why: verdict.Reason{Key: verdict.ReasonOK}}
		for _, label := range []string{"honest", "faulty", "closing"} {
			request, err := j.Evidence([]byte(Message(fmt.Sprint("m", i, label))), "message/http")
			if err != nil {
				t.Fatal(err)
			}
			response, err := j.Evidence([]byte(Answer("200 OK", fmt.Sprint(BusinessAnswer, i, label))), "message/http")
			if err != nil {
				t.Fatal(err)
			}
			c.Exchanges = append(c.Exchanges, verdict.Exchange{Label: label, From: "harness", Request: request, Response: response, Status: 200, TLS: TLS})
		}
		if err := j.Case(c); err != nil {
			t.Fatal(err)
		}
	}
	run, err := j.Finish(At)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := report.NewTexts()
	if err != nil {
		t.Fatal(err)
	}
	o := report.Options{Texts: texts, Catalogue: Catalogue, Evidence: record.EvidenceOf(dir)}
	return run, report.ArchiveOptions{Options: o, Signer: Signer(t, "ecdsa"), Now: Later, Validity: 365}
}

// LargeArchive is the archive of such a run.
func LargeArchive(t testing.TB, n int) []byte {
	t.Helper()
	var out bytes.Buffer
	run, o := Bulky(t, n)
	if err := report.WriteArchive(&out, run, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
