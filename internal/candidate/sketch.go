package candidate

import (
	"cmp"
	"net"
	"path/filepath"
	"strconv"

	"etalon/internal/mssante"
	"etalon/internal/verdict"
)

// Sketch is what a person says of an MSSanté operator to have its file written.
type Sketch struct {
	Name, Vendor, Version string
	Host                  string
	TokenCheck            mssante.TokenCheck
	Mailboxes             []Mailbox
	Recipient             string // left out when empty
	PSC                   PSC
	PKIDir, Trust         string       // Trust is left out when empty
	IMAP, SMTP            string       // addresses; a role is left out when empty
	Organisation          bool         // its life-cycle too, which documents show
	Others                *MSSOperator // its interface with the other operators; nil when left out
	Revocation            int          // port of the revocation lists; 0 for any
}

// sampleOthers is the interface with the other operators that remains to be described.
func sampleOthers() *MSSOperator {
	return &MSSOperator{
		Address: "127.0.0.1:25", Read: &Driver{Command: []string{"./lire.sh", MailboxPlace}}, Send: &Driver{Command: []string{"./envoyer.sh"}},
		Neighbours: NeighboursAt{Listen: FixedNeighbours, DNS: FixedDNS}, WhiteList: PublishedList{Listen: FixedWhiteList},
	}
}

// sampleSketch is an operator that remains to be described.
func sampleSketch() Sketch {
	box := func(address string, kind mssante.MailboxType, holder mssante.IdNat, delegates ...mssante.IdNat) Mailbox {
		return Mailbox{Mailbox: mssante.Mailbox{Address: address + "@operateur.test.invalid", Type: kind, Holder: holder, Delegates: delegates}}
	}
	client := SampleOperatorClient()
	client.Subject = ""
	return Sketch{
		Name: "Opérateur à nommer", Vendor: "Éditeur à nommer", Version: "0.0", Host: "mail.operateur.test.invalid", TokenCheck: mssante.ByBoth,
		Mailboxes: []Mailbox{
			box("anne.test-un", mssante.Personal, "899700000017"), box("bruno.test-deux", mssante.Personal, "899700000025"),
			box("secretariat", mssante.Organisational, OperatorStructure, "899700000017"), box("application", mssante.Application, VendorStructure),
		},
		PSC: PSC{Listen: FixedPSC, Client: client}, PKIDir: "pki", IMAP: "127.0.0.1:143", SMTP: "127.0.0.1:587", Revocation: FixedPorts.Revocation,
	}
}

// Text returns the commented candidate file. It checks nothing: Load does.
func (s Sketch) Text() ([]byte, error) {
	if s.PSC.Client == (PSCClient{}) {
		s.PSC.Client = sampleSketch().PSC.Client
	}
	s.PSC.Listen = cmp.Or(s.PSC.Listen, FixedPSC)
	return render("mssante.yaml.tmpl", struct {
		Sketch
		Listening any
	}{s, Ports{Revocation: s.Revocation}.listening()})
}

// In returns the sketch with its files as a candidate file of that folder names them: relative to it where they are inside,
// else absolute. Paths are taken from the current folder.
func (s Sketch) In(folder string) (Sketch, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return s, err
	}
	boxes := make([]Mailbox, len(s.Mailboxes))
	copy(boxes, s.Mailboxes)
	names := []*string{&s.PKIDir, &s.Trust}
	for i, box := range boxes {
		if box.Certificate != nil {
			pair := *box.Certificate
			boxes[i].Certificate = &pair
			names = append(names, &pair.Certificate, &pair.Key)
		}
	}
	s.Mailboxes = boxes
	for _, name := range names {
		if *name == "" {
			continue
		}
		if *name, err = filepath.Abs(*name); err != nil {
			return s, err
		}
		if inside, err := filepath.Rel(folder, *name); err == nil && filepath.IsLocal(inside) {
			*name = inside
		}
	}
	return s, nil
}

// At puts the addresses of the interfaces together from a host and a port of each; 0 leaves the interface out.
func (s Sketch) At(host string, imap, smtp int) Sketch {
	s.IMAP, s.SMTP = "", ""
	if imap != 0 {
		s.IMAP = net.JoinHostPort(host, strconv.Itoa(imap))
	}
	if smtp != 0 {
		s.SMTP = net.JoinHostPort(host, strconv.Itoa(smtp))
	}
	return s
}

// Write writes the candidate file, which must not exist, with its files named from its folder.
func (s Sketch) Write(path string) error {
	placed, err := s.In(filepath.Dir(path))
	if err != nil {
		return err
	}
	text, err := placed.Text()
	if err != nil {
		return err
	}
	if err := writeNew(path, text); err != nil {
		return verdict.Tell("écriture du fichier de candidat : %s", "write candidate file: %s", err)
	}
	return nil
}
