package authentication

import (
	"slices"
	"sync"
	"time"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// keyFlaws neglect the reach of the signature (G10).
func keyFlaws() []Flaw {
	return []Flaw{
		neglecting("signs-response-alone", "G10", "V18",
			"signe la réponse et laisse le VI sans signature", "signs the Response and leaves the VI unsigned",
			func(p *policy) {
				p.Form = func(f *saml.Form) error {
					f.Message, f.Recipe = f.Recipe, nil
					f.Message.References[0].URI = "#" + f.Root.SelectAttrValue("ID", "")
					return nil
				}
			}),
	}
}

// exposureFlaws show the VI where it must not be (L08).
func exposureFlaws() []Flaw {
	return []Flaw{
		neglecting("carries-vi-in-address", "L08", "V18",
			"envoie la réponse dans l'adresse du service", "sends the Response in the service's address",
			delivers(func(o *Operator, c *call, p passage, raw []byte) {
				o.redirect(c, p.acs+"?"+sso.ResponseForm(raw, p.relay).Encode())
			})),
		neglecting("logs-vi", "L08", "",
			"écrit le VI entier dans son journal en clair", "writes the whole VI to its clear log",
			delivers(func(o *Operator, c *call, p passage, raw []byte) {
				o.config.Log.Info("réponse émise", "requete", c.id, "message", string(raw))
				o.post(c, p.acs, raw, p.relay)
			})),
	}
}

// delivers changes the way of a Response to the service.
func delivers(how func(*Operator, *call, passage, []byte)) func(*policy) {
	return func(p *policy) { p.deliver = how }
}

// makes makes the operator touch the content of each VI that it makes, as the traces will tell it.
func makes(touch func(*Operator, *call, passage, session, *interops.VI)) func(*policy) {
	return func(p *policy) { p.vi = touch }
}

// rebondFlaws neglect what a rebond renews and what it leaves as it was (S03, S05, S12, S19).
func rebondFlaws() []Flaw {
	return []Flaw{
		neglecting("reissues-same-response", "S03", "V02 V18 V20 S12 S13 S18 S19 X01 X10 D01 D03 D05 G10",
			"renvoie à un service la réponse de la première fois", "sends a service the Response of the first time again", reissues),
		neglecting("keeps-vi-id-over-rebonds", "S03", "V02 X01 X04 X10",
			"donne à tous les VI d'une session le même identifiant", "gives all VIs of a session the same identifier",
			makes(func(_ *Operator, _ *call, _ passage, s session, vi *interops.VI) { vi.ID = "_vi" + s.index })),
		neglecting("names-service-as-issuer", "S05", "G10 V18 V20 X01 X04 X10 D01 D03",
			"laisse l'opérateur de service passer pour l'émetteur du VI", "lets the service operator pass for the VI's issuer",
			makes(func(_ *Operator, _ *call, p passage, _ session, vi *interops.VI) {
				vi.Issuer = p.target.operator.Issuer
			})),
		neglecting("names-identifier-as-issuer", "S05", "G10 V18 V20 X01 X04 X10 D01 D03",
			"laisse l'opérateur d'identification passer pour l'émetteur du VI", "lets the identification operator pass for the VI's issuer",
			makes(func(o *Operator, c *call, _ passage, _ session, vi *interops.VI) {
				vi.Issuer = o.identifier(c.now).Issuer
			})),
		neglecting("dates-login-from-rebond", "S12", "V20",
			"date à chaque rebond l'authentification du rebond", "dates the authentication from the rebond, at each one",
			makes(func(_ *Operator, c *call, _ passage, s session, vi *interops.VI) {
				if len(s.visits) > 0 {
					vi.AuthnInstant = c.now
				}
			})),
		neglecting("omits-sessionindex", "S19", "D01 D03 D04",
			"émet des VI sans numéro de session", "emits VIs without SessionIndex",
			makes(func(_ *Operator, _ *call, _ passage, _ session, vi *interops.VI) { vi.SessionIndex = "" })),
		neglecting("numbers-all-sessions-alike", "S19", "D01 D03 D04",
			"donne le même numéro à toutes les sessions", "gives all sessions the same SessionIndex",
			makes(func(_ *Operator, _ *call, _ passage, _ session, vi *interops.VI) { vi.SessionIndex = "_session" })),
	}
}

// identifier is an identification operator of the sphere that is another organism.
func (o *Operator) identifier(now time.Time) interops.Organism {
	sphere := o.convention(now).Sphere
	i := slices.IndexFunc(sphere.Members, func(m interops.Member) bool {
		return m.Plays(interops.IdentificationOperator) && m.Organism != o.config.Organism
	})
	if i < 0 {
		return interops.Organism{}
	}
	organism, _ := o.config.Bench.Convention.Organism(sphere.Members[i].Organism)
	return organism
}

// reissues keeps what each person was first sent with to a service.
func reissues(p *policy) {
	var mu sync.Mutex
	kept := map[[2]string][]byte{}
	p.deliver = func(o *Operator, c *call, way passage, raw []byte) {
		mu.Lock()
		key := [2]string{c.seen.Person, way.target.service.Audience}
		if first, met := kept[key]; met {
			raw = first
		}
		kept[key] = raw
		mu.Unlock()
		o.post(c, way.acs, raw, way.relay)
	}
}

// rightFlaws neglect whose rights a VI tells (S18).
func rightFlaws() []Flaw {
	return []Flaw{
		neglecting("adds-pagm-of-other-service", "S18", "V18",
			"joint au VI les PAGM de la personne chez d'autres services", "adds to the VI the person's PAGM at other services",
			makes(func(o *Operator, c *call, p passage, s session, vi *interops.VI) {
				for _, t := range o.services(c.now) {
					if t.operator.Name != p.target.operator.Name {
						vi.PAGM = append(vi.PAGM, o.granted(s.person.ID, t.project)...)
					}
				}
			})),
		neglecting("takes-pagm-from-address", "S18", "V18",
			"joint au VI les PAGM que porte l'adresse demandée", "adds to the VI the PAGM that the asked address bears",
			makes(func(_ *Operator, c *call, _ passage, _ session, vi *interops.VI) {
				vi.PAGM = append(vi.PAGM, c.r.URL.Query()["pagm"]...)
			})),
		neglecting("grants-all-pagm-of-service", "S18", "V20",
			"donne à chacun tous les PAGM du service", "gives everybody all PAGM of the service",
			makes(func(_ *Operator, _ *call, p passage, _ session, vi *interops.VI) {
				vi.PAGM = nil
				for _, g := range p.target.project.PAGM {
					vi.PAGM = append(vi.PAGM, g.Name)
				}
			})),
	}
}
