package lps

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"unicode/utf16"

	"etalon/internal/redact"
	"etalon/internal/verdict"
)

// filesClean looks, in the files that the candidate declares, for the tokens that it presented, however they are written
// (LPS-24). A file that cannot be read whole shows nothing of what is in it.
func filesClean(ctx context.Context, p *part) error {
	p.Checked()
	tokens := p.presented()
	if len(tokens) == 0 {
		return p.Cannot(verdict.ReasonNoMessage, "XOAUTH2")
	}
	h := newHunt(tokens)
	var unread error
	for i, name := range p.side.declared.Logs {
		found, err := h.file(ctx, name)
		switch {
		case found != "":
			p.Sees(p.Own("token-stored", "", name+" : "+p.Run.Bench.Redactor.Secret(found)))
			return nil
		case err != nil && unread == nil:
			unread = p.Cannot(verdict.ReasonMisdeclared, fmt.Sprintf("roles.lps.logs[%d]", i), err.Error())
		}
	}
	return unread
}

// hunt looks for tokens in files.
type hunt struct {
	words []word
	heads map[string][]int // the words by how they begin
	pairs [1 << 16]bool    // the first two octets of words
	width int              // of a head
	most  int              // length of the longest word
}

// word is one way to write a token.
type word struct {
	octets []byte
	token  string
}

// widestHead bounds what of a word is looked up before it is compared.
const widestHead = 32

// newHunt makes a hunt for tokens.
func newHunt(tokens []string) *hunt {
	h := &hunt{heads: map[string][]int{}, width: widestHead}
	for _, t := range tokens {
		for _, w := range writings(t) {
			h.words = append(h.words, word{w, t})
			h.width, h.most = min(h.width, len(w)), max(h.most, len(w))
		}
	}
	for i, w := range h.words {
		head := string(w.octets[:h.width])
		h.heads[head] = append(h.heads[head], i)
		h.pairs[pair(w.octets)] = true
	}
	return h
}

// pair is how octets begin.
func pair(b []byte) uint16 {
	if len(b) < 2 {
		return 0
	}
	return uint16(b[0])<<8 | uint16(b[1])
}

// writings are the ways in which a program may write a token: as it is, escaped, in hexadecimal, in UTF-16, or within
// something in base64, as the response of XOAUTH2 is.
func writings(token string) [][]byte {
	var all [][]byte
	add := func(written string) {
		if len(written) > 1 && !slices.ContainsFunc(all, func(one []byte) bool { return string(one) == written }) {
			all = append(all, []byte(written))
		}
	}
	for _, spelling := range redact.Spellings(token) {
		add(spelling)
	}
	digits := hex.EncodeToString([]byte(token))
	add(digits)
	add(string(bytes.ToUpper([]byte(digits))))
	for _, inside := range insides(token) {
		for _, spelling := range redact.Spellings(inside) {
			add(spelling)
		}
	}
	var wide []byte
	for _, unit := range utf16.Encode([]rune(token)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	add(string(wide))
	return all
}

// insides are what stands for a text wherever it is in something in base64, in either alphabet: without the characters that
// what is around it has a part in.
func insides(text string) []string {
	var all []string
	for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			encoded := alphabet.EncodeToString(append(make([]byte, before), text...))
			first := []int{0, 2, 3}[before]
			last := (before + len(text)) * 8 / 6 // whole characters
			all = append(all, encoded[first:last])
		}
	}
	return all
}

// Bounds of what is read of files.
const (
	maxLog    = 1 << 30
	pieceSize = 1 << 20
)

var (
	errNoFile = errors.New("want a file that the program has written, not a folder or a device")
	errTooBig = fmt.Errorf("more than %d MiB: want a smaller one", maxLog>>20)
)

// file looks through a file; the token that it holds, "" for none. The error tells why it could not be read whole.
func (h *hunt) file(ctx context.Context, name string) (token string, err error) {
	if info, err := os.Stat(name); err != nil {
		return "", err
	} else if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s: %w", name, errNoFile)
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return h.stream(ctx, f, maxLog)
}

// stream looks through what a reader gives, up to a number of octets.
func (h *hunt) stream(ctx context.Context, r io.Reader, most int64) (token string, err error) {
	piece := make([]byte, 0, h.most+pieceSize)
	for left := most; ; {
		n, err := io.ReadFull(r, piece[len(piece):min(len(piece)+pieceSize, cap(piece))])
		piece = piece[:len(piece)+n]
		if token := h.find(piece); token != "" {
			return token, nil
		}
		switch left -= int64(n); {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return "", nil
		case err != nil:
			return "", err
		case left <= 0:
			return "", errTooBig
		case ctx.Err() != nil:
			return "", context.Cause(ctx)
		}
		kept := copy(piece, piece[max(0, len(piece)-h.most+1):])
		piece = piece[:kept]
	}
}

// find tells the token that stands in octets, "" for none.
func (h *hunt) find(b []byte) string {
	for i := 0; i+h.width <= len(b); i++ {
		if !h.pairs[pair(b[i:])] {
			continue
		}
		for _, w := range h.heads[string(b[i:i+h.width])] {
			if bytes.HasPrefix(b[i:], h.words[w].octets) {
				return h.words[w].token
			}
		}
	}
	return ""
}
