package seal_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/seal"
	"etalon/internal/timestamp"
)

// authority is the one time authority of these tests, with its roots and a function that asks it.
var authority = sync.OnceValue(func() (out struct {
	roots *x509.CertPool
	pem   []byte
	stamp func([]byte) ([]byte, error)
}) {
	a, err := timestamp.NewAuthority(rand.Reader, func() time.Time { return reporttest.Later }, "")
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(a) // for as long as the tests
	client := timestamp.Client{URL: server.URL, Random: rand.Reader, Now: func() time.Time { return reporttest.Later }}
	out.roots, out.pem = x509.NewCertPool(), a.RootPEM()
	out.roots.AppendCertsFromPEM(out.pem)
	out.stamp = func(b []byte) ([]byte, error) { return client.Ask(context.Background(), b) }
	return out
})

// sealed makes an archive that holds for a year and, where wanted, is time-stamped.
func sealed(t testing.TB, name string, s seal.Signer, timed bool) []byte {
	t.Helper()
	o := report.ArchiveOptions{Signer: s, Now: reporttest.Later, Validity: 365}
	if timed {
		o.Stamp = authority().stamp
	}
	return reporttest.ArchiveWith(t, name, o)
}

func TestVerifyTrust(t *testing.T) {
	b := reporttest.Archive(t, "mixed", reporttest.Signer(t, "ecdsa"))
	leaf := reporttest.Certificate(t, "ecdsa")
	for _, c := range []struct {
		name             string
		roots            *x509.CertPool
		now              time.Time
		trusted, expired bool
		wrong            string
	}{
		{"with its root", reporttest.Roots(t, "root"), reporttest.Later, true, false, ""},
		{"without roots", nil, reporttest.Later, false, false, ""},
		{"with no root at all", x509.NewCertPool(), reporttest.Later, false, false, "does not lead to the roots"},
		{"with another root", reporttest.Roots(t, "other-root"), reporttest.Later, false, false, "does not lead to the roots"},
		{"before it was signed", reporttest.Roots(t, "root"), reporttest.Later.Add(-time.Hour), false, false, "still to come"},
		{"after the certificate ended", reporttest.Roots(t, "root"), leaf.NotAfter.Add(time.Hour), true, true, ""},
	} {
		v, err := seal.Verify(b, seal.VerifyOptions{Roots: c.roots, Now: c.now})
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
			}
			reporttest.InBoth(t, err)
			continue
		}
		if err != nil || v.Trusted != c.trusted || v.Expired != c.expired {
			t.Errorf("%s: trusted %v, expired %v, %v", c.name, v != nil && v.Trusted, v != nil && v.Expired, err)
		}
	}
}

// check is the one check of a part that has an outcome.
func check(v *seal.Verified, part seal.Part) (seal.Outcome, string) {
	i := slices.IndexFunc(v.Checks, func(c seal.Check) bool { return c.Part == part })
	if i < 0 {
		return "", ""
	}
	return v.Checks[i].Outcome, v.Checks[i].In("en")
}

func TestTimedArchive(t *testing.T) {
	timed, untimed := sealed(t, "mixed", reporttest.Signer(t, "ecdsa"), true), sealed(t, "mixed", reporttest.Signer(t, "ecdsa"), false)
	o := seal.VerifyOptions{Roots: reporttest.Roots(t, "root"), TimeRoots: authority().roots, Now: reporttest.Later}
	v, err := seal.Verify(timed, o)
	if err != nil || v.Stamp == nil || !v.Stamp.Trusted || !v.Stamp.Time.Equal(reporttest.Later) || v.Lapsed || !v.NotAfter.Equal(reporttest.Later.AddDate(0, 0, 365)) {
		t.Fatalf("%+v, %v", v, err)
	}
	for part, want := range map[seal.Part]seal.Outcome{
		seal.PartFraming: "passed", seal.PartMembers: "passed", seal.PartSignature: "passed", seal.PartRecord: "passed", seal.PartStamp: "passed",
		seal.PartTime: "passed", seal.PartTrust: "passed", seal.PartRevoked: "unchecked", seal.PartValidity: "passed", seal.PartLimits: "warned",
	} {
		if got, words := check(v, part); got != want {
			t.Errorf("%s: %q (%s), want %q", part, got, words, want)
		}
	}
	html := string(v.Members[slices.IndexFunc(v.Members, func(m seal.Member) bool { return m.Name == "report.html" })].Bytes)
	if !strings.Contains(html, "son jeton est dans timestamp.tsr") || !strings.Contains(html, "du 10/03/2036 09:32:00 UTC au 10/03/2037") {
		t.Error("the report tells neither its time-stamp nor its validity")
	}
	if v, err = seal.Verify(timed, seal.VerifyOptions{Roots: reporttest.Roots(t, "root"), Now: reporttest.Later}); err != nil || v.Stamp == nil || v.Stamp.Trusted {
		t.Errorf("under the roots of the signer alone: %+v, %v", v, err)
	}
	if got, words := check(v, seal.PartStamp); got != seal.Warned || !strings.Contains(words, "NOT trusted") {
		t.Errorf("stamp: %s %s", got, words)
	}
	o.TimeRoots = reporttest.Roots(t, "root")
	refused(t, "under other time roots", timed, o, seal.PartStamp, "does not lead to the roots")
	o.TimeRoots = nil
	if v, err = seal.Verify(untimed, o); err != nil || v.Stamp != nil {
		t.Fatalf("%+v, %v", v, err)
	}
	if got, words := check(v, seal.PartStamp); got != seal.Unchecked || !strings.HasPrefix(words, "not time-stamped") {
		t.Errorf("stamp: %s %s", got, words)
	}
	stamp := reporttest.Unpack(t, timed)[slices.IndexFunc(reporttest.Unpack(t, timed), named("timestamp.tsr"))]
	refused(t, "the stamp removed", pack(slices.DeleteFunc(reporttest.Unpack(t, timed), named("timestamp.tsr"))), o, seal.PartSignature, "test-result.dsse.json: the signature is over another")
	refused(t, "a stamp added", pack(append(reporttest.Unpack(t, untimed), stamp)), o, seal.PartSignature, "over another")
	refused(t, "the stamp of another", pack(swap(reporttest.Unpack(t, timed), reporttest.Unpack(t, sealed(t, "all-pass", reporttest.Signer(t, "ecdsa"), true)), "timestamp.tsr")), o, seal.PartSignature, "over another")
}

// refused wants an archive to be refused, for a part and in words.
func refused(t *testing.T, name string, b []byte, o seal.VerifyOptions, part seal.Part, words string) {
	t.Helper()
	_, err := seal.Verify(b, o)
	var unsound *seal.Unsound
	if !errors.As(err, &unsound) || unsound.Part != part || !strings.Contains(err.Error(), words) {
		t.Errorf("%s: %v, want %s: %q", name, err, part, words)
		return
	}
	last := unsound.Checks[len(unsound.Checks)-1]
	if last.Part != part || last.Outcome != seal.Failed || last.In("en") != unsound.Err.Error() || "vérification de l'archive : "+last.In("fr") != unsound.In("fr") {
		t.Errorf("%s: the last check is %+v", name, last)
	}
	reporttest.InBoth(t, err)
}

// TestLyingStamps holds that an authority that lies keeps an archive from being made, and that nothing of it is written.
func TestLyingStamps(t *testing.T) {
	dir, run := reporttest.Recorded(t, "mixed")
	o := report.ArchiveOptions{Options: reporttest.Options(t, dir, "fr"), Signer: reporttest.Signer(t, "ecdsa"), Now: reporttest.Later, Stamp: func([]byte) ([]byte, error) { return nil, errors.New("unreachable") }}
	var out bytes.Buffer
	if err := report.WriteArchive(&out, run, o); err == nil || out.Len() > 0 {
		t.Errorf("%d bytes, %v", out.Len(), err)
	}
	o.Validity = -1
	if err := report.WriteArchive(&out, run, o); err == nil || !strings.Contains(err.Error(), "-1 days") {
		t.Errorf("validity: %v", err)
	}
	o.Validity, o.Stamp = 1, func([]byte) ([]byte, error) { return authority().stamp([]byte("something else")) }
	if err := report.WriteArchive(&out, run, o); err == nil || !strings.Contains(err.Error(), "over other bytes") || out.Len() > 0 {
		t.Errorf("a document is presented as stamped: %d bytes, %v", out.Len(), err)
	}
	o.NoPages = true // what is not looked at when it is made is refused when it is verified
	if err := report.WriteArchive(&out, run, o); err != nil {
		t.Fatal(err)
	}
	refused(t, "a stamp over something else", out.Bytes(), seal.VerifyOptions{Now: reporttest.Later}, seal.PartStamp, "over other bytes")
	out.Reset()
	o.Now, o.Stamp = reporttest.Later.Add(time.Hour), authority().stamp
	if err := report.WriteArchive(&out, run, o); err != nil {
		t.Fatal(err)
	}
	refused(t, "a stamp of an hour before", out.Bytes(), seal.VerifyOptions{Now: reporttest.Later.Add(time.Hour)}, seal.PartStamp, "one of them is wrong")
}

func TestValidity(t *testing.T) {
	b := sealed(t, "mixed", reporttest.Signer(t, "ecdsa"), false)
	for name, c := range map[string]struct {
		at     time.Time
		lapsed bool
	}{"the day it is signed": {reporttest.Later, false}, "the last day": {reporttest.Later.AddDate(0, 0, 365), false}, "after": {reporttest.Later.AddDate(0, 0, 366), true}} {
		v, err := seal.Verify(b, seal.VerifyOptions{Now: c.at})
		if err != nil || v.Lapsed != c.lapsed {
			t.Errorf("%s: %+v, %v", name, v, err)
			continue
		}
		if got, words := check(v, seal.PartValidity); (got == seal.Warned) != c.lapsed || c.lapsed && !strings.HasPrefix(words, "no longer in force: the attestation held from 2036-03-10 to 2037-03-10") {
			t.Errorf("%s: %s %s", name, got, words)
		}
	}
	refused(t, "before", b, seal.VerifyOptions{Now: reporttest.Later.AddDate(0, 0, -1)}, seal.PartTime, "still to come")
	old := reporttest.Archive(t, "mixed", reporttest.Signer(t, "ecdsa")) // as versions before validity made them
	if v, err := seal.Verify(old, seal.VerifyOptions{Now: reporttest.Later.AddDate(9, 0, 0)}); err != nil || v.Lapsed || !v.NotAfter.IsZero() {
		t.Errorf("an archive without validity: %+v, %v", v, err)
	}
}

// office is an authority of signers that can revoke.
type office struct {
	root *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newOffice(t *testing.T, name string) office {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return office{mint(t, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: reporttest.At.AddDate(-1, 0, 0), NotAfter: reporttest.At.AddDate(20, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte(name),
	}, nil, &key.PublicKey, key), key}
}

func mint(t *testing.T, template, parent *x509.Certificate, public *ecdsa.PublicKey, key *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	if parent == nil {
		parent = template
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// full is a disk that has no room left after some bytes.
type full struct{ left int }

func (f *full) Write(b []byte) (int, error) {
	if len(b) > f.left {
		return f.left, syscall.ENOSPC
	}
	f.left -= len(b)
	return len(b), nil
}

func TestDiskFull(t *testing.T) {
	dir, run := reporttest.Recorded(t, "empty")
	err := report.WriteArchive(&full{1000}, run, report.ArchiveOptions{Options: reporttest.Options(t, dir, "fr"), Signer: reporttest.Signer(t, "ecdsa"), Now: reporttest.Later, Validity: 365})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v", err)
	}
}

// TestIncompleteChain holds that an archive of which the chain lacks an authority between signer and root is sound, and not trusted.
func TestIncompleteChain(t *testing.T) {
	root := newOffice(t, "TEST root")
	middle := newOffice(t, "TEST office")
	middle.root = mint(t, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: middle.root.Subject, NotBefore: reporttest.At.AddDate(-1, 0, 0), NotAfter: reporttest.At.AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, SubjectKeyId: []byte("middle"),
	}, root.root, &middle.key.PublicKey, root.key)
	for bare, words := range map[bool]string{false: "", true: "does not lead to the roots"} {
		b := sealed(t, "empty", middle.signer(t, 7, bare), false)
		v, err := seal.Verify(b, seal.VerifyOptions{Roots: root.pool(), Now: reporttest.Later})
		if words == "" && (err != nil || !v.Trusted) || words != "" && (err == nil || !strings.Contains(err.Error(), words)) {
			t.Errorf("chain incomplete %v: %v", bare, err)
		}
	}
}

// signer is one that the office issues, without the office in its chain where bare.
func (o office) signer(t *testing.T, serial int64, bare bool) seal.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := mint(t, &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "TEST signataire"}, NotBefore: reporttest.At.AddDate(-1, 0, 0), NotAfter: reporttest.At.AddDate(10, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
	}, o.root, &key.PublicKey, o.key)
	if bare {
		return seal.Signer{Key: key, Chain: []*x509.Certificate{leaf}}
	}
	return seal.Signer{Key: key, Chain: []*x509.Certificate{leaf, o.root}}
}

func (o office) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(o.root)
	return p
}

// list is a CRL, issued at an instant for a week.
func (o office) list(t *testing.T, issued time.Time, entries []x509.RevocationListEntry, extra ...pkix.Extension) []byte {
	t.Helper()
	raw, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: issued, NextUpdate: issued.AddDate(0, 0, 7), RevokedCertificateEntries: entries, ExtraExtensions: extra,
	}, o.root, o.key)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func revokedOn(serial int64, on time.Time, reason int) []x509.RevocationListEntry {
	return []x509.RevocationListEntry{{SerialNumber: big.NewInt(serial), RevocationTime: on, ReasonCode: reason}}
}

func TestRevokedCertificate(t *testing.T) {
	office, foreign := newOffice(t, "TEST office"), newOffice(t, "TEST foreign office")
	twin := newOffice(t, "TEST office")
	now := reporttest.Later.AddDate(0, 0, 2)
	bare := sealed(t, "empty", office.signer(t, 7, true), false)
	b, timed := sealed(t, "empty", office.signer(t, 7, false), false), sealed(t, "empty", office.signer(t, 7, false), true)
	pemOf := func(raw []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: raw}) }
	good := office.list(t, now, revokedOn(8, now, 0))
	delta := pkix.Extension{Id: []int{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}}
	users := pkix.Extension{Id: []int{2, 5, 29, 28}, Critical: true, Value: []byte{0x30, 3, 0x81, 1, 0xff}}
	authorities := pkix.Extension{Id: []int{2, 5, 29, 28}, Critical: true, Value: []byte{0x30, 3, 0x82, 1, 0xff}}
	changed := bytes.Clone(good)
	changed[len(changed)-3] ^= 1
	for _, c := range []struct {
		name    string
		archive []byte
		list    []byte
		part    seal.Part
		words   string
	}{
		{"not revoked, DER", b, good, "", ""},
		{"not revoked, PEM", b, pemOf(good), "", ""},
		{"of the users' certificates", b, office.list(t, now, nil, users), "", ""},
		{"not revoked, by the roots", bare, good, "", ""},
		{"revoked before the signature", b, office.list(t, now, revokedOn(7, reporttest.Later.Add(-time.Hour), 0)), seal.PartRevoked, "was revoked, on 2036-03-10T08:32:00Z"},
		{"revoked after, untimed", b, office.list(t, now, revokedOn(7, reporttest.Later.Add(time.Hour), 0)), seal.PartRevoked, "was revoked"},
		{"revoked before, timed", timed, office.list(t, now, revokedOn(7, reporttest.Later.Add(-time.Hour), 0)), seal.PartRevoked, "was revoked"},
		{"revoked after, timed", timed, office.list(t, now, revokedOn(7, reporttest.Later.Add(time.Hour), 0)), "", ""},
		{"compromised after, timed", timed, office.list(t, now, revokedOn(7, reporttest.Later.Add(time.Hour), 1)), seal.PartRevoked, "was revoked"},
		{"changed", b, changed, seal.PartLists, "not signed by an authority"},
		{"of one of the same name", b, twin.list(t, now, nil), seal.PartLists, "not signed by an authority"},
		{"of another office", b, foreign.list(t, now, nil), seal.PartLists, "not signed by an authority"},
		{"expired", b, office.list(t, now.AddDate(0, 0, -8), nil), seal.PartLists, "expired on"},
		{"to come", b, office.list(t, now.AddDate(0, 0, 1), nil), seal.PartLists, "still to come"},
		{"of changes only", b, office.list(t, now, nil, delta), seal.PartLists, "a part only"},
		{"of authorities only", b, office.list(t, now, nil, authorities), seal.PartLists, "a part only"},
		{"a certificate", b, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: office.root.Raw}), seal.PartLists, "want a CRL"},
		{"nothing", b, nil, seal.PartLists, "want a CRL"},
	} {
		o := seal.VerifyOptions{Roots: office.pool(), TimeRoots: nil, Now: now, Revoked: []seal.List{{Name: "list", Bytes: c.list}}, Above: []*x509.Certificate{office.root}}
		o.TimeRoots = authority().roots
		if c.part != "" {
			refused(t, c.name, c.archive, o, c.part, c.words)
			continue
		}
		v, err := seal.Verify(c.archive, o)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got, words := check(v, seal.PartRevoked); got == seal.Unchecked {
			t.Errorf("%s: %s", c.name, words)
		}
	}
	o := seal.VerifyOptions{Roots: foreign.pool(), Now: now, Revoked: []seal.List{{Name: "list", Bytes: foreign.list(t, now, nil)}}, Above: []*x509.Certificate{foreign.root}}
	o.Roots.AddCert(office.root)
	refused(t, "of a root that says nothing of the signer", b, o, seal.PartLists, "says nothing of this signer")
}

func TestWithdrawnAttestation(t *testing.T) {
	office := newOffice(t, "TEST office")
	mine, colleague, stranger := office.signer(t, 7, false), office.signer(t, 8, false), newOffice(t, "TEST foreign office").signer(t, 9, false)
	b, another := sealed(t, "empty", mine, false), sealed(t, "mixed", mine, false)
	now := reporttest.Later.AddDate(0, 0, 2)
	verified := func(b []byte) *seal.Verified {
		v, err := seal.Verify(b, seal.VerifyOptions{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	listed := func(by seal.Signer, of ...[]byte) []byte {
		var l seal.Withdrawals
		for _, b := range of {
			l.Withdraw(verified(b), "essai sur un autre candidat", now)
			l.Withdraw(verified(b), "twice", now)
		}
		raw, err := l.Seal(by, now, 30)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	good := listed(mine, b)
	bare := bytes.Replace(good, []byte(`"signatures":[`), []byte(`"signatures":[],"was":[`), 1)
	for _, c := range []struct {
		name  string
		list  []byte
		at    time.Time
		part  seal.Part
		words string
	}{
		{"withdrawn by its signer", good, now, seal.PartRevoked, "was withdrawn on 2036-03-12T09:32:00Z by CN=TEST signataire: essai sur un autre candidat"},
		{"withdrawn by one of the roots", listed(colleague, another, b), now, seal.PartRevoked, "was withdrawn"},
		{"another withdrawn", listed(mine, another), now, "", ""},
		{"none withdrawn", listed(mine), now, "", ""},
		{"a stranger's list", listed(stranger, another), now, seal.PartLists, "neither the signer of the archive"},
		{"expired", listed(mine, another), now.AddDate(0, 0, 31), seal.PartLists, "expired on"},
		{"to come", listed(mine, another), now.AddDate(0, 0, -1), seal.PartLists, "still to come"},
		{"unsigned", bare, now, seal.PartLists, "is not signed"},
		{"changed", bytes.Replace(good, []byte(`"sig":"M`), []byte(`"sig":"N`), 1), now, seal.PartLists, "read list of withdrawn"},
		{"signed over something else", reporttest.Unpack(t, b)[slices.IndexFunc(reporttest.Unpack(t, b), named("attestation.dsse.json"))].Bytes, now, seal.PartLists, "not of schema"},
		{"cut", good[:len(good)/2], now, seal.PartLists, "no DSSE envelope"},
	} {
		o := seal.VerifyOptions{Roots: office.pool(), Now: c.at, Revoked: []seal.List{{Name: "list.json", Bytes: c.list}}}
		if c.part != "" {
			refused(t, c.name, b, o, c.part, c.words)
			continue
		}
		if _, err := seal.Verify(b, o); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	o := seal.VerifyOptions{Now: now, Revoked: []seal.List{{Name: "list.json", Bytes: listed(colleague, b)}}}
	refused(t, "one of the roots, without roots", b, o, seal.PartLists, "neither the signer")
	list, chain, err := seal.ReadWithdrawals(good)
	if err != nil || len(list.Withdrawn) != 1 || !chain[0].Equal(mine.Chain[0]) || list.Withdrawn[0].SHA256 != verified(b).Attestation() {
		t.Errorf("%+v, %v", list, err)
	}
	for i := 0; i < len(good); i += 37 {
		changed := bytes.Clone(good)
		changed[i] ^= 0x15
		_, _, err := seal.ReadWithdrawals(changed)
		reporttest.InBoth(t, err)
	}
	_, err = list.Seal(mine, now, 0)
	reporttest.InBoth(t, err)
	_, err = list.Seal(seal.Signer{}, now, 1)
	reporttest.InBoth(t, err)
}
