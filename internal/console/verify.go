package console

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/seal"
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
	maxRevoked = 16 << 20
	maxLists   = 8
	maxUpload  = 2*maxArchive + maxRevoked + 3*maxRoots
	maxDrained = 4 << 30
	uploading  = 2 * time.Minute
)

// Why an upload is not looked at.
var (
	errLarge = errors.New("larger than what is verified here")
	errNone  = errors.New("want multipart/form-data with a file archive, and roots in PEM where the signer is to be trusted; or the archive itself")
	errRoots = errors.New("want certificates in PEM")
	errBusy  = errors.New("another archive is being verified")
	// errReport tells that a statement was given without the report that it is about.
	errReport = errors.New("a review, or a handover alone, is verified with the report that it is about: give it as of")
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
	{errReport, "no-report", http.StatusBadRequest},
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

// verifyPage is the page that verifies an archive.
type verifyPage struct {
	sight
	Verified *toldArchive
	// Wrong is where something is wrong with the archive, empty when nothing is; About says it, in the language of the page.
	Wrong seal.Part
	About string
	// Checks are what was looked at until then.
	Checks []toldCheck
	// Trouble is the word of why it was not looked at, empty when it was.
	Trouble string
}

// looks are checks, as the page shows them.
type looks struct {
	sight
	Checks []toldCheck
}

// Looks are some.
func (p verifyPage) Looks(all []toldCheck) looks { return looks{p.sight, all} }

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
	var unsound *seal.Unsound
	switch {
	case errors.As(err, &unsound):
		status = http.StatusUnprocessableEntity
		p.Wrong, p.About, p.Checks = unsound.Part, verdict.InLanguage(unsound.Err, p.Lang), checked(unsound.Checks, p.Lang)
	case err != nil:
		p.Trouble, status = uploadTrouble(err)
	default:
		p.Verified = &told
	}
	c.show(w, "verify", status, p)
}

// apiVerify tells what an archive is worth, or refuses it with the first thing that is wrong, in English.
func (c *Console) apiVerify(w http.ResponseWriter, r *http.Request) {
	told, err := c.verified(w, r)
	var unsound *seal.Unsound
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

// verified verifies what is uploaded. Its error is a *seal.Unsound, or why there was nothing to verify.
func (c *Console) verified(w http.ResponseWriter, r *http.Request) (toldArchive, error) {
	give, err := c.turn(r)
	if err != nil {
		return toldArchive{}, err
	}
	defer give()
	_ = http.NewResponseController(w).SetReadDeadline(bench.Wall().Add(uploading)) // a server that cannot bounds it otherwise
	whole := r.Body
	r.Body = http.MaxBytesReader(w, whole, maxUpload)
	u, err := uploaded(r)
	if err != nil {
		if word, _ := uploadTrouble(err); word == "too-large" {
			_, _ = io.CopyN(io.Discard, whole, maxDrained)
		}
		return toldArchive{}, err
	}
	u.lang = languageOf(r)
	return u.verified()
}

// turn waits until no other archive is held in memory; give lets the next come.
func (c *Console) turn(r *http.Request) (give func(), err error) {
	turn := time.NewTimer(uploading)
	defer turn.Stop()
	select {
	case c.verifying <- struct{}{}:
		return func() { <-c.verifying }, nil
	case <-turn.C:
		return nil, errBusy
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}
