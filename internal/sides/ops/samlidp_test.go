package ops_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/bench/peertest"
)

// samlOperator is an identity provider that others wrote, as the authentication operator of a sphere.
type samlOperator struct {
	name string
	// needs are the commands without which it cannot be started.
	needs []string
	// install readies the product once, when it is not a package; start runs it until the end of the test.
	install func(t *testing.T) string
	start   func(t *testing.T, at operatorPlace)
	// declares is what the candidate file says of its addresses, below BASE; passage leads to a service, NAME; log is the
	// file that it keeps. card tells that a person may log in by a card.
	declares, passage, log string
	card                   bool
	// plays are the requirements that are played; all when empty.
	plays string
	// excludes are the requirements that the product does not claim, misses those that it does not meet, each with its
	// reason; cases are those that fail. faults are single wrong settings.
	excludes, misses map[string]string
	cases            string
	faults           map[string]operatorFault
}

// operatorPlace is where an operator runs, what it is and whom it knows.
type operatorPlace struct {
	dir, installed, base string
	port                 int
	people               map[string]operatorPerson
	services             []operatorService
	wrong                map[string]any
}

// operatorPerson is somebody whom the product knows, with rights by service.
type operatorPerson struct {
	Secret string              `json:"secret"`
	Rights map[string][]string `json:"rights"`
}

// operatorService is a service of the sphere, as the product must know it.
type operatorService struct {
	Name        string `json:"name"`
	EntityID    string `json:"entityID"`
	ACS         string `json:"acs"`
	SLO         string `json:"slo"`
	Certificate string `json:"certificate"`
	Rights      bool   `json:"rights"` // nobody enters without a PAGM
}

// operatorFault is one wrong setting of an operator, the requirements that are played with it, those that it adds to what
// the product misses, and the cases that fail for it and did not before.
type operatorFault struct {
	settings           map[string]any
	plays, adds, cases string
}

// ofVI are the requirements of what a VI holds.
const ofVI = "G10 G11 V18 V19 V20 S05"

// The authentication operator of testdata/samlify/sphere.yaml, and its means.
const (
	operatorOrganism = "organisme-1"
	operatorIssuer   = "urn:interops:61111111100061:idp:organisme-1-test:1"
	byCode           = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
	byCard           = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"
)

// installSamlify fetches the pinned library into a folder that an unprivileged daemon may read.
func installSamlify(t *testing.T) string {
	t.Helper()
	dir, err := peertest.Node(t, filepath.Join("testdata", "samlify"), "operator.mjs")()
	if err != nil {
		benchtest.LeaveOut(t, "%v", err)
	}
	return dir
}

// startSamlify runs the operator on samlify.
func startSamlify(t *testing.T, at operatorPlace) {
	t.Helper()
	set := suiteOf(t).sphere.Bench.PKI
	settings := map[string]any{
		"port": at.port, "base": at.base, "entityID": operatorIssuer, "people": at.people, "services": at.services, "wrong": at.wrong,
		"means":   []string{byCode, byCard},
		"schemas": filepath.Join(at.installed, "node_modules", "@authenio", "samlify-xmllint-wasm", "build", "schemas"),
	}
	settings["certificate"], settings["key"] = peertest.Pair(t, at.dir, set, operatorOrganism+"/tls", true)
	settings["signingCertificate"], settings["signingKey"] = peertest.Pair(t, at.dir, set, operatorOrganism+"/signature", false)
	raw, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	peertest.Write(t, at.dir, "settings.json", raw)
	peertest.Start(t, peertest.Script(at.dir, filepath.Join(at.installed, "operator.mjs"), filepath.Join(at.dir, "settings.json"))).Listening(t, fmt.Sprintf("127.0.0.1:%d", at.port))
}

// untraced are the requirements of InterOPS traces, which no product of the trade claims, and those of one product.
func untraced(more map[string]string) map[string]string {
	for id := range strings.FieldsSeq("X01 X03 X04 X05 X06 X08 X10 X11") {
		more[id] = ownLogs
	}
	return more
}

// samlOperators are the identity providers that the harness is measured on. docs/peers.md gives the texts on which each
// miss rests.
func samlOperators() []samlOperator {
	return []samlOperator{{
		name: "samlify", needs: []string{"node", "npm", "xmllint"}, install: installSamlify, start: startSamlify,
		passage: "/vers/NAME?RelayState=${marqueur}", log: "node.out", card: true,
		declares: `      sso: "BASE/sso"
      slo: "BASE/slo"
      metadata: "BASE/metadata"
      logout: "BASE/deconnexion"
      login:
        url: "BASE/login"
        form: {user: identifiant, password: secret, extra: {moyen: "${classe}"}}
        success: {cookie: session}
`,
		excludes: untraced(map[string]string{
			"S16": "samlify ne signe ni ne date ses métadonnées, et ne vérifie pas la signature de celles d'autrui",
		}),
		misses: map[string]string{
			"D02": "N3 : ni NotOnOrAfter ni IssueInstant d'une LogoutRequest ne sont lus",
			"D06": "N1 : InResponseTo d'une LogoutResponse est rendu, non comparé",
			"S09": "N4 : ni Destination ni IssueInstant d'une AuthnRequest ne sont comparés",
			"S10": "N1 et N2 : ni ForceAuthn ni IsPassive ne sont lus",
		},
		cases: "D02-N3 D06-N1 S09-N4 S09-N4~perimee S10-N1 S10-N2",
		faults: map[string]operatorFault{
			"assertion non signée":           {plays: ofVI, settings: map[string]any{"assertionSignature": true}, adds: "G10 V18", cases: "G10-P V18-N1~signature"},
			"SHA-1":                          {plays: ofVI, settings: map[string]any{"algorithm": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"}, adds: "G10", cases: "G10-N1"},
			"audience d'un autre":            {plays: ofVI, settings: map[string]any{"audience": "http://carte-europeenne.organisme-3.test"}, adds: "V18", cases: "V18-P"},
			"six heures de validité":         {plays: ofVI, settings: map[string]any{"lifetime": 21600}, adds: "V18", cases: "V18-P"},
			"le plus haut niveau pour tous":  {plays: ofVI + " S08", settings: map[string]any{"means": byCard}, adds: "S08 V20", cases: "S08-N1 V20-P~classe"},
			"instant du rebond":              {plays: ofVI + " S12", settings: map[string]any{"instant": true}, adds: "S12", cases: "S12-P S12-N1"},
			"un identifiant pour tous":       {plays: "S03 V02", settings: map[string]any{"assertionID": "_toujours-le-meme"}, adds: "S03 V02", cases: "S03-N2 V02-N1"},
			"un numéro de session pour tous": {plays: "S13 S19", settings: map[string]any{"sessionIndex": "_session"}, adds: "S13 S19", cases: "S13-N1 S19-N2"},
			"demande non vérifiée":           {plays: "S09 S10", settings: map[string]any{"requestSignature": true}, cases: "S09-N1 S09-N1~alteree"},
			"réponse à l'adresse demandée":   {plays: "S09 S10", settings: map[string]any{"acs": true}, cases: "S09-N3"},
			"fin de session non vérifiée":    {plays: "D02 D03", settings: map[string]any{"logoutSignature": true}, cases: "D02-N1 D02-N1~alteree"},
			"session gardée":                 {plays: "D01 D03 D05", settings: map[string]any{"session": true}, adds: "D01 D03 D05", cases: "D01-N2 D03-P D05-N1"},
			"services non prévenus":          {plays: "D01", settings: map[string]any{"silent": true}, adds: "D01", cases: "D01-P D01-N1"},
		},
	}, lemonOperator()}
}
