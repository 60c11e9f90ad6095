package client

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/xmlsec"
)

// Headers by which an application tells who calls: IdentityHeader holds an interops.User as JSON, and
// InteropsInfosHeader the XML of the Suite Jeton's local leg (A15).
const (
	IdentityHeader      = emitter.IdentityHeader
	InteropsInfosHeader = "Interops-Infos"
)

var errUnwanted = errors.New("read identity: the service takes no user")

// caller is who stands behind a call; the zero caller is the application alone.
type caller struct{ interops.User }

// alone tells a call without a user.
func (c caller) alone() bool { return c.ID == "" }

// identify reads who calls, in the agreed form; emitter.ErrNoIdentity when the application says nothing.
func (g *Gateway) identify(r *http.Request) (caller, error) {
	name, read := IdentityHeader, emitter.IdentityJSON
	if g.config.InteropsInfos {
		name, read = InteropsInfosHeader, readInfos
	}
	u, err := emitter.Identity(r, name, read)
	return caller{u}, err
}

// readInfos reads the header of the local leg; its elements stand once each, in no namespace, and text
// outside ASCII is percent-encoded UTF-8.
func readInfos(text string) (c interops.User, err error) {
	doc, err := xmlsec.Parse([]byte(text), xmlsec.DefaultLimits)
	if err != nil {
		return c, err
	}
	infos := doc.Root()
	if infos.Tag != "InteropsInfos" || infos.NamespaceURI() != "" {
		return c, fmt.Errorf("element %.40q, want InteropsInfos", infos.FullTag())
	}
	var date string
	for name, to := range map[string]*string{"SubjectId": &c.ID, "MethodAuthn": &c.Class, "AuthenticationDate": &date} {
		if *to, err = only(infos, name); err != nil {
			return c, err
		}
	}
	if c.AuthnInstant, err = time.Parse(time.RFC3339Nano, date); err != nil {
		return c, fmt.Errorf("read AuthenticationDate: %w", err)
	}
	for _, role := range infos.FindElements("./Roles/Role") {
		pagm, err := url.PathUnescape(role.Text())
		if err != nil {
			return c, fmt.Errorf("read Role: %w", err)
		}
		c.PAGM = append(c.PAGM, pagm)
	}
	return c, nil
}

// only returns the text of the one child of that name.
func only(e *etree.Element, name string) (string, error) {
	found := e.SelectElements(name)
	if len(found) != 1 {
		return "", fmt.Errorf("element %s stands %d times, want once", name, len(found))
	}
	value, err := url.PathUnescape(found[0].Text())
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return value, nil
}

// admit settles who calls a service: a user, or the application alone where the service takes that (A07, A12).
// What cannot be read is nobody (A15).
func (g *Gateway) admit(c *call, who caller, err error) (caller, error) {
	switch {
	case errors.Is(err, emitter.ErrNoIdentity) && c.service.User != interops.UserRequired:
		return caller{}, nil
	case err == nil && c.service.User == interops.UserForbidden:
		return caller{}, errUnwanted
	}
	return who, err
}

// entitled tells whether a call may leave: its user has not logged out and holds every right that it asks
// for, at least one (A12, L04). A call of the application alone asks for the project's profiles.
func (g *Gateway) entitled(c *call) bool {
	if c.caller.alone() {
		return true
	}
	covered := g.Rights.Covers(c.caller.ID, c.project.Name, c.caller.PAGM)
	return g.Rights.LoggedIn(c.caller.ID, c.caller.AuthnInstant) && covered
}
