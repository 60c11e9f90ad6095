package seal

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"time"

	"etalon/internal/pki"
	"etalon/internal/record"
	rfc3161 "etalon/internal/timestamp"
	"etalon/internal/verdict"
)

// VerifyOptions says whom the verifier trusts. Without Roots an archive can be sound, never trusted.
type VerifyOptions struct {
	Roots *x509.CertPool
	Now   time.Time // the wall clock, or the instant at which to tell whether the attestation holds
	// TimeRoots are the authorities that a time-stamp must lead to; where nil, those of Roots may vouch for it, and need not.
	TimeRoots *x509.CertPool
	// Revoked are lists of what was revoked: CRLs, in PEM or DER, and signed lists of withdrawn attestations. Each must be sound, in
	// force, and of somebody entitled: Above holds the roots, as certificates, which may have signed a CRL.
	Revoked []List
	Above   []*x509.Certificate
	// Heard, where it is not nil, tells that the lists are for the signers of several archives: one that says nothing of a signer is
	// passed over for that one, and those that spoke are noted by name. Whoever gives it looks for lists that nobody heard (Unheard).
	Heard map[string]bool
}

// Verified is an archive that is sound: nothing in it was changed since its signer signed it.
type Verified struct {
	Run     *verdict.Run
	Signer  *x509.Certificate
	Trusted bool // the signer leads to one of the roots
	Test    bool // signed with a test key of the harness
	// SignedAt is what the signer's clock said; no third party vouches for it, unless Stamp does.
	SignedAt time.Time
	// Stamp is what a time authority attests; nil where none was asked.
	Stamp *rfc3161.Token
	// NotBefore and NotAfter bound the time for which the attestation was signed to hold; zero in archives that do not tell. Lapsed
	// tells that it is over.
	NotBefore, NotAfter time.Time
	Lapsed              bool
	// Expired tells that the signer's certificate, valid at SignedAt, is no longer so.
	Expired bool
	Members []Member
	// Checks tell in words what was looked at, in order, and what was not.
	Checks []Check
	place  map[string]int // name to place in Members
}

// Evidence returns the bytes of a digest, for Options.
func (v *Verified) Evidence(digest string) ([]byte, error) {
	if record.IsDigest(digest) {
		if i, ok := v.place[record.EvidencePath(digest)]; ok {
			return v.Members[i].Bytes, nil
		}
	}
	return nil, verdict.Tell("la preuve %q n'est pas dans l'archive", "read evidence %q: the archive does not hold it", digest)
}

// Unsound is the first thing that is wrong with an archive, by the part of it that is looked at.
type Unsound struct {
	Part   Part
	Err    error
	Checks []Check // what was looked at before, and this
}

// Part is what is looked at in an archive, in this order.
type Part string

// The parts.
const (
	PartFraming   Part = "framing"   // it is no archive of ours, or it was packed again, cut short or made larger than any
	PartMembers   Part = "members"   // a member that all archives have is missing, or one is not as the manifest has it
	PartSignature Part = "signature" // the certificate, or what it signed
	PartRecord    Part = "record"    // the record, and whether what was signed and the evidence agree with it
	PartStamp     Part = "stamp"     // the time-stamp is not over this signature, or not of the time authorities given
	PartTime      Part = "time"      // the certificate was not valid when it signed, or the signature is still to come
	PartTrust     Part = "trust"     // it is sound, but its signer does not lead to the roots given
	PartLists     Part = "lists"     // a list of revocations is not sound, not in force, or not of somebody entitled: the archive was not judged
	PartRevoked   Part = "revoked"   // the signer's certificate was revoked, or the attestation withdrawn
	PartValidity  Part = "validity"  // never wrong by itself: whether the attestation is in force
	PartLimits    Part = "limits"    // never wrong by itself: what no verification can tell
)

// Error implements error.
func (u *Unsound) Error() string { return "verify archive: " + u.Err.Error() }

// In says it in a language, "en" or anything else for French.
func (u *Unsound) In(lang string) string {
	if lang == "en" {
		return u.Error()
	}
	return "vérification de l'archive : " + verdict.InLanguage(u.Err, lang)
}

// Unwrap returns what is wrong.
func (u *Unsound) Unwrap() error { return u.Err }

// Verify checks an archive offline and returns what it holds, or the first thing that is wrong: its framing,
// its manifest, its signatures, the agreement of what was signed with the record, the evidence, its time-stamp where it has one,
// when roots are given the signer's trust at the instant of the signature, and what the lists given revoke. Its error is an *Unsound.
// An attestation that is no longer in force is no error: see Lapsed.
func Verify(archive []byte, o VerifyOptions) (*Verified, error) {
	v := &Verified{}
	if part, err := v.verify(archive, o); err != nil {
		v.told(part, Failed, verdict.InLanguage(err, "fr"), err.Error())
		return nil, &Unsound{part, err, v.Checks}
	}
	return v, nil
}

// of tells in which member or file something is wrong.
func of(name string, err error) error { return verdict.Tell("%s : %s", "%s: %s", name, err) }

// verify looks at each part in turn and returns the one in which something is wrong.
func (v *Verified) verify(archive []byte, o VerifyOptions) (Part, error) {
	var err error
	if v.Members, err = unpackZip(archive); err != nil {
		return PartFraming, err
	}
	v.told(PartFraming, Passed, "l'archive est telle qu'elle fut écrite, à l'octet près : %d membres", "the archive is as it was written, to the byte: %d members", len(v.Members))
	v.place = make(map[string]int, len(v.Members))
	part, err := v.parts()
	if err != nil {
		return PartMembers, err
	}
	chain, statement, wrong, err := v.signedBy(part)
	if err != nil {
		return wrong, err
	}
	v.told(PartSignature, Passed, "les deux énoncés sont signés par la clé du certificat %s, sur ce manifeste et ce candidat", "both statements are signed by the key of the certificate %s, over this manifest and this candidate", pki.Subject(v.Signer))
	if v.Run, err = record.Parse(part[RunMember]); err != nil {
		return PartRecord, err
	}
	if err := v.agrees(statement, part[candidateMember]); err != nil {
		return PartRecord, err
	}
	v.told(PartRecord, Passed, "ce qui est signé, le relevé et les preuves disent la même chose : %d cas, %d preuves", "what is signed, the record and the evidence say the same: %d cases, %d pieces of evidence", len(v.Run.Cases), len(v.Run.Evidence))
	return v.weigh(part, chain, o)
}

// weigh looks at what is said about a sound archive: when it was signed, by whom, whether it is in force.
func (v *Verified) weigh(part map[string][]byte, chain []*x509.Certificate, o VerifyOptions) (Part, error) {
	if err := v.stamped(part, o); err != nil {
		return PartStamp, err
	}
	if wrong, err := v.trust(chain, o); err != nil {
		return wrong, err
	}
	if wrong, err := v.revoked(part[attestationMember], chain, o); err != nil {
		return wrong, err
	}
	v.inForce(o.Now)
	v.limits()
	return "", nil
}

// signedBy compares the members with the manifest, and verifies that what is signed is signed by the certificate that comes along.
func (v *Verified) signedBy(part map[string][]byte) (chain []*x509.Certificate, statement conformanceRun, wrong Part, err error) {
	var list manifest
	if err = json.Unmarshal(part[manifestMember], &list); err != nil {
		return nil, statement, PartMembers, unread("manifest.json ne se lit pas", "read manifest.json", err)
	}
	if err = list.check(v.Members); err != nil {
		return nil, statement, PartMembers, err
	}
	v.told(PartMembers, Passed, "chaque membre a la taille et l'empreinte que dit le manifeste, et il n'y en a pas d'autre", "each member has the size and digest that the manifest tells, and there is no other")
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
	for _, name := range []string{manifestMember, attestationMember, testResultMember, chainMember, RunMember, candidateMember} {
		if part[name] == nil {
			return nil, verdict.Tell("le membre %s manque", "member %s is missing", name)
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
		return statement, of(attestationMember, err)
	}
	if stamp, timed := part[timestampMember]; timed {
		subject = append(subject, resourceOf(timestampMember, record.Digest(stamp)))
	}
	result, err := unseal[testResult](key, part[testResultMember], subject, testResultPredicate)
	if err != nil {
		return statement, of(testResultMember, err)
	}
	if !Same(result, statement.TestResult) {
		return statement, verdict.Tell("les deux énoncés ne disent pas le même résultat : le signataire a signé une contradiction", "the two statements disagree on the result: the signer signed a contradiction")
	}
	v.SignedAt, v.Test, v.NotBefore, v.NotAfter = statement.SignedAt, statement.Test, statement.NotBefore, statement.NotAfter
	return statement, nil
}

// agrees compares what was signed, and the candidate it is about, with the record, and the record with the evidence that came along.
func (v *Verified) agrees(statement conformanceRun, candidate []byte) error {
	if want, err := record.EncodeLine(newDescriptor(v.Run)); err != nil || !bytes.Equal(candidate, want) {
		return verdict.Tell("candidate.json et run.json ne disent pas la même chose : le signataire a signé une contradiction", "candidate.json and run.json disagree: the signer signed a contradiction")
	}
	if !Same(statement, newConformanceRun(v.Run, sealing{statement.SignedAt, statement.NotBefore, statement.NotAfter, statement.Test})) {
		return verdict.Tell("l'énoncé et run.json ne disent pas la même chose : le signataire a signé une contradiction", "the statement and run.json disagree: the signer signed a contradiction")
	}
	for _, e := range v.Run.Evidence {
		b, err := v.Evidence(e.Digest)
		if err != nil {
			return err
		}
		if v.Members[v.place[record.EvidencePath(e.Digest)]].digest != e.Digest || len(b) != e.Size {
			return verdict.Tell("la preuve %s n'est pas ce que dit son nom", "evidence %s is not what its name says", e.Digest)
		}
	}
	return nil
}

// clockDrift is how far the signer's clock may be ahead of ours.
const clockDrift = 5 * time.Minute

// trust checks the certificate at the instant of the signature and, when roots are given, its path to them.
func (v *Verified) trust(chain []*x509.Certificate, o VerifyOptions) (Part, error) {
	leaf, at := v.Signer, v.instant()
	switch {
	case v.SignedAt.After(o.Now.Add(clockDrift)):
		return PartTime, verdict.Tell("la signature est datée du %s, qui est encore à venir : voyez les horloges, ou --at", "the signature says %s, which is still to come: check the clocks, or --at", v.SignedAt.Format(time.RFC3339))
	case v.NotBefore.After(o.Now.Add(clockDrift)):
		return PartTime, verdict.Tell("l'attestation vaut à partir du %s, qui est encore à venir", "the attestation holds from %s on, which is still to come", v.NotBefore.Format(time.RFC3339))
	case at.After(leaf.NotAfter), at.Before(leaf.NotBefore):
		return PartTime, verdict.Tell("le certificat %s n'était pas valide quand il a signé, le %s", "the certificate %s was not valid when it signed, on %s", leaf.Subject, at.Format(time.RFC3339))
	}
	v.Expired = o.Now.After(leaf.NotAfter)
	v.told(PartTime, Passed, "le certificat était valide quand il a signé, le %s", "the certificate was valid when it signed, on %s", at.Format(time.RFC3339))
	if o.Roots == nil {
		v.told(PartTrust, Unchecked, "signataire non vérifié : donnez les autorités auxquelles vous vous fiez", "signer not verified: give the authorities that you trust")
		return "", nil
	}
	above := x509.NewCertPool()
	for _, c := range chain[1:] {
		above.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{
		Roots: o.Roots, Intermediates: above, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return PartTrust, verdict.Tell("l'archive est intègre, mais son signataire %s ne mène pas aux racines données : %s", "the archive is sound, but its signer %s does not lead to the roots given: %s", leaf.Subject, err)
	}
	v.Trusted = true
	v.told(PartTrust, Passed, "le signataire mène aux autorités données", "the signer leads to the authorities given")
	return "", nil
}
