package console_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"etalon/internal/console"
)

func TestAddressesStandForSubscribers(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1:4321": "192.0.2.1", "[::ffff:192.0.2.1]:4321": "192.0.2.1", "[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1:2::/64", "[2001:db8:1:2::9]:2": "2001:db8:1:2::/64",
		"[fe80::1%eth0]:1": "fe80::/64", "192.0.2.1": "192.0.2.1", "pipe": "pipe",
	} {
		if got := console.Origin(address); got != want {
			t.Errorf("%s stands for %s, want %s", address, got, want)
		}
	}
	for address, want := range map[string]string{"BAC.exemple.test:8540": "bac.exemple.test", "bac.exemple.test.": "bac.exemple.test", "[2001:db8::1]:1": "2001:db8::1", "[2001:db8::1]": "2001:db8::1", "2001:db8::1": "2001:db8::1", "": ""} {
		if got := console.BareHost(address); got != want {
			t.Errorf("%s names %s, want %s", address, got, want)
		}
	}
}

func TestMeterForgetsThoseWhoMayAskAgain(t *testing.T) {
	take, known := console.Meter(2)
	for n := range 10_000 {
		take(fmt.Sprint(n), noon)
	}
	if wait := take("0", noon); wait != 0 {
		t.Errorf("the second of two: wait %s", wait)
	}
	if wait := take("0", noon); wait != 30*time.Second {
		t.Errorf("the third: wait %s", wait)
	}
	if take("new", noon.Add(time.Hour)); known() != 1 {
		t.Errorf("after an hour it knows %d", known())
	}
	for n := range 20_000 {
		take(fmt.Sprint(n), noon.Add(time.Hour))
	}
	if known() > 10_000 {
		t.Errorf("it knows %d", known())
	}
	if wait := take("back", noon); wait != 0 {
		t.Errorf("before: wait %s", wait)
	}
}

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
