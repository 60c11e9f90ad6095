package emitter

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

// TraceFlaws neglect the traces (X01 to X08).
func TraceFlaws() []Flaw {
	return []Flaw{
		neglecting("forgets-one-vi-in-two", "X01", "X03 X04 X06 X12",
			"ne trace qu'un VI sur deux", "keeps the trace of one VI in two", forgets(everyOther())),
		neglecting("forgets-all-vis", "X01", "X03 X04 X05 X06 X08 X12",
			"ne trace aucun VI", "keeps no trace of any VI", forgets(func(*interops.Trace) bool { return true })),
		neglecting("drops-trace-field", "X03", "",
			"omet l'audience dans ses traces", "leaves the Audience out of its traces",
			records(func(t *interops.Trace) { t.Audience = nil })),
		neglecting("traces-local-time", "X03", "X04 X12",
			"date ses traces sans fuseau", "dates its traces without time zone",
			records(func(t *interops.Trace) { t.Timestamp = t.Timestamp[:len(t.Timestamp)-1] })),
		neglecting("truncates-vi-id", "X04", "X01 X12",
			"tronque l'identifiant du VI dans ses traces", "truncates the VI's identifier in its traces",
			identifies(func(id string) string { return id[:min(columnWidth, len(id))] })),
		neglecting("traces-own-vi-id", "X04", "X01 X12",
			"inscrit dans ses traces un autre identifiant que celui du VI", "writes another identifier than the VI's in its traces",
			identifies(func(id string) string {
				digest := sha256.Sum256([]byte(id))
				return "trace-" + hex.EncodeToString(digest[:8])
			})),
		neglecting("traces-with-wrong-clock", "X04", "",
			"date ses traces d'une horloge fausse", "dates its traces with a wrong clock",
			records(func(t *interops.Trace) {
				if at, err := time.Parse(interops.InstantLayout, t.Timestamp); err == nil {
					t.Timestamp = at.Add(wrongClock).Format(interops.InstantLayout)
				}
			})),
		neglecting("breaks-trace-chain", "X05", "",
			"ne chaîne pas ses traces entre elles", "does not chain its traces",
			func(p *Policy) { p.Keep = (*bench.TraceLog).AppendUnchained }),
		neglecting("continues-untraced", "X06", "",
			"laisse partir l'appel quand la trace ne peut être écrite", "lets the call leave when its trace cannot be written",
			func(p *Policy) { p.Untraced = true }),
		neglecting("traces-private-key", "X08", "",
			"écrit la clé privée de signature dans ses traces", "writes the private signature key in its traces",
			func(p *Policy) {
				p.Dossier = func(signer pki.Credential, t *interops.Trace) {
					if raw, err := x509.MarshalPKCS8PrivateKey(signer.Key); err == nil {
						key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
						t.SignerCertificate = &interops.SignerCertificate{Issuer: t.SignerCertificate.Issuer, Serial: string(key)}
					}
				}
			}),
	}
}

// columnWidth is the length to which a careless store cuts identifiers.
const columnWidth = 32

// wrongClock is how far the clock of the traces is off.
const wrongClock = 20 * time.Minute

// records makes the party touch a record before it is kept.
func records(touch func(*interops.Trace)) func(*Policy) {
	return func(p *Policy) {
		p.Record = func(t *interops.Trace) bool {
			touch(t)
			return true
		}
	}
}

// identifies changes the VI's identifier in the records.
func identifies(change func(string) string) func(*Policy) {
	return records(func(t *interops.Trace) {
		if t.VIID != nil {
			t.VIID = interops.TraceText(change(*t.VIID))
		}
	})
}

// forgets makes the party keep no record of what is forgotten.
func forgets(forgotten func(*interops.Trace) bool) func(*Policy) {
	return func(p *Policy) { p.Record = func(t *interops.Trace) bool { return !forgotten(t) } }
}

// everyOther tells the second VI of two, by the identifiers met.
func everyOther() func(*interops.Trace) bool {
	var mu sync.Mutex
	met := map[string]bool{}
	return func(t *interops.Trace) bool {
		mu.Lock()
		defer mu.Unlock()
		if t.VIID == nil {
			return false
		}
		forgotten, known := met[*t.VIID]
		if !known {
			forgotten = len(met)%2 == 1
			met[*t.VIID] = forgotten
		}
		return forgotten
	}
}
