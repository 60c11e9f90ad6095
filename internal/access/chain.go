package access

import (
	"encoding/json"

	"etalon/internal/journey"
)

// BrokenLink returns the first of records, one at least, whose previousHash is not that of the one before it; -1 when all hold (X05).
func BrokenLink(records []TraceRecord) int {
	want := ""
	if records[0].Line == 1 {
		want = journey.FirstHash
	}
	for i, r := range records {
		var stated struct{ PreviousHash string }
		if err := json.Unmarshal(r.Raw, &stated); err != nil || want != "" && stated.PreviousHash != want {
			return i
		}
		hash, err := journey.Hash(r.Raw)
		if err != nil {
			return i
		}
		want = hash
	}
	return -1
}
