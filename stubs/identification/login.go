package identification

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/emitter"
	"etalon/internal/interops"
)

// Addresses of the operator's pages.
const (
	PathIdentification = "/identification"
	PathLogin          = "/login"
	PathLogout         = "/logout"
)

// Fields of the forms.
const (
	FieldOperator = "operator" // Organism.Name of an authentication operator
	FieldName     = "identifiant"
	FieldSecret   = "secret"
	FieldMeans    = "moyen"
	FieldBack     = "retour"
)

// cookieName is that of the session in which a person stays identified.
const cookieName = "identification"

// session is the identification of a person.
type session struct {
	person Account
	means  interops.Means
	at     time.Time
}

// visit is one request of a browser.
type visit struct {
	request *http.Request
	id      string // X-Request-Id of what leaves because of it
	session *session
	key     string // of a session that the visit opened
}

// routes opens the operator's pages.
func (o *Operator) routes() http.Handler {
	r := chi.NewRouter()
	for path, serve := range map[string]func(*visit) emitter.Answer{
		"/": o.home, PathIdentification: o.leave, PathLogin: o.form, PathLogout: o.logout,
	} {
		r.Get(path, o.handle(serve))
	}
	r.Post(PathLogin, o.handle(o.login))
	r.Post(PathLogout, o.handle(o.logout))
	r.Post(PathIdentification, o.handle(o.identifyAndLeave))
	return r
}

// handle makes a handler of what answers a visit.
func (o *Operator) handle(serve func(*visit) emitter.Answer) http.HandlerFunc {
	return o.party.Handle(func(r *http.Request, id string) emitter.Answer {
		v := &visit{request: r, id: id}
		a := serve(v)
		if v.key != "" && a.Header != nil {
			a.Header.Set("Set-Cookie", emitter.Cookie(cookieName, v.key).String())
		}
		return a
	})
}

// found looks for the identification of who visits.
func (o *Operator) found(v *visit) bool {
	cookie, err := v.request.Cookie(cookieName)
	if err != nil {
		return false
	}
	one, _, alive := o.sessions.Find(cookie.Value, emitter.SoundBounds, o.party.Now())
	if alive {
		v.session = one
	}
	return alive
}

// home shows where an identified person may go.
func (o *Operator) home(v *visit) emitter.Answer {
	if !o.found(v) {
		return emitter.Elsewhere(PathLogin)
	}
	shown := view{Text: v.session.person.ID, Method: v.session.means.Name}
	for name := range o.config.Operators {
		if operator, ok := o.operator(name); ok {
			shown.Operators = append(shown.Operators, shortcut{operator.Name, operator.Title()})
		}
	}
	slices.SortFunc(shown.Operators, func(a, b shortcut) int { return strings.Compare(a.Name, b.Name) })
	return o.page(v, http.StatusOK, pageHome, shown)
}

// form shows the page by which a person identifies herself.
func (o *Operator) form(v *visit) emitter.Answer {
	return o.ask(v, http.StatusOK, v.request.URL.Query().Get(FieldBack), "")
}

func (o *Operator) ask(v *visit, status int, back, trouble string) emitter.Answer {
	return o.page(v, status, pageLogin, view{Text: trouble, Back: local(back), Means: o.member.Identification})
}

// local is a return address if it is one of ours from which a person leaves, else the home page.
func local(back string) string {
	u, err := url.Parse(back)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || u.Path != PathIdentification || strings.ContainsAny(back, "\\\r\n\t") {
		return "/"
	}
	return back
}

// login identifies a person by the form, and goes on to where she wanted.
func (o *Operator) login(v *visit) emitter.Answer {
	if trouble, ok := o.identify(v); !ok {
		return trouble
	}
	return emitter.Elsewhere(local(v.request.PostForm.Get(FieldBack)))
}

// identifyAndLeave does both in one form; a form without identifier is that of who is identified already.
func (o *Operator) identifyAndLeave(v *visit) emitter.Answer {
	if err := v.request.ParseForm(); err != nil {
		return o.ask(v, http.StatusBadRequest, "", "Le formulaire est illisible.")
	}
	if v.request.PostForm.Has(FieldName) {
		if trouble, ok := o.identify(v); !ok {
			return trouble
		}
	}
	return o.leave(v)
}

// identify opens a session under a new key for a person who proves who she is by a means that she holds; otherwise it
// returns what to answer (C02-N3). The session that the browser had is over.
func (o *Operator) identify(v *visit) (emitter.Answer, bool) {
	if err := v.request.ParseForm(); err != nil || emitter.Foreign(v.request) {
		return o.ask(v, http.StatusBadRequest, "", "Le formulaire est illisible, ou ne vient pas de cette page."), false
	}
	form := v.request.PostForm
	one, ok := o.policy.identified(o, form.Get(FieldName), form.Get(FieldSecret), form.Get(FieldMeans))
	if !ok {
		o.config.Log.Warn("personne non identifiée", "requete", v.id)
		return o.ask(v, http.StatusUnauthorized, form.Get(FieldBack), "L'identifiant, le secret ou le moyen ne convient pas."), false
	}
	if o.found(v) {
		before := v.session
		o.sessions.End(func(s *session) bool { return s == before })
	}
	v.session = &one
	var err error
	if v.key, err = o.sessions.Open(&one, one.at); err != nil {
		return o.unavailable(v, err), false
	}
	return emitter.Answer{}, true
}

// identified is the identification of the person whom an identifier, a secret and a means prove; a form that names no
// means uses the first that she holds.
func (o *Operator) identified(id, secret, means string) (session, bool) {
	person, ok := emitter.Accounts(o.config.Accounts).Prove(id, secret)
	i := slices.IndexFunc(o.member.Identification, func(m interops.Means) bool {
		return person.Holds(m.Name) && (means == "" || o.named(means, m))
	})
	if !ok || i < 0 {
		return session{}, false
	}
	return session{person, o.member.Identification[i], o.party.Now()}, true
}

// named tells whether a form that names a means, by its own name or by the class of its level, names that one.
func (o *Operator) named(name string, m interops.Means) bool {
	profile := o.config.Bench.Profile
	rank := profile.Rank(m.Level)
	return name == m.Name || rank >= 0 && profile.Levels[rank].Class == name
}

// logout ends the identification.
func (o *Operator) logout(v *visit) emitter.Answer {
	if o.found(v) {
		o.sessions.End(func(s *session) bool { return s == v.session })
	}
	a := emitter.Elsewhere(PathLogin)
	a.Header.Set("Set-Cookie", emitter.Cookie(cookieName, "").String())
	return a
}
