package verdict_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

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
		"joined":  {errors.Join(cut, errors.New("other")), "l'archive est coupée\nother", "the archive is cut short\nother"},
		"two":     {fmt.Errorf("%w, %w", cut, fs.ErrPermission), "l'archive est coupée, ce programme n'en a pas le droit", "the archive is cut short, permission denied"},
		"file":    {missing, absent + " : ce fichier n'existe pas", "open " + absent + ": no such file or directory"},
		"dial":    {refused, "127.0.0.1:1 : la connexion est refusée", refused.Error()},
		"address": {&url.Error{Op: "Post", URL: "http://a.test/", Err: refused}, "http://a.test/ : 127.0.0.1:1 : la connexion est refusée", `Post "http://a.test/": ` + refused.Error()},
		"name":    {&net.DNSError{Err: "no such host", Name: "a.test"}, "nom sans adresse : a.test", "lookup a.test: no such host"},
		"unknown": {x509.UnknownAuthorityError{}, "certificat signé par une autorité inconnue", "x509: certificate signed by unknown authority"},
		"expired": {
			x509.CertificateInvalidError{Cert: &x509.Certificate{Subject: pkix.Name{CommonName: "X"}, NotAfter: time.Unix(0, 0)}, Reason: x509.Expired, Detail: "late"},
			"le certificat CN=X ne vaut que du 0001-01-01T00:00:00Z au 1970-01-01T00:00:00Z", "x509: certificate has expired or is not yet valid: late",
		},
		"no authority": {
			x509.CertificateInvalidError{Cert: &x509.Certificate{Subject: pkix.Name{CommonName: "X"}}, Reason: x509.NotAuthorizedToSign},
			"le certificat CN=X n'est pas celui d'une autorité", "x509: certificate is not authorized to sign other certificates",
		},
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
