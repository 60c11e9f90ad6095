package redact_test

import (
	"net/http"
	"strings"
	"testing"

	"etalon/internal/redact"
)

func TestRedactorHidesAndStaysComparable(t *testing.T) {
	r := redact.NewRedactor([]byte("cle"))
	in := http.Header{
		"Authorization": {"Bearer abc"}, "Cookie": {"session=un"}, "X-Session-Id": {"valeur-secrete"}, "X-My-Password": {"abc"},
		"Content-Type": {"text/xml"}, "Soapaction": {`""`},
	}
	out := r.Header(in)
	for name, values := range in {
		secret := name != "Content-Type" && name != "Soapaction"
		if hidden := out.Get(name) != values[0]; hidden != secret {
			t.Errorf("%s: %q, secret %t", name, out.Get(name), secret)
		}
		if secret && strings.Contains(out.Get(name), values[0]) {
			t.Errorf("%s: %q holds the secret", name, out.Get(name))
		}
	}
	if in.Get("Authorization") != "Bearer abc" {
		t.Error("the header that was given changed")
	}
	first, again := r.Secret("abc"), r.Secret("abc")
	if first != again || first == r.Secret("abd") || first == redact.NewRedactor([]byte("autre")).Secret("abc") {
		t.Error("a secret's stand-in is not a keyed digest")
	}
}
