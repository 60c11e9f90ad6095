package bench

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"sync"
)

// Seed makes every identifier and marker of a run reproducible. Keys and signatures never come from it.
type Seed string

// NewSeed returns a fresh seed.
func NewSeed() Seed {
	var b [8]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails
	return Seed(hex.EncodeToString(b[:]))
}

// Source returns the stream of bytes that the seed gives for a label: the same for the same pair, and
// unrelated to that of any other label, so that concurrency changes nothing. It may be shared.
func (s Seed) Source(label string) io.Reader {
	return &source{r: mathrand.NewChaCha8(sha256.Sum256([]byte(string(s) + "\x00" + label)))}
}

type source struct {
	mu sync.Mutex
	r  *mathrand.ChaCha8
}

func (s *source) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.Read(p)
}

// Entropy returns the system's randomness: for keys, signatures and secrets.
func Entropy() io.Reader { return rand.Reader }

// NewSecret draws a value that nobody can guess, from the system's randomness: 43 characters of base64url.
func NewSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// NewID draws an identifier of a VI or of an event: an NCName, "_" and a random UUID.
func NewID(r io.Reader) (string, error) {
	u, err := NewUUID(r)
	return "_" + u, err
}

// NewUUID draws a version 4 UUID (RFC 9562 §5.4).
func NewUUID(r io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return "", fmt.Errorf("draw identifier: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}
