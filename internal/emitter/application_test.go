package emitter_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"etalon/internal/emitter"
	"etalon/internal/interops"
)

func TestIdentityOfAnApplication(t *testing.T) {
	login := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	written := func(u interops.User) []string {
		raw, err := json.Marshal(u)
		if err != nil {
			t.Fatal(err)
		}
		return []string{string(raw)}
	}
	whole := interops.User{ID: "agent-é", Class: interops.ClassPassword, PAGM: []string{"PAGM_A"}, AuthnInstant: login}
	for name, c := range map[string]struct {
		values []string
		want   string // of the error; "" for none
	}{
		"whole":         {written(whole), ""},
		"none":          {nil, "names no user"},
		"twice":         {append(written(whole), written(whole)...), "stands twice"},
		"overlong":      {[]string{strings.Repeat(" ", 16<<10+1)}, "longer than"},
		"no JSON":       {[]string{"agent"}, "read identity: invalid"},
		"nobody":        {written(interops.User{ID: " ", AuthnInstant: login}), "names nobody"},
		"no login":      {written(interops.User{ID: "agent"}), "tells no login"},
		"control":       {written(interops.User{ID: "agent\n", AuthnInstant: login}), "is no text"},
		"control right": {written(interops.User{ID: "agent", PAGM: []string{"a\x00"}, AuthnInstant: login}), "is no text"},
	} {
		r := &http.Request{Header: http.Header{emitter.IdentityHeader: c.values}}
		if c.values == nil {
			r.Header = http.Header{}
		}
		got, err := emitter.Identity(r, emitter.IdentityHeader, emitter.IdentityJSON)
		if c.want == "" && (err != nil || got.ID != whole.ID || !got.AuthnInstant.Equal(login)) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || got.ID != "") {
			t.Errorf("%s: %+v, %v, want %q", name, got, err, c.want)
		}
		if errors.Is(err, emitter.ErrNoIdentity) != (name == "none") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestVaultKeepsForOnePurpose finds a VI for what it was made for, until it is over or forgotten.
func TestVaultKeepsForOnePurpose(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	user := interops.User{ID: "agent-1", Class: "c", PAGM: []string{"b", "a"}, AuthnInstant: now.Add(-time.Hour)}
	purpose := emitter.PurposeOf(user, "projet", "service")
	var vault emitter.Vault
	vault.Put(purpose, interops.VI{ID: "_1", NotOnOrAfter: now.Add(time.Minute)}, now)
	same, later, other, fewer := user, user, user, user
	same.PAGM, fewer.PAGM = []string{"a", "b"}, []string{"a"}
	later.AuthnInstant, other.ID = now, "agent-2"
	for name, c := range map[string]struct {
		purpose emitter.Purpose
		want    bool
	}{
		"same": {purpose, true}, "rights in another order": {emitter.PurposeOf(same, "projet", "service"), true},
		"later login": {emitter.PurposeOf(later, "projet", "service"), false}, "other user": {emitter.PurposeOf(other, "projet", "service"), false},
		"fewer rights": {emitter.PurposeOf(fewer, "projet", "service"), false}, "other service": {emitter.PurposeOf(user, "projet", "autre"), false},
		"other project": {emitter.PurposeOf(user, "autre", "service"), false},
	} {
		if _, found := vault.Find(c.purpose); found != c.want {
			t.Errorf("%s: found %t", name, found)
		}
	}
	if !slices.Equal(user.PAGM, []string{"b", "a"}) {
		t.Error("the user's rights were moved")
	}
	next := emitter.PurposeOf(other, "projet", "service")
	for name, forget := range map[string]func(){
		"dropped": func() { vault.Drop(purpose) }, "purged": func() { vault.Purge("agent-1") }, "cleared": vault.Clear,
		"over": func() { vault.Put(next, interops.VI{ID: "_2", NotOnOrAfter: now.Add(time.Hour)}, now.Add(time.Minute)) },
	} {
		vault.Put(purpose, interops.VI{ID: "_1", NotOnOrAfter: now.Add(time.Minute)}, now)
		forget()
		if vi, found := vault.Find(purpose); found {
			t.Errorf("%s: still %s", name, vi.ID)
		}
	}
}

func TestNoCallBeginsAfterTheEnd(t *testing.T) {
	var underway emitter.Underway
	if !underway.Begin() {
		t.Fatal("no call begins")
	}
	var done atomic.Bool
	go func() {
		done.Store(true)
		underway.Done()
	}()
	underway.End()
	if !done.Load() || underway.Begin() {
		t.Errorf("ended with a call under way: %t", !done.Load())
	}
}
