package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"etalon/internal/report/reporttest"
)

// bilingual are the packages all of whose errors reach people who verify, sign or hand on an archive.
var bilingual = []string{"seal", "timestamp", "statement", "pdfsig"}

// innermost are those that no person meets: they stay in the package, or in English in a detail.
var innermost = []string{
	"pdfsig: the signature has elements deeper than %d in each other", "pdfsig: the signature cannot be read: an element is not well formed", "pdfsig: read object: not one of PDF",
}

// formatVerb is one of fmt.
var formatVerb = regexp.MustCompile(`%[^a-zA-Z%]*[a-zA-Z]`)

// What is wrong with an archive is told in both languages, over the same values.
func TestReasonsAreInBothLanguages(t *testing.T) {
	told := 0
	for _, name := range bilingual {
		files, err := filepath.Glob(filepath.Join(name, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", name, len(files), err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				called, words := calledOf(call), literals(call.Args)
				switch {
				case called == "errors.New" || called == "fmt.Errorf":
					if len(words) == 0 || !slices.Contains(innermost, name+": "+words[0]) {
						t.Errorf("%s: %s(%q) is in one language: verdict.Tell says it in both", path, called, words)
					}
				case slices.Contains([]string{"verdict.Tell", "wrong", "notFinal", "unread"}, called) && len(words) > 1:
					told++
					fr, en := words[0], words[1]
					if called == "unread" {
						fr, en = fr+"%.0s", en+"%s"
					}
					if strings.Trim(fr, "%s :") != "" && fr == en || reporttest.NotFrench.MatchString(fr) || !sameValues(fr, en) {
						t.Errorf("%s: %s(%q, %q)", path, called, words[0], words[1])
					}
				}
				return true
			})
		}
	}
	if told < 100 {
		t.Errorf("%d sentences: the test looks at the wrong tree", told)
	}
}

// sameValues tells whether two formats take the same values, in the same order.
func sameValues(fr, en string) bool {
	return len(formatVerb.FindAllString(fr, -1)) == len(formatVerb.FindAllString(en, -1))
}

// calledOf names what a call calls: "f" or "x.f".
func calledOf(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
	}
	return ""
}

// literals are the strings written among arguments.
func literals(args []ast.Expr) []string {
	var all []string
	for _, a := range args {
		if l, ok := a.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if text, err := strconv.Unquote(l.Value); err == nil {
				all = append(all, text)
			}
		}
	}
	return all
}
