package letter

import (
	"fmt"
	"io"
	"mime"
	"net/mail"
	"strings"
)

// western are the octets in which the character sets of Western programs differ from ISO-8859-1, by the name of the set.
var western = map[string]map[byte]rune{
	"iso-8859-15": {0xa4: '€', 0xa6: 'Š', 0xa8: 'š', 0xb4: 'Ž', 0xb8: 'ž', 0xbc: 'Œ', 0xbd: 'œ', 0xbe: 'Ÿ'},
	"windows-1252": {
		0x80: '€', 0x82: '‚', 0x83: 'ƒ', 0x84: '„', 0x85: '…', 0x86: '†', 0x87: '‡', 0x88: 'ˆ', 0x89: '‰', 0x8a: 'Š', 0x8b: '‹', 0x8c: 'Œ', 0x8e: 'Ž',
		0x91: '‘', 0x92: '’', 0x93: '“', 0x94: '”', 0x95: '•', 0x96: '–', 0x97: '—', 0x98: '˜', 0x99: '™', 0x9a: 'š', 0x9b: '›', 0x9c: 'œ', 0x9e: 'ž', 0x9f: 'Ÿ',
	},
}

// decoder reads encoded words: in UTF-8, in the sets of Western programs, and in no other.
var decoder = &mime.WordDecoder{CharsetReader: func(charset string, input io.Reader) (io.Reader, error) {
	differing, known := western[strings.ToLower(charset)]
	if !known {
		return nil, fmt.Errorf("read character set %q: not known", charset)
	}
	raw, err := io.ReadAll(input)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, c := range raw {
		if r, other := differing[c]; other {
			b.WriteRune(r)
			continue
		}
		b.WriteRune(rune(c))
	}
	return strings.NewReader(b.String()), nil
}}

// Words reads the encoded words of a text (RFC 2047); what is in a character set that is not known stands as it is.
func Words(text string) string {
	if read, err := decoder.DecodeHeader(text); err == nil {
		return read
	}
	return text
}

// Addresses are those of a field, their names decoded. It fails where they cannot be read.
func Addresses(field string) ([]*mail.Address, error) {
	return (&mail.AddressParser{WordDecoder: decoder}).ParseList(field)
}
