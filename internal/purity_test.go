package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// doors are the only folders where time and randomness enter the program (rule 7).
var doors = []string{"../internal/bench/", "../cmd/"}

// forbiddenImports draw randomness.
var forbiddenImports = map[string]bool{"crypto/rand": true, "math/rand": true, "math/rand/v2": true}

// forbiddenCalls read the wall clock, or wait for it.
var forbiddenCalls = map[string]bool{
	"time.Now": true, "time.Since": true, "time.Until": true, "time.Sleep": true, "time.After": true, "time.Tick": true,
}

// listeners may call net.Listen: bench.Listen itself, what stands below the bench, and who looks for a free port.
var listeners = []string{"../internal/bench/", "../internal/dns/", "../internal/whitelist/", "../internal/container/", "../internal/stand/ports.go"}

func TestTimeAndRandomnessEnterByTheBench(t *testing.T) {
	files := 0
	for _, root := range []string{"../internal", "../stubs", "../features", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files++
			inspect(t, path)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 30 {
		t.Fatalf("%d files inspected: the test looks at the wrong tree", files)
	}
}

func inspect(t *testing.T, path string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	slashed := filepath.ToSlash(path)
	door := false
	for _, d := range doors {
		door = door || strings.HasPrefix(slashed, d)
	}
	for _, imported := range file.Imports {
		name, _ := strconv.Unquote(imported.Path.Value)
		if forbiddenImports[name] && !door {
			t.Errorf("%s imports %s: take an io.Reader from the bench", path, name)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		owner, ok := selector.X.(*ast.Ident)
		if !ok {
			return true
		}
		name := owner.Name + "." + selector.Sel.Name
		if forbiddenCalls[name] && (!door || name == "time.Sleep") {
			t.Errorf("%s uses %s: take the time from the bench's clocks, and wait for events", path, name)
		}
		if name == "net.Listen" && !slices.ContainsFunc(listeners, func(l string) bool { return strings.HasPrefix(slashed, l) }) {
			t.Errorf("%s uses %s: use bench.Listen, which waits for an address that is about to be free", path, name)
		}
		return true
	})
}

// Whoever serves HTTP bounds how long a request may take to come, and its head: bench.NewServer does, and what stands below the bench
// says so itself.
func TestEveryServerIsBounded(t *testing.T) {
	servers := 0
	for _, root := range []string{"../internal", "../stubs", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testdata") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				made, is := n.(*ast.CompositeLit)
				if !is || !named(made.Type, "http", "Server") {
					return true
				}
				servers++
				set := map[string]bool{}
				for _, e := range made.Elts {
					if pair, is := e.(*ast.KeyValueExpr); is {
						set[pair.Key.(*ast.Ident).Name] = true
					}
				}
				for _, bound := range []string{"ReadTimeout", "WriteTimeout", "MaxHeaderBytes"} {
					if !set[bound] {
						t.Errorf("%s makes a server without %s: use bench.NewServer", path, bound)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if servers < 2 {
		t.Fatalf("%d servers found: the test looks at the wrong tree", servers)
	}
}

// named tells whether a type is that of a package.
func named(e ast.Expr, pkg, name string) bool {
	s, is := e.(*ast.SelectorExpr)
	if !is || s.Sel.Name != name {
		return false
	}
	x, is := s.X.(*ast.Ident)
	return is && x.Name == pkg
}
