package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"etalon/internal/verdict"
)

// ArchiveOptions is what an archive needs besides the record. Evidence must return every piece that it lists.
type ArchiveOptions struct {
	Options
	Signer Signer
	Now    time.Time // the wall clock: when the signature is made
	// Validity is for how many days after Now the attestation holds; 0 signs no such bound.
	Validity int
	// Stamp has a time authority attest the envelope and returns its reply (RFC 3161), the member timestamp.tsr; nil asks none.
	Stamp func(envelope []byte) ([]byte, error)
	// NoPages leaves the signed document out, for an archive that no person opens.
	NoPages bool
}

// Views are the options with which the archive's own views are written: they tell of its signature.
func (o ArchiveOptions) Views() Options {
	views := o.Options
	views.TestKey, views.Timed = o.Signer.Test, o.Stamp != nil
	if o.Validity > 0 {
		views.NotBefore, views.NotAfter = o.Now.UTC(), o.Now.UTC().AddDate(0, 0, o.Validity)
	}
	return views
}

// PDFMember is the name of the signed document in an archive.
const PDFMember = "report.pdf"

// archived are the formats that an archive carries, by member.
var archived = []struct{ member, format string }{
	{runMember, "json"}, {"report.html", "html"}, {"junit.xml", "junit"}, {"report.txt", "text"},
	{"report.xml", "gitb"}, {"messages.ndjson", "messages"}, {PDFMember, "pdf"},
}

//go:embed verify.md
var verifyPage []byte

// WriteArchive writes report.zip: the record and its views, the evidence, a manifest of it all, and two signed
// statements over that manifest. One record, one instant and one key give the same bytes, for keys whose
// signatures take no chance (all but a hardware ECDSA key), a time-stamp token apart. It refuses to sign with a certificate that is
// expired, not yet valid, or not that of the key, and writes nothing then.
func WriteArchive(w io.Writer, run *verdict.Run, o ArchiveOptions) error {
	if err := o.Signer.check(o.Now); err != nil {
		return err
	}
	if o.Validity < 0 {
		return fmt.Errorf("sign report: %d days of validity: want 1 or more", o.Validity)
	}
	o.Options = o.Views()
	o.Certificate, o.SignedAt = o.Signer.Chain[0], o.Now
	run, err := legible(run)
	if err != nil {
		return err
	}
	members, err := contents(run, o)
	if err != nil {
		return err
	}
	if members, err = signed(members, run, o); err != nil {
		return err
	}
	b, err := packZip(members)
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	return nil
}

// legible is a record as whoever reads it has it: what of it is no UTF-8 was replaced, once, in all that is made of it.
func legible(run *verdict.Run) (*verdict.Run, error) {
	written, err := json.Marshal(filled(run))
	if err != nil {
		return nil, fmt.Errorf("write record: %w", err)
	}
	read, err := readRun(written)
	if err != nil {
		return nil, fmt.Errorf("write archive: %w", err)
	}
	return read, nil
}

// contents gathers the members that the manifest lists, sorted.
func contents(run *verdict.Run, o ArchiveOptions) ([]Member, error) {
	candidate, err := encodeLine(newDescriptor(run))
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", candidateMember, err)
	}
	members := []Member{
		{Name: "VERIFY.md", MediaType: "text/markdown; charset=utf-8", Bytes: verifyPage},
		{Name: candidateMember, MediaType: "application/json", Bytes: candidate},
		{Name: chainMember, MediaType: "application/pem-certificate-chain", Bytes: encodeChain(o.Signer.Chain)},
	}
	for _, a := range archived {
		if a.member == PDFMember && o.NoPages {
			continue
		}
		format, err := Find(a.format)
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		if err := format.Write(&out, run, o.Options); err != nil {
			return nil, fmt.Errorf("write %s: %w", a.member, err)
		}
		document := out.Bytes()
		if format.Sign != nil {
			if document, err = format.Sign(document, o.Signer, o.Now); err != nil {
				return nil, fmt.Errorf("sign %s: %w", a.member, err)
			}
		}
		members = append(members, Member{Name: a.member, MediaType: format.MediaType, Bytes: document})
	}
	for _, e := range run.Evidence {
		if o.Evidence == nil || !digestForm.MatchString(e.Digest) {
			return nil, fmt.Errorf("write evidence %q: it is not kept: give the run's own folder", e.Digest)
		}
		b, err := o.Evidence(e.Digest)
		if err != nil {
			return nil, fmt.Errorf("write evidence: %w", err)
		}
		members = append(members, Member{Name: evidenceMember(e.Digest), MediaType: e.MediaType, Bytes: b})
	}
	sortMembers(members)
	return slices.CompactFunc(members, func(a, b Member) bool { return a.Name == b.Name }), nil
}

func sortMembers(members []Member) {
	slices.SortFunc(members, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
}

// signed adds the manifest and the two envelopes over it, with the time-stamp of the first where one is asked: the second envelope is
// over it too, so that it can be neither removed nor exchanged.
func signed(members []Member, run *verdict.Run, o ArchiveOptions) ([]Member, error) {
	list, err := newManifest(members).encode()
	if err != nil {
		return nil, err
	}
	subject := subjects(members, list)
	key := envelopeKey{o.Signer.Key, o.Signer.Chain[0]}
	statement := newConformanceRun(run, sealing{o.Now, o.NotBefore, o.NotAfter, o.Signer.Test})
	attestation, err := seal(key, subject, conformancePredicate, statement)
	if err != nil {
		return nil, err
	}
	if o.Stamp != nil {
		stamp, err := o.Stamp(attestation)
		if err != nil {
			return nil, err
		}
		members = append(members, Member{Name: timestampMember, MediaType: unlisted[timestampMember], Bytes: stamp})
		subject = append(subject, resourceOf(timestampMember, Digest(stamp)))
	}
	result, err := seal(key, subject, testResultPredicate, statement.TestResult)
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
	var candidate []byte
	for _, m := range members {
		if m.Name == candidateMember {
			candidate = m.Bytes
		}
	}
	return []resource{resourceOf(candidateMember, Digest(candidate)), resourceOf(manifestMember, Digest(manifest))}
}
