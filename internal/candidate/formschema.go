package candidate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"etalon/internal/verdict"
)

// schemaPlace is a place of the schema of candidate files: the schema there, and what the property that leads to it says.
type schemaPlace struct {
	schema, property map[string]any
	// needed tells that the key must be there for each of those above it to be.
	needed bool
}

// schemaAt follows a path of keys from the root of the schema.
func schemaAt(path []string) schemaPlace {
	at := schemaPlace{schema: candidateShape().subschema("#"), needed: true}
	for i, step := range path {
		needed := at.needed && slices.Contains(requiredBy(at.schema), step)
		at = at.step(step)
		at.needed = needed || i < len(path)-1 && chosen(path[:i+1])
	}
	return at
}

// chosen tells whether a path is that of a part which is there because of the roles that a person chose.
func chosen(path []string) bool {
	switch len(path) {
	case 1:
		return path[0] != "pki" && path[0] != "listen"
	case 2:
		return path[0] == "roles"
	case 3:
		return path[0] == "roles" && len(path[2]) == 1
	}
	return false
}

// candidateShape is the schema of candidate files; the schemas are embedded, so that a failure is ours.
func candidateShape() shape {
	all, err := shapes()
	if err != nil {
		panic("candidate: embedded schemas: " + err.Error())
	}
	return all[candidateSchema]
}

// path follows a path of keys.
func (p schemaPlace) path(keys string) schemaPlace {
	for _, step := range strings.Split(keys, ".") {
		needed := slices.Contains(requiredBy(p.schema), step)
		p = p.step(step)
		p.needed = needed
	}
	return p
}

// step follows one key, or the index of an item.
func (p schemaPlace) step(step string) schemaPlace {
	next, _ := properties(p.schema)[step].(map[string]any)
	if next == nil {
		_, err := strconv.Atoi(step)
		if next, _ = p.schema["items"].(map[string]any); err != nil || next == nil {
			next, _ = p.schema["additionalProperties"].(map[string]any)
		}
	}
	return schemaPlace{schema: followed(next), property: next}
}

// followed follows the reference of a schema, where it has one.
func followed(schema map[string]any) map[string]any {
	if to, ok := schema["$ref"].(string); ok {
		return candidateShape().subschema(to)
	}
	return schema
}

func requiredBy(schema map[string]any) (keys []string) {
	list, _ := schema["required"].([]any)
	for _, k := range list {
		keys = append(keys, fmt.Sprint(k))
	}
	return keys
}

// merged is the schema there, with what the property says in its stead.
func (p schemaPlace) merged() map[string]any {
	if _, own := p.property["examples"]; own {
		return p.property
	}
	return p.schema
}

// help is what the schema says of the key, in French and in English.
func (p schemaPlace) help() verdict.Text {
	fr, _ := p.property["description"].(string)
	en, _ := p.property["x-en"].(string)
	return verdict.Text{FR: fr, EN: en}
}

// choices are the values that the key may have, where the schema lists them and a page may give them.
func (p schemaPlace) choices() (words []string) {
	list, _ := p.schema["enum"].([]any)
	barred, _ := p.property[diskOnly].([]any)
	for _, word := range list {
		if !slices.Contains(barred, word) {
			words = append(words, fmt.Sprint(word))
		}
	}
	return words
}

// kind is how the key is asked for.
func (p schemaPlace) kind() FieldKind {
	if p.schema["format"] == "auto" {
		return FieldPorts
	}
	if p.schema["enum"] != nil {
		return FieldChoice
	}
	if p.schema["const"] == true {
		return FieldSwitch
	}
	switch p.schema["type"] {
	case "integer":
		return FieldNumber
	case "boolean":
		return FieldSwitch
	case "array":
		return FieldLines
	case "object":
		return FieldPairs
	}
	return FieldText
}
