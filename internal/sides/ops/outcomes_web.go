package ops

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// pageRefused looks at how a page that nothing opens was answered: served, it is the effect itself.
func pageRefused(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	w.Checked()
	switch {
	case s.outcome == unanswered:
		return w.unheard(s)
	case w.accepted(s):
		w.Sees(w.Own("page-served", w.wantRefused(), told(s.exchange), evidenceOf(s)...))
	}
	return nil
}

// cookieRenewed makes sure that the session which a VI opened has another identifier than the one that was in the
// browser before, and that this one opens nothing (P06).
func cookieRenewed(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	at, err := w.pageAddress()
	if err != nil {
		return err
	}
	w.Checked()
	attacker := client.NewBrowser()
	for name, value := range w.provider.imposed {
		attacker.SetCookies(at, []*http.Cookie{planted(name, value)})
	}
	served, err := w.serves(ctx, attacker)
	if err != nil {
		return err
	}
	if served {
		w.Sees(w.Own("session-fixed", w.wantRefused(), "HTTP 200", evidenceOf(s)...))
	}
	for _, k := range w.provider.browser.Cookies(at) {
		if value, ok := w.provider.imposed[k.Name]; ok && value == k.Value && w.accepted(s) {
			w.Finds(w.Own("session-id-kept", "Set-Cookie", k.Name, evidenceOf(s)...))
		}
	}
	return nil
}

// cookiesProtected looks at the attributes of the cookies that hold the session (P06).
func cookiesProtected(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	if !w.accepted(s) {
		return w.Cannot(verdict.ReasonControlRefusedBefore, told(s.exchange))
	}
	session, err := w.sessionCookies(ctx, w.provider.browser)
	if err != nil {
		return err
	}
	w.Checked()
	for _, k := range session {
		given, found := lastSet(s.exchange.Hops, k.Name)
		if !found {
			continue
		}
		for _, attribute := range []struct {
			name  string
			there bool
		}{
			{"Secure", given.Secure}, {"HttpOnly", given.HttpOnly},
			{"SameSite", given.SameSite == http.SameSiteLaxMode || given.SameSite == http.SameSiteStrictMode},
		} {
			if !attribute.there {
				w.Finds(w.Own("session-cookie-unprotected", attribute.name, k.Name, evidenceOf(s)...))
			}
		}
	}
	return nil
}

// lastSet is the last cookie of a name that a visit was given.
func lastSet(hops []client.Hop, name string) (given *http.Cookie, found bool) {
	for _, hop := range hops {
		for _, k := range (&http.Response{Header: hop.ResponseHeader}).Cookies() {
			if k.Name == name {
				given, found = k, true
			}
		}
	}
	return given, found
}

// linkTo finds where a page sends a browser by itself, or offers to.
var linkTo = regexp.MustCompile(`(?i)(?:href|action|content|location(?:\.href)?)\s*=\s*["'](?:\d+;\s*url=)?\s*([^"']+)`)

// ledWithin makes sure that nothing in the visit led to another address than the service's (P05): neither a redirection,
// nor a link of the page.
func ledWithin(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.lastHeard()
	if err != nil {
		return err
	}
	trap, err := returnedTo(s)
	if err != nil {
		return err
	}
	for _, hop := range s.exchange.Hops {
		for _, address := range leads(hop) {
			if astray(hop.URL, address, trap) {
				w.Sees(w.Own("browser-led-astray", "", address, evidenceOf(s)...))
				return nil
			}
		}
	}
	return nil
}

// leads are the addresses that an answer sends a browser to, or offers to it.
func leads(h client.Hop) []string {
	all := []string{h.ResponseHeader.Get("Location")}
	if _, address, ok := strings.Cut(h.ResponseHeader.Get("Refresh"), "url="); ok {
		all = append(all, address)
	}
	for _, m := range linkTo.FindAllSubmatch(h.Response, 64) {
		all = append(all, html.UnescapeString(string(m[1])))
	}
	return slices.DeleteFunc(all, func(address string) bool { return address == "" })
}

// returnedTo is the return address that the trial's message bore.
func returnedTo(s sent) (string, error) {
	form, err := url.ParseQuery(string(s.exchange.Hops[0].Request))
	if err != nil {
		return "", fmt.Errorf("read return address: %w", err)
	}
	return form.Get("RelayState"), nil
}

// astray tells whether an address, as a browser at another one reads it, is the trap or on the trap's machine. The text
// of the trap in a path of the service's own leads nowhere else.
func astray(from, address, trap string) bool {
	base, err := url.Parse(from)
	if err != nil {
		return false
	}
	read := func(s string) *url.URL {
		to, err := base.Parse(strings.ReplaceAll(s, `\`, "/"))
		if err != nil {
			return &url.URL{Opaque: s}
		}
		return to
	}
	to := read(address)
	foreign := read(mutation.ForeignAddress).Hostname()
	return to.String() == read(trap).String() || to.Scheme == "javascript" || to.Hostname() == foreign
}

// identity is who the candidate says that a page was asked by: what its application is told, or what the page shows.
func (w *World) identity(s sent) (string, bool) {
	shown := w.provider.side.shown()
	switch {
	case shown == nil:
		return "", false
	case shown.Header != "":
		arrivals := w.provider.side.seen(s.marker)
		if len(arrivals) == 0 {
			return "", false
		}
		value := arrivals[len(arrivals)-1].Header.Get(shown.Header)
		if plain, err := url.PathUnescape(value); err == nil {
			value = plain
		}
		return value, true
	}
	before, after, _ := strings.Cut(shown.Text, candidate.UserPlace)
	_, rest, found := strings.Cut(string(s.exchange.Response), before)
	if !found {
		return "", false
	}
	who, _, found := strings.Cut(rest, cmp.Or(after, "<"))
	return strings.TrimSpace(who), found
}

// identityOfLastVI compares who is seen behind the candidate with whom the last VI names (P10).
func identityOfLastVI(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	if !w.accepted(s) {
		return w.Cannot(verdict.ReasonControlRefusedBefore, told(s.exchange))
	}
	who, seen := w.identity(s)
	if !seen {
		return w.Cannot(verdict.ReasonNoMessage, "identity")
	}
	w.Checked()
	if who != s.vi.NameID.Value {
		w.Sees(w.Own("identity-other", s.vi.NameID.Value, who, evidenceOf(s)...))
	}
	return nil
}

// signedOneRead makes sure that of two VIs, of which one alone is signed, that one was read; a refusal is as sound (G07).
func signedOneRead(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	w.Checked()
	if !w.accepted(s) {
		return nil
	}
	who, seen := w.identity(s)
	if !seen {
		return w.Cannot(verdict.ReasonNoMessage, "identity")
	}
	if who != s.vi.NameID.Value {
		w.Sees(w.Own("forged-read", s.vi.NameID.Value, who, evidenceOf(s)...))
	}
	return nil
}

// identityNotForced makes sure that the victim's browser is not served in the attacker's name (P11).
func identityNotForced(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	w.Checked()
	if who, seen := w.identity(s); seen && s.outcome == answered && who == s.vi.NameID.Value {
		w.Sees(w.Own("login-forced", "", who, evidenceOf(s)...))
	}
	return nil
}

// pageNotStored looks for no-store on the page that a session was served (P16).
func pageNotStored(ctx context.Context) error {
	w := worldOf(ctx)
	return w.cached([]string{"no-store"}, func(s sent, control string) {
		w.Finds(w.Own("page-cacheable", "Cache-Control: no-store", control, evidenceOf(s)...))
	})
}

// cached tells of an accepted answer whose Cache-Control holds none of the directives.
func (w *World) cached(directives []string, tell func(s sent, control string)) error {
	s, err := w.last()
	if err != nil {
		return err
	}
	if !w.accepted(s) {
		return w.Cannot(verdict.ReasonControlRefusedBefore, told(s.exchange))
	}
	w.Checked()
	control := strings.Join(s.exchange.ResponseHeader.Values("Cache-Control"), ",")
	given := strings.FieldsFunc(strings.ToLower(control), func(r rune) bool { return r == ',' || r == ' ' })
	if !slices.ContainsFunc(directives, func(d string) bool { return slices.Contains(given, d) }) {
		tell(s, control)
	}
	return nil
}

// refusalReadable makes sure that a refusal is a page of text that says something (P17).
func refusalReadable(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.refusalPage()
	if err != nil {
		return err
	}
	w.Checked()
	kind, _, _ := strings.Cut(s.exchange.ResponseHeader.Get("Content-Type"), ";")
	if text := visible(s.exchange.Response); !strings.HasPrefix(strings.TrimSpace(kind), "text/") || len(text) < 10 {
		w.Finds(w.Own("refusal-unreadable", "text/html", strings.TrimSpace(kind)+" "+text, evidenceOf(s)...))
	}
	return nil
}

// refusalDiscreet looks for the inside of a program, or the VI, in a refusal (P17).
func refusalDiscreet(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.refusalPage()
	if err != nil {
		return err
	}
	w.Checked()
	for _, inside := range slices.Concat(stackTraces, prints(w.viPrints()), [][]byte{[]byte(":assertion"), []byte("SAMLResponse=")}) {
		for _, hop := range s.exchange.Hops {
			if bytes.Contains(hop.Response, inside) {
				w.Finds(w.Own("refusal-indiscreet", "", string(inside), evidenceOf(s)...))
				return nil
			}
		}
	}
	return nil
}

// refusalPage is the last message, refused by a page.
func (w *World) refusalPage() (sent, error) {
	s, err := w.last()
	switch {
	case err != nil:
		return s, err
	case s.exchange.Err != nil:
		return s, w.unheard(s)
	case w.accepted(s):
		return s, w.Cannot(verdict.ReasonNotRefused)
	}
	return s, nil
}

func prints(all []string) [][]byte {
	out := make([][]byte, len(all))
	for i, p := range all {
		out[i] = []byte(p)
	}
	return out
}

var markup = regexp.MustCompile(`(?s)<(?:script|style|head).*?</(?:script|style|head)>|<[^>]*>`)

// visible is the text of a page.
func visible(page []byte) string {
	return strings.Join(strings.Fields(markup.ReplaceAllString(string(page), " ")), " ")
}

// seen are the calls that came to the application with a marker.
func (s *providerSide) seen(marker string) []Arrival {
	if s.probe == nil {
		return nil
	}
	return s.probe.Seen(marker)
}

// node is another entry of the candidate's, which shares the memory of the first.
type node struct{ face candidate.Face }

// secondNode is the other node of a cluster, when the candidate declares one (L06).
func (s *providerSide) secondNode() (node, bool) {
	var second *candidate.Face
	switch {
	case s.sphere != nil:
		second = s.sphere.declared.SecondNode
	case s.mode == interops.ModeP:
		second = s.run.Candidate.Provider.P.SecondNode
	}
	if second == nil {
		return node{}, false
	}
	return node{*second}, true
}

// turn sends a visit to the node.
func (n node) turn(c *client.Call, marker string) (err error) {
	c.Visit.Destination = c.Endpoint.String() // the nodes have one public address
	if c.Endpoint, err = url.Parse(n.face.ACS); err != nil {
		return fmt.Errorf("read acs of the second node: %w", err)
	}
	if c.Visit.Page, err = url.Parse(candidate.Marked(n.face.Target, marker)); err != nil {
		return fmt.Errorf("read target of the second node: %w", err)
	}
	return nil
}
