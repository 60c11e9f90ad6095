package ops_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/peertest"
	"etalon/internal/candidate"
	"etalon/internal/stand"
)

// What the receivers are as service operator of mode S. docs/peers.md gives the texts on which each miss rests.

func mellonService() samlRole {
	return samlRole{
		excludes: unclaimedInSphere(map[string]string{"V09": noLimit, "V12": noLimit}),
		misses: map[string]string{
			"D01": "N1 : une session par personne est trouvée d'après son NameID ; les autres survivent",
			"D02": "N3 et N4 : la fin d'une demande n'est pas lue, une demande rejouée est honorée",
			"D06": "N1 : InResponseTo de la réponse de déconnexion n'est pas comparé",
			"G01": "N1~reponse : lasso se contente de la signature de la Response",
			"G03": "N1 : RSA-SHA1 reste admis ; P~ecdsa-sha256 : lasso ne vérifie pas ECDSA",
			"S04": "N1~sans-adresse : une Response sans Destination est admise",
			"S11": "N2 : une seconde réponse à la même demande est admise",
			"S14": "N2~longue : une adresse de retour de plus de 80 octets est suivie",
			"V01": "N3 : Version n'est pas lue ; N1~parametre-double : d'un paramètre répété, un seul est lu",
			"V03": "IssueInstant n'est pas lu",
			"V05": "N2 et N3 : NameID vide ou d'un autre format est admis ; N4 : la valeur de remplissage est un NameID comme un autre",
			"V06": "N1 : une assertion sans SubjectConfirmation est admise",
			"V07": "N2 : Recipient peut manquer ; N4 : NotBefore dans une confirmation au porteur est admis",
			"V08": "N5 : Conditions peut manquer",
			"V10": "N1 : AudienceRestriction peut manquer",
		},
		refuses: "G03-P~ecdsa-sha256",
		faults: map[string]peerFault{
			"niveau minimal non contrôlé":       {levelless: true, adds: "S07 V11", cases: "S07-N1"},
			"opérateur hors de la sphère admis": {trusts: "organisme-exterieur", adds: "S02", cases: "S02-N1"},
			"ancien membre encore admis":        {trusts: "organisme-retire", adds: "S02 S15", cases: "S02-N3 S15-N1"},
			"membre non accepté de tous admis":  {trusts: "organisme-nouveau", adds: "K04", cases: "K04-N1"},
			"déconnexion sans signature admise": {settings: map[string]string{"unsigned logout": sphereIssuers["organisme-1"]}, cases: "D02-N1"},
			"adresse de retour non bornée":      {settings: map[string]string{"redirect": "*"}, cases: "S14-N2~relaystate"},
		},
	}
}

func shibbolethService() samlRole {
	return samlRole{
		excludes: unclaimedInSphere(map[string]string{"V09": noLimit}),
		misses: map[string]string{
			"G01": "N1~reponse : OpenSAML se contente de la signature de la Response",
			"G02": "P~prefixes : Santuario C++ ne lit pas InclusiveNamespaces dans CanonicalizationMethod, et refuse une signature juste",
			"G03": "N1 : RSA-SHA1 n'est pas dans les algorithmes exclus d'office",
			"L08": "N1 : SAMLResponse est pris dans l'adresse d'un POST",
			"S04": "N1~sans-adresse : une Response sans Destination est admise",
			"S11": "N2 : la demande n'est connue que d'un cookie ; une seconde réponse dans le même état du navigateur est admise",
			"S14": "N2~longue : une adresse de retour de plus de 80 octets est suivie",
			"V01": "N1~deux-vi : de deux assertions signées, la première sert ; N1~parametre-double : d'un paramètre répété, un seul est lu",
			"V03": "N3 : un instant sans fuseau est lu en UTC",
			"V05": "N3 : un format de NameID non convenu est admis ; N4 : la valeur de remplissage est un NameID comme un autre",
			"V07": "N4 : NotBefore dans une confirmation au porteur est admis",
			"V08": "N4 : une fenêtre inversée est admise dans la tolérance ; N5 : Conditions peut manquer",
			"V10": "N1 : AudienceRestriction peut manquer",
		},
		refuses: "G02-P~prefixes",
		faults: map[string]peerFault{
			"niveau minimal non contrôlé":       {levelless: true, adds: "S07 V11", cases: "S07-N1"},
			"opérateur hors de la sphère admis": {trusts: "organisme-exterieur", adds: "S02", cases: "S02-N1"},
			"réponse non rapprochée":            {settings: map[string]string{"correlation": "off"}, adds: "D06", cases: "S11-N1 D06-N1"},
			"rejeu non contrôlé":                {settings: map[string]string{"replay": `checkReplay="false"`}, adds: "L06", cases: "L06-N1 S04-N2"},
			"dérive d'un jour":                  {settings: map[string]string{"skew": "86400"}, adds: "L07 V12", cases: "V08-N1 V12-N1"},
			"adresse de retour non bornée":      {settings: map[string]string{"redirect": "none"}, cases: "S14-N2~relaystate"},
		},
	}
}

func nodeSAMLService() samlRole {
	return samlRole{
		excludes: unclaimedInSphere(map[string]string{"V09": noLimit, "V12": noLimit}),
		misses: map[string]string{
			"D01": "N1 : de plusieurs SessionIndex d'une demande, le premier seul est rendu",
			"D02": "N1 : une demande par Redirect sans signature est admise ; N4 : une demande rejouée est honorée",
			"G03": "N1 : RSA-SHA1 reste admis ; P~ecdsa-sha256 et P~rsa-sha384 : xml-crypto ne les vérifie pas",
			"G09": "N3 : une déclaration de type de document est lue",
			"S04": "N1 : Destination et l'émetteur de la Response ne sont pas lus",
			"S14": "N2~longue : une adresse de retour de plus de 80 octets est suivie",
			"V01": "ni l'espace de noms, ni Version, ni le schéma ne sont lus ; N1~echec : ni Status quand une assertion suit ; N1~base64 : du base64 altéré est lu en partie",
			"V03": "IssueInstant n'est lu que si maxAssertionAgeMs le demande",
			"V05": "N2 et N3 : NameID vide ou d'un autre format est admis ; N4 : la valeur de remplissage est un NameID comme un autre",
			"V06": "la méthode de confirmation n'est pas lue",
			"V07": "N3 : la fin de la confirmation n'est pas lue ; N4 : son NotBefore est admis",
			"V08": "N4 : une fenêtre inversée est admise dans la tolérance",
			"V16": "N1 : une condition d'un type inconnu est ignorée",
		},
		refuses: "G03-P~ecdsa-sha256 G03-P~rsa-sha384",
		faults: map[string]peerFault{
			"niveau minimal non contrôlé":       {levelless: true, adds: "S07 V11", cases: "S07-N1"},
			"opérateur hors de la sphère admis": {trusts: "organisme-exterieur", adds: "S02", cases: "S02-N1"},
			"réponse non rapprochée":            {settings: map[string]string{"options": `{"validateInResponseTo": "never"}`}, adds: "S11", cases: "S11-N1 S11-N2"},
			"signature non exigée":              {settings: map[string]string{"options": `{"wantAssertionsSigned": false, "wantAuthnResponseSigned": false}`}, adds: "G01", cases: "G01-N1"},
			"audience non contrôlée":            {settings: map[string]string{"options": `{"audience": false}`}, adds: "V10", cases: "S04-N1 V10-N2"},
			"rejeu non contrôlé":                {settings: map[string]string{"replayOff": "true"}, adds: "L06", cases: "L06-N1 S04-N2"},
			"adresse de retour non lue":         {settings: map[string]string{"relayOff": "true"}, cases: "S14-N2~relaystate"},
		},
	}
}

// unclaimedInSphere are the requirements of mode S that no product of the trade claims, and those of one product.
func unclaimedInSphere(more map[string]string) map[string]string {
	all := unclaimed(more)
	for id := range strings.FieldsSeq("P11 X04 X12 X13 X14") {
		delete(all, id) // of other roles
	}
	all["X10"], all["X11"] = ownLogs, ownLogs
	return all
}

const sphereAudience = "http://extranet.organisme-4.test"

// sphereIssuer is what an organism of the peers' sphere is called in its VIs.
var sphereIssuers = map[string]string{
	"organisme-1": "urn:interops:61111111100061:idp:organisme-1-test:1", "organisme-3": "urn:interops:63333333300063:idp:organisme-3-test:1",
	"organisme-2": "urn:interops:62222222200062:idp:organisme-2-test:1", "organisme-retire": "urn:interops:65555555500065:idp:organisme-retire-test:1",
	"organisme-nouveau": "urn:interops:66666666600066:idp:organisme-nouveau-test:1", "organisme-exterieur": "urn:interops:67777777700067:idp:organisme-exterieur-test:1",
}

// asService starts the peer as service operator of a sphere, whose authentication operator the harness plays, and
// writes the candidate file that drives it.
func (p samlPeer) asService(t *testing.T, on ground, wrong peerFault) *stand.Stub {
	t.Helper()
	at, probe := p.site(t, on, "organisme-4", wrong)
	operator := peertest.Port(t)
	at.Audience, at.Sphere, at.Free = sphereAudience, true, "informations"
	profile := candidate.DefaultProfile("current")
	for _, level := range profile.Levels {
		if !wrong.levelless && profile.Rank(level.Name) >= profile.Rank("login-code") {
			at.Classes = append(at.Classes, level.Class)
		}
	}
	for i, organism := range append([]string{"organisme-1", "organisme-3"}, strings.Fields(wrong.trusts)...) {
		face, names := fmt.Sprintf("https://127.0.0.1:%d", operator+i), []string{"signature"}
		if i == 0 {
			names = append(names, "signature-ec")
		} else {
			face = fmt.Sprintf("https://127.0.0.%d:9", 1+i)
		}
		at.Operators = append(at.Operators, peerOperator{
			File: filepath.Join(at.Dir, organism+".xml"), Issuer: sphereIssuers[organism], Entry: face + stand.OperatorSSO,
			Logout: face + stand.OperatorSLO, Signers: signers(t, suiteOf(t).sphere.Bench.PKI, organism, names...),
		})
	}
	p.start(t, at)
	own := t.TempDir()
	render(t, at, "sphere.yaml.tmpl", "convention.yaml")
	peertest.Copy(t, own, filepath.Join(at.Dir, "convention.yaml"))
	var addresses strings.Builder
	for _, key := range slices.Sorted(maps.Keys(p.addresses)) {
		fmt.Fprintf(&addresses, "      %s: %q\n", key, at.Base+strings.ReplaceAll(p.addresses[key], "%s", at.Base))
	}
	peertest.Write(t, own, "candidate.yaml", fmt.Sprintf(`candidate: {name: %q, vendor: "logiciel libre", version: "1"}
convention: convention.yaml
roles:
  operateur-service:
    organism: organisme-4
    S:
      project: sphere-pair/organisme-1/organisme-4
      service: extranet
      acs: %[2]q
      target: "%[3]s/app/dossiers?marqueur=${marqueur}"
      flow: both
      resources:
        dossiers: "%[3]s/app/dossiers?marqueur=${marqueur}"
        gestion: "%[3]s/app/gestion?marqueur=${marqueur}"
      identity: {header: X-Interops-User}
      services:
        informations: {acs: %[2]q, target: "%[3]s/app/informations?marqueur=${marqueur}"}
%[4]s    backend: probe
    skew_seconds: 120
    capabilities: {one_time_use: false, second_service: false}
    excludes:
%[5]slisten: {address: 127.0.0.1, ports: {probe: %[6]d, authentication: %[7]d}}
`, p.name, at.ACS, at.Base, addresses.String(), p.service.excluded(), probe, operator))
	return &stand.Stub{Candidate: filepath.Join(own, "candidate.yaml")}
}
