package seal_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	statements "github.com/in-toto/attestation/go/v1"
	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"google.golang.org/protobuf/encoding/protojson"

	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// edKey is a DSSE key of the test's own making, apart from the one under test.
type edKey struct{ key ed25519.PrivateKey }

func (k edKey) Sign(_ context.Context, b []byte) ([]byte, error) { return ed25519.Sign(k.key, b), nil }
func (k edKey) Public() crypto.PublicKey                         { return k.key.Public() }
func (k edKey) Verify(_ context.Context, b, sig []byte) error {
	if !ed25519.Verify(k.key.Public().(ed25519.PublicKey), b, sig) {
		return fmt.Errorf("bad signature")
	}
	return nil
}
func (k edKey) KeyID() (string, error) { return "", nil }

// payload reads an envelope with the DSSE library, by the signer's key.
func payload(t *testing.T, files []seal.Member, name string, key edKey) []byte {
	t.Helper()
	var e dsse.Envelope
	if err := json.Unmarshal(files[slices.IndexFunc(files, named(name))].Bytes, &e); err != nil {
		t.Fatal(err)
	}
	verifier, err := dsse.NewEnvelopeVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier.Verify(context.Background(), &e); err != nil {
		t.Fatal(err)
	}
	b, err := e.DecodeB64Payload()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestStatementsAreInToto reads both statements with the in-toto library.
func TestStatementsAreInToto(t *testing.T) {
	s := reporttest.Signer(t, "ed25519")
	files := reporttest.Unpack(t, reporttest.Archive(t, "mixed", s))
	for name, predicate := range map[string]string{
		"attestation.dsse.json": "urn:etalon:attestation:conformance-run:1", "test-result.dsse.json": "https://in-toto.io/attestation/test-result/v0.1"} {
		var statement statements.Statement
		if err := protojson.Unmarshal(payload(t, files, name, edKey{s.Key.(ed25519.PrivateKey)}), &statement); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := statement.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if statement.GetPredicateType() != predicate || len(statement.GetSubject()) != 2 {
			t.Errorf("%s: predicate %s, %d subjects", name, statement.GetPredicateType(), len(statement.GetSubject()))
		}
		for _, subject := range statement.GetSubject() {
			sum := sha256.Sum256(files[slices.IndexFunc(files, named(subject.GetName()))].Bytes)
			if subject.GetDigest()["sha256"] != hex.EncodeToString(sum[:]) {
				t.Errorf("%s: subject %s has another digest", name, subject.GetName())
			}
		}
	}
}

// TestTestResult: nothing but a conforme is a PASSED or a WARNED.
func TestTestResult(t *testing.T) {
	s := reporttest.Signer(t, "ed25519")
	for _, c := range []struct {
		name   string
		change func(*verdict.Run)
		want   string
	}{
		{"all-pass", func(*verdict.Run) {}, `"result":"PASSED"`},
		{"all-pass", func(r *verdict.Run) { r.Partial = true }, `"result":"FAILED"`},
		{"all-pass", func(r *verdict.Run) { r.Complete = false }, `"result":"FAILED"`},
		{"all-pass", func(r *verdict.Run) { r.Cases[4].Verdict = verdict.Fail }, `"result":"WARNED"`},
		{"inconclusive", func(*verdict.Run) {}, `"result":"FAILED"`},
		{"mixed", func(*verdict.Run) {}, `"result":"FAILED"`},
		{"empty", func(*verdict.Run) {}, `"result":"FAILED"`},
	} {
		dir, run := reporttest.Recorded(t, c.name)
		c.change(run)
		run.Conclude(reporttest.Catalogue)
		var out bytes.Buffer
		if err := report.WriteArchive(&out, run, report.ArchiveOptions{Options: reporttest.Options(t, dir, "en"), Signer: s, Now: reporttest.Later}); err != nil {
			t.Fatal(err)
		}
		if got := payload(t, reporttest.Unpack(t, out.Bytes()), "test-result.dsse.json", edKey{s.Key.(ed25519.PrivateKey)}); !bytes.Contains(got, []byte(c.want)) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// resign makes an archive whose signer contradicts himself: members are changed, and signed again with his key.
func resign(t *testing.T, change func([]seal.Member), statement func(name, payload string) string) []byte {
	t.Helper()
	s := reporttest.Signer(t, "ed25519")
	key := edKey{s.Key.(ed25519.PrivateKey)}
	files := reporttest.Unpack(t, reporttest.Archive(t, "mixed", s))
	at := func(name string) *seal.Member { return &files[slices.IndexFunc(files, named(name))] }
	sum := func(b []byte) string { return strings.TrimPrefix(record.Digest(b), "sha256:") }
	before := map[string]string{}
	for _, name := range []string{"manifest.json", "candidate.json"} {
		before[name] = sum(at(name).Bytes)
	}
	list := string(at("manifest.json").Bytes)
	old := slices.Clone(files)
	change(files)
	for i, f := range files {
		was, is := fmt.Sprintf(`"size":%d,`, len(old[i].Bytes)), fmt.Sprintf(`"size":%d,`, len(f.Bytes))
		list = regexp.MustCompile(`(?m)^(\{"path":"`+regexp.QuoteMeta(f.Name)+`",)`+was+`(.*)`+sum(old[i].Bytes)).ReplaceAllString(list, "${1}"+is+"${2}"+sum(f.Bytes))
	}
	at("manifest.json").Bytes = []byte(list)
	id := regexp.MustCompile(`"keyid":"[^"]+"`).FindString(string(at("attestation.dsse.json").Bytes))
	for _, name := range []string{"attestation.dsse.json", "test-result.dsse.json"} {
		text := string(payload(t, files, name, key))
		for subject, digest := range before {
			text = strings.Replace(text, digest, sum(at(subject).Bytes), 1)
		}
		envelope, err := dsse.NewEnvelopeSigner(key)
		if err != nil {
			t.Fatal(err)
		}
		e, err := envelope.SignPayload(context.Background(), "application/vnd.in-toto+json", []byte(statement(name, text)))
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		at(name).Bytes = append([]byte(strings.Replace(string(b), `"keyid":""`, id, 1)), '\n')
	}
	return pack(files)
}

// TestContradictionsAreRefused: a signature does not make a contradiction true.
func TestContradictionsAreRefused(t *testing.T) {
	same := func(_, payload string) string { return payload }
	none := func([]seal.Member) {}
	member := func(name, old, by string) func([]seal.Member) {
		return func(files []seal.Member) { edit(name, old, by)(files) }
	}
	for _, c := range []struct {
		name      string
		change    func([]seal.Member)
		statement func(name, payload string) string
		wrong     string
	}{
		{"nothing changed", none, same, ""},
		{"another level in the record", member("run.json", `"standard": "bloquante"`, `"standard": "conforme"`), same, "the statement and run.json disagree"},
		{"another candidate", member("candidate.json", "2.3.1", "9.9.9"), same, "candidate.json and run.json disagree"},
		{"evidence that is not what its name says", func(files []seal.Member) {
			i := slices.IndexFunc(files, func(f seal.Member) bool { return strings.HasPrefix(f.Name, "evidence/") })
			files[i].Bytes = append(slices.Clone(files[i].Bytes), 'x')
		}, same, "is not what its name says"},
		{"two results", none, func(name, payload string) string {
			if name == "test-result.dsse.json" {
				return strings.Replace(payload, `"result":"FAILED"`, `"result":"PASSED"`, 1)
			}
			return payload
		}, "disagree on the result"},
		{"another predicate", none, func(_, payload string) string {
			return strings.Replace(payload, "conformance-run:1", "conformance-run:2", 1)
		}, "urn:etalon:attestation:conformance-run:2 was written by a later version"},
		{"a record of another schema", member("run.json", "etalon/run/1", "etalon/run/7"), same, "use the version of conformance that wrote it"},
		{"signed before its certificate", none, func(_, payload string) string {
			return strings.Replace(payload, `"signed_at":"2036`, `"signed_at":"2016`, 1)
		}, "was not valid when it signed"},
	} {
		_, err := seal.Verify(resign(t, c.change, c.statement), seal.VerifyOptions{Now: reporttest.Later})
		if c.wrong == "" && err != nil || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		}
		if c.wrong != "" {
			reporttest.InBoth(t, err)
		}
	}
}
