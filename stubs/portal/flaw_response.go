package portal

import (
	"net/url"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/internal/xmlsec"
)

// responseFlaws neglect the Response around the VI (V18, G10).
func responseFlaws() []Flaw {
	return []Flaw{
		neglecting("omits-destination", "V18", "",
			"émet des Response sans destination", "emits Responses without Destination",
			drafts(func(_ *exit, d *sso.Draft) { d.Destination = "" })),
		neglecting("names-page-as-destination", "V18", "",
			"écrit la page visée à la place de l'adresse de réception", "writes the page that is aimed at in place of the ACS",
			drafts(func(x *exit, d *sso.Draft) { d.Destination = x.target.pages.String() })),
		neglecting("names-portal-as-issuer", "V18", "",
			"émet des Response au nom du portail et non de l'organisme", "emits Responses in the portal's name and not the organism's",
			forms(func(f *saml.Form) {
				for _, child := range f.Root.ChildElements() {
					if child.Tag == "Issuer" {
						child.SetText("https://portail.organisme-client.test")
					}
				}
			})),
		neglecting("answers-no-request", "V18", "",
			"prétend répondre à une demande que personne n'a faite", "pretends to answer a request that nobody made",
			drafts(func(x *exit, d *sso.Draft) { d.InResponseTo = "_" + x.id })),
		neglecting("states-failure", "V18", "",
			"émet des Response dont le statut dit l'échec", "emits Responses whose status says failure",
			forms(func(f *saml.Form) {
				for _, code := range f.Root.FindElements("./Status/StatusCode") {
					code.CreateAttr("Value", sso.StatusResponder)
				}
			})),
		neglecting("sends-two-assertions", "V18", "G10 V02",
			"joint au VI une seconde assertion", "adds a second assertion to the VI",
			seals(func(f *saml.Form) {
				second := f.VI.Copy()
				second.CreateAttr("ID", second.SelectAttrValue("ID", "")+"-bis")
				f.Root.AddChild(second)
			})),
		neglecting("sends-no-assertion", "V18", "G10 L02 V02 V20 X01 X04",
			"émet des Response sans VI", "emits Responses without VI",
			seals(func(f *saml.Form) { f.Root.RemoveChild(f.VI) })),
		neglecting("sends-bare-assertion", "V18", "G10",
			"envoie le VI seul, hors d'une Response", "sends the VI alone, outside any Response",
			func(p *policy) { p.wire = bare }),
		neglecting("signs-response-alone", "G10", "V18",
			"ne signe que la Response, et pas le VI", "signs the Response alone, and not the VI",
			func(p *policy) {
				drafts(func(_ *exit, d *sso.Draft) { d.ResponseSigner = &d.Signer })(p)
				forms(func(f *saml.Form) { f.Recipe = nil })(p)
			}),
		neglecting("writes-long-relaystate", "V18", "",
			"écrit une adresse de retour de plus de 80 octets", "writes a return address of more than 80 bytes",
			returns(func(page *url.URL) string { return page.String() + "#" + strings.Repeat("a", maxRelayState) })),
		neglecting("returns-home", "V18", "",
			"donne pour adresse de retour une page de chez lui", "gives a page of its own as return address",
			returns(func(*url.URL) string { return "https://portail.organisme-client.test/" })),
	}
}

// drafts makes the portal touch the Response before it is made.
func drafts(touch func(*exit, *sso.Draft)) func(*policy) {
	return func(p *policy) { p.draft = touch }
}

// forms makes the portal touch the Response before it is signed.
func forms(touch func(*saml.Form)) func(*policy) {
	return func(p *policy) {
		p.Form = func(f *saml.Form) error {
			touch(f)
			return nil
		}
	}
}

// seals makes the portal touch the Response after it is signed.
func seals(touch func(*saml.Form)) func(*policy) {
	return func(p *policy) {
		p.Signed = func(f *saml.Form) error {
			touch(f)
			return nil
		}
	}
}

// returns changes the return address.
func returns(address func(page *url.URL) string) func(*policy) {
	return func(p *policy) { p.relayState = address }
}

// bare takes the VI out of its Response.
func bare(raw []byte) ([]byte, error) {
	doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	if err != nil {
		return nil, err
	}
	for _, child := range doc.Root().ChildElements() {
		if child.Tag == "Assertion" {
			return xmlsec.Serialize(etree.NewDocumentWithRoot(child.Copy()))
		}
	}
	return raw, nil
}
