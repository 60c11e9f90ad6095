package missive

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"strings"
	"text/template"
	"time"
)

// Submission is a set of documents about a patient, to be put in an archive.
type Submission struct {
	Patient   Patient
	Date      time.Time
	Documents []Draughted
}

// Draughted is one document to be made: its kind, by a code of the nomenclature (LOINC), and its label.
type Draughted struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

// oidINS is the root of an INS of test (INS-NIR de démonstration).
const oidINS = "1.2.250.1.213.1.4.10"

var cdaText = template.Must(template.New("cda").Parse(`<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <id root="1.2.250.1.999.1" extension="{{.Number}}"/>
  <code code="{{.Code}}" codeSystem="2.16.840.1.113883.6.1" displayName="{{.Label}}"/>
  <title>{{.Label}}</title>
  <effectiveTime value="{{.Date}}"/>
  <languageCode code="fr-FR"/>
  <recordTarget><patientRole><id root="` + oidINS + `" extension="{{.INS}}"/><patient><name><family>{{.Family}}</family><given>{{.Given}}</given></name></patient></patientRole></recordTarget>
  <component><nonXMLBody><text mediaType="text/plain">Document d'essai, personne synthétique.</text></nonXMLBody></component>
</ClinicalDocument>
`))

var metadataText = template.Must(template.New("metadata").Parse(`<?xml version="1.0" encoding="UTF-8"?>
<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">
  <RegistryObjectList>
{{range .}}    <ExtrinsicObject id="{{.ID}}" mimeType="text/xml" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">
      <Slot name="hash"><ValueList><Value>{{.Hash}}</Value></ValueList></Slot>
      <Slot name="size"><ValueList><Value>{{.Size}}</Value></ValueList></Slot>
      <Slot name="URI"><ValueList><Value>{{.Name}}</Value></ValueList></Slot>
      <ExternalIdentifier registryObject="{{.ID}}" identificationScheme="` + schemeDocumentPatient + `" value="{{.Patient}}"/>
    </ExtrinsicObject>
{{end}}  </RegistryObjectList>
</lcm:SubmitObjectsRequest>
`))

// folder is that of the only submission of an archive that we make.
const folder = "IHE_XDM/SUBSET01/"

// Files are the members of the archive.
func (s Submission) Files() []File {
	files := []File{
		{Name: "INDEX.HTM", Content: []byte("<!DOCTYPE html><html lang=\"fr\"><title>Archive d'essai</title><p>Documents d'essai.</p></html>\r\n")},
		{Name: "README.TXT", Content: []byte("Archive d'essai : personne synthetique.\r\n")},
	}
	type entry struct{ ID, Hash, Size, Name, Patient string }
	var entries []entry
	var documents []File
	for i, d := range s.Documents {
		name := fmt.Sprintf("DOC%05d.XML", i+1)
		content := s.document(i+1, d)
		documents = append(documents, File{Name: folder + name, Content: content})
		entries = append(entries, entry{
			fmt.Sprintf("Document%02d", i+1), hashOf(content), fmt.Sprint(len(content)), name, s.Patient.INS + "^^^&amp;" + oidINS + "&amp;ISO^NH",
		})
	}
	return append(append(files, File{Name: folder + "METADATA.XML", Content: filled(metadataText, entries)}), documents...)
}

// document makes a CDA.
func (s Submission) document(number int, d Draughted) []byte {
	return filled(cdaText, map[string]any{
		"Number": number, "Code": escape(d.Code), "Label": escape(d.Label), "Date": s.Date.Format("20060102150405-0700"), "INS": escape(s.Patient.INS),
		"Family": escape(s.Patient.Family), "Given": escape(s.Patient.Given),
	})
}

// filled fills a template.
func filled(t *template.Template, with any) []byte {
	var b bytes.Buffer
	if err := t.Execute(&b, with); err != nil {
		panic(err) // the templates are ours, and a buffer takes every write
	}
	return b.Bytes()
}

// escape makes a text fit for XML.
func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(text)
}

// Pack makes an archive of files.
func Pack(files []File) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		if w, err := z.Create(f.Name); err == nil {
			_, _ = w.Write(f.Content) // a buffer takes every write
		}
	}
	_ = z.Close()
	return b.Bytes()
}

// Corrupt returns an archive in which a member's content does not go with its check sum.
func Corrupt(name string, content []byte) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&zip.FileHeader{
		Name: name, Method: zip.Store, CRC32: ^crc32.ChecksumIEEE(content), CompressedSize64: uint64(len(content)), UncompressedSize64: uint64(len(content)),
	})
	if err == nil {
		_, _ = w.Write(content)
	}
	_ = z.Close()
	return b.Bytes()
}

// Bomb returns a small archive whose only member is so many octets once it is unpacked.
func Bomb(name string, octets int64) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if w, err := z.Create(name); err == nil {
		block := make([]byte, 1<<20)
		for left := octets; left > 0; left -= int64(len(block)) {
			_, _ = w.Write(block[:min(left, int64(len(block)))])
		}
	}
	_ = z.Close()
	return b.Bytes()
}

// PDF makes a document of one empty page that says that it is PDF/A-1.
func PDF(title string) []byte {
	meta := `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>` +
		`</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
		fmt.Sprintf("<</Type/Metadata/Subtype/XML/Length %d>>stream\n%s\nendstream", len(meta), meta),
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	at := make([]int, len(objects))
	for i, o := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj%s endobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R/ID[<%x><%x>]>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, hashOf([]byte(title))[:16], hashOf([]byte(title))[:16], start)
	return b.Bytes()
}
