package mss_test

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"etalon/features"
	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/sides/mss"
	"etalon/internal/verdict"
)

// withoutToken declares the application's mailbox alone.
func withoutToken(x rig) rig {
	x.declare = func(m *candidate.MSSante) {
		m.Mailboxes = slices.DeleteFunc(m.Mailboxes, func(b candidate.Mailbox) bool { return b.Type != mssante.Application })
		m.Recipient = program
	}
	return full(x)
}

// TestOperatorOpenedByCertificatesAlone plays what needs no token, and says of the rest why it is not played.
func TestOperatorOpenedByCertificatesAlone(t *testing.T) {
	t.Parallel()
	run := withoutToken(rig{}).judge(t)
	if bad, doubtful := failed(run); len(bad) > 0 || len(doubtful) > 0 || run.Counts.Pass < 40 || len(run.Trouble) > 0 {
		t.Errorf("failed %v, inconclusive %v, %+v, trouble %v", bad, doubtful, run.Counts, run.Trouble)
		told(t, run)
	}
	for _, c := range run.Cases {
		if group, _, _ := strings.Cut(c.Requirement, "-"); group != "CLI" && group != "TLS" {
			t.Errorf("%s is played", c.Address)
		}
	}
	if got := notRun(run, verdict.ReasonNotDeclared); !slices.Contains(got, "TOK-01") || !slices.Contains(got, "CLI-18") || slices.Contains(got, "CLI-01") {
		t.Errorf("not played: %v", got)
	}
}

func TestCertificatesAloneCatchFlaws(t *testing.T) {
	t.Parallel()
	run := withoutToken(rig{flaws: []string{"skips-certificate-expiry"}, roles: []candidate.Role{candidate.RoleMSSIMAP}}).judge(t)
	if bad, _ := failed(run); !slices.Equal(bad, []string{"CLI-05"}) {
		t.Errorf("failed %v", bad)
		told(t, run)
	}
}

// TestNobodyOpensAnything wants a trouble that names the key, where neither a token nor a certificate opens a mailbox.
func TestNobodyOpensAnything(t *testing.T) {
	t.Parallel()
	x := withoutToken(rig{roles: []candidate.Role{candidate.RoleMSSIMAP}})
	declare := x.declare
	x.declare = func(m *candidate.MSSante) {
		declare(m)
		m.SecondMeans = candidate.MeansCertificate // the operator knows EXTERNAL alone
	}
	run := x.judge(t)
	if len(run.Trouble) != 1 || run.Trouble[0].Reason.Key != verdict.ReasonRoleHonestRefused || run.Counts.Fail > 0 {
		t.Errorf("trouble %v, %+v", run.Trouble, run.Counts)
	}
}

// TestTokenlessRowsNameNoToken holds the list to the features: transport, certificates and evidence, without those that
// speak of a token or of the professional who has one.
func TestTokenlessRowsNameNoToken(t *testing.T) {
	var want []string
	for _, group := range []string{"tls", "cli"} {
		files, err := fs.Glob(features.FS, "mssante/"+group+"/*.feature")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d features, %v", group, len(files), err)
		}
		for _, file := range files {
			raw, err := fs.ReadFile(features.FS, file)
			if err != nil {
				t.Fatal(err)
			}
			_, steps, _ := strings.Cut(string(raw), "Scénario")
			if !strings.Contains(steps, "jeton") && !strings.Contains(steps, "professionnel") {
				name := path.Base(file)
				want = append(want, name[:strings.Index(name, "-")+3])
			}
		}
	}
	if got := mss.Tokenless(); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
		t.Errorf("tried without token %v, features without token %v", got, want)
	}
}
