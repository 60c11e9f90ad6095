package idp_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/bench/peertest"
	"etalon/internal/candidate"
)

// startLemon runs the portal of LemonLDAP::NG for one establishment, whose persons are in a table: a password, and a code
// for who has one.
func startLemon(t *testing.T, at place) *candidate.IdentityProvider {
	t.Helper()
	port := peertest.Port(t)
	base := fmt.Sprintf("https://localhost:%d", port)
	p := peerDeclared()
	p.Establishments = p.Establishments[:1]
	p.Issuer, p.Client = base, peerClient
	p.Login = candidate.SignIn{Forms: []candidate.Form{{User: "user", Password: "password"}, {Extra: map[string]string{"code": "${code}"}}}}
	people := lemonPeople(t, at)
	p.Verbs = map[candidate.Verb]candidate.Driver{}
	p.Verbs[candidate.RenameUser] = people.on("update people set family_name = ?, email = ? where uid = ?", "family_name", "email", "user")
	p.Verbs[candidate.RecreateUser] = people.on("update people set id = id || '-2' where uid = ?", "user")
	portal := peertest.LemonLDAP{Dir: at.dir, Port: port, Base: base, Workers: 8, Options: []string{"--disable-keepalive"}}
	portal.Certificate, portal.Key = peertest.Pair(t, at.dir, at.set, candidate.IdentityOrganism+"/tls", true)
	portal.Start(t, lemonConf(t, at, portal))
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
func lemonConf(t *testing.T, at place, portal peertest.LemonLDAP) map[string]any {
	t.Helper()
	conf := portal.Configuration(t)
	maps.Copy(conf, map[string]any{
		"timeout":         fourHours,
		"dbiExportedVars": map[string]any{"uid": "uid", "id": "id", "sn": "family_name", "givenName": "given_name", "mail": "email", "_2fDevices": "devices"},
		"dbiAuthnLevel":   2, "totp2fActivation": 1, "totp2fAuthnLevel": 3, "totp2fRange": 1, "totp2fDigits": 6, "totp2fInterval": 30,
	})
	maps.Copy(conf, lemonClients(t, at, portal.Base))
	for name, value := range at.changes {
		if options, one := strings.CutPrefix(name, "client."); one {
			conf["oidcRPMetaDataOptions"].(map[string]any)["psc"].(map[string]any)["oidcRPMetaDataOptions"+options] = value
			continue
		}
		conf[name] = value
	}
	return conf
}

// lemonClients are the settings of OpenID Connect, with Pro Santé Connect as its one client.
func lemonClients(t *testing.T, at place, base string) map[string]any {
	t.Helper()
	signing, err := at.set.Credential(candidate.IdentityOrganism + "/tls") // any pair of keys does
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
		"oidcServicePrivateKeySig": string(peertest.Key(t, signing)),
		"oidcServicePublicKeySig":  string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})), "oidcServiceKeyIdSig": "etab-1",
		"oidcRPMetaDataOptions":      map[string]any{"psc": options},
		"oidcRPMetaDataExportedVars": map[string]any{"psc": map[string]any{"family_name": "sn", "given_name": "givenName", "email": "mail", "amr": "amr;string;always"}},
		// The product writes no amr (its source has a TODO): a macro of the client tells it, from the second factor.
		"oidcRPMetaDataMacros": map[string]any{"psc": map[string]any{"amr": `$_2f ? "pwd; otp; mfa" : "pwd"`}},
	}
}
