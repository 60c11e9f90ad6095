package candidate

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strings"

	"time"

	"etalon/internal/interops"
	"etalon/internal/mssante"
)

// defaultSessionLimit is that of a session of Pro Santé Connect.
var defaultSessionLimit = interops.Duration{Duration: 4 * time.Hour}

// idNatForms says how an IdNat is written.
var idNatForms = say("Écrivez 8 et les onze chiffres d'un RPPS, 0 et un ADELI, 1 et un FINESS, 3 et un SIRET, ou ANS et des chiffres.",
	"Write 8 and the eleven digits of an RPPS number, 0 and an ADELI number, 1 and a FINESS number, 3 and a SIRET number, or ANS and digits.")

// health checks and completes what is declared of an MSSanté operator.
func (l *loading) health() {
	c := l.out
	if !l.operated() {
		return
	}
	m := c.MSSante
	m.complete()
	l.mailboxes(m)
	l.psc(&m.PSC, "mssante", "psc")
	l.interfaces()
	l.reach(&m.Reach, OperatorOrganism, "mssante")
	if c.Convention != nil {
		c.Convention = withStructures(c.Convention, m.Mailboxes)
	}
	if c.MSSOperator != nil {
		l.mssOperator(c.MSSOperator)
	}
}

// operated wants the block mssante with its roles.
func (l *loading) operated() bool {
	c := l.out
	declared := slices.DeleteFunc(MSSRoles(), func(r Role) bool { return !c.declares(r) })
	switch {
	case c.MSSante == nil:
		l.report(trouble{say("la clé « mssante » en tête du fichier : host, token_check, mailboxes", "the key “mssante” at the top of the file: host, token_check, mailboxes"),
			say("Ajoutez-la ; conformance init DOSSIER --role %s en écrit une commentée.", "Add it; conformance init DIR --role %s writes a commented one.", declared[0])}, "roles", string(declared[0]))
	case len(declared) == 0:
		l.report(trouble{say("un rôle à éprouver : mss-imap ou mss-smtp, sous roles", "a role to test: mss-imap or mss-smtp, under roles"),
			say("Ajoutez « roles: {mss-imap: {address: \"127.0.0.1:143\"}} », ou retirez « mssante ».", "Add “roles: {mss-imap: {address: \"127.0.0.1:143\"}}”, or remove “mssante”.")}, "mssante")
	default:
		return true
	}
	return false
}

// complete sets what the file leaves out.
func (m *MSSante) complete() {
	m.SecondMeans = cmp.Or(m.SecondMeans, MeansExternal)
	m.Size, m.Sessions, m.AuthLine = cmp.Or(m.Size, DefaultMessageSize), cmp.Or(m.Sessions, DefaultSessions), cmp.Or(m.AuthLine, DefaultAuthLine)
	if m.SessionLimit.Duration == 0 {
		m.SessionLimit = defaultSessionLimit
	}
	m.PSC.complete(SampleOperatorClient())
	if open := slices.Concat(m.Open(mssante.Personal), m.Open(mssante.Organisational), m.Open(mssante.Application)); m.Recipient == "" && len(open) > 0 {
		m.Recipient = open[0].Address
	}
}

// complete sets what the file leaves out; client is who asks Pro Santé Connect.
func (p *PSC) complete(client PSCClient) {
	switch p.Listen {
	case "":
		p.Listen = FixedPSC
	case "auto":
		p.Listen = "127.0.0.1:0"
	}
	if p.Client == (PSCClient{}) {
		p.Client = client
	}
}

// mailboxes checks that the mailboxes hold together, and that one at least opens to somebody.
func (l *loading) mailboxes(m *MSSante) {
	once := l.once("address")
	opens := false
	for i := range m.Mailboxes {
		b := &m.Mailboxes[i]
		at := []string{"mssante", "mailboxes", fmt.Sprint(i)}
		once(strings.ToLower(b.Address), append(slices.Clip(at), "address")...)
		l.mailbox(m, b, at)
		opens = opens || !b.Suspended && (b.Type != mssante.Organisational || len(b.Delegates) > 0)
	}
	if !opens {
		l.report(trouble{say("une boîte au moins que quelqu'un puisse ouvrir", "one mailbox at least that somebody can open"),
			say("Ajoutez une boîte PER qui ne soit pas suspendue : sans échange honnête, aucun refus ne prouve rien.",
				"Add a mailbox PER that is not suspended: without an honest exchange, no refusal proves anything.")}, "mssante", "mailboxes")
	}
}

// mailbox checks one mailbox.
func (l *loading) mailbox(m *MSSante, b *Mailbox, at []string) {
	here := func(keys ...string) []string { return append(slices.Clip(at), keys...) }
	if b.Type == mssante.Personal && !b.Holder.IsPerson() {
		l.report(trouble{say("l'IdNat d'un professionnel, qui possède une boîte PER", "the IdNat of a professional, who owns a mailbox PER"), idNatForms}, here("holder")...)
	}
	if b.Type != mssante.Personal && !b.Holder.IsStructure() {
		l.report(trouble{say("l'IdNat de la structure, à qui est une boîte %s", "the IdNat of the structure that has a mailbox %s", b.Type), idNatForms}, here("holder")...)
	}
	l.delegates(b, here)
	if kind, _, _ := b.TestIdentity.Read(); b.TestIdentity != "" && (b.Type != mssante.Personal || kind != mssante.KindTest) {
		l.report(trouble{say("l'identité d'essai (ANS et des chiffres) du titulaire d'une boîte PER", "the test identity (ANS and digits) of the owner of a mailbox PER"),
			say("Retirez cette clé, ou corrigez-la.", "Remove this key, or correct it.")}, here("test_identity")...)
	}
	l.opening(m, b, here)
}

// delegates wants those of a mailbox to be professionals, of a mailbox that may have some.
func (l *loading) delegates(b *Mailbox, here func(...string) []string) {
	if len(b.Delegates) > 0 && b.Type != mssante.Organisational {
		l.report(trouble{say("des délégués d'une boîte ORG seulement", "delegates of a mailbox ORG only"),
			say("Une boîte %s n'a pas de délégués : retirez cette clé, ou écrivez « type: ORG ».", "A mailbox %s has no delegates: remove this key, or write “type: ORG”.", b.Type)}, here("delegates")...)
		return
	}
	for i, id := range b.Delegates {
		if !id.IsPerson() {
			l.report(trouble{say("l'IdNat d'un professionnel, à qui la boîte est déléguée", "the IdNat of a professional, to whom the mailbox is delegated"), idNatForms}, here("delegates", fmt.Sprint(i))...)
		}
	}
}

// opening checks the certificate that opens a mailbox, and takes that of pki.client where an application's names none.
func (l *loading) opening(m *MSSante, b *Mailbox, here func(...string) []string) {
	switch {
	case b.Type != mssante.Application && b.Certificate != nil:
		l.report(trouble{say("le certificat d'une boîte APP seulement", "the certificate of a mailbox APP only"),
			say("Un jeton ouvre les boîtes %s : retirez cette clé.", "A token opens mailboxes %s: remove this key.", b.Type)}, here("certificate")...)
	case b.Type != mssante.Application:
		return
	case b.Certificate != nil:
		l.pair(b.Certificate, here("certificate")...)
	default:
		b.Certificate = l.out.PKI.Client
	}
	if b.Type == mssante.Application && m.SecondMeans == MeansNone {
		l.report(trouble{say("une boîte PER ou ORG, puisque second_means vaut none", "a mailbox PER or ORG, as second_means is none"),
			say("Aucun certificat n'ouvrirait cette boîte : retirez-la, ou écrivez « second_means: external ».", "No certificate would open this mailbox: remove it, or write “second_means: external”.")}, here("type")...)
	}
}

// psc checks where Pro Santé Connect listens and how the candidate proves who it is, at their place in the file.
func (l *loading) psc(p *PSC, at ...string) {
	here := func(key string) []string { return append(slices.Clip(at), key) }
	if p.Client.Secret == "" && p.Client.Subject == "" {
		l.report(trouble{say("secret, ou subject (celui du certificat du candidat)", "secret, or subject (that of the candidate's certificate)"),
			say("Ajoutez l'un des deux, tel que le candidat le présente à Pro Santé Connect.", "Add one of the two, as the candidate presents it to Pro Santé Connect.")}, here("client")...)
	}
	_, port, _ := net.SplitHostPort(p.Listen)
	for _, own := range l.out.Listen.Ports.named() {
		if own.number != 0 && port == fmt.Sprint(own.number) {
			l.report(trouble{say("un port de plus, pour Pro Santé Connect", "one port more, for Pro Santé Connect"),
				say("listen.ports.%s le prend déjà : changez l'un des deux.", "listen.ports.%s already takes it: change one of the two.", own.name)}, here("listen")...)
		}
	}
}

// interfaces wants the addresses of the candidate elsewhere than where the harness listens, and each its own.
func (l *loading) interfaces() {
	once := l.once("address")
	_, port, _ := net.SplitHostPort(l.out.MSSante.PSC.Listen)
	for _, role := range MSSRoles() {
		declared := l.out.Interface(role)
		if declared == nil {
			continue
		}
		for i, address := range []string{declared.Address, declared.Implicit} {
			if address == "" {
				continue
			}
			at := []string{"roles", string(role), []string{"address", "implicit"}[i]}
			once(address, at...)
			host, number, _ := net.SplitHostPort(address)
			l.notOurs("tcp://"+address, at...)
			if ip := net.ParseIP(host); number == port && (host == "localhost" || ip.IsLoopback()) {
				l.report(trouble{say("un port qui ne soit pas celui du banc", "a port that is not the harness's"),
					say("mssante.psc.listen le prend déjà : changez l'un des deux.", "mssante.psc.listen already takes it: change one of the two.")}, at...)
			}
		}
	}
}
