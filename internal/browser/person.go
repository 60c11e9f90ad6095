package browser

import (
	"context"
	"net/http"
	"net/url"

	"etalon/internal/candidate"
)

// Browser is the browser of one person: an Agent, or a Chromium.
type Browser interface {
	Get(ctx context.Context, address string) (Page, error)
	Post(ctx context.Context, address string, fields url.Values) (Page, error)
	Send(ctx context.Context, r Request) (Page, error)
	Answer(ctx context.Context, page Page, values map[string]string, secret string) (Page, error)
	Agree(ctx context.Context, page Page, values map[string]string) (Page, error)
	Hold(held func(Request) bool)
	Close() error
}

// Open gives a person a browser of a kind, without any cookie. The error is that of NewChromium.
func Open(ctx context.Context, kind candidate.Browser, o Options) (Browser, error) {
	if kind != candidate.BrowserChromium {
		return New(o), nil
	}
	c, err := NewChromium(ctx, o)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Send makes a request that was held back; as Agent.Send. A page that leads there is not known any more.
func (c *Chromium) Send(ctx context.Context, r Request) (Page, error) {
	if r.Method != http.MethodPost {
		return c.Get(ctx, r.URL)
	}
	fields := r.Form
	if len(r.raw) > 0 {
		posted, err := url.ParseQuery(string(r.raw))
		if err != nil {
			return Page{}, failed(r.URL, err)
		}
		fields = posted
	}
	return c.Post(ctx, r.URL, fields)
}
