package scenario

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"etalon/internal/pki"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

const httpMessage = "message/http"

// keep records an exchange of ours with a candidate, both directions, redacted, and returns it for the case: of a
// visit, the hop that took the message and the one that asked for the page, when they are two.
func (w *World) keep(label, marker string, x client.Exchange) (message, page verdict.Exchange) {
	if len(x.Hops) == 0 {
		return w.keepOne(label, marker, x), page
	}
	first, last := x.Hops[0], x.Hops[len(x.Hops)-1]
	one := x
	one.Tell(first)
	message = w.keepOne(label, marker, one)
	if len(x.Hops) > 1 {
		one.Tell(last)
		one.Twin = nil
		page = w.keepOne(label, marker, one)
	}
	return message, page
}

func (w *World) keepOne(label, marker string, x client.Exchange) verdict.Exchange {
	redacted := w.run.bench.Redactor.Header(x.RequestHeader)
	if x.Token != "" { // it is of our own making: the evidence itself
		showToken(redacted, x, x.Token)
	}
	e := verdict.Exchange{Label: label, From: "harness", Marker: marker, Status: x.Status, TLS: tlsFacts(x.TLS, x.Ours)}
	first := x.Method + " " + x.URL + " HTTP/1.1"
	e.Request = w.evidence(httpText(first, redacted, x.Request))
	if x.Twin != nil {
		e.Twin = w.evidence(httpText(first, redacted, x.Twin))
	}
	if x.TwinToken != "" {
		twin := redacted.Clone()
		showToken(twin, x, x.TwinToken)
		e.Twin = w.evidence(httpText(first, twin, x.Request))
	}
	switch {
	case x.Err != nil:
		e.Error = brief(x.Err.Error())
	case x.Hello != "":
		e.Error = x.Hello
	default:
		e.Response = w.evidence(httpText(statusLine(x.Status), w.run.bench.Redactor.Header(x.ResponseHeader), x.Response))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.exchanges = append(w.exchanges, e)
	return e
}

// showToken writes a token into the headers that carried the one of an exchange.
func showToken(header http.Header, x client.Exchange, token string) {
	for name, values := range x.RequestHeader {
		for i, v := range values {
			if strings.Contains(v, x.Token) {
				header[name][i] = strings.Replace(v, x.Token, token, 1)
			}
		}
	}
}

// maxKept is how much of one message is kept whole; of a longer one, both ends and the digest of it all.
const maxKept = 256 << 10

// abridged shortens a message that is too long to be kept whole.
func abridged(raw []byte) []byte {
	if len(raw) <= maxKept {
		return raw
	}
	sum := sha256.Sum256(raw)
	note := fmt.Sprintf("\n[… %d octets omis ; sha256 de l'ensemble : %x …]\n", len(raw)-maxKept, sum)
	return slices.Concat(raw[:maxKept/2], []byte(note), raw[len(raw)-maxKept/2:])
}

// evidence keeps bytes and returns their digest; a store that fails makes the case inconclusive.
func (w *World) evidence(raw []byte) string {
	digest, err := w.run.journal.Evidence(abridged(raw), httpMessage)
	if err != nil {
		_ = w.cannot(verdict.ReasonHarnessError, err.Error())
	}
	return digest
}

// maxBrief is how many characters of what a candidate says stand in a line of ours; the rest is in the evidence.
const maxBrief = 400

// brief shortens what a candidate made us say, and takes what acts on a terminal out of it.
func brief(s string) string {
	visible := func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return unicode.ReplacementChar
		}
		return r
	}
	if len(s) > maxBrief {
		s = strings.ToValidUTF8(s[:maxBrief], "") + "…"
	}
	return strings.Map(visible, s)
}

// briefly shortens a list.
func briefly(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = brief(s)
	}
	return out
}

// statusLine is the first line of an answer.
func statusLine(status int) string {
	return "HTTP/1.1 " + strconv.Itoa(status) + " " + http.StatusText(status)
}

// httpText writes a message as HTTP/1.1 would, headers sorted.
func httpText(first string, header http.Header, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\r\n", first)
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		for _, value := range header[name] {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// tlsFacts says what protected a connection; nil when nothing did.
func tlsFacts(s *tls.ConnectionState, ours pki.Credential) *verdict.TLS {
	if s == nil {
		return nil
	}
	facts := &verdict.TLS{
		Version: tls.VersionName(s.Version), Cipher: tls.CipherSuiteName(s.CipherSuite),
		Peer: subjects(s.PeerCertificates), Ours: subjects(ours.Chain), Resumed: s.DidResume,
	}
	if len(s.PeerCertificates) > 0 {
		sum := sha256.Sum256(s.PeerCertificates[0].Raw)
		facts.Leaf = "sha256:" + hex.EncodeToString(sum[:])
	}
	return facts
}

// subjects names the certificates of a chain.
func subjects(chain []*x509.Certificate) []string {
	return slices.Collect(func(yield func(string) bool) {
		for _, c := range chain {
			if !yield(pki.Subject(c)) {
				return
			}
		}
	})
}
