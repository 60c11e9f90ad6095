package psc

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/oidc"
)

// The addresses that are not of Pro Santé Connect.
const (
	pathForeign = "/auth/realms/autre-fournisseur"
	pathTrap    = "/piege"
)

// visit is a request under way.
type visit struct {
	*Stub
	w       http.ResponseWriter
	r       *http.Request
	body    *heard
	entry   Entry
	fault   oidc.Fault // that is committed, where one was armed
	started time.Time
}

// answer is what an endpoint answers; nil where it has answered by itself.
type answer = emitter.Answer

// routes opens the services.
func (s *Stub) routes() http.Handler {
	r := chi.NewRouter()
	realm := oidc.PathRealm
	for _, name := range []string{oidc.PathWallet, oidc.PathDiscovery} {
		r.Get(realm+name, s.serveAt(EndpointDiscovery, (*visit).discovery))
		r.Get(pathForeign+name, s.serveAt(EndpointForeign, (*visit).foreignDiscovery))
	}
	r.Get(realm+oidc.PathJWKS, s.serveAt(EndpointKeys, (*visit).jwks))
	r.Get(pathForeign+oidc.PathJWKS, s.serveAt(EndpointForeign, (*visit).foreignJWKS))
	r.Get(oidc.PathAuthorization, s.serveAt(EndpointAuthorization, (*visit).authorize))
	r.Post(oidc.PathAuthorization, s.serveAt(EndpointAuthorization, (*visit).authorize))
	r.Post(realm+oidc.PathToken, s.serveAt(EndpointToken, (*visit).token))
	r.Get(realm+oidc.PathUserInfo, s.serveAt(EndpointUserInfo, (*visit).userInfo))
	r.Post(realm+oidc.PathUserInfo, s.serveAt(EndpointUserInfo, (*visit).userInfo))
	r.Post(realm+oidc.PathIntrospection, s.serveAt(EndpointIntrospection, (*visit).introspect))
	r.Post(realm+oidc.PathRevocation, s.serveAt(EndpointRevocation, (*visit).revoke))
	r.Get(realm+oidc.PathLogout, s.serveAt(EndpointLogout, (*visit).logout))
	r.Post(realm+oidc.PathLogout, s.serveAt(EndpointLogout, (*visit).logout))
	r.Post(realm+oidc.PathCIBA, s.serveAt(EndpointDecoupled, (*visit).decoupled))
	if s.config.Tolerant {
		r.Get(realm+oidc.PathIntrospection, s.serveAt(EndpointIntrospection, (*visit).introspect))
	}
	r.HandleFunc(pathTrap, s.serveAt(EndpointTrap, (*visit).trapped))
	r.HandleFunc(pathTrap+"/*", s.serveAt(EndpointTrap, (*visit).trapped))
	r.NotFound(s.serveAt(EndpointOther, absent))
	r.MethodNotAllowed(s.serveAt(EndpointOther, func(*visit) (answer, error) {
		return answer{}, &oidc.Error{Status: http.StatusMethodNotAllowed, Code: oidc.InvalidRequest, Description: "another method"}
	}))
	return r
}

func absent(*visit) (answer, error) {
	return answer{}, &oidc.Error{Status: http.StatusNotFound, Code: oidc.InvalidRequest, Description: "no such address"}
}

// errAnswered tells that the endpoint has answered by itself, and told the journal.
var errAnswered = errors.New("answered")

// serveAt reads a request, has it answered and tells the journal, before the answer leaves: what the caller knows, the
// journal knows.
func (s *Stub) serveAt(endpoint string, how func(*visit) (answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body := &heard{ReadCloser: http.MaxBytesReader(w, r.Body, oidc.MaxForm)}
		r.Body = body
		started := bench.Wall()
		v := &visit{Stub: s, w: w, r: r, body: body, started: started, entry: Entry{
			At: s.now(), Heard: started, Peer: r.RemoteAddr, Endpoint: endpoint, Method: r.Method, Path: shortened(r.URL.EscapedPath()), Host: shortened(r.Host),
			Query: s.journal.parameters(r.URL.Query()), ContentType: shortened(r.Header.Get("Content-Type")),
		}}
		if c := v.certificate(); c != nil {
			v.entry.Certificate = c.Subject.String()
		}
		a, err := how(v)
		if errors.Is(err, errAnswered) {
			return
		}
		if err != nil {
			a = v.refusal(err)
		}
		v.told(a)
		for name, values := range a.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.Status)
		_, _ = w.Write(a.Body)
	}
}

// told tells the journal, and who watches, what is answered.
func (v *visit) told(a answer) {
	v.entry.Status = a.Status
	v.entry.Form = v.journal.parameters(v.r.PostForm)
	v.journal.add(v.entry)
	v.observed(a)
}

// form reads the form of the body.
func (v *visit) form() (url.Values, error) { return oidc.ReadForm(v.w, v.r) }

// refusal answers an error: a refusal in its own words, whatever else as a failure of ours.
func (v *visit) refusal(err error) answer {
	var refused *oidc.Error
	if !errors.As(err, &refused) {
		v.config.Log.Error("service en défaut", "chemin", v.entry.Path, "cause", err.Error())
		refused = &oidc.Error{Status: http.StatusInternalServerError, Code: "server_error"}
	}
	v.entry.Answer = refused.Code
	a := jsonAnswer(refused.Status, refused)
	for name, values := range challenge(refused) {
		a.Header[name] = values
	}
	return a
}

// jsonAnswer answers by an object that nobody may keep (RFC 6749 §5.1).
func jsonAnswer(status int, object any) answer {
	raw, err := json.Marshal(object)
	if err != nil {
		return answer{Status: http.StatusInternalServerError, Header: http.Header{}}
	}
	return answer{Status: status, Header: jsonHeader(), Body: raw}
}

func jsonHeader() http.Header {
	return http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"no-store"}, "Pragma": {"no-cache"}}
}

func document(raw []byte) (answer, error) {
	return answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: raw}, nil
}

func (v *visit) discovery() (answer, error) { return document(v.Discovery().Bytes()) }

// jwks publishes the keys, unless they are told to be out of reach (INTR-15).
func (v *visit) jwks() (answer, error) {
	if status := v.jwksStatus(); status != 0 {
		return answer{}, &oidc.Error{Status: status, Code: "server_error"}
	}
	return document(oidc.JWKS(v.keys.published()))
}

// foreignDiscovery and foreignJWKS are those of another provider, which an operator has no reason to ask (TOK-03).
func (v *visit) foreignDiscovery() (answer, error) {
	d := v.Discovery()
	d.JWKS = strings.Replace(d.JWKS, d.Issuer, v.ForeignIssuer(), 1)
	d.Issuer = v.ForeignIssuer()
	return document(d.Bytes())
}

func (v *visit) foreignJWKS() (answer, error) {
	key, err := v.keys.named(KeyForeign)
	if err != nil {
		return answer{}, err
	}
	return document(oidc.JWKS([]oidc.Key{key}))
}
