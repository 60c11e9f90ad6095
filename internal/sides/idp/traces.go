package idp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"etalon/internal/candidate"
)

// maxTraces is how much of the traces is read: their end.
const maxTraces = 8 << 20

// fields are what the trace of a login has (EXI FI 35).
func fields() []string { return candidate.SignInFields() }

// traces reads the traces of logins as they are declared: for each record, its fields.
func (s *Side) traces(ctx context.Context, file string) (all []map[string]string, raw []byte, err error) {
	t := *s.declared.Traces
	ctx, cancel := context.WithTimeout(ctx, s.run.Patience)
	defer cancel()
	switch {
	case t.File != "":
		raw, err = tail(t.File)
	case t.HTTP != "":
		raw, err = s.fetched(ctx, t.HTTP)
	default:
		command := exec.CommandContext(ctx, t.Command[0], t.Command[1:]...)
		command.Dir, command.WaitDelay = filepath.Dir(file), 2*time.Second
		raw, err = command.Output()
	}
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

// tail reads the end of a file; one that does not exist yet is empty.
func tail(name string) ([]byte, error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > maxTraces {
		if _, err := f.Seek(-maxTraces, io.SeekEnd); err != nil {
			return nil, err
		}
	}
	return io.ReadAll(io.LimitReader(f, maxTraces))
}

// fetched reads the traces by GET.
func (s *Side) fetched(ctx context.Context, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	answer, err := s.wire.plain.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("HTTP %d", answer.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxTraces+1))
	if err == nil && len(raw) > maxTraces {
		return nil, fmt.Errorf("more than %d octets: give the last records alone", maxTraces)
	}
	return raw, err
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
