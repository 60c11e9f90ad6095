package sso

import (
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// NamespaceMetadata is that of SAML 2.0 metadata.
const NamespaceMetadata = "urn:oasis:names:tc:SAML:2.0:metadata"

// Endpoint is an address and the binding that it takes.
type Endpoint struct {
	Binding  Binding
	Location string
}

// Metadata is what a member of a sphere publishes about itself (S16). A zero field is left out.
type Metadata struct {
	ID string
	// EntityID is the name by which the member goes: its Issuer, its Recipient, or the Audience of a service.
	EntityID   string
	ValidUntil time.Time
	// IDP tells of an authentication operator, with SSO; SP of a service operator, with ACS. SLO is of both.
	IDP, SP       bool
	SSO, SLO, ACS []Endpoint
	// Keys are the certificate chains, leaf first, with which the member signs.
	Keys [][]*x509.Certificate
}

// Build makes the signed metadata; Binding and RelayState of the Sending have no meaning here. It fails when a hook
// fails or the signature cannot be made.
func (m Metadata) Build(s Sending) ([]byte, error) {
	root := etree.NewElement("md:EntityDescriptor")
	root.CreateAttr("xmlns:md", NamespaceMetadata)
	attribute(root, "ID", m.ID)
	attribute(root, "entityID", m.EntityID)
	attribute(root, "validUntil", stamp(m.ValidUntil))
	if m.IDP {
		role := m.role(root, "IDPSSODescriptor")
		endpoints(role, "SingleLogoutService", m.SLO)
		role.CreateElement("md:NameIDFormat").SetText(interops.FormatUnspecified)
		endpoints(role, "SingleSignOnService", m.SSO)
		role.CreateAttr("WantAuthnRequestsSigned", "true")
	}
	if m.SP {
		role := m.role(root, "SPSSODescriptor")
		endpoints(role, "SingleLogoutService", m.SLO)
		role.CreateElement("md:NameIDFormat").SetText(interops.FormatUnspecified)
		for i, el := range endpoints(role, "AssertionConsumerService", m.ACS) {
			el.CreateAttr("index", strconv.Itoa(i))
		}
		role.CreateAttr("AuthnRequestsSigned", "true")
		role.CreateAttr("WantAssertionsSigned", "true")
	}
	f := &saml.Form{Root: root, Credential: s.Credential, Now: s.Now}
	if s.Signer != nil {
		recipe, err := recipeFor(m.ID, *s.Signer)
		if err != nil {
			return nil, fmt.Errorf("sign metadata: %w", err)
		}
		f.Message = recipe
	}
	return finish(f, s.Hooks, s.Rand)
}

func (m Metadata) role(root *etree.Element, tag string) *etree.Element {
	role := root.CreateElement("md:" + tag)
	role.CreateAttr("protocolSupportEnumeration", NamespaceProtocol)
	for _, chain := range m.Keys {
		key := role.CreateElement("md:KeyDescriptor")
		key.CreateAttr("use", "signing")
		info := key.CreateElement("ds:KeyInfo")
		info.CreateAttr("xmlns:ds", xmlsec.NamespaceDS)
		data := info.CreateElement("ds:X509Data")
		for _, certificate := range chain {
			data.CreateElement("ds:X509Certificate").SetText(base64.StdEncoding.EncodeToString(certificate.Raw))
		}
	}
	return role
}

func endpoints(role *etree.Element, tag string, all []Endpoint) []*etree.Element {
	var made []*etree.Element
	for _, e := range all {
		el := role.CreateElement("md:" + tag)
		el.CreateAttr("Binding", string(e.Binding))
		el.CreateAttr("Location", e.Location)
		made = append(made, el)
	}
	return made
}

// Endpoint returns the address of a list that takes a binding.
func (m Metadata) Endpoint(list []Endpoint, b Binding) (string, bool) {
	i := slices.IndexFunc(list, func(e Endpoint) bool { return e.Binding == b })
	if i < 0 {
		return "", false
	}
	return list[i].Location, true
}

// maxKeys bounds the certificates that are read from one document.
const maxKeys = 16

// readMetadata reads what a document says; what is absent or cannot be read stays zero.
func readMetadata(root *etree.Element) Metadata {
	until, _ := saml.ReadInstant(xmlsec.Value(root, "validUntil"))
	m := Metadata{ID: xmlsec.Value(root, "ID"), EntityID: xmlsec.Value(root, "entityID"), ValidUntil: until}
	for _, role := range root.ChildElements() {
		switch named(role) {
		case "md:IDPSSODescriptor":
			m.IDP = true
		case "md:SPSSODescriptor":
			m.SP = true
		default:
			continue
		}
		m.SSO = append(m.SSO, readEndpoints(role, "SingleSignOnService")...)
		m.ACS = append(m.ACS, readEndpoints(role, "AssertionConsumerService")...)
		for _, e := range readEndpoints(role, "SingleLogoutService") {
			if !slices.Contains(m.SLO, e) {
				m.SLO = append(m.SLO, e)
			}
		}
		for _, key := range xmlsec.Children(role, NamespaceMetadata, "KeyDescriptor") {
			if chain := readKey(key); len(m.Keys) < maxKeys && len(chain) > 0 && !slices.ContainsFunc(m.Keys, same(chain)) {
				m.Keys = append(m.Keys, chain)
			}
		}
	}
	return m
}

func same(chain []*x509.Certificate) func([]*x509.Certificate) bool {
	return func(other []*x509.Certificate) bool { return other[0].Equal(chain[0]) }
}

func readEndpoints(role *etree.Element, tag string) []Endpoint {
	var all []Endpoint
	for _, el := range xmlsec.Children(role, NamespaceMetadata, tag) {
		all = append(all, Endpoint{Binding: Binding(xmlsec.Value(el, "Binding")), Location: xmlsec.Value(el, "Location")})
	}
	return all
}

// readKey reads the certificates of a key that signs; none when it is only for encryption or one cannot be read.
func readKey(key *etree.Element) []*x509.Certificate {
	if use := xmlsec.Value(key, "use"); use != "" && use != "signing" {
		return nil
	}
	var chain []*x509.Certificate
	for _, data := range xmlsec.Children(xmlsec.Child(key, xmlsec.NamespaceDS, "KeyInfo"), xmlsec.NamespaceDS, "X509Data") {
		for _, el := range xmlsec.Children(data, xmlsec.NamespaceDS, "X509Certificate") {
			raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(xmlsec.TrimmedText(el)), ""))
			if err != nil || len(chain) == maxKeys {
				return nil
			}
			certificate, err := x509.ParseCertificate(raw)
			if err != nil {
				return nil
			}
			chain = append(chain, certificate)
		}
	}
	return chain
}
