package access_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/internal/access"
)

// A source is read within its bounds, whatever it is; what is not there yet is empty, and of a file that is long the end counts.
func TestSources(t *testing.T) {
	dir := t.TempDir()
	appendTo(t, filepath.Join(dir, "t.log"), strings.Repeat("x", 20)+"fin")
	long := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/nowhere" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(strings.Repeat("y", len(r.URL.Path))))
	}))
	defer long.Close()
	for name, c := range map[string]struct {
		source access.Source
		want   string
		failed string // in the error; none when empty
	}{
		"file":          {access.Source{File: filepath.Join(dir, "t.log")}, "xxxxxxxfin", ""},
		"no file yet":   {access.Source{File: filepath.Join(dir, "u.log")}, "", ""},
		"folder":        {access.Source{File: dir}, "", "regular file"},
		"device":        {access.Source{File: os.DevNull}, "", "regular file"},
		"address":       {access.Source{HTTP: long.URL + "/abc"}, "yyyy", ""},
		"long answer":   {access.Source{HTTP: long.URL + "/0123456789"}, "", access.ErrTooLong.Error()},
		"refused":       {access.Source{HTTP: long.URL + "/nowhere"}, "", "HTTP 404"},
		"barred":        {access.Source{HTTP: "http://[fe80::1]/x"}, "", "barred"},
		"no address":    {access.Source{HTTP: ":"}, "", "missing protocol scheme"},
		"command":       {access.Source{Command: []string{"tail", "-c", "3", "t.log"}, Dir: dir}, "fin", ""},
		"flood":         {access.Source{Command: []string{"yes"}}, "", "more than 10 octets"},
		"child goes on": {access.Source{Command: []string{"sh", "-c", "sleep 600 & sleep 600"}}, "", "has not ended"},
	} {
		c.source.Most, c.source.Within = 10, 30*time.Second // a machine with other things to do starts a command late
		if name == "child goes on" {
			c.source.Within = 3 * time.Second
		}
		begun := time.Now()
		got, err := c.source.Read(t.Context())
		if c.failed == "" && (err != nil || string(got) != c.want) || c.failed != "" && (err == nil || !strings.Contains(err.Error(), c.failed)) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if time.Since(begun) > time.Minute || errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: after %s: %v", name, time.Since(begun), err)
		}
	}
}
