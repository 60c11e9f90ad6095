package mta_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"etalon/internal/candidate"
)

// An operator whose queue has no order delivers malware after a message that came later: it is found all the same.
func TestMalwareThatComesLate(t *testing.T) {
	var mu sync.Mutex
	looks := map[string]int{}
	var at string
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		looks[r.URL.RawQuery]++
		early := looks[r.URL.RawQuery] == 1
		mu.Unlock()
		if early {
			return // the mailbox holds nothing of that marker yet
		}
		asked, err := http.NewRequestWithContext(r.Context(), http.MethodGet, at+r.URL.RequestURI(), nil)
		if err != nil {
			t.Error(err)
			return
		}
		answer, err := http.DefaultClient.Do(asked)
		if err != nil {
			t.Error(err)
			return
		}
		defer answer.Body.Close()
		_, _ = io.Copy(w, answer.Body)
	}))
	t.Cleanup(slow.Close)
	run := rig{flaws: []string{"takes-malware"}, selector: []string{"MTA-36"}, declare: func(c *candidate.Candidate) {
		read := c.MSSOperator.Read.HTTP
		host, path, _ := strings.Cut(strings.TrimPrefix(read.URL, "http://"), "/")
		at, read.URL = "http://"+host, slow.URL+"/"+path
	}}.judge(t)
	if got := strings.Join(failed(run), " "); got != "MTA-36" {
		t.Errorf("found %q", got)
	}
}
