package console

import (
	"net/http"
	"strings"

	"etalon/internal/report"
	"etalon/internal/store"
)

// maxShown bounds what a page shows of one message, in octets; the rest may be downloaded.
const maxShown = 128 << 10

// detail is the page of one exchange.
type detail struct {
	row
	Sides []side
}

// side is what one side said.
type side struct {
	Name string // the key of its name
	store.Message
	Text string
	// Cut tells that there is more, Gone that retention has removed it, Binary that it is no text.
	Cut, Gone, Binary bool
}

// exchange shows one exchange.
func (c *Console) exchange(w http.ResponseWriter, r *http.Request) {
	x, ok := c.asked(w, r)
	if !ok {
		return
	}
	d := detail{row: row{c.sight(r, "exchanges"), x}}
	for _, part := range []struct {
		name    string
		message *store.Message
	}{{"request", x.Request}, {"response", x.Response}, {"twin", x.Twin}} {
		if part.message != nil {
			d.Sides = append(d.Sides, c.side(part.name, *part.message))
		}
	}
	c.show(w, "exchange", http.StatusOK, d)
}

// side reads what one side said, as far as a page shows it.
func (c *Console) side(name string, m store.Message) side {
	s := side{Name: name, Message: m}
	if m.Digest == "" {
		return s
	}
	raw, err := c.config.Store.Message(m.Digest)
	if err != nil {
		s.Gone = true
		return s
	}
	s.Cut = m.Size > maxShown
	text, ok := report.Readable(raw[:min(len(raw), maxShown)])
	s.Text, s.Binary = text, !ok
	return s
}

// Shown is a text of a partner's, in one line or many, that changes nothing around it.
func (s sight) Shown(text string) string { return report.Visible(text) }

// Curl is the request as a command that a shell may be given, without its body: that is to be downloaded. Empty where the
// exchange is no request of HTTP.
func (d detail) Curl() string {
	if d.Request == nil || d.Method == "" || !strings.HasPrefix(d.Target, "/") && !strings.Contains(d.Target, "://") {
		return ""
	}
	line := "curl --request " + quoted(d.Method)
	for _, header := range strings.Split(d.Request.Head, "\n")[1:] {
		if header = strings.TrimSpace(header); header != "" && !strings.HasPrefix(strings.ToLower(header), "content-length:") {
			line += " --header " + quoted(header)
		}
	}
	if d.Request.Digest != "" {
		line += " --data-binary @message.bin"
	}
	return line + " " + quoted(d.Target)
}

// quoted is a word as a POSIX shell takes it, whatever is in it.
func quoted(word string) string {
	return "'" + strings.ReplaceAll(report.Visible(word), "'", `'\''`) + "'"
}
