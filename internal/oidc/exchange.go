package oidc

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// GrantExchange is the grant by which a token is given for another (RFC 8693 §2.1).
const GrantExchange = "urn:ietf:params:oauth:grant-type:token-exchange"

// The types of tokens of an exchange (RFC 8693 §3).
const (
	TokenTypeAccess = "urn:ietf:params:oauth:token-type:access_token"
	TokenTypeJWT    = "urn:ietf:params:oauth:token-type:jwt"
	TokenTypeSAML2  = "urn:ietf:params:oauth:token-type:saml2"
)

// ExchangeAnswer is what an exchange gives (RFC 8693 §2.2.1).
type ExchangeAnswer struct {
	Access     string `json:"access_token"`
	IssuedType string `json:"issued_token_type,omitempty"`
	Type       string `json:"token_type,omitempty"`
	Expires    int    `json:"expires_in,omitempty"`
	Scope      string `json:"scope,omitempty"`
}

// PrintForm is how the print of a certificate stands in a token.
type PrintForm string

// The forms.
const (
	// PrintAbsent: there is none.
	PrintAbsent PrintForm = "absent"
	// PrintRFC: that of RFC 8705 §3.1, base64url of the 32 octets, 43 characters.
	PrintRFC PrintForm = "rfc8705"
	// PrintExample: that of the published example of the API volume, base64 of the 64 hexadecimal digits, 88 characters with
	// their padding.
	PrintExample PrintForm = "example"
	// PrintOther: something else, or the print of another certificate.
	PrintOther PrintForm = "other"
)

// Print is the print of a certificate as RFC 8705 §3.1 writes it.
func Print(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// ExamplePrint is the print of a certificate as the published example of the API volume writes it.
func ExamplePrint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString(sum[:])))
}

// Confirm is the claim cnf of a token that is bound by a print (RFC 8705 §3.1).
func Confirm(print string) map[string]any { return map[string]any{"x5t#S256": print} }

// ReadPrint finds the print in the claims of a token, or in what introspection says of it, and tells in which form it is
// that of the certificate.
func ReadPrint(claims map[string]any, c *x509.Certificate) (PrintForm, string) {
	confirmation, there := claims["cnf"].(map[string]any)
	value, isText := confirmation["x5t#S256"].(string)
	switch {
	case !there || !isText:
		return PrintAbsent, ""
	case value == Print(c):
		return PrintRFC, value
	case sameDigits(value, c):
		return PrintExample, value
	}
	return PrintOther, value
}

// sameDigits tells whether a text is base64, of either alphabet, of the hexadecimal digits of the print.
func sameDigits(value string, c *x509.Certificate) bool {
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(value, "="))
	digits, err := base64.RawStdEncoding.DecodeString(plain)
	sum := sha256.Sum256(c.Raw)
	return err == nil && strings.EqualFold(string(digits), hex.EncodeToString(sum[:]))
}
