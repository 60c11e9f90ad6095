package candidate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
)

// identityFile is a candidate file with one identity provider, whose lines follow.
func identityFile(lines string) string {
	return "candidate: {name: Essai, vendor: Exemple, version: \"1\"}\nroles:\n  fournisseur-identite:\n    " + strings.ReplaceAll(strings.TrimSpace(lines), "\n", "\n    ") + "\n"
}

const soundProvider = `issuer: "https://127.0.0.1:9443/{tenantid}/v2"
client: {id: psc, secret: s-psc}
login: {forms: [{user: u, password: p}, {extra: {otp: "${code}"}}]}
means: [{name: mot de passe, amr: [pwd]}, {name: carte, amr: [sc, mfa], strong: true, login: {browser: chromium, forms: [{user: c, password: n}]}}]
establishments:
- {id: un, persons: [{id: a.test}, {id: b.test, means: mot de passe, totp: JBSWY3DPEHPK3PXP}]}
- {id: deux, issuer: "https://127.0.0.1:9443/autre", client: {id: psc2, secret: s2, auth: [client_secret_post]}, persons: [{id: a.test, secret: x, human: a}]}
`

func loadIdentity(t *testing.T, lines string) (*candidate.Candidate, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "candidate.yaml")
	if err := os.WriteFile(path, []byte(identityFile(lines)), 0o600); err != nil {
		t.Fatal(err)
	}
	return candidate.Load(path)
}

// What a file leaves out is completed: addresses, claims, issuers of establishments, ways and secrets of persons.
func TestIdentityProviderIsCompleted(t *testing.T) {
	c, err := loadIdentity(t, soundProvider)
	if err != nil {
		t.Fatal(err)
	}
	p := c.IdentityProvider
	if p.Redirect != candidate.FixedRedirect || p.PostLogout != candidate.FixedPostLogout || p.Scope != candidate.DefaultIDScope || p.UserClaim != "sub" ||
		p.EstablishmentClaim != "iss" || p.Session.Duration != 4*time.Hour || p.Entity != candidate.EntityProvider || len(p.Identity) != 3 || len(p.Client.Auth) != 2 {
		t.Errorf("completed as %+v", p)
	}
	one, two := p.Establishments[0], p.Establishments[1]
	if one.Issuer != "https://127.0.0.1:9443/un/v2" || one.Discovery != one.Issuer+"/.well-known/openid-configuration" || one.Client.ID != "psc" {
		t.Errorf("first establishment %+v", one)
	}
	if two.Discovery != "https://127.0.0.1:9443/autre/.well-known/openid-configuration" || two.Client.ID != "psc2" || len(two.Client.Auth) != 1 {
		t.Errorf("second establishment %+v", two)
	}
	first, second := one.Persons[0], one.Persons[1]
	if first.Secret != "essai-a.test" || first.Means != "carte" || first.Human != "un/a.test" || two.Persons[0].Human != "a" {
		t.Errorf("persons %+v, %+v", first, two.Persons[0])
	}
	if way := p.SignInOf(first); way.Browser != candidate.BrowserChromium || way.Forms[0].User != "c" {
		t.Errorf("the first logs in by %+v", way)
	}
	if way := p.SignInOf(second); way.Browser != candidate.BrowserHTTP || len(way.Forms) != 2 {
		t.Errorf("the second logs in by %+v", way)
	}
	if m, ok := p.MeansOf(candidate.IDPerson{Means: "autre"}); ok {
		t.Errorf("unknown means %+v", m)
	}
}

// What is wrong in a file is told with its key.
func TestIdentityProviderTroubles(t *testing.T) {
	replacing := func(old, with string) string {
		if !strings.Contains(soundProvider, old) {
			t.Fatalf("%q is not in the sound file", old)
		}
		return strings.Replace(soundProvider, old, with, 1)
	}
	for _, c := range []struct{ lines, want string }{
		{replacing(`means: [{name`, `scope: profile`+"\n"+`means: [{name`), "scope : attendu des scopes parmi lesquels openid"},
		{replacing(`, strong: true`, ``), "means : attendu un moyen fort au moins"},
		{replacing(`means: mot de passe`, `means: mot`), "establishments[0].persons[1].means"},
		{replacing(`totp: JBSWY3DPEHPK3PXP`, `totp: "1"`), "establishments[0].persons[1].totp : attendu un secret en base32"},
		{replacing(`{id: b.test`, `{id: a.test`), "establishments[0].persons[1].id"},
		{replacing(`{id: deux`, `{id: un`), "establishments[1].id"},
		{replacing(`{name: mot de passe`, `{name: carte`), "means[1].name"},
		{replacing(`extra: {otp: "${code}"}`, `extra: {}`), "login.forms[1] : attendu les champs d'une page"},
		{replacing(`{user: u, password: p}`, `{user: u, extra: {u: x}}`), "login.forms[0].extra.u : attendu un champ rempli une seule fois"},
		{soundProvider + `indicators: {url: "https://127.0.0.1:9443/i"}`, "indicators : attendu user et secret, ou token"},
		{soundProvider + `traces: {file: t, http: "http://127.0.0.1:1/t", map: {user: u}}`, "traces : attendu une source et une seule"},
		{soundProvider + `traces: {file: t}`, "traces : attendu map ou pattern"},
		{soundProvider + `traces: {file: t, pattern: "(?P<time>x)"}`, "traces.pattern : attendu une expression avec un groupe"},
		{soundProvider + `traces: {file: ../t, map: {user: u}}`, "traces.file"},
		{soundProvider + `certificate_client: {id: c, pair: {certificate: a.pem, key: a.key}}`, "certificate_client.pair.certificate"},
		{soundProvider + `key_client: {id: c, pair: {certificate: a.pem, key: a.key}}`, "key_client.pair.certificate"},
	} {
		if _, err := loadIdentity(t, c.lines); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("want %q, got %v", c.want, err)
		}
	}
	unusable := strings.NewReplacer("- {id: un,", "- {id: un, unlisted: true,", "- {id: deux,", "- {id: deux, unlisted: true,").Replace(soundProvider)
	if _, err := loadIdentity(t, unusable); err == nil || !strings.Contains(err.Error(), "une personne qui se connecte par un moyen fort") {
		t.Errorf("a file whose establishments are all unlisted: %v", err)
	}
}

// The file that init writes is sound.
func TestInitIdentityProvider(t *testing.T) {
	dir := t.TempDir()
	if err := candidate.Init(dir, candidate.InitOptions{Roles: []candidate.Role{candidate.RoleIdentityProvider}}); err != nil {
		t.Fatal(err)
	}
	c, err := candidate.Load(filepath.Join(dir, "candidate.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if c.IdentityProvider.Client.ID != "psc" || len(c.IdentityProvider.Establishments) != 1 || c.Convention == nil {
		t.Errorf("written %+v", c.IdentityProvider)
	}
}
