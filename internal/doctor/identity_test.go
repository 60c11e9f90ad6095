package doctor_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/doctor"
	"etalon/internal/mail"
)

// What an identity provider publishes is held against its file, and each symptom names the key to change.
func TestIdentityProvider(t *testing.T) {
	document := ""
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		switch {
		case document == "":
			http.NotFound(w, nil)
			return
		case strings.HasPrefix(document, "http"):
			w.Header().Set("Location", document)
			w.WriteHeader(http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, document)
	}))
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	own := []*x509.Certificate{server.Certificate()}
	all := `"token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","tls_client_auth","private_key_jwt"]`
	for _, c := range []struct {
		name, document, issuer string
		roots                  []*x509.Certificate
		fields, says           string
		closed                 bool
	}{
		{"sound", `{"issuer":"ISSUER",` + all + `}`, server.URL, own, "", "", false},
		{"other issuer", `{"issuer":"ISSUER/",` + all + `}`, server.URL, own, "roles.fournisseur-identite.issuer", "se dit l'émetteur " + server.URL + "/", false},
		{"few ways", `{"issuer":"ISSUER"}`, server.URL, own, "roles.fournisseur-identite.client.auth roles.fournisseur-identite.certificate_client.auth roles.fournisseur-identite.key_client", "n'annonce pas", false},
		{"not JSON", `<html>`, server.URL, own, "roles.fournisseur-identite.issuer", "ne se lit pas (JSON", true},
		{"not there", "", server.URL, own, "roles.fournisseur-identite.issuer", "404", true},
		{"elsewhere", "http://169.254.169.254/latest/meta-data", server.URL, own, "roles.fournisseur-identite.issuer", "169.254.0.0/16", true},
		{"untrusted", `{}`, server.URL, nil, "pki.trust", "n'est pas reconnu", true},
		{"gone", `{}`, strings.Replace(gone.URL, "http:", "https:", 1), own, "roles.fournisseur-identite.issuer", "ne se lit pas", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			document = strings.ReplaceAll(c.document, "ISSUER", c.issuer)
			file := filepath.Join(t.TempDir(), "candidate.yaml")
			text := `candidate: {name: A, vendor: V, version: "1"}
roles: {fournisseur-identite: {issuer: "` + c.issuer + `", client: {id: psc, secret: s-psc}, certificate_client: {id: c}, key_client: {id: k}, login: {forms: [{user: u}]},
  means: [{name: m, amr: [sc], strong: true}], establishments: [{id: un, persons: [{id: a}]}, {id: deux, persons: [{id: b}]}]}}
`
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			subject, err := candidate.Load(file)
			if err != nil {
				t.Fatal(err)
			}
			found := doctor.Patient{Candidate: subject, PKI: shared.World(t).Set, Roots: c.roots, Now: time.Now, Limits: mail.Limits{Wait: 5 * time.Second}}.Examine(context.Background())
			var fields []string
			for _, one := range found {
				fields = append(fields, one.Field)
				if !strings.Contains(one.In("fr"), c.says) || one.Closed != c.closed || one.Remedy.EN == "" || one.What.EN == "" {
					t.Errorf("told %q, closed %v", one.In("fr"), one.Closed)
				}
			}
			if got := strings.Join(fields, " "); got != c.fields {
				t.Errorf("symptoms of %q, want %q", got, c.fields)
			}
		})
	}
}
