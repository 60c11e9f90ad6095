package candidate_test

import (
	"bytes"
	"encoding"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"etalon/internal/candidate"
	"etalon/internal/interops"
)

// TestSchemasAcceptShippedFiles validates what we ship with the published schemas alone, as an editor would.
func TestSchemasAcceptShippedFiles(t *testing.T) {
	dir := t.TempDir()
	if err := candidate.Init(dir, candidate.InitOptions{}); err != nil {
		t.Fatal(err)
	}
	template, err := os.ReadFile(dir + "/candidate.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, schema string
		content      []byte
	}{
		{"template", "candidate.schema.json", template},
		{"convention", "convention.schema.json", candidate.ConventionText()},
		{"sphere", "convention.schema.json", candidate.SampleText("sphere.yaml")},
		{"bilateral", "convention.schema.json", candidate.SampleText("bilaterale.yaml")},
		{"current", "profile.schema.json", candidate.ProfileText("current")},
		{"legacy", "profile.schema.json", candidate.ProfileText("legacy")},
	} {
		if err := compiled(t, c.schema).Validate(generic(t, c.content)); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := compiled(t, "candidate.schema.json").Validate(generic(t, []byte("candidate: {name: P}"))); err == nil {
		t.Error("the schema accepts a file without roles")
	}
}

func compiled(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(candidate.Schemas()[name]))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func generic(t *testing.T, content []byte) any {
	t.Helper()
	raw, err := yaml.YAMLToJSON(content)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestSchemasAndTypesKnowTheSameKeys compares each object of a schema with the type that it fills.
func TestSchemasAndTypesKnowTheSameKeys(t *testing.T) {
	convention := object(t, "convention.schema.json", "")
	compareKeys(t, "convention", convention, reflect.TypeFor[interops.Convention]())
	for name, typ := range map[string]reflect.Type{
		"document": reflect.TypeFor[interops.Document](), "organism": reflect.TypeFor[interops.Organism](),
		"identity": reflect.TypeFor[interops.Identity](), "project": reflect.TypeFor[interops.Project](),
		"pagm": reflect.TypeFor[interops.PAGM](), "service": reflect.TypeFor[interops.Service](),
		"sphere": reflect.TypeFor[interops.Sphere](), "member": reflect.TypeFor[interops.Member](),
		"agreement": reflect.TypeFor[interops.Agreement](), "denunciation": reflect.TypeFor[interops.Denunciation](),
		"amendment": reflect.TypeFor[interops.Amendment](), "interconnection": reflect.TypeFor[interops.Interconnection](),
		"means": reflect.TypeFor[interops.Means](), "contact": reflect.TypeFor[interops.Contact](),
	} {
		compareKeys(t, name, object(t, "convention.schema.json", name), typ)
	}
	for name, typ := range map[string]reflect.Type{
		"pki": reflect.TypeFor[candidate.PKI](), "pair": reflect.TypeFor[candidate.Pair](),
		"fournisseur": reflect.TypeFor[candidate.Provider](), "client": reflect.TypeFor[candidate.Client](),
		"target": reflect.TypeFor[candidate.Target](), "user": reflect.TypeFor[candidate.User](),
		"drive": reflect.TypeFor[candidate.Driver](), "verb": reflect.TypeFor[candidate.Driver](),
		"clock": reflect.TypeFor[candidate.Clock](), "traces": reflect.TypeFor[candidate.Traces](),
		"listen": reflect.TypeFor[candidate.Listen](), "recipe": reflect.TypeFor[candidate.Recipe](),
		"form": reflect.TypeFor[candidate.Form](), "success": reflect.TypeFor[candidate.Success](), "shown": reflect.TypeFor[candidate.Shown](),
		"face": reflect.TypeFor[candidate.Face](), "fournisseur-P": reflect.TypeFor[candidate.ProviderP](), "client-P": reflect.TypeFor[candidate.ClientP](),
		"resource": reflect.TypeFor[candidate.Resource](), "fournisseur-R": reflect.TypeFor[candidate.ProviderR](), "client-R": reflect.TypeFor[candidate.ClientR](),
		"operateur-identification": reflect.TypeFor[candidate.IdentificationOperator](), "identification-S": reflect.TypeFor[candidate.IdentificationS](),
		"operateur-authentification": reflect.TypeFor[candidate.AuthenticationOperator](), "authentication-S": reflect.TypeFor[candidate.AuthenticationS](),
		"operateur-service": reflect.TypeFor[candidate.ServiceOperator](), "service-S": reflect.TypeFor[candidate.ServiceS](),
		"mssante": reflect.TypeFor[candidate.MSSante](), "mailbox": reflect.TypeFor[candidate.Mailbox](),
		"mss-interface": reflect.TypeFor[candidate.MSSInterface](), "mss-operateur": reflect.TypeFor[candidate.MSSOperator](),
		"neighbours": reflect.TypeFor[candidate.NeighboursAt](), "white-list": reflect.TypeFor[candidate.PublishedList](),
		"lps": reflect.TypeFor[candidate.LPS](), "fournisseur-identite": reflect.TypeFor[candidate.IdentityProvider](),
		"id-client": reflect.TypeFor[candidate.IDClient](), "certificate-client": reflect.TypeFor[candidate.CertificateClient](),
		"key-client": reflect.TypeFor[candidate.KeyClient](), "sign-in": reflect.TypeFor[candidate.SignIn](), "sign-in-form": reflect.TypeFor[candidate.Form](),
		"id-means": reflect.TypeFor[candidate.IDMeans](), "establishment": reflect.TypeFor[candidate.Establishment](),
		"id-person": reflect.TypeFor[candidate.IDPerson](), "sign-in-traces": reflect.TypeFor[candidate.SignInTraces](),
		"indicators":  reflect.TypeFor[candidate.Indicators](),
		"service-psc": reflect.TypeFor[candidate.PSCService](), "api-psc": reflect.TypeFor[candidate.PSCAPI](),
		"discovery": reflect.TypeFor[candidate.Discovery](),
		"container": reflect.TypeFor[candidate.Container](), "psc": reflect.TypeFor[candidate.PSC](), "evidence": reflect.TypeFor[candidate.Evidence](),
	} {
		compareKeys(t, name, object(t, "candidate.schema.json", name), typ)
	}
	compareKeys(t, "psc.client", sub(object(t, "candidate.schema.json", "psc")["client"]), reflect.TypeFor[candidate.PSCClient]())
	compareKeys(t, "container.wait", sub(object(t, "candidate.schema.json", "container")["wait"]), reflect.TypeFor[candidate.ContainerWait]())
	words(t, "fournisseur-identite-verbs", object(t, "candidate.schema.json", "fournisseur-identite-verbs"), candidate.IdentityVerbs())
	words(t, "traces of logins", sub(object(t, "candidate.schema.json", "sign-in-traces")["map"]), candidate.SignInFields())
	words(t, "indicators", sub(object(t, "candidate.schema.json", "indicators")["map"]), candidate.IndicatorFields())
	words(t, "service-psc-verbs", object(t, "candidate.schema.json", "service-psc-verbs"), candidate.PSCServiceVerbs())
	words(t, "mss-verbs", object(t, "candidate.schema.json", "mss-verbs"), candidate.MSSVerbs())
	words(t, "api-psc-verbs", object(t, "candidate.schema.json", "api-psc-verbs"), candidate.APIVerbs())
	roles, _ := object(t, "candidate.schema.json", "")["roles"].(map[string]any)
	words(t, "roles", sub(roles), candidate.Roles())
	profile := object(t, "profile.schema.json", "")
	delete(profile, "base")
	compareDeep(t, "profile", profile, reflect.TypeFor[interops.Profile]())
	deep := object(t, "candidate.schema.json", "fournisseur")
	compareKeys(t, "fournisseur.A", sub(deep["A"]), reflect.TypeFor[candidate.ProviderA]())
	compareKeys(t, "client.A", sub(object(t, "candidate.schema.json", "client")["A"]), reflect.TypeFor[candidate.ClientA]())
	compareKeys(t, "drive.http", sub(object(t, "candidate.schema.json", "drive")["http"]), reflect.TypeFor[candidate.HTTPCall]())
	compareKeys(t, "ports", sub(object(t, "candidate.schema.json", "listen")["ports"]), reflect.TypeFor[candidate.Ports]())
	words(t, "verbs", object(t, "candidate.schema.json", "verbs"), candidate.Verbs())
	words(t, "capabilities", object(t, "candidate.schema.json", "capabilities"), candidate.Capabilities())
	trace := slices.Sorted(maps.Keys(keysOf(reflect.TypeFor[interops.Trace]())))
	if got := slices.Sorted(maps.Keys(sub(object(t, "candidate.schema.json", "traces")["map"]))); !slices.Equal(got, trace) {
		t.Errorf("traces.map: schema %v, trace %v", got, trace)
	}
}

// TestSchemasUseKnownFormats wants every format of the schemas to be checked, and every check used: a
// validator lets an unknown format pass.
func TestSchemasUseKnownFormats(t *testing.T) {
	used := map[string]bool{}
	format := regexp.MustCompile(`"format": "([^"]+)"`)
	for _, raw := range candidate.Schemas() {
		for _, m := range format.FindAllSubmatch(raw, -1) {
			used[string(m[1])] = true
		}
	}
	if got, want := slices.Sorted(maps.Keys(used)), candidate.FormatNames(); !slices.Equal(got, want) {
		t.Errorf("formats used %v, checked %v", got, want)
	}
}

func words[T ~string](t *testing.T, what string, schema map[string]any, list []T) {
	t.Helper()
	var want []string
	for _, w := range list {
		want = append(want, string(w))
	}
	if got := slices.Sorted(maps.Keys(schema)); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("%s: schema %v, code %v", what, got, want)
	}
}

// object returns the properties of a schema's root or of one of its definitions.
func object(t *testing.T, file, definition string) map[string]any {
	t.Helper()
	var schema map[string]any
	if err := json.Unmarshal(candidate.Schemas()[file], &schema); err != nil {
		t.Fatal(err)
	}
	if definition != "" {
		schema, _ = schema["$defs"].(map[string]any)[definition].(map[string]any)
	}
	if len(sub(schema)) == 0 {
		t.Fatalf("%s: no properties in %q", file, definition)
	}
	return sub(schema)
}

func sub(schema any) map[string]any {
	m, _ := schema.(map[string]any)
	p, _ := m["properties"].(map[string]any)
	return p
}

// keysOf lists the JSON keys of a struct, those of its embedded structs included.
func keysOf(typ reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for f := range typ.Fields() {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case tag == "-" || !f.IsExported():
		case f.Anonymous && tag == "":
			maps.Copy(out, keysOf(f.Type))
		default:
			out[tag] = f.Type
		}
	}
	return out
}

func compareKeys(t *testing.T, what string, schema map[string]any, typ reflect.Type) {
	t.Helper()
	got, want := slices.Sorted(maps.Keys(schema)), slices.Sorted(maps.Keys(keysOf(typ)))
	if !slices.Equal(got, want) {
		t.Errorf("%s: schema knows %v, type knows %v", what, got, want)
	}
}

// compareDeep compares nested structs too.
func compareDeep(t *testing.T, what string, schema map[string]any, typ reflect.Type) {
	t.Helper()
	compareKeys(t, what, schema, typ)
	for key, field := range keysOf(typ) {
		if field.Kind() == reflect.Struct && !reflect.PointerTo(field).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
			compareDeep(t, what+"."+key, sub(schema[key]), field)
		}
	}
}

// TestEveryKeyIsDocumented wants each key of a schema in the table of its page, in both languages.
func TestEveryKeyIsDocumented(t *testing.T) {
	for file, pages := range map[string][]string{
		"candidate.schema.json": {"candidate.md", "candidate-psc.md"}, "profile.schema.json": {"candidate.md"}, "convention.schema.json": {"convention.md"},
		"waivers.schema.json": {"waivers.md"}, "decisions.schema.json": {"report.md"},
	} {
		var schema any
		if err := json.Unmarshal(candidate.Schemas()[file], &schema); err != nil {
			t.Fatal(err)
		}
		keys := map[string]bool{}
		collect(schema, keys)
		var french, english string
		for _, page := range pages {
			raw, err := os.ReadFile("../../docs/" + page)
			if err != nil {
				t.Fatal(err)
			}
			fr, en, both := strings.Cut(string(raw), "\n# English\n")
			if !both {
				t.Fatalf("%s: no English part", page)
			}
			french, english = french+fr+"\n", english+en+"\n"
		}
		for key := range keys {
			cell := regexp.MustCompile("(?m)^\\|[^|\n]*`([^`|]*[.\\]])?" + regexp.QuoteMeta(key) + "[`.\\[]")
			if !cell.MatchString(french) || !cell.MatchString(english) {
				t.Errorf("%v: key %q of %s is not explained in both languages", pages, key, file)
			}
		}
	}
}

// collect gathers the names of all properties.
func collect(schema any, keys map[string]bool) {
	switch s := schema.(type) {
	case map[string]any:
		for key := range sub(s) {
			keys[key] = true
		}
		for _, v := range s {
			collect(v, keys)
		}
	case []any:
		for _, v := range s {
			collect(v, keys)
		}
	}
}
