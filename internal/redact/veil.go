// Package redact takes secrets out of what is kept and told (rule 9): those that it was told of, and those that a text shows by their
// form or by their names, however they are spelled there. Equal secrets stay equal; what our own test keys made is evidence, and stays.
//
// It keeps nothing itself, and judges nobody.
package redact

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"etalon/internal/jws"
)

// Veil takes secrets out of what is kept and told of a run (rule 9), however they are spelled there: as they are, escaped as
// parameters, as text of JSON or of HTML, letter by letter or in part, and in base64, alone or within more. Several may use it
// at once.
type Veil struct {
	redactor *Redactor
	over     *Veil // whose secrets it hides too; nil for none

	mu     sync.RWMutex
	signed bool // signed tokens are hidden that nobody told of
	known  map[string]bool
	spared map[string]bool // left by Learn
	forms  [256][]form     // by first octet, the longest first
}

// form is one of a secret, and what stands in its place.
type form struct{ text, shown string }

// NewVeil returns one that hides secrets.
func NewVeil(r *Redactor, secrets ...string) *Veil {
	v := &Veil{redactor: r}
	v.Hide(secrets...)
	return v
}

// HideTokens has every signed token hidden, wherever it comes from. It is not asked for where the tokens that our own keys
// signed are the evidence.
func (v *Veil) HideTokens() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.signed = true
}

// Over returns one that hides what v does, now and later, and more that v shall not know.
func (v *Veil) Over() *Veil { return &Veil{redactor: v.redactor, over: v} }

// minSecret is the least length of what is taken out of texts: anything shorter stands in words. minCore is that of a part in
// base64.
const (
	minSecret = 4
	minCore   = 6
)

// Hide has secrets hidden from now on. What is shorter than four octets is none.
func (v *Veil) Hide(secrets ...string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, secret := range secrets {
		if len(secret) < minSecret || v.known[secret] {
			continue
		}
		if v.known == nil {
			v.known = map[string]bool{}
		}
		v.known[secret] = true
		shown := v.redactor.Token(secret)
		for _, text := range slices.Concat([]string{secret}, inBase64(secret), inOctets(secret)) {
			v.put(text, shown)
		}
	}
}

// put adds a form, the longest first.
func (v *Veil) put(text, shown string) {
	at := &v.forms[text[0]]
	*at = append(*at, form{text, shown})
	slices.SortStableFunc(*at, func(a, b form) int { return len(b.text) - len(a.text) })
}

// opening are the parameters of addresses and forms that let in who has them.
var opening = []string{
	"code", "access_token", "id_token", "refresh_token", "response", "id_token_hint", "client_secret", "client_assertion", "assertion",
	"subject_token", "actor_token", "token", "code_verifier", "auth_req_id",
}

// minOpening is the least length of a code that nobody guesses: anything shorter stands in words, as do the codes of errors.
const minOpening = 8

var word = regexp.MustCompile(`^[a-z]+([_.-][a-z]+)*$`)

// Opens tells whether a parameter of an address or of a form lets in who has it.
func Opens(name string) bool { return slices.Contains(opening, name) }

// HideIn hides what lets in of the parameters of an address or of a form, as they are written and as they are read, also where
// one holds an address of its own.
func (v *Veil) HideIn(address string) {
	for _, pair := range strings.FieldsFunc(address, func(r rune) bool { return r == '?' || r == '#' || r == '&' }) {
		name, written, _ := strings.Cut(pair, "=")
		read, err := url.QueryUnescape(written)
		if err != nil {
			read = written
		}
		if Opens(name) && len(written) >= minOpening && !word.MatchString(written) {
			v.Hide(written, read)
		}
		if read != written && strings.Contains(read, "=") {
			v.HideIn(read)
		}
	}
}

// Text is a text without secrets; a veil that is nil hides none.
func (v *Veil) Text(text string) string {
	if v == nil {
		return text
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	for over := v.over; over != nil; over = over.over {
		over.mu.RLock()
		defer over.mu.RUnlock()
	}
	var b strings.Builder
	from, s := 0, newSweep(v, text)
	for i := 0; i < len(text); {
		n, shown := s.found(i)
		if s.left < 0 { // made to be read for ever: what is left of it is not shown
			b.WriteString(text[from:i])
			b.WriteString(v.redactor.Secret(text[i:]))
			return b.String()
		}
		if n == 0 {
			i++
			continue
		}
		b.WriteString(text[from:i])
		b.WriteString(shown)
		i += n
		from = i
	}
	if from == 0 {
		return text
	}
	b.WriteString(text[from:])
	return b.String()
}

// Bytes is what Text is, of octets.
func (v *Veil) Bytes(raw []byte) []byte { return []byte(v.Text(string(raw))) }

// found returns how many octets of a text a secret takes there, and what stands in its place; 0 for none.
func (s *sweep) found(at int) (octets int, shown string) {
	text := s.text
	first := [2]byte{text[at], text[at]}
	if said, _ := cutEscape(text[at:]); said != "" {
		first[1] = said[0]
	}
	longest := 0
	for over := s.veil; over != nil; over = over.over {
		for i, b := range first {
			if i == 1 && b == first[0] {
				continue
			}
			for _, f := range over.forms[b] {
				if len(f.text) <= longest {
					break
				}
				if n := s.spelled(at, f.text); n > 0 {
					octets, shown, longest = n, f.shown, len(f.text)
					break
				}
			}
		}
	}
	if octets == 0 && s.veil.signed {
		return s.token(at)
	}
	return octets, shown
}

// token finds a signed token, or what holds one in base64.
func (s *sweep) token(at int) (octets int, shown string) {
	text, v := s.text, s.veil
	if at >= s.dotless && strings.HasPrefix(text[at:], "eyJ") {
		token := compact.FindString(text[at:])
		s.left -= len(token)
		if token == "" {
			s.dotless = at + len(wordly.FindString(text[at:]))
		} else if _, err := jws.Parse(token); err == nil {
			return len(token), v.redactor.Token(token)
		}
	}
	if at > 0 && inWord(text[at-1]) {
		return 0, ""
	}
	end := at
	for end < len(text) && inWord(text[end]) {
		end++
	}
	if run := text[at:end]; len(run) >= minWord {
		raw, _ := base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(run)) // what can be read of it
		if within.Match(raw) {
			return len(run), v.redactor.Secret(run)
		}
	}
	return 0, ""
}

// A token as RFC 7515 §7.1 writes it: at the beginning, and somewhere.
var (
	compact = regexp.MustCompile(`^eyJ[\w-]*\.[\w-]*\.[\w-]*`)
	wordly  = regexp.MustCompile(`^[\w-]*`)
	within  = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.`)
)

// minWord is the least length of a word in base64 that holds a token.
const minWord = 32

// inWord tells whether an octet may stand in base64 or base64url.
func inWord(b byte) bool {
	return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '+' || b == '/' || b == '-' || b == '_'
}

// maxShown bounds what of a token is shown.
const maxShown = 16 << 10

// Token returns what stands in a record in place of a token: what it says and its digest, never its signature, which lets in;
// of one that is too long or broken, its length. Of what is no token it returns the keyed digest.
func (r *Redactor) Token(secret string) string {
	t, err := jws.Parse(secret)
	if err != nil && !(strings.HasPrefix(secret, "eyJ") && strings.Contains(secret, ".")) {
		return r.Secret(secret)
	}
	sum := sha256.Sum256([]byte(secret))
	header, failed := json.Marshal(t.Header)
	if err != nil || failed != nil || len(secret) > maxShown {
		return fmt.Sprintf("jeton(%d octets, sha256:%x)", len(secret), sum)
	}
	return fmt.Sprintf("jeton(%s.%s, sha256:%x)", header, t.Payload, sum)
}

// inBase64 are the forms of a secret in base64 and base64url (RFC 4648 §4, §5): alone, as it is or as a parameter, and what of
// it stands so whatever comes before and behind.
func inBase64(secret string) []string {
	var all []string
	add := func(text string) {
		for _, t := range []string{text, strings.NewReplacer("+", "-", "/", "_").Replace(text)} {
			if !slices.Contains(all, t) {
				all = append(all, t)
			}
		}
	}
	for _, plain := range []string{secret, url.QueryEscape(secret)} {
		add(base64.StdEncoding.EncodeToString([]byte(plain)))
		add(base64.RawStdEncoding.EncodeToString([]byte(plain)))
		for before := range 3 {
			coded := base64.StdEncoding.EncodeToString(append(make([]byte, before), plain...))
			if core := coded[(8*before+5)/6 : 8*(before+len(plain))/6]; len(core) >= minCore {
				add(core)
			}
		}
	}
	return all
}

// inOctets are the forms of a secret written octet by octet in hexadecimal, and in UTF-16 of either order.
func inOctets(secret string) []string {
	if len(secret) < minCore {
		return nil
	}
	digits := hex.EncodeToString([]byte(secret))
	wide := make([]byte, 0, 2*len(secret))
	for _, unit := range utf16.Encode([]rune(secret)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	all := []string{digits, strings.ToUpper(digits)}
	if utf8.ValidString(secret) { // of the other order, the first octet of all may stay: it is 0
		all = append(all, strings.TrimRight(string(wide), "\x00"))
	}
	return all
}

// Bare is an address without its query and fragment, which may hold what lets in, and without the name and password of who
// asks.
func Bare(address string) string {
	if end := strings.IndexAny(address, "?#"); end >= 0 {
		address = address[:end]
	}
	if start := strings.Index(address, "://"); start >= 0 {
		host, _, _ := strings.Cut(address[start+3:], "/")
		if end := strings.LastIndexByte(host, '@'); end >= 0 {
			return address[:start+3] + address[start+3+end+1:]
		}
	}
	return address
}
