package candidate

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"etalon/internal/verdict"
)

//go:embed schema/*.schema.json
var schemaFiles embed.FS

// Schemas returns the published JSON schemas (draft 2020-12), by file name: candidate.schema.json,
// convention.schema.json, profile.schema.json, access.schema.json, decisions.schema.json,
// waivers.schema.json.
func Schemas() map[string][]byte {
	out := map[string][]byte{}
	names, err := fs.Glob(schemaFiles, "schema/*")
	if err != nil {
		panic("candidate: embedded schemas: " + err.Error())
	}
	for _, name := range names {
		raw, err := schemaFiles.ReadFile(name)
		if err != nil {
			panic("candidate: embedded schemas: " + err.Error())
		}
		out[strings.TrimPrefix(name, "schema/")] = raw
	}
	return out
}

// shape is one schema, ready to judge a file.
type shape struct {
	schema *jsonschema.Schema
	tree   any
}

var shapes = sync.OnceValues(func() (map[string]shape, error) {
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	for name, check := range formats {
		compiler.RegisterFormat(&jsonschema.Format{Name: name, Validate: func(v any) error {
			if s, text := v.(string); text {
				if t := check(s); t != nil {
					return t
				}
			}
			return nil
		}})
	}
	out := map[string]shape{}
	for name, raw := range Schemas() {
		tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			return nil, fmt.Errorf("read schema %s: %w", name, err)
		}
		if err := compiler.AddResource(name, tree); err != nil {
			return nil, fmt.Errorf("add schema %s: %w", name, err)
		}
		schema, err := compiler.Compile(name)
		if err != nil {
			return nil, fmt.Errorf("compile schema %s: %w", name, err)
		}
		out[name] = shape{schema, tree}
	}
	return out, nil
})

// fits checks the document's tree against a schema, and notes every departure.
func (d *document) fits(schemaName string) error {
	all, err := shapes()
	if err != nil {
		return err
	}
	s := all[schemaName]
	var invalid *jsonschema.ValidationError
	switch err := s.schema.Validate(d.root.plain()).(type) {
	case nil:
		return nil
	case *jsonschema.ValidationError:
		invalid = err
	default:
		return fmt.Errorf("validate %s: %w", d.file, err)
	}
	d.departures(s, invalid)
	return nil
}

// departures notes the leaves of a validation error.
func (d *document) departures(s shape, e *jsonschema.ValidationError) {
	for _, cause := range e.Causes {
		d.departures(s, cause)
	}
	if len(e.Causes) > 0 {
		return
	}
	path := e.InstanceLocation
	at := s.subschema(e.SchemaURL)
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		d.unknownKeys(path, k.Properties, at)
	case *kind.Required:
		d.missingKeys(path, k.Missing, properties(at))
	case *kind.Format:
		t := &trouble{amount(k), example(at)}
		errors.As(k.Err, &t)
		d.report(*t, path...)
	default:
		d.report(departure(e.ErrorKind, at), path...)
	}
}

// departure puts a validator's error in a person's words.
func departure(k jsonschema.ErrorKind, schema map[string]any) trouble {
	like := example(schema)
	switch k := k.(type) {
	case *kind.Type:
		want := typeNames(k.Want)
		if k.Got == "number" && slices.Contains(k.Want, "string") {
			return trouble{want, quoteIt}
		}
		return trouble{want, like}
	case *kind.Enum:
		words := make([]string, len(k.Want))
		for i, w := range k.Want {
			words[i] = fmt.Sprint(w)
		}
		remedy := say("Choisissez dans cette liste.", "Choose from this list.")
		if _, text := k.Got.(string); !text && slices.Contains(words, fmt.Sprint(k.Got)) {
			remedy = quoteIt
		} else if close := nearest(fmt.Sprint(k.Got), words); close != "" {
			remedy = say("Vouliez-vous dire « %s » ?", "Did you mean “%s”?", close)
		}
		list := strings.Join(words, ", ")
		return trouble{say("l'une de ces valeurs : %s", "one of these values: %s", list), remedy}
	case *kind.Const:
		return trouble{say("la valeur %v", "the value %v", k.Want), say("C'est la seule possible ici.", "It is the only one possible here.")}
	case *kind.UniqueItems:
		return trouble{say("des valeurs toutes différentes", "values that all differ"),
			say("Les éléments %d et %d sont égaux : gardez l'un des deux.", "Items %d and %d are equal: keep one of the two.", k.Duplicates[0]+1, k.Duplicates[1]+1)}
	case *kind.MinProperties:
		names := strings.Join(slices.Sorted(maps.Keys(properties(schema))), ", ")
		return trouble{say("au moins une clé parmi : %s", "at least one key among: %s", names), say("Ajoutez celle qui convient.", "Add the one that fits.")}
	case *kind.MaxProperties:
		return trouble{say("au plus %d clé(s), et non %d", "at most %d key(s), not %d", k.Want, k.Got), say("Retirez celles qui sont en trop.", "Remove those that are too many.")}
	}
	return trouble{amount(k), like}
}

// amount says how much or how many a schema asks for.
func amount(k jsonschema.ErrorKind) verdict.Text {
	switch k := k.(type) {
	case *kind.Minimum:
		return say("un nombre d'au moins %s", "a number of at least %s", k.Want.RatString())
	case *kind.Maximum:
		return say("un nombre d'au plus %s", "a number of at most %s", k.Want.RatString())
	case *kind.MinItems:
		return say("une liste d'au moins %d élément(s)", "a list of at least %d item(s)", k.Want)
	case *kind.MaxItems:
		return say("une liste d'au plus %d élément(s)", "a list of at most %d item(s)", k.Want)
	case *kind.MinLength:
		return say("une valeur qui ne soit pas vide", "a value that is not empty")
	}
	return say("une valeur conforme au schéma publié", "a value that meets the published schema")
}

// unknownKeys notes the keys that a mapping may not have, each with the known one that it resembles.
func (d *document) unknownKeys(path, keys []string, schema map[string]any) {
	parent, _ := d.root.at(path...)
	known := slices.Sorted(maps.Keys(properties(schema)))
	want := say("une clé connue : %s", "a known key: %s", strings.Join(known, ", "))
	if len(known) == 0 {
		want = say("une clé d'une autre forme", "a key of another form")
	}
	for _, key := range keys {
		line, column := parent.keyAt(key)
		remedy := remedyFor(path, key, known)
		if len(known) == 0 {
			remedy = example(schema)
		}
		d.add(line, column, append(slices.Clip(path), key), "", trouble{want, remedy})
	}
}

// remedyFor tells what to do about an unknown key.
func remedyFor(path []string, key string, known []string) verdict.Text {
	if len(path) == 2 && path[0] == "roles" && slices.Contains([]string{"A", "P", "S", "R"}, key) {
		return say("Ce rôle n'existe pas dans ce mode : une sphère (S) a des opérateurs, les autres modes un client et un fournisseur.",
			"This role does not exist in this mode: a sphere (S) has operators, the other modes a client and a provider.")
	}
	if close := nearest(key, known); close != "" {
		return say("Vouliez-vous dire « %s » ?", "Did you mean “%s”?", close)
	}
	return say("Retirez-la : elle n'a pas de sens ici.", "Remove it: it means nothing here.")
}

// missingKeys notes the keys that a mapping must have.
func (d *document) missingKeys(path, keys []string, known map[string]any) {
	parent, _ := d.root.at(path...)
	for _, key := range keys {
		sub, _ := known[key].(map[string]any)
		remedy := say("Ajoutez la clé « %s ».", "Add the key “%s”.", key)
		if like := firstExample(sub); like != "" {
			remedy = say("Ajoutez par exemple « %s: %s ».", "Add for instance “%s: %s”.", key, like)
		}
		d.add(parent.line, parent.column, append(slices.Clip(path), key), "",
			trouble{say("cette clé, qui est obligatoire", "this key, which is mandatory"), remedy})
	}
}

// subschema follows the pointer of a schema URL.
func (s shape) subschema(location string) map[string]any {
	_, pointer, _ := strings.Cut(location, "#")
	at := s.tree
	for _, step := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		if m, ok := at.(map[string]any); ok && step != "" {
			at = m[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]
		}
	}
	m, _ := at.(map[string]any)
	return m
}

func properties(schema map[string]any) map[string]any {
	p, _ := schema["properties"].(map[string]any)
	return p
}

// example returns a remedy that shows the schema's first example.
func example(schema map[string]any) verdict.Text {
	if like := firstExample(schema); like != "" {
		return say("Écrivez par exemple %s.", "Write for instance %s.", like)
	}
	return say("Corrigez cette valeur ; la documentation des clés en donne la forme.", "Correct this value; the documentation of the keys gives its form.")
}

func firstExample(schema map[string]any) string {
	list, _ := schema["examples"].([]any)
	if len(list) == 0 {
		return ""
	}
	if s, text := list[0].(string); text {
		return s
	}
	raw, err := json.Marshal(list[0])
	if err != nil {
		return ""
	}
	return string(raw)
}

// typeNames names the types of the schema for people.
func typeNames(types []string) verdict.Text {
	var fr, en []string
	for _, t := range types {
		name := typeTexts[t]
		fr, en = append(fr, name.FR), append(en, name.EN)
	}
	return verdict.Text{FR: strings.Join(fr, " ou "), EN: strings.Join(en, " or ")}
}

var quoteIt = say("Mettez la valeur entre guillemets.", "Put the value between quotes.")

var typeTexts = map[string]verdict.Text{
	"string":  say("un texte", "a text"),
	"integer": say("un nombre entier", "a whole number"),
	"number":  say("un nombre", "a number"),
	"boolean": say("true ou false", "true or false"),
	"array":   say("une liste", "a list"),
	"object":  say("des clés et des valeurs", "keys and values"),
	"null":    say("rien", "nothing"),
}
