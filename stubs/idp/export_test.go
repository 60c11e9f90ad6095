package idp

import "time"

// CodeAt is the one-time code of a person at an instant.
func (p Person) CodeAt(at time.Time) string { return p.codes(at)[0] }
