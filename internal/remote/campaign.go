package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"

	"etalon/internal/campaign"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// Campaign is one that a sandbox runs.
type Campaign struct {
	ID          string             `json:"id"`
	Candidate   string             `json:"candidate"`
	CandidateID string             `json:"candidate_id"`
	State       store.State        `json:"state"`
	Why         string             `json:"why"`
	Cases       int                `json:"cases"`
	Standing    *campaign.Standing `json:"standing"`
}

// Running tells that it goes on.
func (c Campaign) Running() bool { return c.State == store.Running }

// at is the address of a campaign.
func at(id string) string { return "/api/campaigns/" + url.PathEscape(id) }

// Start begins a campaign, held against the archive of the order where there is one.
func (s *Sandbox) Start(ctx context.Context, o campaign.Order) (c Campaign, err error) {
	if len(o.Archive) > 0 {
		form, err := withArchive(o)
		if err != nil {
			return c, err
		}
		return c, s.call(ctx, http.MethodPost, "/api/campaigns", form, &c)
	}
	return c, s.call(ctx, http.MethodPost, "/api/campaigns", o, &c)
}

// withArchive is an order and the archive that it is to be held against, in a form.
func withArchive(o campaign.Order) (upload, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	order, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="order"`}, "Content-Type": {"application/json"}})
	if err == nil {
		err = json.NewEncoder(order).Encode(o)
	}
	var archive io.Writer
	if err == nil {
		archive, err = form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="baseline"; filename="report.zip"`}, "Content-Type": {"application/zip"}})
	}
	if err == nil {
		_, err = archive.Write(o.Archive)
	}
	if err == nil {
		err = form.Close()
	}
	return upload{form.FormDataContentType(), body.Bytes()}, err
}

// Campaign tells how far one is.
func (s *Sandbox) Campaign(ctx context.Context, id string) (c Campaign, err error) {
	return c, s.call(ctx, http.MethodGet, at(id), nil, &c)
}

// Stop stops a campaign; Resume plays what is left of it.
func (s *Sandbox) Stop(ctx context.Context, id string) (c Campaign, err error) {
	return c, s.call(ctx, http.MethodPost, at(id)+"/stop", nil, &c)
}

// Resume plays what is left of a campaign.
func (s *Sandbox) Resume(ctx context.Context, id string) (c Campaign, err error) {
	return c, s.call(ctx, http.MethodPost, at(id)+"/resume", nil, &c)
}

// Done tells that a person made a gesture.
func (s *Sandbox) Done(ctx context.Context, id, gesture string) error {
	return s.call(ctx, http.MethodPost, at(id)+"/gestures/"+url.PathEscape(gesture), nil, nil)
}

// maxReport bounds a report or an archive, in octets.
const maxReport = 256 << 20

// Report reads the report of a campaign in a format, or its archive.
func (s *Sandbox) Report(ctx context.Context, id, format string) ([]byte, error) {
	answer, err := s.ask(ctx, http.MethodGet, at(id)+"/report?"+url.Values{"format": {format}, "lang": {s.options.Lang}}.Encode(), nil, "")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxReport+1))
	if err == nil && len(raw) > maxReport {
		err = verdict.Tell("il dépasse %d octets", "it is larger than %d octets", maxReport)
	}
	if err != nil {
		return nil, verdict.Tell("lecture du rapport %s : %s", "fetch report %s: %s", format, err)
	}
	return raw, nil
}
