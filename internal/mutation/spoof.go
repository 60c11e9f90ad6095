package mutation

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"

	"etalon/internal/pki"
)

// spoofFaults are a foreign TLS identity with headers in which an outsider names the client, as if a
// TLS front of the provider had written them (T06-N2): all the usual ones at once, then each alone.
func spoofFaults() []Mutation {
	all := []Mutation{{
		Name: "tls-identity-spoofed-header", Violates: "T06", Needs: []Need{ThirdOrganism},
		Title: says("un autre organisme ouvre le lien et ajoute les en-têtes HTTP usuels qui désignent le client", "another organism opens the link and adds the usual HTTP headers that name the client"),
		Conduct: byOther(func(h Honest, c *Conduct) {
			for _, s := range spoofedHeaders() {
				c.Header[s.header] = []string{s.value(h)}
			}
		}),
	}}
	for _, s := range spoofedHeaders() {
		all = append(all, Mutation{
			Name: "tls-identity-spoofed-" + s.name, Violates: "T06", Needs: []Need{ThirdOrganism},
			Title:   says("un autre organisme ouvre le lien et ajoute un en-tête "+s.header+" qui désigne le client", "another organism opens the link and adds a "+s.header+" header that names the client"),
			Conduct: byOther(func(h Honest, c *Conduct) { c.Header[s.header] = []string{s.value(h)} }),
		})
	}
	return all
}

// spoofed is one header under which TLS fronts hand down the client's identity.
type spoofed struct {
	name, header string
	value        func(Honest) string
}

// spoofedHeaders are those of spec §14.7, in their own case: they are never made canonical.
func spoofedHeaders() []spoofed {
	return []spoofed{
		{"x-ssl-client-s-dn", "X-SSL-Client-S-DN", subject},
		{"x-ssl-client-dn", "X-SSL-Client-DN", subject},
		{"x-ssl-client-cert", "X-SSL-Client-Cert", certificate},
		{"x-ssl-client-verify", "X-SSL-Client-Verify", func(Honest) string { return "SUCCESS" }},
		{"ssl-client-s-dn", "SSL_CLIENT_S_DN", subject},
		{"x-forwarded-client-cert", "X-Forwarded-Client-Cert", forwarded},
	}
}

// byOther is the conduct of another organism of the convention that opens the link in the client's place.
func byOther(also func(Honest, *Conduct)) func(Honest) Conduct {
	return func(h Honest) Conduct {
		other, _ := h.third()
		c := Conduct{LinkOrganism: other.Name, Header: http.Header{}}
		also(h, &c)
		return c
	}
}

// subject is that of the client's certificate, else the one that the convention lists, wildcards filled.
func subject(h Honest) string {
	if h.Link != nil {
		return pki.Subject(h.Link)
	}
	client, _ := h.Convention.Organism(h.Project.Client)
	if len(client.TLS) == 0 {
		return ""
	}
	return strings.ReplaceAll(client.TLS[0].Subject, "*", "TEST")
}

// certificate is the client's, in PEM, escaped as nginx does ($ssl_client_escaped_cert).
func certificate(h Honest) string {
	if h.Link == nil {
		return ""
	}
	return url.QueryEscape(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.Link.Raw})))
}

// forwarded is the form that Envoy and its kin write.
func forwarded(h Honest) string {
	s := `Subject="` + subject(h) + `"`
	if h.Link == nil {
		return s
	}
	sum := sha256.Sum256(h.Link.Raw)
	return "Hash=" + hex.EncodeToString(sum[:]) + ";" + s + `;Cert="` + certificate(h) + `"`
}
