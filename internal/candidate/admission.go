package candidate

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

const accessSchema = "access.schema.json"

// Admission is the access file of a sandbox: who enters its console, and under what names it is called.
type Admission struct {
	// Hosts are the public names and addresses of the console, without port. Empty for one of this machine alone.
	Hosts   []string            `json:"hosts"`
	People  []Admitted          `json:"people"`
	OpenID  *OpenIDLogin        `json:"openid"`
	Vendors []VendorCredentials `json:"vendors"`
	// Others tells who sees the exchanges of no vendor: operators, or everyone. Never empty after LoadAdmission.
	Others   string          `json:"others"`
	Limits   AdmissionLimits `json:"limits"`
	Sessions SessionLife     `json:"sessions"`
}

// The values of Admission.Others.
const (
	OthersOperators = "operators"
	OthersEveryone  = "everyone"
)

// Admitted is who enters with a token.
type Admitted struct {
	Name string `json:"name"`
	Rank string `json:"rank"` // operator, vendor or auditor
	// SHA256 is the digest of the token, in hex; Expires the first instant at which it opens nothing any more.
	SHA256  string        `json:"sha256"`
	Expires interops.Date `json:"expires"`
}

// OpenIDLogin is how people sign in at a provider of OpenID Connect.
type OpenIDLogin struct {
	Issuer     string `json:"issuer"`
	ClientID   string `json:"client_id"`
	SecretFile string `json:"secret_file"`
	SecretEnv  string `json:"secret_env"`
	CA         string `json:"ca"`
	// Scopes are those asked for; never empty after LoadAdmission.
	Scopes []string `json:"scopes"`
	// Name and Rank are the claims that say who someone is and what he may do; Ranks the values of the second.
	Name  string              `json:"name"`
	Rank  string              `json:"rank"`
	Ranks map[string][]string `json:"ranks"`

	// Secret is the client's, read from where the file says; empty for a public client. Roots are those of CA.
	Secret string              `json:"-"`
	Roots  []*x509.Certificate `json:"-"`
}

// VendorCredentials are the certificates by which the gateways of a vendor are known.
type VendorCredentials struct {
	Name string `json:"name"`
	// Certificates are subjects, or sha256: and the digest of a certificate.
	Certificates []string `json:"certificates"`
}

// AdmissionLimits bound what one person may ask. None is 0 after LoadAdmission.
type AdmissionLimits struct {
	Requests int `json:"requests"` // a minute, of one person
	Together int `json:"together"` // at once, of one person
	Attempts int `json:"attempts"` // to sign in that fail, a minute, of one address
}

// SessionLife is how long the session of a browser lasts. Neither is 0 after LoadAdmission.
type SessionLife struct {
	Idle interops.Duration `json:"idle"`
	Life interops.Duration `json:"life"`
}

// LoadAdmission reads an access file and what it names, checks it and completes what it leaves out; env reads the environment.
// Its error is Problems when the user can mend it.
func LoadAdmission(path string, env func(string) string) (*Admission, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, verdict.Tell("lecture du fichier d'accès : %s", "load access: %s", err)
	}
	l := &loading{document: openDocument(path), folder: filepath.Dir(absolute), digests: map[string]string{}}
	if err := l.problems.orNil(); err != nil {
		return nil, err
	}
	if err := l.fits(accessSchema); err != nil {
		return nil, verdict.Tell("lecture du fichier d'accès : %s", "load access: %s", err)
	}
	l.hideTokens()
	if err := l.problems.orNil(); err != nil {
		return nil, err
	}
	var a Admission
	if err := l.decode(&a); err != nil {
		return nil, verdict.Tell("lecture du fichier d'accès : %s", "load access: %s", err)
	}
	l.admission(&a, env)
	return &a, l.problems.orNil()
}

// hideTokens keeps a token that someone wrote in place of its digest out of what is said of it.
func (l *loading) hideTokens() {
	for i, p := range l.problems {
		if strings.HasSuffix(p.Key, ".sha256") {
			l.problems[i].Got = ""
		}
	}
}

// admission checks and completes an access file.
func (l *loading) admission(a *Admission, env func(string) string) {
	if len(a.People) == 0 && a.OpenID == nil {
		l.report(trouble{say("people ou openid : quelqu'un qui puisse entrer", "people or openid: someone who may enter"),
			say("Faites un jeton : sandbox token NOM --rank operator.", "Make a token: sandbox token NAME --rank operator.")}, "people")
	}
	once := l.once("sha256")
	for i, p := range a.People {
		a.People[i].SHA256 = strings.ToLower(p.SHA256)
		once(a.People[i].SHA256, "people", fmt.Sprint(i), "sha256")
	}
	certificate := l.once("certificate")
	for i, v := range a.Vendors {
		for j, c := range v.Certificates {
			certificate(c, "vendors", fmt.Sprint(i), "certificates", fmt.Sprint(j))
		}
	}
	if a.OpenID != nil {
		l.openID(a.OpenID, env)
	}
	if a.Others == "" {
		a.Others = OthersOperators
	}
	for to, least := range map[*int]int{&a.Limits.Requests: 1200, &a.Limits.Together: 40, &a.Limits.Attempts: 10} {
		if *to == 0 {
			*to = least
		}
	}
	for to, usual := range map[*interops.Duration]time.Duration{&a.Sessions.Idle: time.Hour, &a.Sessions.Life: 12 * time.Hour} {
		if to.Duration == 0 {
			to.Duration = usual
		}
	}
}

// openID reads what the login by OpenID Connect names.
func (l *loading) openID(o *OpenIDLogin, env func(string) string) {
	switch {
	case o.SecretFile != "" && o.SecretEnv != "":
		l.report(trouble{say("un secret d'un seul endroit", "a secret from one place"), say("Gardez secret_file ou secret_env.", "Keep secret_file or secret_env.")}, "openid", "secret_env")
	case o.SecretFile != "":
		_, raw := l.file(o.SecretFile, "openid", "secret_file")
		o.Secret = string(bytes.TrimSpace(raw))
		l.wantsSecret(raw != nil && o.Secret == "", "secret_file")
	case o.SecretEnv != "":
		o.Secret = env(o.SecretEnv)
		l.wantsSecret(o.Secret == "", "secret_env")
	}
	if o.CA != "" {
		if _, raw := l.file(o.CA, "openid", "ca"); raw != nil {
			o.Roots = l.certificates(raw, "openid", "ca")
		}
	}
	if len(o.Scopes) == 0 {
		o.Scopes = []string{"openid", "profile"}
	}
	if !slices.Contains(o.Scopes, "openid") {
		l.report(trouble{say("openid parmi les portées", "openid among the scopes"), say("Ajoutez-la : sans elle il n'y a pas de connexion.", "Add it: without it there is no login.")}, "openid", "scopes")
	}
}

// wantsSecret notes a secret that is not where the file says.
func (l *loading) wantsSecret(missing bool, key string) {
	if missing {
		l.report(trouble{say("un secret", "a secret"), say("Il est vide : donnez celui que le fournisseur a remis.", "It is empty: give the one that the provider handed over.")}, "openid", key)
	}
}

// Owner is the vendor whose gateway presented a certificate; empty when it is none's.
func (a *Admission) Owner(link *verdict.TLS) string {
	if link == nil || len(link.Peer) == 0 {
		return ""
	}
	for _, v := range a.Vendors {
		if slices.ContainsFunc(v.Certificates, func(c string) bool {
			return strings.EqualFold(c, link.Leaf) || pki.SameSubject(c, link.Peer[0])
		}) {
			return v.Name
		}
	}
	return ""
}
