package interops

import (
	"fmt"
	"strconv"
	"time"
)

// Date is an instant of a convention, written as a day (2026-01-31, midnight UTC) or as RFC 3339.
type Date struct{ time.Time }

// MarshalText writes the date as a day when it has no time of day, else as RFC 3339 in UTC; nothing when zero.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	t := d.UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return []byte(t.Format(time.DateOnly)), nil
	}
	return []byte(t.Format(time.RFC3339)), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) error {
	s := string(text)
	if s == "" {
		d.Time = time.Time{}
		return nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			d.Time = t.UTC()
			return nil
		}
	}
	return fmt.Errorf("read date %q: want a day such as 2026-01-31, or an RFC 3339 instant", s)
}

// MarshalJSON writes the date as MarshalText does, in quotes; the methods of time.Time would not.
func (d Date) MarshalJSON() ([]byte, error) {
	text, err := d.MarshalText()
	return strconv.AppendQuote(nil, string(text)), err
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Date) UnmarshalJSON(raw []byte) error {
	text, err := strconv.Unquote(string(raw))
	if err != nil {
		return fmt.Errorf("read date %s: want a text", raw)
	}
	return d.UnmarshalText([]byte(text))
}

// IsZero tells whether no date was given.
func (d Date) IsZero() bool { return d.Time.IsZero() }

// within tells whether an instant is in a life: its start is inclusive, its end exclusive, and none when zero.
func within(start, end Date, at time.Time) bool {
	return !at.Before(start.Time) && (end.IsZero() || at.Before(end.Time))
}

// AddMonths returns the date that many calendar months later. Where that month is too short it is its last day:
// one month after 31 January is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	t := d.AddDate(0, n, 0)
	if t.Day() != d.Day() {
		t = t.AddDate(0, 0, -t.Day())
	}
	return Date{t}
}
