package mta

import (
	"bytes"
	"strings"

	"etalon/internal/letter"
)

// maxHops is how many servers a message may have passed (RFC 5321 §6.3: 100 at least).
const maxHops = 100

// hops counts the servers that a message passed.
func hops(raw []byte) int {
	header, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	n := 0
	for l := range bytes.Lines(header) {
		if len(l) > 9 && strings.EqualFold(string(l[:9]), "received:") {
			n++
		}
	}
	return n
}

// infected tells whether an attachment is the test file of antivirus software.
func infected(raw []byte) bool {
	parts, err := letter.Parts(raw)
	if err != nil {
		return false
	}
	for _, p := range parts {
		if bytes.Contains(p.Content, []byte(letter.MalwareTest())) {
			return true
		}
	}
	return false
}

// withoutFields drops the fields of the header that begin so.
func withoutFields(prefix string) func([]byte) []byte {
	return func(raw []byte) []byte {
		header, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
		var kept [][]byte
		for l := range bytes.SplitSeq(header, []byte("\r\n")) {
			if !bytes.HasPrefix(bytes.ToLower(l), []byte(strings.ToLower(prefix))) {
				kept = append(kept, l)
			}
		}
		return append(append(bytes.Join(kept, []byte("\r\n")), "\r\n\r\n"...), body...)
	}
}

// longest is where who cuts lines cuts them.
const longest = 512

// cutLines breaks the lines of a message that are long.
func cutLines(raw []byte) []byte {
	var out []byte
	for l := range bytes.Lines(raw) {
		for len(l) > longest {
			out = append(append(out, l[:longest]...), "\r\n"...)
			l = l[longest:]
		}
		out = append(out, l...)
	}
	return out
}

// recoded is a message whose attachments were changed on their way: a letter of the first line of each.
func recoded(raw []byte) []byte {
	at := bytes.Index(raw, []byte("application/zip"))
	if at < 0 {
		return raw
	}
	begin := bytes.Index(raw[at:], []byte("\r\n\r\n"))
	if begin < 0 {
		return raw
	}
	out := bytes.Clone(raw)
	if at += begin + 4 + 8; at < len(out) {
		out[at] ^= 1
	}
	return out
}

// withoutOriginal takes the name of the message out of a receipt that is about it.
func withoutOriginal(raw []byte) []byte {
	var out []byte
	for l := range bytes.Lines(raw) {
		if !bytes.HasPrefix(bytes.ToLower(l), []byte("original-message-id:")) {
			out = append(out, l...)
		}
	}
	return out
}
