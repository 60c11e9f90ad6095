package authentication

import (
	"errors"
	"strings"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/sso"
)

// closing is one logout on its way through the sphere (D01): who asked, who has been told, who is to be told through
// the browser, and who could not be.
type closing struct {
	id      string // RelayState of what the browser carries
	session session
	// asked is the LogoutRequest of the service that asked; nil when the person did, here.
	asked *asked
	front []visit    // still to be told through the browser
	leg   *leg       // the one being told
	lost  []string   // service operators that could not be told
	until time.Time  // on the protocol clock
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

// closings are the logouts that wait for a browser to come back. It may be shared.
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
	all.byID[l.id] = l
	return nil
}

// take returns the logout that waits for an answer to a request of ours, for which is holds, and no longer keeps it.
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
		o.say(c, 200, "Aucune session", "Aucune session n'est ouverte dans ce navigateur chez cet opérateur.")
		return
	}
	o.close(c, &closing{session: o.finish(s)})
	}

// finish takes a session away, and returns it as it was at that moment: with the visits that were made meanwhile.
func (o *Operator) finish(s session) session {
	if o.policy.survives {
		return s
	}
	ended := o.sessions.end(func(other session) bool { return o.policy.ends(s, other) })
	for _, e := range ended {
		if e.id == s.id {
			return e
		}
	}
	return s
}

// close tells every service that the session visited of its end: at once by their back channels, then one after the
// other through the browser. The chain does not stop at one that cannot be told (D04).
func (o *Operator) close(c *call, l *closing) {
	setCookie(c, sessionCookie, "")
	visits := o.policy.told(o.others(l))
	var back []visit
	for _, v := range visits {
		peer, _ := o.peers.of(v.organism)
		if peer.Back != "" {
			back = append(back, v)
		} else {
			l.front = append(l.front, v)
		}
	}
	if l.asked != nil {
		o.traceLogout(c, visitOf(l), interops.Reception, "")
	} else if len(visits) == 0 {
		o.traceLogout(c, visit{vi: interops.VI{NameID: name(l.session.person), SessionIndex: l.session.index}}, interops.Emission, "")
	}
	l.lost = append(l.lost, o.tell(c, l.session, back)...)
	if len(l.lost) > 0 && o.policy.stops {
		l.front = nil
	}
	o.next(c, l)
}

// others are the visits of a session, but for that of the service that asked.
func (o *Operator) others(l *closing) []visit {
	var all []visit
	for _, v := range l.session.visits {
		if l.asked == nil || v.organism != l.asked.organism {
			all = append(all, v)
		}
	}
	return all
}

// visitOf is the visit of the service that asked for a logout.
func visitOf(l *closing) visit {
	for _, v := range l.session.visits {
		if v.organism == l.asked.organism {
			return v
		}
	}
	return visit{organism: l.asked.organism}
}

// name is the NameID of a person.
func name(p Person) interops.NameID { return interops.NameID{Format: p.Format, Value: p.ID} }

// next sends the browser to the next service that must hear of the end, or tells how it all went.
func (o *Operator) next(c *call, l *closing) {
	for len(l.front) > 0 {
		if l.asked != nil && l.asked.binding == sso.BindingSOAP {
			break // no browser is there to carry anything
		}
		v := l.front[0]
		l.front = l.front[1:]
		if err := o.carry(c, l, v); err == nil {
			return
		} else if !o.missed(c, l, v, err) {
			break
		}
	}
	for _, v := range l.front {
		o.missed(c, l, v, errNoBrowser)
	}
	o.conclude(c, l)
}

// errNoBrowser tells that a service which can only be told through a browser was to be told without one.
var errNoBrowser = errors.New("tell service: it has no back channel, and no browser is there")

// missed notes a service that could not be told; false when the chain is to stop there.
func (o *Operator) missed(c *call, l *closing, v visit, cause error) bool {
	o.config.Log.Warn("déconnexion non transmise", "requete", c.id, "organisme", v.organism, "cause", cause.Error())
	o.traceLogout(c, v, interops.Emission, "injoignable")
	l.lost = append(l.lost, v.organism)
	return !o.policy.stops
}

// conclude answers who asked for the logout: with what could not be closed (D04).
func (o *Operator) conclude(c *call, l *closing) {
	if o.policy.complete {
		l.lost = nil
	}
	if l.asked != nil {
		sub := ""
		if len(l.lost) > 0 {
			sub = sso.StatusPartialLogout
		}
		o.answer(c, *l.asked, sso.StatusSuccess, sub)
		return
	}
	if len(l.lost) == 0 {
		o.say(c, 200, "Déconnexion effectuée", "Votre session est fermée dans toute la sphère.")
		return
	}
	o.say(c, 200, "Déconnexion partielle", "Votre session est fermée ici, mais ces services n'ont pas pu être prévenus : "+
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

// order is a LogoutRequest of ours to a service, and its identifier.
func (o *Operator) order(c *call, s session, to, binding string, relay string) (sso.Outgoing, string, error) {
	signer, err := o.signature(c.now)
	if err != nil {
		return sso.Outgoing{}, "", err
	}
	id, err := bench.NewID(o.ids)
	if err != nil {
		return sso.Outgoing{}, "", err
	}
	request := sso.LogoutRequest{
		ID: id, Issuer: o.organism.Issuer, Destination: to, NameID: name(s.person), SessionIndexes: []string{s.index},
		IssueInstant: c.now, NotOnOrAfter: c.now.Add(Lifetime), Reason: sso.ReasonUser,
	}
	out, err := request.Send(sso.Sending{
		Binding: sso.Binding(binding), RelayState: relay, Signer: &signer, Credential: o.config.Bench.PKI.Credential, Rand: bench.Entropy(), Now: c.now,
	})
	return out, id, err
}

// traceLogout keeps the record of a session's end at a service (X11). A logout goes on when it cannot be kept: a session
// that stays open is worse.
func (o *Operator) traceLogout(c *call, v visit, direction interops.Direction, fault string) {
	n := note{vi: v.vi, project: v.project.Name, decision: interops.LoggedOut, direction: direction, fault: fault, signed: direction == interops.Emission}
	if err := o.trace(c, n); err != nil {
		o.config.Log.Error("trace impossible", "requete", c.id, "cause", err.Error())
	}
}
