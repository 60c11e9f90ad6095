package pivot_test

import (
	"sync"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/pki"
)

// signers are the TEST keys of one organism, made once.
func signers(t *testing.T) *pki.Set {
	t.Helper()
	set, err := makeSigners()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

var makeSigners = sync.OnceValues(func() (*pki.Set, error) {
	const name = "organisme-client"
	id := func(use string) []interops.Identity {
		return []interops.Identity{{Subject: "CN=TEST " + name + " " + use + ",O=TEST " + name + ",C=FR"}}
	}
	return pki.New(pki.Options{
		Organisms: []interops.Organism{{Name: name, TLS: id("tls"), Signature: id("signature")}}, Now: time.Now(), Revocation: "http://127.0.0.1:9",
	})
})
