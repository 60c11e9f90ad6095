package console_test

import (
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"etalon/internal/console"
	"etalon/internal/console/consoletest"
)

// pattern is what a route wants of a part of an address.
var pattern = regexp.MustCompile(`\{(\w+):[^}]*\}`)

// ranks are what routes say of who may ask, by the words of the document.
func ranks() map[uintptr]string {
	all := map[uintptr]string{}
	for i, word := range []string{"anyone", "read", "changed", "operated"} {
		all[reflect.ValueOf(console.Ranks[i]).Pointer()] = word
	}
	return all
}

// served are the calls that a console serves to programs.
func served(t *testing.T, c *console.Console) []consoletest.Call {
	t.Helper()
	var all []consoletest.Call
	known := ranks()
	err := chi.Walk(console.Routes(c), func(method, route string, _ http.Handler, by ...func(http.Handler) http.Handler) error {
		if !strings.HasPrefix(route, "/api/") {
			return nil
		}
		one := consoletest.Call{Method: method, Path: strings.TrimSuffix(pattern.ReplaceAllString(route, "{$1}"), "/"), Rank: "read"}
		for _, declared := range by {
			if word := known[reflect.ValueOf(declared).Pointer()]; word != "" {
				one.Rank = word
			}
		}
		all = append(all, one)
		return nil
	})
	if err != nil || len(all) < 8 {
		t.Fatalf("%d routes, %v", len(all), err)
	}
	return all
}

// Each call is told in the document with who may ask, and the document tells of no other.
func TestDocumentTellsOfEveryCall(t *testing.T) {
	r := started(t)
	_, raw, header := r.get(t, "/api/openapi.yaml", "")
	if header.Get("Content-Type") != "application/yaml" {
		t.Errorf("Content-Type %q", header.Get("Content-Type"))
	}
	told := slices.DeleteFunc(consoletest.Read(t, []byte(raw)).Calls(), func(one consoletest.Call) bool { return one.Managed })
	all := served(t, r.console)
	for _, one := range all {
		if !slices.Contains(told, one) {
			t.Errorf("openapi.yaml does not tell of %s %s, x-rank %s", one.Method, one.Path, one.Rank)
		}
	}
	for _, one := range told {
		if !slices.Contains(all, one) {
			t.Errorf("openapi.yaml tells of %s %s, x-rank %s: no such call", one.Method, one.Path, one.Rank)
		}
	}
}

// documented is a console of which every answer to a program is held to the document. A benchmark is not slowed by it.
func documented(t testing.TB, c http.Handler) http.Handler {
	if _, measured := t.(*testing.B); measured {
		return c
	}
	over := consoletest.Read(t, console.Document()).Over(t, c)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") { // what is behind the console here is no management
			over.ServeHTTP(w, r)
			return
		}
		c.ServeHTTP(w, r)
	})
}
