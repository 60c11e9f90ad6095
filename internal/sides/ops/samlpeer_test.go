package ops_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"text/template"

	"etalon/internal/bench/benchtest"
	"etalon/internal/bench/peertest"
)

// samlPeer is a receiver of SAML Responses that others wrote, in front of the harness's probe.
type samlPeer struct {
	name string
	// acs is the path of its assertion consumer service.
	acs string
	// needs is the file or command without which it cannot be started.
	needs []string
	start func(t *testing.T, at peerPlace)
	// addresses are those of a service operator, by key of the candidate file, under the peer's own.
	addresses map[string]string
	provider  samlRole
	service   samlRole
}

// samlRole is what a peer is in one role and mode.
type samlRole struct {
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
	Seal, SealKey                  string // with which it signs
	Audience                       string
	Operators                      []peerOperator // the first is that to which persons are sent
	Resources                      []peerResource
	Free                           string // a part of the application that is open to all
	Open                           bool   // the PAGM are not looked at
	Sphere                         bool   // it asks for persons by itself, and takes the end of their sessions
	Classes                        []string
	Misconfigured                  map[string]string
	Modules, Policy, RedirectLimit string
	Skew                           int
	Mellon                         bool
	Cookie, RedirectDomains        string
	NodeModules                    func() (string, error)
	UnsignedLogout                 []string // operators whose unsigned LogoutRequests are obeyed
}

// peerOperator is an organism that sends people: a client of mode P, an authentication operator of a sphere.
type peerOperator struct {
	File                  string // its metadata
	Issuer, Entry, Logout string
	Signers               []string
}

// peerResource is a part of the application and the profile that opens it.
type peerResource struct{ Name, PAGM, Methods string }

const (
	apacheModules = "/usr/lib/apache2/modules"
	shibPolicy    = "/etc/shibboleth/security-policy.xml"
)

// startMellon runs Apache with mod_auth_mellon.
func startMellon(t *testing.T, at peerPlace) {
	at.Mellon, at.Modules, at.Cookie, at.RedirectDomains = true, apacheModules, "On", "[self]"
	if cookie, ok := at.Misconfigured["cookie"]; ok {
		at.Cookie = cookie
	}
	if domains, ok := at.Misconfigured["redirect"]; ok {
		at.RedirectDomains = domains
	}
	if at.Sphere {
		at.UnsignedLogout = strings.Fields(at.Misconfigured["unsigned logout"])
	}
	writeOperators(t, at)
	peertest.Write(t, at.Dir, "sp.xml", fmt.Sprintf(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID=%[1]q><SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" AuthnRequestsSigned="true" WantAssertionsSigned="true"><SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="%[3]s/mellon/logout"/><SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="%[3]s/mellon/logout"/><AssertionConsumerService index="0" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location=%[2]q/></SPSSODescriptor></EntityDescriptor>`, at.Audience, at.ACS, at.Base))
	render(t, at, "apache.conf.tmpl", "httpd.conf")
	startApache(t, at)
}

// startShibboleth runs Apache with mod_shib and the daemon that it speaks to.
func startShibboleth(t *testing.T, at peerPlace) {
	at.Modules, at.Policy = apacheModules, filepath.Join(at.Dir, "policy.xml")
	policy, err := os.ReadFile(shibPolicy)
	if err != nil {
		t.Fatal(err)
	}
	if _, off := at.Misconfigured["correlation"]; at.Sphere && !off {
		policy = []byte(strings.ReplaceAll(string(policy), `checkReplay="true"`, `checkReplay="true" checkCorrelation="true"`))
	}
	if by, ok := at.Misconfigured["replay"]; ok {
		policy = []byte(strings.ReplaceAll(string(policy), `checkReplay="true"`, by))
	}
	peertest.Write(t, at.Dir, "policy.xml", policy)
	at.Skew, at.RedirectLimit = 120, "exact"
	if skew, ok := at.Misconfigured["skew"]; ok {
		at.Skew, _ = strconv.Atoi(skew)
	}
	if limit, ok := at.Misconfigured["redirect"]; ok {
		at.RedirectLimit = limit
	}
	writeOperators(t, at)
	for _, name := range []string{"attribute-map.xml", "shibd.logger"} {
		peertest.Copy(t, at.Dir, filepath.Join("testdata", "saml", name))
	}
	render(t, at, "shibboleth2.xml.tmpl", "shibboleth2.xml")
	render(t, at, "apache.conf.tmpl", "httpd.conf")
	shibd := peertest.Start(t, peertest.Program{
		Dir: at.Dir, Name: "shibd", Args: []string{"-F", "-f", "-c", filepath.Join(at.Dir, "shibboleth2.xml"), "-p", filepath.Join(at.Dir, "shibd.pid")},
	})
	// Nobody knocks: shibd 3.4.1 may die of a visitor who leaves without a word while it starts (malloc finds its heap corrupted).
	shibd.Appears(t, filepath.Join(at.Dir, "shibd.sock"))
	startApache(t, at)
}

// startNodeSAML runs the receiver on node-saml.
func startNodeSAML(t *testing.T, at peerPlace) {
	t.Helper()
	peertest.Copy(t, at.Dir, filepath.Join("testdata", "saml", "node", "receiver.mjs"))
	modules, err := at.NodeModules()
	if err != nil {
		benchtest.LeaveOut(t, "%v", err)
	}
	if err := os.Symlink(filepath.Join(modules, "node_modules"), filepath.Join(at.Dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	resources := map[string][]string{}
	for _, r := range at.Resources {
		for method := range strings.FieldsSeq(r.Methods) {
			resources[method+" "+r.Name] = []string{r.PAGM}
		}
	}
	var operators []map[string]any
	for _, o := range at.Operators {
		operators = append(operators, map[string]any{"issuer": o.Issuer, "entry": o.Entry, "logout": o.Logout, "certificates": o.Signers})
	}
	settings := map[string]any{
		"acs": at.ACS, "audience": at.Audience, "recipient": at.ACS, "operators": operators, "sphere": at.Sphere, "free": at.Free,
		"certificate": at.Certificate, "key": at.Key, "sealKey": at.SealKey, "port": at.Port, "backend": at.Backend, "skew": 120,
		"resources": resources, "log": filepath.Join(at.Dir, "receiver.log"), "pagmOff": at.Open,
	}
	if len(at.Classes) > 0 {
		settings["classes"] = at.Classes
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
	peertest.Write(t, at.Dir, "settings.json", raw)
	receiver := peertest.Script(at.Dir, filepath.Join(at.Dir, "receiver.mjs"), filepath.Join(at.Dir, "settings.json"))
	receiver.Logs = []string{"receiver.log"}
	peertest.Start(t, receiver).Listening(t, fmt.Sprintf("127.0.0.1:%d", at.Port))
}

// startApache runs Apache by the configuration that was written.
func startApache(t *testing.T, at peerPlace) {
	t.Helper()
	peertest.Start(t, peertest.Program{
		Dir: at.Dir, Name: "apache2", Args: []string{"-DFOREGROUND", "-f", filepath.Join(at.Dir, "httpd.conf")}, Logs: []string{"error.log"},
	}).Listening(t, fmt.Sprintf("127.0.0.1:%d", at.Port))
}

// writeOperators writes the metadata of the organisms that send people.
func writeOperators(t *testing.T, at peerPlace) {
	t.Helper()
	for _, o := range at.Operators {
		var keys, slo strings.Builder
		for _, certificate := range o.Signers {
			fmt.Fprintf(&keys, `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>%s</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`, certificate)
		}
		if o.Logout != "" {
			fmt.Fprintf(&slo, `<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location=%q/>`, o.Logout)
		}
		peertest.Write(t, at.Dir, filepath.Base(o.File), fmt.Sprintf(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID=%q><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">%s%s<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location=%q/></IDPSSODescriptor></EntityDescriptor>`, o.Issuer, keys.String(), slo.String(), o.Entry))
	}
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
	peertest.Write(t, at.Dir, to, out.String())
}

// certificateText is a certificate as metadata writes it.
func certificateText(der []byte) string { return base64.StdEncoding.EncodeToString(der) }
