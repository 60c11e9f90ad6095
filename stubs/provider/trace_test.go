package provider_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/journey"
	"etalon/internal/soap"
)

// kept is what a provider traced of three calls.
type kept struct {
	honest, refused, unreadable *interops.Trace
	raw                         []byte
	now                         time.Time
	broken                      bool // the chain does not verify
}

// longID is an identifier that a narrow column would cut.
const longID = "_un-identifiant-de-vi-plus-long-que-les-colonnes-ordinaires-0001"

func traced(t testing.TB, flaw string) kept {
	t.Helper()
	r := newRig(t, words(flaw))
	all := messages(t, r.world)
	honest := r.honest(t, r.targets()[0], "trace", func(d *soap.Draft) { d.VI.ID = longID })
	for _, m := range []message{honest, all["vi-audience-absent"][0], all["vi-xml-malformed"][0], honest} {
		r.play(m)
	}
	k := kept{now: r.Now}
	find := func(request string) *interops.Trace {
		if found, ok := r.trace(request); ok {
			return &found
		}
		return nil
	}
	k.honest, k.refused, k.unreadable = find("trace"), find("vi-audience-absent"), find("vi-xml-malformed")
	var err error
	if k.raw, err = os.ReadFile(r.path); err != nil {
		t.Fatal(err)
	}
	previous := journey.FirstHash
	for line := range bytes.Lines(k.raw) {
		line = bytes.TrimSpace(line)
		if !bytes.Contains(line, []byte(`"previousHash":"`+previous+`"`)) {
			k.broken = true
		}
		if previous, err = journey.Hash(line); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

// wrongTraces are the flaws of the traces, each with what shows it.
var wrongTraces = map[string]func(kept) bool{
	"forgets-refused":        func(k kept) bool { return k.refused == nil },
	"forgets-unreadable":     func(k kept) bool { return k.unreadable == nil && k.refused != nil },
	"drops-trace-field":      func(k kept) bool { return k.honest.Audience == nil },
	"notes-message-in-trace": func(k kept) bool { return strings.Contains(k.honest.EventID, "SignatureValue") },
	"traces-local-time":      func(k kept) bool { return !strings.HasSuffix(k.honest.Timestamp, "Z") },
	"truncates-vi-id":        func(k kept) bool { return *k.honest.VIID != longID && strings.HasPrefix(longID, *k.honest.VIID) },
	"traces-with-wrong-clock": func(k kept) bool {
		at, err := time.Parse(interops.InstantLayout, k.honest.Timestamp)
		return err == nil && at.Sub(k.now).Abs() > 4*time.Minute
	},
	"breaks-trace-chain": func(k kept) bool { return k.broken },
}

func TestWrongTraces(t *testing.T) {
	sound := traced(t, "")
	if sound.refused.Decision != interops.Rejected || sound.unreadable.VIID != nil || sound.unreadable.Decision != interops.Rejected {
		t.Errorf("honest traces: %s", sound.raw)
	}
	for name, shows := range wrongTraces {
		if shows(sound) {
			t.Errorf("%s: the honest traces show it too", name)
		}
		flawed := traced(t, name)
		if !shows(flawed) {
			t.Errorf("%s: the traces do not show it: %s", name, flawed.raw)
		}
		for other, shows := range wrongTraces {
			absent := other == "forgets-unreadable" && name == "forgets-refused"
			if other != name && !absent && shows(flawed) {
				t.Errorf("%s also does what %s does", name, other)
			}
		}
	}
}

// X08: what is traced of a message is claims, never the message.
func TestTracesHoldNoVI(t *testing.T) {
	if raw := traced(t, "").raw; bytes.Contains(raw, []byte("Signature")) && bytes.Contains(raw, []byte("Assertion")) {
		t.Errorf("%s", raw)
	}
}
