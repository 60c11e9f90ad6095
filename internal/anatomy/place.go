package anatomy

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"etalon/internal/sso"
	"etalon/internal/store"
)

// Bounds of what is decoded: nothing that was kept is longer, and little that is sent may stand for much.
const (
	maxEncoded  = store.MaxMessage
	maxInflated = 1 << 20
	maxJSON     = 1 << 20
)

// place is somewhere in a message where a document or a token stands.
type place struct {
	where, name string
	xml         []byte
	jwt         string
	// deflated tells that the XML was compressed, as in the Redirect binding (SAML bindings §3.4.4.1).
	deflated bool
	// garbled tells that a document is wanted here, and that its encoding cannot be undone: xml is the value itself.
	garbled bool
	status  int
	media   string
}

// places finds them, in the order in which a reader meets them: body, parameters, headers.
func places(m Message, h *HTTP) []place {
	var all []place
	body := bytes.TrimSpace(bytes.TrimPrefix(m.Raw, []byte("\xef\xbb\xbf")))
	switch {
	case h != nil && h.form:
	case bytes.HasPrefix(body, []byte("<")) && !page(m.Media, body):
		all = append(all, place{where: PlaceBody, xml: m.Raw, status: m.Status, media: m.Media})
	case bytes.HasPrefix(body, []byte("{")) || bytes.HasPrefix(body, []byte("[")):
		all = append(all, inJSON(body)...)
	default:
		if p, ok := carried(string(body)); ok {
			p.where = PlaceBody
			all = append(all, p)
		}
	}
	if h == nil {
		return all
	}
	for _, q := range h.Parameters {
		if p, ok := carried(q.whole); ok {
			p.where, p.name = q.Place, q.Name
			all = append(all, p)
		} else if q.Name == sso.ParameterRequest || q.Name == sso.ParameterResponse {
			all = append(all, place{where: q.Place, name: q.Name, xml: []byte(q.whole), garbled: true})
		}
	}
	for _, line := range strings.Split(m.Head, "\n") {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		words := strings.Fields(value)
		if len(words) == 0 || len(words) > 2 {
			continue
		}
		if p, ok := carried(words[len(words)-1]); ok {
			p.where, p.name = PlaceHeader, name
			all = append(all, p)
		}
	}
	return all
}

// page tells a page of HTML: it is shown as text, and is no document of a protocol.
func page(media string, body []byte) bool {
	begin := strings.ToLower(string(body[:min(len(body), 64)]))
	return strings.HasPrefix(strings.ToLower(media), "text/html") || strings.HasPrefix(begin, "<!doctype html") || strings.HasPrefix(begin, "<html")
}

// shortest is the length below which a value carries neither document nor token.
const shortest = 20

// carried finds the document or the token that a value carries: a JWT, or XML in base64, deflated or not.
func carried(value string) (place, bool) {
	if len(value) < shortest || len(value) > maxEncoded {
		return place{}, false
	}
	if isJWT(value) {
		return place{jwt: value}, true
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Map(unspaced, value))
	if err != nil || len(raw) == 0 {
		return place{}, false
	}
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("<")) {
		return place{xml: raw}, true
	}
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), maxInflated))
	if err == nil && bytes.HasPrefix(bytes.TrimSpace(plain), []byte("<")) {
		return place{xml: plain, deflated: true}, true
	}
	return place{}, false
}

func unspaced(r rune) rune {
	switch r {
	case '\r', '\n', '\t':
		return -1
	case ' ':
		return '+' // a form that forgot to escape its plus signs
	}
	return r
}

// isJWT tells a text in three parts whose first is a JOSE header.
func isJWT(s string) bool {
	first, rest, ok := strings.Cut(s, ".")
	if !ok || strings.Count(rest, ".") != 1 {
		return false
	}
	header, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(first, "="))
	return err == nil && bytes.HasPrefix(bytes.TrimSpace(header), []byte("{"))
}

// inJSON finds what the texts of an object carry, by the names of their members.
func inJSON(body []byte) []place {
	var v any
	if len(body) > maxJSON || json.Unmarshal(body, &v) != nil {
		return nil
	}
	var all []place
	var walk func(name string, v any, depth int)
	walk = func(name string, v any, depth int) {
		if depth > 16 || len(all) > MaxDocuments {
			return
		}
		switch v := v.(type) {
		case string:
			if p, ok := carried(v); ok {
				p.where, p.name = PlaceJSON, name
				all = append(all, p)
			}
		case []any:
			for _, item := range v {
				walk(name, item, depth+1)
			}
		case map[string]any:
			for _, key := range sorted(v) {
				walk(key, v[key], depth+1)
			}
		}
	}
	walk("", v, 0)
	return all
}

func sorted(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// laidJSON lays an object out; false for what is none.
func laidJSON(raw []byte) ([]byte, bool) {
	body := bytes.TrimSpace(raw)
	if len(body) > maxJSON || !bytes.HasPrefix(body, []byte("{")) && !bytes.HasPrefix(body, []byte("[")) || nested(body) {
		return nil, false
	}
	var out bytes.Buffer
	if json.Indent(&out, body, "", "  ") != nil || out.Len() > 4*MaxText {
		return nil, false
	}
	return out.Bytes(), true
}

// nested tells an object so deep that its indentation would be more than its content.
func nested(body []byte) bool {
	depth := 0
	for _, c := range body {
		switch c {
		case '{', '[':
			if depth++; depth > 64 {
				return true
			}
		case '}', ']':
			depth--
		}
	}
	return false
}
