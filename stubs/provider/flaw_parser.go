package provider

import (
	"context"
	"net"
	"net/http"
	"net/url"

	"etalon/internal/gateway"
)

// parserFlaws neglect the hardening of the XML parser (G09).
func parserFlaws() []Flaw {
	return []Flaw{
		neglecting("accepts-doctype", "G09", "A04",
			"accepte une déclaration de type de document", "takes a document type declaration",
			rewrites(func(c *call) []byte { return withoutDoctype(c, "[") })),
		neglecting("expands-entities", "G09", "A04",
			"développe les entités internes", "expands internal entities",
			rewrites(func(c *call) []byte { return withoutDoctype(c, "SYSTEM") })),
		neglecting("fetches-external-entities", "G09", "A04",
			"va chercher les entités externes", "fetches external entities",
			rewrites(fetchesEntities)),
		neglecting("reads-without-limit", "G09", "A04",
			"lit un message sans limite de taille", "reads a message of any size",
			func(p *policy) {
				p.endless = true
				rewrites(withoutBallast)(p)
			}),
	}
}

// withoutDoctype returns the message as a parser reads it that heeds the declarations of entities.
func withoutDoctype(c *call, refuse string) []byte {
	if !has(c, "xml-doctype") {
		return nil
	}
	return gateway.WithoutDoctype(c.raw, refuse)
}

// fetchesEntities does what a careless parser does with an external entity: it calls the address.
func fetchesEntities(c *call) []byte {
	targets := gateway.ExternalEntities(c.raw)
	if targets == nil {
		return nil
	}
	for _, target := range targets {
		c.provider.fetch(c.request.Context(), target)
	}
	return withoutDoctype(c, "\x00")
}

// fetch calls an address of this machine and forgets the answer. No other address is ever called.
func (p *Provider) fetch(ctx context.Context, target string) {
	u, err := url.Parse(target)
	if err != nil || !net.ParseIP(u.Hostname()).IsLoopback() {
		return
	}
	_, _ = p.backend.Call(ctx, http.MethodGet, target, http.Header{}, nil)
}

// withoutBallast returns a message that is too long without what makes it so.
func withoutBallast(c *call) []byte {
	if !has(c, "xml-oversized") {
		return nil
	}
	return gateway.WithoutBallast(c.raw)
}
