package missive

import (
	"archive/zip"
	"bytes"
	"crypto/sha1" //nolint:gosec // the hash of XDS is SHA-1 (ITI TF-3 §4.2.3.2.10)
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

// Archive is what an IHE_XDM archive holds (IHE ITI TF-2 §3.32; CI-SIS, échange de documents de santé).
type Archive struct {
	Name string
	// Files are the names of its members, as they are written.
	Files []string
	// Documents are those that METADATA.XML of a submission lists; Orphans the CDA that it does not.
	Documents []Document
	Orphans   []string
	// Lacks lists the members that must be there and are not, or cannot be read.
	Lacks []string
}

// Document is one document of a submission.
type Document struct {
	Name string
	// Hash and Size are what METADATA.XML says; Found tells that the file is there, RealHash and RealSize what it is.
	Hash, Size         string
	Found              bool
	RealHash, RealSize string
	// PatientID is the identifier of the patient in METADATA.XML (XDSDocumentEntry.patientId).
	PatientID string
	// CDA tells that it is one; Code is its kind, Patients the identifiers of its record target.
	CDA      bool
	Code     string
	Patients []string
}

// Limits of an archive.
const (
	maxMembers  = 500
	maxUnpacked = 64 << 20
	maxMetadata = 1 << 20
)

// The errors of archives that must not be opened any further.
var (
	ErrMembers = errors.New("more members than an archive has")
	ErrBomb    = errors.New("unpacked, it is larger than any archive of the trust space")
	ErrPath    = errors.New("a member is to be written outside the folder")
)

// ReadArchive reads an archive in memory. The error tells that it is none, or that it must not be opened.
func ReadArchive(raw []byte) (*Archive, error) {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, fmt.Errorf("read archive: %w", err)
	}
	files, err := unpack(z)
	if err != nil {
		return nil, fmt.Errorf("read archive: %w", err)
	}
	a := &Archive{}
	for _, f := range z.File {
		a.Files = append(a.Files, f.Name)
	}
	a.expects(files)
	for name, content := range files {
		if strings.HasSuffix(strings.ToUpper(name), "/METADATA.XML") {
			a.submission(name, content, files)
		}
	}
	for name, content := range files {
		if !a.lists(name) && strings.HasSuffix(strings.ToLower(name), ".xml") {
			if _, cda := readCDA(content); cda {
				a.Orphans = append(a.Orphans, name)
			}
		}
	}
	return a, nil
}

// unpack reads every member, within the limits.
func unpack(z *zip.Reader) (map[string][]byte, error) {
	if len(z.File) > maxMembers {
		return nil, ErrMembers
	}
	files := map[string][]byte{}
	room := int64(maxUnpacked)
	for _, f := range z.File {
		if outside(f.Name) {
			return nil, fmt.Errorf("%.100q: %w", f.Name, ErrPath)
		}
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		content, err := member(f, room)
		if err != nil {
			return nil, fmt.Errorf("%.100q: %w", f.Name, err)
		}
		room -= int64(len(content))
		files[f.Name] = content
	}
	return files, nil
}

// outside tells a name that leads out of the folder where an archive is opened.
func outside(name string) bool {
	slashed := strings.ReplaceAll(name, `\`, "/")
	clean := path.Clean(slashed)
	return path.IsAbs(slashed) || clean == ".." || strings.HasPrefix(clean, "../") || len(slashed) > 1 && slashed[1] == ':'
}

// member reads one member.
func member(f *zip.File, room int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, room+1))
	if err == nil && int64(len(content)) > room {
		err = ErrBomb
	}
	return content, err
}

// expects notes what must be in the archive and is not.
func (a *Archive) expects(files map[string][]byte) {
	has := func(match func(name string) bool) bool {
		for name := range files {
			if match(name) {
				return true
			}
		}
		return false
	}
	for _, name := range []string{"INDEX.HTM", "README.TXT"} {
		if !has(func(n string) bool { return n == name }) {
			a.Lacks = append(a.Lacks, name)
		}
	}
	if !has(isMetadata) {
		a.Lacks = append(a.Lacks, "IHE_XDM/SUBSETnn/METADATA.XML")
	}
}

// isMetadata tells the place of METADATA.XML: in one of the folders of submissions.
func isMetadata(name string) bool {
	parts := strings.Split(name, "/")
	return len(parts) == 3 && parts[0] == "IHE_XDM" && strings.HasPrefix(parts[1], "SUBSET") && parts[2] == "METADATA.XML"
}

func (a *Archive) lists(name string) bool {
	for _, d := range a.Documents {
		if d.Name == name {
			return true
		}
	}
	return false
}

// limits suit METADATA.XML and a CDA with a document inside.
var limits = xmlsec.Limits{Bytes: maxUnpacked, Depth: 100, Elements: 200000, Attributes: 256, Text: maxUnpacked}

// Identification schemes of XDS (ITI TF-3 §4.2).
const (
	schemeDocumentPatient = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
)

// submission reads METADATA.XML and the documents that it lists.
func (a *Archive) submission(name string, content []byte, files map[string][]byte) {
	meta := limits
	meta.Bytes = maxMetadata
	doc, err := xmlsec.Parse(content, meta)
	if err != nil {
		a.Lacks = append(a.Lacks, name+": "+err.Error())
		return
	}
	for _, object := range doc.FindElements("//ExtrinsicObject") {
		d := Document{Hash: strings.ToLower(slot(object, "hash")), Size: slot(object, "size")}
		for _, id := range object.SelectElements("ExternalIdentifier") {
			if id.SelectAttrValue("identificationScheme", "") == schemeDocumentPatient {
				d.PatientID = id.SelectAttrValue("value", "")
			}
		}
		d.locate(path.Dir(name), slot(object, "URI"), files)
		a.Documents = append(a.Documents, d)
	}
	if len(a.Documents) == 0 {
		a.Lacks = append(a.Lacks, name+": ExtrinsicObject")
	}
}

// slot is the first value of a slot of an object.
func slot(object *etree.Element, name string) string {
	for _, s := range object.SelectElements("Slot") {
		if s.SelectAttrValue("name", "") != name {
			continue
		}
		if v := s.FindElement("ValueList/Value"); v != nil {
			return strings.TrimSpace(v.Text())
		}
	}
	return ""
}

// locate finds the file of a document: by its URI, in the folder of METADATA.XML or from the top, else by its hash.
func (d *Document) locate(folder, uri string, files map[string][]byte) {
	d.Name = uri
	for _, name := range []string{path.Join(folder, uri), uri} {
		if content, there := files[name]; there && uri != "" {
			d.hold(name, content)
			return
		}
	}
	if uri == "" {
		for name, content := range files {
			if hashOf(content) == d.Hash && path.Dir(name) == folder {
				d.hold(name, content)
				return
			}
		}
	}
}

// hold reads the file of a document.
func (d *Document) hold(name string, content []byte) {
	d.Name, d.Found, d.RealHash, d.RealSize = name, true, hashOf(content), strconv.Itoa(len(content))
	if c, is := readCDA(content); is {
		d.CDA, d.Code, d.Patients = true, c.code, c.patients
	}
}

func hashOf(content []byte) string {
	sum := sha1.Sum(content)
	return hex.EncodeToString(sum[:])
}

// clinical is what is read of a CDA.
type clinical struct {
	code     string
	patients []string
}

// readCDA reads a CDA; false for what is none.
func readCDA(content []byte) (clinical, bool) {
	doc, err := xmlsec.Parse(bytes.TrimPrefix(content, []byte("\ufeff")), limits)
	if err != nil {
		return clinical{}, false
	}
	root := doc.Root()
	if root.Tag != "ClinicalDocument" {
		return clinical{}, false
	}
	var c clinical
	if code := root.SelectElement("code"); code != nil {
		c.code = code.SelectAttrValue("code", "")
	}
	for _, id := range root.FindElements("recordTarget/patientRole/id") {
		c.patients = append(c.patients, id.SelectAttrValue("extension", ""))
	}
	return c, true
}

// Codes are the kinds of the CDA of an archive, in the order of METADATA.XML.
func (a *Archive) Codes() []string {
	var all []string
	for _, d := range a.Documents {
		if d.CDA {
			all = append(all, d.Code)
		}
	}
	return all
}
