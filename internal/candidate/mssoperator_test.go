package candidate_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/mssante"
)

const operatorFile = `candidate: {name: "Opérateur d'essai", vendor: Exemple, version: "1"}
mssante:
  host: localhost
  token_check: both
  mailboxes: [{address: alix.exemple@operateur.test.invalid, type: PER, holder: "899700000017"}]
roles: {mss-operateur: %s}
`

// loadOperator loads the file of an operator with that role.
func loadOperator(t *testing.T, role string) (*candidate.Candidate, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "candidate.yaml")
	if err := os.WriteFile(file, []byte(strings.Replace(operatorFile, "%s", role, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return candidate.Load(file)
}

func TestOperatorIsCompleted(t *testing.T) {
	c, err := loadOperator(t, `{address: "127.0.0.1:25", read: {command: [cat, "${boite}"]}, send: {http: {url: "http://127.0.0.1:9/envoi"}}, neighbours: {dns: auto}}`)
	if err != nil {
		t.Fatal(err)
	}
	m := c.MSSOperator
	if m.Mailbox != "alix.exemple@operateur.test.invalid" || !slices.Equal(m.Domains, []string{"operateur.test.invalid"}) || m.Subject != candidate.OperatorSubject {
		t.Errorf("%+v", m)
	}
	if m.Neighbours.Listen != candidate.FixedNeighbours || m.Neighbours.DNS != "127.0.0.1:0" || m.WhiteList.Listen != candidate.FixedWhiteList {
		t.Errorf("%+v %+v", m.Neighbours, m.WhiteList)
	}
	if m.Retry.Duration != 30*time.Minute || m.WhiteList.Period.Duration != 24*time.Hour || m.Lifetime.Duration != 0 || m.Send.HTTP.Method != "POST" {
		t.Errorf("%+v", m)
	}
	for _, n := range candidate.Neighbours() {
		if !slices.Contains(c.Hosts(), n.Host()) {
			t.Errorf("%s is in no certificate", n.Host())
		}
	}
}

func TestOperatorIsRefused(t *testing.T) {
	for name, role := range map[string]string{
		"address":                 `{address: "127.0.0.1"}`,
		"neighbours.listen":       `{address: "127.0.0.1:8525"}`,
		"white_list.listen":       `{address: "127.0.0.1:8526", neighbours: {listen: auto}}`,
		"mailbox":                 `{address: "127.0.0.1:25", mailbox: a@ailleurs.test.invalid}`,
		"domains[0]":              `{address: "127.0.0.1:25", domains: [voisin.test.invalid], mailbox: a@voisin.test.invalid}`,
		"retry":                   `{address: "127.0.0.1:25", retry: bientôt}`,
		"subject":                 `{address: "127.0.0.1:25", subject: personne}`,
		"send":                    `{address: "127.0.0.1:25", send: {}}`,
		"neighbours.dns":          `{address: "127.0.0.1:25", neighbours: {dns: "dns.test:53"}}`,
		"mss-operateur.unlimited": `{address: "127.0.0.1:25", unlimited: true}`,
	} {
		if _, err := loadOperator(t, role); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every neighbour has a domain of its own, and the honest one comes first.
func TestNeighbours(t *testing.T) {
	all := candidate.Neighbours()
	if all[0].Name != "voisin" || all[0].Listed == "" || all[0].NoTLS || all[0].OldTLS {
		t.Errorf("%+v", all[0])
	}
	for i, n := range all {
		if slices.ContainsFunc(all[:i], func(o candidate.Neighbour) bool { return mssante.SameDomain(o.Domain(), n.Domain()) }) {
			t.Errorf("%s twice", n.Domain())
		}
	}
}
