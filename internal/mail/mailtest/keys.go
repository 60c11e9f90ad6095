package mailtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"etalon/internal/oidc"
)

// pollKeys is how often the published keys are fetched: an operator's daily job, made faster.
const pollKeys = 500 * time.Millisecond

// maxKeys bounds the document of the keys.
const maxKeys = 1 << 20

// followKeys keeps the files of the keys as Pro Santé Connect publishes them, until the test ends. Dovecot reads no JWKS,
// and remembers the keys that it read: it is told to read its settings again when they change.
func (o *Operator) followKeys() {
	o.t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(o.site.Roots)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	client := &http.Client{Transport: transport, Timeout: 5 * time.Second}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer transport.CloseIdleConnections()
		tick := time.NewTicker(pollKeys)
		defer tick.Stop()
		known := ""
		for {
			if keys, err := o.published(ctx, client); err == nil && fmt.Sprint(ids(keys)) != known {
				o.keep(keys)
				known = fmt.Sprint(ids(keys))
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	o.t.Cleanup(func() {
		cancel()
		<-ended
	})
}

// published fetches the keys.
func (o *Operator) published(ctx context.Context, client *http.Client) ([]oidc.PublicKey, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, o.site.PSC.JWKS, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch keys: %s", response.Status)
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxKeys))
	if err != nil {
		return nil, err
	}
	return oidc.ReadJWKS(raw)
}

func ids(keys []oidc.PublicKey) []string {
	var all []string
	for _, k := range keys {
		all = append(all, k.ID)
	}
	return all
}

// keep writes the keys, and no other, for every program of which tokens are taken. A new folder takes the place of the
// old one at once.
func (o *Operator) keep(keys []oidc.PublicKey) {
	fresh := filepath.Join(o.Dir, "keys.new")
	for _, vendor := range append([]string{"default"}, o.site.Vendors...) {
		for _, k := range keys {
			der, err := x509.MarshalPKIXPublicKey(k.Key)
			if err != nil {
				o.t.Error(err)
				return
			}
			path := filepath.Join(fresh, vendor, k.Algorithm, k.ID)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				o.t.Error(err)
				return
			}
			if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o644); err != nil {
				o.t.Error(err)
				return
			}
		}
	}
	kept := filepath.Join(o.Dir, "keys")
	_ = os.RemoveAll(kept)
	if err := os.Rename(fresh, kept); err != nil {
		o.t.Error(err)
	}
	_ = o.dovecot.command.Process.Signal(syscall.SIGHUP)
}
