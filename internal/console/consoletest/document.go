// Package consoletest is for tests alone: it reads the OpenAPI document of a console, and holds what is asked of a console, and
// what it answers, to that document. It knows no route: the document does.
package consoletest

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// Document is the OpenAPI document of a console. Its schemas are closed: an answer with a field that is not told does not fit,
// so that no field goes untold; who reads the document otherwise is to ignore fields that it does not know.
type Document struct {
	spec   *openapi3.T
	router routers.Router
}

// Read reads a document and holds it to OpenAPI 3.1.
func Read(t testing.TB, raw []byte) *Document {
	t.Helper()
	loader := openapi3.NewLoader()
	spec, err := loader.LoadFromData(raw)
	if err != nil {
		t.Fatalf("read OpenAPI document: %v", err)
	}
	if !spec.IsOpenAPI31OrLater() {
		t.Errorf("OpenAPI %s, want 3.1", spec.OpenAPI)
	}
	if err := spec.Validate(t.Context()); err != nil {
		t.Fatalf("OpenAPI document: %v", err)
	}
	for _, one := range spec.Components.Schemas {
		closed(one)
	}
	router, err := legacy.NewRouter(spec)
	if err != nil {
		t.Fatalf("OpenAPI document: %v", err)
	}
	return &Document{spec, router}
}

// closed has an object, and those in it, hold the fields that are told and no other.
func closed(ref *openapi3.SchemaRef) {
	if ref == nil || ref.Ref != "" || ref.Value == nil {
		return
	}
	s := ref.Value
	if len(s.Properties) > 0 && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil {
		no := false
		s.AdditionalProperties.Has = &no
	}
	for _, one := range s.Properties {
		closed(one)
	}
	closed(s.Items)
	closed(s.AdditionalProperties.Schema)
	for _, one := range slices.Concat(s.OneOf, s.AnyOf) {
		closed(one)
	}
}

// Call is one call that the document tells of.
type Call struct {
	Method, Path string
	// Rank is who may ask, as the document says it: read, changed, operated.
	Rank string
	// Managed tells that it is answered by the management behind the console.
	Managed bool
}

// Calls are all calls of the document.
func (d *Document) Calls() []Call {
	var all []Call
	for path, item := range d.spec.Paths.Map() {
		for method, operation := range item.Operations() {
			rank, _ := operation.Extensions["x-rank"].(string)
			all = append(all, Call{method, path, rank, slices.Contains(operation.Tags, "gestion")})
		}
	}
	slices.SortFunc(all, func(a, b Call) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
	return all
}

// route is what the document says of a request; nil where it says nothing.
func (d *Document) route(r *http.Request) (*routers.Route, map[string]string) {
	route, params, err := d.router.FindRoute(r)
	if err != nil {
		return nil, nil
	}
	return route, params
}

// Of is the call that a request makes; false where the document tells of none.
func (d *Document) Of(r *http.Request) (Call, bool) {
	route, _ := d.route(r)
	if route == nil {
		return Call{}, false
	}
	rank, _ := route.Operation.Extensions["x-rank"].(string)
	return Call{route.Method, route.Path, rank, slices.Contains(route.Operation.Tags, "gestion")}, true
}
