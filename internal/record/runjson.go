package record

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"etalon/internal/verdict"
)

// Filled returns a copy of the record whose lists are empty rather than null, as the schema wants them.
func Filled(run *verdict.Run) *verdict.Run {
	out := *run
	out.Schema = verdict.Schema
	out.Scope = list(out.Scope)
	out.Requirements = list(out.Requirements)
	out.Cases = append([]verdict.Case{}, out.Cases...)
	for i := range out.Cases {
		out.Cases[i].Findings = list(out.Cases[i].Findings)
	}
	if out.Profile.Overrides == nil {
		out.Profile.Overrides = map[string]string{}
	}
	return &out
}

func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// Parse reads run.json. A field that it does not know is left: an archive may come from a later version.
func Parse(b []byte) (*verdict.Run, error) {
	var run verdict.Run
	if err := json.Unmarshal(b, &run); err != nil {
		return nil, verdict.Tell("lecture de run.json : %s", "read run.json: %s", err)
	}
	if err := KnownSchema("run.json", run.Schema, verdict.Schema); err != nil {
		return nil, err
	}
	return &run, nil
}

// ReadBack is a record as whoever reads it has it: what of it is no UTF-8 was replaced, once, in all that is made of it.
func ReadBack(run *verdict.Run) (*verdict.Run, error) {
	written, err := json.Marshal(Filled(run))
	if err != nil {
		return nil, verdict.Tell("écriture de l'enregistrement : %s", "write record: %s", err)
	}
	read, err := Parse(written)
	if err != nil {
		return nil, verdict.Tell("écriture de l'archive : %s", "write archive: %s", err)
	}
	return read, nil
}

// KnownSchema refuses another schema, or predicate, than the one that this program knows; a later version of it with the program to use.
func KnownSchema(where, got, want string) error {
	if got == want {
		return nil
	}
	cut := len(want) - len("1")
	if n, err := strconv.Atoi(strings.TrimPrefix(got, want[:cut])); err == nil && strings.HasPrefix(got, want[:cut]) && n > 1 {
		return verdict.Tell("%s : %s vient d'une version plus récente que celle-ci, qui connaît %s : utilisez la version de conformance qui l'a écrit", "%s: %s was written by a later version than this one, which knows %s: use the version of conformance that wrote it", where, got, want)
	}
	return verdict.Tell("%s : le schéma n'est pas %s", "%s: not of schema %s", where, want)
}

// EncodeLine writes a value as one line of JSON, as it is signed and streamed: no sign is escaped for HTML.
func EncodeLine(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return out.Bytes(), err
}
