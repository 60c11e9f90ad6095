package legible_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"etalon/internal/legible"
)

func TestUnfolded(t *testing.T) {
	const xml = `<saml2p:Response ID="_1"><saml2:Assertion>une assertion</saml2:Assertion></saml2p:Response>`
	encoded := base64.StdEncoding.EncodeToString([]byte(xml))
	form := url.Values{"SAMLResponse": {encoded}, "RelayState": {"/app/dossiers"}}.Encode()
	const head = "POST https://h.test/acs HTTP/1.1\r\nAccept: text/html"
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	jwt := part(`{"alg":"RS256"}`) + "." + part(`{"iss":"urn:x"}`) + ".c2lnbmF0dXJl"
	for name, test := range map[string]struct{ message, want string }{
		"form":            {head + "\r\n\r\n" + form, head + "\r\n\r\nRelayState = /app/dossiers\nSAMLResponse = \n" + xml + "\n"},
		"header":          {head + "\r\nX-Interops-Response: " + encoded + "\r\n\r\n", head + "\r\nX-Interops-Response:\n" + xml + "\r\n\r\n"},
		"token":           {head + "\r\nAuthorization: SAML " + encoded + "\r\n\r\n", head + "\r\nAuthorization: SAML\n" + xml + "\r\n\r\n"},
		"JWT":             {head + "\r\nAuthorization: Bearer " + jwt + "\r\n\r\n", head + "\r\nAuthorization: Bearer\n{\n  \"alg\": \"RS256\"\n}\n{\n  \"iss\": \"urn:x\"\n}\nc2lnbmF0dXJl\r\n\r\n"},
		"bare JWT":        {head + "\r\nX-Jeton: " + jwt + "\r\n\r\n", head + "\r\nX-Jeton:\n{\n  \"alg\": \"RS256\"\n}\n{\n  \"iss\": \"urn:x\"\n}\nc2lnbmF0dXJl\r\n\r\n"},
		"no JWT":          {head + "\r\nX: 10.15.7\r\nY: abcd.efgh.ijkl\r\n\r\n", head + "\r\nX: 10.15.7\r\nY: abcd.efgh.ijkl\r\n\r\n"},
		"garbled":         {head + "\r\n\r\nSAMLResponse=" + url.QueryEscape("*"+encoded), head + "\r\n\r\nSAMLResponse=" + url.QueryEscape("*"+encoded)},
		"another form":    {head + "\r\n\r\nnom=valeur", head + "\r\n\r\nnom=valeur"},
		"SOAP":            {head + "\r\n\r\n<s:Envelope/>", head + "\r\n\r\n<s:Envelope/>"},
		"no HTTP message": {"rien", "rien"},
		"base64, no XML":  {head + "\r\nX: " + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("a", 60))) + "\r\n\r\n", head + "\r\nX: " + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("a", 60))) + "\r\n\r\n"},
	} {
		if got := legible.Unfolded(test.message); got != test.want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, test.want)
		}
	}
}
