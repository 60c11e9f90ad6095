package report

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// unfolded is an HTTP message as a reader wants it: a SAML message that a form, or a header, carries in base64 is
// written out in its place. What is kept as evidence is the message as it went.
func unfolded(message string) string {
	head, body, ok := strings.Cut(message, "\r\n\r\n")
	if !ok {
		return message
	}
	lines := strings.Split(head, "\r\n")
	for i, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		if xml, ok := decoded(value); ok {
			lines[i] = name + ":\n" + xml
		}
	}
	if form, ok := unfoldedForm(body); ok {
		body = form
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + body
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
