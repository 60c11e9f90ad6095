package whitelist

import (
	"fmt"

	"github.com/beevik/etree"

	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/xmlsec"
)

// Draft is a list to write.
type Draft struct {
	List mssante.WhiteList
	// Signer signs it; without a key the list is left unsigned, as the authority never leaves it.
	Signer pki.Credential
	// ByID has the signature name the list by an identifier (xml:id) instead of the whole file (URI=""). Honest signatures
	// may be of either form; the second needs no attribute that the schema may not know.
	ByID bool
	// BareKey tells the key of the signature without a certificate.
	BareKey bool
	// Form alters the tree before it is signed, Wire the file after; nil leaves them.
	Form func(root *etree.Element) error
	Wire func([]byte) ([]byte, error)
}

// identifier is that of a list that is signed by it.
const identifier = "liste"

// Build writes the list. It refuses a key that fits no method, and what Form and Wire refuse.
func (d Draft) Build() ([]byte, error) {
	root := tree(d.List)
	if d.ByID {
		root.CreateAttr("xml:id", identifier)
	}
	doc := etree.NewDocumentWithRoot(root)
	if d.Form != nil {
		if err := d.Form(root); err != nil {
			return nil, fmt.Errorf("write white list: %w", err)
		}
	}
	if d.Signer.Key != nil {
		if err := d.sign(root); err != nil {
			return nil, fmt.Errorf("sign white list: %w", err)
		}
	}
	raw, err := xmlsec.Serialize(doc)
	if err != nil {
		return nil, fmt.Errorf("write white list: %w", err)
	}
	raw = append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), raw...)
	if d.Wire == nil {
		return raw, nil
	}
	if raw, err = d.Wire(raw); err != nil {
		return nil, fmt.Errorf("write white list: %w", err)
	}
	return raw, nil
}

// sign puts the signature last in the list.
func (d Draft) sign(root *etree.Element) error {
	recipe, err := xmlsec.EnvelopedRecipe(identifier, d.Signer.Key, d.Signer.Chain)
	if err != nil {
		return err
	}
	recipe.References[0].Target = root
	if !d.ByID {
		recipe.References[0].URI = ""
	}
	if d.BareKey {
		recipe.KeyInfo = xmlsec.KeyInfo{Form: xmlsec.KeyInfoKeyValue}
	}
	_, err = recipe.Sign(nil, root, len(root.Child))
	return err
}

// tree makes the elements of a list.
func tree(l mssante.WhiteList) *etree.Element {
	root := etree.NewElement(nameList)
	root.CreateAttr("xmlns", Namespace)
	add(root, nameGenerated, l.Generated.UTC().Format(layout))
	for _, d := range l.Domains {
		entry(root, d)
	}
	return root
}

// entry appends a domain to the list.
func entry(root *etree.Element, d mssante.ListedDomain) *etree.Element {
	e := root.CreateElement(nameDomain)
	add(e, nameName, d.Name)
	add(e, nameDescription, d.Description)
	add(e, nameOperator, d.Operator)
	add(e, nameResponsible, d.Responsible)
	add(e, nameSupport, d.Support)
	if !d.Updated.IsZero() {
		add(e, nameUpdated, d.Updated.UTC().Format(layout))
	}
	return e
}

func add(parent *etree.Element, name, text string) {
	e := parent.CreateElement(name)
	if text != "" {
		e.SetText(text)
	}
}
