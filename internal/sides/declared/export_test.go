package declared

import "etalon/internal/scenario"

// Malformed is malformed, EarliestLine earliestLine.
var (
	Malformed    = malformed
	EarliestLine = earliestLine
)

// Alone is a side that plays no exchange, in whatever role.
func Alone() scenario.Side { return side{} }
