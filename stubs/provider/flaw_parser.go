package provider

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
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

var (
	doctype   = regexp.MustCompile(`(?s)<!DOCTYPE[^\[>]*(\[.*?\])?\s*>`)
	reference = regexp.MustCompile(`&[A-Za-z][A-Za-z0-9]*;`)
	entity    = regexp.MustCompile(`<!ENTITY\s+(\w+)\s+"([^"]*)">`)
	ballast   = regexp.MustCompile(`"[^"<]*"`)
	address   = regexp.MustCompile(`SYSTEM\s+"(http://[^"]*)"`)
)

// predefined are the entities of XML itself.
var predefined = []string{"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"}

// withoutDoctype returns the message as a parser reads it that heeds the declarations of entities. A
// declaration that holds the word refuse is left alone, and the message refused.
func withoutDoctype(c *call, refuse string) []byte {
	declaration := string(doctype.Find(c.raw))
	if !has(c, "xml-doctype") || declaration == "" || strings.Contains(declaration, refuse) {
		return nil
	}
	e := expansion{declared: map[string]string{}, left: maxExpansion}
	for _, found := range entity.FindAllStringSubmatch(declaration, -1) {
		e.declared["&"+found[1]+";"] = found[2]
	}
	return []byte(e.expand(string(doctype.ReplaceAll(c.raw, nil))))
}

// maxExpansion is where even a careless provider stops: it must not harm the machine that plays it.
const maxExpansion = 64 << 10

// expansion replaces references by the text of the entities, as far as there is room left.
type expansion struct {
	declared map[string]string
	left     int
}

func (e *expansion) expand(text string) string {
	return reference.ReplaceAllStringFunc(text, func(name string) string {
		if slices.Contains(predefined, name) {
			return name
		}
		if e.left <= 0 {
			return ""
		}
		value := e.declared[name]
		e.left -= len(name)
		return e.expand(value)
	})
}

// fetchesEntities does what a careless parser does with an external entity: it calls the address.
func fetchesEntities(c *call) []byte {
	if !strings.Contains(string(doctype.Find(c.raw)), "SYSTEM") {
		return nil
	}
	for _, found := range address.FindAllSubmatch(c.raw, 4) {
		c.provider.fetch(c.request.Context(), string(found[1]))
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
	return ballast.ReplaceAllFunc(c.raw, func(value []byte) []byte {
		if len(value) > maxExpansion {
			return []byte(`""`)
		}
		return value
	})
}
