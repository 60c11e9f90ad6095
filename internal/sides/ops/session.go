package ops

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"etalon/internal/mutation"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// visit takes an honest VI to the candidate, in a browser, outside any trial: what it opens is what the scenario is
// about.
func (w *World) visit(ctx context.Context, browser *client.Browser) (sent, error) {
	call, marker, err := w.message()
	if err != nil {
		return sent{}, err
	}
	call.Visit.Browser = browser
	w.provider.channel.honest = ""
	s, err := w.send(ctx, "honest", marker, call)
	if err == nil && !w.accepted(s) {
		err = w.Cannot(verdict.ReasonControlRefusedBefore, told(s.exchange))
	}
	return s, err
}

// pageCall makes a call that asks for the page of an operation without presenting anything, in a browser.
func (w *World) pageCall(browser *client.Browser, operation string) (client.Call, string, error) {
	call, marker, err := w.message()
	if err != nil {
		return call, marker, err
	}
	call.Visit.Alone, call.Visit.Browser = true, browser
	if !w.provider.side.carrier.ask(&call, w.provider.to, operation, marker) {
		return call, marker, w.Cannot(verdict.ReasonNotDeclared, "resources."+operation)
	}
	return call, marker, nil
}

// askPage asks for the page of an operation, as the trial.
func (w *World) askPage(ctx context.Context, browser *client.Browser, operation string, change func(*client.Call)) error {
	call, marker, err := w.pageCall(browser, operation)
	if err != nil {
		return err
	}
	if change != nil {
		change(&call)
	}
	return w.stimulate(ctx, call, marker)
}

// serves tells whether a browser is served the page of the service.
func (w *World) serves(ctx context.Context, browser *client.Browser) (bool, error) {
	call, marker, err := w.pageCall(browser, stand.OperationOf(w.provider.to.Project))
	if err != nil {
		return false, err
	}
	s, err := w.send(ctx, "page", marker, call)
	return err == nil && w.accepted(s), err
}

// pageAddress is where cookies of the session are sent.
func (w *World) pageAddress() (*url.URL, error) {
	call, _, err := w.pageCall(nil, stand.OperationOf(w.provider.to.Project))
	if err != nil {
		return nil, err
	}
	return call.Visit.Page, nil
}

// sessionCookies finds, among the cookies of a browser to which the page is served, those without which it is not: a
// cookie that keeps something else is none of ours to judge.
func (w *World) sessionCookies(ctx context.Context, browser *client.Browser) ([]*http.Cookie, error) {
	at, err := w.pageAddress()
	if err != nil {
		return nil, err
	}
	all := browser.Cookies(at)
	var session []*http.Cookie
	for i, k := range all {
		rest := client.NewBrowser()
		for j, other := range all {
			if j != i {
				rest.SetCookies(at, []*http.Cookie{planted(other.Name, other.Value)})
			}
		}
		served, err := w.serves(ctx, rest)
		if err != nil {
			return nil, err
		}
		if !served {
			session = append(session, k)
		}
	}
	if len(session) == 0 {
		return nil, w.Cannot(verdict.ReasonNoMessage, "cookie de session")
	}
	return session, nil
}

// planted is a cookie as an attacker puts it into a browser.
func planted(name, value string) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", Secure: true}
}

// invented returns a value of the same length and letters as a session identifier, which no session has.
func (w *World) invented(like string) (string, error) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	drawn := make([]byte, len(like))
	if _, err := io.ReadFull(w.Source, drawn); err != nil {
		return "", fmt.Errorf("invent session identifier: %w", err)
	}
	for i := range drawn {
		drawn[i] = letters[int(drawn[i])%len(letters)]
	}
	return string(drawn), nil
}

// forged returns a browser that has session cookies which the candidate never gave.
func (w *World) forged(ctx context.Context) (*client.Browser, error) {
	opened := client.NewBrowser()
	if _, err := w.visit(ctx, opened); err != nil {
		return nil, err
	}
	session, err := w.sessionCookies(ctx, opened)
	if err != nil {
		return nil, err
	}
	at, err := w.pageAddress()
	if err != nil {
		return nil, err
	}
	browser := client.NewBrowser()
	for _, k := range session {
		value, err := w.invented(k.Value)
		if err != nil {
			return nil, err
		}
		browser.SetCookies(at, []*http.Cookie{planted(k.Name, value)})
	}
	return browser, nil
}

// impose puts into a browser the session cookies that an attacker knows: those that the candidate gives to whoever
// comes without a VI, else invented ones (P06-N1).
func (w *World) impose(ctx context.Context) error {
	browser, err := w.forged(ctx)
	if err != nil {
		return err
	}
	at, err := w.pageAddress()
	if err != nil {
		return err
	}
	anonymous := client.NewBrowser()
	if _, err := w.serves(ctx, anonymous); err != nil {
		return err
	}
	given := map[string]string{}
	for _, k := range anonymous.Cookies(at) {
		given[k.Name] = k.Value
	}
	w.provider.imposed = map[string]string{}
	for _, k := range browser.Cookies(at) {
		if value, ok := given[k.Name]; ok {
			k.Value = value
			browser.SetCookies(at, []*http.Cookie{planted(k.Name, value)})
		}
		w.provider.imposed[k.Name] = k.Value
	}
	w.provider.browser = browser
	return nil
}

// otherLink is the conduct of another organism that opens the link with its own good certificate.
func (w *World) otherLink(call client.Call) (*mutation.Conduct, error) {
	m, err := w.fault("tls-identity-of-other-organism")
	if err != nil {
		return nil, err
	}
	conduct := m.Behaviour(w.honest(call))
	return &conduct, nil
}
