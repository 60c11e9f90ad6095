package service

import (
	"slices"

	"etalon/internal/gateway"
)

// linkFlaws neglect the link (T01 to T08): a link that must not open leads to pages (P07), one of another organism than
// the VI to a session (P06).
func linkFlaws() []Flaw {
	all := received(gateway.LinkFlaws(), gateway.CallerFlaws())
	for i, f := range all {
		effect := "P07"
		if slices.Contains(f.Must, "T06") {
			effect = "P06"
		}
		all[i].May = append(f.May, effect)
	}
	return all
}
