package journey

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/gowebpki/jcs"
)

// FirstHash is the previousHash of the first record of a chain (X05).
var FirstHash = strings.Repeat("0", 64)

// Hash returns the hex SHA-256 of a record's canonical JSON (RFC 8785): what the next one carries as previousHash.
// It refuses what is no JSON.
func Hash(record []byte) (string, error) {
	canonical, err := jcs.Transform(record)
	if err != nil {
		return "", fmt.Errorf("canonicalise record: %w", err)
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}

// pseudonymPrefix begins a nameId that is not in clear.
const pseudonymPrefix = "hmac-sha256:"

// Pseudonym returns the form of a nameId that a party keeps under a key instead of the clear one.
func Pseudonym(key []byte, clear string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(clear))
	return pseudonymPrefix + hex.EncodeToString(mac.Sum(nil))
}
