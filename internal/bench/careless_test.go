package bench_test

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"etalon/internal/bench"
)

// Whatever a client is made of, its careless twin takes the certificate that it refuses.
func TestCareless(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	for name, client := range map[string]*http.Client{
		"link":      bench.Link{Roots: x509.NewCertPool(), Patience: time.Minute}.Client(),
		"transport": {Transport: &http.Transport{DisableKeepAlives: true}}, "nothing": {},
	} {
		if answer, err := client.Get(server.URL); err == nil {
			answer.Body.Close()
			t.Errorf("%s: an unknown certificate is taken", name)
		}
		answer, err := bench.Careless(client).Get(server.URL)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		answer.Body.Close()
	}
}
