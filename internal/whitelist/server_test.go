package whitelist_test

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"etalon/internal/pki"
	"etalon/internal/whitelist"
)

// served is a server, and a reader that trusts the authorities of the test.
func served(t *testing.T) (*whitelist.Server, *http.Client) {
	t.Helper()
	set, err := bench()
	if err != nil {
		t.Fatal(err)
	}
	s, err := whitelist.Listen(whitelist.Options{
		Address: "127.0.0.1:0", Now: func() time.Time { return now },
		Credential: func(variant string) (pki.Credential, error) {
			if variant != "" {
				variant = "~" + variant
			}
			return set.Credential("espace/tls" + variant)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	transport := &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{RootCAs: set.Roots(), Time: func() time.Time { return now }, MinVersion: tls.VersionTLS12},
	}
	return s, &http.Client{Transport: transport}
}

// fetch reads an address; the status is 0 when there is no answer.
func fetch(c *http.Client, address string) (int, string) {
	answer, err := c.Get(address)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = answer.Body.Close() }()
	body, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(body)
}

func TestServerPublishes(t *testing.T) {
	s, client := served(t)
	if status, _ := fetch(client, s.URL()); status != http.StatusNotFound {
		t.Errorf("before a list is published: %d", status)
	}
	raw := build(t, honest(t).Draft())
	s.Publish(raw)
	mark := s.Seen()
	if status, body := fetch(client, s.URL()); status != http.StatusOK || body != string(raw) {
		t.Errorf("status %d, %d octets, want %d", status, len(body), len(raw))
	}
	v, err := s.Await(t.Context(), mark, func(v whitelist.Visit) bool { return v.Kind == whitelist.Get })
	if err != nil || v.Digest != whitelist.Digest(raw) || v.Status != http.StatusOK || !v.At.Equal(now) || v.Path != "/"+whitelist.FileName {
		t.Errorf("the journal tells %+v, %v", v, err)
	}
	if status, _ := fetch(client, strings.TrimSuffix(s.URL(), whitelist.FileName)+"autre"); status != http.StatusNotFound {
		t.Errorf("another path: %d", status)
	}
	answer, err := client.Post(s.URL(), "text/plain", strings.NewReader("x"))
	if err != nil || answer.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a POST: %v, %v", answer, err)
	}
	s.Publish(nil)
	if status, body := fetch(client, s.URL()); status != http.StatusOK || body != "" {
		t.Errorf("an empty file: %d, %q", status, body)
	}
}

// Who asks for the header alone has read no list, nor has who asks for another file.
func TestServerTellsReadersFromOthers(t *testing.T) {
	s, client := served(t)
	raw := build(t, honest(t).Draft())
	s.Publish(raw)
	mark := s.Seen()
	answer, err := client.Head(s.URL())
	if err != nil || answer.StatusCode != http.StatusOK || answer.ContentLength != int64(len(raw)) {
		t.Errorf("a HEAD: %+v, %v", answer, err)
	}
	fetch(client, strings.TrimSuffix(s.URL(), whitelist.FileName))
	asked := false
	for _, v := range s.Since(mark) {
		asked = asked || v.Kind == whitelist.Head && v.Path == "/"+whitelist.FileName
		if v.Kind == whitelist.Get && v.Path == "/"+whitelist.FileName || v.Digest != "" {
			t.Errorf("the journal tells %+v", v)
		}
	}
	if !asked {
		t.Error("the journal does not tell of the HEAD")
	}
}

func TestServerMisbehaves(t *testing.T) {
	s, client := served(t)
	s.Publish([]byte("x"))
	for _, c := range []struct {
		conduct whitelist.Conduct
		want    int
		hello   bool
	}{
		{whitelist.Conduct{Status: 503}, 503, true}, {whitelist.Conduct{Link: "self-signed"}, 0, true},
		{whitelist.Conduct{Link: "wrong-host"}, 0, true}, {whitelist.Conduct{Down: true}, 0, false}, {whitelist.Conduct{}, 200, true},
	} {
		if err := s.Behave(c.conduct); err != nil {
			t.Fatal(err)
		}
		mark := s.Seen()
		if status, _ := fetch(client, s.URL()); status != c.want {
			t.Errorf("%+v: status %d, want %d", c.conduct, status, c.want)
		}
		seen := s.Since(mark)
		if hello := len(seen) > 0 && seen[0].Kind == whitelist.Hello && seen[0].Link == c.conduct.Link; hello != c.hello {
			t.Errorf("%+v: the journal tells %+v", c.conduct, seen)
		}
	}
	for _, wrong := range []whitelist.Conduct{{Link: "parfait"}, {Status: 99}} {
		if s.Behave(wrong) == nil {
			t.Errorf("%+v is accepted", wrong)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Await(ctx, s.Seen(), func(whitelist.Visit) bool { return true }); err == nil {
		t.Error("a visit that nobody made is found")
	}
	if err := s.Close(); err != nil || s.Close() != nil {
		t.Errorf("close: %v", err)
	}
}

func TestServerThatCannotListen(t *testing.T) {
	s, _ := served(t)
	address := strings.TrimSuffix(strings.TrimPrefix(s.URL(), "https://"), "/"+whitelist.FileName)
	set, err := bench()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"espace/tls", "espace/absent"} {
		o := whitelist.Options{Address: address, Now: time.Now, Credential: func(string) (pki.Credential, error) { return set.Credential(name) }}
		if other, err := whitelist.Listen(o); err == nil {
			t.Errorf("%s: two servers at %s", name, address)
			_ = other.Close()
		}
	}
}
