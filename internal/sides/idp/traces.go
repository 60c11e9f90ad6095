package idp

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"

	"etalon/internal/access"
	"etalon/internal/candidate"
)

// maxTraces is how much of the traces is read: their end.
const maxTraces = 8 << 20

// fields are what the trace of a login has (EXI FI 35).
func fields() []string { return candidate.SignInFields() }

// traces reads the traces of logins as they are declared: for each record, its fields.
func (s *Side) traces(ctx context.Context, file string) (all []map[string]string, raw []byte, err error) {
	t := *s.declared.Traces
	raw, err = access.Source{
		File: t.File, HTTP: t.HTTP, Command: t.Command, Dir: filepath.Dir(file), Within: s.run.Patience, Most: maxTraces, Client: s.wire.plain,
	}.Read(ctx)
	if err != nil {
		return nil, nil, err
	}
	read := byMap(t.Map)
	if t.Pattern != "" {
		expression, err := regexp.Compile(t.Pattern)
		if err != nil {
			return nil, nil, err
		}
		read = byPattern(expression)
	}
	for line := range bytes.Lines(raw) {
		if record := read(bytes.TrimSpace(line)); record != nil {
			all = append(all, record)
		}
	}
	return all, raw, nil
}

// byMap reads a record in JSON; nil when the line is none.
func byMap(places map[string]string) func([]byte) map[string]string {
	return func(line []byte) map[string]string {
		var said any
		if json.Unmarshal(line, &said) != nil {
			return nil
		}
		record := map[string]string{}
		for field, place := range places {
			record[field] = at(said, place)
		}
		return record
	}
}

// at is what stands in a record under a name or a JSON pointer, as text; empty when nothing does.
func at(v any, place string) string {
	steps := []string{place}
	if strings.HasPrefix(place, "/") {
		steps = strings.Split(place[1:], "/")
	}
	for _, name := range steps {
		object, ok := v.(map[string]any)
		if !ok {
			return ""
		}
		v = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(name)]
	}
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(raw)
}

// byPattern reads a line of text by the named groups of an expression; nil when it is none.
func byPattern(expression *regexp.Regexp) func([]byte) map[string]string {
	return func(line []byte) map[string]string {
		found := expression.FindSubmatch(line)
		if found == nil {
			return nil
		}
		record := map[string]string{}
		for i, name := range expression.SubexpNames() {
			if name != "" {
				record[name] = string(found[i])
			}
		}
		return record
	}
}
