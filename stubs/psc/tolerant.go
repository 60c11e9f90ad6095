package psc

import (
	"io"
	"net/http"
	"net/url"

	"etalon/internal/oidc"
)

// question is the form by which a token is asked about. Who is tolerant reads it in the address, and in a body of any
// type.
func (v *visit) question() (url.Values, error) {
	if !v.config.Tolerant {
		return v.form()
	}
	if v.r.Method == http.MethodGet {
		return v.r.URL.Query(), nil
	}
	form, err := v.form()
	if err == nil {
		return form, nil
	}
	raw, failed := io.ReadAll(http.MaxBytesReader(v.w, v.r.Body, oidc.MaxForm))
	if failed != nil || len(raw) == 0 {
		return nil, err
	}
	if v.r.PostForm, failed = url.ParseQuery(string(raw)); failed != nil {
		return nil, err
	}
	return v.r.PostForm, nil
}

// anonymous tells that who asks shows no proof at all, and that it is tolerated.
func (v *visit) anonymous(form url.Values) bool {
	return v.config.Tolerant && v.r.Header.Get("Authorization") == "" && v.certificate() == nil && !form.Has("client_secret")
}

// trapped tells the journal what is brought where nobody has a reason to come: a token, and a proof of who asks.
func (v *visit) trapped() (answer, error) {
	form, err := v.form()
	if err != nil {
		form = v.r.URL.Query()
	}
	token := form.Get("token")
	if token == "" {
		token, _ = v.bearer()
	}
	if token != "" {
		v.entry.Token = see(token)
	}
	if caller, err := oidc.ReadCaller(v.r, form); err == nil {
		v.entry.Client, v.entry.Auth = caller.ID, caller.Method
	}
	return absent(v)
}
