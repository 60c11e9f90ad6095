package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"etalon/internal/interops"
	"etalon/internal/journey"
	"etalon/internal/verdict"
)

// ErrTraceUnavailable tells that the trace store cannot be written: nothing may leave or pass (X06).
var ErrTraceUnavailable = errors.New("trace store unavailable")

// TraceLog is an append-only JSON Lines file of traces, chained by hash (X05). It may be shared.
type TraceLog struct {
	mu       sync.Mutex
	file     *os.File
	previous string
	broken   bool
}

// OpenTraceLog opens or creates the log at path; an existing log goes on from its last record.
func OpenTraceLog(path string) (*TraceLog, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, verdict.Tell("ouverture du journal des traces : %s", "open trace log: %s", err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, errors.Join(verdict.Tell("lecture du journal des traces : %s", "read trace log: %s", err), file.Close())
	}
	previous := journey.FirstHash
	if lines := strings.Split(strings.TrimSpace(string(raw)), "\n"); lines[len(lines)-1] != "" {
		if previous, err = journey.Hash([]byte(lines[len(lines)-1])); err != nil {
			return nil, errors.Join(verdict.Tell("lecture du journal des traces : dernier enregistrement : %s", "read trace log: last record: %s", err), file.Close())
		}
	}
	return &TraceLog{file: file, previous: previous}, nil
}

// Append chains t to the log and writes it. It returns ErrTraceUnavailable when the store is down.
func (l *TraceLog) Append(t interops.Trace) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken {
		return ErrTraceUnavailable
	}
	t.PreviousHash = l.previous
	if t.PAGM == nil {
		t.PAGM = []string{}
	}
	line, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("write trace: %w", err)
	}
	hash, err := journey.Hash(line)
	if err != nil {
		return fmt.Errorf("write trace: %w", err)
	}
	if _, err := l.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("%w: %w", ErrTraceUnavailable, err)
	}
	l.previous = hash
	return nil
}

// Break makes the store unavailable, or available again: the fault that X06 asks about.
func (l *TraceLog) Break(broken bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = broken
}

// Records returns the records that were written, in order: those of another process that writes the file too. It
// returns ErrTraceUnavailable when the store is down.
func (l *TraceLog) Records() ([]interops.Trace, error) {
	return l.read(func([]byte) bool { return true })
}

// Of returns the records of one VI, in order. It returns ErrTraceUnavailable when the store is down.
func (l *TraceLog) Of(viID string) ([]interops.Trace, error) {
	written, err := json.Marshal(viID)
	if err != nil {
		return nil, verdict.Tell("lecture du journal des traces : %s", "read trace log: %s", err)
	}
	all, err := l.read(func(line []byte) bool { return bytes.Contains(line, written) }) // most are of others
	return slices.DeleteFunc(all, func(t interops.Trace) bool { return t.VIID == nil || *t.VIID != viID }), err
}

// read returns the records whose lines are wanted, in order.
func (l *TraceLog) read(wanted func(line []byte) bool) ([]interops.Trace, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken {
		return nil, ErrTraceUnavailable
	}
	raw, err := os.ReadFile(l.file.Name())
	if err != nil {
		return nil, verdict.Tell("lecture du journal des traces : %s", "read trace log: %s", err)
	}
	var all []interops.Trace
	number := 0
	for line := range bytes.Lines(raw) {
		number++
		if !wanted(line) {
			continue
		}
		var t interops.Trace
		if err := json.Unmarshal(line, &t); err != nil {
			return nil, verdict.Tell("lecture du journal des traces : enregistrement %d : %s", "read trace log: record %d: %s", number, err)
		}
		all = append(all, t)
	}
	return all, nil
}

// Close closes the file.
func (l *TraceLog) Close() error { return l.file.Close() }
