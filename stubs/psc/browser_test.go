package psc_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/stubs/psc"
)

// TestARealBrowserLogsIn has Chromium obey the policy of the login page: its form must be able to lead to the program, on
// another origin.
func TestARealBrowserLogsIn(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	r := start(t)
	home := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<!DOCTYPE html><p>Revenu, code : %t, erreur : %s</p>", r.URL.Query().Has("code"), r.URL.Query().Get("error"))
	}))
	defer home.Close()
	c, err := browser.NewChromium(t.Context(), browser.Options{Roots: r.world.Set.Roots(), Patience: 15 * time.Second})
	if err != nil {
		benchtest.LeaveOut(t, "no browser: %v", err)
	}
	defer func() { _ = c.Close() }()
	back := strings.Replace(home.URL, "localhost", "127.0.0.1", 1) + "/callback"
	recipe := candidate.Recipe{
		URL: r.query(map[string]string{"redirect_uri": back}), Form: candidate.Form{User: psc.FieldName, Password: psc.FieldSecret},
		Success: candidate.Success{Text: "Revenu, code : true"},
	}
	page, err := c.Login(t.Context(), recipe, browser.Person{ID: "899700000017", Secret: "secret-test-un"})
	if err != nil {
		t.Fatalf("login: %v at %s\n%s", err, page.URL, page.Body)
	}
	again, err := c.Get(t.Context(), recipe.URL)
	if err != nil || !again.Text("Revenu, code : true") {
		t.Errorf("with the session that is open: %v at %s", err, again.URL)
	}
}
