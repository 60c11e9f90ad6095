package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/emitter"
	"etalon/internal/interops"
)

// home shows the services to an agent who is logged in.
func (p *Portal) home(v *visit) emitter.Answer {
	if !p.found(v) {
		return emitter.Elsewhere("/login")
	}
	var services []string
	for service := range p.targets {
		if project, _, ok := p.party.Project(service, p.policy.inForce); ok && len(p.policy.rights(p, v.session, project)) > 0 {
			services = append(services, service)
		}
	}
	slices.Sort(services)
	return p.page(v, http.StatusOK, pageHome, map[string]any{"User": v.session.user.ID, "Services": services})
}

// form shows the login page.
func (p *Portal) form(v *visit) emitter.Answer {
	return p.ask(v, http.StatusOK, v.request.URL.Query().Get("retour"), "")
}

func (p *Portal) ask(v *visit, status int, back, trouble string) emitter.Answer {
	return p.page(v, status, pageLogin, map[string]any{"Back": local(back), "Trouble": trouble})
}

// local is a return address if it is one of ours that sends an agent out, else the home page.
func local(back string) string {
	u, err := url.Parse(back)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || !strings.HasPrefix(u.Path, exitPath) || strings.ContainsAny(back, "\\\r\n\t") {
		return "/"
	}
	return back
}

// login opens a session under a new key for an agent who knows her secret. Whatever session the browser had is over,
// with what it had opened outside (P14).
func (p *Portal) login(v *visit) emitter.Answer {
	if err := v.request.ParseForm(); err != nil || emitter.Foreign(v.request) {
		return p.ask(v, http.StatusBadRequest, "", "Le formulaire est illisible, ou ne vient pas de cette page.")
	}
	form := v.request.PostForm
	account, ok := emitter.Accounts(p.config.Accounts).Prove(form.Get("identifiant"), form.Get("secret"))
	if !ok {
		p.config.Log.Warn("connexion refusée", "requete", v.id)
		return p.ask(v, http.StatusUnauthorized, form.Get("retour"), "L'identifiant ou le secret ne convient pas.")
	}
	if account.Class == "" {
		account.Class = interops.ClassPassword
	}
	now := p.party.Now()
	one := newSession(interops.User{ID: account.ID, Format: account.Format, Class: account.Class, AuthnInstant: now})
	key, err := p.sessions.Open(one, now)
	if err != nil {
		return p.unavailable(v, err)
	}
	p.found(v)
	p.policy.succeeds(p, v.session, one)
	a := emitter.Elsewhere(local(form.Get("retour")))
	a.Header.Set("Set-Cookie", emitter.Cookie(cookieName, key).String())
	return a
}

// succeeds ends the session that a browser had before.
func (p *Portal) succeeds(before, _ *session) {
	if before != nil {
		p.close(p.sessions.end(func(s *session) bool { return s == before }))
	}
}

// logout ends the home session and what it had opened outside (P15). A browser that went out by itself is sent to the
// partner's own logout.
func (p *Portal) logout(v *visit) emitter.Answer {
	var over []*outward
	if p.found(v) {
		over = p.policy.ends(p, v.session)
		p.close(over)
	}
	a := p.page(v, http.StatusOK, pageBye, map[string]any{"Partners": p.farewells(over)})
	if only := p.farewells(over); len(only) == 1 {
		a = emitter.Elsewhere(only[0])
	}
	if !p.policy.lingers {
		a.Header.Set("Set-Cookie", emitter.Cookie(cookieName, "").String())
	}
	return a
}

// ends forgets a session, and returns what it had opened outside.
func (p *Portal) ends(one *session) []*outward {
	return p.sessions.end(func(s *session) bool { return s == one })
}

// farewells are the partners' logout addresses that only the agent's browser can call.
func (p *Portal) farewells(over []*outward) []string {
	var all []string
	for _, o := range over {
		if o.jar == nil && o.target.logout != nil {
			all = append(all, o.target.logout.String())
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
