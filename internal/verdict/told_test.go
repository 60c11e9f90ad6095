package verdict_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"etalon/internal/verdict"
)

// An error is said in the language that is asked for, whatever wraps it, and is still known by what it wraps.
func TestErrorsAreToldInBothLanguages(t *testing.T) {
	absent := filepath.Join(t.TempDir(), "report.zip")
	_, missing := os.Open(absent)
	_, refused := net.Dial("tcp", "127.0.0.1:1")
	cut := verdict.Tell("l'archive est coupée", "the archive is cut short")
	for name, c := range map[string]struct {
		err    error
		fr, en string
	}{
		"told":    {cut, "l'archive est coupée", "the archive is cut short"},
		"values":  {verdict.Tell("le membre %s manque", "member %s is missing", "run.json"), "le membre run.json manque", "member run.json is missing"},
		"wrapped": {fmt.Errorf("a.zip: %w", cut), "a.zip: l'archive est coupée", "a.zip: the archive is cut short"},
		"among values": {
			verdict.Tell("liste de %s : %s", "list of %s: %s", "X", fmt.Errorf("b: %w", cut)),
			"liste de X : b: l'archive est coupée", "list of X: b: the archive is cut short",
		},
		"a text among values": {
			verdict.Tell("%s : %d", "%s: %d", verdict.Text{FR: "ports", EN: "doors"}, 3), "ports : 3", "doors: 3",
		},
		"joined":  {errors.Join(cut, errors.New("other")), "l'archive est coupée\nother", "the archive is cut short\nother"},
		"two":     {fmt.Errorf("%w, %w", cut, fs.ErrPermission), "l'archive est coupée, ce programme n'en a pas le droit", "the archive is cut short, permission denied"},
		"file":    {missing, absent + " : ce fichier n'existe pas", "open " + absent + ": no such file or directory"},
		"dial":    {refused, "127.0.0.1:1 : la connexion est refusée", refused.Error()},
		"foreign": {errors.New("odd"), "odd", "odd"},
	} {
		if fr, en := verdict.InLanguage(c.err, "fr"), verdict.InLanguage(c.err, "en"); fr != c.fr || en != c.en {
			t.Errorf("%s: %q and %q, want %q and %q", name, fr, en, c.fr, c.en)
		}
	}
	if err := verdict.Tell("%s", "%s", missing); !errors.Is(err, fs.ErrNotExist) {
		t.Error("what it wraps is lost")
	}
	if !errors.Is(fmt.Errorf("x: %w", verdict.Tell("%s", "%s", refused)), syscall.ECONNREFUSED) {
		t.Error("what it wraps is lost, two below")
	}
}
