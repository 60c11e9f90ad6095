package service

import (
	"slices"

	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// linkFlaws neglect the link (T01 to T08).
func linkFlaws() []Flaw {
	var all []Flaw
	for _, f := range gateway.LinkFlaws() {
		may := "P07"
		if f.Name == "accepts-anonymous-link" {
			may = "T06 P07"
		}
		all = append(all, neglecting(f.Name, f.Must, may, f.Title.FR, f.Title.EN, func(p *policy) { f.Neglect(&p.link) }))
	}
	return append(all,
		neglecting("accepts-unlisted-link", "T01", "T06 P07",
			"accepte tout certificat client de l'autorité, inscrit ou non à la convention",
			"takes any client certificate of the authority, listed in the convention or not",
			func(p *policy) {
				p.link.Unlisted = true
				overlooksWhen(unlistedPeer, "tls-identity-other")(p)
			}),
		blind("ignores-link-identity", "T06", "P06",
			"ne rapproche pas l'identité TLS de l'émetteur du VI", "does not match the TLS identity with the VI's Issuer",
			"tls-identity-other"),
		neglecting("trusts-ssl-header", "T06", "P06",
			"croit l'en-tête X-SSL-Client-S-DN venu du dehors", "believes the X-SSL-Client-S-DN header that comes from outside",
			overlooksWhen(named("X-Ssl-Client-S-Dn"), "tls-identity-other")),
		neglecting("answers-clear-http", "T07", "T01 T06 P07",
			"répond aussi en http, sans TLS", "answers over http too, without TLS",
			func(p *policy) { p.link.ClearHTTP = true }),
	)
}

// unlistedPeer tells whether the convention lists the peer for no organism.
func unlistedPeer(_ verdict.Finding, v *visit) bool {
	return !slices.ContainsFunc(v.expectation.Convention.Organisms, func(o interops.Organism) bool {
		return v.peer != nil && pki.Listed(o.TLS, v.peer, v.now)
	})
}

// named tells, of a header, whether it names a TLS identity of the VI's client.
func named(header string) func(verdict.Finding, *visit) bool {
	return func(_ verdict.Finding, v *visit) bool {
		value := v.request.Header.Get(header)
		return slices.ContainsFunc(v.judged.Client.TLS, func(id interops.Identity) bool { return id.Subject == value })
	}
}
