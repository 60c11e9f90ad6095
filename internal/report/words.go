package report

import (
	"iter"
	"maps"
	"time"
)

// instant writes an instant as the language does, always in UTC.
func (v *view) instant(t time.Time) string {
	switch {
	case t.IsZero():
		return v.w("never")
	case v.o.Lang == "en":
		return t.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	return t.UTC().Format("02/01/2006 15:04:05 UTC")
}

func keys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

// stamp writes an instant for machines; nothing of one that never came.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
