package sso_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"etalon/internal/sso"
)

func TestPagePostsByItselfUnderItsPolicy(t *testing.T) {
	out, err := logoutRequest().Send(sending(t, sso.BindingPOST, "caf/signature"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(out.Page())
	script := regexp.MustCompile(`<script>([^<]*)</script>`).FindStringSubmatch(page)
	if script == nil || !strings.Contains(script[1], "submit()") {
		t.Fatalf("no script in\n%s", page)
	}
	sum := sha256.Sum256([]byte(script[1]))
	if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(sso.PagePolicy(), want) {
		t.Errorf("policy %q does not allow the page's script %s", sso.PagePolicy(), want)
	}
	if strings.Contains(page, "onload") || !strings.Contains(page, `<button type="submit">`) || !strings.Contains(page, `action="`+sloURL+`"`) {
		t.Errorf("page\n%s", page)
	}
	if hidden(t, page, sso.ParameterRequest) != sso.Encode(out.XML) || hidden(t, page, sso.ParameterRelayState) != "jeton" {
		t.Errorf("fields of\n%s", page)
	}
}

func TestPageLetsNothingIn(t *testing.T) {
	page := string(sso.PostPage(`javascript:alert(1)`, url.Values{`"><script>`: {`"><script>alert(2)</script>`}}))
	if strings.Contains(page, "javascript:") || strings.Contains(page, "alert(2)</script>") || strings.Count(page, "<script>") != 1 {
		t.Errorf("page\n%s", page)
	}
}

func TestAddressOfARedirect(t *testing.T) {
	o := sso.Outgoing{Destination: "https://oa.test/sso?a=b", Query: "SAMLRequest=x"}
	if got := o.URL(); got != "https://oa.test/sso?a=b&SAMLRequest=x" {
		t.Errorf("got %s", got)
	}
}
