package candidate

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// node is one value of a YAML file with its place. Its value is nil, a bool, a json.Number, a string,
// a []*node or a []field.
type node struct {
	line, column int
	value        any
}

// field is one key of a mapping.
type field struct {
	key          string
	line, column int
	value        *node
}

// plain returns the value in the form that the schema validator and encoding/json take.
func (n *node) plain() any {
	switch v := n.value.(type) {
	case []*node:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = item.plain()
		}
		return list
	case []field:
		m := make(map[string]any, len(v))
		for _, f := range v {
			m[f.key] = f.value.plain()
		}
		return m
	}
	return n.value
}

// text returns a scalar as it reads; "" for a list or a mapping.
func (n *node) text() string {
	switch v := n.value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// at follows a path of keys and indexes, and returns the last node that exists on it and whether it is
// the end of the path.
func (n *node) at(path ...string) (*node, bool) {
	for _, step := range path {
		next := n.child(step)
		if next == nil {
			return n, false
		}
		n = next
	}
	return n, true
}

func (n *node) child(step string) *node {
	switch v := n.value.(type) {
	case []field:
		if i := slices.IndexFunc(v, func(f field) bool { return f.key == step }); i >= 0 {
			return v[i].value
		}
	case []*node:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(v) {
			return v[i]
		}
	}
	return nil
}

// keyAt returns the place of a key of a mapping; that of the mapping when it has no such key.
func (n *node) keyAt(key string) (line, column int) {
	fields, _ := n.value.([]field)
	for _, f := range fields {
		if f.key == key {
			return f.line, f.column
		}
	}
	return n.line, n.column
}

// keyPath writes a path as people do: projects[2].services[0].audience.
func keyPath(path []string) string {
	var b strings.Builder
	for _, step := range path {
		switch _, err := strconv.Atoi(step); {
		case err == nil:
			b.WriteString("[" + step + "]")
		case b.Len() > 0:
			b.WriteString("." + step)
		default:
			b.WriteString(step)
		}
	}
	return b.String()
}

// planter turns the parser's tree into ours, noting what our files may not contain.
type planter struct{ d *document }

// plant turns one value, at a path of keys and indexes.
func (p planter) plant(n ast.Node, path []string) *node {
	out := &node{}
	out.line, out.column = place(n)
	if len(path) > maxDepth {
		p.d.add(out.line, out.column, path[:1], "", tooDeep)
		return out
	}
	switch n := n.(type) {
	case *ast.StringNode:
		out.value = n.Value
	case *ast.LiteralNode:
		out.value = n.Value.Value
	case *ast.BoolNode:
		out.value = n.Value
	case *ast.NullNode:
	case *ast.IntegerNode:
		out.value = number(n.Token)
	case *ast.FloatNode:
		out.value = number(n.Token)
	case *ast.SequenceNode:
		out.value = p.list(n, path)
	case *ast.MappingNode:
		out.value = p.mapping(n.Values, path)
	case *ast.MappingValueNode:
		out.value = p.mapping([]*ast.MappingValueNode{n}, path)
	default:
		p.d.add(out.line, out.column, path, shown(strings.TrimSpace(n.String())), notPlain)
	}
	return out
}

// place returns where a node begins; a block mapping begins at its first key.
func place(n ast.Node) (line, column int) {
	token := n.GetToken()
	switch n := n.(type) {
	case *ast.MappingValueNode:
		token = n.Key.GetToken()
	case *ast.MappingNode:
		if len(n.Values) > 0 && !n.IsFlowStyle {
			token = n.Values[0].Key.GetToken()
		}
	}
	if token == nil || token.Position == nil {
		return 1, 1
	}
	return token.Position.Line, token.Position.Column
}

// number keeps a number as it was written, or as text where JSON would not read it (0x10, 1_000).
func number(t *token.Token) any {
	if n := json.Number(t.Value); json.Valid([]byte(n)) {
		return n
	}
	return t.Value
}

func (p planter) list(n *ast.SequenceNode, path []string) []*node {
	items := make([]*node, len(n.Values))
	for i, v := range n.Values {
		items[i] = p.plant(v, append(slices.Clip(path), strconv.Itoa(i)))
	}
	return items
}

func (p planter) mapping(values []*ast.MappingValueNode, path []string) []field {
	fields := make([]field, 0, len(values))
	lines := map[string]int{}
	for _, v := range values {
		tk := v.Key.GetToken()
		f := field{key: tk.Value, line: tk.Position.Line, column: tk.Position.Column}
		here := append(slices.Clip(path), f.key)
		if _, merge := v.Key.(*ast.MergeKeyNode); merge {
			p.d.add(f.line, f.column, here, "", notPlain)
			continue
		}
		if first, twice := lines[f.key]; twice {
			p.d.add(f.line, f.column, here, "", trouble{
				say("une seule fois cette clé", "this key once only"),
				say("Elle est déjà à la ligne %d : gardez l'une des deux.", "It already stands at line %d: keep one of the two.", first)})
			continue
		}
		lines[f.key] = f.line
		f.value = p.plant(v.Value, here)
		fields = append(fields, f)
	}
	return fields
}

var notPlain = trouble{
	say("du YAML simple, sans ancre, alias, étiquette ni fusion", "plain YAML, without anchor, alias, tag or merge"),
	say("Écrivez la valeur en toutes lettres.", "Write the value out in full."),
}
