package soap

import (
	"fmt"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// Build makes the message: the VI is encoded, laid in the envelope, signed and serialised, and the hooks
// run in between. It fails when the body is not one XML element, a hook fails, or a signature cannot be
// made. The Draft is not changed.
func (d *Draft) Build() ([]byte, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	if err := run(d.Hooks.Form, form); err != nil {
		return nil, fmt.Errorf("alter form: %w", err)
	}
	if err := d.sign(form); err != nil {
		return nil, err
	}
	if err := run(d.Hooks.Signed, form); err != nil {
		return nil, fmt.Errorf("alter signed form: %w", err)
	}
	raw, err := xmlsec.Serialize(document(form.Root))
	if err != nil {
		return nil, fmt.Errorf("serialise envelope: %w", err)
	}
	if d.Hooks.Wire == nil {
		return raw, nil
	}
	if raw, err = d.Hooks.Wire(raw); err != nil {
		return nil, fmt.Errorf("alter bytes: %w", err)
	}
	return raw, nil
}

func run(hook func(*saml.Form) error, form *saml.Form) error {
	if hook == nil {
		return nil
	}
	return hook(form)
}

// form encodes the VI and lays out the envelope.
func (d *Draft) form() (*saml.Form, error) {
	vi := d.VI
	if d.Hooks.Content != nil {
		d.Hooks.Content(&vi)
	}
	assertion, err := saml.Encode(vi, d.Profile)
	if err != nil {
		return nil, err
	}
	version := d.SOAP
	if version == "" {
		version = V11
	}
	if namespaceOf[version] == "" {
		return nil, fmt.Errorf("build envelope: SOAP version %q is neither %q nor %q", version, V11, V12)
	}
	f := &saml.Form{SOAP: version, VI: assertion, Credential: d.Credential, Now: d.Now}
	f.Root = etree.NewElement("soap:Envelope")
	f.Root.CreateAttr("xmlns:soap", namespaceOf[version])
	f.Header = f.Root.CreateElement("soap:Header")
	f.Body = f.Root.CreateElement("soap:Body")
	f.Holder = f.Header.CreateElement("wsse:Security")
	f.Holder.CreateAttr("xmlns:wsse", xmlsec.NamespaceWSSE)
	f.Holder.CreateAttr("soap:mustUnderstand", "1")
	if err := d.fill(f, vi); err != nil {
		return nil, err
	}
	if err := d.prescribe(f, vi.ID); err != nil {
		return nil, err
	}
	return f, nil
}

// prescribe tells how the VI and, where agreed, the message are signed. A VI without identifier is signed
// by the empty reference, as there is nothing else to name it by.
func (d *Draft) prescribe(f *saml.Form, id string) error {
	recipe, err := xmlsec.EnvelopedRecipe(id, d.Signer.Key, d.Signer.Chain)
	if err != nil {
		return fmt.Errorf("sign VI: %w", err)
	}
	if id == "" {
		recipe.References[0].URI = ""
	}
	f.Recipe, f.Index = &recipe, saml.SignatureIndex(f.VI)
	if d.MessageSigner == nil {
		return nil
	}
	if f.Message, err = messageRecipe(f, *d.MessageSigner); err != nil {
		return fmt.Errorf("sign message: %w", err)
	}
	return nil
}

// fill puts the Timestamp, the VI and its reference into the header, and the application's element into the Body.
func (d *Draft) fill(f *saml.Form, vi interops.VI) error {
	if !d.Created.IsZero() || !d.Expires.IsZero() {
		f.Holder.AddChild(timestamp(d.Created, d.Expires))
	}
	f.Holder.AddChild(f.VI)
	if d.TokenReference {
		f.Holder.AddChild(tokenReference(vi))
	}
	business, err := xmlsec.Parse(d.Body, xmlsec.DefaultLimits)
	if err != nil {
		return fmt.Errorf("read application body: %w", err)
	}
	f.Body.AddChild(business.Root())
	return nil
}

// sign makes the signatures that the recipes tell, the VI's first.
func (d *Draft) sign(f *saml.Form) error {
	document(f.Root)
	if f.Recipe != nil {
		if _, err := f.Recipe.Sign(d.Rand, f.VI, f.Index); err != nil {
			return fmt.Errorf("sign VI: %w", err)
		}
	}
	if f.Message != nil {
		if _, err := f.Message.Sign(d.Rand, f.Holder, len(f.Holder.Child)); err != nil {
			return fmt.Errorf("sign message: %w", err)
		}
	}
	return nil
}

// document returns the document of an envelope.
func document(envelope *etree.Element) *etree.Document {
	doc := etree.NewDocument()
	doc.SetRoot(envelope)
	return doc
}

func timestamp(created, expires time.Time) *etree.Element {
	t := etree.NewElement("wsu:Timestamp")
	t.CreateAttr("xmlns:wsu", xmlsec.NamespaceWSU)
	for _, instant := range []struct {
		name string
		at   time.Time
	}{{"Created", created}, {"Expires", expires}} {
		if !instant.at.IsZero() {
			t.CreateElement("wsu:" + instant.name).SetText(instant.at.UTC().Format(interops.InstantLayout))
		}
	}
	return t
}

// tokenReference names the VI by its identifier (SAML Token Profile 1.1 §3.4).
func tokenReference(vi interops.VI) *etree.Element {
	r := etree.NewElement("wsse:SecurityTokenReference")
	r.CreateAttr("xmlns:wsse11", namespaceWSSE11)
	r.CreateAttr("wsse11:TokenType", tokenTypes[vi.Version])
	id := r.CreateElement("wsse:KeyIdentifier")
	id.CreateAttr("ValueType", keyIdentifiers[vi.Version])
	id.SetText(vi.ID)
	return r
}
