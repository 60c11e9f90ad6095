package authentication

import (
	"net/http"
	"net/url"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// The cookies of a browser: its session, and the pages that were shown to it before there was one.
const (
	sessionCookie = "session-operateur"
	browserCookie = "navigateur-operateur"
)

// The fields of the login form.
const (
	FieldPage   = "demande" // which page it is; hidden
	FieldName   = "identifiant"
	FieldSecret = "secret"
	FieldMeans  = "moyen"
)

// cookie returns the value of a cookie; empty when there is none.
func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie gives the browser a cookie. It must come back in the forms that services post: SameSite is None (P06 asks
// for a value, and an operator's requests come from other sites).
func setCookie(c *call, name, value string) {
	cookie := &http.Cookie{Name: name, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode}
	if value == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(c.w, cookie)
}

// current returns the session of the browser, when it is alive.
func (o *Operator) current(c *call) (session, bool) {
	s, in := o.policy.session(o, c, cookie(c.r, sessionCookie))
	if in {
		c.seen.Person = s.person.ID
	}
	return s, in
}

// proceed takes a browser one step further: to the login page where one is needed, else to what it came for.
func (o *Operator) proceed(c *call, p passage, s session, in bool) {
	least, exists := o.demanded(p)
	identified := p.identified
	if identified == nil && in {
		identified = s.identified
	}
	switch {
	case !exists:
		o.decline(c, p, noSuchLevel)
	case in && !p.fresh && o.policy.rank(o, s) >= least:
		o.arrive(c, p, s)
	case o.policy.passive(p):
		o.decline(c, p, notPassive) // S10
	case len(o.sufficient(least, identified)) == 0:
		o.decline(c, p, noSuchLevel)
	default:
		o.ask(c, p, least, identified)
	}
}

// arrive gives the browser what it came for.
func (o *Operator) arrive(c *call, p passage, s session) {
	if p.target == nil {
		o.redirect(c, "/")
		return
	}
	o.issue(c, p, s)
}

// ask shows the login page, and remembers what it is for and in which browser.
func (o *Operator) ask(c *call, p passage, least int, identified *interops.ContextToken) {
	browser := cookie(c.r, browserCookie)
	token, err := bench.NewUUID(bench.Entropy())
	if err == nil && browser == "" {
		browser, err = bench.NewUUID(bench.Entropy())
		setCookie(c, browserCookie, browser)
	}
	if err == nil {
		err = o.pending.keep(token, page{browser: browser, passage: p}, c.now)
	}
	if err != nil {
		o.unavailable(c, err)
		return
	}
	if identified == nil && !o.policy.identifies(o.member()) {
		v := view{Title: "Identification", Lines: []string{"Identifiez-vous d'abord auprès d'un opérateur d'identification de la sphère."}}
		for organism, address := range o.config.Identifiers {
			known, _ := o.config.Bench.Convention.Organism(organism)
			query := url.Values{"operator": {o.config.Organism}, sso.ParameterRelayState: {token}}
			v.Links = append(v.Links, shortcut{address + "?" + query.Encode(), known.Title()})
		}
		o.show(c, http.StatusOK, "identify", v)
		return
	}
	v := view{Title: "Authentification", Token: token, Means: o.sufficient(least, identified)}
	if identified != nil {
		v.Name = identified.NameID.Value
		v.Lines = append(v.Lines, "Vous avez été identifié par un autre opérateur de la sphère : authentifiez-vous sous la même identité.")
	}
	if p.target != nil {
		v.Lines = append(v.Lines, "Service demandé : "+p.target.service.Name+", de "+p.target.operator.Title()+".")
	}
	o.show(c, http.StatusOK, "login", v)
}

// loginPage shows the login page to who wants no service in particular.
func (o *Operator) loginPage(c *call) { o.ask(c, passage{}, 0, nil) }

// login takes the login form (S01): a new session, or a new login in the one of the same person.
func (o *Operator) login(c *call) {
	c.seen.Kind = KindLogin
	if err := c.r.ParseForm(); err != nil {
		o.say(c, http.StatusBadRequest, "Formulaire illisible", "Recommencez depuis la page d'authentification.")
		return
	}
	form := c.r.PostForm
	token := form.Get(FieldPage)
	p, known := o.pending.find(token, cookie(c.r, browserCookie), c.now)
	if !known {
		o.say(c, http.StatusBadRequest, "Page périmée", "Cette page d'authentification a déjà servi ou n'est plus valable. Recommencez.")
		return
	}
	least, _ := o.demanded(p)
	old, in := o.current(c)
	identified := p.identified
	if identified == nil && in {
		identified = old.identified
	}
	sufficient := o.sufficient(least, identified)
	means := chosen(o.config.Bench.Profile, sufficient, form.Get(FieldMeans))
	person, ok := o.accounts.authenticate(form.Get(FieldName), form.Get(FieldSecret), means.Name)
	if !o.policy.authenticated(person, ok) {
		v := view{Title: "Authentification", Token: token, Name: form.Get(FieldName), Means: sufficient}
		v.Lines = []string{"Identifiant, secret ou moyen incorrect."}
		o.show(c, http.StatusUnauthorized, "login", v)
		return
	}
	if !o.samePerson(c, p, old, in, person) || !o.pending.drop(token) {
		o.pending.drop(token)
		o.say(c, http.StatusForbidden, "Authentification refusée", "Une autre personne est déjà identifiée ou connectée dans ce navigateur. Déconnectez-la d'abord.")
		return
	}
	o.enter(c, p, old, in, session{person: person, means: means, login: c.now, used: c.now, identified: p.identified})
}

// chosen returns the means that the form names, by its own name or by the class that it reaches, the first when it names
// none; the zero one is held by nobody.
func chosen(profile *interops.Profile, sufficient []interops.Means, name string) interops.Means {
	i := slices.IndexFunc(sufficient, func(m interops.Means) bool {
		rank := profile.Rank(m.Level)
		return m.Name == name || name == "" || rank >= 0 && profile.Levels[rank].Class == name
	})
	if i < 0 {
		return interops.Means{Name: "\x00"}
	}
	return sufficient[i]
}

// samePerson tells whether who logs in is who was identified (C06), and who the browser's session is of (S13).
func (o *Operator) samePerson(c *call, p passage, old session, in bool, person Account) bool {
	if p.identified != nil && !o.policy.identified(person, *p.identified) {
		refused := saml.Judged{VI: ofContext(sso.JudgedContext{JudgedContext: saml.JudgedContext{Token: *p.identified}}).VI}
		o.untraced(c, o.traceReceived(c, refused, interops.Rejected, "context-person-other"))
		return false
	}
	return !in || o.policy.continues(old, person)
}

// enter opens the session of a login under an identifier that no one knew before (P06), and goes on.
func (o *Operator) enter(c *call, p passage, old session, in bool, s session) {
	var err error
	if s.id, err = o.policy.sessionID(c); err == nil {
		s.index, err = o.party.NewID()
	}
	if err != nil {
		o.unavailable(c, err)
		return
	}
	renewed := false
	if in {
		s, renewed = o.sessions.renew(old.id, s)
	}
	if !renewed {
		if err := o.sessions.open(s, c.now); err != nil {
			o.unavailable(c, err)
			return
		}
	}
	setCookie(c, sessionCookie, s.id)
	setCookie(c, browserCookie, "")
	c.seen.Person = s.person.ID
	p.fresh, p.identified = false, nil
	o.proceed(c, p, s, true)
}

// home shows where a person can go from here.
func (o *Operator) home(c *call) {
	s, in := o.current(c)
	if !in {
		o.redirect(c, PathLogin)
		return
	}
	v := view{Title: "Votre session", Lines: []string{"Vous êtes connecté sous l'identité " + s.person.ID + "."}}
	for _, t := range o.services(c.now) {
		v.Links = append(v.Links, shortcut{rebondPath(t.operator.Name, t.service.Name), t.service.Name + ", de " + t.operator.Title()})
	}
	o.show(c, http.StatusOK, "home", v)
}
