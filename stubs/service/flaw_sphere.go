package service

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// operatorFlaws are those of mode S: the neglects of any receiver, and those of a member of a sphere.
func operatorFlaws() []Flaw {
	return playing(ServiceOperator, slices.Concat(
		channelFlaws(), inherited(), memberFlaws(), rebondFlaws(), answerFlaws(), choiceFlaws(), metadataFlaws(), outageFlaws(),
		contextFlaws(), logoutFlaws(), operatorTraceFlaws(),
	))
}

// channelFlaws neglect the link, which browsers open: no certificate is judged there.
func channelFlaws() []Flaw {
	all := slices.DeleteFunc(linkFlaws(), func(f Flaw) bool {
		return !slices.Contains(f.Must, "T03") && f.Name != "answers-clear-http"
	})
	for i := range all {
		all[i].Must, all[i].May = inSphere(all[i].Must), inSphere(all[i].May)
	}
	return all
}

// sphereRows are the requirements of mode S that stand in the place of those of mode P, and those of which the same
// trials are cases as well.
var sphereRows = map[string][]string{
	"P01": {"V01"}, "P02": {"S04"}, "P04": {"V01"}, "P05": {"S14"}, "P06": nil, "P07": nil, "P10": nil,
	"K01": {"S02"}, "K02": {"S02"}, "T01": nil, "T06": {"S02"}, "T08": {"G05"}, "V13": nil, "V14": nil, "K03": nil,
	"X04": {"X10"}, "X12": nil, "X13": nil, "X14": nil,
}

// inherited are the neglects of the VI and of its Response, as mode S has their requirements.
func inherited() []Flaw {
	all := slices.Concat(
		contentFlaws(), timeFlaws(), audienceFlaws(), signatureFlaws(), wrappingFlaws(), parserFlaws(), lifeFlaws(), responseFlaws(), transportFlaws(),
		slices.DeleteFunc(pageFlaws(), func(f Flaw) bool { return f.Name != "logs-vi" }),
	)
	not := []string{"skips-project-of-issuer", "accepts-unknown-request", "takes-first-assertion"}
	all = slices.DeleteFunc(all, func(f Flaw) bool { return slices.Contains(not, f.Name) })
	for i := range all {
		all[i].Must, all[i].May = inSphere(all[i].Must), inSphere(all[i].May)
		if also := sphereTrials[all[i].Name]; also != "" {
			all[i].Must = append(all[i].Must, strings.Fields(also)...)
		}
		all[i].May = append(all[i].May, "C05")
		if slices.Contains(all[i].Must, "V17") {
			all[i].May = append(all[i].May, "D01", "D03") // a logout names the person as she is
		}
	}
	return all
}

// sphereTrials are the requirements of mode S that a neglect of any receiver fails besides: their cases are the same
// trials.
var sphereTrials = map[string]string{
	"ignores-replay": "S04", "skips-audience": "S04", "accepts-any-own-audience": "S04", "ignores-authentication-class": "S07",
	"accepts-absent-class": "S07", "ignores-minimum-level": "S07",
}

// inSphere are requirements as mode S has them.
func inSphere(requirements []string) []string {
	var all []string
	for _, id := range requirements {
		if rows, other := sphereRows[id]; other {
			all = append(all, rows...)
		} else {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// memberFlaws neglect who may authenticate for the sphere (S02, S15, K04).
func memberFlaws() []Flaw {
	return []Flaw{
		neglecting("accepts-outside-operator", "S02", "V04",
			"accepte un organisme extérieur à la sphère", "takes an organism from outside the sphere",
			overlooksWhen(func(_ verdict.Finding, v *visit) bool { _, in := v.member(); return !in }, "issuer-without-project", "issuer-unknown")),
		neglecting("accepts-member-without-role", "S02", "",
			"accepte un membre qui n'est pas opérateur d'authentification", "takes a member that is no authentication operator",
			overlooksWhen(func(_ verdict.Finding, v *visit) bool { _, in := v.member(); return in }, "issuer-without-project")),
		neglecting("accepts-withdrawn-member", "S02 S15", "",
			"accepte un membre qui a quitté la sphère", "takes a member that left the sphere",
			overlooksWhen(func(_ verdict.Finding, v *visit) bool { m, in := v.member(); return in && !m.Left.IsZero() }, "project-ended")),
		neglecting("accepts-unaccepted-member", "K04", "S02",
			"accepte un membre que tous n'ont pas accepté", "takes a member that not all have accepted",
			overlooksWhen(func(_ verdict.Finding, v *visit) bool {
				m, in := v.member()
				return in && len(v.expectation.Convention.Settled().Sphere.Unaccepting(m)) > 0
			}, "project-ended", "project-future")),
	}
}

// member is the issuer of a VI as a member of the sphere; false when it is none.
func (v *visit) member() (interops.Member, bool) {
	organism, _ := v.expectation.Convention.OrganismByIssuer(v.judged.VI.Issuer)
	return v.expectation.Convention.Settled().Sphere.Member(organism.Name)
}

// rebondFlaws neglect that a person is identified and authenticated once (S06, S07).
func rebondFlaws() []Flaw {
	return []Flaw{
		neglecting("asks-login-again", "S06", "",
			"demande une nouvelle authentification à qui arrive par rebond", "asks for a new authentication of whoever comes by a rebond",
			func(p *policy) {
				p.welcome = func(v *visit, target string) (answer, bool) {
					o, known := v.operator()
					if known {
						v.insists = true
					}
					return v.service.redirect(v, o, target), known
				}
			}),
		neglecting("asks-identifier-again", "S06", "",
			"redemande son identifiant à qui arrive par rebond", "asks for the identifier of whoever comes by a rebond",
			func(p *policy) {
				p.welcome = func(v *visit, target string) (answer, bool) {
					return v.service.page(v, http.StatusOK, pageIdentifier, map[string]string{"Action": target}), true
				}
			}),
		neglecting("demands-login-everywhere", "S07", "",
			"demande une authentification pour un service ouvert sans elle", "demands authentication for a service that is open without",
			func(p *policy) { p.free = func(*visit) (session, bool) { return session{}, false } }),
	}
}

// operator is that of the VI of a visit.
func (v *visit) operator() (Operator, bool) {
	organism, _ := v.expectation.Convention.OrganismByIssuer(v.judged.VI.Issuer)
	o, known := v.service.operators.of(organism.Name)
	return o, known && o.SSO != ""
}

// answerFlaws neglect to tie an answer to its request (S11).
func answerFlaws() []Flaw {
	return []Flaw{
		blind("accepts-unknown-request", "S11", "",
			"accepte une réponse à une demande qu'il n'a pas faite", "takes the answer to a request that it never made",
			"inresponseto-unknown", "inresponseto-unconfirmed"),
		blind("accepts-used-request", "S11", "",
			"accepte une seconde réponse à une même demande", "takes a second answer to one request", "inresponseto-used"),
		blind("accepts-expired-request", "S11", "",
			"accepte une réponse à une demande périmée", "takes the answer to a request that is over", "inresponseto-expired"),
	}
}

// choiceFlaws neglect the choice of the operator (S14).
func choiceFlaws() []Flaw {
	return []Flaw{
		neglecting("trusts-any-choice", "S14", "",
			"envoie la personne à tout opérateur que l'adresse désigne", "sends the person to any operator that the address designates",
			func(p *policy) {
				honest := p.chooses
				p.chooses = func(v *visit, chosen string) (Operator, bool) {
					if o, ok := honest(v, chosen); ok {
						return o, true
					}
					if o, known := v.service.operators.of(chosen); known {
						return o, true
					}
					u, err := url.Parse(chosen)
					return Operator{Organism: chosen, SSO: "https://" + strings.TrimPrefix(chosen, "https://")}, err == nil && chosen != "" && u.Scheme != "javascript"
				}
				send := p.ask
				p.ask = func(v *visit, o Operator, target string) answer {
					if _, ok := honest(v, o.Organism); ok {
						return send(v, o, target)
					}
					return v.service.redirect(v, o, target)
				}
			}),
		neglecting("redirects-from-discovery", "S14", "",
			"renvoie vers n'importe quelle adresse après le choix de l'opérateur", "redirects to any address after the choice of the operator",
			func(p *policy) {
				honest := p.ask
				p.ask = func(v *visit, o Operator, target string) answer {
					if u, err := url.Parse(target); err == nil && u.Host != "" {
						return answer{Status: http.StatusSeeOther, Header: http.Header{"Location": {target}}}
					}
					return honest(v, o, target)
				}
				target := p.target
				p.target = func(v *visit, relay string) (string, error) {
					if v.request.URL.Path == v.face.base+discoveryPath && relay != "" {
						return relay, nil
					}
					return target(v, relay)
				}
			}),
	}
}

// metadataFlaws believe metadata that are not to be believed (S16).
func metadataFlaws() []Flaw {
	return []Flaw{
		blind("accepts-unsigned-metadata", "S16", "",
			"croit des métadonnées sans signature", "believes metadata without signature", "metadata-signature-absent"),
		blind("accepts-expired-metadata", "S16", "",
			"croit des métadonnées périmées", "believes metadata that are over", "metadata-expired"),
		blind("accepts-replaced-key", "S16", "",
			"croit des métadonnées dont une autre clé est celle d'un attaquant", "believes metadata with the key of an attacker",
			"metadata-signer-untrusted", "metadata-signer-other", "metadata-key-other"),
	}
}

// outageFlaws neglect that an operator may be away (S17).
func outageFlaws() []Flaw {
	return []Flaw{
		neglecting("loops-on-outage", "S17", "",
			"recommence sans fin quand l'opérateur ne répond pas", "begins again for ever when the operator does not answer",
			func(p *policy) {
				p.outage = func(v *visit, _ Operator, target string, _ error) answer {
					return answer{Status: http.StatusSeeOther, Header: http.Header{"Location": {target}}}
				}
			}),
		neglecting("opens-on-outage", "S17", "",
			"laisse entrer quand l'opérateur ne répond pas", "lets persons in when the operator does not answer",
			func(p *policy) {
				p.outage = func(v *visit, _ Operator, target string, _ error) answer {
					one := v.anybody()
					return v.service.admit(v, one, target)
				}
			}),
		neglecting("hides-outage", "S17", "",
			"ne dit rien de clair et ne trace rien quand l'opérateur ne répond pas", "says nothing clear and traces nothing when the operator does not answer",
			func(p *policy) {
				p.outage = func(*visit, Operator, string, error) answer {
					return answer{
						Status: http.StatusInternalServerError, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
						Body: []byte(gateway.StackTrace),
					}
				}
			}),
	}
}

// contextFlaws take a context token for a VI (C05).
func contextFlaws() []Flaw {
	return []Flaw{
		neglecting("opens-with-context-token", "C05", "",
			"ouvre une session sur un jeton de contexte", "opens a session for a context token",
			func(p *policy) {
				rereads(p, func(v *visit) {
					if token, ok := v.contextToken(); ok {
						v.judged.VI = interops.VI{ID: token.ID, Issuer: token.Issuer, NameID: token.NameID, NotOnOrAfter: token.NotOnOrAfter}
						v.judged.Findings, v.blinded = nil, true
					}
				})
			}),
	}
}

// contextToken reads a token that came in the place of a VI, or as one.
func (v *visit) contextToken() (interops.ContextToken, bool) {
	form, _ := url.ParseQuery(string(v.incoming.Raw))
	encoded := form.Get(sso.ParameterContext)
	if encoded == "" {
		encoded = form.Get(sso.ParameterResponse)
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return interops.ContextToken{}, false
	}
	doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	if err != nil {
		return interops.ContextToken{}, false
	}
	assertion := doc.FindElement("//Assertion")
	if assertion == nil || assertion.FindElement("AuthnStatement") != nil {
		return interops.ContextToken{}, false
	}
	token := saml.DecodeContext(assertion)
	return token, token.Method != "" || token.Level != ""
}

// operatorTraceFlaws neglect the traces of a member (X02 to X11).
func operatorTraceFlaws() []Flaw {
	// The join of both organisms' traces is no trial of a member's: a person's whole way is (X10).
	all := slices.DeleteFunc(traceFlaws(), func(f Flaw) bool { return f.Name == "traces-with-wrong-clock" })
	for i := range all {
		all[i].Must, all[i].May = inSphere(all[i].Must), inSphere(all[i].May)
		all[i].May = append(all[i].May, "S17", "X10", "X11") // what is traced of an outage, a journey and a logout
	}
	return append(all, neglecting("forgets-logout", "X11", "X10",
		"ne trace pas les déconnexions", "keeps no trace of logouts", func(p *policy) { p.muteLogout = true }))
}
