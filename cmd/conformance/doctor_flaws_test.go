package main

import (
	"flag"
	"math/rand/v2"
	"slices"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/doctor"
	"etalon/internal/stand"
)

var (
	flawDraw  = flag.Int("flaws", 0, "flaws of each role that doctor looks at; a few when zero")
	flawsSeed = flag.Uint64("flawseed", 20, "what they are drawn by")
)

// few is how many flaws of a role are drawn: fewer where one examination takes a second or two.
func few(scope string) int {
	switch _, mode := candidate.SplitScope(scope); {
	case *flawDraw > 0:
		return *flawDraw
	case mode == candidate.NoMode:
		return 3
	}
	return 10
}

// seemMisconfigured are the flaws that show before any case as a mistake of a file would, and what doctor sees: it cannot tell
// one from the other, and says so.
var seemMisconfigured = map[string]doctor.Sign{
	// The address may be that of another port.
	"hides-starttls-imap": doctor.NoSTARTTLS, "hides-starttls-smtp": doctor.NoSTARTTLS, "hides-starttls-25": doctor.NoSTARTTLS,
	// The flaw is in the certificate shown, and pki.trust may lack its authority, mssante.host be another.
	"presents-self-signed": doctor.UnknownAuthority, "presents-foreign": doctor.UnknownAuthority,
	"presents-other-name": doctor.OtherName, "presents-expired": doctor.OutOfDate,
	// The mailbox may not be there.
	"opens-no-inbox": doctor.HonestRefused,
	// The issuer may be another in the file.
	"publishes-other-issuer": doctor.OtherIssuer,
	// The scopes may lack openid.
	"gives-no-identity": doctor.HonestRefused,
	// The resource may be another's.
	"refuses-bound-certificate": doctor.HonestRefused,
	// The program may open another mailbox.
	"names-person": doctor.HonestRefused, "ends-response-short": doctor.HonestRefused, "writes-other-scheme": doctor.HonestRefused,
}

// TestDoctorAccusesNoFlaw has doctor look at mock candidates that are set up right: honest ones of each role and transport have
// nothing to correct, nor have those that misbehave, drawn from the catalogue of flaws, but where the flaw itself looks like a mistake
// of a file; it is then said that it may be a defect. With -flaws 1000 it looks at all.
func TestDoctorAccusesNoFlaw(t *testing.T) {
	suite, err := loadSuite()
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string][]string{} // of those that share a test PKI, and a port of it
	for _, scope := range stand.MockScopes("") {
		_, mode := candidate.SplitScope(scope)
		_, name := stand.ConventionOf(mode)
		groups[name] = append(groups[name], scope)
	}
	for name, scopes := range groups {
		t.Run("with "+name, func(t *testing.T) {
			t.Parallel()
			for _, scope := range scopes {
				for _, f := range drawn(scope) {
					t.Run(scope+" "+f.Name+" "+f.Transport, func(t *testing.T) {
						s := situate(t, seed{scope: scope, stub: func(_ *situation, o *stand.StubOptions) {
							if o.Transport = f.Transport; f.Name != "" {
								o.Flaws = []string{f.Name}
							}
						}})
						subject, err := candidate.Load(s.file)
						if err != nil {
							t.Fatal(err)
						}
						seen, err := doctorCommand{}.diagnose(t.Context(), &streams{lang: "fr"}, suite, subject)
						if err != nil {
							t.Fatal(err)
						}
						want, seems := seemMisconfigured[f.Name]
						for _, found := range seen.Symptoms {
							if !seems || found.Sign != want || !found.Doubt {
								t.Errorf("%s: %s", found.Sign, found.In("fr"))
							}
						}
						if seems && seen.Sound() {
							t.Errorf("nothing is seen any more: want %s, or no line for it", want)
						}
					})
				}
			}
		})
	}
}

// drawn are the flaws of a role to look at: none at all in each transport, those that seem a mistake, and a few of the others.
func drawn(scope string) []stand.Flaw {
	all := stand.Flaws(scope)
	var chosen, others []stand.Flaw
	for _, f := range all {
		if honest := (stand.Flaw{Transport: f.Transport}); !slices.ContainsFunc(chosen, func(c stand.Flaw) bool { return c.Name == "" && c.Transport == f.Transport }) {
			chosen = append(chosen, honest)
		}
		if _, seems := seemMisconfigured[f.Name]; seems {
			chosen = append(chosen, f)
		} else {
			others = append(others, f)
		}
	}
	draw := rand.New(rand.NewPCG(*flawsSeed, uint64(len(all))))
	draw.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
	return append(chosen, others[:min(few(scope), len(others))]...)
}
