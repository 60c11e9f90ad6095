package access

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"etalon/internal/verdict"
)

// Source is where a candidate file says that something can be read: a file, an address or a command. It is read within bounds:
// a command that takes longer, or floods, is ended with its children.
type Source struct {
	File, HTTP string
	Command    []string
	// Dir is the folder in which the command runs, Within how long one reading may take, Most how many octets it may give: of a
	// file, the last ones.
	Dir    string
	Within time.Duration
	Most   int
	// Client calls the address; nil for one that trusts what the machine does.
	Client *http.Client
}

// Read reads it once. A file that does not exist yet is empty. The error wraps ErrTooLong for more than may be given.
func (s Source) Read(ctx context.Context) ([]byte, error) {
	switch {
	case s.File != "":
		return s.end()
	case s.HTTP != "":
		return s.fetch(ctx)
	}
	return command{argv: s.Command, dir: s.Dir, most: s.Most, within: s.Within}.run(ctx)
}

// ErrTooLong tells that there is more than is read.
var ErrTooLong = verdict.Tell("il y en a plus qu'on n'en lit : donnez seulement les derniers enregistrements", "there is more than is read: give the last records alone")

// end reads the end of a file.
func (s Source) end() ([]byte, error) {
	f, err := os.Open(s.File)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, verdict.Tell("%s : attendu un fichier ordinaire", "%s: want a regular file", s.File)
	}
	if info.Size() > int64(s.Most) {
		if _, err := f.Seek(-int64(s.Most), io.SeekEnd); err != nil {
			return nil, err
		}
	}
	return io.ReadAll(io.LimitReader(f, int64(s.Most)))
}

// fetch gets a document.
func (s Source) fetch(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Within)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.HTTP, nil)
	if err != nil {
		return nil, err
	}
	client := s.Client
	if client == nil {
		client = linked(s.Within)
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("HTTP %d", answer.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, int64(s.Most)+1))
	if err == nil && len(raw) > s.Most {
		return nil, ErrTooLong
	}
	return raw, err
}
