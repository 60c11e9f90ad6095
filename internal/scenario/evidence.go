package scenario

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"etalon/internal/bench"
	"etalon/internal/pki"
	"etalon/internal/redact"
	"etalon/internal/verdict"
)

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

// Keep adds exchanges to what the case shows.
func (w *World) Keep(e ...verdict.Exchange) {
	wall, now := bench.Wall(), w.Run.protocolTime()
	for i := range e {
		e[i].Error = w.told(e[i].Error)
		if e[i].Now.IsZero() {
			e[i].Now = now
		}
		if e[i].At.IsZero() {
			e[i].At = wall
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.exchanges = append(w.exchanges, e...)
	for _, one := range e {
		w.Run.witness().Kept(w.Address.String(), one)
	}
}

// protocolTime is what the protocol clock says; zero where there is none.
func (r *Run) protocolTime() time.Time {
	if r.Bench == nil || r.Bench.Clock == nil {
		return time.Time{}
	}
	return r.Bench.Clock.Now()
}

// maxChain bounds the certificates that are kept of one side of a link.
const maxChain = 10

// Link says what protected an exchange, and keeps the certificates of both sides; nil where it went without TLS.
func (w *World) Link(state *tls.ConnectionState, ours pki.Credential) *verdict.TLS {
	facts := pki.LinkFacts(state, ours)
	if facts == nil {
		return nil
	}
	chain := func(all []*x509.Certificate) string {
		if len(all) == 0 {
			return ""
		}
		return w.kept(pki.CertificatesPEM(all[:min(len(all), maxChain)]), pki.ChainMedia)
	}
	facts.PeerChain, facts.OurChain = chain(state.PeerCertificates), chain(ours.Chain)
	return facts
}

// Offered says what was presented in a handshake that did not go through: its version is empty.
func (w *World) Offered(ours pki.Credential) *verdict.TLS {
	facts := w.Link(&tls.ConnectionState{}, ours)
	facts.Version, facts.Cipher = "", ""
	return facts
}

// Evidence keeps bytes of a media type, without secrets, and returns their digest; a store that fails makes the case inconclusive. Without a
// journal nothing is kept, and no digest returned.
func (w *World) Evidence(raw []byte, media string) string {
	w.Veil.Learn(string(raw))
	return w.kept(abridged(w.Veil.Bytes(raw)), media)
}

// kept keeps bytes as they are.
func (w *World) kept(raw []byte, media string) string {
	if w.Run.Journal == nil {
		return ""
	}
	digest, err := w.Run.Journal.Evidence(raw, media)
	if err != nil {
		_ = w.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	return digest
}

// Document keeps a whole document, however long, and returns its digest: a person will read it.
func (w *World) Document(raw []byte, media string) string { return w.kept(raw, media) }

// Remark notes what no finding says: a remark of the catalogue of texts, and what was seen.
func (w *World) Remark(which string, seen ...string) {
	e := verdict.Exchange{Label: "remark-" + which, From: "candidate"}
	if len(seen) > 0 {
		e.Response = w.Evidence([]byte(strings.Join(seen, "\n")+"\n"), "text/plain; charset=utf-8")
	}
	w.Keep(e)
}

// maxBrief is how many characters of what a candidate says stand in a line of ours; the rest is in the evidence.
const maxBrief = 400

// Brief shortens what a candidate made us say, and takes what acts on a terminal out of it.
func Brief(s string) string {
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

// told is what a line of ours says of what a candidate made us say: short, and without secrets, also those that only show by
// their form.
func (w *World) told(s string) string {
	w.Veil.Learn(s)
	return Brief(w.Veil.Text(s))
}

// again takes out of what was told what was only learnt since.
func (w *World) again(c *verdict.Case) {
	for i, f := range c.Findings {
		c.Findings[i].Want, c.Findings[i].Got = w.Veil.Text(f.Want), w.Veil.Text(f.Got)
	}
	for i, s := range c.Steps {
		c.Steps[i].Note = w.Veil.Text(s.Note)
	}
	for i, e := range c.Exchanges {
		c.Exchanges[i].Error = w.Veil.Text(e.Error)
	}
	for i, arg := range c.Why.Args {
		c.Why.Args[i] = w.Veil.Text(arg)
	}
}

// briefly shortens a list, of which a veil takes the secrets out.
func briefly(veil *redact.Veil, list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		veil.Learn(s)
		out[i] = Brief(veil.Text(s))
	}
	return out
}
