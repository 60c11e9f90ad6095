package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
)

// Targets come from flags, from the lines of a file, or both; none at all is not an empty list.
func TestTargets(t *testing.T) {
	list := filepath.Join(t.TempDir(), "cibles.txt")
	if err := os.WriteFile(list, []byte("# passerelles\r\n*.essai.test:8443\n\n10.1.0.0/16 # le banc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		flags   []string
		allowed map[string]bool
		want    string // of the error
	}{
		"none":        {allowed: map[string]bool{"https://127.0.0.1:9005/": false, "https://192.0.2.1/": false}},
		"flags":       {flags: []string{"passerelle.essai.test:8443", "loopback:9000-9010"}, allowed: map[string]bool{"https://passerelle.essai.test:8443/a": true, "https://passerelle.essai.test:8444/a": false, "https://127.0.0.1:9005/": true, "https://127.0.0.1:9011/": false}},
		"file":        {flags: []string{"@" + list}, allowed: map[string]bool{"https://a.essai.test:8443/": true, "https://a.essai.test/": false, "https://10.1.2.3/": true, "https://10.2.2.3/": false}},
		"both":        {flags: []string{"@" + list, "192.0.2.1"}, allowed: map[string]bool{"https://192.0.2.1/": true, "https://10.1.2.3/": true}},
		"no file":     {flags: []string{"@" + list + "x"}, want: "cibles.txtx"},
		"a port":      {flags: []string{"passerelle.test:http"}, want: "passerelle.test:http"},
		"production":  {flags: []string{"www.ameli.fr"}, want: "ameli.fr"},
		"an address":  {flags: []string{"10.1.0.0/99"}, want: "10.1.0.0/99"},
		"of a socket": {flags: []string{"listen:ici"}, want: "listen:ici"},
	} {
		targets, err := making{c.flags}.targets()
		if c.want != "" {
			var hint hinted
			if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &hint) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || (targets == nil) != (len(c.flags) == 0) {
			t.Errorf("%s: %v, %v", name, targets, err)
			continue
		}
		draft, err := candidate.NewDraft("fournisseur/A")
		if err != nil {
			t.Fatal(err)
		}
		vendors := &campaign.Made{Dir: t.TempDir(), Targets: targets}
		for address, want := range c.allowed {
			draft.Values["roles.fournisseur.A.endpoint"] = address
			text, err := draft.Text(nil)
			if err != nil {
				t.Fatal(err)
			}
			problems, err := vendors.Check("editeur", "", text)
			barred := slices.ContainsFunc(problems, func(p candidate.Problem) bool { return p.Barrier == candidate.OnTarget })
			if err != nil || barred == want {
				t.Errorf("%s: %s is allowed: %t, %v", name, address, !barred, err)
			}
		}
	}
}
