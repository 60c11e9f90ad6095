package rest

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
)

// carried finds the token in the agreed header, once and nowhere else (R01).
func (j *judge) carried() (string, bool) {
	if where := j.astray(); where != "" {
		j.report("token-in-"+where, j.name(), where) // R01-N3, R01-N4
	}
	values := j.in.Header.Values(j.name())
	switch {
	case len(values) == 0:
		j.report("token-absent", j.name(), "") // R01-N1
		return "", false
	case len(values) > 1:
		j.report("token-repeated", "1", strconv.Itoa(len(values))) // R01-N2
		return "", false
	case len(values[0]) > MaxToken:
		j.report("token-oversized", "≤ "+strconv.Itoa(MaxToken), strconv.Itoa(len(values[0])))
		return "", false
	}
	token := strings.TrimSpace(values[0])
	if j.name() != Header {
		return token, token != "" || j.report("token-absent", j.name(), "")
	}
	named, token, _ := strings.Cut(token, " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(named, scheme(j.Token)) || token == "" { // RFC 9110 §11.1
		return "", j.report("token-absent", scheme(j.Token), named)
	}
	if strings.Contains(token, ",") { // several credentials in one field line (RFC 9110 §5.3)
		return "", j.report("token-repeated", "1", strconv.Itoa(1+strings.Count(token, ",")))
	}
	return token, true
}

func (j *judge) name() string { return cmp.Or(j.Name, Header) }

// astray tells where else than in its header a token stands: "query", "body", or nowhere.
func (j *judge) astray() string {
	if j.in.URL != nil && HoldsToken(j.in.URL.Query()) {
		return "query"
	}
	if len(j.in.Raw) == 0 || len(j.in.Raw) > MaxBody {
		return ""
	}
	if strings.HasPrefix(strings.ToLower(j.in.Header.Get("Content-Type")), "application/x-www-form-urlencoded") {
		if form, err := url.ParseQuery(string(j.in.Raw)); err == nil && HoldsToken(form) {
			return "body"
		}
	}
	if LooksLikeToken(string(bytes.TrimSpace(j.in.Raw))) {
		return "body"
	}
	return ""
}

// HoldsToken tells whether a parameter of an address or a form is one that no agreement puts there, or has a token.
func HoldsToken(values url.Values) bool {
	for name, list := range values {
		for _, v := range list {
			if name == ParameterToken || LooksLikeToken(v) {
				return true
			}
		}
	}
	return false
}

// LooksLikeToken tells whether a text is a JWS in compact form, or an assertion in base64, whatever their worth.
func LooksLikeToken(s string) bool {
	if len(s) > MaxBody {
		return false
	}
	if parts := strings.Split(s, "."); len(parts) == 3 {
		header, err := base64.RawURLEncoding.DecodeString(parts[0])
		return err == nil && bytes.HasPrefix(bytes.TrimSpace(header), []byte("{")) && bytes.Contains(header, []byte(`"alg"`))
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding, base64.URLEncoding} {
		if raw, err := encoding.DecodeString(s); err == nil && bytes.Contains(raw, []byte("Assertion")) {
			return true
		}
	}
	return false
}
