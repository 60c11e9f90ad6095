package bench

import (
	"encoding/json"
	"fmt"

	"etalon/internal/interops"
	"etalon/internal/journey"
)

// AppendUnchained writes t as if it were the first record: the fault that X05 asks about. The record after
// it chains to the last one that Append wrote. It returns ErrTraceUnavailable when the store is down.
func (l *TraceLog) AppendUnchained(t interops.Trace) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken {
		return ErrTraceUnavailable
	}
	t.PreviousHash = journey.FirstHash
	if t.PAGM == nil {
		t.PAGM = []string{}
	}
	line, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("write trace: %w", err)
	}
	if _, err := l.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("%w: %w", ErrTraceUnavailable, err)
	}
	return nil
}
