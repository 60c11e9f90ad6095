package service

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"etalon/internal/gateway"
	"etalon/internal/interops"
)

// presented remembers the accepted VIs as long as they live (L06).
type presented interface {
	// Take records that a VI that lives until an instant is presented; again tells that it was before. Its error means
	// that the VI could not be remembered: it must not pass.
	Take(key string, until, now time.Time) (again bool, err error)
	// restarted does what the end of the process does to the memory.
	restarted()
}

// keyOf names a VI: identifiers are unique for one issuer only (V02).
func keyOf(vi interops.VI) string { return vi.Issuer + "\x00" + vi.ID }

// remember opens the honest memory: a folder that nodes share, or the process, which outlives what it plays.
func remember(c Config) (presented, error) {
	if c.Memory == "" {
		return newMemory(gateway.MaxPresented), nil
	}
	if err := os.MkdirAll(c.Memory, 0o700); err != nil {
		return nil, fmt.Errorf("open memory of VIs: %w", err)
	}
	return folder(c.Memory), nil
}

// memory is that of one process; restarting what it plays takes nothing from it.
type memory struct{ *gateway.Presented }

func newMemory(limit int) memory { return memory{gateway.NewPresented(limit)} }

func (m memory) restarted() {}

// folder is the memory of several nodes: one file for each VI, made by whoever takes it first. Files stay: a VI whose
// file is there and that is over is refused for its dates.
type folder string

func (f folder) Take(key string, until, _ time.Time) (bool, error) {
	sum := sha256.Sum256([]byte(key))
	path := filepath.Join(string(f), hex.EncodeToString(sum[:]))
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("remember VI: %w", err)
	}
	_, err = file.WriteString(until.UTC().Format(time.RFC3339) + "\n")
	if err = errors.Join(err, file.Close()); err != nil {
		return false, fmt.Errorf("remember VI: %w", err)
	}
	return false, nil
}

func (f folder) restarted() {}
