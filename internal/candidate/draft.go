package candidate

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Draft is a candidate file as a form holds it: the roles and modes that were chosen, and what was typed in each field, by its
// key. A column of a row is under the key of its list, the index and its own name: mssante.mailboxes.0.address.
type Draft struct {
	Scopes []string          `json:"scopes"`
	Values map[string]string `json:"values"`
}

// ErrScopes tells of roles and modes that no one candidate file describes.
var ErrScopes = errors.New("want the roles and modes of one product")

// maxRows bounds the rows of a list that a form takes.
const maxRows = 200

// NewDraft begins a candidate in roles and modes, as the template of conformance init does, without what only its vendor
// knows. It returns ErrScopes.
func NewDraft(scopes ...string) (Draft, error) {
	root, err := templateOf(scopes)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{Scopes: scopes, Values: map[string]string{}}
	for _, s := range FormOf(scopes...) {
		for _, f := range s.All() {
			if !f.Needed || suggested[f.Key] {
				d.take(f, root)
			}
		}
	}
	return d, nil
}

// suggested are needed fields where what the template says will do.
var suggested = map[string]bool{
	"mssante.token_check": true, "roles.fournisseur-identite.client.id": true, "roles.fournisseur-identite.client.secret": true,
	"roles.fournisseur-identite.means": true, "roles.lps.nil": true,
}

// DraftOf reads a candidate file, well formed or not, into a draft; Problems when it is no YAML at all.
func DraftOf(text []byte) (Draft, error) {
	root, err := treeOf(text)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{Scopes: scopesIn(root), Values: map[string]string{}}
	for _, s := range FormOf(d.Scopes...) {
		for _, f := range s.All() {
			d.take(f, root)
		}
	}
	return d, nil
}

// treeOf reads YAML.
func treeOf(text []byte) (*node, error) {
	d := &document{file: "candidate.yaml"}
	d.parse(text)
	if err := d.problems.orNil(); err != nil {
		return nil, err
	}
	return d.root, nil
}

// scopesIn lists the roles and modes that a file names.
func scopesIn(root *node) (scopes []string) {
	for _, scope := range FormScopes() {
		role, mode := SplitScope(scope)
		path := []string{"roles", string(role)}
		if mode != NoMode {
			path = append(path, string(mode))
		}
		if _, there := root.at(path...); there {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// templateOf is the template of roles and modes, without what a page may not give nor what stands for another mode.
func templateOf(scopes []string) (*node, error) {
	all := FormScopes()
	o := InitOptions{Ports: FixedPorts}
	for _, scope := range scopes {
		role, _ := SplitScope(scope)
		if !slices.Contains(all, scope) {
			return nil, fmt.Errorf("begin a candidate: %.40q: %w", scope, ErrScopes)
		}
		if !slices.Contains(o.Roles, role) {
			o.Roles = append(o.Roles, role)
		}
	}
	if len(o.Roles) == 0 {
		return nil, fmt.Errorf("begin a candidate: %w", ErrScopes)
	}
	files, err := o.files()
	if err != nil {
		return nil, fmt.Errorf("begin a candidate: %w: %w", ErrScopes, err)
	}
	root, err := treeOf(files["candidate.yaml"])
	if err != nil {
		return nil, fmt.Errorf("begin a candidate: %w", err)
	}
	for _, found := range barredIn(root) {
		root.drop(found.path)
	}
	for _, found := range known(root, schemaAt(nil), nil) {
		if name, text := found.value.value.(string); text {
			found.value.value = strings.TrimPrefix(name, piecesFolder) // a page keeps files in one folder
		}
	}
	for _, scope := range scopesIn(root) {
		if role, mode := SplitScope(scope); !slices.Contains(scopes, scope) {
			root.drop([]string{"roles", string(role), string(mode)})
		}
	}
	root.drop([]string{"roles", string(RoleClient), "users"}) // their rights are those of one mode
	root.keep(scopes)
	return root, nil
}

// piecesFolder is where the templates put documents.
const piecesFolder = "pieces/"

// keep leaves the mapping of each role and mode there, be it empty.
func (n *node) keep(scopes []string) {
	for _, scope := range scopes {
		role, mode := SplitScope(scope)
		path := []string{"roles", string(role)}
		if mode != NoMode {
			path = append(path, string(mode))
		}
		if found, there := n.at(path...); !there || !found.holds() {
			n.put([]field{}, path...)
		}
	}
}

// CandidateFiles are the texts of a candidate begun in roles and modes beside its own file: a convention, where they need one.
func CandidateFiles(scopes ...string) map[string][]byte {
	o := InitOptions{Ports: FixedPorts}
	for _, scope := range scopes {
		role, _ := SplitScope(scope)
		o.Roles = append(o.Roles, role)
	}
	if len(o.Roles) == 0 {
		return nil
	}
	files, err := o.files()
	if err != nil {
		return nil
	}
	delete(files, "candidate.yaml")
	return files
}

// take reads one field.
func (d Draft) take(f Field, root *node) {
	n, there := root.at(strings.Split(f.Key, ".")...)
	if !there {
		return
	}
	if f.Kind != FieldRows {
		d.Values[f.Key] = typed(f.Kind, n)
		return
	}
	rows, _ := n.value.([]*node)
	for i, row := range rows[:min(len(rows), maxRows)] {
		for _, column := range f.Columns {
			if cell, there := row.at(column.Key); there {
				d.Values[cellKey(f.Key, i, column.Key)] = typed(column.Kind, cell)
			}
		}
	}
}

// cellKey is the key of one column of one row.
func cellKey(list string, row int, column string) string {
	return list + "." + strconv.Itoa(row) + "." + column
}

// typed is a value as a person types it.
func typed(kind FieldKind, n *node) string {
	var words []string
	switch v := n.value.(type) {
	case []*node:
		for _, item := range v {
			words = append(words, item.text())
		}
	case []field:
		if kind == FieldPorts {
			return "fixed"
		}
		for _, f := range v {
			words = append(words, f.key+" = "+f.value.text())
		}
	default:
		return n.text()
	}
	if kind == FieldWords {
		return strings.Join(words, " ")
	}
	return strings.Join(words, "\n")
}

// Text writes the candidate file: a base, whose other keys stay as they are, with what the draft says of the keys of its form.
// The base is the template of its roles and modes when it is empty. It checks nothing: LoadOwn does. It returns ErrScopes, or
// Problems of the base.
func (d Draft) Text(base []byte) ([]byte, error) {
	root, err := templateOf(d.Scopes)
	if err == nil && len(base) > 0 {
		root, err = treeOf(base)
	}
	if err != nil {
		return nil, err
	}
	d.fill(root)
	for _, scope := range scopesIn(root) {
		if role, mode := SplitScope(scope); !slices.Contains(d.Scopes, scope) {
			path := []string{"roles", string(role)}
			if mode != NoMode {
				path = append(path, string(mode))
			}
			root.drop(path)
		}
	}
	root.keep(d.Scopes)
	help := map[string]string{}
	for _, s := range FormOf(d.Scopes...) {
		for _, f := range s.All() {
			help[f.Key] = f.Help.FR
		}
	}
	return root.written(func(path []string) string { return help[strings.Join(path, ".")] }), nil
}

// fill puts what the draft says in a tree.
func (d Draft) fill(root *node) {
	free := ""
	for _, s := range FormOf(d.Scopes...) {
		for _, f := range s.All() {
			path := strings.Split(f.Key, ".")
			switch {
			case f.Kind == FieldRows:
				d.rows(f, root, path)
			case f.Kind == FieldPorts:
				d.ports(root, f.Key, path)
				if d.Values[f.Key] != "fixed" {
					free = f.Key + "."
				}
			case free == "" || !strings.HasPrefix(f.Key, free):
				put(root, f.Kind, d.Values[f.Key], path)
			}
		}
	}
}

// put sets what was typed in a field; nothing removes the key.
func put(root *node, kind FieldKind, typed string, path []string) {
	typed = strings.ReplaceAll(typed, "\r\n", "\n")
	value := valueOf(kind, typed)
	if value == nil {
		root.put(nil, path...)
		return
	}
	root.put(value.value, path...)
}

// valueOf is the value that was typed; nil for none.
func valueOf(kind FieldKind, typed string) *node {
	trimmed := strings.TrimSpace(typed)
	if trimmed == "" {
		return nil
	}
	switch kind {
	case FieldNumber:
		if number := json.Number(trimmed); json.Valid([]byte(number)) {
			return &node{value: number}
		}
		return &node{value: trimmed}
	case FieldSwitch:
		if trimmed == "true" {
			return &node{value: true}
		}
		return nil
	case FieldWords:
		return grown(strings.FieldsFunc(trimmed, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '\n' || r == '\t' }))
	case FieldLines:
		return grown(nonEmpty(strings.Split(trimmed, "\n")))
	case FieldPairs:
		var pairs []field
		for _, line := range nonEmpty(strings.Split(trimmed, "\n")) {
			name, value, _ := strings.Cut(line, "=")
			pairs = append(pairs, field{key: strings.TrimSpace(name), value: &node{value: strings.TrimSpace(value)}})
		}
		return grown(pairs)
	}
	return &node{value: trimmed}
}

// nonEmpty are the lines that say something, without the blanks around.
func nonEmpty(lines []string) (kept []string) {
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

// rows sets the rows of a list; what a row of the base says beside its columns stays. A row where nothing is typed is left out.
func (d Draft) rows(f Field, root *node, path []string) {
	before, _ := root.at(path...)
	old, _ := before.value.([]*node)
	var rows []*node
	for i := range maxRows {
		row := &node{value: []field{}}
		if i < len(old) && len(path) > 0 {
			row.value = old[i].value
		}
		said := false
		for _, column := range f.Columns {
			typed := d.Values[cellKey(f.Key, i, column.Key)]
			said = said || strings.TrimSpace(typed) != ""
			put(row, column.Kind, typed, []string{column.Key})
		}
		if said {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		root.put(nil, path...)
		return
	}
	root.put(rows, path...)
}

// ports leaves the ports as the base has them, or makes them free ones.
func (d Draft) ports(root *node, key string, path []string) {
	n, there := root.at(path...)
	_, fixed := n.value.([]field)
	if !there || !fixed || d.Values[key] != "fixed" {
		root.put("auto", path...)
	}
	if d.Values[key] != "fixed" || there && fixed {
		return
	}
	if template, err := templateOf(d.Scopes); err == nil {
		if ports, found := template.at(path...); found {
			root.put(ports.value, path...)
		}
	}
}
