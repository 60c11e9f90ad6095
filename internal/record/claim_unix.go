//go:build unix

package record

import (
	"errors"
	"os"
	"syscall"
)

// claim keeps others from writing in a record until the file is closed, or the program ends. It returns ErrPlaying.
func claim(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrPlaying
	}
	return err
}
