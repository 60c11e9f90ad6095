package sso

import (
	"fmt"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// Build makes the Response: the VI is encoded, laid in the Response, signed and serialised, and the hooks run in
// between. In their Form, Root and Holder are the Response; VI is nil when the status is not Success. It fails when
// a hook fails or a signature cannot be made. The Draft is not changed.
func (d *Draft) Build() ([]byte, error) {
	f, err := d.form()
	if err != nil {
		return nil, err
	}
	return finish(f, d.Hooks, d.Rand)
}

// form encodes the VI and lays out the Response.
func (d *Draft) form() (*saml.Form, error) {
	vi := d.VI
	if d.Hooks.Content != nil {
		d.Hooks.Content(&vi)
	}
	f := &saml.Form{Credential: d.Credential, Now: d.Now}
	at := d.Now
	if at.IsZero() {
		at = vi.IssueInstant
	}
	f.Root = message("Response", d.ID, d.Destination, vi.Issuer, at)
	f.Holder = f.Root
	attribute(f.Root, "InResponseTo", d.InResponseTo)
	f.Root.AddChild(status(d.Status, d.SubStatus))
	if err := d.include(f, vi); err != nil {
		return nil, err
	}
	if d.ResponseSigner != nil {
		recipe, err := recipeFor(d.ID, *d.ResponseSigner)
		if err != nil {
			return nil, fmt.Errorf("sign Response: %w", err)
		}
		f.Message = recipe
	}
	return f, nil
}

// include puts the signed VI into a Response of success.
func (d *Draft) include(f *saml.Form, vi interops.VI) error {
	if d.Status != "" && d.Status != StatusSuccess {
		return nil
	}
	assertion, err := saml.Encode(vi, d.Profile)
	if err != nil {
		return err
	}
	f.VI = assertion
	f.Root.AddChild(assertion)
	if f.Recipe, err = recipeFor(vi.ID, d.Signer); err != nil {
		return fmt.Errorf("sign VI: %w", err)
	}
	f.Index = saml.SignatureIndex(assertion)
	return nil
}

// recipeFor is the honest signature of an element. One without identifier is signed by the empty reference, as
// there is nothing else to name it by.
func recipeFor(id string, signer pki.Credential) (*xmlsec.Recipe, error) {
	recipe, err := xmlsec.EnvelopedRecipe(id, signer.Key, signer.Chain)
	if err != nil {
		return nil, err
	}
	if id == "" {
		recipe.References[0].URI = ""
	}
	return &recipe, nil
}

// message lays out the head that all protocol messages share (SAML core §3.2.1, §3.2.2).
func message(tag, id, destination, issuer string, at time.Time) *etree.Element {
	el := etree.NewElement("saml2p:" + tag)
	el.CreateAttr("xmlns:saml2p", NamespaceProtocol)
	attribute(el, "ID", id)
	attribute(el, "Version", saml.Version20)
	attribute(el, "IssueInstant", stamp(at))
	attribute(el, "Destination", destination)
	if issuer != "" {
		assertionElement(el, "Issuer").SetText(issuer)
	}
	return el
}

// assertionElement adds an element of the assertion namespace to a protocol message.
func assertionElement(parent *etree.Element, tag string) *etree.Element {
	el := parent.CreateElement("saml2:" + tag)
	el.CreateAttr("xmlns:saml2", saml.Namespace20)
	return el
}

func status(code, sub string) *etree.Element {
	if code == "" {
		code = StatusSuccess
	}
	el := etree.NewElement("saml2p:Status")
	first := el.CreateElement("saml2p:StatusCode")
	first.CreateAttr("Value", code)
	if sub != "" {
		first.CreateElement("saml2p:StatusCode").CreateAttr("Value", sub)
	}
	return el
}

// attribute adds an attribute unless its value is empty.
func attribute(el *etree.Element, name, value string) {
	if value != "" {
		el.CreateAttr(name, value)
	}
}

// stamp writes an instant as messages carry it, nothing for the zero one.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(interops.InstantLayout)
}
