package console

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/oidc"
	"etalon/internal/stand"
)

// entity is the SAML metadata of a partner as pages tell of it.
type entity struct{ stand.Entity }

// File is the name of its document.
func (e entity) File() string {
	part := "sp"
	if e.Sends {
		part = "idp"
	}
	return fileName(e.Organism) + "-" + part + ".xml"
}

// Signer is the SHA-256 of the certificate of its signatures.
func (e entity) Signer() string { return stand.PrintOf(e.Key) }

// metadataPage is the page of metadata.
type metadataPage struct {
	reference
	Entities []entity
	// Played tells that a Pro Santé Connect is.
	Played   bool
	Provider stand.Provider
}

// Discovery is what the mock Pro Santé Connect publishes at its address of discovery, indented.
func (p metadataPage) Discovery() string { return indented(p.Provider.Discovery) }

// JWKS are its keys, indented.
func (p metadataPage) JWKS() string { return indented(json.RawMessage(p.Provider.JWKS)) }

// At is the address of discovery.
func (p metadataPage) At() string { return p.Provider.Discovery.Issuer + oidc.PathWallet }

// indented writes an object for people to read.
func indented(object any) string {
	raw, err := json.Marshal(object)
	var out bytes.Buffer
	if err != nil || json.Indent(&out, raw, "", "  ") != nil {
		return ""
	}
	return out.String()
}

// published are the metadata; it has answered when they cannot be made.
func (c *Console) published(w http.ResponseWriter, r *http.Request) (metadataPage, bool) {
	p := metadataPage{reference: c.reference(r, "metadata")}
	all, err := c.config.Reference.Entities()
	if err != nil {
		misfit(w, err)
		return p, false
	}
	for _, e := range all {
		p.Entities = append(p.Entities, entity{e})
	}
	p.Provider, p.Played = c.config.Reference.Provider()
	return p, true
}

// metadata shows the SAML metadata of the partners, and what the mock Pro Santé Connect publishes.
func (c *Console) metadata(w http.ResponseWriter, r *http.Request) {
	if p, ok := c.published(w, r); ok {
		c.show(w, "metadata", http.StatusOK, p)
	}
}

// metadataFile hands a document over.
func (c *Console) metadataFile(w http.ResponseWriter, r *http.Request) {
	p, ok := c.published(w, r)
	if !ok {
		return
	}
	file := chi.URLParam(r, "file")
	for _, e := range p.Entities {
		if e.File() == file {
			hand(w, file, "application/samlmetadata+xml", e.XML)
			return
		}
	}
	switch {
	case p.Played && file == "openid-configuration.json":
		hand(w, file, "application/json", []byte(p.Discovery()))
	case p.Played && file == "jwks.json":
		hand(w, file, "application/jwk-set+json", p.Provider.JWKS)
	default:
		misfit(w, stand.ErrNotThere)
	}
}

// toldEntity is a partner's SAML metadata as the API tells them.
type toldEntity struct {
	Organism    string    `json:"organism"`
	EntityID    string    `json:"entity_id"`
	Sends       bool      `json:"sends"` // Responses; else it takes them
	Addresses   []string  `json:"addresses"`
	ValidUntil  time.Time `json:"valid_until"`
	Certificate string    `json:"certificate"` // the SHA-256 of that of the signatures
	XML         string    `json:"xml"`
}

// toldProvider is what the mock Pro Santé Connect publishes, as the API tells it.
type toldProvider struct {
	Discovery oidc.Discovery  `json:"discovery"`
	JWKS      json.RawMessage `json:"jwks"`
}

// apiMetadata tells the metadata.
func (c *Console) apiMetadata(w http.ResponseWriter, r *http.Request) {
	p, ok := c.published(w, r)
	if !ok {
		return
	}
	told := struct {
		SAML []toldEntity  `json:"saml"`
		OIDC *toldProvider `json:"oidc"`
	}{SAML: []toldEntity{}}
	for _, e := range p.Entities {
		told.SAML = append(told.SAML, toldEntity{e.Organism, e.EntityID, e.Sends, e.Addresses, e.ValidUntil, e.Signer(), string(e.XML)})
	}
	if p.Played {
		told.OIDC = &toldProvider{p.Provider.Discovery, p.Provider.JWKS}
	}
	answer(w, http.StatusOK, told)
}
