package pki_test

import (
	"crypto"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/pki"
)

func TestSavedSetComesBackWhole(t *testing.T) {
	set, dir := newSet(t), ""
	dir = save(t, set)
	back, err := pki.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(back.Names(), set.Names()) {
		t.Fatalf("names: got %v, want %v", back.Names(), set.Names())
	}
	for _, name := range set.Names() {
		want, got := credential(t, set, name), credential(t, back, name)
		sameKey := got.Key.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(want.Key.Public())
		if !sameKey || got.Name != name || len(got.Chain) != len(want.Chain) {
			t.Fatalf("%s differs after Load", name)
		}
		for i := range want.Chain {
			if !got.Chain[i].Equal(want.Chain[i]) {
				t.Errorf("%s: certificate %d differs after Load", name, i)
			}
		}
	}
	if string(back.RootsPEM()) != string(set.RootsPEM()) {
		t.Error("roots differ after Load")
	}
}

// A loaded Set answers about revocation as the first one did, once its clock is set.
func TestLoadedSetServesRevocation(t *testing.T) {
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	defer server.Close()
	set, err := pki.New(pki.Options{Organisms: organisms, Now: now, Revocation: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	back, err := pki.Load(save(t, set))
	if err != nil {
		t.Fatal(err)
	}
	handler = back.Handler()
	if r, err := http.Get(server.URL + "/crl/tls.crl"); err != nil || r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("without clock: %v, %v; want 503", r, err)
	}
	back.SetClock(clock)
	judge := trust(back)
	for name, want := range map[string][]pki.PathKind{"caf/tls": {}, "caf/tls~revoked": {pki.PathRevoked}, "caf/tls~stale-crl": {pki.PathRevocationStale}} {
		if got := judge.Verify(credential(t, back, name).Chain, pki.UsageClient, now); !slices.Equal(kinds(got), want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

func TestSaveProtectsKeysAndEarlierSets(t *testing.T) {
	set, err := pki.New(pki.Options{Organisms: organisms[1:], Now: now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	dir := save(t, set)
	for _, name := range []string{"organisms/cnav/tls.key", "organisms/cnav/tls.p12", "authorities/root.key"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o, want 600", name, info.Mode().Perm())
		}
	}
	if err := set.Save(dir); err == nil || !strings.Contains(err.Error(), "already holds one") {
		t.Errorf("saving twice in one directory: %v", err)
	}
	c, err := pki.LoadPKCS12(filepath.Join(dir, "organisms/cnav/tls.p12"), pki.P12Password)
	if err != nil {
		t.Fatal(err)
	}
	if err := pki.CheckPair(c.Key, c.Leaf(), now); err != nil || len(c.Chain) != 2 {
		t.Errorf("PKCS#12: %d certificates, %v", len(c.Chain), err)
	}
	if err := set.Save(filepath.Join(dir, "INDEX", "below")); err == nil {
		t.Error("saved below a file")
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	good, err := os.ReadFile(filepath.Join(save(t, newSet(t)), "INDEX"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(good), "\n")
	for name, c := range map[string]struct{ index, want string }{
		"no file":      {"", "no such file"},
		"junk":         {"bonjour\n", "INDEX:1: want a line"},
		"no authority": {"# empty\n", "no line for authority"},
		"revoked when": {strings.Join(lines[:7], "\n") + "\ncredential\tx/tls\ttls\t1\tyesterday\ta\tb\tc\td", "INDEX:8: column 5"},
		"short line":   {"authority\troot\n", "INDEX:1: want a line"},
	} {
		dir := t.TempDir()
		if c.index != "" {
			if err := os.WriteFile(filepath.Join(dir, "INDEX"), []byte(c.index), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := pki.Load(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestLoadReadsBelowItsDirectoryOnly(t *testing.T) {
	dir := save(t, newSet(t))
	path := filepath.Join(dir, "INDEX")
	index, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(index), "organisms/caf/tls.pem", "../../etc/passwd", 1)
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := pki.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := set.Credential("caf/tls"); err == nil || !strings.Contains(err.Error(), "below") {
		t.Errorf("got %v, want a refusal", err)
	}
}
