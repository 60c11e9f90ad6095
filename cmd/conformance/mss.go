package main

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// mssCommand judges an MSSanté operator without a candidate file: an address, a mailbox, an IdNat.
type mssCommand struct {
	Selector    []string `arg:"" optional:"" help:"${selector}"`
	Address     string   `required:"" placeholder:"HÔTE[:PORT]" help:"${mssaddress}"`
	Mailbox     []string `required:"" placeholder:"BAL" help:"${mssmailbox}"`
	IDNat       []string `name:"idnat" placeholder:"IDNAT" help:"${mssidnat}"`
	Certificate string   `placeholder:"FICHIER" help:"${msscertificate}"`
	Key         string   `placeholder:"FICHIER" help:"${msskey}"`
	Operators   bool     `help:"${mssoperators}"`
	Subject     string   `placeholder:"DN" help:"${msssubject}"`
	Read        string   `placeholder:"COMMANDE" help:"${mssread}"`
	Send        string   `placeholder:"COMMANDE" help:"${msssend}"`
	Neighbours  string   `default:"127.0.0.1:8525" help:"${mssneighbours}"`
	WhiteList   string   `name:"white-list" default:"127.0.0.1:8526" help:"${msswhitelist}"`
	DNS         string   `name:"dns" default:"127.0.0.1:8553" help:"${mssdns}"`
	Protocol    string   `enum:"imap,smtp,both" default:"both" help:"${mssprotocol}"`
	IMAPPort    int      `name:"imap-port" default:"143" help:"${mssimapport}"`
	SMTPPort    int      `name:"smtp-port" default:"587" help:"${msssmtpport}"`
	Host        string   `placeholder:"NOM" help:"${msshost}"`
	TokenCheck  string   `enum:"introspection,local,both" default:"both" help:"${msstokencheck}"`
	Recipient   string   `placeholder:"BAL" help:"${mssrecipient}"`
	PSC         string   `name:"psc" default:"127.0.0.1:8560" help:"${msspsc}"`
	PSCHost     string   `name:"psc-host" placeholder:"NOM" help:"${msspschost}"`
	Client      string   `placeholder:"ID:SECRET" help:"${mssclient}"`
	Revocation  int      `default:"8546" help:"${mssrevocation}"`
	Trust       string   `placeholder:"FICHIER" help:"${msstrust}"`
	PKI         string   `name:"pki" default:"mss-pki" help:"${msspki}"`
	Save        string   `placeholder:"FICHIER" help:"${msssave}"`
	Out         string   `placeholder:"DIR" help:"${out}"`
	FailOn      string   `enum:"bloquante,majeure,mineure" default:"majeure" help:"${failon}"`
	Long        bool     `help:"${long}"`
	Jobs        int      `help:"${jobs}"`
	Seed        string   `placeholder:"GRAINE" help:"${seed}"`
	SignKey     string   `placeholder:"FICHIER" help:"${signkey}"`
	sealFlags
	Baseline baseline `placeholder:"ARCHIVE" help:"${baseline}"`
}

// mssExample is the least that is said.
const mssExample = `conformance mss --address mail.operateur.test.invalid --mailbox anne.test-un@operateur.test.invalid --idnat 899700000017`

// Run writes the candidate file, tells what the operator must point at the harness, and judges as conformance run does.
func (c *mssCommand) Run(ctx context.Context, s *streams) error {
	sketch, err := c.sketch()
	if err != nil {
		return hinted{err, mssExample, exitUsage}
	}
	folder, err := os.MkdirTemp("", "etalon-mss-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	path, subject, err := c.file(s, sketch, folder)
	if err != nil {
		return err
	}
	s.lines(campaign.ToLoad(subject, filepath.Join(c.PKI, "roots.pem"), c.PKI))
	s.say("", "")
	if c.Out == "" {
		c.Out = filepath.Join("reports", "runs", time.Now().UTC().Format("20060102T150405Z")+"-mss")
	}
	run := runCommand{
		Candidate: path, Selector: c.Selector, Out: c.Out, FailOn: c.FailOn, Long: c.Long, Jobs: c.Jobs, Seed: c.Seed, SignKey: c.SignKey, sealFlags: c.sealFlags, Baseline: c.Baseline,
	}
	err = run.Run(ctx, s)
	var code status
	if over := err == nil || errors.As(err, &code); over && c.Save == "" {
		s.say("pour garder ces réglages, et déclarer le reste : la même commande avec --save operateur.yaml", "to keep these settings, and declare the rest: the same command with --save operateur.yaml")
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return hinted{err, "conformance mss … --psc 127.0.0.1:8570 --revocation 8571", exitUsage}
	}
	return err
}

// file writes the candidate file, in a folder that will not last or where it is to be saved, and reads it; the test PKI is
// there then.
func (c *mssCommand) file(s *streams, sketch candidate.Sketch, folder string) (path string, subject *candidate.Candidate, err error) {
	path = filepath.Join(folder, "candidate.yaml")
	if err := sketch.Write(path); err != nil {
		return "", nil, err
	}
	if subject, err = candidate.Load(path); err != nil {
		return "", nil, c.inFlags(err)
	}
	if err := c.lasting(subject); err != nil {
		return "", nil, err
	}
	if c.Save == "" {
		return path, subject, nil
	}
	if err := sketch.Write(c.Save); err != nil {
		return "", nil, hinted{err, "conformance mss … --save " + c.Save + "-2", exitUsage}
	}
	s.say("fichier de candidat : %s", "candidate file: %s", c.Save)
	return c.Save, subject, nil
}

// sketch puts together what the options say.
func (c *mssCommand) sketch() (candidate.Sketch, error) {
	none := candidate.Sketch{}
	if c.PSC == "auto" {
		return none, verdict.Tell("--psc auto : attendu une adresse connue d'avance, que l'opérateur puisse désigner", "--psc auto: want an address that is known in advance, for the operator to be pointed at it")
	}
	if c.Operators {
		return c.among()
	}
	host, imap, smtp, err := c.ports()
	if err != nil {
		return none, err
	}
	boxes, err := c.boxes()
	if err != nil {
		return none, err
	}
	named := c.Host
	if named == "" {
		named = host
	}
	sketch := candidate.Sketch{
		Name: "Opérateur de " + named, Vendor: "non déclaré", Version: "non déclarée", Host: named, TokenCheck: mssante.TokenCheck(c.TokenCheck),
		Mailboxes: boxes, Recipient: c.Recipient, PSC: candidate.PSC{Listen: c.PSC, Host: c.PSCHost}, PKIDir: c.PKI, Trust: c.Trust, Revocation: c.Revocation,
	}
	if c.Client != "" {
		id, secret, found := strings.Cut(c.Client, ":")
		if !found || id == "" || secret == "" {
			return none, verdict.Tell("--client : attendu ID:SECRET", "--client: want ID:SECRET")
		}
		sketch.PSC.Client = candidate.PSCClient{ID: id, Secret: secret}
	}
	return sketch.At(host, imap, smtp), nil
}

// sampleHolder is whose the mailboxes are of an operator that is tried among the others alone: nobody opens them.
const sampleHolder mssante.IdNat = "899700000017"

// among puts together what the options say of the interface with the other operators.
func (c *mssCommand) among() (candidate.Sketch, error) {
	host, port, err := net.SplitHostPort(c.Address)
	if err != nil {
		host, port = strings.Trim(c.Address, "[]"), "25"
	}
	named := c.Host
	if named == "" {
		named = host
	}
	if net.ParseIP(named) != nil {
		return candidate.Sketch{}, verdict.Tell("--address %s : donnez aussi --host, le nom de l'opérateur dans son certificat", "--address %s: want --host too, the name of the operator in its certificate", c.Address)
	}
	sketch := candidate.Sketch{
		Name: "Opérateur de " + named, Vendor: "non déclaré", Version: "non déclarée", Host: named, TokenCheck: mssante.ByBoth,
		PSC: candidate.PSC{Listen: c.PSC}, PKIDir: c.PKI, Trust: c.Trust, Revocation: c.Revocation,
		Others: &candidate.MSSOperator{
			Address: net.JoinHostPort(host, port), Subject: c.Subject, Mailbox: c.Mailbox[0], Read: worded(c.Read), Send: worded(c.Send),
			Neighbours: candidate.NeighboursAt{Listen: c.Neighbours, DNS: c.DNS}, WhiteList: candidate.PublishedList{Listen: c.WhiteList},
		},
	}
	for _, address := range c.Mailbox {
		sketch.Mailboxes = append(sketch.Mailboxes, candidate.Mailbox{Mailbox: mssante.Mailbox{Address: address, Type: mssante.Personal, Holder: sampleHolder}})
	}
	return sketch, nil
}

// worded is a command of words between spaces; nil when there is none.
func worded(words string) *candidate.Driver {
	if words == "" {
		return nil
	}
	return &candidate.Driver{Command: strings.Fields(words)}
}

// ports takes the address apart: a port of its own goes with one protocol alone.
func (c *mssCommand) ports() (host string, imap, smtp int, err error) {
	host, imap, smtp = strings.Trim(c.Address, "[]"), c.IMAPPort, c.SMTPPort
	if h, text, err := net.SplitHostPort(c.Address); err == nil {
		port, err := strconv.Atoi(text)
		switch {
		case err != nil || port < 1 || port > 65535:
			return "", 0, 0, verdict.Tell("--address %s : attendu un port de 1 à 65535", "--address %s: want a port from 1 to 65535", c.Address)
		case c.Protocol == "both":
			return "", 0, 0, verdict.Tell("--address %s : IMAP et la soumission ont chacun leur port : donnez --imap-port et --smtp-port, ou --protocol", "--address %s: IMAP and submission have a port each: want --imap-port and --smtp-port, or --protocol", c.Address)
		}
		host, imap, smtp = h, port, port
	}
	switch c.Protocol {
	case "imap":
		smtp = 0
	case "smtp":
		imap = 0
	}
	if net.ParseIP(host) != nil && c.Host == "" {
		return "", 0, 0, verdict.Tell("--address %s : donnez aussi --host, le nom de l'opérateur dans son certificat", "--address %s: want --host too, the name of the operator in its certificate", c.Address)
	}
	return host, imap, smtp, nil
}

// boxes pairs the mailboxes with the IdNat that open them: a professional's own, an application's where the IdNat is a
// structure's.
func (c *mssCommand) boxes() ([]candidate.Mailbox, error) {
	if len(c.Mailbox) != len(c.IDNat) {
		return nil, verdict.Tell("%d --mailbox et %d --idnat : attendu un --idnat par --mailbox, dans le même ordre", "%d --mailbox and %d --idnat: want one --idnat for each --mailbox, in the same order", len(c.Mailbox), len(c.IDNat))
	}
	if (c.Certificate == "") != (c.Key == "") {
		return nil, verdict.Tell("--certificate et --key vont ensemble", "--certificate and --key go together")
	}
	applications := 0
	boxes := make([]candidate.Mailbox, len(c.Mailbox))
	for i := range boxes {
		id := mssante.IdNat(c.IDNat[i])
		boxes[i].Mailbox = mssante.Mailbox{Address: c.Mailbox[i], Type: mssante.Personal, Holder: id}
		if !id.IsStructure() {
			continue
		}
		boxes[i].Type = mssante.Application
		if applications++; c.Certificate != "" {
			boxes[i].Certificate = &candidate.Pair{Certificate: c.Certificate, Key: c.Key}
		}
	}
	if c.Certificate != "" && applications != 1 {
		return nil, verdict.Tell("--certificate : il ouvre une seule boîte APP, et %d --idnat sont d'une structure", "--certificate: it opens one mailbox APP, and %d --idnat are of a structure", applications)
	}
	return boxes, nil
}

// lasting makes the test PKI the first time: an operator is configured once. It refuses one that has not the certificates
// of these mailboxes.
func (c *mssCommand) lasting(subject *candidate.Candidate) error {
	if _, err := os.Stat(filepath.Join(c.PKI, "INDEX")); err != nil {
		set, err := stand.NewPKI(subject.Convention, "http://"+subject.Listen.At(subject.Listen.Ports.Revocation), true, subject.Hosts()...)
		if err != nil {
			return err
		}
		return set.Save(c.PKI)
	}
	set, err := pki.Load(c.PKI)
	if err != nil {
		return hinted{err, "conformance mss … --pki " + c.PKI + "-2", exitUsage}
	}
	for _, organism := range subject.Convention.Organisms {
		credential, err := set.Credential(organism.Name + "/tls")
		if err == nil && !slices.Contains(lists(credential), c.Revocation) {
			err = verdict.Tell("ses listes de révocation sont aux ports %v, et non à --revocation %d", "its revocation lists are at the ports %v, not at --revocation %d", lists(credential), c.Revocation)
		}
		if err != nil {
			return hinted{verdict.Tell("--pki %s : %s", "--pki %s: %s", c.PKI, err), "conformance mss … --pki " + c.PKI + "-2", exitUsage}
		}
	}
	return nil
}

// lists are the ports where a certificate says that the revocation lists of its authority are.
func lists(c pki.Credential) (ports []int) {
	for _, point := range c.Leaf().CRLDistributionPoints {
		if u, err := url.Parse(point); err == nil {
			port, _ := strconv.Atoi(u.Port())
			ports = append(ports, port)
		}
	}
	return ports
}

// flagOf says which option a key of the candidate file came from, by the beginning of the key.
var flagOf = []struct{ key, flag string }{
	{"roles.mss-operateur.subject", "--subject"}, {"roles.mss-operateur.read", "--read"}, {"roles.mss-operateur.send", "--send"}, {"roles.mss-operateur.mailbox", "--mailbox"},
	{"roles.mss-operateur.neighbours.dns", "--dns"}, {"roles.mss-operateur.neighbours", "--neighbours"}, {"roles.mss-operateur.white_list", "--white-list"},
	{"mssante.host", "--host"}, {"mssante.token_check", "--token-check"}, {"mssante.recipient", "--recipient"}, {"mssante.psc.client", "--client"},
	{"mssante.psc.host", "--psc-host"}, {"mssante.psc", "--psc"}, {"pki.trust", "--trust"}, {"pki.dir", "--pki"}, {"listen", "--revocation"}, {"roles", "--address"},
}

// inFlags names the options in the place of the keys of a file that nobody wrote.
func (c *mssCommand) inFlags(err error) error {
	var problems candidate.Problems
	if !errors.As(err, &problems) {
		return err
	}
	var told candidate.Problems
	for _, p := range problems {
		flag := c.flag(p.Key)
		if !slices.ContainsFunc(told, func(q candidate.Problem) bool { return q.File == flag && q.Want == p.Want }) {
			told = append(told, candidate.Problem{File: flag, Got: p.Got, Want: p.Want, Remedy: p.Remedy})
		}
	}
	return told
}

// flag is the option of a key.
func (c *mssCommand) flag(key string) string {
	if box, found := strings.CutPrefix(key, "mssante.mailboxes"); found {
		_, last, _ := strings.Cut(box, "].")
		switch {
		case strings.HasPrefix(last, "certificate.key"):
			return "--key"
		case strings.HasPrefix(last, "certificate"):
			return "--certificate"
		case strings.HasPrefix(last, "holder"):
			return "--idnat"
		}
		return "--mailbox"
	}
	for _, f := range flagOf {
		if strings.HasPrefix(key, f.key) {
			if f.flag == "--host" && c.Host == "" {
				return "--address"
			}
			return f.flag
		}
	}
	return key
}
