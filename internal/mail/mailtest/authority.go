package mailtest

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"testing"

	"etalon/internal/pki"
)

// revocable are the authorities whose lists an operator downloads: the root, and the one of TLS certificates.
var revocable = []string{"root", "tls"}

// Clients are the authorities of a test PKI that sign client certificates, with their revocation lists as they are
// published, in PEM: what Dovecot wants in one file. The clock of the PKI is set.
func Clients(t testing.TB, set *pki.Set, credential pki.Credential) []byte {
	t.Helper()
	all := append(set.RootsPEM(), Certificates(credential.Chain[1:]...)...)
	for _, name := range revocable {
		answer := httptest.NewRecorder()
		set.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/crl/"+name+".crl", nil))
		if answer.Code != http.StatusOK {
			t.Fatalf("revocation list of %s: %d", name, answer.Code)
		}
		all = append(all, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: answer.Body.Bytes()})...)
	}
	return all
}
