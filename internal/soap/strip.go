package soap

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// Strip returns the envelope without the Security headers addressed to the receiver, and without the
// Header when nothing else was in it: what a gateway forwards to its backend. The Body stays
// canonically the same (A05). It fails on what is not a SOAP envelope.
func Strip(raw []byte) ([]byte, error) {
	doc, err := open(raw)
	if err != nil {
		return nil, fmt.Errorf("strip security header: %w", err)
	}
	envelope := doc.Root()
	header := xmlsec.Child(envelope, envelope.NamespaceURI(), "Header")
	for _, block := range securities(header, versionOf(envelope.NamespaceURI())) {
		header.RemoveChild(block)
	}
	if header != nil && len(header.ChildElements()) == 0 {
		envelope.RemoveChild(header)
	}
	return xmlsec.Serialize(doc)
}

// BodyDigest returns the hex SHA-256 of the Body alone in exclusive canonical form: equal on both sides
// of a gateway that leaves the business message as it is (A05). It fails on what is not a SOAP envelope.
func BodyDigest(raw []byte) (string, error) {
	doc, err := open(raw)
	if err != nil {
		return "", fmt.Errorf("digest body: %w", err)
	}
	envelope := doc.Root()
	body := xmlsec.Child(envelope, envelope.NamespaceURI(), "Body")
	if body == nil {
		return "", errors.New("digest body: the envelope has none")
	}
	canonical, err := xmlsec.Canonicalize(body)
	if err != nil {
		return "", fmt.Errorf("digest body: %w", err)
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}

// CarriesVI tells whether a message holds a SAML assertion anywhere, be it readable or not: a response
// holds none (A06), nor does what a gateway forwards.
func CarriesVI(raw []byte) bool {
	doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	if err != nil {
		named := bytes.Contains(raw, []byte(saml.Namespace20)) || bytes.Contains(raw, []byte(saml.Namespace11))
		return named && bytes.Contains(raw, []byte("Assertion"))
	}
	return holdsAssertion(&doc.Element)
}

func open(raw []byte) (*etree.Document, error) {
	doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	if err != nil {
		return nil, err
	}
	if root := doc.Root(); root.Tag != "Envelope" || versionOf(root.NamespaceURI()) == "" {
		return nil, errors.New("not a SOAP envelope")
	}
	return doc, nil
}
