package seal_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/pdfsig"
	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/seal"
	"etalon/internal/timestamp"
)

// TestPagesAreStamped holds that the signature of the document of pages carries a token over its own value where an authority is asked
// (PAdES B-T), and none where it is not; that verify looks at it, and that openssl agrees.
func TestPagesAreStamped(t *testing.T) {
	plain, err := seal.MemberOf(sealed(t, "mixed", reporttest.Signer(t, "ecdsa"), false), report.PDFMember)
	if err != nil {
		t.Fatal(err)
	}
	if all := pdfsig.Signatures(plain); len(all) != 1 || !all[0].Whole() || all[0].Stamp != nil {
		t.Fatalf("without an authority: %+v", all)
	}
	archive := sealed(t, "mixed", reporttest.Signer(t, "ecdsa"), true)
	pages, err := seal.MemberOf(archive, report.PDFMember)
	if err != nil {
		t.Fatal(err)
	}
	all := pdfsig.Signatures(pages)
	if len(all) != 1 || !all[0].Whole() || all[0].Stamp == nil {
		t.Fatalf("%+v", all)
	}
	if token, err := timestamp.VerifyToken(all[0].Stamp, all[0].Value, authority().roots); err != nil || !token.Trusted || !token.Time.Equal(reporttest.Later) {
		t.Errorf("%+v, %v", token, err)
	}
	if _, err := timestamp.VerifyToken(all[0].Stamp, []byte("something else"), authority().roots); err == nil {
		t.Error("the token is over anything")
	}
	v, err := seal.Verify(archive, seal.VerifyOptions{Roots: reporttest.Roots(t, "root"), TimeRoots: authority().roots, Now: reporttest.Later})
	if err != nil || !slices.ContainsFunc(v.Checks, func(c seal.Check) bool {
		return c.Part == seal.PartStamp && c.Outcome == seal.Passed && strings.Contains(c.In("en"), "report.pdf: its signature is time-stamped on "+reporttest.Later.Format(time.RFC3339))
	}) {
		t.Errorf("%v, %+v", err, v)
	}

	benchtest.Needs(t, "openssl")
	dir := t.TempDir()
	for name, raw := range map[string][]byte{"token": all[0].Stamp, "value": all[0].Value, "root.pem": authority().pem, "other": []byte("something else")} {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for data, want := range map[string]bool{"value": true, "other": false} {
		openssl := exec.Command("openssl", "ts", "-verify", "-token_in", "-in", "token", "-data", data, "-CAfile", "root.pem")
		openssl.Dir = dir
		if out, err := openssl.CombinedOutput(); (err == nil) != want {
			t.Errorf("openssl ts over %s: %v\n%s", data, err, out)
		}
	}
	benchtest.Needs(t, "pdfsig")
	if err := os.WriteFile(filepath.Join(dir, "report.pdf"), pages, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdfsig", "-nocert", filepath.Join(dir, "report.pdf")).CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("Signature Validation: Signature is Valid")) || !bytes.Contains(out, []byte("Total document signed")) {
		t.Errorf("pdfsig: %v\n%s", err, out)
	}
}

// TestLyingPages holds that verify refuses an archive whose document carries a token over something else, though all else is signed.
func TestLyingPages(t *testing.T) {
	i := slices.IndexFunc(report.Formats, func(f report.Format) bool { return f.Name == "pdf" })
	honest := report.Formats[i].Sign
	defer func() { report.Formats[i].Sign = honest }()
	report.Formats[i].Sign = func(document []byte, s seal.Signer, at time.Time, _ func([]byte) ([]byte, error)) ([]byte, error) {
		return pdfsig.Approve(document, pdfsig.Assent{Key: s.Key, Chain: s.Chain, At: at, Stamp: func([]byte) ([]byte, error) {
			reply, err := authority().stamp([]byte("something else"))
			if err != nil {
				return nil, err
			}
			return timestamp.TokenOf(reply)
		}})
	}
	refused(t, "a document stamped over something else", sealed(t, "mixed", reporttest.Signer(t, "ecdsa"), true), seal.VerifyOptions{Now: reporttest.Later}, seal.PartStamp, "report.pdf: verify time-stamp: the token is over other bytes")
}
