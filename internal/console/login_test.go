package console_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"etalon/internal/console"
)

// On this machine, without TLS, an access file is obeyed too.
func TestLoopbackWithAnAccessFile(t *testing.T) {
	r := startedWith(t, httptest.NewServer, func(c *console.Config) {
		c.Access, c.Now = admitting(), func() time.Time { return noon }
	})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	status := func(a *http.Response, err error) int {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		_ = a.Body.Close()
		return a.StatusCode
	}
	if got := status(client.Get(r.URL + "/api/values")); got != http.StatusUnauthorized {
		t.Errorf("a stranger: %d", got)
	}
	if got := status(client.PostForm(r.URL+"/login", url.Values{"token": {auditorToken}})); got != http.StatusOK {
		t.Errorf("sign in: %d", got)
	}
	if got := status(client.Get(r.URL + "/api/values")); got != http.StatusOK {
		t.Errorf("signed in: %d", got)
	}
	if got := status(client.PostForm(r.URL+"/clock/set", url.Values{"how": {"follow"}})); got != http.StatusForbidden {
		t.Errorf("an auditor sets the clock: %d", got)
	}
	if got := status(started(t).Client().Get(r.URL + "/login")); got != http.StatusOK {
		t.Errorf("the login: %d", got)
	}
	open := started(t)
	if status, _, header := open.get(t, "/login", ""); status != http.StatusSeeOther || header.Get("Location") != "/" {
		t.Errorf("without an access file nobody signs in: %d %v", status, header)
	}
}
