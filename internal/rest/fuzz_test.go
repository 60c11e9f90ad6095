package rest_test

import (
	"net/http"
	"net/url"
	"testing"

	"etalon/internal/rest"
)

// FuzzVerify feeds what a partner may put into a call: it never panics, and what it refuses it names.
func FuzzVerify(f *testing.F) {
	for _, form := range forms {
		token := build(f, draft(f, form))
		f.Add(rest.Value(form, rest.Header, token), "page=2", "", "")
		f.Add("", rest.ParameterToken+"="+url.QueryEscape(token), "application/x-www-form-urlencoded", "jeton="+url.QueryEscape(token))
	}
	f.Add("Bearer e30.e30.", "a=%zz", "application/x-www-form-urlencoded", "%zz")
	expectations := map[string]rest.Expectation{}
	for _, form := range forms {
		expectations[form] = expect(f, form)
	}
	f.Fuzz(func(t *testing.T, header, query, media, body string) {
		in := rest.Incoming{
			Method: http.MethodPost, URL: &url.URL{Path: "/", RawQuery: query},
			Header: http.Header{rest.Header: {header}, "Content-Type": {media}}, Raw: []byte(body),
		}
		for form, x := range expectations {
			for _, x.Emitted = range []bool{false, true} {
				j := rest.Verify(in, x)
				if !j.Verified && len(j.Findings) == 0 {
					t.Errorf("%s: neither verified nor refused", form)
				}
				for _, found := range j.Findings {
					if found.Requirement == "" || found.Rule == "" {
						t.Errorf("%s: finding without requirement or rule: %+v", form, found)
					}
				}
			}
		}
	})
}
