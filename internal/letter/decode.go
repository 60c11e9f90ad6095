package letter

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// decoded is what a Content-Transfer-Encoding covers. Whoever reads mail takes it as it comes: what cannot be decoded is
// left out of base64, where it counts for nothing (RFC 2045 §6.8), and stands as it is in quoted-printable (§6.7).
func decoded(encoding string, body []byte) []byte {
	encoding, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(encoding)), ";")
	switch strings.TrimSpace(encoding) {
	case "quoted-printable":
		return unquoted(body)
	case "base64":
		return sixBits(body)
	}
	return body
}

// sixBits decodes base64 up to its padding; an octet outside its alphabet is none of it.
func sixBits(body []byte) []byte {
	kept := make([]byte, 0, len(body))
	for _, c := range body {
		if c == '=' {
			break
		}
		if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' {
			kept = append(kept, c)
		}
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(kept)))
	n, _ := base64.RawStdEncoding.Decode(out, kept) // one character too many, of six bits, ends no octet
	return out[:n]
}

// unquoted decodes quoted-printable.
func unquoted(body []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(body) {
		text := bytes.TrimRight(line, "\r\n")
		end := line[len(text):]
		text = bytes.TrimRight(text, " \t")
		if soft := bytes.TrimSuffix(text, []byte("=")); len(soft) < len(text) {
			text, end = soft, nil
		}
		for len(text) > 0 {
			var octet [1]byte
			if text[0] == '=' && len(text) > 2 {
				if _, err := hex.Decode(octet[:], text[1:3]); err == nil {
					out.WriteByte(octet[0])
					text = text[3:]
					continue
				}
			}
			out.WriteByte(text[0])
			text = text[1:]
		}
		out.Write(end)
	}
	return out.Bytes()
}
