package console

import (
	"net/http"
	"regexp"
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

// Curl is the request as a command that a shell may be given, without its body: that is to be downloaded. It is the line of
// conformance replay, but for the files of this machine, which no page names. Empty where the exchange is no request of HTTP.
func (d detail) Curl() string {
	r, to, err := d.again()
	if err != nil {
		return ""
	}
	line, _, err := r.Curl(to)
	if err != nil {
		return ""
	}
	return line
}

// asked is a variable that a command leaves to who runs it, with what it is.
type asked struct{ Name, Text string }

// Left are the variables of the command.
func (d detail) Left() (all []asked) {
	r, to, err := d.again()
	if err != nil {
		return nil
	}
	_, masked, err := r.Curl(to)
	if err != nil {
		return nil
	}
	for _, name := range to.Left() {
		all = append(all, asked{name, strings.ToLower(name)})
	}
	for i := range masked {
		all = append(all, asked{resend.Secret(i), "secret"})
	}
	return all
}

var hostField = regexp.MustCompile(`(?im)^host:`)

// again is the request as it is to be sent again, and over what.
func (d detail) again() (resend.Request, resend.Link, error) {
	x := d.Exchange
	if x.Request == nil || x.Method == "" {
		return resend.Request{}, resend.Link{}, resend.ErrNoRequest
	}
	_, fields, _ := strings.Cut(strings.ReplaceAll(x.Request.Head, "\r\n", "\n"), "\n")
	if strings.HasPrefix(x.Target, "/") && !hostField.MatchString(fields) { // a server of this machine got it
		fields = "Host: localhost\n" + fields
	}
	head := x.Method + " " + x.Target + " HTTP/1.1\n" + strings.TrimRight(fields, "\n")
	r, err := resend.ReadRequest([]byte(strings.ReplaceAll(strings.TrimRight(head, "\n"), "\n", "\r\n") + "\r\n\r\n"))
	to := resend.Over(x.TLS, x.Client())
	if x.Request.Digest != "" {
		to.Body = "message.bin"
	}
	return r, to, err
}
