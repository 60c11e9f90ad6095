package candidate_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
)

// The template of a mail program is a file that loads, with what it leaves out filled in.
func TestMailProgram(t *testing.T) {
	dir := t.TempDir()
	if err := candidate.Init(dir, candidate.InitOptions{Roles: []candidate.Role{candidate.RoleLPS}}); err != nil {
		t.Fatal(err)
	}
	c := load(t, dir)
	p := c.LPS
	switch psc, key := c.Provided(); {
	case !slices.Equal(c.Scope(), []string{"lps/-"}) || psc == nil || psc.Listen != candidate.FixedPSC || key != "roles.lps.psc":
		t.Errorf("scope %v, %+v, %s", c.Scope(), psc, key)
	case p.Operator.Ports != candidate.FixedLPSPorts || p.Operator.Address != "127.0.0.1" || p.Domain() != "operateur.test.invalid":
		t.Errorf("operator %+v, domain %s", p.Operator, p.Domain())
	case !slices.Equal(p.Writes, candidate.Writings()) || !p.Can(candidate.WritesReply) || p.Found(candidate.FindsSRV):
		t.Errorf("writes %v, finds %v", p.Writes, p.Finds)
	}
	for verb, want := range map[candidate.Verb]bool{candidate.ConnectMail: true, candidate.SendMail: true, candidate.SendReceipt: false, candidate.Restart: false} {
		if d, ok := p.Gesture(verb); ok != want || ok && !d.Manual {
			t.Errorf("gesture %s: %v %+v", verb, ok, d)
		}
	}
}

// Ports are written as they are read.
func TestPortsOfMailProgram(t *testing.T) {
	for text, want := range map[string]candidate.LPSPorts{`"auto"`: candidate.FreeLPSPorts(), `{"imap":143}`: {IMAP: 143}} {
		var got candidate.LPSPorts
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
		if raw, err := json.Marshal(want); err != nil || string(raw) != text {
			t.Errorf("%+v: %s, %v", want, raw, err)
		}
	}
	var p candidate.LPSPorts
	if err := json.Unmarshal([]byte(`{"pop": 110}`), &p); err == nil {
		t.Error("an unknown port is read")
	}
}

// A report of delivery is asked for by a field that is declared; a receipt of reading is another thing.
func TestDeliveryField(t *testing.T) {
	for field, ok := range map[string]bool{"Return-Receipt-To": true, "X-Avis-De-Remise": true, "disposition-notification-to": false, `"deux mots"`: false} {
		dir := t.TempDir()
		if err := candidate.Init(dir, candidate.InitOptions{Roles: []candidate.Role{candidate.RoleLPS}}); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, "candidate.yaml")
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(raw), "    nil:", "    delivery_field: "+field+"\n    nil:", 1)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := candidate.Load(name)
		if (err == nil) != ok || ok && c.LPS.DeliveryField != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
