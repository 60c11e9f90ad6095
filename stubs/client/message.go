package client

import (
	"errors"
	"fmt"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/xmlsec"
)

// messageLife is how long a signed message is good for (A09).
const messageLife = 5 * time.Minute

var errNotBusiness = errors.New("read call: want a SOAP envelope whose Body has one element")

// business takes the application's message apart: its Body's element, with the namespaces that it sees, and
// its header blocks. A Security header of the application's goes no further (A14-N2).
func (g *Gateway) business(c *call, raw []byte) error {
	doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	if err != nil {
		return err
	}
	envelope := doc.Root()
	switch envelope.NamespaceURI() {
	case soap.Namespace11:
		c.version = soap.V11
	case soap.Namespace12:
		c.version = soap.V12
	default:
		return errNotBusiness
	}
	body := xmlsec.Child(envelope, envelope.NamespaceURI(), "Body")
	if envelope.Tag != "Envelope" || body == nil || len(body.ChildElements()) != 1 {
		return errNotBusiness
	}
	if header := xmlsec.Child(envelope, envelope.NamespaceURI(), "Header"); header != nil {
		for _, block := range header.ChildElements() {
			if block.Tag != "Security" || g.policy.keepsSecurity {
				c.headers = append(c.headers, standalone(block))
			}
		}
	}
	c.body, err = xmlsec.Serialize(etree.NewDocumentWithRoot(standalone(body.ChildElements()[0])))
	return err
}

// standalone copies an element with the namespaces that it has from its ancestors: also those that only a
// value uses, as in xsi:type, which exclusive c14n would lose.
func standalone(e *etree.Element) *etree.Element {
	copied := e.Copy()
	for a := e.Parent(); a != nil; a = a.Parent() {
		for _, attr := range a.Attr {
			declares := attr.Space == "xmlns" || attr.Space == "" && attr.Key == "xmlns"
			if declares && copied.SelectAttr(attr.FullKey()) == nil {
				copied.CreateAttr(attr.FullKey(), attr.Value)
			}
		}
	}
	return copied
}

// message is the envelope that leaves: the application's, with the VI; a nil VI leaves it bare.
func (g *Gateway) message(c *call, vi *interops.VI) ([]byte, error) {
	now := g.party.Now()
	draft := &soap.Draft{
		SOAP: c.version, Body: g.policy.body(c.body), Signer: c.signer, Profile: g.config.Bench.Profile,
		Credential: g.config.Bench.PKI.Credential, Rand: bench.Entropy(), Now: now,
		Hooks: saml.Hooks{
			Content: g.policy.Content, Signed: g.policy.Signed,
			Form: func(f *saml.Form) error {
				for _, block := range c.headers {
					f.Header.AddChild(block.Copy())
				}
				return g.policy.Form(f)
			},
		},
	}
	if vi == nil {
		return bareEnvelope(c, draft.Body), nil
	}
	draft.VI = *vi
	if c.project.MessageSignature {
		draft.Created, draft.Expires, draft.MessageSigner = now, now.Add(messageLife), &c.signer
	}
	raw, err := draft.Build()
	if err != nil {
		return nil, fmt.Errorf("make message: %w", err)
	}
	return raw, nil
}

// bareEnvelope is the message without any security, as only a flaw sends it.
func bareEnvelope(c *call, body []byte) []byte {
	space := soap.Namespace11
	if c.version == soap.V12 {
		space = soap.Namespace12
	}
	return fmt.Appendf(nil, `<soap:Envelope xmlns:soap="%s"><soap:Body>%s</soap:Body></soap:Envelope>`, space, body)
}
