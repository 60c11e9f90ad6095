package authentication

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// closing is one logout on its way through the sphere (D01): who asked, who is still to be told through the browser,
// and who could not be.
type closing struct {
	session session
	// asked is the LogoutRequest of the service that asked; nil when the person did, here.
	asked *asked
	front []visit // still to be told through the browser
	leg   leg     // the one being told
	lost  []string
	until time.Time // on the protocol clock
}

// asked is a LogoutRequest that waits for its answer.
type asked struct {
	request  sso.LogoutRequest
	organism string
	binding  sso.Binding
	relay    string
}

// leg is a LogoutRequest of ours that waits for its answer (D06).
type leg struct {
	id    string
	visit visit
}

// closings are the logouts that wait for a browser to come back, by the identifier of our LogoutRequest. It may be
// shared.
type closings struct {
	mu   sync.Mutex
	byID map[string]*closing
}

// closingLife is how long a browser may take from one service to the next.
const closingLife = 10 * time.Minute

// maxClosings bounds the memory of logouts under way.
const maxClosings = 1 << 14

var errClosingsFull = errors.New("remember logout: too many are under way")

func newClosings() *closings { return &closings{byID: map[string]*closing{}} }

// keep remembers a logout until the browser comes back.
func (all *closings) keep(l *closing, now time.Time) error {
	all.mu.Lock()
	defer all.mu.Unlock()
	if len(all.byID) >= maxClosings {
		for id, old := range all.byID {
			if !now.Before(old.until) {
				delete(all.byID, id)
			}
		}
	}
	if len(all.byID) >= maxClosings {
		return errClosingsFull
	}
	l.until = now.Add(closingLife)
	all.byID[l.leg.id] = l
	return nil
}

// state tells whether a LogoutRequest of ours waits for its answer.
func (all *closings) state(id string, now time.Time) sso.RequestState {
	all.mu.Lock()
	defer all.mu.Unlock()
	switch l, there := all.byID[id]; {
	case !there:
		return sso.RequestUnknown
	case !now.Before(l.until):
		return sso.RequestExpired
	}
	return sso.RequestPending
}

// take returns a logout for which is holds, and no longer keeps it.
func (all *closings) take(now time.Time, is func(*closing) bool) (*closing, bool) {
	all.mu.Lock()
	defer all.mu.Unlock()
	for id, l := range all.byID {
		if now.Before(l.until) && is(l) {
			delete(all.byID, id)
			return l, true
		}
	}
	return nil, false
}

// logout ends the session of the browser at the wish of its person.
func (o *Operator) logout(c *call) {
	c.seen.Kind = KindLogout
	s, in := o.current(c)
	if !in {
		o.say(c, http.StatusOK, "Aucune session", "Aucune session n'est ouverte dans ce navigateur chez cet opérateur.")
		return
	}
	o.close(c, &closing{session: o.finish(s)})
}

// finish takes a session away, and returns it as it was at that moment: with the visits that were made meanwhile.
func (o *Operator) finish(s session) session {
	if o.policy.survives {
		return s
	}
	for _, ended := range o.sessions.end(func(other session) bool { return o.policy.ends(s, other) }) {
		if ended.id == s.id {
			return ended
		}
	}
	return s
}

// close tells every service that the session visited of its end: at once by their back channels, then one after the
// other through the browser. The chain does not stop at one that cannot be told (D04).
func (o *Operator) close(c *call, l *closing) {
	if !o.policy.survives && !o.policy.lingers {
		setCookie(c, sessionCookie, "")
	}
	visits := o.policy.told(o.others(l))
	var back []visit
	for _, v := range visits {
		if peer, _ := o.peers.of(v.organism); peer.Back != "" {
			back = append(back, v)
		} else {
			l.front = append(l.front, v)
		}
	}
	if l.asked == nil && len(visits) == 0 {
		o.traceEnd(c, visit{vi: interops.VI{Issuer: o.party.Organism.Issuer, NameID: name(l.session.person), AuthnInstant: l.session.login}})
	}
	l.lost = o.tell(c, l.session, back)
	if len(l.lost) > 0 && o.policy.stops {
		l.front = nil
	}
	o.next(c, l)
}

// others are the visits of a session, but for that of the service that asked.
func (o *Operator) others(l *closing) []visit {
	return slices.DeleteFunc(slices.Clone(l.session.visits), func(v visit) bool { return l.asked != nil && v.organism == l.asked.organism })
}

// name is the NameID of a person.
func name(a Account) interops.NameID { return interops.NameID{Format: a.Format, Value: a.ID} }

// errNoBrowser tells that a service which can only be told through a browser was to be told without one.
var errNoBrowser = errors.New("tell service: it has no back channel, and no browser is there")

// next sends the browser to the next service that must hear of the end, or tells how it all went.
func (o *Operator) next(c *call, l *closing) {
	for len(l.front) > 0 {
		v := l.front[0]
		l.front = l.front[1:]
		err := errNoBrowser
		if l.asked == nil || l.asked.binding != sso.BindingSOAP {
			err = o.accompany(c, l, v)
		}
		if err == nil {
			return
		}
		o.config.Log.Warn("déconnexion non transmise", "requete", c.id, "organisme", v.organism, "cause", err.Error())
		l.lost = append(l.lost, v.organism)
		if o.policy.stops {
			break
		}
	}
	o.conclude(c, l)
}

// conclude answers who asked for the logout, with what could not be closed (D04).
func (o *Operator) conclude(c *call, l *closing) {
	if o.policy.complete {
		l.lost = nil
	}
	if l.asked != nil {
		sub := ""
		if len(l.lost) > 0 {
			sub = sso.StatusPartialLogout
		}
		o.reply(c, *l.asked, sso.StatusSuccess, sub)
		return
	}
	if len(l.lost) == 0 {
		o.say(c, http.StatusOK, "Déconnexion effectuée", "Votre session est fermée dans toute la sphère.")
		return
	}
	o.say(c, http.StatusOK, "Déconnexion partielle", "Votre session est fermée ici, mais ces services n'ont pas confirmé la fermeture de la leur : "+
		strings.Join(o.titles(l.lost), ", ")+".", "Fermez votre navigateur.")
}

// titles are the names that people read.
func (o *Operator) titles(organisms []string) []string {
	var all []string
	for _, organism := range organisms {
		known, _ := o.config.Bench.Convention.Organism(organism)
		all = append(all, known.Title())
	}
	return all
}

// failed tells whether a service says that it did not close everything.
func failed(answer sso.JudgedLogoutResponse) bool {
	return answer.Partial() || answer.Status != sso.StatusSuccess
}

// withoutFailure leaves out that a service could not close: that is an answer, of a sort.
func withoutFailure(found []verdict.Finding) []verdict.Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f verdict.Finding) bool { return f.Rule == "logout-answer-failed" })
}
