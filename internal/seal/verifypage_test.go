package seal_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"math/big"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/seal"

	"etalon/internal/report/reporttest"
)

// independent is the verifier of docs/verify.md, which has nothing of ours, with the authorities that it is given.
type independent struct{ script, roots, other, time string }

func newIndependent(t *testing.T) independent {
	t.Helper()
	benchtest.Needs(t, "openssl", "unzip", "sha256sum", "gzip", "od")
	b, err := os.ReadFile("verify.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(b), "```sh\n")
	if len(parts) != 2 {
		t.Fatalf("docs/verify.md holds %d scripts, not 1", len(parts)-1)
	}
	script, _, _ := strings.Cut(parts[1], "```")
	if lines := strings.Count(script, "\n"); lines > 200 {
		t.Errorf("the script of docs/verify.md has %d lines: want 200 at most", lines)
	}
	dir := t.TempDir()
	i := independent{filepath.Join(dir, "verifier.sh"), reporttest.Path(t, "keys", "root.pem"), reporttest.Path(t, "keys", "other-root.pem"), filepath.Join(dir, "horodatage.pem")}
	if err := errors.Join(os.WriteFile(i.script, []byte(script), 0o600), os.WriteFile(i.time, authority().pem, 0o600)); err != nil {
		t.Fatal(err)
	}
	return i
}

// verdict runs the script and returns its exit status and what it told.
func (i independent) verdict(t *testing.T, archive []byte, at time.Time, authorities ...string) (int, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.zip")
	if err := os.WriteFile(path, archive, 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("sh", append([]string{i.script, path}, authorities...)...)
	c.Env = append(os.Environ(), "INSTANT="+at.Format(time.RFC3339))
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.ExitCode(), string(out)
	case err != nil:
		t.Fatal(err)
	}
	return 0, string(out)
}

var update = flag.Bool("update", false, "copy the page of the independent verifier to docs")

func TestVerifyPageIsPublished(t *testing.T) {
	here, err := os.ReadFile("verify.md")
	if err != nil {
		t.Fatal(err)
	}
	page := filepath.Join("..", "..", "docs", "verify.md")
	if *update {
		if err := os.WriteFile(page, here, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if published, err := os.ReadFile(page); err != nil || !bytes.Equal(published, here) {
		t.Errorf("%s is not internal/seal/verify.md (%v): `go test ./internal/seal -run Page -update` copies it", page, err)
	}
}

// TestVerifiersAccept runs both verifiers over sound archives, with each kind of key, time-stamped or not: they are worth the same to both.
func TestVerifiersAccept(t *testing.T) {
	i := newIndependent(t)
	for _, key := range []string{"ecdsa", "rsa", "ed25519"} {
		for _, timed := range []bool{false, true} {
			b := sealed(t, "empty", reporttest.Signer(t, key), timed)
			code, told := i.verdict(t, b, reporttest.Later, i.roots, i.time)
			want := map[bool]int{false: 4, true: 0}[timed] // a time-stamp was asked for
			if code != want || !strings.Contains(told, "archive saine\n") || !strings.Contains(told, "signataire de confiance") {
				t.Errorf("%s, timed %v: status %d\n%s", key, timed, code, told)
			}
			if _, err := seal.Verify(b, seal.VerifyOptions{Roots: reporttest.Roots(t, "root"), TimeRoots: authority().roots, Now: reporttest.Later}); err != nil {
				t.Errorf("%s, timed %v: %v", key, timed, err)
			}
		}
	}
	b := sealed(t, "empty", reporttest.Signer(t, "ecdsa"), true)
	for _, c := range []struct {
		name        string
		archive     []byte
		at          time.Time
		authorities []string
		want        int
		told        string
	}{
		{"no authority", b, reporttest.Later, nil, 4, "signataire NON reconnu"},
		{"those of the signer alone", b, reporttest.Later, []string{i.roots}, 0, "autorité NON reconnue"},
		{"another authority", b, reporttest.Later, []string{i.other}, 1, "ne mène pas"},
		{"another time authority", b, reporttest.Later, []string{i.roots, i.other}, 1, "l'horodatage ne mène pas"},
		{"too late", b, reporttest.Later.AddDate(1, 0, 1), []string{i.roots, i.time}, 4, "plus en vigueur"},
		{"too early", b, reporttest.Later.AddDate(0, 0, -1), []string{i.roots, i.time}, 1, "à venir"},
		{"of a version without validity", reporttest.Archive(t, "empty", reporttest.Signer(t, "ecdsa")), reporttest.Later, []string{i.roots}, 0, "non horodatée"},
		{"no archive", []byte("%PDF-1.7"), reporttest.Later, nil, 1, "FAUX"},
	} {
		if code, told := i.verdict(t, c.archive, c.at, c.authorities...); code != c.want || !strings.Contains(told, c.told) {
			t.Errorf("%s: status %d, want %d\n%s", c.name, code, c.want, told)
		}
	}
}

// TestVerifiersAgree alters archives in 200 ways and more, at random and on purpose, and wants both verifiers to refuse each.
func TestVerifiersAgree(t *testing.T) {
	i := newIndependent(t)
	var bases [][]byte
	for n, key := range []string{"ecdsa", "rsa", "ed25519"} {
		bases = append(bases, sealed(t, "empty", reporttest.Signer(t, key), n < 2))
	}
	type altered struct {
		name string
		b    []byte
	}
	r, seed := seeded(t)
	var all []altered
	for n := 0; len(all) < 200; n++ {
		base, c := bases[n%len(bases)], tamperings[n%len(tamperings)]
		if b := c.do(r, bytes.Clone(base), slices.Clone(reporttest.Unpack(t, base))); !bytes.Equal(b, base) {
			all = append(all, altered{c.name, b})
		}
	}
	for name, b := range onPurpose(t, bases) {
		all = append(all, altered{name, b})
	}
	work := make(chan altered)
	var wait sync.WaitGroup
	for range runtime.NumCPU() {
		wait.Go(func() {
			for a := range work {
				code, told := i.verdict(t, a.b, reporttest.Later, i.roots, i.time)
				_, err := seal.Verify(a.b, seal.VerifyOptions{Roots: reporttest.Roots(t, "root"), Now: reporttest.Later})
				if code != 1 || err == nil || !strings.Contains(told, "FAUX") {
					t.Errorf("seed %d, %s: the script says %d, ours %v\n%s", seed, a.name, code, err, told)
				}
			}
		})
	}
	for _, a := range all {
		work <- a
	}
	close(work)
	wait.Wait()
	t.Logf("%d altered archives, seed %d: both verifiers refuse each", len(all), seed)
}

// onPurpose are alterations that know the format.
func onPurpose(t *testing.T, bases [][]byte) map[string][]byte {
	whole, foreign := bases[0], reporttest.Unpack(t, sealed(t, "mixed", reporttest.Signer(t, "ecdsa"), true))
	all := map[string][]byte{"packed again by another tool": rezip(t, whole)}
	for name, change := range map[string]func([]seal.Member) []seal.Member{
		"a verdict rewritten":        edit("run.json", `"fail": 0`, `"fail": 1`),
		"the page rewritten":         edit("report.html", "<html", "<HTML"),
		"the manifest rewritten":     edit("manifest.json", `"size":`, `"size":1`),
		"the manifest reformatted":   edit("manifest.json", "]}\n", "]}\n\n"),
		"the candidate renamed":      edit("candidate.json", "Exemple", "Example"),
		"a signature changed":        edit("attestation.dsse.json", `"sig":"M`, `"sig":"N`),
		"a statement changed":        edit("test-result.dsse.json", `"payload":"e`, `"payload":"f`),
		"a key hint changed":         edit("attestation.dsse.json", `SHA256:`, `SHA512:`),
		"space in an envelope":       edit("attestation.dsse.json", `{"`, `{ "`),
		"a member added":             func(f []seal.Member) []seal.Member { return append(f, member("zz.txt", "")) },
		"evidence added":             edit("chain.pem", "-----BEGIN", "\n-----BEGIN"),
		"the signature of another":   func(f []seal.Member) []seal.Member { return swap(f, foreign, "attestation.dsse.json") },
		"the time-stamp of another":  func(f []seal.Member) []seal.Member { return swap(f, foreign, "timestamp.tsr") },
		"the time-stamp removed":     func(f []seal.Member) []seal.Member { return slices.DeleteFunc(f, named("timestamp.tsr")) },
		"the certificate of another": func(f []seal.Member) []seal.Member { return swap(f, reporttest.Unpack(t, bases[1]), "chain.pem") },
		"the other ECDSA signature":  otherForm,
	} {
		b := pack(change(reporttest.Unpack(t, whole)))
		if bytes.Equal(b, whole) {
			t.Errorf("%s: the archive did not change", name)
		}
		all[name] = b
	}
	return all
}

// otherForm puts the second valid ECDSA signature over the same bytes in place of the first.
func otherForm(files []seal.Member) []seal.Member {
	i := slices.IndexFunc(files, named("test-result.dsse.json"))
	found := regexp.MustCompile(`"sig":"([^"]*)"`).FindSubmatch(files[i].Bytes)
	raw, _ := base64.StdEncoding.DecodeString(string(found[1]))
	var v struct{ R, S *big.Int }
	_, _ = asn1.Unmarshal(raw, &v)
	v.S.Sub(ecdsaOrder(files), v.S)
	raw, _ = asn1.Marshal(v)
	files[i].Bytes = bytes.Replace(files[i].Bytes, found[1], []byte(base64.StdEncoding.EncodeToString(raw)), 1)
	return files
}

func ecdsaOrder(files []seal.Member) *big.Int {
	chain := files[slices.IndexFunc(files, named("chain.pem"))].Bytes
	block, _ := pem.Decode(chain)
	leaf, _ := x509.ParseCertificate(block.Bytes)
	return leaf.PublicKey.(*ecdsa.PublicKey).Curve.Params().N
}

// seeded is a source of alterations, new each time; its seed is printed, and ETALON_SEED repeats it.
func seeded(t *testing.T) (*rand.Rand, uint64) {
	seed := rand.Uint64()
	if told := os.Getenv("ETALON_SEED"); told != "" {
		if err := json.Unmarshal([]byte(told), &seed); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0)), seed
}

func named(name string) func(seal.Member) bool {
	return func(f seal.Member) bool { return f.Name == name }
}

func edit(name, old, by string) func([]seal.Member) []seal.Member {
	return func(files []seal.Member) []seal.Member {
		i := slices.IndexFunc(files, named(name))
		files[i].Bytes = bytes.Replace(files[i].Bytes, []byte(old), []byte(by), 1)
		return files
	}
}

func swap(files, from []seal.Member, name string) []seal.Member {
	files[slices.IndexFunc(files, named(name))].Bytes = from[slices.IndexFunc(from, named(name))].Bytes
	return files
}
