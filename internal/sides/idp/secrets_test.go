package idp_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"etalon/internal/sides/sidetest"
)

// The record of a run holds no token, no code, no secret of a client and no password, whatever the pages of the provider tell
// back.
func TestRecordHoldsNoSecret(t *testing.T) {
	t.Parallel()
	for _, flaws := range [][]string{nil, {"puts-token-in-address"}} {
		var mu sync.Mutex
		var secrets, codes []string // what any page may tell, and what those tell that lead back with it
		told := func(values ...string) {
			mu.Lock()
			defer mu.Unlock()
			for _, v := range values {
				if len(v) >= 8 {
					secrets = append(secrets, v)
				}
			}
		}
		tokens := regexp.MustCompile(`"(?:access_token|id_token|refresh_token)"\s*:\s*"([^"]+)"`)
		f := front{
			seizes: func(_ http.ResponseWriter, r *http.Request, body string) bool {
				form, _ := url.ParseQuery(body) // what is none holds no secret
				told(form.Get("client_secret"), form.Get("client_assertion"), form.Get("secret"))
				if _, secret, ok := r.BasicAuth(); ok {
					told(secret)
				}
				return false
			},
			answer: func(r *http.Response) {
				own := []string{}
				if to, err := url.Parse(r.Header.Get("Location")); err == nil && to.Query().Get("code") != "" {
					own = append(own, to.Query().Get("code"))
				}
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				for _, found := range tokens.FindAllSubmatch(body, -1) {
					if text := string(found[1]); strings.HasPrefix(text, "eyJ") {
						told(text)
					} else { // a page of another person's login cannot be known to tell it
						mu.Lock()
						codes = append(codes, text)
						mu.Unlock()
					}
				}
				if strings.Contains(r.Header.Get("Content-Type"), "html") {
					mu.Lock()
					body = append(body, "<p>"+sidetest.Echo(t, append(own, secrets...)...)...)
					codes = append(codes, own...)
					mu.Unlock()
					r.ContentLength = int64(len(body))
					r.Header.Del("Content-Length")
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
			},
		}
		out := filepath.Join(t.TempDir(), "run")
		run := rig{flaws: flaws, selector: []string{"FI-05", "FI-06", "FI-12", "EXI-FI-13"}, declare: f.before(t), out: out}.judge(t)
		if len(run.Trouble) > 0 || len(secrets) < 6 || len(codes) == 0 {
			t.Errorf("%v: trouble %+v, %d secrets, %d codes", flaws, run.Trouble, len(secrets), len(codes))
			sidetest.Told(t, run)
		}
		sidetest.NoSecret(t, out, append(codes, secrets...)...)
	}
}
