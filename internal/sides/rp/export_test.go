package rp

import (
	"maps"
	"slices"
)

// Needs lists the needs that the side knows.
func Needs() []string { return slices.Sorted(maps.Keys(needs)) }
