package psc

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/pki"
	"etalon/internal/redact"
)

// Exchange is one request to the services and its answer, or a connection that could not be secured. It holds no secret:
// tokens are told without their signature, anything else that lets in by a keyed digest.
type Exchange struct {
	// Entry is what the journal tells of the request; zero but for its peer where there was none.
	Entry
	URL    string
	Header http.Header
	// Body is what was read of the request's, AnswerHeader and Body what was answered; empty when nothing was.
	Body         []byte
	AnswerHeader http.Header
	Answered     []byte
	TLS          *tls.ConnectionState
	Ours         pki.Credential
	// Fault is the name of the armed fault that was committed, Violates the requirement that it breaks; empty when none was.
	Fault, Violates   string
	Started, Finished time.Time // wall clock
	// Err is why the connection could not be secured.
	Err error
}

// heard keeps what is read of a body.
type heard struct {
	io.ReadCloser
	kept bytes.Buffer
}

// Read implements io.Reader.
func (h *heard) Read(p []byte) (int, error) {
	n, err := h.ReadCloser.Read(p)
	h.kept.Write(p[:n])
	return n, err
}

// observed tells who watches of a visit and its answer.
func (v *visit) observed(a answer) {
	if v.config.Observe == nil {
		return
	}
	if c, there := v.r.Context().Value(connKey{}).(net.Conn); there && v.fault.Name == "" {
		v.fault = v.face.committed(c)
	}
	veil := v.secrets.Over()
	veil.HideTokens()
	query, body := v.read(veil, v.r.URL.RawQuery, v.entry.Query), v.read(veil, v.body.kept.String(), v.entry.Form)
	v.given(veil, a)
	veil.LearnHeader(v.r.Header)
	veil.Learn(v.r.URL.EscapedPath() + "?" + v.r.URL.RawQuery)
	veil.Learn(v.body.kept.String())
	address := veil.Text(v.r.URL.EscapedPath())
	if query != "" {
		address += "?" + veil.Text(query)
	}
	entry := v.entry
	entry.Client, entry.Method = veil.Text(entry.Client), veil.Text(entry.Method)
	x := Exchange{
		Entry: entry, URL: address, Header: v.journal.redact.Header(v.r.Header), Body: veil.Bytes([]byte(body)),
		AnswerHeader: v.journal.redact.Header(a.Header), Answered: veil.Bytes(a.Body), TLS: v.r.TLS,
		Fault: v.fault.Name, Violates: v.fault.Violates, Started: v.started, Finished: bench.Wall(),
	}
	for _, header := range []http.Header{x.Header, x.AnswerHeader} {
		for _, values := range header {
			for i, value := range values {
				values[i] = veil.Text(value)
			}
		}
	}
	x.Ours, _ = v.Stub.credential(v.behaviour().Link) // it made the link
	v.config.Observe(x)
}

// maxHidden bounds how many parameters are looked for in what is told.
const maxHidden = 100

// read has what lets in hidden of parameters as they were written, and returns them as they may be told: in the journal's
// words where they cannot be read, or are too many.
func (v *visit) read(veil *redact.Veil, written string, told map[string]string) string {
	form, err := url.ParseQuery(written)
	if err != nil || len(form) > maxHidden || strings.Count(written, "&") > maxHidden {
		form = url.Values{}
		for name, value := range told {
			form.Set(name, value)
		}
		return form.Encode()
	}
	for name, values := range form {
		if slices.Contains(openly, name) {
			continue
		}
		for _, value := range values {
			veil.Hide(value)
		}
	}
	return written
}

// given has what lets in hidden of an answer.
func (v *visit) given(veil *redact.Veil, a answer) {
	veil.HideIn(a.Header.Get("Location"))
	var members map[string]any
	if json.Unmarshal(a.Body, &members) != nil {
		return
	}
	for name, value := range members {
		if text, ok := value.(string); ok && redact.Opens(name) {
			veil.Hide(text)
		}
	}
}

// errUnread tells that a request never came to be one.
var errUnread = errors.New("the request could not be read: it is malformed, cut, or its header is too long")

// unheard tells who watches of a connection that could not be secured, or of a request that could not be read.
func (s *Stub) unheard(c net.Conn, started time.Time) {
	secured, ok := c.(*tls.Conn)
	if !ok || s.config.Observe == nil {
		return
	}
	x := Exchange{Entry: Entry{At: s.now(), Heard: started, Peer: c.RemoteAddr().String()}, Started: started, Finished: bench.Wall()}
	committed := s.face.committed(c)
	x.Fault, x.Violates = committed.Name, committed.Violates
	if x.Err = secured.Handshake(); x.Err == nil { // what came of the only one that there is
		if s.face.talk(c).begun.Load() == 0 {
			return // nothing was asked
		}
		state := secured.ConnectionState()
		x.TLS, x.Err, x.Status = &state, errUnread, http.StatusBadRequest
		x.Ours, _ = s.credential(s.behaviour().Link)
	}
	s.config.Observe(x)
}

// hidden are what lets in whoever knows it: the secrets of clients and persons.
func (c Config) hidden() *redact.Veil {
	veil := redact.NewVeil(c.Bench.Redactor)
	for _, client := range c.Clients {
		veil.Hide(client.Secret)
	}
	for _, person := range c.Persons {
		veil.Hide(person.Secret)
	}
	return veil
}
