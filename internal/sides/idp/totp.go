package idp

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 §1.2: what authenticators speak
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/internal/redact"

	"maps"
)

// totpStep is how long a code lives (RFC 6238 §4.1).
const totpStep = 30

// totp is the code of a moment, of six digits (RFC 6238 §4, RFC 4226 §5.3); empty without a secret.
func totp(secret string, at time.Time) string {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(secret, "="))
	if err != nil || len(key) == 0 {
		return ""
	}
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, at.Unix()/totpStep) // a hash takes every write
	sum := mac.Sum(nil)
	number := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&15:]) & 0x7fffffff
	return fmt.Sprintf("%06d", number%1_000_000)
}

// statusText is a status with its name.
func statusText(status int) string { return strconv.Itoa(status) + " " + http.StatusText(status) }

// summary lists the parameters of a callback, without those that open something.
func summary(back url.Values) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(back)) {
		value := back.Get(name)
		if slices.Contains([]string{"state", "session_state"}, name) || redact.Opens(name) {
			value = "…"
		}
		parts = append(parts, name+"="+value)
	}
	return strings.Join(parts, "&")
}
