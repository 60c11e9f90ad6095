package redact

import (
	"encoding/base64"
	"net/http"
	"net/textproto"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Learn has hidden from now on what a text holds that lets in, or names a person, and that nobody told of: it is known by its
// form, in the text or in what the text encodes (base64, quoted-printable, escapes, UTF-16). Private keys; what a name announces
// as a password, a secret or a token; cookies; credentials of HTTP, of mail and of addresses; national numbers whose key is right.
// A word of small letters is no secret by itself: it is hidden with the name before it.
func (v *Veil) Learn(text string) {
	if v == nil {
		return
	}
	for ; len(text) > maxRead; text = text[maxRead-overlap:] {
		v.learn(text[:maxRead])
	}
	v.learn(text)
}

// learn is Learn of a text that is read at once.
func (v *Veil) learn(text string) {
	if len(text) < minSecret {
		return
	}
	f := &finder{}
	reads := readingsOf(text)
	for _, read := range reads {
		f.find(read)
	}
	for _, secret := range f.all {
		if !v.spares(secret) {
			v.Hide(secret)
		}
	}
	for _, read := range reads[:min(len(reads), 1+maxWithin)] {
		for _, run := range runs(read) {
			if deep(run) {
				v.cover(run)
			}
		}
	}
	if wide(text) {
		for _, run := range runs(narrowed(text)) {
			if secretive(run) {
				v.cover(strings.Join(strings.Split(run, ""), "\x00"))
			}
		}
	}
}

// secretive tells whether what a run encodes holds a secret, however deep.
func secretive(run string) bool {
	raw, ok := unbasedRun(run)
	if !ok {
		return false
	}
	f := &finder{}
	for _, read := range readingsOf(raw) {
		f.find(read)
	}
	return len(f.all) > 0
}

// cover has a whole run of base64 or hexadecimal hidden, as it stands.
func (v *Veil) cover(run string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.known == nil {
		v.known = map[string]bool{}
	}
	if !v.known[run] {
		v.known[run] = true
		v.put(run, v.redactor.Secret(run))
	}
}

// LearnHeader is what Learn is, of the headers of a message.
func (v *Veil) LearnHeader(h http.Header) {
	if v == nil {
		return
	}
	var b strings.Builder
	for name, values := range h {
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		for _, value := range values {
			b.WriteString(name + ": " + value + "\n")
			if looksSecret(canonical) && grave(value) && !v.spares(value) {
				v.Hide(value)
			}
		}
	}
	v.Learn(b.String())
}

// Spare has Learn leave what is ours: the numbers of the persons that we made up.
func (v *Veil) Spare(ours ...string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.spared == nil {
		v.spared = map[string]bool{}
	}
	for _, one := range ours {
		v.spared[one] = true
	}
}

// spares tells whether this veil, or one that it is over, leaves a text.
func (v *Veil) spares(secret string) bool {
	for over := v; over != nil; over = over.over {
		over.mu.RLock()
		spared := over.spared[secret] || over.spared[digitsOf(secret)]
		over.mu.RUnlock()
		if spared {
			return true
		}
	}
	return false
}

// What is looked at of one text: longer secrets are cut, further ones and further readings are left.
const (
	maxSecret  = 4096
	maxSecrets = 512
)

// finder gathers the secrets of a text.
type finder struct {
	all  []string
	seen map[string]bool
}

// find adds what a text shows as it stands.
func (f *finder) find(text string) {
	f.keys(text)
	f.named(text)
	f.credentials(text)
	f.persons(text)
}

// deep tells whether what a run encodes encodes a secret once more: it is hidden whole, for a veil knows one encoding alone.
func deep(run string) bool {
	raw, ok := unbasedRun(run)
	if !ok || !readable(raw) {
		return false
	}
	shallow, further := &finder{}, &finder{}
	shallow.find(raw)
	for _, read := range readingsOf(raw)[1:] {
		further.find(read)
	}
	return slices.ContainsFunc(further.all, func(secret string) bool { return !slices.Contains(shallow.all, secret) })
}

func (f *finder) add(secret string) {
	if len(f.all) >= maxSecrets || len(secret) < minSecret || f.seen[secret] {
		return
	}
	if f.seen == nil {
		f.seen = map[string]bool{}
	}
	f.seen[secret] = true
	f.all = append(f.all, secret[:min(len(secret), maxSecret)])
}

// value adds a value that a name announces, or the whole of both where the value is a plain word.
func (f *finder) value(whole, value string) {
	switch {
	case strings.HasPrefix(value, "redacted:") || strings.HasPrefix(value, "jeton("):
	case grave(value):
		f.add(value)
	case len(value) >= minOpening && word.MatchString(value) && len(whole) > len(value):
		f.add(whole)
	}
}

// grave tells whether a value may be hidden wherever it stands: it is no word, and no small number.
func grave(value string) bool {
	if len(value) < 6 || word.MatchString(strings.ToLower(value)) || strings.HasPrefix(value, "redacted:") || strings.HasPrefix(value, "jeton(") {
		return false
	}
	return len(value) >= minOpening || strings.ContainsFunc(value, unicode.IsDigit) && strings.ContainsFunc(value, unicode.IsLetter)
}

// What announces a secret by its name, and the names by which a text is looked at closer.
const announced = `passw(?:or)?d|pwd|passphrase|mot_?de_?passe|motpasse|secret|(?:access|refresh|id|auth|session|bearer|api)[_-]?token|api[_-]?key|private[_-]?key|session[_-]?(?:id|key)|sessid|[a-z]*sessionid`

var (
	// stems are what the names begin with; a text is looked at closer where one stands.
	stems = []string{"passw", "pwd", "passphrase", "mot", "secret", "access", "refresh", "id_t", "id-t", "idt", "auth", "sess", "bearer", "api", "private"}

	name     = regexp.MustCompile(`^(?i:` + announced + `)`)
	assigned = regexp.MustCompile(`^["']?\s*(?:=>|[:=])\s*(?:"((?:[^"\\]|\\.)+)"|'([^']+)'|([^\s"'<>&;,(){}\[\]]+))`)
	element  = regexp.MustCompile(`^(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<>\]]+)`)
	cookies  = regexp.MustCompile(`(?i)(?:^|[\s"'>,;])(?:set-)?cookie2?["']?\s*[:=]\s*["']?([^\r\n"']+)`)
	basic    = regexp.MustCompile(`(?i)\bbasic\s+([A-Za-z0-9+/_-]+={0,2})`)
	bearer   = regexp.MustCompile(`(?i)\bbearer\s+([A-Za-z0-9._~+/-]+=*)`)
	userinfo = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://([^\s/?#:@"'<>]*):([^\s/?#@"'<>]+)@`)
	xoauth   = regexp.MustCompile("auth=Bearer ([^\x01\\s]+)")
	login    = regexp.MustCompile(`(?im)^\S+ LOGIN ("[^"\r\n]+"|\S+) (?:"([^"\r\n]+)"|(\S+))`)
	jwkSplit = regexp.MustCompile(`"(?:d|k|p|q|dp|dq|qi)"\s*:\s*"([A-Za-z0-9_-]+)"`)
)

// small is a text in small letters, octet by octet: what is no text stays, and stands where it stood.
func small(text string) string {
	b := []byte(text)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// has tells whether a text in small letters has one of the words.
func has(lower string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(lower, w) {
			return true
		}
	}
	return false
}

// named finds what a name announces: parameters, members of JSON, elements and attributes of XML, headers, cookies, private keys
// as JSON (RFC 7517).
func (f *finder) named(text string) {
	lower := small(text)
	for _, stem := range stems {
		for at := strings.Index(lower, stem); at >= 0; {
			f.announced(text, at)
			next := strings.Index(lower[at+len(stem):], stem)
			if next < 0 {
				break
			}
			at += len(stem) + next
		}
	}
	if has(lower, "cookie") {
		for _, m := range cookies.FindAllStringSubmatch(text, maxSecrets) {
			for _, pair := range strings.FieldsFunc(m[1], func(r rune) bool { return r == ';' || r == ',' }) {
				if _, value, is := strings.Cut(pair, "="); is && !attribute(pair) {
					f.value(strings.TrimSpace(pair), strings.TrimSpace(value))
				}
			}
		}
	}
	if has(text, `"kty"`) {
		for _, m := range jwkSplit.FindAllStringSubmatch(text, maxSecrets) {
			f.add(m[1])
		}
	}
}

// The longest name that is read, and the longest value with what stands before it.
const (
	maxName  = 40
	maxValue = maxSecret + 512
)

// announced finds the value of a name that begins somewhere, where one does.
func (f *finder) announced(text string, at int) {
	end := at + len(name.FindString(text[at:min(len(text), at+maxName)]))
	if end == at || end == len(text) {
		return
	}
	switch rest := text[end:min(len(text), end+maxValue)]; rest[0] {
	case '"', '\'', '=', ':', ' ', '\t', '\r', '\n', '>':
		if m := assigned.FindStringSubmatch(rest); m != nil {
			f.value(text[at:end]+m[0], m[1]+m[2]+m[3])
		}
		if m := element.FindStringSubmatch(rest); m != nil && !closing(text[max(0, at-maxName):at]) {
			f.value(text[at:end]+m[0], strings.TrimSpace(m[1]))
		}
	}
}

// closing tells whether a name whose beginning this precedes ends an element of XML: what follows is not its value.
func closing(before string) bool {
	return strings.HasSuffix(strings.TrimRightFunc(before, func(r rune) bool {
		return r == ':' || r == '-' || r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)
	}), "</")
}

// attribute tells whether a part of a Set-Cookie is no cookie, but says how long or where one holds (RFC 6265 §4.1).
func attribute(pair string) bool {
	name, _, _ := strings.Cut(strings.TrimSpace(pair), "=")
	return has("|expires|max-age|domain|path|samesite|version|", "|"+strings.ToLower(strings.TrimSpace(name))+"|")
}

// credentials finds those of HTTP (RFC 7617, RFC 6750), of addresses (RFC 3986 §3.2.1), and of mail: SASL PLAIN (RFC 4616), XOAUTH2,
// the LOGIN of IMAP.
func (f *finder) credentials(text string) {
	lower := small(text)
	if has(lower, "basic") {
		for _, m := range basic.FindAllStringSubmatch(text, maxSecrets) {
			if pair, ok := unbased(m[1]); ok && strings.Contains(pair, ":") && printed(pair) {
				_, password, _ := strings.Cut(pair, ":")
				f.add(m[1])
				f.value(pair, password)
			}
		}
	}
	if has(lower, "bearer") {
		for _, m := range append(bearer.FindAllStringSubmatch(text, maxSecrets), xoauth.FindAllStringSubmatch(text, maxSecrets)...) {
			if !strings.HasPrefix(m[1], "eyJ") && grave(m[1]) { // of a signed token, who watches says whether it is evidence
				f.add(m[1])
			}
		}
	}
	if strings.Contains(text, "://") && strings.IndexByte(text, '@') >= 0 {
		for _, m := range userinfo.FindAllStringSubmatch(text, maxSecrets) {
			f.add(m[1] + ":" + m[2])
			f.value("", m[2])
		}
	}
	if strings.IndexByte(text, 0) >= 0 {
		for line := range strings.SplitSeq(text, "\n") {
			f.plain(strings.TrimSuffix(line, "\r"))
		}
	}
	if has(lower, " login ") {
		for _, m := range login.FindAllStringSubmatch(text, maxSecrets) {
			f.value(m[0], m[2]+m[3])
		}
	}
}

// plain finds the password of SASL PLAIN (RFC 4616 §2): a text of one line with two nulls. Octets that happen to have two nulls,
// as signatures and certificates do, are no such text.
func (f *finder) plain(line string) {
	parts := strings.SplitN(line, "\x00", 4)
	control := func(r rune) bool { return r < ' ' && r != 0 }
	if len(parts) != 3 || parts[1] == "" || parts[2] == "" || !utf8.ValidString(line) || strings.ContainsFunc(line, control) {
		return
	}
	f.add(line[len(parts[0]):])
	f.value("", parts[2])
}

// printed tells whether a text is one, and not octets that happen to decode.
func printed(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r == unicode.ReplacementChar || unicode.IsControl(r) })
}

// readable tells whether octets may be a text, of one encoding or another: of what is none, more than half are no letters.
func readable(raw string) bool {
	odd, valid := 0, utf8.ValidString(raw)
	for i := range len(raw) {
		if c := raw[i]; c < ' ' && c > 1 && c != '\n' && c != '\r' && c != '\t' || c >= 0x7f && !valid {
			odd++
		}
	}
	return odd <= len(raw)/3
}

// plainly writes base64url as base64, without padding.
var plainly = strings.NewReplacer("-", "+", "_", "/", "=", "")

// unbased reads base64 or base64url, with or without its padding; of a run that was cut, what can be read.
func unbased(coded string) (string, bool) {
	plain := plainly.Replace(coded)
	if len(plain)%4 == 1 {
		plain = plain[:len(plain)-1]
	}
	raw, err := base64.RawStdEncoding.DecodeString(plain)
	return string(raw), err == nil
}
