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
	"time"

	"etalon/internal/bench"
	"etalon/internal/jws"
	"etalon/internal/oidc"
)

// How often the published keys are fetched, until there are some and then: an operator's hourly job, made faster. A key
// that is withdrawn serves a while longer, for tokens that it signed before.
const (
	firstKeys = 200 * time.Millisecond
	nextKeys  = 5 * time.Second
	oldKeys   = 5 * time.Minute
)

// maxKeys bounds the document of the keys.
const maxKeys = 1 << 20

// follower keeps the files of the keys as Pro Santé Connect publishes them, for Dovecot reads no JWKS.
type follower struct {
	operator *Operator
	client   *http.Client
	until    map[string]time.Time // by kid
}

// followKeys follows the keys until the test ends.
func (o *Operator) followKeys() {
	o.t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(o.site.Roots)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}
	f := follower{o, &http.Client{Transport: transport, Timeout: 5 * time.Second}, map[string]time.Time{}}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.follow(ctx)
	}()
	o.t.Cleanup(func() {
		cancel()
		<-ended
	})
}

func (f follower) follow(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if keys, err := f.published(ctx); err == nil {
			err = f.keep(keys)
			if err != nil {
				f.operator.t.Error(err)
			}
		}
		f.forget()
		if timer.Reset(firstKeys); len(f.until) > 0 {
			timer.Reset(nextKeys)
		}
	}
}

// published fetches the keys.
func (f follower) published(ctx context.Context) ([]oidc.PublicKey, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.operator.site.PSC.JWKS, nil)
	if err != nil {
		return nil, err
	}
	response, err := f.client.Do(request)
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

// keep writes the keys for every program of which tokens are taken.
func (f follower) keep(keys []oidc.PublicKey) error {
	for _, k := range keys {
		der, err := x509.MarshalPKIXPublicKey(k.Key)
		if err != nil {
			return err
		}
		if _, known := f.until[k.ID]; !known {
			for _, vendor := range f.vendors() {
				path := filepath.Join("keys", vendor, k.Algorithm, k.ID)
				if err := os.MkdirAll(filepath.Join(f.operator.Dir, filepath.Dir(path)), 0o755); err != nil {
					return err
				}
				f.operator.save(path, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
			}
		}
		f.until[k.ID] = bench.Wall().Add(oldKeys)
	}
	return nil
}

// vendors are the folders of the keys: Dovecot looks below the program that the token names.
func (f follower) vendors() []string { return append([]string{"default"}, f.operator.site.Vendors...) }

// forget removes the keys that were withdrawn long ago. Dovecot remembers those that it read until it begins anew.
func (f follower) forget() {
	old := false
	for id, until := range f.until {
		if bench.Wall().Before(until) {
			continue
		}
		old = true
		delete(f.until, id)
		for _, vendor := range f.vendors() {
			for _, algorithm := range []string{jws.RS256, jws.ES256} {
				_ = os.Remove(filepath.Join(f.operator.Dir, "keys", vendor, algorithm, id))
			}
		}
	}
	if old {
		f.operator.Restart()
	}
}
