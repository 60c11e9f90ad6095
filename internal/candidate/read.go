package candidate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of a file, so that a hostile one costs nothing.
const (
	maxBytes  = 1 << 20
	maxDepth  = 32
	maxTokens = 50_000

	maxEvidence = 20 << 20 // of one declared document, which nobody parses
)

// document is a YAML file being read: its bytes, its tree and what is wrong with it.
type document struct {
	file     string
	raw      []byte
	root     *node // nil when the file is no YAML mapping
	problems Problems
	notices  Problems // what is worth a look without being wrong
}

// add notes a trouble at a place.
func (d *document) add(line, column int, path []string, got string, t trouble) {
	d.problems = append(d.problems, Problem{
		File: d.file, Line: line, Column: column, Key: keyPath(path), Got: got, Want: t.want, Remedy: t.remedy,
	})
}

// report notes a trouble with the value at a path, or with its nearest parent where it is absent.
func (d *document) report(t trouble, path ...string) {
	n, got := d.value(path)
	d.add(n.line, n.column, path, got, t)
}

// notice notes, of the value at a path, what is worth a look without being wrong.
func (d *document) notice(t trouble, path ...string) {
	n, got := d.value(path)
	d.notices = append(d.notices, Problem{File: d.file, Line: n.line, Column: n.column, Key: keyPath(path), Got: got, Want: t.want, Remedy: t.remedy})
}

// value returns the node at a path or its nearest parent, and the text to show; "" when there is none.
func (d *document) value(path []string) (*node, string) {
	n, there := d.root.at(path...)
	if s := n.text(); there && s != "" {
		return n, shown(s)
	}
	return n, ""
}

// openDocument reads a file and checks that it is plain YAML of a decent size.
func openDocument(path string) *document {
	d := &document{file: path}
	raw, err := readLimited(path, maxBytes)
	if err != nil {
		d.add(0, 0, nil, "", unreadable(err))
		return d
	}
	d.parse(raw)
	return d
}

// unreadable says why a file could not be read, without repeating its path.
func unreadable(err error) trouble {
	t := trouble{want: say("un fichier lisible", "a readable file")}
	var pathError *fs.PathError
	var long tooLong
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.remedy = say("Ce fichier n'existe pas : corrigez son nom, ou créez-le.", "This file does not exist: correct its name, or create it.")
	case errors.Is(err, fs.ErrPermission):
		t.remedy = say("L'accès est refusé : donnez le droit de lecture.", "Access is denied: grant the right to read it.")
	case errors.As(err, &long):
		t.want = say("au plus %d octets", "at most %d bytes", int(long))
		t.remedy = say("Donnez un fichier plus court.", "Give a shorter file.")
	case errors.As(err, &pathError):
		t.remedy = say("La lecture échoue (%[1]v).", "Reading it fails (%[1]v).", pathError.Err)
	default:
		t.remedy = say("La lecture échoue (%[1]v).", "Reading it fails (%[1]v).", err)
	}
	return t
}

// tooLong tells that a file is longer than so many octets.
type tooLong int

func (n tooLong) Error() string { return fmt.Sprintf("longer than %d bytes", int(n)) }

// readLimited reads a regular file of at most so many octets.
func readLimited(path string, most int) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", info.Mode().Type())
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err == nil && len(raw) > most {
		err = tooLong(most)
	}
	return raw, err
}

// parse fills the tree from the bytes of the file.
func (d *document) parse(raw []byte) {
	d.raw = raw
	if len(raw) > maxBytes {
		d.add(0, 0, nil, "", unreadable(tooLong(maxBytes)))
		return
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if line, column, what := badCharacter(raw); what != "" {
		d.add(line, column, nil, what, trouble{
			say("du texte en UTF-8, sans caractère de contrôle", "UTF-8 text without control characters"),
			say("Enregistrez le fichier en UTF-8.", "Save the file as UTF-8.")})
		return
	}
	if d.root = d.grow(string(raw)); d.root == nil && len(d.problems) == 0 {
		d.add(1, 1, nil, "", trouble{
			say("des clés et des valeurs (« clé: valeur »)", "keys and values (“key: value”)"),
			say("Partez d'un modèle : conformance init DOSSIER --role fournisseur.", "Start from a template: conformance init DIR --role fournisseur.")})
	}
}

// badCharacter finds the first byte that no text file of ours holds.
func badCharacter(raw []byte) (line, column int, what string) {
	line, column = 1, 1
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		switch {
		case r == utf8.RuneError && size <= 1:
			return line, column, fmt.Sprintf("0x%02X", raw[i])
		case r == '\n':
			line, column = line+1, 0
		case r < ' ' && r != '\t' && r != '\r', r == 0x7f, r == 0x85, r == 0x2028, r == 0x2029, r == '\ufeff':
			return line, column, fmt.Sprintf("U+%04X", r)
		}
		i, column = i+size, column+1
	}
	return 0, 0, ""
}

// grow parses the text. A panic of the parser is one more way to refuse a file.
func (d *document) grow(text string) (root *node) {
	defer func() {
		if recover() != nil {
			root = nil
			d.add(1, 1, nil, "", trouble{say("un fichier YAML", "a YAML file"),
				say("La structure est illisible : comparez-la à un modèle (conformance init).", "The structure cannot be read: compare it with a template (conformance init).")})
		}
	}()
	tokens := lexer.Tokenize(text)
	if !d.tokensFit(tokens) {
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		d.syntax(err)
		return nil
	}
	docs := slices.DeleteFunc(file.Docs, func(doc *ast.DocumentNode) bool { return doc.Body == nil })
	if len(docs) > 1 {
		at := docs[1].Body.GetToken().Position
		d.add(at.Line, at.Column, nil, "", trouble{say("un seul document", "one document"),
			say("Retirez la ligne « --- » et ce qui suit, ou faites-en un autre fichier.", "Remove the “---” line and what follows, or make another file of it.")})
		return nil
	}
	if len(docs) == 0 {
		return nil
	}
	root = planter{d}.plant(docs[0].Body, nil)
	if _, mapping := root.value.([]field); !mapping {
		return nil
	}
	return root
}

// tokensFit refuses, before any recursion, what nests too deep, is too long or is not plain YAML.
func (d *document) tokensFit(tokens token.Tokens) bool {
	if len(tokens) > maxTokens {
		at := tokens[maxTokens].Position
		d.add(at.Line, at.Column, nil, "", trouble{say("au plus %d mots", "at most %d words", maxTokens), say("Donnez un fichier plus court.", "Give a shorter file.")})
		return false
	}
	depth, line, entries := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			line, entries = t.Position.Line, 0
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType, token.MappingValueType:
			if depth == 0 { // within brackets the depth itself is bounded
				entries++
			}
		case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType, token.DirectiveType:
			d.add(t.Position.Line, t.Position.Column, nil, shown(t.Value), notPlain)
			return false
		}
		if depth > maxDepth || depth == 0 && entries > maxDepth {
			d.add(t.Position.Line, t.Position.Column, nil, "", tooDeep)
			return false
		}
	}
	return true
}

var tooDeep = trouble{
	say("au plus %d niveaux", "at most %d levels", maxDepth), say("Simplifiez la structure.", "Simplify the structure."),
}

// syntax notes what the parser refused, with its place.
func (d *document) syntax(err error) {
	line, column, why := 1, 1, err.Error()
	var positioned yaml.Error
	if errors.As(err, &positioned) {
		why = positioned.GetMessage()
		if tk := positioned.GetToken(); tk != nil && tk.Position != nil {
			line, column = tk.Position.Line, tk.Position.Column
		}
	}
	why, _, _ = strings.Cut(why, "\n")
	d.add(line, column, nil, "", trouble{say("un fichier YAML bien formé", "a well-formed YAML file"),
		say("Vérifiez l'indentation, les deux-points et les guillemets ici (%s).", "Check indentation, colons and quotes here (%s).", why)})
}

// decode fills a value from the tree; the schema has been met, so that a failure is ours.
func (d *document) decode(into any) error {
	raw, err := json.Marshal(d.root.plain())
	if err != nil {
		return fmt.Errorf("decode %s: %w", d.file, err)
	}
	if err := strict(raw, into); err != nil {
		return fmt.Errorf("decode %s: %w", d.file, err)
	}
	return nil
}
