package authentication

import (
	"slices"
	"sync"
	"time"

	"etalon/internal/interops"
	"etalon/internal/sso"
)

// requestFlaws neglect what an AuthnRequest must be (S09).
func requestFlaws() []Flaw {
	return []Flaw{
		blind("answers-unsigned-request", "S09", "",
			"répond à une demande sans signature", "answers a request without signature", "protocol-signature-absent"),
		neglecting("answers-unknown-service", "S09", "",
			"répond à une demande d'un service inconnu de la sphère", "answers a request of a service that the sphere does not know",
			func(p *policy) {
				overlooks("S09", "protocol-issuer-unknown", "protocol-issuer-outside", "request-service-unknown", "protocol-signer-other")(p)
				returns(func(r *sso.JudgedRequest, registered sso.Registered) bool { return r.ACS == registered.ACS })(p)
			}),
		neglecting("answers-unregistered-address", "S09", "L08",
			"répond à l'adresse que la demande porte, même inconnue", "answers to the address that the request bears, though unknown",
			func(p *policy) {
				overlooks("S09", "request-acs-other")(p)
				returns(func(r *sso.JudgedRequest, registered sso.Registered) bool {
					return r.Organism.Name == registered.Organism
				})(p)
			}),
		blind("skips-request-destination", "S09", "",
			"ne regarde pas à qui la demande est adressée", "does not look to whom the request is addressed",
			"protocol-destination-other", "protocol-destination-absent"),
		blind("skips-request-age", "S09", "",
			"répond à une demande d'il y a longtemps", "answers a request from long ago", "protocol-issueinstant-too-old"),
	}
}

// returns answers a request that has no return address of its own: to the address that it bears, for the first service
// of which is holds.
func returns(is func(*sso.JudgedRequest, sso.Registered) bool) func(*policy) {
	return func(p *policy) {
		own := p.refuses
		p.refuses = func(o *Operator, r *sso.JudgedRequest) bool {
			if own(o, r) {
				return true
			}
			if r.Return.ACS == "" {
				all := o.peers.registered(o.convention(o.now()))
				if i := slices.IndexFunc(all, func(known sso.Registered) bool { return is(r, known) }); i >= 0 {
					r.Return = all[i]
					r.Return.ACS = r.ACS
				}
			}
			return r.Return.ACS == ""
		}
	}
}

// sphereFlaws neglect who is in the sphere (S15, K04).
func sphereFlaws() []Flaw {
	return []Flaw{
		neglecting("serves-removed-member", "S15", "S09",
			"envoie encore les personnes chez un membre qui a quitté la sphère", "still sends persons to a member that has left the sphere",
			func(p *policy) {
				p.members = func(c *interops.Convention, _ time.Time) *interops.Convention {
					var left []string // who stays for ever must have accepted whoever came later
					for _, m := range c.Sphere.Members {
						if !m.Left.IsZero() {
							left = append(left, m.Organism)
						}
					}
					return changed(c, func(m *interops.Member) {
						m.Left, m.AcceptedBy = interops.Date{}, slices.Concat(m.AcceptedBy, left)
					})
				}
			}),
		neglecting("admits-before-acceptance", "K04", "S09 S15",
			"envoie les personnes chez un membre que tous n'ont pas accepté", "sends persons to a member that not all have accepted",
			func(p *policy) {
				p.members = func(c *interops.Convention, _ time.Time) *interops.Convention {
					var everybody []string
					for _, m := range c.Sphere.Members {
						everybody = append(everybody, m.Organism)
					}
					return changed(c, func(m *interops.Member) { m.AcceptedBy = everybody })
				}
			}),
		neglecting("reads-members-once", "S15", "S09",
			"ne relit la liste des membres qu'à son démarrage", "reads the list of members only when it starts", readsOnce),
	}
}

// changed is a settled convention with other members.
func changed(c *interops.Convention, change func(*interops.Member)) *interops.Convention {
	out, sphere := *c, *c.Sphere
	out.Agreement, out.Amendments = nil, nil // they are in the members' dates already
	sphere.Members = slices.Clone(sphere.Members)
	for i := range sphere.Members {
		change(&sphere.Members[i])
	}
	out.Sphere = &sphere
	return &out
}

// readsOnce keeps the members as they were when first asked for.
func readsOnce(p *policy) {
	var once sync.Once
	var then time.Time
	p.members = func(c *interops.Convention, now time.Time) *interops.Convention {
		once.Do(func() { then = now })
		return changed(c, func(m *interops.Member) {
			if c.Sphere.InForce(m.Organism, then) {
				m.Joined, m.Left = interops.Date{}, interops.Date{}
				return
			}
			m.Left = m.Joined
		})
	}
}

// metadataFlaws neglect the trust in metadata, and the operator's own (S16).
func metadataFlaws() []Flaw {
	return []Flaw{
		blind("believes-unsigned-metadata", "S16", "",
			"croit des métadonnées sans signature", "believes metadata without signature", "metadata-signature-absent"),
		blind("believes-expired-metadata", "S16", "",
			"croit des métadonnées périmées", "believes expired metadata", "metadata-expired"),
		blind("believes-replaced-key", "S16", "",
			"croit des métadonnées qu'un autre a signées, avec sa clé", "believes metadata that somebody else signed, with its key",
			"metadata-signer-other", "metadata-signer-untrusted", "metadata-key-other"),
		neglecting("publishes-unsigned-metadata", "S16", "",
			"publie des métadonnées sans signature", "publishes metadata without signature",
			func(p *policy) {
				p.describes = func(_ *sso.Metadata, s *sso.Sending, _ time.Time) { s.Signer = nil }
			}),
		neglecting("publishes-expired-metadata", "S16", "",
			"publie des métadonnées périmées", "publishes expired metadata",
			func(p *policy) {
				p.describes = func(m *sso.Metadata, _ *sso.Sending, now time.Time) { m.ValidUntil = now.Add(-metadataLife) }
			}),
	}
}

// contextFlaws neglect what a context token must be (C01, C03, C04, C06, C07).
func contextFlaws() []Flaw {
	return []Flaw{
		blind("accepts-unsigned-context", "C01", "",
			"accepte un jeton de contexte sans signature", "takes a context token without signature", "context-signature-absent"),
		blind("accepts-context-of-any-member", "C01", "",
			"accepte un jeton de contexte d'un membre qui n'identifie personne", "takes a context token of a member that identifies nobody",
			"context-issuer-outside"),
		blind("skips-context-signature", "C01", "",
			"ne vérifie pas la signature du jeton de contexte", "does not check the signature of the context token",
			"context-signature-invalid"),
		blind("accepts-context-without-means", "C02", "C08",
			"accepte un jeton de contexte qui ne dit pas comment la personne fut identifiée",
			"takes a context token that does not say how the person was identified", "context-method-absent"),
		blind("skips-context-audience", "C03", "",
			"accepte un jeton de contexte fait pour un autre opérateur", "takes a context token made for another operator",
			"context-audience-other", "context-audience-absent", "context-recipient-other", "context-recipient-absent"),
		blind("accepts-expired-context", "C04", "",
			"accepte un jeton de contexte expiré", "takes an expired context token", "context-expired"),
		neglecting("accepts-context-again", "C04", "",
			"accepte deux fois le même jeton de contexte", "takes the same context token twice",
			func(p *policy) { p.twice = true }),
		neglecting("authenticates-another-person", "C06", "",
			"laisse s'authentifier une autre personne que celle qui fut identifiée", "lets another person log in than the one who was identified",
			func(p *policy) { p.identified = func(Account, interops.ContextToken) bool { return true } }),
	}
}
