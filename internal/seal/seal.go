// Package seal makes and verifies signed archives: members in one framing, a manifest that lists them, and in-toto statements in DSSE
// envelopes over it (docs/verify.md tells how to verify one without this program). An archive holds a run with its views, or what
// somebody says of another archive.
//
// It knows nothing of how views are written, and judges no candidate: what it finds wrong is wrong with an archive.
package seal

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"etalon/internal/record"
	"etalon/internal/verdict"
)

// Seal is what an archive is sealed with.
type Seal struct {
	Signer Signer
	At     time.Time // the wall clock: when the signature is made
	// NotBefore and NotAfter bound the time for which the attestation holds; zero signs no such bound.
	NotBefore, NotAfter time.Time
	// Stamp has a time authority attest the envelope and returns its reply (RFC 3161), the member timestamp.tsr; nil asks none.
	Stamp func(envelope []byte) ([]byte, error)
	// Evidence returns the bytes of a digest; it must know every piece that the record lists.
	Evidence func(digest string) ([]byte, error)
}

//go:embed verify.md
var verifyPage []byte

// Archive returns an archive: views of a record, its evidence, a manifest of it all, and two signed statements over that manifest.
// One of the views must be run.json. It refuses to sign with a certificate that is expired, not yet valid, or not that of the key.
func Archive(run *verdict.Run, views []Member, s Seal) ([]byte, error) {
	if err := s.Signer.Check(s.At); err != nil {
		return nil, err
	}
	members, err := contents(run, views, s)
	if err != nil {
		return nil, err
	}
	if members, err = signed(members, run, s); err != nil {
		return nil, err
	}
	b, err := packZip(members)
	if err != nil {
		return nil, verdict.Tell("écriture de l'archive : %s", "write archive: %s", err)
	}
	return b, nil
}

// contents gathers the members that the manifest lists, sorted.
func contents(run *verdict.Run, views []Member, s Seal) ([]Member, error) {
	candidate, err := record.EncodeLine(newDescriptor(run))
	if err != nil {
		return nil, verdict.Tell("écriture de %s : %s", "write %s: %s", candidateMember, err)
	}
	members := append(slices.Clone(views),
		Member{Name: "VERIFY.md", MediaType: "text/markdown; charset=utf-8", Bytes: verifyPage},
		Member{Name: candidateMember, MediaType: "application/json", Bytes: candidate},
		Member{Name: chainMember, MediaType: "application/pem-certificate-chain", Bytes: encodeChain(s.Signer.Chain)})
	for _, e := range run.Evidence {
		if s.Evidence == nil || !record.IsDigest(e.Digest) {
			return nil, verdict.Tell("écriture de la preuve %q : elle n'est pas gardée : donnez le dossier même de l'exécution", "write evidence %q: it is not kept: give the run's own folder", e.Digest)
		}
		b, err := s.Evidence(e.Digest)
		if err != nil {
			return nil, verdict.Tell("écriture d'une preuve : %s", "write evidence: %s", err)
		}
		members = append(members, Member{Name: record.EvidencePath(e.Digest), MediaType: e.MediaType, Bytes: b})
	}
	sortMembers(members)
	return slices.CompactFunc(members, func(a, b Member) bool { return a.Name == b.Name }), nil
}

func sortMembers(members []Member) {
	slices.SortFunc(members, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
}

// signed adds the manifest and the two envelopes over it, with the time-stamp of the first where one is asked: the second envelope is
// over it too, so that it can be neither removed nor exchanged.
func signed(members []Member, run *verdict.Run, s Seal) ([]Member, error) {
	list, err := newManifest(members).encode()
	if err != nil {
		return nil, err
	}
	subject := subjects(members, list)
	key := envelopeKey{s.Signer.Key, s.Signer.Chain[0]}
	statement := newConformanceRun(run, sealing{s.At, s.NotBefore, s.NotAfter, s.Signer.Test})
	attestation, err := enveloped(key, subject, conformancePredicate, statement)
	if err != nil {
		return nil, err
	}
	if s.Stamp != nil {
		stamp, err := s.Stamp(attestation)
		if err != nil {
			return nil, err
		}
		members = append(members, Member{Name: timestampMember, MediaType: unlisted[timestampMember], Bytes: stamp})
		subject = append(subject, resourceOf(timestampMember, record.Digest(stamp)))
	}
	result, err := enveloped(key, subject, testResultPredicate, statement.TestResult)
	if err != nil {
		return nil, err
	}
	members = append(members,
		Member{Name: manifestMember, MediaType: "application/json", Bytes: list},
		Member{Name: attestationMember, MediaType: "application/json", Bytes: attestation},
		Member{Name: testResultMember, MediaType: "application/json", Bytes: result})
	sortMembers(members)
	return members, nil
}

// subjects are what the signatures are over: the candidate's descriptor and the manifest.
func subjects(members []Member, manifest []byte) []resource {
	candidate := among(members, candidateMember)
	return []resource{resourceOf(candidateMember, record.Digest(candidate)), resourceOf(manifestMember, record.Digest(manifest))}
}
