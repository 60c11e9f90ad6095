package identification

import (
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/interops"
)

// personFlaws commit to an identification that was not performed (C02-N3), or to another person's.
func personFlaws() []Flaw {
	return []Flaw{
		neglecting("skips-identification", "C02", "",
			"s'engage sur une personne qui n'a fait que passer", "commits to a person who only came by",
			func(p *policy) {
				p.recognised = func(o *Operator, v *visit) bool {
					if !o.found(v) {
						v.session = &session{o.config.Accounts[0], o.member.Identification[0], o.party.Now()}
					}
					return true
				}
			}),
		neglecting("takes-any-secret", "C02", "",
			"identifie sur le seul identifiant", "identifies on the identifier alone",
			func(p *policy) {
				p.identified = func(o *Operator, id, _, means string) (session, bool) {
					i := slices.IndexFunc(o.config.Accounts, func(a Account) bool { return a.ID == id })
					if i < 0 {
						return session{}, false
					}
					return o.identified(id, o.config.Accounts[i].Secret, means)
				}
			}),
		neglecting("takes-any-means", "C02", "",
			"s'engage sur un moyen que la personne n'a pas", "commits to a means that the person does not hold",
			func(p *policy) {
				p.identified = func(o *Operator, id, secret, means string) (session, bool) {
					one, ok := o.identified(id, secret, "")
					for _, m := range o.member.Identification {
						if o.named(means, m) {
							one.means = m
						}
					}
					return one, ok
				}
			}),
		states("names-service-account", "",
			"écrit un compte technique à la place de la personne", "writes a technical account in place of the person",
			func(_ *Operator, _ *commitment, t *interops.ContextToken) { t.NameID.Value = "compte-technique" }),
	}
}

// sphereFlaws send persons to operators that are no members in force (K04, S15).
func sphereFlaws() []Flaw {
	return []Flaw{
		neglecting("keeps-removed-operator", "S15", "",
			"envoie encore les personnes à un opérateur sorti de la sphère", "still sends persons to an operator that has left the sphere",
			func(p *policy) {
				p.inForce = func(s *interops.Sphere, operator string, at time.Time) bool {
					m, ok := s.Member(operator)
					return s.InForce(operator, at) || ok && !m.Left.IsZero() && !at.Before(m.Left.Time)
				}
			}),
		neglecting("admits-newcomer-early", "K04", "",
			"envoie les personnes à un opérateur que tous n'ont pas accepté", "sends persons to an operator that not all have accepted",
			func(p *policy) {
				p.inForce = func(s *interops.Sphere, operator string, at time.Time) bool {
					m, ok := s.Member(operator)
					return s.InForce(operator, at) || ok && m.Left.IsZero() && !at.Before(m.Joined.Time)
				}
			}),
	}
}

// ofTraces are the requirements of an identification operator that fail with the neglects of any emitter's traces: must,
// then may. Those that are not here fail the same as elsewhere.
var ofTraces = map[string][2]string{
	"forgets-one-vi-in-two":   {"X10", "X03 X06"},
	"forgets-all-vis":         {"X10", "X03 X05 X06 X08"},
	"truncates-vi-id":         {"X10", "X03"},
	"traces-own-vi-id":        {"X10", ""},
	"traces-with-wrong-clock": {"X10", "X03"},
	"traces-local-time":       {"X03", "X10"},
	"drops-trace-field":       {"X03", "X10"},
}

// traceFlaws neglect the traces (X03 to X10).
func traceFlaws() []Flaw {
	all := bench.Within(emitter.TraceFlaws(), func(p *policy) *emitter.Policy { return &p.Policy })
	for i, f := range all {
		if own, ok := ofTraces[f.Name]; ok {
			all[i].Must, all[i].May = strings.Fields(own[0]), strings.Fields(own[1])
		}
	}
	return all
}
