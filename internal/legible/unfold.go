package legible

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// Unfolded is an HTTP message as a reader wants it: a SAML message that a form, or a header, carries in base64 is
// written out in its place, and so is the JWT of a header. What is kept as evidence is the message as it went.
func Unfolded(message string) string {
	head, body, ok := strings.Cut(message, "\r\n\r\n")
	if !ok {
		return message
	}
	lines := strings.Split(head, "\r\n")
	for i, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		scheme, token, schemed := strings.Cut(value, " ")
		if !schemed {
			scheme, token = "", value
		}
		if xml, ok := decoded(token); ok {
			lines[i] = strings.TrimSpace(name+": "+scheme) + "\n" + xml
		} else if jwt, ok := unfoldedJWT(token); ok {
			lines[i] = strings.TrimSpace(name+": "+scheme) + "\n" + jwt
		}
	}
	if form, ok := unfoldedForm(body); ok {
		body = form
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + body
}

// unfoldedJWT writes the parts of a JWT one under the other: its header, its claims, its signature (RFC 7515 §7.1).
func unfoldedJWT(token string) (string, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", false
	}
	for i, part := range parts[:2] {
		raw, err := base64.RawURLEncoding.DecodeString(part)
		var out bytes.Buffer
		if err != nil || json.Indent(&out, raw, "", "  ") != nil {
			return "", false
		}
		parts[i] = out.String()
	}
	return strings.Join(parts, "\n"), true
}

// unfoldedForm writes the parameters of a form one under the other; false when none holds a SAML message.
func unfoldedForm(body string) (string, bool) {
	values, err := url.ParseQuery(body)
	if err != nil || !strings.Contains(body, "SAML") {
		return "", false
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	var out strings.Builder
	found := false
	for _, name := range names {
		for _, value := range values[name] {
			if xml, ok := decoded(value); ok {
				found, value = true, "\n"+xml
			}
			out.WriteString(name + " = " + value + "\n")
		}
	}
	return out.String(), found
}

// decoded returns the XML that a value carries in base64.
func decoded(value string) (string, bool) {
	if len(value) < 40 {
		return "", false
	}
	raw, err := base64.StdEncoding.DecodeString(value)
	if err != nil || !strings.HasPrefix(string(raw), "<") {
		return "", false
	}
	return string(raw), true
}
