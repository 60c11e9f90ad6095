package candidate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// put sets the value at a path, making the mappings and the items on the way; nil removes it, and what is left empty above it.
func (n *node) put(value any, path ...string) {
	step, last := path[0], len(path) == 1
	switch {
	case value == nil:
		n.drop(path)
	case last:
		n.set(step, &node{value: value})
	default:
		next := n.child(step)
		if next == nil || !next.holds() {
			next = &node{}
			n.set(step, next)
		}
		next.put(value, path[1:]...)
	}
}

// holds tells whether a value is a mapping or a list.
func (n *node) holds() bool {
	switch n.value.(type) {
	case []field, []*node:
		return true
	}
	return n.value == nil
}

// set sets one child, of a list where the step is the index that comes next in one.
func (n *node) set(step string, child *node) {
	list, isList := n.value.([]*node)
	if i, err := strconv.Atoi(step); err == nil && (isList || n.value == nil) && i <= len(list) {
		if i == len(list) {
			list = append(list, nil)
		}
		list[i] = child
		n.value = list
		return
	}
	fields, _ := n.value.([]field)
	if i := slices.IndexFunc(fields, func(f field) bool { return f.key == step }); i >= 0 {
		fields[i].value = child
	} else {
		fields = append(fields, field{key: step, value: child})
	}
	n.value = fields
}

// drop removes the value at a path, and the mappings that are empty then.
func (n *node) drop(path []string) {
	child := n.child(path[0])
	if child == nil {
		return
	}
	if len(path) > 1 {
		child.drop(path[1:])
		if !child.bare() {
			return
		}
	}
	switch v := n.value.(type) {
	case []field:
		n.value = slices.DeleteFunc(slices.Clone(v), func(f field) bool { return f.key == path[0] })
	case []*node:
		if i, err := strconv.Atoi(path[0]); err == nil {
			n.value = slices.Delete(slices.Clone(v), i, i+1)
		}
	}
}

// bare tells whether a mapping or a list has nothing left.
func (n *node) bare() bool {
	switch v := n.value.(type) {
	case []field:
		return len(v) == 0
	case []*node:
		return len(v) == 0
	}
	return n.value == nil
}

// grown is the tree of plain values: texts, numbers, booleans, lists and mappings of them.
func grown(value any) *node {
	switch v := value.(type) {
	case []string:
		items := make([]*node, len(v))
		for i, s := range v {
			items[i] = &node{value: s}
		}
		return &node{value: items}
	case []field:
		return &node{value: v}
	}
	return &node{value: value}
}

// plainKey is a key that YAML reads as it is written.
var plainKey = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// written writes a tree as YAML, with what the schema says of each key of a form behind it.
func (n *node) written(said func(path []string) string) []byte {
	var b bytes.Buffer
	n.write(&b, 0, nil, said)
	return b.Bytes()
}

// write writes the children of a mapping or of a list, each on lines of its own.
func (n *node) write(b *bytes.Buffer, depth int, path []string, said func([]string) string) {
	indent := strings.Repeat("  ", depth)
	switch v := n.value.(type) {
	case []field:
		for _, f := range v {
			here := append(slices.Clip(path), f.key)
			b.WriteString(indent + writtenKey(f.key) + ":")
			f.value.writeValue(b, depth, here, said)
		}
	case []*node:
		for i, item := range v {
			b.WriteString(indent + "-")
			item.writeValue(b, depth, append(slices.Clip(path), strconv.Itoa(i)), said)
		}
	}
}

// writeValue writes what stands behind a key or a dash.
func (n *node) writeValue(b *bytes.Buffer, depth int, path []string, said func([]string) string) {
	if n.holds() && !n.bare() {
		b.WriteByte('\n')
		n.write(b, depth+1, path, said)
		return
	}
	b.WriteString(" " + n.scalar())
	if text := said(path); text != "" {
		b.WriteString("  # " + text)
	}
	b.WriteByte('\n')
}

// scalar writes a text, a number, a boolean or what is empty.
func (n *node) scalar() string {
	switch v := n.value.(type) {
	case []field:
		return "{}"
	case []*node:
		return "[]"
	case json.Number:
		return v.String()
	}
	return legible(n.value)
}

// legible quotes a value as JSON does, with what is not printed, or turns the reading, by its code.
func legible(v any) string {
	text, err := quoted(v)
	if err != nil {
		return `""`
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// writtenKey writes a key, between quotes where YAML would read something else.
func writtenKey(key string) string {
	if plainKey.MatchString(key) && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(key)) {
		return key
	}
	return legible(key)
}
