package ops

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/members"
)

// operatorSteps are the sentences about persons at an authentication operator, and about the services that ask it.
func operatorSteps() []scenario.Step {
	asks := func(wish members.Wish) func(context.Context, string, string) error {
		return func(ctx context.Context, who, service string) error {
			return worldOf(ctx).serviceAsks(ctx, who, service, wish, "")
		}
	}
	return []scenario.Step{
		scenario.NewStep(`la personne § s'authentifie chez l'opérateur`, personLogsIn),
		scenario.NewStep(`la personne § s'authentifie chez l'opérateur avec un secret faux`, personFails),
		scenario.NewStep(`la personne § prend la place de la personne §, sans déconnexion`, personTakesOver),
		scenario.NewStep(`la personne § s'authentifie dans un navigateur où un tiers a posé un numéro de session`, personFixed),
		scenario.NewStep(`le tiers demande le service § avec ce numéro`, thirdPartyAsks),
		scenario.NewStep(`la personne § demande le service §`, func(ctx context.Context, who, service string) error {
			return worldOf(ctx).personAsks(ctx, who, service, nil)
		}),
		scenario.NewStep(`la personne § demande le service § en réclamant un PAGM`, func(ctx context.Context, who, service string) error {
			return worldOf(ctx).personAsks(ctx, who, service, claimedPAGM(worldOf(ctx)))
		}),
		scenario.NewStep(`le service § demande l'authentification de la personne §`, func(ctx context.Context, service, who string) error {
			return asks(members.Wish{})(ctx, who, service)
		}),
		scenario.NewStep(`le service § exige une nouvelle authentification de la personne §`, func(ctx context.Context, service, who string) error {
			return asks(members.Wish{Force: true})(ctx, who, service)
		}),
		scenario.NewStep(`le service § demande la personne § sans qu'une page lui soit montrée`, func(ctx context.Context, service, who string) error {
			return asks(members.Wish{Passive: true})(ctx, who, service)
		}),
		scenario.NewStep(`le service § demande l'authentification de la personne § avec la faute §`, func(ctx context.Context, service, who, fault string) error {
			return worldOf(ctx).serviceAsks(ctx, who, service, members.Wish{}, fault)
		}),
		scenario.NewStep(`la personne § s'authentifie sur la page qui lui est montrée`, personFills),
		scenario.NewStep(`la personne § s'y authentifie sous l'identité de la personne §`, personFillsAs),
		scenario.NewStep(`le service § publie des métadonnées § que l'opérateur relit`, serviceMoves),
		scenario.NewStep(`une liaison est tentée avec l'opérateur avec la faute §`, linkTried),
		scenario.NewStep(`une liaison est ouverte avec l'opérateur, variante §`, linkOpened),
		scenario.NewStep(`la personne § appelle l'opérateur sans TLS`, personInClear),
	}
}

func personLogsIn(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	g, err := w.newGuest(ctx, alias)
	if err != nil {
		return err
	}
	return w.logsIn(ctx, g)
}

// personFails tries to log in with a secret that is not the person's (S01-N3).
func personFails(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	g, err := w.newGuest(ctx, alias)
	if err != nil {
		return err
	}
	who := g.who
	who.Secret = "faux-" + who.Secret
	var trouble *browser.Trouble
	if err = g.connect(ctx, who); errors.As(err, &trouble) && (trouble.Kind == browser.ErrLoginRefused || trouble.Kind == browser.ErrCookiesRefused) {
		err = nil // as it should be
	}
	if err != nil {
		return w.stopped(err)
	}
	return nil
}

// personTakesOver logs a person in, in the browser of another who has not left (S13-N1). Whether the operator lets the
// person in is its own business.
func personTakesOver(ctx context.Context, alias, before string) error {
	w := worldOf(ctx)
	old, err := w.guestOf(before)
	if err != nil {
		return err
	}
	g, err := w.newGuest(ctx, alias)
	if err != nil {
		return err
	}
	g.person = old.person
	w.logged(g)
	var trouble *browser.Trouble
	login := g.driver.declared.P.Login
	page, err := g.browser.Get(ctx, login.URL)
	g.been(page)
	if err == nil && page.Shown() {
		page, err = g.browser.Fill(ctx, page, *login, browser.PersonOf(g.who))
		g.been(page)
	}
	if err != nil && !errors.As(err, &trouble) {
		return err
	}
	return nil
}

// plantedSession is the number of a session that a third party made up.
const plantedSession = "numero-de-session-pose-par-un-tiers"

// personFixed logs a person in where somebody else has chosen the number of the session (S13-N2).
func personFixed(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	g, err := w.newGuest(ctx, alias)
	if err != nil {
		return err
	}
	agent, ok := g.browser.(*browser.Agent)
	login := g.driver.declared.P.Login
	if !ok || login.Success.Cookie == "" {
		return w.Cannot(verdict.ReasonNotDeclared, "login.success.cookie")
	}
	if err := agent.SetCookies(login.URL, &http.Cookie{Name: login.Success.Cookie, Value: plantedSession, Path: "/", Secure: true}); err != nil {
		return err
	}
	page, err := agent.Get(ctx, login.URL)
	g.been(page)
	if err == nil {
		w.logged(g)
		page, err = agent.Fill(ctx, page, *login, browser.PersonOf(g.who))
		g.been(page)
	}
	if err != nil {
		return w.stopped(err)
	}
	return nil
}

// thirdPartyAsks goes to a service with the number of the session that was planted.
func thirdPartyAsks(ctx context.Context, service string) error {
	w := worldOf(ctx)
	at, err := w.place(service)
	if err != nil {
		return err
	}
	g, err := w.newGuest(ctx, "autre-agent")
	if err != nil {
		return err
	}
	agent, ok := g.browser.(*browser.Agent)
	login := g.driver.declared.P.Login
	if !ok {
		return w.Cannot(verdict.ReasonNotDeclared, "browser: http")
	}
	if err := agent.SetCookies(login.URL, &http.Cookie{Name: login.Success.Cookie, Value: plantedSession, Path: "/", Secure: true}); err != nil {
		return err
	}
	return w.rebounds(ctx, g, at, nil)
}

// personAsks sends a person to a service; who sits before no browser yet gets a new one.
func (w *World) personAsks(ctx context.Context, alias, service string, extra url.Values) error {
	at, err := w.place(service)
	if err != nil {
		return err
	}
	g, err := w.present(ctx, alias)
	if err != nil {
		return err
	}
	return w.rebounds(ctx, g, at, extra)
}

// present returns a person, before a new browser where there was none.
func (w *World) present(ctx context.Context, alias string) (*guest, error) {
	if g := w.client.guests[alias]; g != nil {
		return g, nil
	}
	return w.newGuest(ctx, alias)
}

// claimedPAGM are the names under which a person might claim a right in the address, with one that the trials grant to
// nobody (S18-N2).
func claimedPAGM(w *World) url.Values {
	claim := "PAGM_RECLAME"
	if pagm := w.project().PAGM; len(pagm) > 1 {
		claim = pagm[len(pagm)-1].Name
	}
	return url.Values{"pagm": {claim}, "PAGM": {claim}, "profil": {claim}}
}

// serviceAsks brings an AuthnRequest of a service to the operator, by the person's browser.
func (w *World) serviceAsks(ctx context.Context, alias, service string, wish members.Wish, fault string) error {
	at, err := w.place(service)
	if err != nil {
		return err
	}
	g, err := w.present(ctx, alias)
	if err != nil {
		return err
	}
	if err := w.faulty(&wish, fault, at); err != nil {
		return err
	}
	return w.goes(ctx, g, at.service, func(marker string) (browser.Page, error) {
		wish.RelayState = marker
		out, err := w.client.side.members.Ask(at.project.Provider, at.service.Name, wish)
		if err != nil {
			return browser.Page{}, err
		}
		return g.brings(ctx, out)
	})
}

// personFills logs the person in on the page at hand.
func personFills(ctx context.Context, alias string) error {
	return personFillsAs(ctx, alias, alias)
}

// personFillsAs logs in on the page at hand as somebody: what it brings the services belongs to the call under way.
func personFillsAs(ctx context.Context, alias, as string) error {
	w := worldOf(ctx)
	g, err := w.guestOf(alias)
	if err != nil {
		return err
	}
	who := w.someone(as)
	if who == nil {
		return w.Cannot(verdict.ReasonNotDeclared, "users : "+as)
	}
	if !g.page.Shown() {
		return nil // no page was shown: what should follow it will not
	}
	w.logged(g)
	service := w.client.side.home
	if len(g.calls) > 0 {
		service = w.client.calls[g.calls[len(g.calls)-1]].service
	}
	login := g.driver.declared.P.Login
	return w.goes(ctx, g, service, func(string) (browser.Page, error) {
		return g.browser.Fill(ctx, g.page, *login, browser.PersonOf(g.driver.user(who.ID)))
	})
}

// face is the address at which browsers and services reach the operator.
func (s *clientSide) face() (*url.URL, error) {
	address := s.declared.S.SSO
	if address == "" {
		address = s.declared.P.Login.URL
	}
	return url.Parse(address)
}

// linkTried offers the operator a link that no sound server takes (T03).
func linkTried(ctx context.Context, fault string) error {
	w := worldOf(ctx)
	m, ok := mutation.ByName(fault)
	if !ok {
		return fmt.Errorf("fault %q: not in the catalogue", fault)
	}
	conduct := m.Behaviour(w.honestIn(place{w.client.side.project, w.client.side.home}))
	if conduct.Hello == nil {
		return w.handshake(ctx, conduct.MaxTLS)
	}
	return w.hello(ctx, conduct.Hello.Version, conduct.Hello.Suites)
}

// linkOpened offers the operator one sound version alone (T03-P).
func linkOpened(ctx context.Context, name string) error {
	version, ok := map[string]uint16{"tls12": 0x0303, "tls13": 0x0304}[name]
	if !ok {
		return fmt.Errorf("variant %q: want tls12 or tls13", name)
	}
	return worldOf(ctx).handshake(ctx, version)
}

// hello sends a ClientHello made by hand.
func (w *World) hello(ctx context.Context, version uint16, suites []uint16) error {
	face, err := w.client.side.face()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, w.run.Patience)
	defer cancel()
	answer, err := pki.ProbeHello(ctx, candidate.Guarded(net.Dialer{}), hostPort(face), version, suites)
	if err != nil {
		return w.Cannot(verdict.ReasonUnreachable, w.client.side.roleMode()+".sso", face.String(), err.Error())
	}
	w.client.link = linkTrial{tried: true, opened: answer.Answer == pki.AnswerHello, told: answer.String()}
	return nil
}

// personInClear asks the operator for its login page without TLS (T07).
func personInClear(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	g, err := w.newGuest(ctx, alias)
	if err != nil {
		return err
	}
	clear := strings.Replace(g.driver.declared.P.Login.URL, "https://", "http://", 1)
	page, err := g.browser.Get(ctx, clear) // whatever happens, what was served is what counts
	g.been(page)
	w.client.link = linkTrial{tried: true, opened: err == nil && page.Shown(), told: clear}
	return nil
}

// holdsAssertion tells whether a Response, as forms carry it, holds an assertion.
func holdsAssertion(encoded string) bool {
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(encoded), ""))
	return err == nil && strings.Contains(string(raw), "Assertion") && strings.Contains(string(raw), "AuthnStatement")
}
