package ops_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/bench/peertest"
	"etalon/internal/stand"
)

// What the receivers are as provider of mode P. docs/peers.md gives the texts on which each miss rests.

func mellonProvider() samlRole {
	return samlRole{
		excludes: unclaimed(map[string]string{"V09": noLimit, "V12": noLimit}),
		misses: map[string]string{
			"G01": "N1~reponse : lasso se contente de la signature de la Response",
			"G03": "N1 : RSA-SHA1 reste admis ; P~ecdsa-sha256 : lasso ne vérifie pas ECDSA",
			"P02": "N2 : une Response sans Destination est admise",
			"P04": "N3 : d'un paramètre répété, un seul est lu",
			"P05": "N3 : une adresse de retour de plus de 80 octets est suivie",
			"V01": "N3 : Version n'est pas lue",
			"V03": "IssueInstant n'est pas lu",
			"V05": "N2 et N3 : NameID vide ou d'un autre format est admis",
			"V06": "N1 : une assertion sans SubjectConfirmation est admise",
			"V07": "N2 : Recipient peut manquer ; N4 : NotBefore dans une confirmation au porteur est admis",
			"V08": "N5 : Conditions peut manquer",
			"V10": "N1 : AudienceRestriction peut manquer",
			"V11": "la classe d'authentification n'est pas lue",
		},
		refuses: "G03-P~ecdsa-sha256",
		faults: map[string]peerFault{
			"cookie en clair":    {settings: map[string]string{"cookie": "httponly"}, adds: "P06", cases: "P06-N2"},
			"retour non borné":   {settings: map[string]string{"redirect": "*"}, cases: "P05-N1"},
			"PAGM non contrôlés": {open: true, adds: "P09 P10 V13 V14", cases: "V13-N1 P09-N1"},
		},
	}
}

func shibbolethProvider() samlRole {
	return samlRole{
		excludes: unclaimed(map[string]string{"V09": noLimit}),
		misses: map[string]string{
			"G01": "N1~reponse : OpenSAML se contente de la signature de la Response",
			"G02": "P~prefixes : Santuario C++ ne lit pas InclusiveNamespaces dans CanonicalizationMethod, et refuse une signature juste",
			"G03": "N1 : RSA-SHA1 n'est pas dans les algorithmes exclus d'office",
			"L08": "N1 : SAMLResponse est pris dans l'adresse d'un POST",
			"P01": "N3 : de deux assertions signées, la première sert",
			"P02": "N2 : une Response sans Destination est admise",
			"P03": "InResponseTo n'est comparé que si la requête est connue",
			"P04": "N3 : d'un paramètre répété, un seul est lu",
			"P05": "N3 : une adresse de retour de plus de 80 octets est suivie",
			"V03": "N3 : un instant sans fuseau est lu en UTC",
			"V05": "N3 : un format de NameID non convenu est admis",
			"V07": "N4 : NotBefore dans une confirmation au porteur est admis",
			"V08": "N4 : une fenêtre inversée est admise dans la tolérance ; N5 : Conditions peut manquer",
			"V10": "N1 : AudienceRestriction peut manquer",
			"V11": "N2 : une classe inconnue est admise",
		},
		refuses: "G02-P~prefixes",
		faults: map[string]peerFault{
			"rejeu non contrôlé": {settings: map[string]string{"replay": `checkReplay="false"`}, adds: "L06", cases: "L06-N1"},
			"dérive d'un jour":   {settings: map[string]string{"skew": "86400"}, adds: "L07 V12", cases: "V08-N1 V12-N1"},
			"retour non borné":   {settings: map[string]string{"redirect": "none"}, cases: "P05-N1"},
			"PAGM non contrôlés": {open: true, adds: "P09 P10 V13 V14", cases: "V13-N1 P09-N1"},
		},
	}
}

func nodeSAMLProvider() samlRole {
	return samlRole{
		excludes: unclaimed(map[string]string{"V09": noLimit, "V12": noLimit}),
		misses: map[string]string{
			"G03": "N1 : RSA-SHA1 reste admis ; P~ecdsa-sha256 et P~rsa-sha384 : xml-crypto ne les vérifie pas",
			"G09": "N3 : une déclaration de type de document est lue",
			"P01": "N4 : Status n'est pas lu quand une assertion suit",
			"P02": "Destination et l'émetteur de la Response ne sont pas lus",
			"P03": "InResponseTo n'est lu que si validateInResponseTo le demande",
			"P04": "N2 : du base64 altéré est lu en partie",
			"P05": "N3 : une adresse de retour de plus de 80 octets est suivie",
			"V01": "ni l'espace de noms, ni Version, ni le schéma ne sont lus",
			"V03": "IssueInstant n'est lu que si maxAssertionAgeMs le demande",
			"V05": "N2 et N3 : NameID vide ou d'un autre format est admis",
			"V06": "la méthode de confirmation n'est pas lue",
			"V07": "N3 : la fin de la confirmation n'est pas lue ; N4 : son NotBefore est admis",
			"V08": "N4 : une fenêtre inversée est admise dans la tolérance",
			"V11": "la classe d'authentification n'est pas lue",
			"V16": "N1 : une condition d'un type inconnu est ignorée",
		},
		refuses: "G03-P~ecdsa-sha256 G03-P~rsa-sha384",
		faults: map[string]peerFault{
			"signature non exigée":      {settings: map[string]string{"options": `{"wantAssertionsSigned": false, "wantAuthnResponseSigned": false}`}, adds: "G01", cases: "G01-N1"},
			"audience non contrôlée":    {settings: map[string]string{"options": `{"audience": false}`}, adds: "V10", cases: "V10-N1 V10-N2"},
			"destinataire non contrôlé": {settings: map[string]string{"recipientOff": "true"}, cases: "V07-N1 V07-N2"},
			"dérive d'un jour":          {settings: map[string]string{"skew": "86400"}, adds: "L07", cases: "V08-N1"},
			"rejeu non contrôlé":        {settings: map[string]string{"replayOff": "true"}, adds: "L06", cases: "L06-N1"},
			"adresse de retour non lue": {settings: map[string]string{"relayOff": "true"}, cases: "P05-N1"},
			"PAGM non contrôlés":        {open: true, adds: "P09 P10 V13 V14", cases: "V13-N1 P09-N1"},
		},
	}
}

// What products of the trade do not claim, and why.
const (
	ownLogs     = "le produit tient ses propres journaux, non les traces d'InterOPS"
	byMetadata  = "la confiance vient des métadonnées : la clé y est inscrite, le certificat n'est qu'une enveloppe"
	unsolicited = "une Response non sollicitée n'est liée à aucun navigateur"
	noLimit     = "le produit ne connaît pas cette limite"
)

// unclaimed are the requirements that no product of the trade claims, and those of one product.
func unclaimed(more map[string]string) map[string]string {
	all := map[string]string{"G04": byMetadata, "G05": byMetadata, "T05": byMetadata, "P11": unsolicited}
	for id := range strings.FieldsSeq("X02 X03 X04 X05 X06 X07 X08 X12 X13 X14") {
		all[id] = ownLogs
	}
	maps.Copy(all, more)
	return all
}

// peerConvention is what the two organisms of a peer signed: the identifiers are those that the web profile of SAML
// gives, the consumer's address for a recipient and the service provider's name for an audience.
const peerConvention = `name: Convention d'un produit du commerce (essai)
documents:
  - {title: "Standard InterOPS, spécifications du VI", version: "2.0"}
  - {title: "Standard InterOPS, spécifications détaillées du mode P", version: "2.0"}
organisms:
  - name: organisme-client
    issuer: %[1]q
    recipient: "urn:interops:sp:11111111100011:test"
    tls:
      - subject: "CN=passerelle TLS organisme-client,OU=TEST,O=TEST organisme-client,C=FR"
    signature:
      - subject: "CN=cachet organisme-client,OU=TEST,O=TEST organisme-client,C=FR"
  - name: organisme-fournisseur
    issuer: "urn:interops:22222222200022:idp:fournisseur-test:1"
    recipient: %[2]q
    tls:
      - subject: "CN=passerelle TLS organisme-fournisseur,OU=TEST,O=TEST organisme-fournisseur,C=FR"
    signature:
      - subject: "CN=cachet organisme-fournisseur,OU=TEST,O=TEST organisme-fournisseur,C=FR"
  - name: organisme-tiers
    issuer: "urn:interops:33333333300033:idp:tiers-test:1"
    tls:
      - subject: "CN=passerelle TLS organisme-tiers,OU=TEST,O=TEST organisme-tiers,C=FR"
    signature:
      - subject: "CN=cachet organisme-tiers,OU=TEST,O=TEST organisme-tiers,C=FR"
projects:
  - name: extranet
    mode: P
    client: organisme-client
    provider: organisme-fournisseur
    start: 2026-01-01
    pagm:
      - {name: PAGM_CONSULTATION, operations: [dossiers]}
      - {name: PAGM_GESTION, operations: [gestion, "POST gestion"]}
    unknown_pagm: ignore
    services:
      - name: extranet
        audience: %[3]q
`

const peerAudience = "http://extranet.fournisseur.test"

// asProvider starts the peer as provider of mode P, and writes the candidate file that drives it.
func (p samlPeer) asProvider(t *testing.T, on ground, wrong peerFault) *stand.Stub {
	t.Helper()
	const issuer = "urn:interops:11111111100011:idp:client-test:1"
	at, probe := p.site(t, on, "organisme-fournisseur", wrong)
	at.Audience = peerAudience
	at.Operators = []peerOperator{{
		File: filepath.Join(at.Dir, "idp.xml"), Issuer: issuer, Entry: "https://127.0.0.1:9/sso",
		Signers: signers(t, suiteOf(t).pki(), "organisme-client", "signature", "signature-ec"),
	}}
	p.start(t, at)
	own := t.TempDir()
	peertest.Write(t, own, "convention.yaml", fmt.Sprintf(peerConvention, issuer, at.ACS, at.Audience))
	peertest.Write(t, own, "candidate.yaml", fmt.Sprintf(`candidate: {name: %q, vendor: "logiciel libre", version: "1"}
convention: convention.yaml
roles:
  fournisseur:
    organism: organisme-fournisseur
    P:
      acs: %[2]q
      target: "%[3]s/app/dossiers?marqueur=${marqueur}"
      transport: browser-post
      resources:
        dossiers: "%[3]s/app/dossiers?marqueur=${marqueur}"
        gestion: "%[3]s/app/gestion?marqueur=${marqueur}"
      identity: {header: X-Interops-User}
    backend: probe
    skew_seconds: 120
    capabilities: {one_time_use: false}
    excludes:
%[4]slisten: {address: 127.0.0.1, ports: {probe: %[5]d}}
`, p.name, at.ACS, at.Base, p.provider.excluded(), probe))
	return &stand.Stub{Candidate: filepath.Join(own, "candidate.yaml")}
}
