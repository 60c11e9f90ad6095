package portal

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"etalon/internal/sso"
)

// target is a Destination as the portal uses it.
type target struct {
	acs, pages *url.URL
	logout     *url.URL // nil when the partner offers none
}

// readTarget refuses an address that is not https, and pages that are no folder.
func readTarget(d Destination) (t target, err error) {
	for address, to := range map[string]**url.URL{d.ACS: &t.acs, d.Target: &t.pages} {
		if *to, err = secure(address); err != nil {
			return target{}, err
		}
	}
	if !strings.HasSuffix(t.pages.Path, "/") {
		t.pages = t.pages.JoinPath("/")
	}
	if d.Logout != "" {
		t.logout, err = secure(d.Logout)
	}
	return t, err
}

func secure(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("address %q: want https://host:port/path", address)
	}
	return u, nil
}

var errNoPage = errors.New("read address: it names no page of the service")

// page is the partner's page behind the rest of an address of ours, still escaped. It refuses what could lead out of
// the service's folder.
func (t target) page(rest, query string) (*url.URL, error) {
	lower := strings.ToLower(rest)
	for _, hidden := range []string{"%2f", "%5c", "%2e", "%25", "%00", "\\"} {
		if strings.Contains(lower, hidden) {
			return nil, errNoPage
		}
	}
	for segment := range strings.SplitSeq(rest, "/") {
		if segment == "." || segment == ".." {
			return nil, errNoPage
		}
	}
	path, err := url.PathUnescape(rest)
	if err != nil {
		return nil, errNoPage
	}
	u := *t.pages
	u.Path, u.RawPath, u.RawQuery = t.pages.Path+path, t.pages.EscapedPath()+rest, query
	return &u, nil
}

// relayState is the return address that a Response asks for: a whole address where it is short enough, else its path,
// else nothing (P05).
func relayState(page *url.URL) string {
	for _, address := range []string{page.String(), page.RequestURI()} {
		if len(address) <= maxRelayState {
			return address
		}
	}
	return ""
}

// maxRelayState is the longest return address that SAML allows (SAML bindings §3.5.3).
const maxRelayState = 80

// inward is the address of ours that stands for a page of the partner's, if it is one of the service's.
func (t target) inward(service string, from *url.URL, location string) (string, bool) {
	u, err := from.Parse(location)
	if err != nil || u.Scheme != t.pages.Scheme || u.Host != t.pages.Host {
		return "", false
	}
	rest, ok := strings.CutPrefix(u.EscapedPath(), t.pages.EscapedPath())
	if !ok {
		return "", false
	}
	if _, err := t.page(rest, ""); err != nil {
		return "", false
	}
	address := exitPath + url.PathEscape(service) + "/" + rest
	if u.RawQuery != "" {
		address += "?" + u.RawQuery
	}
	return address, true
}

// carriesVI tells whether a query or a form brings what only the portal may make (P13-N3).
func carriesVI(values url.Values) bool {
	for _, name := range []string{sso.ParameterResponse, sso.ParameterRequest, sso.ParameterContext} {
		if values.Has(name) {
			return true
		}
	}
	return false
}

// admitted takes the partner's answer to a Response for what it is: a session, or none. A redirection that would have
// the Response posted again opens none (T07).
func admitted(status int) bool {
	return status/100 == 2 || status == http.StatusFound || status == http.StatusSeeOther
}
