package mssante

import (
	"fmt"
	"strings"
)

// IdNat is a national identifier: of a professional (identifiant national PS), or of a structure.
type IdNat string

// Kind is the register from which an IdNat comes.
type Kind string

// The kinds. Those of structures head the OU of an organisation's certificate.
const (
	KindADELI  Kind = "ADELI"  // "0" and nine characters
	KindFINESS Kind = "FINESS" // "1" and nine characters, a structure
	KindSIRET  Kind = "SIRET"  // "3" and fourteen digits, a structure
	KindRPPS   Kind = "RPPS"   // "8" and eleven digits
	KindTest   Kind = "ANS"    // "ANS" and a timestamp, a test identity of the sandbox
)

// grammar is how the identifiers of a kind are written: a prefix, and a number of that length.
var grammar = []struct {
	kind   Kind
	prefix string
	length int // 0: one digit at least
}{
	{KindADELI, "0", 9},
	{KindFINESS, "1", 9},
	{KindSIRET, "3", 14},
	{KindRPPS, "8", 11},
	{KindTest, "ANS", 0},
}

// maxIdNat bounds a test identifier.
const maxIdNat = 64

// Read checks the form of an IdNat, and returns its kind and its number, without prefix. It refuses anything else than
// the forms of the constants, exact: no space, no other case.
func (id IdNat) Read() (kind Kind, number string, err error) {
	for _, g := range grammar {
		number, ok := strings.CutPrefix(string(id), g.prefix)
		if ok && number != "" && (len(number) == g.length || g.length == 0 && len(id) <= maxIdNat) && numeral(g.kind, number) {
			return g.kind, number, nil
		}
	}
	return "", "", fmt.Errorf("read IdNat %.40q: want 8 and the eleven digits of an RPPS number, 0 and an ADELI number, 1 and a FINESS number, 3 and a SIRET number, or ANS and digits", string(id))
}

// numeral tells whether a number is made of digits; those that begin with a département may name Corsica's, 2A and 2B.
func numeral(kind Kind, number string) bool {
	for i, c := range number {
		corsican := (kind == KindADELI || kind == KindFINESS) && i == 1 && number[0] == '2' && (c == 'A' || c == 'B')
		if (c < '0' || c > '9') && !corsican {
			return false
		}
	}
	return true
}

// IsPerson tells whether it is that of a professional, well written.
func (id IdNat) IsPerson() bool {
	kind, _, _ := id.Read()
	return kind == KindADELI || kind == KindRPPS || kind == KindTest
}

// IsStructure tells whether it is that of a structure, well written.
func (id IdNat) IsStructure() bool {
	kind, _, _ := id.Read()
	return kind == KindFINESS || kind == KindSIRET
}
