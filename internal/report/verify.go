package report

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"etalon/internal/verdict"
)

// VerifyOptions says whom the verifier trusts. Without Roots an archive can be sound, never trusted.
type VerifyOptions struct {
	Roots *x509.CertPool
	Now   time.Time // the wall clock
}

// Verified is an archive that is sound: nothing in it was changed since its signer signed it.
type Verified struct {
	Run     *verdict.Run
	Signer  *x509.Certificate
	Trusted bool // the signer leads to one of the roots
	Test    bool // signed with a test key of the harness
	// SignedAt is what the signer's clock said; no third party vouches for it.
	SignedAt time.Time
	// Expired tells that the signer's certificate, valid at SignedAt, is no longer so.
	Expired bool
	Members []Member
	place   map[string]int // name to place in Members
}

// Evidence returns the bytes of a digest, for Options.
func (v *Verified) Evidence(digest string) ([]byte, error) {
	if digestForm.MatchString(digest) {
		if i, ok := v.place[evidenceMember(digest)]; ok {
			return v.Members[i].Bytes, nil
		}
	}
	return nil, fmt.Errorf("read evidence %q: the archive does not hold it", digest)
}

// Unsound is the first thing that is wrong with an archive, by the part of it that is looked at.
type Unsound struct {
	Part Part
	Err  error
}

// Part is what is looked at in an archive, in this order.
type Part string

// The parts.
const (
	PartFraming   Part = "framing"   // it is no archive of ours, or it was packed again, cut short or made larger than any
	PartMembers   Part = "members"   // a member that all archives have is missing, or one is not as the manifest has it
	PartSignature Part = "signature" // the certificate, or what it signed
	PartRecord    Part = "record"    // the record, and whether what was signed and the evidence agree with it
	PartTime      Part = "time"      // the certificate was not valid when it signed, or the signature is still to come
	PartTrust     Part = "trust"     // it is sound, but its signer does not lead to the roots given
)

// Error implements error.
func (u *Unsound) Error() string { return "verify archive: " + u.Err.Error() }

// Unwrap returns what is wrong.
func (u *Unsound) Unwrap() error { return u.Err }

// Verify checks an archive offline and returns what it holds, or the first thing that is wrong: its framing,
// its manifest, its signatures, the agreement of what was signed with the record, the evidence, or, when
// roots are given, the signer's trust at the instant of the signature. Its error is an *Unsound.
func Verify(archive []byte, o VerifyOptions) (*Verified, error) {
	v, part, err := verify(archive, o)
	if err != nil {
		return nil, &Unsound{part, err}
	}
	return v, nil
}

// verify returns what an archive holds, or the part in which something is wrong.
func verify(archive []byte, o VerifyOptions) (*Verified, Part, error) {
	members, err := unpackZip(archive)
	if err != nil {
		return nil, PartFraming, err
	}
	v := &Verified{Members: members, place: make(map[string]int, len(members))}
	part, err := v.parts()
	if err != nil {
		return nil, PartMembers, err
	}
	chain, statement, wrong, err := v.signedBy(part)
	if err != nil {
		return nil, wrong, err
	}
	if v.Run, err = readRun(part[runMember]); err != nil {
		return nil, PartRecord, err
	}
	if err := v.agrees(statement, part[candidateMember]); err != nil {
		return nil, PartRecord, err
	}
	if wrong, err := v.trust(chain, o); err != nil {
		return nil, wrong, err
	}
	return v, "", nil
}

// signedBy compares the members with the manifest, and verifies that what is signed is signed by the certificate that comes along.
func (v *Verified) signedBy(part map[string][]byte) (chain []*x509.Certificate, statement conformanceRun, wrong Part, err error) {
	var list manifest
	if err = json.Unmarshal(part[manifestMember], &list); err != nil {
		return nil, statement, PartMembers, fmt.Errorf("read manifest.json: %w", err)
	}
	if err = list.check(v.Members); err != nil {
		return nil, statement, PartMembers, err
	}
	if chain, err = decodeChain(part[chainMember]); err != nil {
		return nil, statement, PartSignature, err
	}
	v.Signer = chain[0]
	statement, err = v.statements(part)
	return chain, statement, PartSignature, err
}

// parts returns the members by name, and refuses an archive that lacks one of those that all have.
func (v *Verified) parts() (map[string][]byte, error) {
	part := make(map[string][]byte, len(v.Members))
	for i, m := range v.Members {
		part[m.Name] = m.Bytes
		v.place[m.Name] = i
	}
	for _, name := range []string{manifestMember, attestationMember, testResultMember, chainMember, runMember, candidateMember} {
		if part[name] == nil {
			return nil, fmt.Errorf("member %s is missing", name)
		}
	}
	return part, nil
}

// statements verifies the two envelopes and returns our own statement.
func (v *Verified) statements(part map[string][]byte) (conformanceRun, error) {
	key := envelopeKey{leaf: v.Signer}
	subject := subjects(v.Members, part[manifestMember])
	statement, err := unseal[conformanceRun](key, part[attestationMember], subject, conformancePredicate)
	if err != nil {
		return statement, fmt.Errorf("%s: %w", attestationMember, err)
	}
	result, err := unseal[testResult](key, part[testResultMember], subject, testResultPredicate)
	if err != nil {
		return statement, fmt.Errorf("%s: %w", testResultMember, err)
	}
	if !same(result, statement.TestResult) {
		return statement, errors.New("the two statements disagree on the result: the signer signed a contradiction")
	}
	v.SignedAt, v.Test = statement.SignedAt, statement.Test
	return statement, nil
}

// agrees compares what was signed, and the candidate it is about, with the record, and the record with the evidence that came along.
func (v *Verified) agrees(statement conformanceRun, candidate []byte) error {
	if want, err := encodeLine(newDescriptor(v.Run)); err != nil || !bytes.Equal(candidate, want) {
		return errors.New("candidate.json and run.json disagree: the signer signed a contradiction")
	}
	if !same(statement, newConformanceRun(v.Run, statement.SignedAt, statement.Test)) {
		return errors.New("the statement and run.json disagree: the signer signed a contradiction")
	}
	for _, e := range v.Run.Evidence {
		b, err := v.Evidence(e.Digest)
		if err != nil {
			return err
		}
		if v.Members[v.place[evidenceMember(e.Digest)]].digest != e.Digest || len(b) != e.Size {
			return fmt.Errorf("evidence %s is not what its name says", e.Digest)
		}
	}
	return nil
}

// same compares two values by what they write.
func same(a, b any) bool {
	x, errX := encodeLine(a)
	y, errY := encodeLine(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// clockDrift is how far the signer's clock may be ahead of ours.
const clockDrift = 5 * time.Minute

// trust checks the certificate at the instant of the signature and, when roots are given, its path to them.
func (v *Verified) trust(chain []*x509.Certificate, o VerifyOptions) (Part, error) {
	leaf := v.Signer
	switch {
	case v.SignedAt.After(o.Now.Add(clockDrift)):
		return PartTime, fmt.Errorf("the signature says %s, which is still to come: check the clocks", v.SignedAt.Format(time.RFC3339))
	case v.SignedAt.After(leaf.NotAfter), v.SignedAt.Before(leaf.NotBefore):
		return PartTime, fmt.Errorf("the certificate %s was not valid when it signed, on %s", leaf.Subject, v.SignedAt.Format(time.RFC3339))
	}
	v.Expired = o.Now.After(leaf.NotAfter)
	if o.Roots == nil {
		return "", nil
	}
	above := x509.NewCertPool()
	for _, c := range chain[1:] {
		above.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{
		Roots: o.Roots, Intermediates: above, CurrentTime: v.SignedAt, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return PartTrust, fmt.Errorf("the archive is sound, but its signer %s does not lead to the roots given: %w", leaf.Subject, err)
	}
	v.Trusted = true
	return "", nil
}
