package pki

import (
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// parseName reads an RFC 4514 name. Beyond it: spaces around separators, ";" as separator and quoted
// values (RFC 2253 §4), and an unescaped "*" as wildcard. It refuses an unknown attribute type, an
// empty name, a missing "=", a broken escape and a value that is not UTF-8.
func parseName(text string) (distinguishedName, error) {
	p := nameParser{rest: text}
	var dn distinguishedName
	var rdn []attribute
	for {
		a, separator, err := p.attribute()
		if err != nil {
			return nil, fmt.Errorf("read name %q: %w", text, err)
		}
		rdn = append(rdn, a)
		if separator == '+' {
			continue
		}
		dn, rdn = append(dn, rdn), nil
		if separator == 0 {
			return dn, nil
		}
	}
}

// nameParser consumes its text from the left.
type nameParser struct{ rest string }

// attribute reads "type=value" and the separator after it, 0 at the end of the text.
func (p *nameParser) attribute() (attribute, byte, error) {
	key, rest, found := strings.Cut(p.rest, "=")
	key = strings.TrimSpace(key)
	if !found || key == "" {
		return attribute{}, 0, fmt.Errorf("want TYPE=value, such as CN=srv.example,O=Org,C=FR; got %q", p.rest)
	}
	oid, err := typeOID(key)
	if err != nil {
		return attribute{}, 0, err
	}
	p.rest = strings.TrimLeft(rest, " ")
	if strings.HasPrefix(p.rest, "#") {
		value, separator, err := p.hexValue()
		return attribute{oid, []string{value}}, separator, err
	}
	parts, separator, err := p.value()
	return attribute{oid, parts}, separator, err
}

func typeOID(key string) (string, error) {
	for _, t := range attributeTypes {
		if strings.EqualFold(t.name, key) {
			return t.oid, nil
		}
	}
	oid, err := parseOID(strings.TrimPrefix(strings.ToLower(key), "oid."))
	if err != nil {
		return "", fmt.Errorf("unknown attribute type %q: want CN, O, OU, C, … or a dotted number", key)
	}
	return oid.String(), nil
}

func parseOID(text string) (asn1.ObjectIdentifier, error) {
	fields := strings.Split(text, ".")
	oid := make(asn1.ObjectIdentifier, 0, len(fields))
	for _, f := range fields {
		n, err := strconv.ParseUint(f, 10, 31)
		if err != nil {
			return nil, fmt.Errorf("read object identifier %q: %w", text, err)
		}
		oid = append(oid, int(n))
	}
	if len(oid) < 2 {
		return nil, fmt.Errorf("read object identifier %q: want at least two numbers", text)
	}
	return oid, nil
}

// value reads an escaped or quoted text up to its separator, and splits it at the wildcards.
func (p *nameParser) value() ([]string, byte, error) {
	var parts []string
	var part []byte
	quoted := false
	for i := 0; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '\\':
			b, n, err := unescape(p.rest[i+1:])
			if err != nil {
				return nil, 0, err
			}
			part = append(part, b)
			i += n
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ',' || c == ';' || c == '+'):
			p.rest = p.rest[i+1:]
			return closeValue(parts, part, separatorOf(c))
		case !quoted && c == '*':
			parts, part = append(parts, string(part)), nil
		default:
			part = append(part, c)
		}
	}
	p.rest = ""
	if quoted {
		return nil, 0, fmt.Errorf("a quotation mark is not closed")
	}
	return closeValue(parts, part, 0)
}

func separatorOf(c byte) byte {
	if c == ';' {
		return ','
	}
	return c
}

// closeValue trims the outer spaces, which count for nothing in a comparison either.
func closeValue(parts []string, last []byte, separator byte) ([]string, byte, error) {
	parts = append(parts, string(last))
	parts[0] = strings.TrimLeft(parts[0], " ")
	parts[len(parts)-1] = strings.TrimRight(parts[len(parts)-1], " ")
	for _, part := range parts {
		if !utf8.ValidString(part) {
			return nil, 0, fmt.Errorf("value %q is not UTF-8", part)
		}
	}
	return parts, separator, nil
}

// unescape reads what follows a backslash: two hexadecimal digits or one character; n bytes are consumed.
func unescape(after string) (b byte, n int, err error) {
	if len(after) >= 2 {
		if raw, err := hex.DecodeString(after[:2]); err == nil {
			return raw[0], 2, nil
		}
	}
	if after == "" {
		return 0, 0, fmt.Errorf("nothing follows the last backslash")
	}
	return after[0], 1, nil
}

// hexValue reads "#" and the hexadecimal digits of a DER text.
func (p *nameParser) hexValue() (string, byte, error) {
	end := strings.IndexAny(p.rest, ",;+")
	digits, separator := p.rest, byte(0)
	if end >= 0 {
		digits, separator = p.rest[:end], separatorOf(p.rest[end])
		p.rest = p.rest[end+1:]
	}
	der, err := hex.DecodeString(strings.TrimSpace(digits[1:]))
	if err != nil {
		return "", 0, fmt.Errorf("value %q: want hexadecimal digits after #", digits)
	}
	var value any
	if rest, err := asn1.Unmarshal(der, &value); err != nil || len(rest) > 0 {
		return "", 0, fmt.Errorf("value %q is not DER", digits)
	}
	text, ok := value.(string)
	if !ok {
		return "", 0, fmt.Errorf("value %q is not a text", digits)
	}
	return text, separator, nil
}
