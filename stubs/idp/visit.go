package idp

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"

	"github.com/go-chi/chi/v5"

	"etalon/internal/emitter"
	"etalon/internal/oidc"
)

// visit is a request under way.
type visit struct {
	*Stub
	w http.ResponseWriter
	r *http.Request
}

// answer is what a service answers.
type answer = emitter.Answer

// routes opens the services.
func (s *Stub) routes() http.Handler {
	r := chi.NewRouter()
	r.Get(pathRealm+pathDiscovery, s.serve((*visit).discovery))
	r.Get(pathRealm+pathJWKS, s.serve((*visit).jwks))
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		r.Method(method, pathRealm+pathAuthorization, s.serve((*visit).authorize))
		r.Method(method, pathRealm+pathUserInfo, s.serve((*visit).userInfo))
		r.Method(method, pathRealm+pathLogout, s.serve((*visit).logout))
	}
	r.Post(pathRealm+pathLogin, s.serve((*visit).logIn))
	r.Post(pathRealm+pathToken, s.serve((*visit).token))
	r.Get(pathRealm+pathIndicators, s.serve((*visit).indicators))
	r.NotFound(s.serve(func(v *visit) (answer, error) { return v.trouble(http.StatusNotFound, textAbsent) }))
	r.MethodNotAllowed(s.serve(func(v *visit) (answer, error) { return v.trouble(http.StatusMethodNotAllowed, textAbsent) }))
	return r
}

// serve reads a request and has it answered.
func (s *Stub) serve(how func(*visit) (answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, oidc.MaxForm)
		v := &visit{s, w, r}
		a, err := how(v)
		if err != nil {
			a = v.refusal(err)
		}
		for name, values := range a.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.Status)
		_, _ = w.Write(a.Body)
	}
}

// parameters reads those of a page's request. It refuses one that comes twice, with an *oidc.Error.
func (v *visit) parameters() (url.Values, error) {
	if err := v.r.ParseForm(); err != nil {
		return nil, oidc.Refuse(oidc.InvalidRequest, "the parameters cannot be read")
	}
	return v.r.Form, oidc.Single(v.r.Form)
}

// client is the address from which the request comes.
func (v *visit) peer() string {
	host, _, err := net.SplitHostPort(v.r.RemoteAddr)
	if err != nil {
		return v.r.RemoteAddr
	}
	return host
}

// refusal answers an error to a program: a refusal in its own words, whatever else as a failure of ours (RFC 6749 §5.2).
func (v *visit) refusal(err error) answer {
	var refused *oidc.Error
	if !errors.As(err, &refused) {
		v.config.Log.Error("service en défaut", "chemin", v.r.URL.Path, "cause", err.Error())
		refused = &oidc.Error{Status: http.StatusInternalServerError, Code: "server_error"}
	}
	object := map[string]any{"error": refused.Code}
	if refused.Description != "" {
		object["error_description"] = refused.Description
	}
	if v.policy.verbose {
		object["trace"] = string(debug.Stack())
	}
	a := jsonAnswer(refused.Status, object)
	switch refused.Code {
	case oidc.InvalidClient:
		a.Header.Set("Www-Authenticate", `Basic realm="identite"`)
	case oidc.InvalidToken:
		a.Header.Set("Www-Authenticate", `Bearer realm="identite", error="invalid_token"`)
	}
	return a
}

// jsonAnswer answers by an object that nobody may keep (RFC 6749 §5.1).
func jsonAnswer(status int, object any) answer {
	raw, err := json.Marshal(object)
	if err != nil {
		return answer{Status: http.StatusInternalServerError, Header: http.Header{}}
	}
	return answer{
		Status: status, Body: raw,
		Header: http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"no-store"}, "Pragma": {"no-cache"}},
	}
}
