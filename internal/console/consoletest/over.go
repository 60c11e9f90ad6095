package consoletest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// maxHeld bounds what is held of a body, in octets; what is longer is not looked at.
const maxHeld = 1 << 20

func init() { // a report is no value to take apart
	for _, media := range []string{"text/csv", "text/html", "application/zip", "application/xml", "application/pdf", "application/x-pem-file", "image/svg+xml", "application/octet-stream", "application/pkcs10"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.FileBodyDecoder)
	}
}

// Over serves as another handler does, and tells of each call of the API that does not fit the document: an answer of another
// form, an address that is not told, a request that is taken though it is not as told.
func (d *Document) Over(t testing.TB, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route, params := d.route(r)
		if route == nil && !strings.HasPrefix(r.URL.Path, "/api/") {
			next.ServeHTTP(w, r)
			return
		}
		sent, said := &held{}, &watched{ResponseWriter: w}
		if r.Body != nil {
			r.Body = both{io.TeeReader(r.Body, sent), r.Body}
		}
		defer func() { // also of an answer whose reader has left
			if err := d.told(r, route, params, sent, said); err != nil {
				t.Errorf("%s %s: %d: %v", r.Method, r.URL, said.status, err)
			}
		}()
		next.ServeHTTP(said, r)
	})
}

// told holds a call to what the document says of it, or says that it says nothing.
func (d *Document) told(r *http.Request, route *routers.Route, params map[string]string, sent *held, said *watched) error {
	untold := []int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests}
	switch {
	case said.status == 0: // nobody is there to be answered
		return nil
	case route == nil && slices.Contains(untold, said.status):
		return nil
	case route == nil:
		return errors.New("the document does not tell of it")
	}
	if err := d.fits(r, route, params, sent, said); err != nil {
		return fmt.Errorf("it does not fit the document: %w", err)
	}
	return nil
}

// both reads from one and closes the other.
type both struct {
	io.Reader
	io.Closer
}

// held keeps what is written, as far as a bound.
type held struct{ bytes.Buffer }

// Write implements io.Writer.
func (h *held) Write(b []byte) (int, error) {
	if h.Len() <= maxHeld {
		h.Buffer.Write(b)
	}
	return len(b), nil
}

// watched keeps an answer as it goes.
type watched struct {
	http.ResponseWriter
	status int
	body   held
}

// WriteHeader implements http.ResponseWriter.
func (w *watched) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK { // 1xx is not yet the answer (RFC 9110 §15.2)
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	_, _ = w.body.Write(b)
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// fits holds a request that was taken, and its answer, to what the document says of them.
func (d *Document) fits(r *http.Request, route *routers.Route, params map[string]string, sent *held, said *watched) error {
	asked := r.Clone(context.Background())
	asked.Body = io.NopCloser(bytes.NewReader(sent.Bytes()))
	if u, err := url.Parse(r.URL.String()); err == nil {
		asked.URL = u
	}
	input := &openapi3filter.RequestValidationInput{
		Request: asked, Route: route, PathParams: params,
		Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, SkipSettingDefaults: true,
			ExcludeRequestBody: sent.Len() > maxHeld, ExcludeResponseBody: said.body.Len() > maxHeld,
		},
	}
	if said.status < http.StatusBadRequest {
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
			return fmt.Errorf("the request was taken: %w", err)
		}
	}
	media := said.Header().Get("Content-Type")
	stream := strings.HasPrefix(media, "text/event-stream")
	left := r.Context().Err() != nil // and what was being said was cut
	input.Options.ExcludeResponseBody = input.Options.ExcludeResponseBody || stream || left
	if err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: said.status, Header: said.Header(), Body: io.NopCloser(bytes.NewReader(said.body.Bytes())), Options: input.Options,
	}); err != nil {
		return err
	}
	if stream {
		return d.streamFits(route.Operation, said.status, said.body.String())
	}
	return nil
}

// streamFits holds each event of a stream to the schema that the document names for it, under x-events.
func (d *Document) streamFits(operation *openapi3.Operation, status int, body string) error {
	told := operation.Responses.Status(status)
	content := told.Value.Content["text/event-stream"]
	if content == nil {
		return fmt.Errorf("the document tells of no stream")
	}
	schemas, _ := content.Extensions["x-events"].(map[string]any)
	for _, block := range strings.SplitAfter(body, "\n\n") {
		name, data := "", ""
		for line := range strings.Lines(block) {
			field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			switch field {
			case "event":
				name = value
			case "data":
				data += value + "\n"
			}
		}
		if name == "" || !strings.HasSuffix(block, "\n\n") { // the last may be cut
			continue
		}
		schema, known := schemas[name].(string)
		if !known {
			return fmt.Errorf("the document tells of no event %q", name)
		}
		var value any
		if err := json.Unmarshal([]byte(data), &value); err != nil {
			return fmt.Errorf("event %s: %w", name, err)
		}
		if err := d.spec.Components.Schemas[schema].Value.VisitJSON(value, openapi3.EnableJSONSchema2020()); err != nil {
			return fmt.Errorf("event %s: %w", name, err)
		}
	}
	return nil
}
