package statement_test

import (
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
	}
}
