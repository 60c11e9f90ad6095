package candidate

import (
	"net/netip"
	"slices"
	"strings"
)

// ProductionDomain is a domain that the harness never addresses, nor any name below it.
type ProductionDomain struct{ Domain, Reason string }

// production lists the domains on which real people's affairs depend (rule 10).
var production = []ProductionDomain{
	{"ameli.fr", "assurance maladie"},
	{"agirc-arrco.fr", "retraite complémentaire"},
	{"ants.gouv.fr", "titres sécurisés"},
	{"apicrypt.org", "messagerie de santé"},
	{"apicem.fr", "messagerie de santé"},
	{"caf.fr", "allocations familiales"},
	{"cnaf.fr", "allocations familiales"},
	{"cnav.fr", "assurance vieillesse"},
	{"cnsa.fr", "autonomie"},
	{"dsn-info.fr", "déclaration sociale nominative"},
	{"esante.gouv.fr", "Agence du numérique en santé, Pro Santé Connect, annuaire santé"},
	{"franceconnect.gouv.fr", "FranceConnect"},
	{"francetravail.fr", "emploi"},
	{"gip-mds.fr", "modernisation des déclarations sociales"},
	{"impots.gouv.fr", "finances publiques"},
	{"interops.fr", "standard InterOPS"},
	{"lassuranceretraite.fr", "assurance retraite"},
	{"monespacesante.fr", "Mon espace santé"},
	{"msa.fr", "mutualité sociale agricole"},
	{"mssante.fr", "espace de confiance MSSanté"},
	{"net-entreprises.fr", "déclarations sociales"},
	{"pole-emploi.fr", "emploi"},
	{"rncps.fr", "répertoire national commun de la protection sociale"},
	{"service-public.fr", "service public"},
	{"sesam-vitale.fr", "SESAM-Vitale"},
	{"urssaf.fr", "recouvrement"},
}

// ProductionDomains returns the table of the domains that are refused.
func ProductionDomains() []ProductionDomain { return slices.Clone(production) }

// productionOf returns the production domain that a host belongs to. Addresses belong to none: a test
// platform is often known by its address alone.
func productionOf(host string) (ProductionDomain, bool) {
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return ProductionDomain{}, false
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, p := range production {
		if host == p.Domain || strings.HasSuffix(host, "."+p.Domain) {
			return p, true
		}
	}
	return ProductionDomain{}, false
}

// testMarks are the labels by which a name of MSSanté says that it is of the trust space of test.
var testMarks = []string{
	"formation", "test", "tests", "essai", "essais", "bas", "recette", "qualif", "qualification", "integration", "demo", "sandbox",
}

// TestMarks returns these labels.
func TestMarks() []string { return slices.Clone(testMarks) }

// reserved are the top-level domains where nothing of production can be (RFC 2606 §2).
var reserved = []string{"test", "invalid", "example", "localhost"}

// productionOfMail returns the production domain that a host or a mailbox's domain belongs to (GOV-08): one of the
// table, or the trust space of MSSanté, whose names have a label mssante, unless a label says that it is of test.
func productionOfMail(host string) (ProductionDomain, bool) {
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(host, ".")), ".")
	if !slices.Contains(labels, "mssante") || slices.Contains(reserved, labels[len(labels)-1]) {
		return productionOf(host)
	}
	if slices.ContainsFunc(labels, func(label string) bool { return slices.Contains(testMarks, label) }) {
		return ProductionDomain{}, false
	}
	at := slices.Index(labels, "mssante")
	return ProductionDomain{strings.Join(labels[at:], "."), "espace de confiance MSSanté de production"}, true
}

// ofTest refuses a name of MSSanté that is of production; nil when it is of test, or says nothing.
func ofTest(host string) *trouble {
	p, found := productionOfMail(host)
	return unless(!found, say("un nom de l'espace de confiance de test", "a name of the trust space of test"),
		say("« %[1]s » est un domaine de production (%[2]s) : le banc envoie des connexions et des messages fautifs et n'y a pas sa place. Visez la plate-forme de test, dont le nom porte une marque entière : %[3]s.",
			"“%[1]s” is a production domain (%[2]s): the harness sends faulty logins and messages and has no business there. Aim at the test platform, whose name has a whole label such as: %[3]s.",
			p.Domain, p.Reason, strings.Join(testMarks, ", ")))
}
