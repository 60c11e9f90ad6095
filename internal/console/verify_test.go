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

	"etalon/internal/candidate"
	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/seal"
	"etalon/internal/statement"
	"etalon/internal/verdict"
)

// signatory makes a key of TEST, with the authority that it is itself.
func signatory(t testing.TB, now time.Time) (seal.Signer, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "signataire TEST"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign | x509.KeyUsageCRLSign, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return seal.Signer{Key: crypto.Signer(key), Chain: []*x509.Certificate{leaf}, Test: true}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// archive is a signed archive of a record whose every name is hostile, and the authority of its signer in PEM.
func archive(t testing.TB) (raw, root []byte) {
	t.Helper()
	now := time.Now()
	signer, root := signatory(t, now)
	return archiveBy(t, signer, now), root
}

// archiveBy is one that somebody signs.
func archiveBy(t testing.TB, signer seal.Signer, now time.Time) []byte {
	t.Helper()
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
		Options: report.Options{Texts: texts}, Now: now, Signer: signer,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// review is a report that leaves a document to a person, the review of it, and their authority.
func review(t testing.TB) (raw, of, root []byte) {
	t.Helper()
	now := time.Now()
	signer, root := signatory(t, now)
	texts, err := report.NewTexts()
	if err != nil {
		t.Fatal(err)
	}
	const address = "mss-organisation/-/GOV-01-D"
	catalogue := []verdict.Requirement{{ID: "GOV-01", Roles: []string{"mss-organisation"}, Severity: verdict.Majeure, Basis: "S", Title: verdict.Text{FR: "Titre", EN: "Title"}, Cases: []verdict.CaseBasis{{ID: "D", Basis: "S"}}}}
	run := &verdict.Run{
		Schema: verdict.Schema, Candidate: verdict.Candidate{Name: "Opérateur", Vendor: "Exemple", Version: "1"}, Suite: verdict.Suite{Version: "test", Catalogue: record.Digest(nil)},
		Scope: []string{"mss-organisation/-"}, Complete: true, Started: now, Finished: now,
		Cases: []verdict.Case{{Address: address, Requirement: "GOV-01", Basis: "S", Title: "la pièce est jointe", Verdict: verdict.Review}},
	}
	run.Conclude(catalogue)
	var out bytes.Buffer
	if err := report.WriteArchive(&out, run, report.ArchiveOptions{Options: report.Options{Texts: texts, Catalogue: catalogue}, Now: now, Signer: signer}); err != nil {
		t.Fatal(err)
	}
	read, err := statement.ReadReport(out.Bytes(), seal.VerifyOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	raw, _, err = statement.MakeReview(statement.ReviewOrder{
		Report: read, Catalogue: catalogue, Reviewer: candidate.Reviewer{Name: "Camille <img src=x>", Function: "relectrice"}, Signer: signer, Now: now, Texts: texts,
		Decisions: []candidate.Decision{{Address: address, Decision: candidate.DecisionAccepted, Reason: "lu <img src=x>"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return raw, out.Bytes(), root
}

// handover hands a report on, with it or alone.
func handover(t testing.TB, of []byte, included bool) []byte {
	t.Helper()
	now := time.Now()
	texts, err := report.NewTexts()
	if err != nil {
		t.Fatal(err)
	}
	read, err := statement.ReadReport(of, seal.VerifyOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	signer, _ := signatory(t, now)
	raw, _, err := statement.MakeHandover(statement.HandoverOrder{
		Report: read, Operator: statement.Operator{Name: "operateur-b <img src=x>", Version: read.Run.Candidate.Version}, Include: included, Draft: true,
		Configuration: []statement.Setting{{Key: "imap", Value: "imap.example"}}, Signer: signer, Texts: texts, Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return raw
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
	return r.sendIn(t, "fr", path, media, body)
}

// sendIn does it in a language.
func (r rig) sendIn(t testing.TB, lang, path, media string, body io.Reader) (int, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", media)
	q.AddCookie(&http.Cookie{Name: "etalon-lang", Value: lang})
	a, err := http.DefaultClient.Do(q)
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
	said, of, signed := review(t)
	handed, bare := handover(t, good, true), handover(t, good, false)
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
		"cut short":   {map[string][]byte{"archive": good[:len(good)-50]}, 422, "l&#39;assemblage de l&#39;archive a été changé", `"error":"unsound-framing","about":"the framing of the archive was changed`},
		"a bomb":      {map[string][]byte{"archive": bomb}, 422, "autre fichier", `"error":"unsound-framing"`},
		"a traversal": {map[string][]byte{"archive": zipped(t, "../../etc/passwd", strings.NewReader("x"))}, 422, "autre fichier", `"error":"unsound-framing"`},
		"foreign":     {map[string][]byte{"archive": []byte("<script>")}, 422, "autre fichier", `"error":"unsound-framing"`},
		"bad roots":   {map[string][]byte{"archive": good, "roots": []byte("x")}, 400, "pas des certificats", `"error":"bad-roots"`},
		"broken root": {map[string][]byte{"archive": good, "roots": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})}, 400, "pas des certificats", `"error":"bad-roots"`},
		"a review":    {map[string][]byte{"archive": said, "of": of, "roots": signed}, 200, "Camille &lt;img src=x&gt;, relectrice", `"decision":"accepted"`},
		"no report":   {map[string][]byte{"archive": said}, 400, "donnez aussi le rapport", `"error":"no-report"`},
		"a handover":  {map[string][]byte{"archive": handed}, 200, "operateur-b &lt;img src=x&gt;", `"handover":{"signer":`},
		"alone":       {map[string][]byte{"archive": bare}, 400, "donnez aussi le rapport", `"error":"no-report"`},
		"not alone":   {map[string][]byte{"archive": bare, "of": good}, 200, "imap.example", `"included":false`},
		"of another":  {map[string][]byte{"archive": said, "of": good}, 422, "pas intègre", `"error":"unsound-`},
		"its trust":   {map[string][]byte{"archive": said, "of": of, "roots": foreign}, 422, "signataire refusé", `"error":"unsound-trust"`},
		"no review":   {map[string][]byte{"archive": good, "of": of}, 200, "Archive intègre", `"sound":true`},
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
	for path, says := range map[string]string{"/verify": "the framing of the archive was changed", "/api/verify": `"about":"the framing of the archive was changed`} {
		media, body := upload(t, map[string][]byte{"archive": good[:len(good)-50]})
		if status, said := r.sendIn(t, "en", path, media, body); status != 422 || !strings.Contains(said, says) || strings.Contains(said, "assemblage") {
			t.Errorf("in English, %s: %d %.3000s", path, status, said)
		}
	}
	if status, body, _ := r.get(t, "/verify", "en"); status != 200 || !strings.Contains(body, `type="file" id="archive"`) || !strings.Contains(body, "larger than 96 MiB") {
		t.Errorf("%d %s", status, body)
	}
}

// What was looked at is told in words, in the language of who asks, and what a list given with it revokes.
func TestArchivesAreLookedUpInLists(t *testing.T) {
	r := started(t)
	now := time.Now()
	signer, root := signatory(t, now)
	raw := archiveBy(t, signer, now)
	list := func(serials ...int64) []byte {
		t.Helper()
		template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now.Add(-time.Minute), NextUpdate: now.Add(time.Hour)}
		for _, n := range serials {
			template.RevokedCertificateEntries = append(template.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: big.NewInt(n), RevocationTime: now.Add(-time.Hour)})
		}
		der, err := x509.CreateRevocationList(rand.Reader, template, signer.Chain[0], signer.Key)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	for name, c := range map[string]struct {
		files  map[string][]byte
		status int
		page   []string
		api    string
	}{
		"no list":      {map[string][]byte{"archive": raw, "roots": root}, 200, []string{"Ce qui a été regardé", `pill passed">vérifié`, `pill unchecked">non regardé`, "révocation non vérifiée"}, `"part":"revoked","outcome":"unchecked"`},
		"not in it":    {map[string][]byte{"archive": raw, "roots": root, "revoked": list(7)}, 200, []string{"signataire reconnu"}, `"part":"revoked","outcome":"passed"`},
		"revoked":      {map[string][]byte{"archive": raw, "roots": root, "revoked": list(7, 1)}, 422, []string{"a été révoqué", `pill failed">faux`}, `"error":"unsound-revoked"`},
		"no such list": {map[string][]byte{"archive": raw, "roots": root, "revoked": []byte("<img src=x>")}, 422, []string{"ne peut être crue"}, `"error":"unsound-lists"`},
		"empty":        {map[string][]byte{"archive": raw, "revoked": nil, "time_roots": nil}, 200, []string{"Archive intègre"}, `"sound":true`},
		"too long":     {map[string][]byte{"archive": raw, "revoked": make([]byte, 17<<20)}, 413, []string{"plus grand"}, `"error":"too-large"`},
		"time roots":   {map[string][]byte{"archive": raw, "time_roots": []byte("x")}, 400, []string{"pas des certificats"}, `"error":"bad-roots"`},
	} {
		for path, says := range map[string][]string{"/verify": c.page, "/api/verify": {c.api}} {
			media, body := upload(t, c.files)
			status, said := r.send(t, path, media, body)
			for _, want := range says {
				if status != c.status || !strings.Contains(said, want) || strings.Contains(said, "<img") {
					t.Errorf("%s %s: %d, want %q in %.3000s", name, path, status, want, said)
				}
			}
		}
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
