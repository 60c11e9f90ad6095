package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/url"
	"regexp"
	"strings"

	"etalon/internal/jws"
)

// unreadable tells of an answer that is no JSON.
type unreadable struct{ error }

// readAnswer reads what an exchange answered as a careless proxy would, for a token that such a proxy can use was given: the
// members of the object at the beginning, however the rest is written, or of a form that says that it is one. The error tells
// why the answer is not one object of JSON whose names differ; it is unreadable where it is no JSON at all.
func readAnswer(body []byte, contentType string) (map[string]any, error) {
	said, strict := jws.Object(body)
	if strict == nil {
		return said, nil
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	said = nil
	if err := d.Decode(&said); err == nil && said != nil {
		if _, err := d.Token(); !errors.Is(err, io.EOF) {
			return said, unreadable{strict}
		}
		return said, strict
	}
	said = map[string]any{}
	if media, _, _ := mime.ParseMediaType(contentType); media == "application/x-www-form-urlencoded" {
		form, _ := url.ParseQuery(string(body)) // what can be read of it
		for name := range form {
			said[name] = form.Get(name)
		}
	} else if bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		for _, m := range members.FindAllSubmatch(body, -1) {
			said[string(m[1])] = text(m[2])
		}
	}
	return said, unreadable{strict}
}

// members are those members of a broken object that tell what was given.
var members = regexp.MustCompile(`"(access_token|refresh_token|id_token|issued_token_type|token_type|scope|error)"\s*:\s*"((?:[^"\\]|\\.)*)"`)

// text is a string of JSON without its quotes, as it is when that cannot be read.
func text(quoted []byte) string {
	var value string
	if err := json.Unmarshal([]byte(`"`+string(quoted)+`"`), &value); err != nil {
		return string(quoted)
	}
	return value
}

// tokensOf are the tokens of an answer, at whatever depth.
func tokensOf(said map[string]any) []string {
	var all []string
	for name, value := range said {
		switch value := value.(type) {
		case string:
			if strings.HasSuffix(name, "_token") {
				all = append(all, value)
			}
		case map[string]any:
			all = append(all, tokensOf(value)...)
		}
	}
	return all
}
