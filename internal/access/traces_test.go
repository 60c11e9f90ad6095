package access_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
)

// appendTo writes at the end of a file.
func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// ids reads the VIs of the fresh records.
func ids(t *testing.T, r access.TraceReader) string {
	t.Helper()
	records, err := r.Read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, record := range records {
		all = append(all, record.Text("viId"))
	}
	return strings.Join(all, " ")
}

func TestTracesThatGrow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "traces.jsonl")
	r := access.NewTraceReader("", &candidate.Traces{File: path})
	if _, err := r.Read(context.Background()); err == nil {
		t.Error("a missing file is read")
	}
	appendTo(t, path, `{"viId":"_1"}`+"\n\n"+`{"viId":"_2"`)
	if got := ids(t, r); got != "_1" {
		t.Errorf("a line that is being written: got %q", got)
	}
	appendTo(t, path, "}\n"+`{"viId":"_3"}`+"\n")
	if got := ids(t, r); got != "_2 _3" {
		t.Errorf("got %q", got)
	}
	if got := ids(t, r); got != "" {
		t.Errorf("nothing new, got %q", got)
	}
}

// What cannot be read on is an error, so that no record is called missing.
func TestTracesThatCannotBeReadOn(t *testing.T) {
	for name, change := range map[string]func(path string) error{
		"truncated": func(path string) error { return os.WriteFile(path, []byte("{}\n"), 0o600) },
		"rotated": func(path string) error {
			if err := os.Rename(path, path+".1"); err != nil {
				return err
			}
			return os.WriteFile(path, []byte(strings.Repeat(`{"viId":"_9"}`+"\n", 9)), 0o600)
		},
		"removed":  os.Remove,
		"not JSON": func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("x", 99)+"\n"), 0o600) },
		"no object": func(path string) error {
			return os.WriteFile(path, []byte(`{"viId":"_1"}`+"\n"+`["viId","_222222222222222"]`+"\n"), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "traces.jsonl")
			appendTo(t, path, `{"viId":"_1"}`+"\n")
			r := access.NewTraceReader("", &candidate.Traces{File: path})
			if got := ids(t, r); got != "_1" {
				t.Fatalf("got %q", got)
			}
			if err := change(path); err != nil {
				t.Fatal(err)
			}
			if found, err := awaited(r, "_2"); err == nil || found {
				t.Errorf("found %t, error %v; want an error", found, err)
			}
		})
	}
}

func TestTraceFieldsAreMapped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "traces.jsonl")
	appendTo(t, path, `{"assertion":{"a/b":{"~id":"_7"}},"emetteur":"urn:x","liste":[1],"nul":null}`+"\n")
	r := access.NewTraceReader("", &candidate.Traces{File: path, Map: map[string]string{
		"viId": "/assertion/a~1b/~0id", "issuer": "emetteur", "recipient": "/emetteur/nowhere", "audience": "/liste/0", "pagm": "nul",
	}})
	records, err := r.Read(context.Background())
	if err != nil || len(records) != 1 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	got := records[0]
	if got.Text("viId") != "_7" || got.Text("issuer") != "urn:x" || got.Line != 1 {
		t.Errorf("got %+v", got.Fields)
	}
	for _, absent := range []string{"recipient", "audience", "pagm", "emetteur"} {
		if got.Has(absent) {
			t.Errorf("field %s: want none", absent)
		}
	}
}

func TestTracesOverHTTP(t *testing.T) {
	text, status := `{"viId":"_1"}`+"\n", http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, _, ok := r.BasicAuth(); !ok || user != "lecteur" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	}))
	defer server.Close()
	address := strings.Replace(server.URL, "http://", "http://lecteur:secret@", 1)
	r := access.NewTraceReader("", &candidate.Traces{HTTP: address})
	if got := ids(t, r); got != "_1" {
		t.Errorf("got %q", got)
	}
	text += `{"viId":"_2"}` + "\n"
	if got := ids(t, r); got != "_2" {
		t.Errorf("got %q", got)
	}
	text = ""
	if _, err := r.Read(context.Background()); err == nil {
		t.Error("a shorter document is taken for the sequel")
	}
	if _, err := access.NewTraceReader("", &candidate.Traces{HTTP: server.URL}).Read(context.Background()); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("without credentials: %v", err)
	}
	status = http.StatusInternalServerError
	if _, err := access.NewTraceReader("", &candidate.Traces{HTTP: address}).Read(context.Background()); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("HTTP 500: %v", err)
	}
}

func TestTracesOfACommand(t *testing.T) {
	dir := t.TempDir()
	appendTo(t, filepath.Join(dir, "t.jsonl"), `{"viId":"_1"}`+"\n")
	r := access.NewTraceReader(filepath.Join(dir, "candidate.yaml"), &candidate.Traces{Command: []string{"cat", "t.jsonl"}})
	if got := ids(t, r); got != "_1" {
		t.Errorf("got %q", got)
	}
	appendTo(t, filepath.Join(dir, "t.jsonl"), `{"viId":"_2"}`+"\n")
	if got := ids(t, r); got != "_2" {
		t.Errorf("got %q", got)
	}
	failing := access.NewTraceReader(filepath.Join(dir, "candidate.yaml"), &candidate.Traces{Command: []string{"false"}})
	if _, err := failing.Read(context.Background()); err == nil {
		t.Error("a command that fails is read")
	}
	if access.NewTraceReader("", &candidate.Traces{Declared: "page 3"}) != nil || access.NewTraceReader("", nil) != nil {
		t.Error("declared traces have a reader")
	}
}

// The chain is followed record by record, by the hash of what was written.
func TestBrokenLink(t *testing.T) {
	path := filepath.Join(t.TempDir(), "traces.jsonl")
	log, err := bench.OpenTraceLog(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if err := log.Append(interops.Trace{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	read := func() []access.TraceRecord {
		records, err := access.NewTraceReader("", &candidate.Traces{File: path}).Read(context.Background())
		if err != nil || len(records) != 5 {
			t.Fatalf("%d records, %v", len(records), err)
		}
		return records
	}
	if got := access.BrokenLink(read()); got != -1 {
		t.Errorf("sound chain broken at %d", got)
	}
	if got := access.BrokenLink(read()[2:]); got != -1 {
		t.Errorf("a chain that is read from its middle is broken at %d", got)
	}
	for name, x := range map[string]struct {
		alter func([]access.TraceRecord) []access.TraceRecord
		at    int
	}{
		"first removed":  {func(r []access.TraceRecord) []access.TraceRecord { r[1].Line = 1; return r[1:] }, 0},
		"middle removed": {func(r []access.TraceRecord) []access.TraceRecord { return append(r[:2:2], r[3:]...) }, 2},
		"swapped":        {func(r []access.TraceRecord) []access.TraceRecord { r[1], r[2] = r[2], r[1]; return r }, 1},
		"altered": {func(r []access.TraceRecord) []access.TraceRecord {
			r[1].Raw = []byte(strings.Replace(string(r[1].Raw), `"direction":"`, `"direction":"x`, 1))
			return r
		}, 2},
		"no JSON": {func(r []access.TraceRecord) []access.TraceRecord { r[3].Raw = []byte("{"); return r }, 3},
	} {
		records := read()
		if got := access.BrokenLink(x.alter(records)); got != x.at {
			t.Errorf("%s: broken at %d, want %d", name, got, x.at)
		}
	}
	if !json.Valid(read()[0].Raw) {
		t.Error("records are kept as they were written")
	}
}

// awaited waits for a record about a VI, with the book's own delay.
func awaited(reader access.TraceReader, id string) (bool, error) {
	_, found, err := (&access.TraceBook{Reader: reader}).Await(context.Background(), func(r access.TraceRecord) bool { return r.Text("viId") == id }, nil)
	return found, err
}
