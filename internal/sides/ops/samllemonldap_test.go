package ops_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/peertest"
)

// lemonOperator is the portal of LemonLDAP::NG. Its logout goes through frames, and a renewed login through a page with a
// script: D01, D04, D06 and S10 are not played, for they want a real browser, which takes minutes.
func lemonOperator() samlOperator {
	service := func(option string, value any) map[string]any {
		return map[string]any{"service": map[string]any{"samlSPMetaDataOptions" + option: value}}
	}
	return samlOperator{
		name: "LemonLDAP::NG", needs: []string{"starman", "perl", peertest.LemonConfiguration}, start: startLemon,
		passage: "/saml/singleSignOn?IDPInitiated=1&spConfKey=NAME&RelayState=${marqueur}", log: "env.out",
		plays: "C07 D02 D03 D05 G10 G11 K04 K06 L08 S01 S03 S05 S08 S09 S12 S13 S15 S18 S19 T03 T05 T07 V18 V19 V20",
		declares: `      sso: "BASE/saml/singleSignOn"
      slo: "BASE/saml/singleLogout"
      soap_slo: "BASE/saml/singleLogoutSOAP"
      metadata: "BASE/saml/metadata"
      logout: "BASE/?logout=1"
      login:
        url: "BASE/"
        form: {user: user, password: password}
        success: {cookie: lemonldap}
`,
		excludes: untraced(map[string]string{
			"S16": "LemonLDAP::NG ne signe pas ses métadonnées, et ne vérifie pas la signature de celles d'autrui",
		}),
		misses: map[string]string{
			"S09": "N4 : Destination n'est comparée que hors du mode mandataire, et toute demande en est notée ; IssueInstant n'est pas lu",
		},
		cases: "S09-N4 S09-N4~perimee",
		faults: map[string]operatorFault{
			"demande non vérifiée":        {plays: "S09", settings: service("CheckSSOMessageSignature", 0), cases: "S09-N1 S09-N1~alteree"},
			"fin de session non vérifiée": {plays: "D02", settings: service("CheckSLOMessageSignature", 0), adds: "D02", cases: "D02-N1"},
			"un jour de validité":         {plays: "V18", settings: service("NotOnOrAfterTimeout", 86400), adds: "V18", cases: "V18-P"},
			"SHA-1":                       {plays: "G10", settings: service("SignatureMethod", "RSA_SHA1"), adds: "G10", cases: "G10-N1"},
			"niveau du certificat":        {plays: "S08 V20", settings: map[string]any{"dbiAuthnLevel": 5}, adds: "S08 V20", cases: "S08-P V20-P~classe"},
		},
	}
}

// startLemon runs the portal of LemonLDAP::NG, with persons in a table and services by their metadata.
func startLemon(t *testing.T, at operatorPlace) {
	t.Helper()
	set := suiteOf(t).sphere.Bench.PKI
	portal := peertest.LemonLDAP{
		Dir: at.dir, Port: at.port, Base: at.base, Workers: 3,
		Environment: []string{"PERL_LWP_SSL_CA_FILE=" + peertest.Write(t, at.dir, "roots.pem", set.RootsPEM())},
	}
	portal.Certificate, portal.Key = peertest.Pair(t, at.dir, set, operatorOrganism+"/tls", true)
	certificate, signingKey := peertest.Pair(t, at.dir, set, operatorOrganism+"/signature", false)
	lemonPeople(t, at)
	conf := portal.Configuration(t)
	maps.Copy(conf, lemonSettings(at, fileText(t, certificate), fileText(t, signingKey)))
	maps.Copy(conf, lemonServices(t, at))
	portal.Start(t, conf)
}

func fileText(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// lemonPeople writes the table of the persons and their rights.
func lemonPeople(t *testing.T, at operatorPlace) {
	t.Helper()
	var sql strings.Builder
	sql.WriteString("create table people (uid text primary key, secret text, rights text);\n")
	for _, id := range slices.Sorted(maps.Keys(at.people)) {
		rights := "null"
		for _, pagm := range at.people[id].Rights {
			rights = "'" + strings.Join(pagm, "; ") + "'"
		}
		fmt.Fprintf(&sql, "insert into people values ('%s', '%s', %s);\n", id, at.people[id].Secret, rights)
	}
	peertest.Write(t, at.dir, "people.sql", sql.String())
	make := exec.Command("perl", "-MDBI", "-e", `my $d = DBI->connect("dbi:SQLite:dbname=$ARGV[0]", "", "", {RaiseError => 1, AutoCommit => 0});
local $/; open my $f, '<', $ARGV[1]; $d->do($_) for split /;\n/, <$f>; $d->commit;`, filepath.Join(at.dir, "people.db"), filepath.Join(at.dir, "people.sql"))
	if out, err := make.CombinedOutput(); err != nil {
		t.Fatalf("make table of persons: %v: %s", err, out)
	}
}

// lemonSettings are those of the portal itself.
func lemonSettings(at operatorPlace, certificate, key string) map[string]any {
	settings := map[string]any{
		"dbiExportedVars": map[string]any{"uid": "uid", "rights": "rights"}, "dbiAuthnLevel": 3,
		"issuerDBSAMLActivation": 1, "issuerDBSAMLRule": "1", "samlEntityID": operatorIssuer,
		"samlServicePrivateKeySig": key, "samlServicePublicKeySig": certificate, "samlServiceUseCertificateInResponse": 1,
		"samlServiceSignatureMethod": "RSA_SHA256",
	}
	maps.Copy(settings, at.wrong)
	delete(settings, "service") // those of each service
	return settings
}

// lemonServices are the services of the sphere, by their metadata.
func lemonServices(t *testing.T, at operatorPlace) map[string]any {
	t.Helper()
	all := map[string]map[string]any{"samlSPMetaDataXML": {}, "samlSPMetaDataOptions": {}, "samlSPMetaDataExportedAttributes": {}, "samlSPMetaDataMacros": {}}
	for _, s := range at.services {
		text := fileText(t, s.Certificate)
		text = strings.ReplaceAll(strings.Join(strings.Split(strings.TrimSpace(text), "\n")[1:], ""), "-----END CERTIFICATE-----", "")
		var slo strings.Builder
		for _, b := range []string{"HTTP-Redirect", "HTTP-POST", "SOAP"} {
			fmt.Fprintf(&slo, `<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:%s" Location=%q/>`, b, s.SLO)
		}
		all["samlSPMetaDataXML"][s.Name] = map[string]any{"samlSPMetaDataXML": fmt.Sprintf(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID=%q><SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" AuthnRequestsSigned="true" WantAssertionsSigned="true"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>%s</X509Certificate></X509Data></KeyInfo></KeyDescriptor>%s<AssertionConsumerService index="0" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location=%q/></SPSSODescriptor></EntityDescriptor>`, s.EntityID, text, slo.String(), s.ACS)}
		options := map[string]any{
			"samlSPMetaDataOptionsSignSSOMessage": 1, "samlSPMetaDataOptionsCheckSSOMessageSignature": 1, "samlSPMetaDataOptionsSignSLOMessage": 1,
			"samlSPMetaDataOptionsCheckSLOMessageSignature": 1, "samlSPMetaDataOptionsNameIDFormat": "unspecified", "samlSPMetaDataOptionsNameIDSessionKey": "uid",
			"samlSPMetaDataOptionsEnableIDPInitiatedURL": 1, "samlSPMetaDataOptionsNotOnOrAfterTimeout": 300, "samlSPMetaDataOptionsSignatureMethod": "RSA_SHA256",
		}
		if changed, ok := at.wrong["service"].(map[string]any); ok {
			maps.Copy(options, changed)
		}
		all["samlSPMetaDataOptions"][s.Name] = options
		all["samlSPMetaDataMacros"][s.Name] = map[string]any{}
		all["samlSPMetaDataExportedAttributes"][s.Name] = map[string]any{}
		if s.Rights {
			all["samlSPMetaDataExportedAttributes"][s.Name] = map[string]any{"rights": "1;PAGM"}
		}
	}
	settings := map[string]any{}
	for key, value := range all {
		settings[key] = value
	}
	return settings
}
