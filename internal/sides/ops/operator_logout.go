package ops

import (
	"context"
	"net/http"
	"time"

	"etalon/internal/browser"
	"etalon/internal/scenario"
	"etalon/internal/sso"
	"etalon/internal/verdict"
	"etalon/stubs/members"
)

// operatorLogoutSteps are the sentences about the end of sessions in a sphere.
func operatorLogoutSteps() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`la personne § se déconnecte chez l'opérateur`, leavesOperator),
		scenario.NewStep(`la personne § se déconnecte du service §`, func(ctx context.Context, who, service string) error {
			return worldOf(ctx).leavesService(ctx, who, service, "")
		}),
		scenario.NewStep(`le service § demande la fin de la session de la personne § avec la faute §`, func(ctx context.Context, service, who, fault string) error {
			return worldOf(ctx).leavesService(ctx, who, service, fault)
		}),
		scenario.NewStep(`le service § redemande la fin de la session de la personne § par la même demande`, leavesAgain),
		scenario.NewStep(`le service § est en panne de déconnexion`, func(ctx context.Context, service string) error {
			return worldOf(ctx).behaves(service, members.Manner{Down: true})
		}),
		scenario.NewStep(`le service § répond à une autre demande de déconnexion`, func(ctx context.Context, service string) error {
			return worldOf(ctx).behaves(service, members.Manner{Astray: true})
		}),
	}
}

// memberCall is a LogoutRequest that a member brought the operator, by whatever way.
type memberCall struct {
	organism string
	out      sso.Outgoing
	called   members.Called // by the back channel
	from     int            // arrivals before it
}

// behaves tells the member of a service how to answer.
func (w *World) behaves(service string, how members.Manner) error {
	at, err := w.place(service)
	if err != nil {
		return err
	}
	w.client.side.members.Behave(at.project.Provider, how)
	return nil
}

// leavesOperator ends everything by the operator's own address.
func leavesOperator(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	g, err := w.guestOf(alias)
	if err != nil {
		return err
	}
	g.left, g.from = w.client.side.declared.Organism, w.client.side.count()
	return w.goes(ctx, g, w.client.side.home, func(string) (browser.Page, error) {
		return g.browser.Get(ctx, w.client.side.declared.S.Logout)
	})
}

// leavesService brings a LogoutRequest of a service to the operator: by the person's browser, or by the back channel
// where the operator takes none through browsers.
func (w *World) leavesService(ctx context.Context, alias, service, fault string) error {
	at, err := w.place(service)
	if err != nil {
		return err
	}
	g, err := w.guestOf(alias)
	if err != nil {
		return err
	}
	session, ok := w.sessionAt(g, at.project.Provider)
	if !ok {
		return w.Cannot(verdict.ReasonNoMessage, "session")
	}
	wish := members.Wish{Binding: sso.BindingPOST}
	if w.client.side.declared.S.SLO == "" {
		wish.Binding = sso.BindingSOAP
	}
	if err := w.faulty(&wish, fault, at); err != nil {
		return err
	}
	out, err := w.client.side.members.Leave(session, wish)
	if err != nil {
		return err
	}
	g.left, g.from = session.Organism, w.client.side.count()
	return w.orders(ctx, g, at, memberCall{organism: session.Organism, out: out})
}

// orders takes a LogoutRequest to the operator.
func (w *World) orders(ctx context.Context, g *guest, at place, c memberCall) error {
	c.from = w.client.side.count()
	err := w.goes(ctx, g, at.service, func(string) (browser.Page, error) {
		if c.out.Binding != sso.BindingSOAP {
			return g.brings(ctx, c.out)
		}
		c.called = w.client.side.members.Call(ctx, c.organism, c.out)
		return browser.Page{
			URL: c.out.Destination, Status: c.called.Status, Header: c.called.Header, Body: c.called.Body,
			Hops: []browser.Hop{{Method: http.MethodPost, URL: c.out.Destination, RequestBody: c.called.Request, Status: c.called.Status, Body: c.called.Body}},
		}, c.called.Err
	})
	w.client.ordered = append(w.client.ordered, c)
	return err
}

// leavesAgain brings the last LogoutRequest once more (D02-N4).
func leavesAgain(ctx context.Context, service, alias string) error {
	w := worldOf(ctx)
	at, err := w.place(service)
	if err != nil {
		return err
	}
	g, err := w.guestOf(alias)
	if err != nil {
		return err
	}
	if len(w.client.ordered) == 0 {
		return errNothingSent
	}
	last := w.client.ordered[len(w.client.ordered)-1]
	return w.orders(ctx, g, at, memberCall{organism: last.organism, out: last.out})
}

// sessionLength is longer than any session may last: no VI may rest on an older login (time.maxAuthnAge).
func (w *World) sessionLength() time.Duration {
	return w.profile().Time.MaxAuthnAge.Duration + time.Hour
}
