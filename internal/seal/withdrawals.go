package seal

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"slices"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"etalon/internal/pki"
	"etalon/internal/record"
	"etalon/internal/verdict"
)

// withdrawalsPredicate is the type of a list of withdrawn attestations.
const withdrawalsPredicate = "urn:etalon:attestation:withdrawals:1"

// Withdrawal is one attestation that does not hold any more.
type Withdrawal struct {
	SHA256    string    `json:"sha256"` // hex, of attestation.dsse.json
	At        time.Time `json:"at"`
	Reason    string    `json:"reason"`
	Candidate string    `json:"candidate"` // its name and version, for people
}

// Withdrawals is a signed list of withdrawn attestations. Only the signer of an attestation, or one that leads to the roots of who
// verifies, can withdraw it.
type Withdrawals struct {
	Issuer       string       `json:"issuer"`
	Issued       time.Time    `json:"issued"`
	NextUpdate   time.Time    `json:"next_update"` // after it, absence from the list proves nothing
	Withdrawn    []Withdrawal `json:"withdrawn"`
	Certificates [][]byte     `json:"certificates"` // of who signs the list, leaf first, DER
}

// Withdraw adds an archive to a list, once.
func (l *Withdrawals) Withdraw(v *Verified, reason string, at time.Time) {
	w := Withdrawal{v.Attestation(), at.UTC().Truncate(time.Second), reason, v.Run.Candidate.Name + " " + v.Run.Candidate.Version}
	if l.find(w.SHA256) == nil {
		l.Withdrawn = append(l.Withdrawn, w)
	}
}

func (l *Withdrawals) find(digest string) *Withdrawal {
	i := slices.IndexFunc(l.Withdrawn, func(w Withdrawal) bool { return w.SHA256 == digest })
	if i < 0 {
		return nil
	}
	return &l.Withdrawn[i]
}

// Attestation is the digest by which an archive is withdrawn: the SHA-256 of attestation.dsse.json, in hexadecimal.
func (v *Verified) Attestation() string {
	return hexDigest(v.Members[v.place[attestationMember]].Bytes)
}

func hexDigest(b []byte) string { return record.Digest(b)[len("sha256:"):] }

// Seal signs a list at an instant, to hold for some days.
func (l *Withdrawals) Seal(signer Signer, now time.Time, days int) ([]byte, error) {
	if err := signer.Check(now); err != nil {
		return nil, err
	}
	if days < 1 {
		return nil, verdict.Tell("signature de la liste : %d jours : il en faut 1 ou plus", "sign list: %d days: want 1 or more", days)
	}
	leaf := signer.Chain[0]
	l.Issuer, l.Issued = pki.Subject(leaf), now.UTC().Truncate(time.Second)
	l.NextUpdate = l.Issued.AddDate(0, 0, days)
	l.Certificates = nil
	for _, c := range signer.Chain {
		l.Certificates = append(l.Certificates, c.Raw)
	}
	return enveloped(envelopeKey{signer.Key, leaf}, l.subjects(), withdrawalsPredicate, l)
}

// subjects are the attestations withdrawn.
func (l *Withdrawals) subjects() []resource {
	subjects := make([]resource, 0, len(l.Withdrawn))
	for _, w := range l.Withdrawn {
		subjects = append(subjects, resourceOf(attestationMember, w.SHA256))
	}
	return subjects
}

// ReadWithdrawals reads a list and verifies that it is signed by the certificate that it carries, which was valid then; it returns that
// certificate and those above it. It tells nothing of trust, nor of whether the list is still in force.
func ReadWithdrawals(b []byte) (*Withdrawals, []*x509.Certificate, error) {
	claimed, err := claimedList(b)
	if err != nil {
		return nil, nil, err
	}
	chain := make([]*x509.Certificate, 0, len(claimed.Certificates))
	for _, raw := range claimed.Certificates {
		c, err := x509.ParseCertificate(raw)
		if err != nil {
			return nil, nil, noList(unread("elle porte un certificat qui ne se lit pas", "certificate", err))
		}
		chain = append(chain, c)
	}
	if len(chain) == 0 {
		return nil, nil, noList(verdict.Tell("elle ne porte pas le certificat de son signataire", "it does not carry the certificate of its signer"))
	}
	if err := usable(chain[0]); err != nil {
		return nil, nil, noList(err)
	}
	list, err := unseal[Withdrawals](envelopeKey{leaf: chain[0]}, b, claimed.subjects(), withdrawalsPredicate)
	if err != nil {
		return nil, nil, noList(err)
	}
	if list.Issued.After(chain[0].NotAfter) || list.Issued.Before(chain[0].NotBefore) {
		return nil, nil, noList(verdict.Tell("le certificat %s n'était pas valide quand il a signé, le %s", "the certificate %s was not valid when it signed, on %s", chain[0].Subject, list.Issued.Format(time.RFC3339)))
	}
	return &list, chain, nil
}

// claimedList is what a list says, nothing of it verified: whose certificate to verify it with.
func claimedList(b []byte) (*Withdrawals, error) {
	var e dsse.Envelope
	err := json.Unmarshal(b, &e)
	if err != nil {
		return nil, noList(unread("ce n'est pas une enveloppe DSSE", "it is no DSSE envelope", err))
	}
	if len(e.Signatures) == 0 {
		return nil, noList(verdict.Tell("elle n'est pas signée", "it is not signed"))
	}
	payload, err := e.DecodeB64Payload()
	if err != nil {
		return nil, noList(verdict.Tell("elle ne se lit pas%.0s", "%s", err))
	}
	var s statement[Withdrawals]
	if err := json.Unmarshal(payload, &s); err != nil {
		return nil, noList(verdict.Tell("elle ne se lit pas%.0s", "%s", err))
	}
	if err := record.KnownSchema("predicateType", s.PredicateType, withdrawalsPredicate); err != nil {
		return nil, noList(err)
	}
	return &s.Predicate, nil
}

// noList tells why a list cannot be read, or believed.
func noList(err error) error {
	return verdict.Tell("liste d'attestations retirées : %s", "read list of withdrawn attestations: %s", err)
}

// withdrawn looks an archive up in a list of withdrawn attestations.
func (v *Verified) withdrawn(raw, attestation []byte, o VerifyOptions) (Part, error) {
	list, chain, err := ReadWithdrawals(raw)
	if err != nil {
		return PartLists, err
	}
	switch {
	case list.Issued.After(o.Now.Add(clockDrift)):
		return PartLists, verdict.Tell("la liste de %s est du %s, qui est encore à venir", "the list of %s is of %s, which is still to come", list.Issuer, list.Issued.Format(time.RFC3339))
	case o.Now.After(list.NextUpdate):
		return PartLists, verdict.Tell("la liste de %s a expiré le %s : demandez la présente", "the list of %s expired on %s: ask for the present one", list.Issuer, list.NextUpdate.Format(time.RFC3339))
	case !v.entitled(chain, list.Issued, o.Roots):
		return PartLists, verdict.Tell("%s : elle est de %s, qui n'est ni le signataire de l'archive, ni un autre qui mène aux racines données", "%s: it is of %s, who is neither the signer of the archive nor one that leads to the roots given", errElsewhere, pki.Subject(chain[0]))
	}
	if w := list.find(hexDigest(attestation)); w != nil {
		return PartRevoked, verdict.Tell("l'attestation a été retirée le %s par %s : %s", "the attestation was withdrawn on %s by %s: %s", w.At.Format(time.RFC3339), pki.Subject(chain[0]), w.Reason)
	}
	v.told(PartRevoked, Passed, "absente de la liste d'attestations retirées de %s, du %s", "not in the list of withdrawn attestations of %s, of %s", pki.Subject(chain[0]), list.Issued.Format(time.RFC3339))
	return "", nil
}

// entitled tells whether who signed a list may withdraw this archive.
func (v *Verified) entitled(chain []*x509.Certificate, at time.Time, roots *x509.CertPool) bool {
	if bytes.Equal(chain[0].RawSubjectPublicKeyInfo, v.Signer.RawSubjectPublicKeyInfo) {
		return true
	}
	if roots == nil {
		return false
	}
	above := x509.NewCertPool()
	for _, c := range chain[1:] {
		above.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: above, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err == nil
}
