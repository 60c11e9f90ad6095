package candidate_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/dns"
)

// TestOwnCandidatesReachNothingElse gives, as a page might, what starts a program, reads a file or calls elsewhere.
func TestOwnCandidatesReachNothingElse(t *testing.T) {
	const head = "candidate: {name: P, vendor: V, version: \"1\"}\n"
	provider := func(more string) string {
		return head + "roles:\n  fournisseur:\n    A: {endpoint: \"https://127.0.0.1:8443/a\"}\n" + more
	}
	client := func(drive string) string { return head + "roles:\n  client:\n    A: {drive: " + drive + "}\n" }
	for name, c := range map[string]struct {
		text, key string
		barrier   candidate.Barrier
	}{
		"command":            {client("{command: [id]}"), "roles.client.A.drive.command", candidate.OnDisk},
		"verb command":       {provider("    verbs: {restart: {command: [reboot]}}\n"), "roles.fournisseur.verbs.restart.command", candidate.OnDisk},
		"clock command":      {provider("    clock: {command: [date]}\n"), "roles.fournisseur.clock.command", candidate.OnDisk},
		"traces command":     {provider("    traces: {command: [cat]}\n"), "roles.fournisseur.traces.command", candidate.OnDisk},
		"traces file":        {provider("    traces: {file: a.jsonl}\n"), "roles.fournisseur.traces.file", candidate.OnDisk},
		"logs":               {provider("    logs: [a.log]\n"), "roles.fournisseur.logs", candidate.OnDisk},
		"container":          {provider("container: {image: a, ports: [1]}\n"), "container", candidate.OnDisk},
		"absolute profile":   {provider("profile: /etc/passwd\n"), "profile", candidate.OnDisk},
		"climbing":           {provider("convention: ../autre/convention.yaml\n"), "convention", candidate.OnDisk},
		"nested":             {provider("pki: {trust: a/b.pem}\n"), "pki.trust", candidate.OnDisk},
		"climbing from pki":  {provider("pki: {trust: pki/../../a.pem}\n"), "pki.trust", candidate.OnDisk},
		"another pki":        {provider("pki: {dir: /var/pki}\n"), "pki.dir", candidate.OnDisk},
		"the candidate":      {provider("convention: candidate.yaml\n"), "convention", candidate.OnDisk},
		"evidence":           {head + "mssante: {host: a.test.invalid, token_check: both, mailboxes: [{address: a@b.test.invalid, type: PER, holder: \"899700000017\"}], evidence: {GOV-01: {file: /etc/shadow, date: 2026-01-01}}}\nroles: {mss-organisation: {}}\n", "mssante.evidence.GOV-01.file", candidate.OnDisk},
		"body":               {head + "roles:\n  fournisseur:\n    A: {endpoint: \"https://127.0.0.1:8443/a\", body: /etc/hosts}\n", "roles.fournisseur.A.body", candidate.OnDisk},
		"key file":           {provider("    traces: {http: \"http://127.0.0.1:1/\", key_file: /etc/hosts}\n"), "roles.fournisseur.traces.key_file", candidate.OnDisk},
		"script browser":     {head + "roles:\n  client:\n    P: {link: \"https://127.0.0.1:1/\", headers: {a: \"${identifiant}\"}, browser: chromium}\n", "roles.client.P.browser", candidate.OnDisk},
		"elsewhere":          {strings.Replace(provider(""), "127.0.0.1:8443", "10.1.2.3:8443", 1), "roles.fournisseur.A.endpoint", candidate.OnTarget},
		"another port":       {strings.Replace(provider(""), "127.0.0.1:8443", "gw.essai.test:8444", 1), "roles.fournisseur.A.endpoint", candidate.OnTarget},
		"default port":       {strings.Replace(provider(""), "127.0.0.1:8443", "gw.essai.test", 1), "roles.fournisseur.A.endpoint", candidate.OnTarget},
		"the sandbox itself": {client("{http: {url: \"http://localhost:8025/api\"}}"), "roles.client.A.drive.http.url", candidate.OnTarget},
		"traces elsewhere":   {provider("    traces: {http: \"http://10.0.0.1/\"}\n"), "roles.fournisseur.traces.http", candidate.OnTarget},
		"verb elsewhere":     {provider("    verbs: {restart: {http: {url: \"http://[fd00::1]/\"}}}\n"), "roles.fournisseur.verbs.restart.http.url", candidate.OnTarget},
		"listens everywhere": {provider("listen: {address: 0.0.0.0}\n"), "listen.address", candidate.OnTarget},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := kept(t, []byte(c.text), local(t, "gw.essai.test:8443").Without(8025))
			var problems candidate.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error %v, want Problems", err)
			}
			for _, p := range problems {
				if p.Key == c.key && p.Barrier == c.barrier {
					return
				}
			}
			t.Errorf("no barrier at %s: %v", c.key, err)
		})
	}
	if _, err := kept(t, []byte(client("{http: {url: \"http://127.0.0.1:8025/\"}}")), local(t).Without(8025)); err == nil || !strings.Contains(err.Error(), "la gestion du bac à sable") {
		t.Errorf("the sandbox itself: %v", err)
	}
	sound := strings.Replace(provider("listen: {address: 192.0.2.7}\n"), "127.0.0.1:8443", "GW.essai.test.:8443", 1)
	c, err := kept(t, []byte(sound), local(t, "gw.essai.test:8443", "listen:192.0.2.7"))
	if err != nil || c.Targets == nil {
		t.Errorf("what is allowed: %v", err)
	}
	if _, err := kept(t, []byte(strings.Replace(sound, "GW.essai.test.", "www.ameli.fr", 1)), local(t)); err == nil {
		t.Error("a production domain is let through")
	}
}

func TestParseTargets(t *testing.T) {
	for _, line := range []string{"a b", "host:0", "host:70000", "host:9-1", "http://host", "*", "*.*.test", "listen:nobody", "www.caf.fr:443", "host:x", "169.254.1.1/99", "host:1:2:3"} {
		if _, err := candidate.ParseTargets(line); err == nil {
			t.Errorf("%q is read", line)
		}
	}
	if _, err := candidate.ParseTargets("", "# comment", "10.0.0.0/8:443 # ours", "[::1]:8000-8999", "fd12::/16", "*.essai.test:443", "loopback:80"); err != nil {
		t.Error(err)
	}
}

// TestGuardedWithinTargets dials from a context that bounds it: by name, by address, and by what a name leads to.
func TestGuardedWithinTargets(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	number := listener.Addr().(*net.TCPAddr).Port
	zone := &dns.Zone{}
	if err := zone.Set("gw.essai.test", "A", "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	server, err := dns.Serve("127.0.0.1:0", zone)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	turned := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Address())
	}}
	named, err := candidate.ParseTargets("gw.essai.test")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		within *candidate.Targets
		to     string
		passes bool
	}{
		"unbound":                {nil, "127.0.0.1:" + port, true},
		"listed":                 {local(t), "127.0.0.1:" + port, true},
		"listed by name":         {local(t), "localhost:" + port, true},
		"nothing listed":         {&candidate.Targets{}, "127.0.0.1:" + port, false},
		"by way of version 6":    {&candidate.Targets{}, "[::ffff:127.0.0.1]:" + port, false},
		"zero":                   {local(t), "0.0.0.0:" + port, false},
		"never":                  {local(t).Without(number), "127.0.0.1:" + port, false},
		"never, by name":         {local(t).Without(number), "localhost:" + port, false},
		"a name that leads here": {named, "gw.essai.test:" + port, false},
		"both listed":            {named.WithLoopback(), "gw.essai.test:" + port, true},
		"another name":           {local(t), "gw.essai.test:" + port, false},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := candidate.Guarded(net.Dialer{Resolver: turned})(candidate.Within(context.Background(), c.within), "tcp", c.to)
			var barred *candidate.BarredError
			if c.passes != (err == nil) || !c.passes && !errors.As(err, &barred) {
				t.Errorf("error %v", err)
			}
			if err == nil {
				_ = conn.Close()
			}
		})
	}
}

// TestSchemaMarksWhatOnlyTheDiskSays wants each program, journal, file of traces and real browser of the schema to be marked.
func TestSchemaMarksWhatOnlyTheDiskSays(t *testing.T) {
	marks := 0
	var look func(at string, v any)
	look = func(at string, v any) {
		node, _ := v.(map[string]any)
		for key, sub := range node {
			here := at + "/" + key
			look(here, sub)
			property, _ := sub.(map[string]any)
			if property == nil || !strings.HasSuffix(at, "/properties") || strings.Contains(at, "$defs/container") {
				continue
			}
			enum, _ := property["enum"].([]any)
			runs := slices.Contains([]string{"command", "logs", "container"}, key) || key == "file" && !strings.Contains(at, "$defs/evidence") || slices.Contains(enum, any("chromium"))
			_, marked := property["x-disk-only"]
			if runs != marked {
				t.Errorf("%s: marked %v", here, marked)
			}
			marks++
		}
	}
	var schema any
	if err := json.Unmarshal(candidate.Schemas()["candidate.schema.json"], &schema); err != nil {
		t.Fatal(err)
	}
	look("", schema)
	if marks < 300 {
		t.Errorf("%d keys looked at", marks)
	}
}
