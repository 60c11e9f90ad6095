package bench

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// spelled returns how many octets of a text spell a secret at its beginning, each of whose letters may be escaped or not; -1 when
// they do not.
func spelled(text, secret string) int {
	n := 0
	for secret != "" {
		ways, count := readings(text[n:], secret)
		switch count {
		case 0:
			return -1
		case 1:
			n, secret = n+ways[0].octets, secret[ways[0].said:]
			continue
		}
		for _, way := range ways[:count] {
			if more := spelled(text[n+way.octets:], secret[way.said:]); more >= 0 {
				return n + way.octets + more
			}
		}
		return -1
	}
	return n
}

// reading is how many octets of a text stand for how many of a secret.
type reading struct{ octets, said int }

// readings are the ways to read what a secret begins with at the beginning of a text: as an escape, once or several times over,
// or as it stands, for what looks like an escape may be the secret's own.
func readings(text, secret string) (ways [5]reading, count int) {
	add := func(octets, said int) {
		ways[count] = reading{octets, said}
		count++
	}
	said, octets := unescaped(text)
	if octets > 0 && strings.HasPrefix(secret, said) {
		add(octets, len(said))
	}
	if said == "+" && secret[0] == ' ' {
		add(octets, 1)
	}
	for _, percent := range []string{"%25", "%2525"} {
		if octets > len(percent) && secret[0] == '%' && strings.HasPrefix(text, percent) {
			add(len(percent), 1)
		}
	}
	if text != "" && text[0] == secret[0] {
		add(1, 1)
	}
	return ways, count
}

// maxEntity is the length of what is read as an entity of HTML.
const maxEntity = 12

// unescaped reads an escape at the beginning of a text: of a parameter (RFC 3986 §2.1), once or several times over, of JSON (RFC
// 8259 §7), which HTML or an address may escape again, or of HTML; nothing when there is none.
func unescaped(text string) (said string, octets int) {
	switch {
	case text == "":
	case text[0] == '+':
		return " ", 1
	case text[0] == '%':
		n := 1
		for strings.HasPrefix(text[n:], "25") && hexAt(text, n+2, 2) {
			n += 2
		}
		if hexAt(text, n, 2) {
			value, _ := strconv.ParseUint(text[n:n+2], 16, 8) // two digits are one octet
			return string([]byte{byte(value)}), n + 2
		}
	case text[0] == '&':
		if end := strings.IndexByte(text[:min(len(text), maxEntity)], ';'); end > 0 {
			if read := html.UnescapeString(text[:end+1]); read != text[:end+1] {
				return read, end + 1
			}
		}
	case text[0] == '\\' && len(text) > 1:
		letter, more := text[1:2], 1
		if further, n := unescaped(text[1:]); n > 1 && text[1] != '\\' {
			letter, more = further, n
		}
		if plain, ok := jsonEscapes[letter]; ok {
			return plain, 1 + more
		}
		return unicodeEscape(text)
	}
	return "", 0
}

// jsonEscapes are those of one letter.
var jsonEscapes = map[string]string{`"`: `"`, `\`: `\`, "/": "/", "'": "'", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}

// unicodeEscape reads an escape by number, or by two for a letter beyond the first plane.
func unicodeEscape(text string) (said string, octets int) {
	unit := func(at int) (rune, bool) {
		if !strings.HasPrefix(text[min(at, len(text)):], `\u`) || !hexAt(text, at+2, 4) {
			return 0, false
		}
		value, _ := strconv.ParseUint(text[at+2:at+6], 16, 16) // four digits are one unit
		return rune(value), true
	}
	first, ok := unit(0)
	if !ok {
		return "", 0
	}
	if second, ok := unit(6); ok {
		if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
			return string(r), 12
		}
	}
	return string(first), 6
}

// hexAt tells whether so many digits of hexadecimal stand somewhere.
func hexAt(text string, at, digits int) bool {
	if at+digits > len(text) {
		return false
	}
	return strings.Trim(text[at:at+digits], "0123456789abcdefABCDEF") == ""
}
