package report

import (
	"bytes"
	"io"
	"time"

	"etalon/internal/record"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// ArchiveOptions is what an archive needs besides the record. Evidence must return every piece that it lists.
type ArchiveOptions struct {
	Options
	Signer seal.Signer
	Now    time.Time // the wall clock: when the signature is made
	// Validity is for how many days after Now the attestation holds; 0 signs no such bound.
	Validity int
	// Stamp has a time authority attest bytes and returns its reply (RFC 3161): it is asked over the value of the signature of the
	// document of pages, then over the envelope, the member timestamp.tsr; nil asks none.
	Stamp func(signed []byte) ([]byte, error)
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

// SealedBy are the options of views of a record that an archive holds: they tell of its signature, as those within it do.
func (o Options) SealedBy(v *seal.Verified) Options {
	o.TestKey, o.Timed, o.Certificate, o.SignedAt = v.Test, v.Stamp != nil, v.Signer, v.SignedAt
	o.NotBefore, o.NotAfter = v.NotBefore, v.NotAfter
	return o
}

// PDFMember is the name of the signed document in an archive.
const PDFMember = "report.pdf"

// archived are the formats that an archive carries, by member.
var archived = []struct{ member, format string }{
	{seal.RunMember, "json"}, {"report.html", "html"}, {"junit.xml", "junit"}, {"report.txt", "text"},
	{"report.xml", "gitb"}, {"messages.ndjson", "messages"}, {PDFMember, "pdf"},
}

// WriteArchive writes report.zip: the record and its views, the evidence, a manifest of it all, and two signed
// statements over that manifest. One record, one instant and one key give the same bytes, for keys whose
// signatures take no chance (all but a hardware ECDSA key), a time-stamp token apart. It refuses to sign with a certificate that is
// expired, not yet valid, or not that of the key, and writes nothing then.
func WriteArchive(w io.Writer, run *verdict.Run, o ArchiveOptions) error {
	if err := o.Signer.Check(o.Now); err != nil {
		return err
	}
	if o.Validity < 0 {
		return verdict.Tell("signature du rapport : %d jours de validité : attendu 1 au moins", "sign report: %d days of validity: want 1 or more", o.Validity)
	}
	o.Options = o.Views()
	o.Certificate, o.SignedAt = o.Signer.Chain[0], o.Now
	run, err := record.ReadBack(run)
	if err != nil {
		return err
	}
	views, err := viewsOf(run, o)
	if err != nil {
		return err
	}
	b, err := seal.Archive(run, views, seal.Seal{Signer: o.Signer, At: o.Now, NotBefore: o.NotBefore, NotAfter: o.NotAfter, Stamp: o.Stamp, Evidence: o.Evidence})
	if err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return verdict.Tell("écriture de l'archive : %s", "write archive: %s", err)
	}
	return nil
}

// viewsOf writes the record in each format that the archive carries, signed where the format knows how.
func viewsOf(run *verdict.Run, o ArchiveOptions) ([]seal.Member, error) {
	var views []seal.Member
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
			return nil, verdict.Tell("écriture de %s : %s", "write %s: %s", a.member, err)
		}
		document := out.Bytes()
		if format.Sign != nil {
			if document, err = format.Sign(document, o.Signer, o.Now, o.Stamp); err != nil {
				return nil, verdict.Tell("signature de %s : %s", "sign %s: %s", a.member, err)
			}
		}
		views = append(views, seal.Member{Name: a.member, MediaType: format.MediaType, Bytes: document})
	}
	return views, nil
}
