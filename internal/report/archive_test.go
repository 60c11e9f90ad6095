package report_test

import (
	"bytes"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// archive makes the archive of a sample.
func archive(t *testing.T, name string, s seal.Signer) []byte {
	t.Helper()
	dir, run := recorded(t, name)
	var out bytes.Buffer
	err := report.WriteArchive(&out, run, report.ArchiveOptions{Options: options(t, dir, "fr"), Signer: s, Now: later})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestArchiveIsSoundWithEachKey(t *testing.T) {
	for _, key := range []string{"ecdsa", "rsa", "ed25519"} {
		for _, s := range samples {
			b := archive(t, s.name, signer(t, key))
			if !bytes.Equal(b, archive(t, s.name, signer(t, key))) {
				t.Errorf("%s %s: one record gives two archives", key, s.name)
			}
			v, err := seal.Verify(b, seal.VerifyOptions{Roots: roots(t, "root"), Now: later})
			if err != nil {
				t.Fatalf("%s %s: %v", key, s.name, err)
			}
			_, run := recorded(t, s.name)
			if v.Run.Level != run.Level || v.Run.Counts != run.Counts || len(v.Run.Cases) != len(run.Cases) {
				t.Errorf("%s %s: the archive holds another run", key, s.name)
			}
			if !v.Trusted || !v.Test || v.Expired || !v.SignedAt.Equal(later) || v.Signer.Subject.CommonName != "TEST report signer "+key {
				t.Errorf("%s %s: verified as %+v", key, s.name, v)
			}
			for _, e := range run.Evidence {
				if got, err := v.Evidence(e.Digest); err != nil || record.Digest(got) != e.Digest {
					t.Errorf("%s %s: evidence %s: %v", key, s.name, e.Digest, err)
				}
			}
		}
	}
}

// What a candidate says that is no UTF-8, its certificate's subject for one, does not spoil the archive of its run.
func TestArchiveOfARecordThatIsNoUTF8(t *testing.T) {
	dir, run := recorded(t, samples[0].name)
	run.Candidate.Name, run.Candidate.Vendor = "Passerelle \xe9trange", "\xff\xfe"
	run.Cases[0].Exchanges = append(run.Cases[0].Exchanges, verdict.Exchange{Label: "honest", From: "harness", TLS: &verdict.TLS{Peer: []string{"CN=\xe9"}}})
	var out bytes.Buffer
	if err := report.WriteArchive(&out, run, report.ArchiveOptions{Options: options(t, dir, "fr"), Signer: signer(t, "ecdsa"), Now: later}); err != nil {
		t.Fatal(err)
	}
	v, err := seal.Verify(out.Bytes(), seal.VerifyOptions{Now: later})
	if err != nil || v.Run.Candidate.Name != "Passerelle \uFFFDtrange" {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestVerifyTrust(t *testing.T) {
	b := archive(t, "mixed", signer(t, "ecdsa"))
	leaf := certificate(t, "ecdsa")
	for _, c := range []struct {
		name             string
		roots            *x509.CertPool
		now              time.Time
		trusted, expired bool
		wrong            string
	}{
		{"with its root", roots(t, "root"), later, true, false, ""},
		{"without roots", nil, later, false, false, ""},
		{"with no root at all", x509.NewCertPool(), later, false, false, "does not lead to the roots"},
		{"with another root", roots(t, "other-root"), later, false, false, "does not lead to the roots"},
		{"before it was signed", roots(t, "root"), later.Add(-time.Hour), false, false, "still to come"},
		{"after the certificate ended", roots(t, "root"), leaf.NotAfter.Add(time.Hour), true, true, ""},
	} {
		v, err := seal.Verify(b, seal.VerifyOptions{Roots: c.roots, Now: c.now})
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
			}
			continue
		}
		if err != nil || v.Trusted != c.trusted || v.Expired != c.expired {
			t.Errorf("%s: trusted %v, expired %v, %v", c.name, v != nil && v.Trusted, v != nil && v.Expired, err)
		}
	}
}

func TestWriteArchiveRefuses(t *testing.T) {
	dir, run := recorded(t, "mixed")
	good := signer(t, "ecdsa")
	leaf := good.Chain[0]
	for _, c := range []struct {
		name  string
		spoil func(*report.ArchiveOptions)
		wrong string
	}{
		{"expired certificate", func(o *report.ArchiveOptions) { o.Now = leaf.NotAfter.Add(time.Second) }, "expired on"},
		{"certificate to come", func(o *report.ArchiveOptions) { o.Now = leaf.NotBefore.Add(-time.Second) }, "not valid before"},
		{"no key", func(o *report.ArchiveOptions) { o.Signer = seal.Signer{} }, "--sign-key"},
		{"key of another certificate", func(o *report.ArchiveOptions) { o.Signer.Key = signer(t, "rsa").Key }, "not that of the certificate"},
		{"chain in disorder", func(o *report.ArchiveOptions) {
			o.Signer.Chain = []*x509.Certificate{leaf, certificate(t, "other-root")}
		}, "order the chain leaf first"},
		{"no evidence", func(o *report.ArchiveOptions) { o.Evidence = nil }, "not kept"},
		{"evidence lost", func(o *report.ArchiveOptions) { o.Evidence = record.EvidenceOf(t.TempDir()) }, "read evidence"},
	} {
		o := report.ArchiveOptions{Options: options(t, dir, "fr"), Signer: good, Now: later}
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
	dir, run := recorded(t, "mixed")
	run.Complete = false
	run.Conclude(catalogue)
	var out bytes.Buffer
	if err := report.WriteArchive(&out, run, report.ArchiveOptions{Options: options(t, dir, "fr"), Signer: signer(t, "ecdsa"), Now: later}); err != nil {
		t.Fatal(err)
	}
	v, err := seal.Verify(out.Bytes(), seal.VerifyOptions{Now: later})
	if err != nil || v.Run.Complete || v.Run.Level != (verdict.Levels{}) {
		t.Errorf("verified %+v, %v", v, err)
	}
}
