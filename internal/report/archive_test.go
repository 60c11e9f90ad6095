package report_test

import (
	"bytes"
	"crypto/x509"
	"io"
	"strings"
	"testing"
	"time"

	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

func TestArchiveIsSoundWithEachKey(t *testing.T) {
	for _, key := range []string{"ecdsa", "rsa", "ed25519"} {
		for _, s := range reporttest.Samples {
			b := reporttest.Archive(t, s.Name, reporttest.Signer(t, key))
			if !bytes.Equal(b, reporttest.Archive(t, s.Name, reporttest.Signer(t, key))) {
				t.Errorf("%s %s: one record gives two archives", key, s.Name)
			}
			v, err := seal.Verify(b, seal.VerifyOptions{Roots: reporttest.Roots(t, "root"), Now: reporttest.Later})
			if err != nil {
				t.Fatalf("%s %s: %v", key, s.Name, err)
			}
			_, run := reporttest.Recorded(t, s.Name)
			if v.Run.Level != run.Level || v.Run.Counts != run.Counts || len(v.Run.Cases) != len(run.Cases) {
				t.Errorf("%s %s: the archive holds another run", key, s.Name)
			}
			if !v.Trusted || !v.Test || v.Expired || !v.SignedAt.Equal(reporttest.Later) || v.Signer.Subject.CommonName != "TEST report signer "+key {
				t.Errorf("%s %s: verified as %+v", key, s.Name, v)
			}
			for _, e := range run.Evidence {
				if got, err := v.Evidence(e.Digest); err != nil || record.Digest(got) != e.Digest {
					t.Errorf("%s %s: evidence %s: %v", key, s.Name, e.Digest, err)
				}
			}
		}
	}
}

// What a candidate says that is no UTF-8, its certificate's subject for one, does not spoil the archive of its run.
func TestArchiveOfARecordThatIsNoUTF8(t *testing.T) {
	dir, run := reporttest.Recorded(t, reporttest.Samples[0].Name)
	run.Candidate.Name, run.Candidate.Vendor = "Passerelle \xe9trange", "\xff\xfe"
	run.Cases[0].Exchanges = append(run.Cases[0].Exchanges, verdict.Exchange{Label: "honest", From: "harness", TLS: &verdict.TLS{Peer: []string{"CN=\xe9"}}})
	var out bytes.Buffer
	if err := report.WriteArchive(&out, run, report.ArchiveOptions{Options: reporttest.Options(t, dir, "fr"), Signer: reporttest.Signer(t, "ecdsa"), Now: reporttest.Later}); err != nil {
		t.Fatal(err)
	}
	v, err := seal.Verify(out.Bytes(), seal.VerifyOptions{Now: reporttest.Later})
	if err != nil || v.Run.Candidate.Name != "Passerelle \uFFFDtrange" {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestWriteArchiveRefuses(t *testing.T) {
	dir, run := reporttest.Recorded(t, "mixed")
	good := reporttest.Signer(t, "ecdsa")
	leaf := good.Chain[0]
	for _, c := range []struct {
		name  string
		spoil func(*report.ArchiveOptions)
		wrong string
	}{
		{"expired certificate", func(o *report.ArchiveOptions) { o.Now = leaf.NotAfter.Add(time.Second) }, "expired on"},
		{"certificate to come", func(o *report.ArchiveOptions) { o.Now = leaf.NotBefore.Add(-time.Second) }, "not valid before"},
		{"no key", func(o *report.ArchiveOptions) { o.Signer = seal.Signer{} }, "--sign-key"},
		{"key of another certificate", func(o *report.ArchiveOptions) { o.Signer.Key = reporttest.Signer(t, "rsa").Key }, "not that of the certificate"},
		{"chain in disorder", func(o *report.ArchiveOptions) {
			o.Signer.Chain = []*x509.Certificate{leaf, reporttest.Certificate(t, "other-root")}
		}, "order the chain leaf first"},
		{"no evidence", func(o *report.ArchiveOptions) { o.Evidence = nil }, "not kept"},
		{"evidence lost", func(o *report.ArchiveOptions) { o.Evidence = record.EvidenceOf(t.TempDir()) }, "read evidence"},
	} {
		o := report.ArchiveOptions{Options: reporttest.Options(t, dir, "fr"), Signer: good, Now: reporttest.Later}
		c.spoil(&o)
		var out bytes.Buffer
		err := report.WriteArchive(&out, run, o)
		if err == nil || !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		}
		if out.Len() > 0 {
			t.Errorf("%s: %d bytes written before the refusal", c.name, out.Len())
		}
	}
}

// An incomplete run makes an archive too, whose level is undetermined.
func TestArchiveOfKilledRun(t *testing.T) {
	dir, run := reporttest.Recorded(t, "mixed")
	run.Complete = false
	run.Conclude(reporttest.Catalogue)
	var out bytes.Buffer
	if err := report.WriteArchive(&out, run, report.ArchiveOptions{Options: reporttest.Options(t, dir, "fr"), Signer: reporttest.Signer(t, "ecdsa"), Now: reporttest.Later}); err != nil {
		t.Fatal(err)
	}
	v, err := seal.Verify(out.Bytes(), seal.VerifyOptions{Now: reporttest.Later})
	if err != nil || v.Run.Complete || v.Run.Level != (verdict.Levels{}) {
		t.Errorf("verified %+v, %v", v, err)
	}
}

// BenchmarkArchive measures the making of one, the pages of its PDF apart, to be compared with a second.
func BenchmarkArchive(b *testing.B) {
	run, o := reporttest.Bulky(b, 400)
	for b.Loop() {
		if err := report.WriteArchive(io.Discard, run, o); err != nil {
			b.Fatal(err)
		}
	}
	whole := float64(b.Elapsed().Milliseconds()) / float64(b.N)
	pages := 0.0
	if format, err := report.Find("pdf"); err == nil {
		began := time.Now()
		if err := format.Write(io.Discard, run, o.Views()); err != nil {
			b.Fatal(err)
		}
		pages = float64(time.Since(began).Milliseconds())
	}
	b.ReportMetric(whole-pages, "ms")
	b.ReportMetric(pages, "ms-pdf")
}
