package verdict

import (
	"archive/zip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// foreign says in French an error of Go's library, which says more than its kind; "" when it is none that is known here.
func foreign(err error) string {
	switch e := err.(type) {
	case *fs.PathError:
		return e.Path + " : " + InLanguage(e.Err, "fr")
	case *os.LinkError:
		return e.New + " : " + InLanguage(e.Err, "fr")
	case *os.SyscallError:
		return InLanguage(e.Err, "fr")
	case *exec.Error:
		return e.Name + " : " + InLanguage(e.Err, "fr")
	case *exec.ExitError:
		if code := e.ExitCode(); code >= 0 {
			return "le programme a fini en erreur, code " + strconv.Itoa(code)
		}
		return "le programme a été arrêté par un signal"
	case *net.OpError:
		return operation(e)
	case *net.AddrError:
		return e.Addr + " : ce n'est pas une adresse et un port"
	case *net.ParseError:
		return e.Text + " : ce n'est pas une adresse"
	case *net.DNSError:
		return unnamed(e)
	case *url.Error:
		return e.URL + " : " + InLanguage(e.Err, "fr")
	case *json.SyntaxError:
		return "JSON illisible à l'octet " + strconv.FormatInt(e.Offset, 10)
	case *json.UnmarshalTypeError:
		return "JSON : " + e.Field + " n'a pas la forme attendue"
	case *strconv.NumError:
		return "« " + e.Num + " » n'est pas un nombre attendu ici"
	}
	return certified(err)
}

// operation says what failed on a link, and with whom.
func operation(e *net.OpError) string {
	why := InLanguage(e.Err, "fr")
	if e.Op == "remote error" { // the alert of TLS by which the peer ended the link
		return "l'autre côté a refusé le lien TLS (" + strings.TrimPrefix(e.Err.Error(), "tls: ") + ")"
	}
	if e.Addr != nil {
		return e.Addr.String() + " : " + why
	}
	return why
}

// unnamed says why a name has no address.
func unnamed(e *net.DNSError) string {
	switch {
	case e.IsNotFound:
		return "le nom " + e.Name + " n'a pas d'adresse (DNS)"
	case e.IsTimeout:
		return "le serveur de noms n'a pas répondu à temps pour " + e.Name
	}
	return "le nom " + e.Name + " n'a pu être cherché (DNS)"
}

// certified says why a certificate, or TLS as a whole, is refused; "" when the error is of neither.
func certified(err error) string {
	switch e := err.(type) {
	case *tls.CertificateVerificationError:
		return "certificat refusé : " + InLanguage(e.Err, "fr")
	case x509.UnknownAuthorityError:
		return "ce certificat n'est signé par aucune autorité reconnue"
	case x509.HostnameError:
		return "ce certificat n'est pas au nom de " + e.Host
	case x509.CertificateInvalidError:
		return invalid(e)
	case x509.SystemRootsError:
		return "les autorités reconnues de ce système ne peuvent être lues"
	case tls.RecordHeaderError:
		return "ce qui répond ne parle pas TLS"
	case tls.AlertError:
		return "le lien TLS est refusé (" + strings.TrimPrefix(e.Error(), "tls: ") + ")"
	}
	return ""
}

// invalid says what is wrong with a certificate of a known authority.
func invalid(e x509.CertificateInvalidError) string {
	switch e.Reason {
	case x509.Expired:
		return "ce certificat a expiré, ou n'est pas encore valide"
	case x509.NotAuthorizedToSign:
		return "ce certificat est signé par un autre qui n'est pas une autorité"
	case x509.IncompatibleUsage:
		return "ce certificat n'est pas fait pour cet usage"
	case x509.TooManyIntermediates:
		return "la chaîne de ce certificat est trop longue"
	}
	return "ce certificat n'est pas valable"
}

// systems are errors of the system that users meet.
var systems = []struct {
	err error
	fr  string
}{
	{fs.ErrNotExist, "ce fichier n'existe pas"},
	{syscall.ENOTEMPTY, "ce dossier n'est pas vide"},
	{fs.ErrExist, "ce fichier existe déjà"},
	{fs.ErrPermission, "ce programme n'en a pas le droit"},
	{fs.ErrClosed, "c'est déjà fermé"},
	{exec.ErrNotFound, "ce programme n'est pas sur cette machine"},
	{exec.ErrDot, "ce programme est dans le dossier courant : écrivez son chemin"},
	{exec.ErrWaitDelay, "sa sortie est restée ouverte après sa fin"},
	{syscall.EISDIR, "c'est un dossier"},
	{syscall.ENOTDIR, "ce n'est pas un dossier"},
	{syscall.ENOSPC, "le disque est plein"},
	{syscall.EDQUOT, "le quota de disque est atteint"},
	{syscall.EROFS, "ce disque est en lecture seule"},
	{syscall.EXDEV, "l'autre dossier est sur un autre disque"},
	{syscall.ENAMETOOLONG, "ce nom est trop long"},
	{syscall.ELOOP, "trop de liens symboliques se suivent"},
	{syscall.EMFILE, "trop de fichiers sont ouverts à la fois"},
	{syscall.EINVAL, "le système refuse cette valeur"},
	{syscall.EIO, "le disque a une erreur"},
	{syscall.EADDRINUSE, "cette adresse est déjà prise"},
	{syscall.EADDRNOTAVAIL, "cette adresse n'est pas de cette machine"},
	{syscall.ECONNREFUSED, "la connexion est refusée"},
	{syscall.ECONNRESET, "la connexion a été coupée"},
	{syscall.EPIPE, "la connexion a été coupée"},
	{syscall.ETIMEDOUT, "pas de réponse à temps"},
	{syscall.EHOSTUNREACH, "cette machine est hors d'atteinte"},
	{syscall.ENETUNREACH, "ce réseau est hors d'atteinte"},
	{context.DeadlineExceeded, "pas de réponse à temps"},
	{context.Canceled, "arrêté en cours de route"},
	{os.ErrDeadlineExceeded, "pas de réponse à temps"},
	{net.ErrClosed, "la connexion est fermée"},
	{io.ErrUnexpectedEOF, "la fin manque"},
	{io.EOF, "la fin est venue trop tôt"},
	{http.ErrSchemeMismatch, "ce qui répond parle HTTP, et non HTTPS"},
	{http.ErrHandlerTimeout, "pas de réponse à temps"},
	{zip.ErrFormat, "ce n'est pas une archive ZIP"},
	{zip.ErrChecksum, "l'archive ZIP est abîmée"},
	{zip.ErrAlgorithm, "l'archive ZIP est d'une forme inconnue"},
}

// timedOut tells an error that says by itself that time ran out.
func timedOut(err error) bool {
	var timed net.Error
	return errors.As(err, &timed) && timed.Timeout()
}
