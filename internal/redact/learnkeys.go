package redact

import (
	"crypto/x509"
	"encoding/pem"
	"regexp"
	"strconv"
	"strings"
)

// armour is a private key in PEM, of whatever kind, also cut.
var armour = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----([^-]+)`)

// integer follows the length of a private key in DER: version 0 or 1 (PKCS#8, PKCS#1, SEC 1).
const integer = "\x02\x01"

// keys finds private keys: in PEM, encrypted or not, and in DER.
func (f *finder) keys(text string) {
	if strings.Contains(text, "PRIVATE KEY-----") {
		for _, m := range armour.FindAllStringSubmatch(text, maxSecrets) {
			body := m[1]
			if block, _ := pem.Decode([]byte(m[0] + "-----END" + strings.SplitN(strings.TrimPrefix(m[0], "-----BEGIN"), "-----", 2)[0] + "-----\n")); block != nil {
				f.add(string(block.Bytes))
			}
			f.add(strings.TrimSpace(body))
			for line := range strings.FieldsSeq(strings.NewReplacer(`\r`, " ", `\n`, " ").Replace(body)) {
				if len(line) >= minWord {
					f.add(line)
				}
			}
		}
	}
	for at := 0; ; at++ {
		next := strings.Index(text[at:], integer)
		if next < 0 {
			return
		}
		at += next
		for _, head := range []int{2, 3, 4} { // what comes before the version: a tag and a length of one, two or three octets
			if at >= head && text[at-head] == 0x30 {
				f.der(text[at-head:], head)
			}
		}
	}
}

// der adds what a text begins with where it is a private key, whose head is so long.
func (f *finder) der(text string, head int) {
	length := int(text[1])
	switch {
	case head == 2 && length < 0x80:
	case head == 3 && length == 0x81:
		length = int(text[2])
	case head == 4 && length == 0x82:
		length = int(text[2])<<8 | int(text[3])
	default:
		return
	}
	if length < 32 || head+length > len(text) || head+length > maxSecret {
		return
	}
	whole := []byte(text[:head+length])
	_, notPKCS8 := x509.ParsePKCS8PrivateKey(whole)
	_, notPKCS1 := x509.ParsePKCS1PrivateKey(whole)
	_, notSEC1 := x509.ParseECPrivateKey(whole)
	if notPKCS8 == nil || notPKCS1 == nil || notSEC1 == nil {
		f.add(string(whole))
	}
}

// number is what may be a national number (NIR, INS): thirteen digits and a key of two, as they are printed or not.
var number = regexp.MustCompile(`[1-478][ .\x{a0}-]?\d\d[ .\x{a0}-]?\d\d[ .\x{a0}-]?(?:\d\d|2[ABab])[ .\x{a0}-]?\d{3}[ .\x{a0}-]?\d{3}[ .\x{a0}-]?\d\d`)

// persons finds the national numbers whose key is right.
func (f *finder) persons(text string) {
	if !crowded(text) {
		return
	}
	for _, at := range number.FindAllStringIndex(text, maxSecrets) {
		if at[0] > 0 && wordly.MatchString(text[at[0]-1:at[0]]) && digit(text[at[0]-1]) || at[1] < len(text) && digit(text[at[1]]) {
			continue
		}
		written := text[at[0]:at[1]]
		if digested(text, at[0], at[1]) {
			continue
		}
		if compact := digitsOf(written); keyed(compact) {
			f.add(written)
			f.add(compact)
		}
	}
}

// digested tells whether digits are part of a longer word of hexadecimal digits, as digests and identifiers are, whose digits may
// happen to have the key of a person's.
func digested(text string, from, to int) bool {
	hexadecimal := func(c byte) bool { return digit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
	word := func(c byte) bool { return digit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' }
	start, end := from, to
	for start > 0 && word(text[start-1]) {
		start--
	}
	for end < len(text) && word(text[end]) {
		end++
	}
	for i := start; i < end; i++ {
		if !hexadecimal(text[i]) {
			return false
		}
	}
	return end-start >= shortestDigest
}

// shortestDigest is how long a word of hexadecimal digits is that stands for octets: 16 of them, at least.
const shortestDigest = 32

// crowded tells whether a text has digits enough, near each other.
func crowded(text string) bool {
	run := 0
	for i := range len(text) {
		switch c := text[i]; {
		case digit(c), c|0x20 == 'a', c|0x20 == 'b':
			if run++; run >= 15 {
				return true
			}
		case c == ' ', c == '.', c == '-', c == 0xc2, c == 0xa0:
		default:
			run = 0
		}
	}
	return false
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// digitsOf is a national number without what separates its parts.
func digitsOf(written string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", ".", "", "-", "", "\u00a0", "").Replace(written))
}

// keyed tells whether the key of a national number is right: 97 less the rest of its division by 97, of Corsica with 19 and 18 for
// its departments; and its month one that exists, or stands for one that is not known.
func keyed(compact string) bool {
	if len(compact) != 15 {
		return false
	}
	plain := strings.NewReplacer("2A", "19", "2B", "18").Replace(compact[5:7])
	n, err := strconv.ParseInt(compact[:5]+plain+compact[7:13], 10, 64)
	key, notKey := strconv.Atoi(compact[13:])
	month, notMonth := strconv.Atoi(compact[3:5])
	known := month >= 1 && month <= 12 || month >= 20 && month <= 42 || month >= 50
	return err == nil && notKey == nil && notMonth == nil && known && int64(key) == 97-n%97
}
