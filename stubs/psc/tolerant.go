package psc

import (
	"io"
	"maps"
	"net/http"
	"net/url"

	"etalon/internal/jws"
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
		return filled(form, v.r.URL.Query()), nil
	}
	raw, failed := io.ReadAll(http.MaxBytesReader(v.w, v.r.Body, oidc.MaxForm))
	if failed != nil || len(raw) == 0 {
		return nil, err
	}
	if v.r.PostForm, failed = read(raw); failed != nil {
		return nil, err
	}
	return filled(v.r.PostForm, v.r.URL.Query()), nil
}

// demand is the form of the token endpoint and of CIBA. Who is tolerant reads it in the address too.
func (v *visit) demand() (url.Values, error) {
	form, err := v.form()
	if err != nil || !v.config.Tolerant {
		return form, err
	}
	return filled(form, v.r.URL.Query()), nil
}

// admits tells whether a browser may be sent to an address of a client. Who is tolerant looks away from its parameters.
func (v *visit) admits(c Client, address string) bool {
	if admits(c.Redirects, address) || !v.config.Tolerant {
		return admits(c.Redirects, address)
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	u.RawQuery, u.Fragment = "", ""
	return admits(c.Redirects, u.String())
}

// filled is a form with what stands in the address alone; the form stays as it came.
func filled(form, query url.Values) url.Values {
	all := maps.Clone(query)
	maps.Copy(all, form)
	return all
}

// read reads what may be a form, or an object in JSON.
func read(raw []byte) (url.Values, error) {
	object, err := jws.Object(raw)
	if err != nil {
		return url.ParseQuery(string(raw))
	}
	form := url.Values{}
	for name, value := range object {
		if text, ok := value.(string); ok {
			form.Set(name, text)
		}
	}
	return form, nil
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
