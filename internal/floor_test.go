package internal_test

import (
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"etalon/internal/bench/benchtest"
)

// floor is the lowest version of each library that has no known vulnerability that reaches us.
var floor = map[string]string{
	"github.com/russellhaering/goxmldsig": "v1.6.1",  // CVE-2020-15216, CVE-2026-33487
	"github.com/crewjam/saml":             "v0.4.14", // CVE-2022-41912, CVE-2023-28119, CVE-2023-45683
	"github.com/beevik/etree":             "v1.7.0",  // MaxDepth
	"github.com/go-jose/go-jose/v4":       "v4.1.4",  // CVE-2026-34986
	"github.com/goccy/go-yaml":            "v1.19.2",
}

// requirement is a line of a go.mod's blocks.
var requirement = regexp.MustCompile(`(?m)^\t(\S+/\S+) (\S+)(?: // indirect)?$`)

// pinned is an exact version: a release, or the pseudo-version of one commit.
var pinned = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+incompatible)?$`)

func required(t *testing.T, file string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for _, m := range requirement.FindAllStringSubmatch(string(raw), -1) {
		versions[m[1]] = m[2]
	}
	if strings.Contains(string(raw), "\nreplace ") {
		t.Errorf("%s replaces a module: require the version that you mean", file)
	}
	return versions
}

func TestDependenciesStandAboveTheFloor(t *testing.T) {
	versions := required(t, "../go.mod")
	for module, least := range floor {
		version, ok := versions[module]
		if !ok {
			t.Errorf("go.mod does not require %s: take it from the floor too", module)
			continue
		}
		if slices.Compare(numbers(t, version), numbers(t, least)) < 0 {
			t.Errorf("go.mod requires %s %s: want %s at least", module, version, least)
		}
	}
}

// numbers are the three numbers of a version.
func numbers(t *testing.T, version string) []int {
	t.Helper()
	core, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), "-")
	var list []int
	for part := range strings.SplitSeq(core, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			t.Fatalf("version %s: %v", version, err)
		}
		list = append(list, n)
	}
	return list
}

func TestModulesArePinned(t *testing.T) {
	for file, least := range map[string]int{"../go.mod": 25, "../tools/lint/go.mod": 5} {
		versions := required(t, file)
		if len(versions) < least {
			t.Errorf("%s: %d requirements found: the test reads it wrongly", file, len(versions))
		}
		for module, version := range versions {
			if !pinned.MatchString(version) {
				t.Errorf("%s: %s %s is no exact version", file, module, version)
			}
		}
	}
}

// TestArchitecturePageTellsTheLayers holds the table of docs/architecture.md to the one of layers_test.go.
func TestArchitecturePageTellsTheLayers(t *testing.T) {
	page, err := os.ReadFile("../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]int{}
	for _, m := range regexp.MustCompile("(?m)^\\| (\\d+) \\| `([^`]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		told["etalon/"+m[2]], _ = strconv.Atoi(m[1])
	}
	if !maps.Equal(told, layers) {
		t.Errorf("docs/architecture.md tells the layers\n%v\nand layers_test.go\n%v", told, layers)
	}
}

// tracked lists the files of the repository, with the new ones that git does not ignore.
func tracked(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("git", "-C", "..", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		benchtest.LeaveOut(t, "not a git checkout: %v", err)
	}
	files := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if len(files) < 100 {
		t.Fatalf("%d files: the test looks at the wrong tree", len(files))
	}
	return files
}

// link is a link of Markdown; its target ends before a title or a fragment.
var link = regexp.MustCompile(`\]\(([^)\s#]+)`)

func TestLocalLinksResolve(t *testing.T) {
	links := 0
	for _, file := range tracked(t) {
		if filepath.Ext(file) != ".md" || strings.Contains(file, "/testdata/") {
			continue
		}
		raw, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(raw), -1) {
			if target, err := url.Parse(m[1]); err != nil || target.Scheme != "" {
				continue
			}
			links++
			if _, err := os.Stat(filepath.Join("..", filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", file, m[1])
			}
		}
	}
	if links < 10 {
		t.Errorf("%d local links found: the test reads them wrongly", links)
	}
}

// TestNothingNamesAPlaceOutside refuses paths of somebody's machine, and the addresses from which modules and
// packages are fetched: a clean clone must stand alone, wherever it is.
func TestNothingNamesAPlaceOutside(t *testing.T) {
	outside := []string{"/wo" + "rk/", "/tmp" + "/w/", "../sha" + "red", "/ro" + "ot/", "registry.npm" + "js.org", "proxy.golang" + ".org"}
	for _, name := range []string{"GOPROXY", "npm_config_registry", "PIP_INDEX_URL"} {
		if address, err := url.Parse(strings.TrimSpace(setting(name))); err == nil && address.Hostname() != "" {
			outside = append(outside, address.Hostname())
		}
	}
	for _, file := range tracked(t) {
		raw, err := os.ReadFile(filepath.Join("..", file))
		if err != nil || !utf8.Valid(raw) {
			continue // removed meanwhile, or no text
		}
		for _, place := range outside {
			if i := strings.Index(string(raw), place); i >= 0 {
				line := 1 + strings.Count(string(raw[:i]), "\n")
				t.Errorf("%s:%d names %s", file, line, place)
			}
		}
	}
}

// setting reads a variable of the environment, or of the go command's own.
func setting(name string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(out), ",")
	return first
}
