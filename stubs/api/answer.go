package api

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/oidc"
	"etalon/internal/pki"
)

// visit is a request under way, and what came of it.
type visit struct {
	w http.ResponseWriter
	r *http.Request
}

// answers makes a service of what answers a request: by an object, or by a refusal.
func (a *API) answers(how func(*visit) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{w: w, r: r}
		said, err := how(v)
		status := http.StatusOK
		if err != nil {
			var refused *oidc.Error
			if !errors.As(err, &refused) {
				refused = &oidc.Error{Status: http.StatusBadGateway, Code: "temporarily_unavailable"}
			}
			if status, said = refused.Status, refused; refused.Code == oidc.InvalidToken {
				w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(said)
	}
}

// certificate is that of the link; nil when none.
func (v *visit) certificate() *x509.Certificate {
	if v.r.TLS == nil || len(v.r.TLS.PeerCertificates) == 0 {
		return nil
	}
	return v.r.TLS.PeerCertificates[0]
}

// presented is the certificate of the link, when it is good; nil when there is none.
func (a *API) presented(v *visit) (*x509.Certificate, error) {
	if v.certificate() == nil {
		return nil, nil
	}
	for _, trouble := range a.trust.Verify(v.r.TLS.PeerCertificates, pki.UsageClient, bench.Wall()) {
		if !slices.Contains(a.policy.pardoned, trouble.Kind) {
			return nil, trouble
		}
	}
	return v.certificate(), nil
}

// client finds who asks by the certificate of the link.
func (a *API) client(v *visit) (Client, *x509.Certificate, error) {
	certificate, err := a.presented(v)
	switch {
	case err != nil:
		return Client{}, nil, oidc.Refuse(oidc.InvalidClient, "the certificate is not good")
	case certificate == nil && a.policy.noCertificate && len(a.config.Clients) > 0:
		return a.config.Clients[0], nil, nil
	case certificate == nil:
		return Client{}, nil, oidc.Refuse(oidc.InvalidClient, "want a client certificate")
	}
	c, known := a.find(certificate)
	if !known && a.policy.anyClient && len(a.config.Clients) > 0 {
		c, known = a.config.Clients[0], true
	}
	if !known {
		return Client{}, nil, oidc.Refuse(oidc.InvalidClient, "no client has this certificate")
	}
	return c, certificate, nil
}
