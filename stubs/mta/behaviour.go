package mta

import (
	"context"
	"strings"
	"time"

	"etalon/internal/mail"
)

// Behaviours returns the operators that a judge must not accuse of anything. They are no flaws: Must and May are empty.
func Behaviours() []Flaw {
	return []Flaw{
		neglecting("reuses-links", "", "", "garde ses liaisons, et y envoie plusieurs messages", "keeps its links, and sends several messages on each", func(p *policy) { p.out.keepsLinks = true }),
		neglecting("loads-list-later", "", "", "lit la liste blanche en arrière-plan, et met du temps à la charger", "reads the white list in the background, and takes its time to load it",
			func(p *policy) { p.list.later, p.list.held = listLater, listLater }),
		neglecting("holds-list-later", "", "", "lit la liste blanche tout de suite, et met du temps à l'appliquer", "reads the white list at once, and takes its time to put it in force",
			func(p *policy) { p.list.held = listHeld }),
		neglecting("defers-strangers", "", "", "refuse pour l'instant le premier message d'un expéditeur à une boîte", "refuses for now the first message of a sender to a mailbox", func(p *policy) { p.in.defers = true }),
	}
}

// listLater is how long the operator that loads its list later waits before it reads it, and again before it holds; listHeld how
// long one waits that has read it at once.
const (
	listLater = 400 * time.Millisecond
	listHeld  = time.Second
)

// deferred tells whether a sender writes to a mailbox for the first time, before an operator who wants to see whether he
// comes again.
func (o *Operator) deferred(from, to string) bool {
	if !o.policy.in.defers {
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	pair := strings.ToLower(from + " " + to)
	known := o.seen[pair]
	if len(o.seen) < maxSeen {
		o.seen[pair] = true
	}
	return !known
}

// maxSeen bounds the pairs that are remembered.
const maxSeen = 10_000

// link is one to another operator, secured.
type link struct {
	talk   *mail.SMTP
	offers mail.Extensions
}

// idle takes the link to an address that was kept, if there is one.
func (o *Operator) idle(address string) (link, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	l, kept := o.links[address]
	delete(o.links, address)
	return l, kept
}

// leaves takes leave on a link, or keeps it for the next message, one for each address.
func (o *Operator) leaves(ctx context.Context, address string, l link) {
	if o.policy.out.keepsLinks {
		o.mu.Lock()
		_, taken := o.links[address]
		if !taken && o.links != nil {
			o.links[address] = l
		}
		keeps := !taken && o.links != nil
		o.mu.Unlock()
		if keeps {
			return
		}
	}
	_, _ = l.talk.Quit(ctx)
	_ = l.talk.Close()
}

// forgets ends the links that were kept, and keeps none from now on.
func (o *Operator) forgets() {
	o.mu.Lock()
	links := o.links
	o.links = nil
	o.mu.Unlock()
	for _, l := range links {
		_ = l.talk.Close()
	}
}
