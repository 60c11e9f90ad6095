package idp_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/candidate"
)

// lemonConfiguration is the configuration that the Debian package ships, which ours starts from.
const lemonConfiguration = "/var/lib/lemonldap-ng/conf/lmConf-1.json"

// lemonProgram serves the portal and its scripts.
const lemonProgram = `use Lemonldap::NG::Portal::Main;
use Plack::Builder;
builder {
  enable 'Static', path => sub { s!^/static/!! }, root => '/usr/share/lemonldap-ng/portal/htdocs/static';
  Lemonldap::NG::Portal::Main->run({});
};
`

// startLemon runs the portal of LemonLDAP::NG for one establishment, whose persons are in a table: a password, and a code
// for who has one.
func startLemon(t *testing.T, at place) *candidate.IdentityProvider {
	t.Helper()
	port := freePort(t)
	base := fmt.Sprintf("https://localhost:%d", port)
	for _, name := range []string{"conf", "sessions", "sessions/lock", "psessions", "psessions/lock", "cache"} {
		path := filepath.Join(at.dir, name)
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		ownedBy(t, path)
	}
	p := peerDeclared()
	p.Establishments = p.Establishments[:1]
	p.Issuer, p.Client = base, peerClient
	p.Login = candidate.SignIn{Forms: []candidate.Form{{User: "user", Password: "password"}, {Extra: map[string]string{"code": "${code}"}}}}
	writeFile(t, filepath.Join(at.dir, "conf"), "lmConf-1.json", lemonConf(t, at, base))
	writeFile(t, at.dir, "lemonldap-ng.ini", fmt.Appendf(nil, `[all]
logLevel = error
[configuration]
type = File
dirName = %[1]s/conf
[portal]
staticPrefix = /static
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = fr
logger = Lemonldap::NG::Common::Logger::Std
userLogger = Lemonldap::NG::Common::Logger::Std
`, at.dir))
	people := lemonPeople(t, at)
	p.Verbs = map[candidate.Verb]candidate.Driver{}
	p.Verbs[candidate.RenameUser] = people.on("update people set family_name = ?, email = ? where uid = ?", "family_name", "email", "user")
	p.Verbs[candidate.RecreateUser] = people.on("update people set id = id || '-2' where uid = ?", "user")
	chain, key := writePair(t, at.dir, at.set, candidate.IdentityOrganism+"/tls")
	daemon(t, at.dir, "env", "LLNG_DEFAULTCONFFILE="+filepath.Join(at.dir, "lemonldap-ng.ini"),
		"starman", "--workers", "8", "--disable-keepalive", "--listen", fmt.Sprintf("127.0.0.1:%d:ssl", port), "--enable-ssl", "--ssl-cert", chain, "--ssl-key", key,
		writeFile(t, at.dir, "portal.psgi", []byte(lemonProgram))).listening(t, port)
	return p
}

// lemonTable is the table of the persons of a portal.
type lemonTable struct {
	t    *testing.T
	path string
}

// lemonPeople makes the table.
func lemonPeople(t *testing.T, at place) lemonTable {
	t.Helper()
	table := lemonTable{t, filepath.Join(at.dir, "people.db")}
	table.do("create table people (uid text primary key, secret text, id text, family_name text, given_name text, email text, devices text)")
	for _, p := range peerPeople() {
		devices := ""
		if p.TOTP != "" {
			devices = fmt.Sprintf(`[{"type": "TOTP", "name": "code", "_secret": %q, "epoch": 1}]`, strings.ToLower(p.TOTP))
		}
		table.do("insert into people values (?, ?, ?, ?, ?, ?, ?)", p.Login, p.Password, p.ID, p.FamilyName, p.GivenName, p.Email, devices)
	}
	return table
}

// do runs a statement.
func (l lemonTable) do(statement string, values ...string) {
	l.t.Helper()
	run := exec.Command("perl", append([]string{"-MDBI", "-e", `my ($db, $do, @with) = @ARGV;
DBI->connect("dbi:SQLite:dbname=$db", "", "", {RaiseError => 1})->do($do, undef, @with);`, l.path, statement}, values...)...)
	if out, err := run.CombinedOutput(); err != nil {
		l.t.Errorf("table of persons: %v: %s", err, out)
	}
}

// on is a verb that runs a statement with what it is told.
func (l lemonTable) on(statement string, told ...string) candidate.Driver {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var who map[string]string
		if err := json.NewDecoder(r.Body).Decode(&who); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var values []string
		for _, name := range told {
			values = append(values, who[name])
		}
		l.do(statement, values...)
	}))
	l.t.Cleanup(server.Close)
	return candidate.Driver{HTTP: &candidate.HTTPCall{URL: server.URL}}
}

// lemonConf is the configuration of the portal.
func lemonConf(t *testing.T, at place, base string) []byte {
	t.Helper()
	raw, err := os.ReadFile(lemonConfiguration)
	if err != nil {
		t.Fatal(err)
	}
	var conf map[string]any
	if err := json.Unmarshal(raw, &conf); err != nil {
		t.Fatal(err)
	}
	maps.Copy(conf, lemonPortal(at, base))
	maps.Copy(conf, lemonClients(t, at, base))
	for name, value := range at.changes {
		if options, one := strings.CutPrefix(name, "client."); one {
			conf["oidcRPMetaDataOptions"].(map[string]any)["psc"].(map[string]any)["oidcRPMetaDataOptions"+options] = value
			continue
		}
		conf[name] = value
	}
	if raw, err = json.Marshal(conf); err != nil {
		t.Fatal(err)
	}
	return raw
}

// lemonPortal are the settings of the portal itself.
func lemonPortal(at place, base string) map[string]any {
	folder := func(name string) map[string]any {
		return map[string]any{
			"Directory": filepath.Join(at.dir, name), "LockDirectory": filepath.Join(at.dir, name, "lock"),
			"generateModule": "Lemonldap::NG::Common::Apache::Session::Generate::SHA256",
		}
	}
	return map[string]any{
		"portal": base + "/", "domain": "localhost", "securedCookie": 1, "timeout": fourHours,
		"authentication": "DBI", "userDB": "Same", "passwordDB": "Null", "registerDB": "Null",
		"dbiExportedVars": map[string]any{"uid": "uid", "id": "id", "sn": "family_name", "givenName": "given_name", "mail": "email", "_2fDevices": "devices"},
		"dbiAuthChain":    "dbi:SQLite:dbname=" + filepath.Join(at.dir, "people.db"), "dbiAuthTable": "people",
		"dbiAuthLoginCol": "uid", "dbiAuthPasswordCol": "secret", "dbiAuthPasswordHash": "", "dbiAuthnLevel": 2, "whatToTrace": "uid",
		"totp2fActivation": 1, "totp2fAuthnLevel": 3, "totp2fRange": 1, "totp2fDigits": 6, "totp2fInterval": 30,
		"globalStorageOptions": folder("sessions"), "persistentStorageOptions": folder("psessions"),
		"localSessionStorageOptions": map[string]any{"namespace": "s", "default_expires_in": 600, "directory_umask": "007", "cache_root": filepath.Join(at.dir, "cache"), "cache_depth": 3},
		"notification":               0, "loginHistoryEnabled": 0,
	}
}

// lemonClients are the settings of OpenID Connect, with Pro Santé Connect as its one client.
func lemonClients(t *testing.T, at place, base string) map[string]any {
	t.Helper()
	signing, err := at.set.Credential(candidate.IdentityOrganism + "/tls") // any pair of keys does
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(signing.Key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(signing.Leaf().PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	options := map[string]any{}
	for name, value := range map[string]any{
		"ClientID": peerClient.ID, "ClientSecret": peerClient.Secret, "RedirectUris": candidate.FixedRedirect, "PostLogoutRedirectUris": candidate.FixedPostLogout,
		"IDTokenSignAlg": "RS256", "BypassConsent": 1, "LogoutBypassConfirm": 1, "UserIDAttr": "id", "RequirePKCE": 1,
		"IDTokenForceClaims": 1, "IDTokenExpiration": 300, "AccessTokenExpiration": 300, "AuthorizationCodeExpiration": 60,
	} {
		options["oidcRPMetaDataOptions"+name] = value
	}
	return map[string]any{
		"issuerDBOpenIDConnectActivation": 1, "issuerDBOpenIDConnectRule": "1", "oidcServiceMetaDataIssuer": base, "oidcServiceAllowAuthorizationCodeFlow": 1,
		"oidcServicePrivateKeySig": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
		"oidcServicePublicKeySig":  string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})), "oidcServiceKeyIdSig": "etab-1",
		"oidcRPMetaDataOptions":      map[string]any{"psc": options},
		"oidcRPMetaDataExportedVars": map[string]any{"psc": map[string]any{"family_name": "sn", "given_name": "givenName", "email": "mail", "amr": "amr;string;always"}},
		// The product writes no amr (its source has a TODO): a macro of the client tells it, from the second factor.
		"oidcRPMetaDataMacros": map[string]any{"psc": map[string]any{"amr": `$_2f ? "pwd; otp; mfa" : "pwd"`}},
	}
}
