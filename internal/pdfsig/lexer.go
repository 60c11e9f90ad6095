package pdfsig

import (
	"bytes"
	"encoding/hex"
	"errors"
)

// errSyntax tells that bytes are no PDF object.
var errSyntax = errors.New("read object: not one of PDF")

// Limits of what is read of a document that may be hostile.
const (
	maxDepth  = 32
	maxValues = 20_000
	// maxText and maxHex are how much of a string is kept, as it is written: enough for a signature with lists of revoked certificates in it.
	maxText = 64 << 10
	maxHex  = 2 << 20
)

// value is an object of a document: what is needed of it, and where it stands.
type value struct {
	start, end int
	word       string           // of a name, a number or a keyword
	text       []byte           // of a string
	hex        bool             // the string is written in hexadecimal
	long       bool             // it is, and longer than is kept: its text is left out
	members    map[string]value // of a dictionary
	list       []value          // of an array
}

// has tells whether a dictionary has a member.
func (v value) has(name string) bool {
	_, ok := v.members[name]
	return ok
}

// lexer reads objects of a document (ISO 32000-1 §7.3).
type lexer struct {
	doc  []byte
	at   int
	read int // values so far
}

func isBlank(c byte) bool { return bytes.IndexByte([]byte("\x00\t\n\f\r "), c) >= 0 }

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// blanks skips blanks and comments.
func (l *lexer) blanks() {
	for l.at < len(l.doc) {
		switch c := l.doc[l.at]; {
		case isBlank(c):
			l.at++
		case c == '%':
			for l.at < len(l.doc) && l.doc[l.at] != '\n' && l.doc[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

// word reads up to a blank or a delimiter.
func (l *lexer) word() string {
	start := l.at
	for l.at < len(l.doc) && !isBlank(l.doc[l.at]) && !isDelimiter(l.doc[l.at]) {
		l.at++
	}
	return string(l.doc[start:l.at])
}

// next tells whether the bytes come next, and skips them.
func (l *lexer) next(token string) bool {
	if bytes.HasPrefix(l.doc[min(l.at, len(l.doc)):], []byte(token)) {
		l.at += len(token)
		return true
	}
	return false
}

// value reads one object. The two numbers and the letter of a reference are three values.
func (l *lexer) value(depth int) (v value, err error) {
	l.blanks()
	l.read++
	if depth > maxDepth || l.read > maxValues || l.at >= len(l.doc) {
		return v, errSyntax
	}
	v.start = l.at
	switch {
	case l.next("<<"):
		v.members, err = l.dictionary(depth)
	case l.next("<"):
		v.hex = true
		v.text, v.long, err = l.hexadecimal()
	case l.next("("):
		v.text, err = l.literal()
	case l.next("["):
		v.list, err = l.array(depth)
	case l.next("/"):
		v.word = "/" + l.word()
	default:
		if v.word = l.word(); v.word == "" {
			err = errSyntax
		}
	}
	v.end = l.at
	return v, err
}

// dictionary reads members up to the closing brackets; the last of a name counts.
func (l *lexer) dictionary(depth int) (map[string]value, error) {
	members := map[string]value{}
	name := ""
	for {
		l.blanks()
		if l.next(">>") {
			return members, nil
		}
		v, err := l.value(depth + 1)
		switch {
		case err != nil:
			return nil, err
		case name == "" && len(v.word) > 1 && v.word[0] == '/':
			name = v.word[1:]
		case name != "":
			members[name], name = v, ""
		case v.word == "": // neither a name nor what is left of a reference
			return nil, errSyntax
		}
	}
}

// array reads values up to the closing bracket.
func (l *lexer) array(depth int) ([]value, error) {
	var list []value
	for {
		l.blanks()
		if l.next("]") {
			return list, nil
		}
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
}

// hexadecimal reads a string up to the closing bracket; of one that is too long, only where it ends.
func (l *lexer) hexadecimal() (text []byte, long bool, err error) {
	n := bytes.IndexByte(l.doc[l.at:], '>')
	switch {
	case n < 0:
		l.at = len(l.doc)
		return nil, false, errSyntax
	case n > maxHex:
		l.at += n + 1
		return nil, true, nil
	}
	digits := bytes.Map(func(r rune) rune {
		if r < 0x80 && isBlank(byte(r)) {
			return -1
		}
		return r
	}, l.doc[l.at:l.at+n])
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	l.at += n + 1
	out := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(out, digits); err != nil {
		return nil, false, errSyntax
	}
	return out, false, nil
}

// literal reads a string between parentheses, and keeps its beginning; of its escapes, those that keep parentheses are enough for dates and names.
func (l *lexer) literal() ([]byte, error) {
	var out []byte
	keep := func(c byte) {
		if len(out) < maxText {
			out = append(out, c)
		}
	}
	for depth := 1; l.at < len(l.doc); l.at++ {
		switch c := l.doc[l.at]; {
		case c == '\\' && l.at+1 < len(l.doc):
			l.at++
			keep(l.doc[l.at])
			continue
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				l.at++
				return out, nil
			}
		}
		keep(l.doc[l.at])
	}
	return nil, errSyntax
}
