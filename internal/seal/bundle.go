package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"etalon/internal/record"
	"etalon/internal/verdict"
)

// Subject is what a statement is about, by its digest, "sha256:…".
type Subject struct{ Name, Digest string }

// Bundle is an archive that says something of another one, in the form of ours: members, a manifest that lists them all, and
// one signed statement over the manifest and over what it is about.
type Bundle struct {
	Kind    string // type of the statement
	About   []Subject
	Members []Member
}

// saying is what a bundle's statement holds.
type saying[P any] struct {
	SignedAt time.Time `json:"signed_at"`
	Test     bool      `json:"test"` // signed with a test key of the harness
	Said     P         `json:"said"`
}

// Write signs what is said and returns the archive. As WriteArchive it refuses a certificate that cannot sign, and gives the
// same bytes for the same content, instant and key.
func (b Bundle) Write(said any, s Signer, now time.Time) ([]byte, error) {
	if err := s.Check(now); err != nil {
		return nil, err
	}
	members := append(slices.Clone(b.Members), Member{Name: chainMember, MediaType: "application/pem-certificate-chain", Bytes: encodeChain(s.Chain)})
	sortMembers(members)
	list, err := newManifest(members).encode()
	if err != nil {
		return nil, err
	}
	subject := []resource{resourceOf(manifestMember, record.Digest(list))}
	for _, a := range b.About {
		subject = append(subject, resourceOf(a.Name, a.Digest))
	}
	attestation, err := enveloped(envelopeKey{s.Key, s.Chain[0]}, subject, b.Kind, saying[any]{now.UTC(), s.Test, said})
	if err != nil {
		return nil, err
	}
	members = append(members,
		Member{Name: manifestMember, MediaType: "application/json", Bytes: list},
		Member{Name: attestationMember, MediaType: "application/json", Bytes: attestation})
	sortMembers(members)
	archive, err := packZip(members)
	if err != nil {
		return nil, verdict.Tell("écriture de l'archive : %s", "write archive: %s", err)
	}
	return archive, nil
}

// Opened is a bundle that is sound: nothing in it was changed since its signer signed it. What it is about is not looked at.
type Opened[P any] struct {
	Seal  *Verified // its Run is nil
	About []Subject
	Said  P
}

// Member returns the bytes of a member; nil where there is none of that name.
func (o *Opened[P]) Member(name string) []byte {
	if i, ok := o.Seal.place[name]; ok {
		return o.Seal.Members[i].Bytes
	}
	return nil
}

// OpenBundle verifies a bundle of a kind as Verify does an archive; its error is an *Unsound.
func OpenBundle[P any](archive []byte, kind string, o VerifyOptions) (*Opened[P], error) {
	opened, part, err := openBundle[P](archive, kind, o)
	if err != nil {
		return nil, &Unsound{Part: part, Err: err}
	}
	return opened, nil
}

func openBundle[P any](archive []byte, kind string, o VerifyOptions) (*Opened[P], Part, error) {
	members, err := unpackZip(archive)
	if err != nil {
		return nil, PartFraming, err
	}
	v := &Verified{Members: members, place: make(map[string]int, len(members))}
	for i, m := range members {
		v.place[m.Name] = i
	}
	opened := &Opened[P]{Seal: v}
	var list manifest
	if err := json.Unmarshal(opened.Member(manifestMember), &list); err != nil {
		return nil, PartMembers, unread("manifest.json ne se lit pas", "read manifest.json", err)
	}
	if err := list.check(members); err != nil {
		return nil, PartMembers, err
	}
	if len(members) != len(list.Members)+2 { // manifest and statement alone stand outside
		return nil, PartMembers, verdict.Tell("un membre n'est pas dans le manifeste : il a été ajouté", "a member stands outside the manifest: it was added")
	}
	chain, err := decodeChain(opened.Member(chainMember))
	if err != nil {
		return nil, PartSignature, err
	}
	v.Signer = chain[0]
	s, err := unsealed[saying[P]](envelopeKey{leaf: v.Signer}, opened.Member(attestationMember), kind)
	if err != nil {
		return nil, PartSignature, of(attestationMember, err)
	}
	if opened.About, err = aboutOf(s.Subject, opened.Member(manifestMember)); err != nil {
		return nil, PartSignature, err
	}
	opened.Said, v.SignedAt, v.Test = s.Predicate.Said, s.Predicate.SignedAt, s.Predicate.Test
	if wrong, err := v.trust(chain, o); err != nil {
		return nil, wrong, err
	}
	if wrong, err := v.revoked(opened.Member(attestationMember), chain, o); err != nil {
		return nil, wrong, err
	}
	return opened, "", nil
}

// aboutOf returns what a statement is about besides the manifest of its own archive.
func aboutOf(subject []resource, manifest []byte) ([]Subject, error) {
	if len(subject) == 0 || !sameSubjects(subject[:1], []resource{resourceOf(manifestMember, record.Digest(manifest))}) {
		return nil, verdict.Tell("la signature porte sur un autre manifeste que celui de l'archive", "the signature is over another manifest than that of the archive")
	}
	var about []Subject
	for _, r := range subject[1:] {
		about = append(about, Subject{r.Name, "sha256:" + r.Digest["sha256"]})
	}
	return about, nil
}

// KindOf tells the type of the statement that an archive claims to hold, before anything of it is verified; "" for what is no
// archive of ours.
func KindOf(archive []byte) string {
	var envelope dsse.Envelope
	for rest := archive; ; {
		m, after, err := nextMember(rest)
		if err != nil || m == nil {
			return ""
		}
		if rest = after; m.Name != attestationMember {
			continue
		}
		var s statement[json.RawMessage]
		if json.Unmarshal(m.Bytes, &envelope) != nil {
			return ""
		}
		payload, err := base64.StdEncoding.DecodeString(envelope.Payload)
		if err != nil || json.NewDecoder(bytes.NewReader(payload)).Decode(&s) != nil {
			return ""
		}
		return s.PredicateType
	}
}

// Same tells whether two values are written alike.
func Same(a, b any) bool {
	x, errX := record.EncodeLine(a)
	y, errY := record.EncodeLine(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
