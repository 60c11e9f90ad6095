package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// layers is the table of docs/architecture.md: a package may import strictly lower layers only. A package that
// is not here has no place in the house.
var layers = map[string]int{
	"etalon/internal/interops": 0,
	"etalon/internal/verdict":  0,
	"etalon/internal/mssante":  0,
	"etalon/features":          0,

	"etalon/internal/pki":     1,
	"etalon/internal/xmlsec":  1,
	"etalon/internal/resend":  1,
	"etalon/internal/journey": 1,
	"etalon/internal/jws":     1,
	"etalon/internal/hsm":     1,
	"etalon/internal/pdf":     1,
	"etalon/internal/pdfsig":  1,
	"etalon/internal/dns":     1,
	"etalon/internal/letter":  1,

	"etalon/internal/record":  1,
	"etalon/internal/legible": 1,

	"etalon/internal/timestamp": 1,
	"etalon/internal/container": 1,

	"etalon/internal/mail":      2,
	"etalon/internal/missive":   2,
	"etalon/internal/pivot":     2,
	"etalon/internal/saml":      2,
	"etalon/internal/oidc":      2,
	"etalon/internal/whitelist": 2,
	"etalon/internal/seal":      2,
	"etalon/internal/redact":    2,
	"etalon/internal/soap":      3,
	"etalon/internal/sso":       3,
	"etalon/internal/rest":      3,

	"etalon/internal/mutation":  4,
	"etalon/internal/candidate": 4,
	"etalon/internal/report":    4,
	"etalon/internal/annex":     4,
	"etalon/internal/store":     4,

	"etalon/internal/bench": 4,

	"etalon/internal/bench/benchtest":     5, // for tests alone
	"etalon/internal/report/reporttest":   5, // for tests alone
	"etalon/internal/browser/browsertest": 6, // for tests alone

	"etalon/internal/anatomy":   5,
	"etalon/internal/statement": 5,
	"etalon/internal/browser":   5,
	"etalon/internal/door":      5,
	"etalon/internal/doctor":    5,
	"etalon/internal/emitter":   5,
	"etalon/internal/gateway":   5,
	"etalon/internal/inquiry":   5,

	"etalon/internal/container/enginetest": 6, // for tests alone
	"etalon/internal/console/consoletest":  6, // for tests alone

	"etalon/stubs/authentication": 6,
	"etalon/stubs/client":         6,
	"etalon/stubs/consumer":       6,
	"etalon/stubs/identification": 6,
	"etalon/stubs/idp":            6,
	"etalon/stubs/lps":            6,
	"etalon/stubs/members":        6,
	"etalon/stubs/mta":            6,
	"etalon/stubs/operator":       6,
	"etalon/stubs/portal":         6,
	"etalon/stubs/provider":       6,
	"etalon/stubs/resource":       6,
	"etalon/stubs/psc":            6,
	"etalon/stubs/service":        6,
	"etalon/stubs/rp":             6,
	"etalon/stubs/api":            6,

	"etalon/internal/access": 7,
	"etalon/internal/stand":  7,

	"etalon/internal/bench/peertest": 8, // for tests alone
	"etalon/internal/mail/mailtest":  9, // for tests alone

	"etalon/internal/scenario": 8,

	"etalon/internal/campaign": 9,
	"etalon/internal/console":  10,
	"etalon/internal/remote":   10,

	"etalon/internal/sides/declared": 10,
	"etalon/internal/sides/ops":      10,
	"etalon/internal/sides/api":      10,
	"etalon/internal/sides/rp":       10,
	"etalon/internal/sides/lps":      10,
	"etalon/internal/sides/mss":      10,
	"etalon/internal/sides/idp":      10,
	"etalon/internal/sides/mta":      10,

	"etalon/internal/sides/side": 9,

	"etalon/internal/sides/sidetest": 9, // for tests alone
	"etalon/internal/sides/provided": 9,

	"etalon/internal/sides":   11,
	"etalon/cmd/internal/cli": 11,

	"etalon/cmd/conformance": 12,
	"etalon/cmd/sandbox":     12,
}

// holders name the packages that alone may import a library that a layer owns.
var holders = map[string][]string{
	"github.com/cucumber/godog":           {"etalon/internal/scenario"},
	"github.com/crewjam/saml":             {"etalon/internal/saml"},
	"github.com/russellhaering/goxmldsig": {"etalon/internal/xmlsec"},
	"github.com/go-jose/go-jose":          {"etalon/internal/jws", "etalon/internal/oidc"},
	"github.com/smallstep/pkcs7":          {"etalon/internal/pdfsig"},
	"codeberg.org/go-pdf/fpdf":            {"etalon/internal/pdf"},
	"golang.org/x/image":                  {"etalon/internal/pdf"},
	"github.com/digitorus":                {"etalon/internal/timestamp"}, // and its tests
	"github.com/goccy/go-yaml":            {"etalon/internal/candidate"},
	"github.com/ThalesGroup/crypto11":     {"etalon/internal/hsm"},
	"github.com/miekg/pkcs11":             {"etalon/internal/hsm"},
	"github.com/chromedp":                 {"etalon/internal/browser", "etalon/internal/browser/browsertest"}, // and the tests that look at a page
	"github.com/emersion":                 {"etalon/stubs/operator", "etalon/internal/missive"},               // and the tests of the mail dialogues
	"modernc.org/sqlite":                  {"etalon/internal/store"},
	"golang.org/x/time":                   {"etalon/internal/door"},
	"github.com/miekg/dns":                {"etalon/internal/dns"},
	"github.com/getkin/kin-openapi":       {"etalon/internal/console/consoletest"},
	"github.com/testcontainers":           {"etalon/internal/container"},
	"github.com/moby":                     {"etalon/internal/container", "etalon/internal/container/enginetest"},
	"github.com/alecthomas/kong":          {"etalon/cmd/internal/cli", "etalon/cmd/conformance", "etalon/cmd/sandbox"},
}

// forTests are the packages that tests alone, and each other, may import, as of net/http/httptest.
var forTests = []string{
	"etalon/internal/bench/benchtest", "etalon/internal/report/reporttest", "etalon/internal/bench/peertest", "etalon/internal/browser/browsertest", "etalon/internal/console/consoletest", "etalon/internal/container/enginetest", "etalon/internal/mail/mailtest", "etalon/internal/sides/sidetest",
}

// listed is what the go command tells of a package.
type listed struct {
	ImportPath string
	Imports    []string
}

func TestArrowsPointDown(t *testing.T) {
	packages := list(t)
	if len(packages) < 10 {
		t.Fatalf("go list found %d packages: the test looks at the wrong tree", len(packages))
	}
	for _, p := range packages {
		layer, ok := layers[p.ImportPath]
		if !ok {
			if p.ImportPath != "etalon/internal" {
				t.Errorf("%s has no layer: give it a line in the table and in docs/architecture.md, or fold it into a neighbour", p.ImportPath)
			}
			continue
		}
		for _, imported := range p.Imports {
			if below, ours := layers[imported]; ours && below >= layer {
				t.Errorf("%s (layer %d) imports %s (layer %d): arrows point down only", p.ImportPath, layer, imported, below)
			}
			if contains(forTests, imported) && !contains(forTests, p.ImportPath) {
				t.Errorf("%s imports %s, which tests alone may", p.ImportPath, imported)
			}
			for library, allowed := range holders {
				if within(imported, library) && !contains(allowed, p.ImportPath) {
					t.Errorf("%s imports %s, which %v alone may", p.ImportPath, imported, allowed)
				}
			}
		}
	}
}

func list(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "etalon/...").Output()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	var all []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("read package list: %v", err)
		}
		all = append(all, p)
	}
}

func within(path, library string) bool {
	return path == library || strings.HasPrefix(path, library+"/")
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
