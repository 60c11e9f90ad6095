package container

import (
	"bytes"
	"os"
	"strings"
	"sync"
	"unicode"

	"etalon/internal/verdict"
)

// What is kept of what a building or a container writes.
const (
	maxJournal = 16 << 20 // of the file, in bytes
	tailLength = 8 << 10  // to quote from, in bytes
	quoted     = 12       // lines in an error
	lineLength = 300      // of each, in characters
)

// journal keeps what the building and the container write: whole in a file, the end of it to be quoted.
type journal struct {
	mu      sync.Mutex
	file    *os.File // nil when none is kept
	written int
	end     []byte
	awaited []byte
	seen    chan struct{} // closed when what is awaited was written
}

// newJournal writes over a file; none is kept when its name is empty.
func newJournal(name string) (*journal, error) {
	j := &journal{seen: make(chan struct{})}
	if name == "" {
		return j, nil
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, verdict.Tell("ce que le conteneur écrit n'a pu être gardé : %s", "keep what the container writes: %s", err)
	}
	j.file = file
	return j, nil
}

// Write implements io.Writer; it fails never, for what is written is not worth a run.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if room := maxJournal - j.written; j.file != nil && room > 0 {
		n, _ := j.file.Write(p[:min(room, len(p))])
		j.written += n
	}
	j.end = append(j.end, p...)
	if len(j.awaited) > 0 && bytes.Contains(j.end, j.awaited) {
		j.awaited = nil
		close(j.seen)
	}
	if extra := len(j.end) - tailLength; extra > 0 {
		j.end = append([]byte(nil), j.end[extra:]...)
	}
	return len(p), nil
}

// begin forgets what was said so far, and awaits a text: the building is over, the container starts.
func (j *journal) begin(awaited string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.end, j.awaited = nil, []byte(awaited)
}

// quote returns the last lines, fit for a terminal: no control characters, none too long.
func (j *journal) quote() verdict.Text {
	j.mu.Lock()
	defer j.mu.Unlock()
	lines := strings.Split(strings.TrimRight(string(j.end), "\r\n "), "\n")
	var b strings.Builder
	for _, line := range lines[max(0, len(lines)-quoted):] {
		if line = plain(line); line != "" {
			b.WriteString("\n  | " + line)
		}
	}
	if b.Len() == 0 {
		return verdict.Text{FR: "il n'a rien écrit", EN: "it wrote nothing"}
	}
	return verdict.Text{FR: "ses dernières lignes :" + b.String(), EN: "its last lines:" + b.String()}
}

// close closes the file.
func (j *journal) close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file == nil {
		return nil
	}
	file := j.file
	j.file = nil
	return file.Close()
}

// plain makes one line of a text that nobody vouches for.
func plain(line string) string {
	line = strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(line, "?"))
	if runes := []rune(line); len(runes) > lineLength {
		line = string(runes[:lineLength]) + "…"
	}
	return strings.TrimSpace(line)
}

// said is the first line of what an error says, in both languages.
func said(err error) verdict.Text {
	return verdict.Text{FR: firstLine(verdict.InLanguage(err, "fr")), EN: firstLine(err.Error())}
}

// firstLine is the first line of a text that nobody vouches for.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return plain(line)
}
