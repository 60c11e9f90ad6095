package candidate

import (
	"net"
	"slices"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/mssante"
)

// The organisms of MSSConvention: Pro Santé Connect, an operator of MSSanté, the vendor of a mail program, and others.
const (
	PSCOrganism       = "psc"
	OperatorOrganism  = "operateur-mss"
	VendorOrganism    = "editeur-lps"
	IdentityOrganism  = "identite-locale"     // an identity provider to which Pro Santé Connect delegates
	APIOrganism       = "api-sante"           // a protected API
	NeighbourOrganism = "operateur-voisin"    // another operator of MSSanté, listed
	UnlistedOrganism  = "operateur-inconnu"   // one of the same authority, that no white list has
	AuditOrganism     = "cabinet-audit"       // who tries an identity provider and signs what it found (EXI FI 06)
	WhiteListOrganism = "espace-de-confiance" // who publishes the white list
	SecondOrganism    = "operateur-second"    // a third operator of MSSanté, listed too
)

// The structures of the last two, and the subjects of their certificates, of the form of an ORG AUTH_CLI: OU is the
// IdNat of the structure (§3).
const (
	OperatorStructure mssante.IdNat = "300000000000025"
	VendorStructure   mssante.IdNat = "300000000000033"

	OperatorSubject = "CN=operateur.test.invalid,OU=" + string(OperatorStructure) + ",O=TEST OPERATEUR MSSANTE,ST=Paris (75),C=FR"
	VendorSubject   = "CN=lps.test.invalid,OU=" + string(VendorStructure) + ",O=TEST EDITEUR LPS,ST=Paris (75),C=FR"
)

// SampleClient is the name of SampleOperatorClient.
const SampleClient = "tf-operateur"

// SampleOperatorClient is the operator as a client of Pro Santé Connect, in a candidate file that declares none.
func SampleOperatorClient() PSCClient {
	return PSCClient{ID: SampleClient, Secret: "secret-test-operateur", Subject: OperatorSubject}
}

// MSSConvention is the sample convention of the roles of MSSanté: no project, and the organisms whose keys a test PKI
// needs. Each call returns a new one.
func MSSConvention() *interops.Convention {
	provider := structure(PSCOrganism, "CN=psc.test.invalid,OU=300000000000017,O=TEST PRO SANTE CONNECT,ST=Paris (75),C=FR")
	provider.Signature = []interops.Identity{{Subject: "CN=TEST JETONS,OU=300000000000017,O=TEST PRO SANTE CONNECT,ST=Paris (75),C=FR"}} // its key signs tokens
	publisher := structure(WhiteListOrganism, "CN=espacedeconfiance.test.invalid,OU=300000000000074,O=TEST ESPACE DE CONFIANCE,ST=Paris (75),C=FR")
	publisher.Signature = []interops.Identity{{Subject: "CN=TEST LISTE BLANCHE,OU=300000000000074,O=TEST ESPACE DE CONFIANCE,ST=Paris (75),C=FR"}}
	firm := structure(AuditOrganism, "CN=audit.test.invalid,OU=300000000000108,O=TEST CABINET D'AUDIT,ST=Paris (75),C=FR")
	firm.Signature = []interops.Identity{{Subject: "CN=TEST CACHET D'AUDIT,OU=300000000000108,O=TEST CABINET D'AUDIT,ST=Paris (75),C=FR"}}
	return &interops.Convention{Name: "mssante-essai", Organisms: []interops.Organism{
		provider,
		structure(OperatorOrganism, OperatorSubject),
		structure(VendorOrganism, VendorSubject),
		structure(IdentityOrganism, "CN=identite.test.invalid,OU=300000000000041,O=TEST IDENTITE LOCALE,ST=Paris (75),C=FR"),
		structure(APIOrganism, "CN=api.test.invalid,OU=300000000000058,O=TEST API,ST=Paris (75),C=FR"),
		structure(NeighbourOrganism, "CN=voisin.test.invalid,OU=300000000000066,O=TEST OPERATEUR VOISIN,ST=Paris (75),C=FR"),
		structure(UnlistedOrganism, "CN=inconnu.test.invalid,OU=300000000000082,O=TEST OPERATEUR INCONNU,ST=Paris (75),C=FR"),
		publisher, firm,
		structure(SecondOrganism, "CN=second.test.invalid,OU=300000000000090,O=TEST OPERATEUR SECOND,ST=Paris (75),C=FR"),
	}}
}

func structure(name, subject string) interops.Organism {
	return interops.Organism{Name: name, Issuer: "urn:test:" + name, TLS: []interops.Identity{{Subject: subject}}}
}

// StructureOrganism names the organism of the convention whose certificate has a structure as its OU: that of an
// application's mailbox. After Load the convention has one for the holder of each.
func StructureOrganism(holder mssante.IdNat) string {
	for _, o := range MSSConvention().Organisms {
		if strings.Contains(o.TLS[0].Subject, ",OU="+string(holder)+",") {
			return o.Name
		}
	}
	return "structure-" + string(holder)
}

// withStructures returns a convention with the organisms that the roles of MSSanté need beside its own.
func withStructures(c *interops.Convention, boxes []Mailbox) *interops.Convention {
	out := *c
	out.Organisms = slices.Clone(c.Organisms)
	add := func(o interops.Organism) {
		if _, known := out.Organism(o.Name); !known {
			out.Organisms = append(out.Organisms, o)
		}
	}
	for _, o := range MSSConvention().Organisms {
		add(o)
	}
	for _, b := range boxes {
		if b.Type == mssante.Application && b.Holder.IsStructure() {
			add(structure(StructureOrganism(b.Holder), "CN=application.test.invalid,OU="+string(b.Holder)+",O=TEST STRUCTURE,ST=Paris (75),C=FR"))
		}
	}
	return &out
}

// Hosts are the names and addresses that the harness's test certificates bear: this machine's, that by which a container
// calls it, those by which an MSSanté operator calls Pro Santé Connect, and the operator's own, who may serve with one.
func (c *Candidate) Hosts() []string {
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	if c.Container != nil {
		hosts = append(hosts, ContainerHostName)
	}
	if c.MSSOperator != nil {
		for _, n := range Neighbours() {
			hosts = append(hosts, n.Host())
		}
	}
	var named []string
	if psc, _ := c.Provided(); psc != nil {
		listening, _, _ := net.SplitHostPort(psc.Listen)
		named = append(named, listening, psc.Host)
	}
	if c.MSSante != nil {
		named = append(named, c.MSSante.Host)
	}
	for _, host := range named {
		if ip := net.ParseIP(host); host != "" && (ip == nil || !ip.IsUnspecified()) && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}
