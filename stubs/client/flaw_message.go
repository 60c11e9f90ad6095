package client

import (
	"bytes"
	"net/http"
	"strings"
	"unicode"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

// exposureFlaws show the VI where it must not be (L08).
func exposureFlaws() []Flaw {
	return []Flaw{
		neglecting("copies-vi-to-address", "L08", "",
			"recopie le VI dans l'adresse appelée", "copies the VI into the address that it calls",
			func(p *policy) { p.copiesVI = true }),
		neglecting("logs-vi", "L08", "",
			"écrit le VI entier dans son journal en clair", "writes the whole VI to its clear log",
			func(p *policy) {
				p.sent = func(g *Gateway, c *call, raw []byte) {
					g.config.Log.Info("message émis", "requete", c.id, "message", string(raw))
				}
			}),
		neglecting("echoes-vi-in-error", "L08", "A06",
			"recopie le VI dans l'erreur rendue à l'application", "copies the VI into the error that the application gets",
			func(p *policy) {
				p.refusal = func(own *reply, by reply) {
					detail := new(bytes.Buffer)
					(&etree.CharData{Data: string(by.sent)}).WriteTo(detail, &etree.WriteSettings{})
					own.body = bytes.Replace(own.body, []byte("</soapenv:Fault>"), append(append([]byte("<detail><message>"), detail.Bytes()...), "</message></detail></soapenv:Fault>"...), 1)
				}
			}),
	}
}

// messageFlaws change the business message (A05).
func messageFlaws() []Flaw {
	return []Flaw{
		neglecting("renames-body", "A05", "",
			"change l'espace de noms du message métier", "changes the namespace of the business message",
			rewrites(func(e *etree.Element) {
				name := "xmlns"
				if e.Space != "" {
					name = "xmlns:" + e.Space
				}
				e.CreateAttr(name, e.NamespaceURI()+":v2")
			})),
		neglecting("trims-body-text", "A05", "",
			"retire les blancs aux bords des textes du message métier", "strips the blanks around the texts of the business message",
			rewrites(eachText(strings.TrimSpace))),
		neglecting("loses-accents", "A05", "",
			"remplace les lettres accentuées du message métier", "replaces the accented letters of the business message",
			rewrites(eachText(func(s string) string {
				return strings.Map(func(r rune) rune {
					if r > unicode.MaxASCII {
						return '?'
					}
					return r
				}, s)
			}))),
		neglecting("drops-empty-elements", "A05", "",
			"ôte les éléments vides du message métier", "takes the empty elements out of the business message",
			rewrites(dropEmpty)),
	}
}

// rewrites makes the gateway touch the Body's element.
func rewrites(touch func(*etree.Element)) func(*policy) {
	return func(p *policy) {
		p.body = func(body []byte) []byte {
			doc, err := xmlsec.Parse(body, xmlsec.DefaultLimits)
			if err != nil {
				return body
			}
			touch(doc.Root())
			out, err := xmlsec.Serialize(doc)
			if err != nil {
				return body
			}
			return out
		}
	}
}

// eachText changes every text below an element.
func eachText(change func(string) string) func(*etree.Element) {
	var walk func(*etree.Element)
	walk = func(e *etree.Element) {
		for _, token := range e.Child {
			switch t := token.(type) {
			case *etree.CharData:
				t.Data = change(t.Data)
			case *etree.Element:
				walk(t)
			}
		}
	}
	return walk
}

// dropEmpty removes the elements without content below an element.
func dropEmpty(e *etree.Element) {
	for _, child := range e.ChildElements() {
		if len(child.Child) == 0 {
			e.RemoveChild(child)
			continue
		}
		dropEmpty(child)
	}
}

// answerFlaws change the partner's answer (A06), or believe it (A15).
func answerFlaws() []Flaw {
	return []Flaw{
		neglecting("replaces-business-fault", "A06", "",
			"remplace la faute de l'application du partenaire par la sienne", "replaces the fault of the partner's application by its own",
			relays(func(answer *reply) {
				if bytes.Contains(answer.body, []byte("Fault>")) {
					*answer = unavailable()
				}
			})),
		neglecting("changes-status", "A06", "",
			"rend toujours le statut 200", "always answers with status 200",
			relays(func(answer *reply) { answer.status = http.StatusOK })),
		neglecting("rewrites-answer", "A06", "",
			"retire les espaces de la réponse de l'application", "strips the blanks from the application's answer",
			relays(func(answer *reply) { answer.body = bytes.ReplaceAll(answer.body, []byte(" "), []byte("  ")) })),
		neglecting("passes-vi-of-answer", "A06", "",
			"laisse à l'application l'en-tête de sécurité de la réponse", "leaves the Security header of the answer to the application",
			func(p *policy) { p.keepsAnswerSecurity = true }),
		neglecting("passes-identity-of-answer", "A15", "",
			"remet à l'application un en-tête Interops-Infos venu du partenaire", "hands the application an Interops-Infos header that comes from the partner",
			relays(func(answer *reply) {
				if values := answer.from.Values(InteropsInfosHeader); len(values) > 0 {
					answer.header[InteropsInfosHeader] = values
				}
			})),
	}
}

// relays makes the gateway touch the partner's answer before the application gets it.
func relays(touch func(*reply)) func(*policy) {
	return func(p *policy) { p.relay = touch }
}
