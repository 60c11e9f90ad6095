package candidate

import (
	"strconv"
	"strings"
	"time"
)

// bounds says how far a candidate may move a key of the profile. A key that is not here is bounded by
// the closed list of its schema, or is a name, a pattern or a list that the parties choose freely.
var bounds = map[string]func(string) *trouble{
	"name":             shippedOnly,
	"version":          shippedOnly,
	"time.skewSeconds": between(0, 600),
	"time.maxWindow":   lasting(time.Minute, 24*time.Hour),
	"time.maxAuthnAge": lasting(time.Minute, 7*24*time.Hour),
	"trace.retention":  lasting(24*time.Hour, 10*366*24*time.Hour),
}

// shippedOnly refuses the key: it belongs to the shipped profiles.
func shippedOnly(string) *trouble {
	return &trouble{say("un fichier sans cette clé", "a file without this key"),
		say("Elle nomme les profils livrés : retirez-la, et choisissez le vôtre par « base ».", "It names the shipped profiles: remove it, and choose yours with “base”.")}
}

// between bounds a whole number.
func between(least, most int) func(string) *trouble {
	return func(s string) *trouble {
		n, err := strconv.Atoi(s)
		return unless(err == nil && n >= least && n <= most,
			say("un nombre entier de %d à %d", "a whole number from %d to %d", least, most),
			say("Restez dans ces bornes : au-delà, le profil ne jugerait plus rien.", "Stay within these bounds: beyond them the profile would judge nothing."))
	}
}

// hours writes a duration without its zero minutes and seconds.
func hours(d time.Duration) string {
	return strings.TrimSuffix(strings.TrimSuffix(d.String(), "0s"), "0m")
}

// lasting bounds a duration.
func lasting(least, most time.Duration) func(string) *trouble {
	return func(s string) *trouble {
		d, err := time.ParseDuration(s)
		return unless(err == nil && d >= least && d <= most,
			say("une durée de %s à %s", "a duration from %s to %s", hours(least), hours(most)),
			say("Restez dans ces bornes : au-delà, le profil ne jugerait plus rien.", "Stay within these bounds: beyond them the profile would judge nothing."))
	}
}
