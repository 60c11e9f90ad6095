package pki

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// attributeTypes maps the short names of RFC 4514 §3 and those that French authorities use to their
// identifiers. The first name of an identifier is the one written.
var attributeTypes = []struct {
	name string
	oid  string
}{
	{"CN", "2.5.4.3"}, {"SN", "2.5.4.4"}, {"SERIALNUMBER", "2.5.4.5"}, {"C", "2.5.4.6"}, {"L", "2.5.4.7"},
	{"ST", "2.5.4.8"}, {"STREET", "2.5.4.9"}, {"O", "2.5.4.10"}, {"OU", "2.5.4.11"}, {"T", "2.5.4.12"},
	{"POSTALCODE", "2.5.4.17"}, {"GN", "2.5.4.42"}, {"organizationIdentifier", "2.5.4.97"},
	{"UID", "0.9.2342.19200300.100.1.1"}, {"DC", oidDomainComponent}, {"emailAddress", oidEmailAddress},
	{"S", "2.5.4.8"}, {"SURNAME", "2.5.4.4"}, {"GIVENNAME", "2.5.4.42"}, {"TITLE", "2.5.4.12"},
	{"E", oidEmailAddress}, {"EMAIL", oidEmailAddress},
}

// The attribute types whose values are IA5String (RFC 4519 §2.4, RFC 2985 §5.2.1).
const (
	oidDomainComponent = "0.9.2342.19200300.100.1.25"
	oidEmailAddress    = "1.2.840.113549.1.9.1"
)

// attribute is one type and value of a name. In a pattern, parts are the texts between the wildcards;
// without wildcard there is one part.
type attribute struct {
	oid   string
	parts []string
}

// distinguishedName lists the relative names in the order of the text, most specific first (RFC 4514 §2.1).
type distinguishedName [][]attribute

// Subject returns the certificate's subject as an RFC 4514 text.
func Subject(cert *x509.Certificate) string {
	dn, err := readName(cert.RawSubject)
	if err != nil {
		return cert.Subject.String()
	}
	return dn.String()
}

// readName reads a DER name.
func readName(der []byte) (distinguishedName, error) {
	var sequence pkix.RDNSequence
	if rest, err := asn1.Unmarshal(der, &sequence); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("read name: not a DER name (%d bytes left): %w", len(rest), err)
	}
	dn := make(distinguishedName, 0, len(sequence))
	for _, set := range slices.Backward(sequence) {
		rdn := make([]attribute, 0, len(set))
		for _, a := range set {
			text, ok := a.Value.(string)
			if !ok {
				return nil, fmt.Errorf("read name: the value of %s is not a text", a.Type)
			}
			rdn = append(rdn, attribute{a.Type.String(), []string{text}})
		}
		dn = append(dn, rdn)
	}
	return dn, nil
}

// String writes the name as RFC 4514 says.
func (dn distinguishedName) String() string {
	var b strings.Builder
	for i, rdn := range dn {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, a := range rdn {
			if j > 0 {
				b.WriteByte('+')
			}
			b.WriteString(typeName(a.oid))
			b.WriteByte('=')
			for k, part := range a.parts {
				if k > 0 {
					b.WriteByte('*')
				}
				writeValue(&b, part)
			}
		}
	}
	return b.String()
}

func typeName(oid string) string {
	for _, t := range attributeTypes {
		if t.oid == oid {
			return t.name
		}
	}
	return oid
}

// writeValue escapes what RFC 4514 §2.4 demands, the wildcard and control characters.
func writeValue(b *strings.Builder, value string) {
	for i, r := range value {
		edge := i == 0 && (r == ' ' || r == '#') || i == len(value)-1 && r == ' '
		switch {
		case r < 0x20 || r == 0x7f:
			b.WriteString(`\` + hex.EncodeToString([]byte{byte(r)}))
		case edge || strings.ContainsRune(`,+"\<>;=*`, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
}

// concrete returns the DER of the name, each wildcard replaced by text.
func (dn distinguishedName) concrete(text string) ([]byte, error) {
	sequence := make([][]rawAttribute, 0, len(dn))
	for _, rdn := range slices.Backward(dn) {
		set := make([]rawAttribute, 0, len(rdn))
		for _, a := range rdn {
			raw, err := a.encode(text)
			if err != nil {
				return nil, err
			}
			set = append(set, raw)
		}
		sequence = append(sequence, set)
	}
	return marshalSequence(sequence)
}

// rawAttribute is AttributeTypeAndValue with a value already typed.
type rawAttribute struct {
	Type  asn1.ObjectIdentifier
	Value asn1.RawValue
}

func (a attribute) encode(wildcard string) (rawAttribute, error) {
	oid, err := parseOID(a.oid)
	if err != nil {
		return rawAttribute{}, err
	}
	value := strings.Join(a.parts, wildcard)
	params := "utf8"
	switch {
	case a.oid == oidDomainComponent || a.oid == oidEmailAddress:
		params = "ia5"
	case printable(value):
		params = "printable"
	}
	der, err := asn1.MarshalWithParams(value, params)
	if err != nil {
		return rawAttribute{}, fmt.Errorf("encode %s=%q: %w", typeName(a.oid), value, err)
	}
	return rawAttribute{oid, asn1.RawValue{FullBytes: der}}, nil
}

// printable tells whether the text fits a PrintableString (X.680 §41.4).
func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		alphanumeric := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		return !alphanumeric && !strings.ContainsRune(" '()+,-./:=?", r)
	}) < 0
}

// rawAttributeSET is a relative name; by the end of its name encoding/asn1 knows that it is a SET.
type rawAttributeSET []rawAttribute

func marshalSequence(sequence [][]rawAttribute) ([]byte, error) {
	sets := make([]rawAttributeSET, len(sequence))
	for i, s := range sequence {
		sets[i] = s
	}
	der, err := asn1.Marshal(sets)
	if err != nil {
		return nil, fmt.Errorf("encode name: %w", err)
	}
	return der, nil
}
