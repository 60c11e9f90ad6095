package identification

import (
	"sync"
	"time"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// contentFlaws leave something out of the token, or say it wrong (C02).
func contentFlaws() []Flaw {
	return []Flaw{
		states("omits-identity", "X03",
			"émet des jetons qui ne disent pas qui est identifié", "emits tokens that do not say who is identified",
			func(_ *Operator, _ *commitment, t *interops.ContextToken) { t.NameID = interops.NameID{} }),
		states("omits-means", "",
			"émet des jetons qui ne disent pas par quel moyen", "emits tokens that do not say by which means",
			func(_ *Operator, _ *commitment, t *interops.ContextToken) { t.Method = "" }),
		states("omits-level", "",
			"émet des jetons qui ne disent pas le niveau atteint", "emits tokens that do not say the level reached",
			func(_ *Operator, _ *commitment, t *interops.ContextToken) { t.Level = "" }),
		states("omits-instant", "",
			"émet des jetons qui ne disent pas quand la personne fut identifiée", "emits tokens that do not say when the person was identified",
			func(_ *Operator, _ *commitment, t *interops.ContextToken) { t.Instant = time.Time{} }),
		states("makes-up-means", "",
			"nomme un moyen que la convention ne connaît pas", "names a means that the convention does not know",
			func(_ *Operator, _ *commitment, t *interops.ContextToken) { t.Method = "Reconnaissance vocale" }),
		states("raises-level", "",
			"annonce un niveau que le moyen n'atteint pas", "states a level that the means does not reach",
			func(o *Operator, _ *commitment, t *interops.ContextToken) {
				levels := o.config.Bench.Profile.Levels
				t.Level = levels[len(levels)-1].Name
			}),
		states("states-best-means", "",
			"annonce toujours le moyen le plus fort qu'il offre", "always states the strongest means that it offers",
			func(o *Operator, _ *commitment, t *interops.ContextToken) {
				for _, m := range o.member.Identification {
					if o.config.Bench.Profile.Rank(m.Level) > o.config.Bench.Profile.Rank(t.Level) {
						t.Method, t.Level = m.Name, m.Level
					}
				}
			}),
		states("omits-token-audience", "X03",
			"émet des jetons sans audience", "emits tokens without Audience",
			func(_ *Operator, _ *commitment, t *interops.ContextToken) { t.Audience = "" }),
	}
}

// addressFlaws aim the token at another operator than the one that takes it (C03, as the emitter's C02).
func addressFlaws() []Flaw {
	return []Flaw{
		states("aims-at-itself", "",
			"se désigne lui-même comme destinataire du jeton", "designates itself as the token's recipient",
			func(o *Operator, _ *commitment, t *interops.ContextToken) {
				t.Audience, t.Recipient = o.party.Organism.Issuer, o.party.Organism.Recipient
			}),
		states("aims-at-first-operator", "",
			"adresse tous ses jetons au premier opérateur d'authentification de la sphère", "aims all its tokens at the sphere's first authentication operator",
			func(o *Operator, _ *commitment, t *interops.ContextToken) {
				for _, m := range o.config.Bench.Convention.Sphere.Members {
					if m.Plays(interops.AuthenticationOperator) {
						first, _ := o.config.Bench.Convention.Organism(m.Organism)
						t.Audience, t.Recipient = first.Issuer, first.Recipient
						return
					}
				}
			}),
	}
}

// lifeFlaws give the token too long a life, or several uses (C04, as the emitter's C02).
func lifeFlaws() []Flaw {
	return []Flaw{
		states("emits-hour-long-token", "",
			"émet des jetons valables une heure", "emits tokens that are good for an hour",
			func(_ *Operator, _ *commitment, t *interops.ContextToken) {
				t.NotOnOrAfter = t.IssueInstant.Add(time.Hour)
			}),
		neglecting("sends-token-again", "C02", "X10",
			"renvoie le jeton déjà fait pour la même personne et le même opérateur", "sends the token again that it made for the same person and operator",
			sendsAgain),
		states("repeats-token-id", "",
			"donne le même identifiant à tous ses jetons", "gives all its tokens the same identifier",
			func(_ *Operator, _ *commitment, t *interops.ContextToken) { t.ID = "_jeton-de-contexte" }),
	}
}

// sendsAgain keeps each token, whatever its age.
func sendsAgain(p *policy) {
	var mu sync.Mutex
	kept := map[[2]string]interops.ContextToken{}
	p.token = func(_ *Operator, c *commitment, t *interops.ContextToken) {
		mu.Lock()
		defer mu.Unlock()
		key := [2]string{c.session.person.ID, c.operator.Name}
		if old, ok := kept[key]; ok {
			*t = old
		}
		kept[key] = *t
	}
}

// sealFlaws neglect the signature of the token, or what it covers (C01, as the emitter's C02).
func sealFlaws() []Flaw {
	return []Flaw{
		neglecting("leaves-token-unsigned", "C02", "",
			"émet des jetons sans signature", "emits tokens without signature",
			func(p *policy) { p.draft = func(d *sso.ContextDraft) { d.Signer = nil } }),
		neglecting("signs-under-undeclared-authority", "C02", "",
			"signe sous une autorité que la convention ne déclare pas", "signs under an authority that the convention does not declare",
			signsAs("signature~other-ca")),
		neglecting("signs-with-unlisted-key", "C02", "",
			"signe avec une clé que la convention n'inscrit pas", "signs with a key that the convention does not list",
			signsAs("signature~outside")),
		neglecting("alters-token-after-signing", "C02", "",
			"remet le jeton en page après l'avoir signé", "lays the token out anew after signing it",
			func(p *policy) {
				p.Signed = func(f *saml.Form) error {
					f.VI.CreateElement("saml2:Advice")
					return nil
				}
			}),
		neglecting("vouches-for-authentication", "C02", "",
			"atteste dans le jeton une authentification, qui n'est pas son affaire", "vouches in the token for an authentication, which is not its business",
			func(p *policy) {
				p.Form = func(f *saml.Form) error {
					statement := f.VI.CreateElement("saml2:AuthnStatement")
					statement.CreateAttr("AuthnInstant", f.Now.UTC().Format(interops.InstantLayout))
					statement.CreateElement("saml2:AuthnContext").CreateElement("saml2:AuthnContextClassRef").SetText(interops.ClassPPT)
					return nil
				}
			}),
	}
}

// signsAs makes the operator sign with a credential that the convention does not admit.
func signsAs(use string) func(*policy) {
	return func(p *policy) { p.Signer = use }
}

// keyFlaws neglect the strength of the key (T05).
func keyFlaws() []Flaw {
	return []Flaw{
		neglecting("signs-with-weak-key", "T05", "C02",
			"signe avec une clé RSA de 1024 bits", "signs with an RSA key of 1024 bits", signsAs("signature~rsa-1024")),
		neglecting("signs-with-sha1-certificate", "T05", "C02",
			"signe avec un certificat lui-même signé avec SHA-1", "signs with a certificate that is itself signed with SHA-1", signsAs("signature~sha1")),
	}
}
