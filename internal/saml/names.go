package saml

import (
	"slices"

	"etalon/internal/interops"
)

// opens tells whether a PAGM opens an operation; one without operations opens all.
func opens(g interops.PAGM, operation string) bool {
	return len(g.Operations) == 0 || slices.Contains(g.Operations, operation)
}

// ncName tells whether s is an NCName of the letters that identifiers are made of: XML Names §2.3
// without the colon.
func ncName(s string) bool {
	for i, r := range s {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r >= 0xC0 && r != 0xD7 && r != 0xF7
		if !letter && (i == 0 || r != '-' && r != '.' && r != 0xB7 && (r < '0' || r > '9')) {
			return false
		}
	}
	return s != ""
}
