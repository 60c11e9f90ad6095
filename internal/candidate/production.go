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

// productionOfMail returns the part of a name that is of the production space of MSSanté (GOV-08): from a label mssante
// on, unless a label of the name says that it is of test.
func productionOfMail(host string) (domain string, found bool) {
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(host, ".")), ".")
	marked := slices.ContainsFunc(labels, func(label string) bool { return slices.Contains(testMarks, label) })
	at := slices.Index(labels, "mssante")
	if at < 0 || marked || slices.Contains(reserved, labels[len(labels)-1]) {
		return "", false
	}
	return strings.Join(labels[at:], "."), true
}

// ofTest refuses a name that is of production, be it of MSSanté or of the table; nil when it is not.
func ofTest(host string) *trouble {
	if domain, found := productionOfMail(host); found {
		return &trouble{say("un nom de l'espace de confiance de test", "a name of the trust space of test"), say(
			"« %[1]s » est l'espace de production de MSSanté : le banc envoie des connexions et des messages fautifs et n'y a pas sa place. Visez la plate-forme de test ; l'un des mots entiers de son nom est une marque : %[2]s.",
			"“%[1]s” is the production space of MSSanté: the harness sends faulty logins and messages and has no business there. Aim at the test platform; one whole label of its name is a mark: %[2]s.",
			domain, strings.Join(testMarks, ", "))}
	}
	if p, found := productionOf(host); found && p.Domain != "mssante.fr" {
		return notTest(p)
	}
	return nil
}

// notTest is what is wrong with a host of a production domain.
func notTest(p ProductionDomain) *trouble {
	return &trouble{say("une adresse d'essai", "a test address"), say(
		"« %s » est un domaine de production (%s) : le banc envoie des messages fautifs et n'y a pas sa place. Visez une plate-forme d'essai.",
		"“%s” is a production domain (%s): the harness sends faulty messages and has no business there. Aim at a test platform.",
		p.Domain, p.Reason)}
}
