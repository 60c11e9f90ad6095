package pki

import (
	"crypto/x509"
	"slices"
	"strings"
	"time"

	"etalon/internal/interops"
)

// Matches tells whether the certificate bears the identity at that instant: its subject equals the
// identity's, relative name by relative name in the same order, and the instant is neither before
// From nor at or after Until (G11). Case, repeated spaces and the way of escaping do not count
// (RFC 5280 §7.1); "*" matches any run of characters within one value. A subject that cannot be read
// matches nothing. The chain of trust is not looked at: that is Trust.Verify (G05, T01).
func Matches(id interops.Identity, cert *x509.Certificate, at time.Time) bool {
	if at.Before(id.From.Time) || !id.Until.IsZero() && !at.Before(id.Until.Time) {
		return false
	}
	pattern, err := parseName(id.Subject)
	if err != nil {
		return false
	}
	subject, err := readName(cert.RawSubject)
	if err != nil {
		return false
	}
	return slices.EqualFunc(pattern, subject, sameRelativeName)
}

// Listed tells whether one of the identities matches the certificate at that instant.
func Listed(ids []interops.Identity, cert *x509.Certificate, at time.Time) bool {
	return slices.ContainsFunc(ids, func(id interops.Identity) bool { return Matches(id, cert, at) })
}

// CheckSubject tells why a subject or subject pattern of a convention cannot be read; nil if it can.
func CheckSubject(pattern string) error {
	_, err := parseName(pattern)
	return err
}

// SameSubject tells whether a subject, as Subject writes it, is that of a pattern, by the rules of Matches.
func SameSubject(pattern, subject string) bool {
	want, err := parseName(pattern)
	if err != nil {
		return false
	}
	have, err := parseName(subject)
	return err == nil && slices.EqualFunc(want, have, sameRelativeName)
}

// sameRelativeName compares two sets of attributes, in whatever order.
func sameRelativeName(pattern, subject []attribute) bool {
	if len(pattern) != len(subject) {
		return false
	}
	free := slices.Clone(subject)
	for _, want := range pattern {
		i := slices.IndexFunc(free, func(have attribute) bool {
			return have.oid == want.oid && matchParts(want.parts, strings.Join(have.parts, "*"))
		})
		if i < 0 {
			return false
		}
		free = slices.Delete(free, i, i+1)
	}
	return true
}

// matchParts tells whether the value is the parts with any run of characters between them.
func matchParts(parts []string, value string) bool {
	value = strings.TrimSpace(fold(value))
	first, last := strings.TrimLeft(fold(parts[0]), " "), strings.TrimRight(fold(parts[len(parts)-1]), " ")
	if len(parts) == 1 {
		return value == strings.TrimSpace(first)
	}
	if len(value) < len(first)+len(last) || !strings.HasPrefix(value, first) || !strings.HasSuffix(value, last) {
		return false
	}
	value = value[len(first) : len(value)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(value, fold(part))
		if !found {
			return false
		}
		value = after
	}
	return true
}

// fold lowers the case and makes each run of white space one space.
func fold(s string) string {
	var b strings.Builder
	space := false
	for _, r := range strings.ToLower(s) {
		isSpace := r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u00a0'
		if !isSpace {
			b.WriteRune(r)
		} else if !space {
			b.WriteByte(' ')
		}
		space = isSpace
	}
	return b.String()
}

// Bears tells whether a text names the certificate's subject, by the rules of Matches, with "*" a character like any other:
// for names that a partner wrote.
func Bears(cert *x509.Certificate, name string) bool {
	want, err := parseName(name)
	if err != nil {
		return false
	}
	for _, rdn := range want {
		for i, a := range rdn {
			rdn[i].parts = []string{strings.Join(a.parts, "*")}
		}
	}
	subject, err := readName(cert.RawSubject)
	return err == nil && slices.EqualFunc(want, subject, sameRelativeName)
}
