package candidate_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
)

const sound = "candidate: {name: P, vendor: V, version: \"1\"}\nroles:\n  fournisseur:\n    A: {endpoint: \"https://127.0.0.1:8443/a\"}\n"

// TestHostileFiles wants a refusal with problems, soon, of files made to hurt.
func TestHostileFiles(t *testing.T) {
	const mebibyte = 1 << 20
	staircase := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.Repeat(" ", i) + "a:\n")
		}
		return b.String()
	}
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for _, c := range "bcdefgh" {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+", ", 9) + "]\n"
	}
	for name, content := range map[string]string{
		"laughs":          bomb,
		"huge":            sound + strings.Repeat("#", mebibyte),
		"many keys":       strings.Repeat("a: b\n", mebibyte/5-1),
		"many items":      "a:\n" + strings.Repeat("- b\n", mebibyte/4-2),
		"flow depth":      strings.Repeat("[", mebibyte-1),
		"mapping depth":   strings.Repeat("{a: ", mebibyte/4),
		"entries depth":   strings.Repeat("- ", mebibyte/2),
		"questions depth": strings.Repeat("? ", mebibyte/2),
		"block depth":     staircase(1400),
		"shallow depth":   staircase(40),
		"not UTF-8":       sound + "convention: \xff\xfe\n",
		"UTF-16":          "\xff\xfec\x00a\x00",
		"null":            sound + "profile: \"a\x00b\"\n",
		"escape":          "\x1b[2J" + sound,
		"null in a path":  sound + "profile: \"a\\0b\"\n",
		"colons":          strings.Repeat("a:", 1000),
		"only spaces":     strings.Repeat(" ", 1000),
		"directive":       "%YAML 9.9\n---\n" + sound,
		"unclosed":        "candidate: {name: \"P",
		"binary key":      "? [a, b]\n: c\n",
		"infinity":        strings.Replace(sound, "\"1\"", ".inf", 1),
		"hexadecimal":     sound + "listen: {ports: {probe: 0x1F}}\n",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(write(t, map[string]string{"candidate.yaml": content}), "candidate.yaml")
			start := time.Now()
			_, err := candidate.Load(path)
			var problems candidate.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error %v, want Problems", err)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
			if text := problems.In("en"); len(text) > 5000 || strings.ContainsAny(text, "\x00\x1b") {
				t.Errorf("message of %d bytes: %.200q", len(text), text)
			}
		})
	}
}

// TestSpecialFiles wants a refusal of what is no regular file, without hanging.
func TestSpecialFiles(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "absent.yaml"), t.TempDir(), os.DevNull} {
		_, err := candidate.Load(path)
		var problems candidate.Problems
		if !errors.As(err, &problems) || problems[0].File != path {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// FuzzLoad wants that any bytes give a candidate or problems, never a panic nor an error of ours.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(sound))
	f.Add(candidate.ConventionText())
	f.Add(candidate.ProfileText("current"))
	f.Add([]byte("a: {b: [c, \"d\", 1.5, true, null]}\n- e\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, "candidate.yaml")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		var problems candidate.Problems
		if _, err := candidate.Load(path); err != nil && !errors.As(err, &problems) {
			t.Errorf("load: %v", err)
		}
		if _, err := candidate.LoadConvention(path, nil); err != nil && !errors.As(err, &problems) {
			t.Errorf("load convention: %v", err)
		}
		if _, err := candidate.LoadProfile(path); err != nil && !errors.As(err, &problems) {
			t.Errorf("load profile: %v", err)
		}
	})
}
