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
