package scenario_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"

	"etalon/internal/bench"
)

// samlPeer is a receiver of SAML Responses that others wrote, in front of the harness's probe.
type samlPeer struct {
	name string
	// acs is the path of its assertion consumer service.
	acs string
	// needs is the file or command without which it cannot be started.
	needs []string
	start func(t *testing.T, at peerPlace)
	// excludes are the requirements that the product does not claim, misses those that it does not meet, each with its
	// reason. faults are single wrong settings.
	excludes, misses map[string]string
	// refuses are the honest forms that the product does not take.
	refuses string
	faults  map[string]peerFault
}

// peerPlace is where a peer runs, what it trusts and what stands behind it.
type peerPlace struct {
	Dir, Base, ACS, Backend        string
	Port                           int
	Certificate, Key               string // of its face
	Issuer, Audience, Entry        string // of the organism that sends people, of the service, of that organism's sign-on
	Signers                        []string
	Resources                      []peerResource
	Open                           bool // the PAGM are not looked at
	Misconfigured                  map[string]string
	Modules, Policy, RedirectLimit string
	Skew                           int
	Mellon                         bool
	Cookie, RedirectDomains        string
}

// peerResource is a part of the application and the profile that opens it.
type peerResource struct{ Name, PAGM, Methods string }

const (
	apacheModules = "/usr/lib/apache2/modules"
	shibPolicy    = "/etc/shibboleth/security-policy.xml"
)

// samlPeers are the receivers that the harness is measured on. docs/peers.md gives the texts on which each miss rests.
func samlPeers() []samlPeer {
	return []samlPeer{
		{
			name: "mod_auth_mellon", acs: "/mellon/postResponse", needs: []string{"apache2", apacheModules + "/mod_auth_mellon.so"}, start: startMellon,
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
		},
		{
			name: "Shibboleth SP", acs: "/Shibboleth.sso/SAML2/POST", needs: []string{"apache2", "shibd", apacheModules + "/mod_shib.so"}, start: startShibboleth,
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
		},
		{
			name: "node-saml", acs: "/acs", needs: []string{"node", "npm"}, start: startNodeSAML,
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

// startMellon runs Apache with mod_auth_mellon.
func startMellon(t *testing.T, at peerPlace) {
	at.Mellon, at.Modules, at.Cookie, at.RedirectDomains = true, apacheModules, "On", "[self]"
	if cookie, ok := at.Misconfigured["cookie"]; ok {
		at.Cookie = cookie
	}
	if domains, ok := at.Misconfigured["redirect"]; ok {
		at.RedirectDomains = domains
	}
	writeIdP(t, at)
	writeFile(t, at.Dir, "sp.xml", fmt.Sprintf(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID=%q><SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" AuthnRequestsSigned="true" WantAssertionsSigned="true"><AssertionConsumerService index="0" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location=%q/></SPSSODescriptor></EntityDescriptor>`, at.Audience, at.ACS))
	render(t, at, "apache.conf.tmpl", "httpd.conf")
	daemon(t, at.Dir, "apache2", "-DFOREGROUND", "-f", filepath.Join(at.Dir, "httpd.conf"))
	listening(t, "tcp", fmt.Sprintf("127.0.0.1:%d", at.Port))
}

// startShibboleth runs Apache with mod_shib and the daemon that it speaks to.
func startShibboleth(t *testing.T, at peerPlace) {
	at.Modules, at.Policy = apacheModules, filepath.Join(at.Dir, "policy.xml")
	policy, err := os.ReadFile(shibPolicy)
	if err != nil {
		t.Fatal(err)
	}
	if by, ok := at.Misconfigured["replay"]; ok {
		policy = []byte(strings.ReplaceAll(string(policy), `checkReplay="true"`, by))
	}
	writeFile(t, at.Dir, "policy.xml", string(policy))
	at.Skew, at.RedirectLimit = 120, "exact"
	if skew, ok := at.Misconfigured["skew"]; ok {
		at.Skew, _ = strconv.Atoi(skew)
	}
	if limit, ok := at.Misconfigured["redirect"]; ok {
		at.RedirectLimit = limit
	}
	writeIdP(t, at)
	for _, name := range []string{"attribute-map.xml", "shibd.logger"} {
		raw, err := os.ReadFile(filepath.Join("testdata", "saml", name))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, at.Dir, name, string(raw))
	}
	render(t, at, "shibboleth2.xml.tmpl", "shibboleth2.xml")
	render(t, at, "apache.conf.tmpl", "httpd.conf")
	daemon(t, at.Dir, "shibd", "-F", "-f", "-c", filepath.Join(at.Dir, "shibboleth2.xml"), "-p", filepath.Join(at.Dir, "shibd.pid"))
	listening(t, "unix", filepath.Join(at.Dir, "shibd.sock"))
	daemon(t, at.Dir, "apache2", "-DFOREGROUND", "-f", filepath.Join(at.Dir, "httpd.conf"))
	listening(t, "tcp", fmt.Sprintf("127.0.0.1:%d", at.Port))
}

// startNodeSAML runs the receiver on node-saml.
func startNodeSAML(t *testing.T, at peerPlace) {
	t.Helper()
	for _, name := range []string{"package.json", "package-lock.json", "receiver.mjs"} {
		raw, err := os.ReadFile(filepath.Join("testdata", "saml", "node", name))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, at.Dir, name, string(raw))
	}
	install := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = at.Dir
	if out, err := install.CombinedOutput(); err != nil {
		missingPeer(t, fmt.Sprintf("node-saml cannot be installed: %v: %s", err, out))
	}
	resources := map[string][]string{}
	for _, r := range at.Resources {
		for method := range strings.FieldsSeq(r.Methods) {
			resources[method+" "+r.Name] = []string{r.PAGM}
		}
	}
	settings := map[string]any{
		"acs": at.ACS, "audience": at.Audience, "issuer": at.Issuer, "recipient": at.ACS, "entry": at.Entry, "certificates": at.Signers,
		"certificate": at.Certificate, "key": at.Key, "port": at.Port, "backend": at.Backend, "skew": 120, "resources": resources,
		"log": filepath.Join(at.Dir, "receiver.log"), "pagmOff": at.Open,
	}
	for key, value := range at.Misconfigured {
		var set any
		if err := json.Unmarshal([]byte(value), &set); err != nil {
			t.Fatal(err)
		}
		settings[key] = set
	}
	raw, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, at.Dir, "settings.json", string(raw))
	daemon(t, at.Dir, "node", filepath.Join(at.Dir, "receiver.mjs"), filepath.Join(at.Dir, "settings.json"))
	listening(t, "tcp", fmt.Sprintf("127.0.0.1:%d", at.Port))
}

// writeIdP writes the metadata of the organism that sends people.
func writeIdP(t *testing.T, at peerPlace) {
	t.Helper()
	var keys strings.Builder
	for _, certificate := range at.Signers {
		fmt.Fprintf(&keys, `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>%s</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`, certificate)
	}
	writeFile(t, at.Dir, "idp.xml", fmt.Sprintf(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID=%q><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">%s<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location=%q/></IDPSSODescriptor></EntityDescriptor>`, at.Issuer, keys.String(), at.Entry))
}

// render fills a template of testdata.
func render(t *testing.T, at peerPlace, from, to string) {
	t.Helper()
	tmpl, err := template.ParseFiles(filepath.Join("testdata", "saml", from))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := tmpl.Execute(&out, at); err != nil {
		t.Fatal(err)
	}
	writeFile(t, at.Dir, to, out.String())
}

// writeFile writes a file of a peer, which may run as another user.
func writeFile(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// peerDir makes a short folder that an unprivileged daemon may use.
func peerDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "etalon-pair-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if id := unprivileged(); id != nil {
		if err := os.Chown(dir, int(id.Uid), int(id.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// unprivileged is whom daemons run as when the test is root; nil when it is not.
func unprivileged() *syscall.Credential {
	nobody, err := user.Lookup("nobody")
	if err != nil || os.Getuid() != 0 {
		return nil
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// daemon runs a program until the end of the test.
func daemon(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	said, err := os.Create(filepath.Join(dir, filepath.Base(name)+".out"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, said, said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: unprivileged()}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		_ = cmd.Wait()
		_ = said.Close()
		if t.Failed() {
			for _, log := range []string{said.Name(), filepath.Join(dir, "error.log"), filepath.Join(dir, "receiver.log")} {
				if raw, err := os.ReadFile(log); err == nil {
					t.Logf("%s:\n%s", filepath.Base(log), raw[max(0, len(raw)-60000):])
				}
			}
		}
	})
}

// listening waits until somebody answers at an address.
func listening(t *testing.T, network, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		c, err := net.Dial(network, address)
		if err == nil {
			_ = c.Close()
			return
		}
		if bench.Pause(ctx) != nil {
			t.Fatalf("nobody listens at %s: %v", address, err)
		}
	}
}

// missingPeer leaves a test out, but in continuous integration.
func missingPeer(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal("wanted: " + why)
	}
	t.Skip("left out: " + why)
}

// certificateText is a certificate as metadata writes it.
func certificateText(der []byte) string { return base64.StdEncoding.EncodeToString(der) }

// copyTo copies a file that a daemon of another user must read.
func copyTo(t *testing.T, dir, from string) string {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, dir, filepath.Base(from), string(raw))
	return filepath.Join(dir, filepath.Base(from))
}
