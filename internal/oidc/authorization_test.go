package oidc_test

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"etalon/internal/oidc"
)

// requested are the parameters of an honest request, changed.
func requested(change map[string]string) url.Values {
	q := url.Values{"client_id": {"psc"}, "redirect_uri": {"https://psc.test/retour"}, "response_type": {"code"}, "scope": {"openid profile"}, "state": {"e+/="}, "nonce": {"n"}}
	for name, value := range change {
		q.Set(name, value)
	}
	return q
}

func TestReadAuthorization(t *testing.T) {
	a, err := oidc.ReadAuthorization(requested(map[string]string{"prompt": "login consent", "max_age": "60"}))
	if err != nil || a.Client != "psc" || a.Redirect != "https://psc.test/retour" || a.State != "e+/=" || a.Nonce != "n" || len(a.Scopes()) != 2 {
		t.Fatalf("%+v, %v", a, err)
	}
	if !a.Wants(oidc.PromptLogin) || a.Wants(oidc.PromptNone) || a.MaxAge == nil || *a.MaxAge != time.Minute {
		t.Errorf("%+v", a)
	}
	for name, c := range map[string]struct {
		change map[string]string
		want   string
	}{
		"token": {map[string]string{"response_type": "token"}, oidc.UnsupportedResponse}, "an object": {map[string]string{"request": "x"}, oidc.InvalidRequest},
		"an address of one": {map[string]string{"request_uri": "x"}, oidc.InvalidRequest}, "no openid": {map[string]string{"scope": "email"}, oidc.InvalidScope},
		"a fragment": {map[string]string{"response_mode": "fragment"}, oidc.InvalidRequest}, "two prompts": {map[string]string{"prompt": "none login"}, oidc.InvalidRequest},
		"a word for an age": {map[string]string{"max_age": "hier"}, oidc.InvalidRequest}, "less than nothing": {map[string]string{"max_age": "-1"}, oidc.InvalidRequest},
		"an age without end": {map[string]string{"max_age": "99999999999"}, oidc.InvalidRequest}, "a short challenge": {map[string]string{"code_challenge": "x"}, oidc.InvalidRequest},
	} {
		a, err := oidc.ReadAuthorization(requested(c.change))
		var refused *oidc.Error
		if !errors.As(err, &refused) || refused.Code != c.want || a.Client != "psc" || a.Redirect == "" {
			t.Errorf("%s: %v of %+v", name, err, a)
		}
	}
}

func TestYoungEnough(t *testing.T) {
	for age, good := range map[string]bool{"": true, "0": false, "60": false, "61": true} {
		a, err := oidc.ReadAuthorization(requested(map[string]string{"max_age": age}))
		if err != nil || a.Young(time.Minute) != good {
			t.Errorf("max_age %q: %v", age, err)
		}
	}
}

func TestJoin(t *testing.T) {
	if got := oidc.Join("https://psc.test/retour?a=1&state=x", url.Values{"state": {"e+/="}}); got != "https://psc.test/retour?a=1&state=e%2B%2F%3D" {
		t.Error(got)
	}
	if got := oidc.Join("%zz", url.Values{"a": {"1"}}); got != "%zz" {
		t.Error(got)
	}
}
