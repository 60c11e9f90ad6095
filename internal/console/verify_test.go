package console_test

import (
	"archive/zip"
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"mime/multipart"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"etalon/internal/report"
	"etalon/internal/verdict"
)

// archive is a signed archive of a record whose every name is hostile, and the authority of its signer in PEM.
func archive(t testing.TB) (raw, root []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "signataire TEST"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := report.NewTexts()
	if err != nil {
		t.Fatal(err)
	}
	run := judgedRun(verdict.Fail)
	name := strings.ToValidUTF8(hostile, "?")
	run.Candidate = verdict.Candidate{Name: name, Vendor: name, Version: name}
	run.Cases = nil
	run.Conclude(nil)
	var out bytes.Buffer
	err = report.WriteArchive(&out, run, report.ArchiveOptions{
		Options: report.Options{Texts: texts}, Now: now, Signer: report.Signer{Key: crypto.Signer(key), Chain: []*x509.Certificate{leaf}, Test: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// upload is a form with files.
func upload(t testing.TB, files map[string][]byte) (media string, body io.Reader) {
	t.Helper()
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	for name, raw := range files {
		part, err := form.CreateFormFile(name, "../../etc/<script>.zip")
		if err == nil {
			_, err = part.Write(raw)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return form.FormDataContentType(), &out
}

// send posts a body, and returns the answer.
func (r rig) send(t testing.TB, path, media string, body io.Reader) (int, string) {
	t.Helper()
	a, err := http.Post(r.URL+path, media, body)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	raw, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(raw)
}

// zipped is an archive that others made.
func zipped(t testing.TB, name string, content io.Reader) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create(name)
	if err == nil {
		_, err = io.Copy(w, content)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// nought is as many octets of nought as are asked for.
type nought struct{}

func (nought) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestArchivesAreVerified(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	r := started(t)
	good, root := archive(t)
	_, foreign := archive(t)
	changed := bytes.Clone(good)
	changed[len(changed)/2] ^= 1
	bomb := zipped(t, "run.json", io.LimitReader(nought{}, 64<<20))
	if len(bomb) > 1<<20 {
		t.Fatalf("%d octets: that is no bomb", len(bomb))
	}
	for name, c := range map[string]struct {
		files  map[string][]byte
		status int
		page   string
		api    string
	}{
		"trusted":     {map[string][]byte{"archive": good, "roots": root}, 200, "signataire reconnu", `"sound":true,"trusted":true,"test":true`},
		"sound":       {map[string][]byte{"archive": good}, 200, "Signataire non reconnu", `"sound":true,"trusted":false`},
		"no roots":    {map[string][]byte{"archive": good, "roots": nil}, 200, "Archive intègre", `"sound":true,"trusted":false`},
		"untrusted":   {map[string][]byte{"archive": good, "roots": foreign}, 422, "signataire refusé", `"error":"unsound-trust"`},
		"changed":     {map[string][]byte{"archive": changed}, 422, "pas intègre", `"error":"unsound-`},
		"cut short":   {map[string][]byte{"archive": good[:len(good)-50]}, 422, "refait, ou une archive coupée", `"error":"unsound-framing"`},
		"a bomb":      {map[string][]byte{"archive": bomb}, 422, "autre fichier", `"error":"unsound-framing"`},
		"a traversal": {map[string][]byte{"archive": zipped(t, "../../etc/passwd", strings.NewReader("x"))}, 422, "autre fichier", `"error":"unsound-framing"`},
		"foreign":     {map[string][]byte{"archive": []byte("<script>")}, 422, "autre fichier", `"error":"unsound-framing"`},
		"bad roots":   {map[string][]byte{"archive": good, "roots": []byte("x")}, 400, "pas des certificats", `"error":"bad-roots"`},
		"broken root": {map[string][]byte{"archive": good, "roots": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})}, 400, "pas des certificats", `"error":"bad-roots"`},
		"nothing":     {map[string][]byte{"other": good[:10]}, 400, "Choisissez", `"error":"no-archive"`},
		"empty":       {map[string][]byte{"archive": nil}, 400, "Choisissez", `"error":"no-archive"`},
		"else":        {map[string][]byte{"archive": good, "other": make([]byte, 1<<20)}, 413, "plus grand", `"error":"too-large"`},
	} {
		for path, says := range map[string]string{"/verify": c.page, "/api/verify": c.api} {
			media, body := upload(t, c.files)
			status, said := r.send(t, path, media, body)
			if status != c.status || !strings.Contains(said, says) || strings.Contains(said, "<img") || strings.ContainsAny(said, "\x1b\x00") || path == "/verify" && strings.Contains(said, "\u202e") {
				t.Errorf("%s %s: %d %.3000s", name, path, status, said)
			}
		}
	}
	if status, said := r.send(t, "/api/verify", "application/zip", bytes.NewReader(good)); status != 200 || !strings.Contains(said, `"sound":true`) || !strings.Contains(said, "signataire TEST") {
		t.Errorf("the archive itself: %d %s", status, said)
	}
	if status, said := r.send(t, "/api/verify", "multipart/form-data; boundary=x", strings.NewReader("--x\r\nbroken")); status != 400 {
		t.Errorf("a broken form: %d %s", status, said)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("files were left: %v %v", left, err)
	}
	if status, body, _ := r.get(t, "/verify", "en"); status != 200 || !strings.Contains(body, `type="file" id="archive"`) || !strings.Contains(body, "larger than 96 MiB") {
		t.Errorf("%d %s", status, body)
	}
}

// What is far too large is refused in words, whether its length is told or not, and never held in memory.
func TestHugeUploadsAreRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("sends gigabytes")
	}
	r := started(t)
	const huge = 2 << 30
	head := "--x\r\nContent-Disposition: form-data; name=\"archive\"; filename=\"a.zip\"\r\n\r\n"
	for name, c := range map[string]struct {
		path, media, head string
		length            int64
	}{
		"a form whose length is told":     {"/verify", "multipart/form-data; boundary=x", head, huge + int64(len(head))},
		"a form whose length is not told": {"/api/verify", "multipart/form-data; boundary=x", head, -1},
		"the archive itself":              {"/api/verify", "application/zip", "", -1},
	} {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL+c.path, io.MultiReader(strings.NewReader(c.head), io.LimitReader(nought{}, huge)))
		if err != nil {
			t.Fatal(err)
		}
		q.ContentLength = c.length
		q.Header.Set("Content-Type", c.media)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		a, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		runtime.ReadMemStats(&after)
		body, err := io.ReadAll(a.Body)
		_ = a.Body.Close()
		if a.StatusCode != http.StatusRequestEntityTooLarge || err != nil || !strings.Contains(string(body), "too-large") && !strings.Contains(string(body), "plus grand") {
			t.Errorf("%s: %d %v %s", name, a.StatusCode, err, body)
		}
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 512<<20 {
			t.Errorf("%s: %s were allocated", name, fmt.Sprint(grown>>20, " MiB"))
		}
	}
}
