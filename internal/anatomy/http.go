package anatomy

import (
	"net/url"
	"strings"
)

// HTTP is the head of a message, and the parameters of its address and of its form.
type HTTP struct {
	Line       string      `json:"line,omitempty"`
	Headers    []Field     `json:"headers"`
	Parameters []Parameter `json:"parameters,omitempty"`

	form bool // the body is a form: its parameters are all of it
}

// Field is a header field.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Where a parameter, a document or a token stands.
const (
	PlaceBody   = "body"
	PlaceForm   = "form"
	PlaceQuery  = "query"
	PlaceHeader = "header"
	PlaceJSON   = "json"
)

// Parameter is one of a query or a form.
type Parameter struct {
	Place string `json:"place"`
	Field

	whole string
}

// head reads the head of a message; nil when there is none.
func head(m Message) *HTTP {
	lines := strings.Split(strings.ReplaceAll(m.Head, "\r\n", "\n"), "\n")
	h := &HTTP{Headers: []Field{}}
	if name, _, field := strings.Cut(lines[0], ":"); !field || strings.ContainsAny(name, " \t/") {
		h.Line, lines = short(strings.TrimSpace(lines[0])), lines[1:]
	}
	for _, line := range lines {
		if name, value, ok := strings.Cut(line, ":"); ok && len(h.Headers) < maxFields {
			h.Headers = append(h.Headers, Field{short(strings.TrimSpace(name)), short(strings.TrimSpace(value))})
		}
	}
	if _, query, ok := strings.Cut(m.Target, "?"); ok {
		query, _, _ = strings.Cut(query, "#")
		h.parameters(PlaceQuery, query)
	}
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(m.Media)), "application/x-www-form-urlencoded") {
		h.form = h.parameters(PlaceForm, string(m.Raw))
	}
	if h.Line == "" && len(h.Headers) == 0 && len(h.Parameters) == 0 {
		return nil
	}
	return h
}

// parameters reads those of a query or a form, in the order in which they stand; false when it is none.
func (h *HTTP) parameters(where, encoded string) bool {
	if len(encoded) > maxEncoded {
		return false
	}
	for pair := range strings.SplitSeq(encoded, "&") {
		if pair == "" || len(h.Parameters) >= maxFields {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		plainName, err := url.QueryUnescape(name)
		plain, other := url.QueryUnescape(value)
		if err != nil || other != nil {
			plainName, plain = name, value
		}
		h.Parameters = append(h.Parameters, Parameter{where, Field{short(plainName), short(plain)}, plain})
	}
	return true
}

// Said is one line of a dialogue: Client tells who said it, TLS that it went under TLS. Nobody said a Mark: there, TLS begins.
type Said struct {
	Client bool   `json:"client"`
	TLS    bool   `json:"tls"`
	Mark   bool   `json:"mark,omitempty"`
	Text   string `json:"text"`
}

// dialogue reads what both sides said, line by line, as transcripts are kept: "C: " or "S: ", with a star under TLS, or after
// a line "-- VERSION --". It is nil for what is no transcript.
func dialogue(raw []byte) (all []Said, cut bool) {
	secure := false
	for line := range strings.SplitSeq(strings.TrimRight(string(raw), "\r\n"), "\n") {
		if len(all) == MaxLines {
			return all, true
		}
		who, text, ok := strings.Cut(strings.TrimSuffix(line, "\r"), ": ")
		side, secured := strings.CutSuffix(who, "*")
		version, marked := strings.CutPrefix(strings.TrimSuffix(line, " --"), "-- TLS ")
		switch {
		case marked:
			secure = true
			all = append(all, Said{TLS: true, Mark: true, Text: short("TLS " + version)})
		case ok && (side == "C" || side == "S"):
			all = append(all, Said{side == "C", secured || secure, false, short(text)})
		case len(all) == 0:
			return nil, false
		default: // the line goes on
			last := all[len(all)-1]
			all = append(all, Said{last.Client, last.TLS, last.Mark, short(line)})
		}
	}
	return all, false
}
