package candidate

import (
	"maps"
	"slices"
)

// FormatNames lists the formats that are checked, for the test that the schemas ask for no other.
func FormatNames() []string { return slices.Sorted(maps.Keys(formats)) }
