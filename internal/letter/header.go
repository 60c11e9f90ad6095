package letter

import (
	"bytes"
	"mime"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
)

// Header takes a text of fields apart from what follows its first empty line, as leniently as a mail program does: a line
// may end with a line feed alone, and one that is no field is left out. It is not ok where there is neither a field nor that
// empty line.
func Header(raw []byte) (fields mail.Header, body []byte, ok bool) {
	fields = mail.Header{}
	name := ""
	for len(raw) > 0 {
		line, rest, _ := bytes.Cut(raw, []byte("\n"))
		raw = rest
		switch text := strings.TrimRight(string(line), "\r"); {
		case text == "":
			return fields, raw, true
		case text[0] == ' ' || text[0] == '\t':
			if values := fields[name]; len(values) > 0 { // folded (RFC 5322 §2.2.3)
				values[len(values)-1] = strings.TrimSpace(values[len(values)-1] + " " + strings.TrimSpace(text))
			}
		default:
			before, value, _ := strings.Cut(text, ":")
			if name = fieldName(before); name != "" && len(before) < len(text) {
				fields[name] = append(fields[name], strings.TrimSpace(value))
			}
		}
	}
	return fields, nil, len(fields) > 0
}

// fieldName is the name of a field as a Header has it; "" where it is none (RFC 5322 §2.2; blanks before the colon are
// obsolete, §4.5).
func fieldName(text string) string {
	text = strings.TrimRight(text, " \t")
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	return textproto.CanonicalMIMEHeaderKey(text)
}

// Media reads a Content-Type or a Content-Disposition: the type in lower case, and those of its parameters that can be read,
// the first one of each name. One that is not as RFC 2045 §5.1 has it, as many programs write them, spoils no other.
func Media(value string) (kind string, parameters map[string]string) {
	if kind, parameters, err := mime.ParseMediaType(value); err == nil {
		return kind, words(parameters)
	}
	pieces := unquotedSplit(value)
	kind = strings.ToLower(strings.TrimSpace(uncommented(pieces[0])))
	mended := []string{kind}
	var names []string
	for _, p := range pieces[1:] {
		name, text, found := strings.Cut(p, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		one := name + "=" + quoted(uncommented(text))
		if _, _, err := mime.ParseMediaType("a/b;" + one); !found || err != nil || slices.Contains(names, name) {
			continue
		}
		mended, names = append(mended, one), append(names, name)
	}
	if _, parameters, err := mime.ParseMediaType(strings.Join(mended, ";")); err == nil {
		return kind, words(parameters)
	}
	return kind, map[string]string{}
}

// words reads the encoded words that many programs put into parameters.
func words(parameters map[string]string) map[string]string {
	if parameters == nil {
		return map[string]string{}
	}
	for name, value := range parameters {
		parameters[name] = Words(value)
	}
	return parameters
}

// unquotedSplit splits a value at its semicolons that stand between no quotes; one piece at least.
func unquotedSplit(value string) []string {
	var all []string
	inside, escaped, begun := false, false, 0
	for i := range len(value) {
		switch c := value[i]; {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = inside
		case c == '"':
			inside = !inside
		case c == ';' && !inside:
			all, begun = append(all, value[begun:i]), i+1
		}
	}
	return append(all, value[begun:])
}

// uncommented is a value without a comment behind it (RFC 2045 §5.1).
func uncommented(text string) string {
	text = strings.TrimSpace(text)
	if at := strings.LastIndexByte(text, '('); at > 0 && strings.HasSuffix(text, ")") && !strings.Contains(text[at:], `"`) {
		return strings.TrimSpace(text[:at])
	}
	return text
}

// quoted puts a value between quotes, unless it is.
func quoted(value string) string {
	if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
		return value
	}
	return `"` + strings.ReplaceAll(strings.ReplaceAll(value, `\`, `\\`), `"`, `\"`) + `"`
}
