package mailtest

import (
	"testing"

	"etalon/internal/bench/peertest"
	"etalon/internal/pki"
)

// Clients are the authorities of a test PKI that sign client certificates, with their revocation lists as they are
// published, in PEM: what Dovecot wants in one file. The clock of the PKI is set.
func Clients(t testing.TB, set *pki.Set, credential pki.Credential) []byte {
	t.Helper()
	all := append(set.RootsPEM(), pki.CertificatesPEM(credential.Chain[1:])...)
	return append(all, peertest.RevocationLists(t, set)...)
}
