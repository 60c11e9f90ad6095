package access_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/stubs/client"
)

var agent = interops.User{
	ID: "agent <é&%>\r\n", Class: "urn:classe", PAGM: []string{"PAGM_A", "PAGM & B"},
	AuthnInstant: time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.FixedZone("", 3600)),
}

// The identity reaches the candidate in the form that it declares, and a header stays one line of ASCII.
func TestHTTPDriver(t *testing.T) {
	var seen *http.Request
	var body string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		seen, body = r, string(raw)
		w.Header().Set("X-Answer", "1")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "réponse")
	}))
	defer server.Close()
	for _, identity := range []candidate.Identity{"", candidate.IdentityJSON, candidate.IdentityInteropsInfos, candidate.IdentityNone} {
		d := access.NewDriver(candidate.Driver{HTTP: &candidate.HTTPCall{
			URL: server.URL + "/principal", Identity: identity, Method: http.MethodPut, Headers: map[string]string{"x-cle": "k"},
		}}, access.DriverConfig{Services: map[string]string{"second": server.URL + "/second"}, Patience: time.Second})
		answer, err := d.Do(context.Background(), access.Action{
			Service: "second", User: &agent, Body: []byte("<corps/>"), Header: http.Header{"X-Plus": {"p"}},
		})
		if err != nil || answer.Status != http.StatusTeapot || string(answer.Body) != "réponse" || answer.Header.Get("X-Answer") != "1" ||
			answer.Err().Error() != "HTTP 418: réponse" {
			t.Fatalf("%s: %+v, %v", identity, answer, err)
		}
		if seen.Method != http.MethodPut || seen.URL.Path != "/second" || body != "<corps/>" || seen.Header.Get("X-Cle") != "k" || seen.Header.Get("X-Plus") != "p" {
			t.Errorf("%s: request %s %s %v", identity, seen.Method, seen.URL, seen.Header)
		}
		infos, neutral := seen.Header.Get(client.InteropsInfosHeader), seen.Header.Get(client.IdentityHeader)
		switch identity {
		case candidate.IdentityNone:
			if infos+neutral != "" {
				t.Errorf("none: an identity was sent")
			}
		case candidate.IdentityInteropsInfos:
			if neutral != "" || infos != access.InteropsInfos(agent) {
				t.Errorf("interops-infos: %q, %q", infos, neutral)
			}
		default:
			var got interops.User
			if err := json.Unmarshal([]byte(neutral), &got); err != nil || got.ID != agent.ID || !got.AuthnInstant.Equal(agent.AuthnInstant) || infos != "" {
				t.Errorf("%s: %q (%v)", identity, neutral, err)
			}
		}
		if _, err := d.Do(context.Background(), access.Action{}); err != nil || seen.Header.Get(client.IdentityHeader)+seen.Header.Get(client.InteropsInfosHeader) != "" || seen.URL.Path != "/principal" {
			t.Errorf("%s: without a user: %v, %s %v", identity, err, seen.URL, seen.Header)
		}
	}
	server.Close()
	d := access.NewDriver(candidate.Driver{HTTP: &candidate.HTTPCall{URL: server.URL}}, access.DriverConfig{Patience: time.Second})
	if _, err := d.Do(context.Background(), access.Action{}); err == nil {
		t.Error("a candidate that is gone answers")
	}
}

// The local form of the identity is well-formed XML in printable ASCII, from which every value is read back.
func TestInteropsInfos(t *testing.T) {
	text := access.InteropsInfos(agent)
	for _, r := range text {
		if r < 0x20 || r > 0x7e {
			t.Fatalf("character %U in %q", r, text)
		}
	}
	var got struct {
		LocalSubjectName, SubjectId, MethodAuthn, AuthenticationDate string
		Roles                                                        struct{ Role []string }
	}
	if err := xml.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	back := func(s string) string {
		out, err := url.PathUnescape(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if back(got.LocalSubjectName) != agent.ID || got.MethodAuthn == "" || strings.Join(got.Roles.Role, "|") != "PAGM_A|PAGM & B" ||
		got.AuthenticationDate != "2026-01-02T02:04:05.678901Z" {
		t.Errorf("got %+v", got)
	}
}

// A command gets the action on its input; its exit status tells an unanswered call from a driver that is broken.
func TestCommandDriver(t *testing.T) {
	dir := t.TempDir()
	script := func(name, text string) []string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		return []string{path}
	}
	run := func(argv []string) (access.AppAnswer, error) {
		d := access.NewDriver(candidate.Driver{Command: argv}, access.DriverConfig{Candidate: filepath.Join(dir, "candidate.yaml"), Patience: time.Second})
		return d.Do(context.Background(), access.Action{Verb: "call", Service: "s", User: &agent, Body: []byte("<corps/>")})
	}
	answer, err := run(script("echo", "cat"))
	var action struct {
		Verb, Service, Body string
		User                interops.User
	}
	if err != nil || answer.Status != http.StatusOK || json.Unmarshal(answer.Body, &action) != nil ||
		action.Verb != "call" || action.Body != "<corps/>" || action.User.ID != agent.ID {
		t.Errorf("%+v, %v", answer, err)
	}
	if answer, err = run(script("pwd", "pwd")); err != nil || !strings.HasSuffix(strings.TrimSpace(string(answer.Body)), filepath.Base(dir)) {
		t.Errorf("runs in %s, want the candidate's folder (%v)", answer.Body, err)
	}
	if answer, err = run(script("refused", "echo faute; exit 3")); err != nil || answer.Status != http.StatusBadGateway || string(answer.Body) != "faute\n" {
		t.Errorf("exit 3: %+v, %v", answer, err)
	}
	if _, err = run(script("killed", "echo pourquoi >&2; kill -9 $$")); err == nil || !strings.Contains(err.Error(), "pourquoi") {
		t.Errorf("killed: %v", err)
	}
	if _, err = run([]string{filepath.Join(dir, "nowhere")}); err == nil {
		t.Error("a command that does not exist answers")
	}
}

func TestManualDriver(t *testing.T) {
	var asked string
	d := access.NewDriver(candidate.Driver{Manual: true}, access.DriverConfig{Ask: func(_ context.Context, sentence string) error {
		asked = sentence
		return nil
	}})
	if answer, err := d.Do(context.Background(), access.Action{Sentence: "Faites."}); err != nil || answer.Err() != nil || answer.Status != http.StatusOK || asked != "Faites." {
		t.Errorf("%+v, %v, asked %q", answer, err, asked)
	}
	gone := errors.New("nobody answers")
	d = access.NewDriver(candidate.Driver{Manual: true}, access.DriverConfig{Ask: func(context.Context, string) error { return gone }})
	if _, err := d.Do(context.Background(), access.Action{}); !errors.Is(err, gone) {
		t.Errorf("%v, want %v", err, gone)
	}
	d = access.NewDriver(candidate.Driver{Manual: true}, access.DriverConfig{})
	if _, err := d.Do(context.Background(), access.Action{}); err == nil {
		t.Error("nobody can be asked, and the call is made")
	}
}

// A candidate's program is given neither the passwords nor the tokens of the harness; the rest of its environment stays.
func TestCommandsAreToldNoSecretOfOurs(t *testing.T) {
	t.Setenv("ETALON_SIGN_PASSWORD", "Sesame-cle-001")
	t.Setenv("ETALON_TOKEN", "etalon_jeton-001")
	t.Setenv("LANGUE_DU_CANDIDAT", "fr")
	env := []string{"sh", "-c", "env; tr '\\0' '\\n' < /proc/self/cmdline"}
	answer, err := access.NewDriver(candidate.Driver{Command: env}, access.DriverConfig{Patience: time.Minute}).Do(t.Context(), access.Action{Verb: "call"})
	if err != nil {
		t.Fatal(err)
	}
	read, err := access.Source{Command: env, Within: time.Minute, Most: 1 << 20}.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{string(answer.Body), string(read)} {
		if strings.Contains(said, "Sesame-cle-001") || strings.Contains(said, "etalon_jeton-001") || !strings.Contains(said, "LANGUE_DU_CANDIDAT=fr") {
			t.Errorf("told %q", said)
		}
	}
}
