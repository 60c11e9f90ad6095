package letter

import (
	"bytes"
	"fmt"
)

// FalseEnds are what some servers take for the end of a message, by the words of the features (RFC 5321 §4.1.1.4 knows CR LF
// dot CR LF alone).
func FalseEnds() map[string]string {
	return map[string]string{"lf-lf": "\n.\n", "crlf-lf": "\r\n.\n", "lf-crlf": "\n.\r\n", "cr-cr": "\r.\r"}
}

// Smuggled is the marker of the second message that is put behind a false end.
func Smuggled(marker string) string { return "second-" + Drawn(marker) }

// Smuggling is what is sent after DATA to put a second transaction behind a false end of the message; it ends as a message
// does. The second has the marker Smuggled.
func (l Letter) Smuggling(end string) []byte {
	second := l
	second.Marker = Smuggled(l.Marker)
	var data bytes.Buffer
	data.Write(bytes.TrimSuffix(l.Bytes(), []byte("\r\n")))
	fmt.Fprintf(&data, "%sMAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nDATA\r\n%s.\r\n", end, l.From, l.To, second.Bytes())
	return data.Bytes()
}
