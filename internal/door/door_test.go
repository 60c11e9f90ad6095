package door_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/door"
	"etalon/internal/interops"
)

// answers is a door that says in plain text who is let in, and what is refused.
func answers(t *testing.T, access *candidate.Admission, told func(door.Entrance)) *httptest.Server {
	t.Helper()
	d := door.New(door.Config{
		Access: access, Entrances: told, Now: func() time.Time { return noon },
		Refuse: func(w http.ResponseWriter, status int, word, about string) { http.Error(w, word+" "+about, status) },
		Login: func(w http.ResponseWriter, _ *http.Request, status int, p door.Page) {
			http.Error(w, fmt.Sprintf("login %s %q %t", p.Trouble, p.Then, p.Tokens), status)
		},
		Form: func(_ http.ResponseWriter, r *http.Request) (url.Values, bool) { return r.Form, r.ParseForm() == nil },
	})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", d.Login)
	mux.HandleFunc("GET /login/openid", d.Leave)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		p := door.PersonOf(r)
		fmt.Fprintf(w, "%s %q %q", p.Rank, p.Name, p.Owner())
	})
	s := httptest.NewServer(d.Guard(mux))
	t.Cleanup(s.Close)
	return s
}

func TestGuard(t *testing.T) {
	sum := sha256.Sum256([]byte("jeton"))
	admission := &candidate.Admission{
		Limits:   candidate.AdmissionLimits{Requests: 100, Together: 2, Attempts: 2},
		Sessions: candidate.SessionLife{Idle: interops.Duration{Duration: time.Hour}, Life: interops.Duration{Duration: time.Hour}},
		People:   []candidate.Admitted{{Name: "editeur-a", Rank: "vendor", SHA256: hex.EncodeToString(sum[:]), Expires: interops.Date{Time: noon.Add(time.Hour)}}},
	}
	var told []door.Entrance
	everybody, some := answers(t, nil, nil), answers(t, admission, func(e door.Entrance) { told = append(told, e) })
	for _, c := range []struct {
		at     *httptest.Server
		path   string
		header map[string]string
		status int
		body   string
	}{
		{everybody, "/", nil, 200, `operator "" ""`},
		{everybody, "/login", nil, 200, `operator "" ""`}, // nobody signs in there
		{everybody, "/login/openid", nil, 404, "unknown-address /login/openid\n"},
		{everybody, "/", map[string]string{"Host": "ailleurs.test"}, 403, "foreign-name ailleurs.test\n"},
		{some, "/", nil, 401, "sign-in \n"},
		{some, "/login?back=//ailleurs.test/", nil, 200, "login  \"/\" true\n"},
		{some, "/", map[string]string{"Accept": "text/html"}, 200, "login  \"/\" true\n"},
		{some, "/", map[string]string{"Authorization": "Bearer jeton"}, 200, `vendor "editeur-a" "editeur-a"`},
		{some, "/", map[string]string{"Authorization": "Bearer autre"}, 401, "sign-in \n"},
		{some, "/", map[string]string{"Authorization": "Basic jeton"}, 401, "sign-in \n"},
		{some, "/", map[string]string{"Authorization": "Bearer jeton"}, 429, "too-many \n"}, // as from where two failed
	} {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.at.URL+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range c.header {
			if q.Header.Set(name, value); name == "Host" {
				q.Host = value
			}
		}
		a, err := c.at.Client().Do(q)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(a.Body)
		_ = a.Body.Close()
		if err != nil || a.StatusCode != c.status || string(body) != c.body {
			t.Errorf("%s %v: %d %q, %v; want %d %q", c.path, c.header, a.StatusCode, body, err, c.status, c.body)
		}
	}
	if len(told) != 2 || told[0].What != door.Refused || told[0].Address != "127.0.0.1" {
		t.Errorf("told %+v", told)
	}
}
