package candidate

import (
	"maps"
	"slices"
)

// FormatNames lists the formats that are checked, for the test that the schemas ask for no other.
func FormatNames() []string { return slices.Sorted(maps.Keys(formats)) }

// OfTest tells whether a name of a mail operator is taken for one of test.
func OfTest(host string) bool { return ofTest(host) == nil }
