package statement_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"math/big"
	"testing"
	"time"

	"etalon/internal/seal"
	"etalon/internal/statement"
)

// crl is the list of what a person's own authority revoked.
func crl(t *testing.T, name string, revoked bool) seal.List {
	t.Helper()
	s := signer(name)
	template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: at, NextUpdate: at.AddDate(0, 1, 0)}
	if revoked {
		template.RevokedCertificateEntries = []x509.RevocationListEntry{{SerialNumber: s.Chain[0].SerialNumber, RevocationTime: at.Add(-time.Hour)}}
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, s.Chain[0], s.Key)
	if err != nil {
		t.Fatal(err)
	}
	return seal.List{Name: name, Bytes: der}
}

// The lists of several authorities serve the signers of a report and of its review: each is looked up where it speaks, and one that
// speaks of nobody is told.
func TestListsOfSeveralSigners(t *testing.T) {
	raw := archive(t, sample(), signer("opérateur"))
	review := reviewed(t, order(reread(t, raw), nil, all("accepted")...)).Raw
	for name, c := range map[string]struct {
		lists []seal.List
		wrong seal.Part
	}{
		"both":                {[]seal.List{crl(t, "opérateur", false), crl(t, "relectrice", false)}, ""},
		"one":                 {[]seal.List{crl(t, "relectrice", false)}, ""},
		"reviewer revoked":    {[]seal.List{crl(t, "opérateur", false), crl(t, "relectrice", true)}, seal.PartRevoked},
		"who reports revoked": {[]seal.List{crl(t, "opérateur", true), crl(t, "relectrice", false)}, seal.PartRevoked},
		"of somebody else":    {[]seal.List{crl(t, "opérateur", false), crl(t, "un autre", false)}, seal.PartLists},
	} {
		o := looking("opérateur", "relectrice", "un autre")
		o.Revoked, o.Heard = c.lists, map[string]bool{}
		for _, n := range []string{"opérateur", "relectrice", "un autre"} {
			o.Above = append(o.Above, signer(n).Chain[0])
		}
		of, err := statement.ReadReport(raw, o)
		if err == nil {
			_, err = statement.VerifyReview(review, of, o)
		}
		if err == nil {
			err = o.Unheard()
		}
		var unsound *seal.Unsound
		if (err == nil) != (c.wrong == "") || errors.As(err, &unsound) && unsound.Part != c.wrong {
			t.Errorf("%s: %v", name, err)
		}
		o.Heard = nil // whoever has an archive followed need not know of it
		f, err := statement.Follow(review, func() ([]byte, error) { return raw, nil }, o)
		unsound = nil
		if (err == nil) != (c.wrong == "") || errors.As(err, &unsound) && unsound.Part != c.wrong {
			t.Errorf("%s, followed: %v", name, err)
		}
		if err == nil && (!f.Trusted() || f.Reviewed.Review().Rank != 1 || f.Handed != nil) {
			t.Errorf("%s, followed: %+v", name, f)
		}
	}
}

// What is wrong with the report is told from what is wrong with the review, and a report is followed alone.
func TestFollowTellsWhoIsWrong(t *testing.T) {
	raw := archive(t, sample(), signer("opérateur"))
	review := reviewed(t, order(reread(t, raw), nil, all("accepted")...)).Raw
	o := looking("opérateur", "relectrice")
	f, err := statement.Follow(raw, alone, o)
	if err != nil || f.Reviewed != nil || f.Handed != nil || !f.Trusted() {
		t.Errorf("the report: %+v, %v", f, err)
	}
	bad := bytes.Clone(raw)
	bad[len(bad)/2] ^= 1
	var of *statement.OfReport
	var unsound *seal.Unsound
	if _, err := statement.Follow(review, func() ([]byte, error) { return bad, nil }, o); !errors.As(err, &of) || !errors.As(err, &unsound) {
		t.Errorf("a changed report: %v", err)
	}
	bad = bytes.Clone(review)
	bad[len(bad)/2] ^= 1
	if _, err := statement.Follow(bad, func() ([]byte, error) { return raw, nil }, o); errors.As(err, &of) || !errors.As(err, &unsound) {
		t.Errorf("a changed review: %v", err)
	}
	if _, err := statement.Follow(review, alone, o); err == nil || errors.As(err, &unsound) {
		t.Errorf("no report: %v", err)
	}
}
