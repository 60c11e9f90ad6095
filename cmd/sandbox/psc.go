package main

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"etalon/internal/anatomy"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/stand"
	"etalon/internal/store"
	"etalon/internal/verdict"
	"etalon/stubs/operator"
	"etalon/stubs/psc"
)

// pscFaces are where Pro Santé Connect and the operator that trusts it are.
type pscFaces struct {
	Listen     string `default:"127.0.0.1:8560" help:"${psclisten}"`
	Manage     string `default:"127.0.0.1:8561" help:"${manage}"`
	Revocation string `default:"127.0.0.1:8562" help:"${revocation}"`
	Dir        string `placeholder:"DIR" help:"${pscdir}"`
	IMAP       string `name:"imap" default:"127.0.0.1:8563" help:"${pscimap}"`
	SMTP       string `name:"smtp" default:"127.0.0.1:8564" help:"${pscsmtp}"`
	List       string `name:"list" default:"127.0.0.1:8565" help:"${psclist}"`
}

// pscCommand plays Pro Santé Connect.
type pscCommand struct {
	pscFaces
	Redirect  []string `placeholder:"ADRESSE" help:"${redirect}"`
	MutualTLS bool     `name:"mutual-tls" xor:"operator" help:"${mutualtls}"`
	Operator  bool     `xor:"operator" help:"${pscoperator}"`
}

// Run serves until it is ended.
func (c *pscCommand) Run(ctx context.Context, s *streams) error {
	played, err := c.open(nil)
	if err != nil {
		return err
	}
	played.tell(s)
	<-ctx.Done()
	return played.Close()
}

// health are Pro Santé Connect and the operator that trusts it, as they are played.
type health struct {
	command  *pscCommand
	stand    *stand.Stand
	psc      *psc.Stub
	operator *operator.Operator // nil where none is asked for
	list     *stand.Publication // nil where none is asked for
	dir      string             // of the PKI; empty when it does not last
	closers  []func() error
}

// Close ends them, the last opened first.
func (p *health) Close() error {
	var errs []error
	for _, end := range slices.Backward(p.closers) {
		errs = append(errs, end())
	}
	return errors.Join(errs...)
}

// tell says where they are.
func (p *health) tell(s *streams) {
	p.command.tell(s, p.psc, p.dir)
	if p.operator != nil {
		tellOperator(s, p.operator)
		s.say("liste blanche : %s", "white list: %s", p.list.Listed().URL)
	}
}

// open starts them. observe is told of each exchange; nobody when nil.
func (c *pscCommand) open(observe func(store.Exchange)) (*health, error) {
	for flag, address := range map[string]string{
		"listen": c.Listen, "manage": c.Manage, "revocation": c.Revocation, "imap": c.IMAP, "smtp": c.SMTP, "list": c.List,
	} {
		host, _, err := net.SplitHostPort(address)
		if err != nil || host != "localhost" && !net.ParseIP(host).IsLoopback() {
			return nil, hinted{verdict.Tell("--%s %s : attendu une adresse de la boucle locale et un port", "--%s %s: want a loopback address and a port", flag, address), "sandbox psc --listen 127.0.0.1:8560"}
		}
	}
	for _, client := range c.clients() {
		if err := client.Check(); err != nil {
			return nil, hinted{err, "sandbox psc --redirect http://127.0.0.1:4321/callback"}
		}
	}
	p := &health{command: c}
	if err := p.start(observe); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// start starts what is played, in its order.
func (p *health) start(observe func(store.Exchange)) (err error) {
	c, convention := p.command, &interops.Convention{Organisms: psc.Organisms()}
	if p.dir, err = c.lasting(convention); err != nil {
		return err
	}
	opened, err := stand.Open(c.Revocation, p.dir, convention, candidate.DefaultProfile("current"), bench.NewSeed())
	if err != nil {
		return err
	}
	p.stand, p.closers = opened, append(p.closers, opened.Close)
	opened.Observe(observe)
	observe = of(opened.Knowledge().World(), observe)
	if p.psc, err = psc.Start(psc.Config{Bench: opened.Bench, Listen: c.Listen, Manage: c.Manage, Clients: c.clients(), Observe: stand.SeesPSC(observe)}); err != nil {
		return err
	}
	p.closers = append(p.closers, p.psc.Close)
	if !c.Operator {
		return nil
	}
	if p.operator, err = stand.StartOperator(opened, p.psc, c.IMAP, c.SMTP, observe); err != nil {
		return err
	}
	p.closers = append(p.closers, p.operator.Close)
	if p.list, err = stand.PublishList(opened, c.List); err == nil {
		p.closers = append(p.closers, p.list.Close)
	}
	return err
}

// told is what the console tells of them; nil when they are not played.
func (p *health) told() *stand.Health {
	if p == nil {
		return nil
	}
	return &stand.Health{Stand: p.stand, Provider: p.psc, Operator: p.operator, List: p.list, Lasting: p.dir != ""}
}

// of makes an observer that notes in what world an exchange happened; nil of nobody.
func of(world string, observe func(store.Exchange)) func(store.Exchange) {
	if observe == nil {
		return nil
	}
	return func(x store.Exchange) {
		x.World = world
		observe(x)
	}
}

// knowledge is what it judges messages by, with the keys by which tokens are signed now.
func (p *health) knowledge() anatomy.Knowledge {
	k := p.stand.Knowledge()
	for _, key := range p.psc.Keys() {
		k.Keys = append(k.Keys, anatomy.Key{ID: key.ID, Public: key.Key, Whose: candidate.PSCOrganism})
	}
	return k
}

// lasting is the folder of a PKI that lasts, made the first time: an operator is configured once. "" when none is asked
// for. Its certificates name where the revocation lists are, which must stay there.
func (c *pscCommand) lasting(convention *interops.Convention) (string, error) {
	if c.Dir == "" {
		return "", nil
	}
	dir, lists := filepath.Join(c.Dir, "pki"), "http://"+c.Revocation
	if _, err := os.Stat(filepath.Join(dir, "INDEX")); err == nil {
		return dir, c.fits(dir, lists)
	}
	if strings.HasSuffix(c.Revocation, ":0") {
		return "", hinted{verdict.Tell("--revocation %s : une PKI qui dure veut un port qui dure", "--revocation %s: a PKI that lasts wants a port that does", c.Revocation), "sandbox psc --dir psc --revocation 127.0.0.1:8562"}
	}
	set, err := stand.NewPKI(convention, lists, true)
	if err != nil {
		return "", err
	}
	return dir, set.Save(dir)
}

// fits refuses a PKI that has no key of Pro Santé Connect, or whose revocation lists are elsewhere.
func (c *pscCommand) fits(dir, lists string) error {
	set, err := pki.Load(dir)
	if err != nil {
		return err
	}
	credential, err := set.Credential(psc.Organism + "/tls")
	if err != nil {
		return hinted{verdict.Tell("PKI de %s : %s", "use PKI of %s: %s", dir, err), "sandbox psc --dir psc"}
	}
	if named := credential.Leaf().CRLDistributionPoints; len(named) == 0 || !strings.HasPrefix(named[0], lists+"/") {
		return hinted{verdict.Tell("PKI de %s : ses listes de révocation sont à %q, et non à %s", "use PKI of %s: its revocation lists are at %q, not at %s", dir, named, lists), "sandbox psc --dir " + c.Dir + " --revocation 127.0.0.1:8562"}
	}
	return nil
}

// clients are the sample ones, with the addresses to which the mail program wants codes sent.
func (c *pscCommand) clients() []psc.Client {
	all := psc.Clients()
	for i := range all {
		all[i].MutualTLS = c.MutualTLS
		if all[i].ID == psc.MailClient {
			all[i].Redirects = append(all[i].Redirects, c.Redirect...)
		}
	}
	return all
}

// tell says what an operator, and a mail program, must point at the stub.
func (c *pscCommand) tell(s *streams, stub *psc.Stub, dir string) {
	told := stub.Settings()
	s.say("émetteur : %s", "issuer: %s", told.Issuer)
	s.say("découverte : %s", "discovery: %s", told.Issuer+oidc.PathWallet)
	s.say("clés (JWKS) : %s", "keys (JWKS): %s", told.JWKS)
	s.say("introspection : %s", "introspection: %s", told.Introspection)
	for _, client := range told.Clients {
		french, english := "opérateur", "operator"
		if client.ID == psc.MailClient {
			french, english = "logiciel", "mail program"
		}
		if c.MutualTLS {
			s.say("%[1]s : client %[3]s, certificat %[4]s", "%[2]s: client %[3]s, certificate %[4]s", french, english, client.ID, client.Subject)
		} else {
			s.say("%[1]s : client %[3]s, secret %[4]s, ou certificat %[5]s", "%[2]s: client %[3]s, secret %[4]s, or certificate %[5]s", french, english, client.ID, client.Secret, client.Subject)
		}
	}
	s.say("personne de synthèse : %s, secret %s", "synthetic person: %s, secret %s", told.Persons[0].IdNat, told.Persons[0].Secret)
	s.say("autorités de TEST : %s", "TEST authorities: %s", told.Roots)
	if dir != "" {
		s.say("PKI et clés des clients : %s", "PKI and keys of the clients: %s", filepath.Clean(dir))
	}
	s.say("un jeton : curl -s -d '{}' %s", "a token: curl -s -d '{}' %s", stub.ManageURL("/tokens"))
	s.say("gestion : %s ; qui a demandé quoi : %s", "management: %s; who asked what: %s", stub.ManageURL("/"), stub.ManageURL("/journal"))
}

// tellOperator says where a mail program finds the operator, and the mailboxes that it may open.
func tellOperator(s *streams, played *operator.Operator) {
	s.say("IMAP : %s, submission : %s (STARTTLS, XOAUTH2, EXTERNAL)", "IMAP: %s, submission: %s (STARTTLS, XOAUTH2, EXTERNAL)", played.IMAPAddress(), played.SMTPAddress())
	for _, box := range stand.Mailboxes() {
		s.say("boîte %s : %s", "mailbox %s: %s", box.Type, box.Address)
	}
	address, at := stand.Mailboxes()[0].Address, played.IMAPAddress()
	s.say("la lire : curl -s --cacert roots.pem --ssl-reqd --sasl-ir --login-options AUTH=XOAUTH2 --user %s --oauth2-bearer JETON imap://%s/INBOX",
		"read it: curl -s --cacert roots.pem --ssl-reqd --sasl-ir --login-options AUTH=XOAUTH2 --user %s --oauth2-bearer TOKEN imap://%s/INBOX", address, at)
}
