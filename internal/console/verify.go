package console

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/pki"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// verifyPages are the page that verifies an archive, verifyAPI the call. They change nothing, and keep nothing.
func (c *Console) verifyPages(r chi.Router) {
	r.Get("/verify", c.verify)
	r.With(read).Post("/verify", c.verifies)
}

func (c *Console) verifyAPI(r chi.Router) {
	r.With(read).Post("/verify", c.apiVerify)
}

// Bounds of what is verified: an archive is held in memory, and one at a time. What is larger is read to its end, as far as
// maxDrained and in the time of uploading, only so that its sender reads the refusal.
const (
	maxArchive = 96 << 20
	maxRoots   = 1 << 20
	maxUpload  = maxArchive + 2*maxRoots
	maxDrained = 4 << 30
	uploading  = 2 * time.Minute
)

// Why an upload is not looked at.
var (
	errLarge = errors.New("larger than what is verified here")
	errNone  = errors.New("want multipart/form-data with a file archive, and roots in PEM where the signer is to be trusted; or the archive itself")
	errRoots = errors.New("want certificates in PEM")
	errBusy  = errors.New("another archive is being verified")
)

// uploadTroubles are their words, each with its status.
var uploadTroubles = []struct {
	err    error
	word   string
	status int
}{
	{errLarge, "too-large", http.StatusRequestEntityTooLarge},
	{errRoots, "bad-roots", http.StatusBadRequest},
	{errBusy, "busy", http.StatusServiceUnavailable},
	{errNone, "no-archive", http.StatusBadRequest},
}

// uploadTrouble is the word of why an upload is not looked at, and its status.
func uploadTrouble(err error) (word string, status int) {
	if large := new(http.MaxBytesError); errors.As(err, &large) {
		err = errLarge
	}
	for _, one := range uploadTroubles {
		if errors.Is(err, one.err) {
			return one.word, one.status
		}
	}
	return "no-archive", http.StatusBadRequest
}

// toldArchive is what a sound archive says, as the API tells it.
type toldArchive struct {
	Sound bool `json:"sound"`
	// Trusted tells that the signer leads to the roots that were given, Test that it signed with a test key, Expired that its
	// certificate, valid when it signed, is no longer so.
	Trusted   bool              `json:"trusted"`
	Test      bool              `json:"test"`
	Expired   bool              `json:"expired"`
	Signer    string            `json:"signer"`
	SignedAt  time.Time         `json:"signed_at"`
	Members   int               `json:"members"`
	Candidate verdict.Candidate `json:"candidate"`
	Scope     []string          `json:"scope"`
	Started   time.Time         `json:"started"`
	Complete  bool              `json:"complete"`
	Partial   bool              `json:"partial"`
	Level     verdict.Levels    `json:"level"`
	Counts    verdict.Counts    `json:"counts"`
}

// verifyPage is the page that verifies an archive.
type verifyPage struct {
	sight
	Verified *toldArchive
	// Wrong is where something is wrong with the archive, empty when nothing is; About it in the words of the verifier.
	Wrong report.Part
	About string
	// Trouble is the word of why it was not looked at, empty when it was.
	Trouble string
}

// Most is how large an archive may be, MostMiB in the words of people.
func (p verifyPage) Most() int    { return maxArchive }
func (p verifyPage) MostMiB() int { return maxArchive >> 20 }

// verify shows the page.
func (c *Console) verify(w http.ResponseWriter, r *http.Request) {
	c.show(w, "verify", http.StatusOK, verifyPage{sight: c.sight(r, "verify")})
}

// verifies shows what an archive is worth.
func (c *Console) verifies(w http.ResponseWriter, r *http.Request) {
	p := verifyPage{sight: c.sight(r, "verify")}
	status := http.StatusOK
	told, err := c.verified(w, r)
	var unsound *report.Unsound
	switch {
	case errors.As(err, &unsound):
		status = http.StatusUnprocessableEntity
		p.Wrong, p.About = unsound.Part, unsound.Err.Error()
	case err != nil:
		p.Trouble, status = uploadTrouble(err)
	default:
		p.Verified = &told
	}
	c.show(w, "verify", status, p)
}

// apiVerify tells what an archive is worth, or refuses it with the first thing that is wrong.
func (c *Console) apiVerify(w http.ResponseWriter, r *http.Request) {
	told, err := c.verified(w, r)
	var unsound *report.Unsound
	switch {
	case errors.As(err, &unsound):
		refuse(w, http.StatusUnprocessableEntity, "unsound-"+string(unsound.Part), unsound.Err.Error())
	case err != nil:
		word, status := uploadTrouble(err)
		refuse(w, status, word, err.Error())
	default:
		answer(w, http.StatusOK, told)
	}
}

// verified verifies what is uploaded. Its error is an *report.Unsound, or why there was nothing to verify.
func (c *Console) verified(w http.ResponseWriter, r *http.Request) (toldArchive, error) {
	turn := time.NewTimer(uploading)
	defer turn.Stop()
	select {
	case c.verifying <- struct{}{}:
	case <-turn.C:
		return toldArchive{}, errBusy
	case <-r.Context().Done():
		return toldArchive{}, r.Context().Err()
	}
	defer func() { <-c.verifying }()
	_ = http.NewResponseController(w).SetReadDeadline(bench.Wall().Add(uploading)) // a server that cannot bounds it otherwise
	whole := r.Body
	r.Body = http.MaxBytesReader(w, whole, maxUpload)
	archive, roots, err := uploaded(r)
	if err != nil {
		if word, _ := uploadTrouble(err); word == "too-large" {
			_, _ = io.CopyN(io.Discard, whole, maxDrained)
		}
		return toldArchive{}, err
	}
	v, err := report.Verify(archive, report.VerifyOptions{Roots: roots, Now: bench.Wall()})
	if err != nil {
		return toldArchive{}, err
	}
	run := v.Run
	return toldArchive{
		true, v.Trusted, v.Test, v.Expired, pki.Subject(v.Signer), v.SignedAt, len(v.Members),
		run.Candidate, append([]string{}, run.Scope...), run.Started, run.Complete, run.Partial, run.Level, run.Counts,
	}, nil
}

// uploaded reads an archive, and the authorities to trust, out of a request: a form, or the archive itself. Nothing is written
// to the disk.
func uploaded(r *http.Request) (archive []byte, roots *x509.CertPool, err error) {
	if r.ContentLength > maxUpload {
		return nil, nil, errLarge
	}
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		archive, err = bounded(r.Body, maxArchive)
		return archive, nil, err
	}
	for err == nil {
		part, next := parts.NextPart()
		if errors.Is(next, io.EOF) {
			break
		}
		if next != nil {
			return nil, nil, fmt.Errorf("%w: %w", errNone, next)
		}
		switch part.FormName() {
		case "archive":
			archive, err = bounded(part, maxArchive)
		case "roots":
			roots, err = rootsOf(part)
		default:
			_, err = bounded(part, maxForm)
		}
	}
	if err == nil && len(archive) == 0 {
		err = errNone
	}
	return archive, roots, err
}

// bounded reads all, as far as a bound.
func bounded(from io.Reader, most int64) ([]byte, error) {
	var all bytes.Buffer
	n, err := all.ReadFrom(io.LimitReader(from, most+1))
	if err == nil && n > most {
		err = errLarge
	}
	if err != nil {
		return nil, err
	}
	return all.Bytes(), nil
}

// rootsOf reads authorities in PEM; nil where none is given.
func rootsOf(from io.Reader) (*x509.CertPool, error) {
	raw, err := bounded(from, maxRoots)
	if err != nil || len(bytes.TrimSpace(raw)) == 0 {
		return nil, err
	}
	roots := x509.NewCertPool()
	for rest := bytes.TrimSpace(raw); len(rest) > 0; rest = bytes.TrimSpace(rest) {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil || block.Type != "CERTIFICATE" {
			return nil, errRoots
		}
		one, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errRoots, err)
		}
		roots.AddCert(one)
	}
	return roots, nil
}
