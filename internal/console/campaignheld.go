package console

import (
	"errors"
	"io"
	"net/http"
	"net/url"

	"etalon/internal/bench"
	"etalon/internal/campaign"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// maxOrder bounds what is read of an order, its waivers and their escapes, in octets.
const maxOrder = 256 << 10

// orderForm reads the form of an order, and the archive that it is to be held against, as far as a bound; where that is 0 the archive
// is not kept. It has answered when it cannot. Nothing is written to the disk.
func (c *Console) orderForm(w http.ResponseWriter, r *http.Request, most int64) (f url.Values, archive []byte, ok bool) {
	f = url.Values{}
	_, err := c.parts(w, r, func(name string, part io.Reader) error {
		if name == "archive" {
			var err error
			if most > 0 {
				archive, err = bounded(part, most)
			}
			return err
		}
		value, err := bounded(part, maxOrder)
		f.Add(name, string(value))
		return err
	})
	if errors.Is(err, http.ErrNotMultipart) {
		r.Body = http.MaxBytesReader(w, r.Body, maxOrder)
		if err = r.ParseForm(); err == nil {
			return r.PostForm, nil, true
		}
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "bad-form", err.Error())
		return nil, nil, false
	}
	return f, archive, true
}

// apiOrderText reads an order of the API: an object, or a form of the object and of the archive that it is to be held against. It has
// answered when it cannot.
func (c *Console) apiOrderText(w http.ResponseWriter, r *http.Request) (text, archive []byte, ok bool) {
	given, err := c.parts(w, r, func(name string, part io.Reader) (err error) {
		switch name {
		case "order":
			text, err = bounded(part, maxOrder)
		case "baseline":
			archive, err = bounded(part, maxArchive)
		default:
			_, err = bounded(part, maxOrder)
		}
		return err
	})
	if !given {
		text, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxOrder))
	}
	switch {
	case errors.Is(err, errLarge):
		refuse(w, http.StatusRequestEntityTooLarge, "too-large", err.Error())
	case errors.Is(err, errBusy):
		refuse(w, http.StatusServiceUnavailable, "busy", err.Error())
	case err != nil:
		refuse(w, http.StatusBadRequest, "bad-json", err.Error())
	default:
		return text, archive, true
	}
	return nil, nil, false
}

// parts gives each part of a form with files, in its order; given tells that there is such a form, else the error is
// http.ErrNotMultipart. One archive is held in memory at a time.
func (c *Console) parts(w http.ResponseWriter, r *http.Request, take func(name string, part io.Reader) error) (given bool, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return !errors.Is(err, http.ErrNotMultipart), err
	}
	give, err := c.turn(r)
	if err != nil {
		return true, err
	}
	defer give()
	_ = http.NewResponseController(w).SetReadDeadline(bench.Wall().Add(uploading)) // a server that cannot bounds it otherwise
	left := int64(maxArchive + 2*maxOrder)
	if r.ContentLength > left {
		_, _ = io.CopyN(io.Discard, r.Body, maxDrained) // so that its sender reads the refusal
		return true, errLarge
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return true, err
		}
		read := &io.LimitedReader{R: part, N: left + 1}
		if err := take(part.FormName(), read); err != nil {
			return true, err
		}
		if left = read.N - 1; left < 0 {
			return true, errLarge
		}
	}
}

// refusedWaivers answers what is wrong with the waivers of an order, each with its line and key, where that is why it is refused.
func refusedWaivers(w http.ResponseWriter, err error) bool {
	var refused campaign.RefusedWaivers
	if !errors.As(err, &refused) {
		return false
	}
	answer(w, http.StatusBadRequest, struct {
		refusal
		Problems []apiProblem `json:"problems"`
	}{refusal{Error: "bad-waivers"}, problemsOf(refused.Problems, nil)})
	return true
}

// regressionRow is one thing that is newly broken since the baseline.
type regressionRow struct {
	sight
	report.Regression
}

// regressed tells what a campaign that is over breaks and its baseline did not.
func (c *Console) regressed(r *http.Request, p *campaignPage, run *verdict.Run) error {
	was, err := c.config.Campaigns.Baseline(r.Context(), p.Who.Owner(), p.ID)
	if err != nil {
		return err
	}
	for _, one := range report.Compare(was, run).Regressions {
		p.Regressions = append(p.Regressions, regressionRow{p.sight, one})
	}
	return nil
}
