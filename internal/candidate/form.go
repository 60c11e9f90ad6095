package candidate

import (
	"slices"
	"strconv"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// FieldKind is how a value is asked for.
type FieldKind string

// The kinds of fields. A row is one item of a list, each of its keys a column; pairs are written one a line, name = value.
const (
	FieldText   FieldKind = "text"
	FieldNumber FieldKind = "number"
	FieldChoice FieldKind = "choice"
	FieldSwitch FieldKind = "switch" // true, or left out
	FieldLines  FieldKind = "lines"  // a list of texts, one a line
	FieldWords  FieldKind = "words"  // a list of texts on one line
	FieldPairs  FieldKind = "pairs"
	FieldRows   FieldKind = "rows"
	FieldPorts  FieldKind = "ports" // auto, or fixed
)

// Field is one key of a candidate file that a form asks for. What it means is what the published schema says of the key.
type Field struct {
	// Key is the path of the key, such as roles.fournisseur.A.endpoint; of a column, its name in each row.
	Key     string       `json:"key"`
	Label   verdict.Text `json:"label"`
	Help    verdict.Text `json:"help"`
	Example string       `json:"example,omitempty"`
	Kind    FieldKind    `json:"kind"`
	Choices []string     `json:"choices,omitempty"`
	// Needed tells that nothing can be judged without it.
	Needed  bool    `json:"needed,omitempty"`
	Columns []Field `json:"columns,omitempty"`
}

// Section is the fields of one part of a candidate file.
type Section struct {
	// Name is candidate, mssante, a role, a role and mode, or listen.
	Name  string       `json:"name"`
	Title verdict.Text `json:"title"`
	// Fields are those that matter, More those that most candidates leave as they are.
	Fields []Field `json:"fields"`
	More   []Field `json:"more,omitempty"`
}

// All are the fields of the section, those that matter first.
func (s Section) All() []Field { return slices.Concat(s.Fields, s.More) }

// FormScopes lists the roles and modes that a form can describe: every one.
func FormScopes() (scopes []string) {
	for _, role := range Roles() {
		for _, mode := range modesOf(role) {
			scopes = append(scopes, string(role)+"/"+string(mode))
		}
	}
	return scopes
}

// modesOf lists the modes of a role.
func modesOf(role Role) []interops.Mode {
	switch {
	case role.WithoutMode():
		return []interops.Mode{NoMode}
	case role == RoleProvider || role == RoleClient:
		return []interops.Mode{interops.ModeA, interops.ModeP, interops.ModeR}
	}
	return []interops.Mode{interops.ModeS}
}

// ScopeTitle says what a role and mode are, as the schema does.
func ScopeTitle(scope string) verdict.Text {
	return scopeTitles[scope]
}

// FormOf returns the sections of a candidate in roles and modes; empty for an unknown one.
func FormOf(scopes ...string) []Section {
	names := sectionNames(scopes)
	all := make([]Section, 0, len(names))
	for _, name := range names {
		made := Section{Name: name, Title: sectionTitle(name)}
		for _, a := range formTable[name] {
			if f := a.field(prefixOf(name)); a.more {
				made.More = append(made.More, f)
			} else {
				made.Fields = append(made.Fields, f)
			}
		}
		all = append(all, made)
	}
	return all
}

// sectionNames are the sections that roles and modes ask for, in the order of the file.
func sectionNames(scopes []string) []string {
	names := []string{"candidate"}
	add := func(name string) {
		if _, there := formTable[name]; there && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, scope := range FormScopes() {
		if !slices.Contains(scopes, scope) {
			continue
		}
		role, mode := SplitScope(scope)
		if slices.Contains(MSSRoles(), role) {
			add("mssante")
		}
		if mode != NoMode {
			add(scope)
		}
		add(string(role))
	}
	if len(names) == 1 {
		return nil
	}
	role, _ := SplitScope(scopes[0])
	if role.WithoutMode() {
		add("pki")
	} else {
		add("convention")
	}
	add("listen")
	return names
}

// sectionTitle is the title of a section.
func sectionTitle(name string) verdict.Text {
	if title, own := sectionTitles[name]; own {
		return title
	}
	if title, known := scopeTitles[name]; known {
		return title
	}
	return scopeTitles[name+"/"+string(NoMode)]
}

// prefixOf is where the keys of a section stand in the file; empty for those that are written whole.
func prefixOf(section string) string {
	role, mode, both := strings.Cut(section, "/")
	switch {
	case both:
		return "roles." + role + "." + mode + "."
	case slices.Contains(Roles(), Role(role)):
		return "roles." + role + "."
	case section == "candidate" || section == "mssante" || section == "listen":
		return section + "."
	}
	return ""
}

// asked is one line of the table of the form: what the schema does not say of a key.
type asked struct {
	key    string
	fr, en string
	// more leaves it among those that most candidates do not change; words writes its list on one line.
	more, words bool
	// rows are the columns of a list of mappings.
	rows []asked
	// only replaces the choices of the schema.
	only []string
}

// field completes a line of the table with what the schema says.
func (a asked) field(prefix string) Field {
	at := schemaAt(strings.Split(prefix+a.key, "."))
	return a.at(prefix+a.key, at)
}

func (a asked) at(key string, at schemaPlace) Field {
	f := Field{
		Key: key, Label: verdict.Text{FR: a.fr, EN: a.en}, Help: at.help(), Example: plainExample(at.merged()), Kind: at.kind(), Choices: at.choices(), Needed: at.needed,
	}
	if a.words {
		f.Kind = FieldWords
	}
	if f.Kind == FieldLines {
		f.Example = strings.ReplaceAll(f.Example, " ", "\n")
	}
	if len(a.only) > 0 {
		f.Kind, f.Choices = FieldChoice, a.only
	}
	for _, column := range a.rows {
		f.Kind, f.Example = FieldRows, ""
		f.Columns = append(f.Columns, column.at(column.key, at.step("0").path(column.key)))
	}
	return f
}

// plainExample is the schema's example as a person types it in a field: without the quotes that YAML needs.
func plainExample(schema map[string]any) string {
	list, _ := schema["examples"].([]any)
	if len(list) == 0 {
		return ""
	}
	switch v := list[0].(type) {
	case string:
		if inner, list := strings.CutPrefix(v, "["); list {
			words := strings.Split(strings.TrimSuffix(inner, "]"), ",")
			for i, w := range words {
				words[i] = strings.Trim(w, `" `)
			}
			return strings.Join(words, " ")
		}
		return strings.Trim(v, `"`)
	case []any:
		words := make([]string, 0, len(v))
		for _, w := range v {
			if s, text := w.(string); text {
				words = append(words, s)
			}
		}
		return strings.Join(words, " ")
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return firstExample(schema)
}

// FieldOf is the field, or the cell, of a form that a key of a candidate file belongs to; empty where no field does.
func FieldOf(sections []Section, key string) string {
	path := indexes.Replace(key)
	best, under := "", ""
	for _, s := range sections {
		for _, f := range s.All() {
			switch {
			case path == f.Key || strings.HasPrefix(path, f.Key+"."):
				if len(f.Key) > len(best) {
					best = f.Key
				}
			case under == "" && strings.HasPrefix(f.Key, path+"."):
				under = f.Key
			}
		}
	}
	if best != "" && path != best && cellOf(sections, best, path) {
		return path
	}
	if best == "" && path != "" {
		return under
	}
	return best
}

// indexes writes an index as the keys of a form do.
var indexes = strings.NewReplacer("[", ".", "]", "")

// cellOf tells whether a path is that of a column of a list.
func cellOf(sections []Section, list, path string) bool {
	for _, s := range sections {
		for _, f := range s.All() {
			row, column, _ := strings.Cut(strings.TrimPrefix(path, f.Key+"."), ".")
			_, err := strconv.Atoi(row)
			if f.Key == list && err == nil && slices.ContainsFunc(f.Columns, func(c Field) bool { return c.Key == column }) {
				return true
			}
		}
	}
	return false
}
