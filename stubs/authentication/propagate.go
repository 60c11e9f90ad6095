package authentication

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"

	"etalon/internal/interops"
	"etalon/internal/sso"
)

// maxAnswer bounds what is read of a back channel's answer.
const maxAnswer = 1 << 20

// tell tells services of the end of a session by their back channels, all at once, and returns those that could not be
// told or did not confirm.
func (o *Operator) tell(c *call, s session, visits []visit) []string {
	failures := make([]error, len(visits))
	if o.policy.stops {
		for i, v := range visits {
			if failures[i] = o.call(c, s, v); failures[i] != nil {
				return []string{v.organism}
			}
		}
		return nil
	}
	var told sync.WaitGroup
	for i, v := range visits {
		told.Go(func() { failures[i] = o.call(c, s, v) })
	}
	told.Wait()
	var lost []string
	for i, v := range visits {
		fault := ""
		if failures[i] != nil {
			o.config.Log.Warn("déconnexion non confirmée", "requete", c.id, "organisme", v.organism, "cause", failures[i].Error())
			fault, lost = "injoignable", append(lost, v.organism)
		}
		o.traceLogout(c, v, interops.Emission, fault)
	}
	return lost
}

// call sends a LogoutRequest to a service's back channel, and reads its confirmation (D06).
func (o *Operator) call(c *call, s session, v visit) error {
	peer, _ := o.peers.of(v.organism)
	out, id, err := o.order(c, s, peer.Back, string(sso.BindingSOAP), "")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.r.Context()), o.config.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, peer.Back, bytes.NewReader(out.Envelope()))
	if err != nil {
		return fmt.Errorf("tell %s: %w", v.organism, err)
	}
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", `"http://www.oasis-open.org/committees/security"`)
	response, err := o.back.Do(request)
	if err != nil {
		return fmt.Errorf("tell %s: %w", v.organism, err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("tell %s: %w", v.organism, err)
	}
	return o.confirmed(c, sso.Incoming{Method: http.MethodPost, Header: response.Header, Raw: raw}, id, v, response.StatusCode)
}

// reachable tells whether the server of an address lets itself be called: a browser that is sent to a dead one never
// comes back, and the chain would end there (D04).
func (o *Operator) reachable(c *call, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("reach service: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.r.Context()), o.config.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, u.Scheme+"://"+u.Host+"/", nil)
	if err != nil {
		return fmt.Errorf("reach service: %w", err)
	}
	response, err := o.back.Do(request)
	if err != nil {
		return fmt.Errorf("reach service: %w", err)
	}
	return response.Body.Close()
}

// carry sends the browser with a LogoutRequest to a service.
func (o *Operator) carry(c *call, l *closing, v visit) error {
	peer, _ := o.peers.of(v.organism)
	if peer.Front == "" {
		return fmt.Errorf("tell %s: no address is known", v.organism)
	}
	if err := o.reachable(c, peer.Front); err != nil {
		return err
	}
	out, id, err := o.order(c, l.session, peer.Front, string(sso.BindingRedirect), "")
	if err != nil {
		return err
	}
	l.id, l.leg = id, &leg{id: id, visit: v}
	if err := o.closings.keep(l, c.now); err != nil {
		return err
	}
	o.redirect(c, out.URL())
	return nil
}
