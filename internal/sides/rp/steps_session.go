package rp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/oidc"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// sessionSteps are the sentences of a session and of its end.
func sessionSteps() []scenario.Step {
	return []scenario.Step{
		step(`la session du service dépasse la vie du jeton d'accès`, func(ctx context.Context, p *part) error { return p.outlives(ctx, "") }),
		stepOf(`la session du service dépasse la vie du jeton d'accès, Pro Santé Connect commettant la faute §`, func(ctx context.Context, p *part, fault string) error {
			return p.outlives(ctx, fault)
		}),
		step(`le service a rafraîchi le jeton d'accès, et la session dure`, refreshed),
		step(`le service clôt la session`, sessionClosed),
		step(`le professionnel se déconnecte du service`, logsOut),
		step(`le service annonce la déconnexion à Pro Santé Connect`, logoutTold),
	}
}

// outlives lets the access token of the last visitor end, and has the service need another: by its clock and its protected
// page, by its gesture, or by waiting.
func (p *part) outlives(ctx context.Context, fault string) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	if !p.entered(ctx, v) {
		if p.Found(func(f verdict.Finding) bool { return f.Requirement == p.Row.ID }) {
			return nil // it is lost already, as was found
		}
		return p.Cannot(verdict.ReasonNoMessage, "session : "+p.told(v))
	}
	if fault != "" {
		if err := p.commits(v.person, fault); err != nil {
			return err
		}
		p.refuses = true
	}
	p.mark = p.side.provider.Last()
	_, gesture := p.side.declared.Verbs[candidate.Refresh]
	switch {
	case p.side.declared.Clock != nil:
		return p.pass(ctx, p.side.waits.token)
	case gesture:
		body, err := json.Marshal(map[string]string{"idnat": string(v.person.IdNat)})
		if err != nil {
			return err
		}
		return p.verb(ctx, candidate.Refresh, body)
	}
	return bench.Sleep(ctx, p.side.waits.token)
}

// renewals are the refreshes since the mark.
func (p *part) renewals() []psc.Entry {
	return p.side.provider.Journal(func(e psc.Entry) bool {
		return e.Number > p.mark && e.Endpoint == psc.EndpointToken && parameter(e, "grant_type") == oidc.GrantRefresh
	})
}

// refreshed wants the access token to have been refreshed, with the refresh token that was given last, and the session to go
// on (PSC-18). The scenario is played alone.
func refreshed(ctx context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	entered := p.entered(ctx, v)
	all := p.renewals()
	served := slices.ContainsFunc(all, func(e psc.Entry) bool { return e.Status == http.StatusOK })
	switch {
	case len(all) == 0 && lost(v.err) != nil:
		return p.without(v.err)
	case len(all) == 0:
		p.Finds(p.Own("refresh-missing", "grant_type=refresh_token", p.told(v), p.proof(v)...))
	case !served:
		p.Finds(p.Own("refresh-token-not-renewed", "HTTP 200", fmt.Sprintf("HTTP %d %s", all[0].Status, all[0].Answer), p.entries(all)))
	case !entered && lost(v.err) != nil:
		return p.without(v.err)
	case !entered:
		p.Finds(p.Own("session-lost", p.side.declared.Protected, p.told(v), append(p.proof(v), p.entries(all))...))
	}
	return nil
}

// sessionClosed wants the last visitor to have no session any more, after a logout (PSC-20) or a refresh that
// was refused (PSC-19): where none was asked for, nothing shows.
func sessionClosed(ctx context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	opened, err := p.opens(ctx, v)
	if err != nil {
		return p.Cannot(verdict.ReasonUnreachable, p.side.Field("protected"), p.side.declared.Protected, err.Error())
	}
	refused := func(e psc.Entry) bool { return e.Status != http.StatusOK }
	if p.refuses && !slices.ContainsFunc(p.renewals(), refused) { // it ended, or lasts, for another reason
		return p.Cannot(verdict.ReasonNoMessage, "grant_type="+oidc.GrantRefresh)
	}
	if opened {
		p.Sees(p.Own("service-session-survives", "aucune session", p.told(v), p.proof(v)...))
	}
	return nil
}

// logsOut makes the last visitor log out.
func logsOut(ctx context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	if !p.entered(ctx, v) {
		return p.Cannot(verdict.ReasonNoMessage, "session : "+p.told(v))
	}
	p.mark = p.side.provider.Last()
	page, err := v.browser.Get(ctx, p.side.declared.Logout)
	if err == nil && !p.side.ofProvider(page.URL) && page.Agrees() && len(p.farewells(v)) == 0 {
		page, err = v.browser.Agree(ctx, page, nil) // a page that asks whether one wants to
	}
	v.been(page, err)
	return ctx.Err()
}

// farewells are the calls to the end of session since the mark: the visitor's, where they tell whose they are.
func (p *part) farewells(v *visitor) []psc.Entry {
	return p.side.provider.Journal(func(e psc.Entry) bool {
		if e.Number <= p.mark || e.Endpoint != psc.EndpointLogout {
			return false
		}
		if e.Token == nil {
			return slices.ContainsFunc(v.hops, p.ofLogout) || slices.ContainsFunc(v.page.Hops, p.ofLogout)
		}
		return e.Token.Claims["preferred_username"] == string(v.person.IdNat)
	})
}

// logoutTold wants the end of session to have been asked of Pro Santé Connect, with the ID token and the address to come back
// to (PSC-20).
func logoutTold(_ context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	all := p.farewells(v)
	if len(all) == 0 {
		p.Finds(p.Own("logout-untold", oidc.PathLogout, p.told(v), p.proof(v)...))
		return nil
	}
	e := all[0]
	if e.Token == nil {
		p.Finds(p.Own("logout-without-hint", "id_token_hint", "", p.entries(all)))
	}
	if back := parameter(e, "post_logout_redirect_uri"); !slices.Contains(p.side.declared.Farewells, back) {
		p.Finds(p.Own("logout-without-return", "post_logout_redirect_uri", back, p.entries(all)))
	}
	return nil
}
