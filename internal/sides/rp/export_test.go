package rp

import (
	"maps"
	"slices"
)

// Needs lists the needs that the side knows.
func Needs() []string { return slices.Sorted(maps.Keys(needs)) }

// Lost tells whether what stopped a browser says nothing of the service.
func Lost(err error) bool { return lost(err) != nil }

// Shortened is shortened, for tests.
var Shortened = shortened
