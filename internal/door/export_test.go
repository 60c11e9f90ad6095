package door

import "time"

// Origin is whom an address stands for, and BareHost what an address names.
var (
	Origin   = origin
	BareHost = bareHost
)

// Meter lets each ask so often a minute; it returns how long one has to wait, and how many it knows.
func Meter(aMinute int) (take, spent func(string, time.Time) time.Duration, known func() int) {
	m := newMeter(aMinute)
	return m.take, m.spent, func() int { return len(m.known) }
}
