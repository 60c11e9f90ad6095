package console

import (
	"net/http"
	"strings"
	"time"

	"etalon/internal/anatomy"
	"etalon/internal/legible"
	"etalon/internal/resend"
	"etalon/internal/store"
)

// detail is the page of one exchange.
type detail struct {
	row
	layers
	Sides []side
	// Own is the address of the page, whole, to be given to somebody.
	Own string
}

// side is what one side said, taken apart.
type side struct {
	sight
	store.Message
	anatomy.Layers
	x store.Exchange
	// Name is the key of its name.
	Name string
	// Gone tells that retention has removed it.
	Gone bool
}

// exchange shows one exchange.
func (c *Console) exchange(w http.ResponseWriter, r *http.Request) {
	x, ok := c.asked(w, r)
	if !ok {
		return
	}
	s := c.sight(r, "exchanges")
	d := detail{row: row{s, x}, layers: c.layers(x), Own: address(r)}
	for _, part := range []struct {
		name    string
		message *store.Message
		layers  *anatomy.Layers
	}{{"request", x.Request, d.layers.Request}, {"response", x.Response, d.layers.Response}} {
		if part.message != nil {
			gone := part.message.Digest != "" && c.kept(part.message) == nil
			d.Sides = append(d.Sides, side{s, *part.message, *part.layers, x, part.name, gone})
		}
	}
	c.show(w, "exchange", http.StatusOK, d)
}

// Shifted tells that the protocol clock was not at the wall clock's time.
func (d detail) Shifted() bool {
	took := time.Duration(d.MS * float64(time.Millisecond))
	return !d.Now.IsZero() && d.Now.Sub(d.At).Abs() > took+time.Second
}

// address is that of a page, without its query.
func address(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + r.URL.EscapedPath()
}

// Shown is a text of a partner's, in one line or many, that changes nothing around it.
func (s sight) Shown(text string) string { return legible.Text(text) }

// Curl is the request as a command that a shell may be given, without its body: that is to be downloaded. Empty where the
// exchange is no request of HTTP.
func (d detail) Curl() string {
	x := d.Exchange
	if x.Request == nil || x.Method == "" {
		return ""
	}
	r := resend.Request{Method: x.Method, URL: x.Target}
	host := "localhost"
	for _, header := range strings.Split(x.Request.Head, "\n")[1:] {
		name, value, _ := strings.Cut(strings.TrimSpace(header), ":")
		switch value = strings.TrimSpace(value); {
		case strings.EqualFold(name, "Host"):
			host = value
		case name != "":
			r.Header = append(r.Header, resend.Field{Name: name, Value: value})
		}
	}
	if strings.HasPrefix(r.URL, "/") {
		r.URL = "https://" + host + r.URL
	}
	to := resend.Link{}
	if x.Request.Digest != "" {
		to.Body = "message.bin"
	}
	line, _, err := r.Curl(to)
	if err != nil {
		return ""
	}
	return line
}
