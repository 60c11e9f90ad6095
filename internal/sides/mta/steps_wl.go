package mta

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/letter"
	"etalon/internal/mssante"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/internal/whitelist"
)

// listSteps are the sentences about the white list (WL).
func listSteps() []scenario.Step {
	return []scenario.Step{
		step(`la liste blanche est publiée avec un nouveau domaine`, func(ctx context.Context, p *part) error { return p.adds(ctx, "") }),
		stepOf(`la liste blanche est publiée avec un nouveau domaine, écrit en §`, func(ctx context.Context, p *part, word string) error { return p.adds(ctx, word) }),
		step(`la liste blanche est publiée sans le domaine du second opérateur`, removesSecond),
		stepOf(`la liste blanche est publiée avec la faute §`, publishesFaulty),
		stepOf(`la liste blanche est publiée par un serveur au certificat §`, publishesUnder),
		step(`le serveur de la liste blanche ne répond plus`, listDown),

		step(`un message du second opérateur est pris`, func(ctx context.Context, p *part) error { return p.secondTaken(ctx) }),
		step(`un message du candidat parvient au second opérateur`, reachesSecond),
		step(`un message du second opérateur n'est pas pris`, func(ctx context.Context, p *part) error {
			return p.notTaken(ctx, domainOf("second"), candidate.SecondOrganism+"/tls", "removed-domain-kept")
		}),
		step(`le second opérateur n'a rien reçu du candidat`, nothingSentToSecond),
		step(`le serveur de la liste blanche répond de nouveau`, listBack),
		step(`ce domaine est reconnu`, func(ctx context.Context, p *part) error { return p.known(ctx, p.wl.newcomer.Name) }),
		step(`un message de ce domaine est pris`, func(ctx context.Context, p *part) error { return p.newcomerTaken(ctx, p.wl.newcomer.Name) }),
		step(`un message de ce domaine, écrit autrement, est pris`, func(ctx context.Context, p *part) error {
			return p.newcomerTaken(ctx, otherwise(p.wl.newcomer.Name))
		}),
		step(`un message d'un sous-domaine de celui-ci n'est pas pris`, func(ctx context.Context, p *part) error {
			return p.notTaken(ctx, under+p.wl.newcomer.Name, honestPeer, "subdomain-taken")
		}),

		step(`le candidat lit la liste blanche`, listRead),
		step(`la période déclarée est d'un jour au plus`, periodShort),
		step(`le candidat ne tient pas compte de cette liste`, listNotLoaded),
		step(`le candidat s'en tient à la dernière bonne liste`, func(ctx context.Context, p *part) error { return p.lastKept(ctx) }),
		step(`la même liste, sans faute, est prise en compte`, sameListLoaded),
	}
}

// mark draws a marker.
func (p *part) mark() (string, error) { return letter.Marker(p.Source) }

// spellings are how a new domain is written in the list.
var spellings = map[string]func(string) string{
	"":          func(name string) string { return name },
	"capitales": strings.ToUpper,
	"unicode":   func(name string) string { return "santé-" + name },
}

// adds publishes the list with a new domain (WL-02, WL-13, WL-14).
func (p *part) adds(ctx context.Context, word string) error {
	spell, ok := spellings[word]
	if !ok {
		return fmt.Errorf("spelling %q: want capitales or unicode", word)
	}
	d, err := p.newcomer()
	if err != nil {
		return err
	}
	d.Name = spell(d.Name)
	p.wl.newcomer = d
	if err := p.resolves(d.Name); err != nil {
		return err
	}
	return p.publishes(ctx, func(l mssante.WhiteList) mssante.WhiteList { return l.With(d) })
}

// otherwise is the other spelling of a domain: in small letters, in ASCII.
func otherwise(name string) string {
	if ascii, err := mssante.ASCIIDomain(name); err == nil {
		return ascii
	}
	return strings.ToLower(name)
}

// removesSecond publishes the list without a domain that was in it (WL-03), and waits until that had its effect, as long as
// a candidate may take to load a list that it has read.
func removesSecond(ctx context.Context, p *part) error {
	second := domainOf("second")
	if err := p.publishes(ctx, func(l mssante.WhiteList) mssante.WhiteList { return l.Without(second) }); err != nil {
		return err
	}
	_, err := p.until(ctx, labelVariant, second, candidate.SecondOrganism+"/tls", min(longestLoading, p.side.run.Patience), func(h *handed) bool { return !h.Taken() })
	return err
}

// reachesSecond is a control: what the candidate sends to the second operator comes there.
func reachesSecond(ctx context.Context, p *part) error {
	o, err := p.sends(ctx, "second", known, nil)
	if err != nil {
		return err
	}
	if _, came := p.came(ctx, o, p.side.run.Patience); !came {
		return p.Cannot(verdict.ReasonControlRefusedBefore, "message vers "+o.letter.To)
	}
	return nil
}

// stranger is a new domain whose mail is refused as long as no list names it: who takes it before cannot be told to have
// loaded a list.
func (p *part) stranger(ctx context.Context) (mssante.ListedDomain, error) {
	d, err := p.newcomer()
	if err != nil {
		return d, err
	}
	if err := p.resolves(d.Name); err != nil {
		return d, err
	}
	h, err := p.writes(ctx, labelBefore, d.Name, honestPeer)
	if err == nil && h.Taken() {
		err = p.Cannot(verdict.ReasonNotRefused)
	}
	return d, err
}

// publishesFaulty publishes a list with one fault, which names a new domain as well (WL-05 to WL-11).
func publishesFaulty(ctx context.Context, p *part, name string) error {
	fault, ok := whitelist.FaultByName(name)
	if !ok {
		return fmt.Errorf("find fault %q: no such name", name)
	}
	d, err := p.stranger(ctx)
	if err != nil {
		return err
	}
	list, err := p.side.entries()
	if err != nil {
		return err
	}
	t, err := p.side.baited()
	if err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	now := p.side.lists.made()
	list.Generated = now.Add(-time.Second)
	signer, err := p.side.signer("")
	if err != nil {
		return err
	}
	p.wl.newcomer, p.wl.fault, p.wl.bait = d, fault, d.Name
	raw, err := fault.Make(whitelist.Honest{List: list, Now: now, Signer: signer, Variant: p.side.signer, Intruder: d, Trap: t.base + p.wl.bait})
	if err != nil {
		return err
	}
	p.shows(raw)
	return p.reread(ctx, gotten(raw))
}

// publishesUnder publishes a good list with a new domain, from a server whose certificate is bad (WL-04).
func publishesUnder(ctx context.Context, p *part, variant string) error {
	d, err := p.stranger(ctx)
	if err != nil {
		return err
	}
	p.wl.newcomer, p.wl.fault = d, whitelist.Fault{Name: "list-server~" + variant, Effect: whitelist.Loaded}
	if err := p.side.around.list.Behave(whitelist.Conduct{Link: variant}); err != nil {
		return err
	}
	if err := p.prints(func(l mssante.WhiteList) mssante.WhiteList { return l.With(d) }); err != nil {
		return err
	}
	return p.reread(ctx, greeted)
}

// listDown refuses connections to the list's server while the candidate would read it (WL-12).
func listDown(ctx context.Context, p *part) error {
	p.wl.owed = true
	if err := p.side.around.list.Behave(whitelist.Conduct{Down: true}); err != nil {
		return err
	}
	return p.reread(ctx, nil)
}

// listBack has the server answer again, and the honest list read.
func listBack(ctx context.Context, p *part) error {
	if err := p.side.around.list.Behave(whitelist.Conduct{}); err != nil {
		return err
	}
	return p.publishes(ctx, func(l mssante.WhiteList) mssante.WhiteList { return l })
}

// writes hands a message over from an address of a domain, as a peer.
func (p *part) writes(ctx context.Context, label, domain string, who peer) (*handed, error) {
	h, err := p.neighbourly()
	if err != nil {
		return nil, err
	}
	h.from("sonde@" + domain)
	return p.handOverAs(ctx, label, who, h.written())
}

// longestLoading is how long a candidate may take to load a list that it has read.
const longestLoading = 5 * time.Second

// taken tries until a message of a domain is taken, as long as the candidate may take to load a list that it has read.
func (p *part) taken(ctx context.Context, label, domain string, who peer) (*handed, error) {
	shared := &p.side.lists
	h, err := p.until(ctx, label, domain, who, shared.patience(&shared.unknown, min(longestLoading, p.side.run.Patience)), func(h *handed) bool { return h.Taken() })
	shared.note(&shared.unknown, err == nil && h.Taken())
	return h, err
}

// until hands messages of a domain over until one fares as wanted, or the time is over. It returns the last one.
func (p *part) until(ctx context.Context, label, domain string, who peer, within time.Duration, wanted func(*handed) bool) (*handed, error) {
	begun := bench.Wall()
	for {
		h, err := p.writes(ctx, label, domain, who)
		if err != nil || wanted(h) || bench.Wall().Sub(begun) > within {
			return h, err
		}
		for range looks {
			if err := bench.Pause(ctx); err != nil {
				return h, err
			}
		}
	}
}

// secondTaken is a control: the second operator may write.
func (p *part) secondTaken(ctx context.Context) error {
	h, err := p.taken(ctx, labelBefore, domainOf("second"), candidate.SecondOrganism+"/tls")
	if err == nil && !h.Taken() {
		return p.Cannot(verdict.ReasonControlRefusedBefore, h.Told())
	}
	return err
}

// newcomerTaken wants mail of a domain that the list names to be taken (WL-02, WL-13).
func (p *part) newcomerTaken(ctx context.Context, domain string) error {
	h, err := p.loaded(ctx, labelVariant, domain)
	if err != nil {
		return err
	}
	p.in = h
	p.Checked()
	if err := p.undecided(h, "250"); err != nil {
		return err
	}
	if !h.Taken() {
		p.Finds(p.Own("listed-domain-refused", "250", h.Told(), p.spoken(h)...))
	}
	return nil
}

// loaded tries until a message of a domain is taken that the list just read names, and notes how long that took.
func (p *part) loaded(ctx context.Context, label, domain string) (*handed, error) {
	since, tried := p.wl.readAt, len(p.talks)
	h, err := p.taken(ctx, label, domain, honestPeer)
	switch {
	case err != nil || !h.Taken():
	case len(p.talks) == tried+1: // at the first attempt
		p.side.lists.took(0)
	default:
		p.side.lists.took(bench.Wall().Sub(since))
	}
	return h, err
}

// undecided tells that no reply settled what a candidate makes of a domain: none came, or a refusal for now.
func (p *part) undecided(h *handed, want string) error {
	if h.temporary() {
		return p.Cannot(verdict.ReasonNoMessage, want+" : "+h.Told())
	}
	return p.unsettled(h)
}

// notTaken wants mail of a domain not to be taken: neither at once, nor when the list has had the time to be loaded.
func (p *part) notTaken(ctx context.Context, domain string, who peer, rule string) error {
	h, err := p.refusedAtLast(ctx, domain, who)
	if err != nil {
		return err
	}
	p.Checked()
	p.in = h
	if h.Taken() {
		p.Sees(p.Own(rule, "5xx", h.Told()+", "+domain, p.spoken(h)...))
		return nil
	}
	return p.undecided(h, "5xx")
}

// refusedAtLast tries mail of a domain whose removal, or whose absence, must have taken effect: at once, and again when the
// list has had the time to be loaded.
func (p *part) refusedAtLast(ctx context.Context, domain string, who peer) (*handed, error) {
	h, err := p.writes(ctx, labelTrial, domain, who)
	if err != nil || h.Taken() {
		return h, err
	}
	if err := p.loads(ctx); err != nil {
		return h, err
	}
	return p.writes(ctx, labelTrial, domain, who)
}

// loads gives the candidate the time to load a list that it has read.
func (p *part) loads(ctx context.Context) error {
	within := p.side.lists.time()
	if _, asked := p.side.shared.Verbs[candidate.RefreshWhiteList]; !asked {
		within = max(within, loading) // nothing tells that the list was looked at
	}
	return pauses(ctx, within)
}

// nothingSentToSecond wants the message that was to go to the second operator not to have gone, by the time that a later
// honest one has come through (WL-03).
func nothingSentToSecond(_ context.Context, p *part) error {
	p.Checked()
	o := p.out
	p.Afterwards(func() {
		for _, v := range o.neighbour.Visits(0) {
			if len(v.Holding(o.holds)) > 0 {
				p.seen = append(p.seen, observed{o.name, v})
				p.Sees(p.Own("removed-domain-kept", "—", "message donné à "+o.letter.To, p.shown(v)...))
			}
		}
	})
	return nil
}

// listRead wants the list to be read over TLS, as it is published (WL-01).
func listRead(ctx context.Context, p *part) error {
	if err := p.prints(func(l mssante.WhiteList) mssante.WhiteList { return l }); err != nil {
		return err
	}
	err := p.read(ctx, gotten(p.wl.raw))
	if err != nil && !errors.Is(err, errUnread) {
		return err
	}
	p.Checked()
	if err != nil {
		p.Finds(p.Own("list-not-read", "GET "+p.side.around.list.URL(), strconv.Itoa(len(p.side.around.list.Since(p.wl.mark)))))
	}
	return nil
}

// periodShort looks at what is declared (WL-01).
func periodShort(_ context.Context, p *part) error {
	p.Checked()
	const most = 24 * time.Hour
	if period := p.side.declared.WhiteList.Period.Duration; period > most {
		p.Finds(p.Own("list-period-long", "≤ "+most.String(), period.String()))
	}
	return nil
}

// keepers are the requirements that say that the last good list stays in force.
var keepers = []string{"WL-04", "WL-05", "WL-11", "WL-12"}

// lastKept wants the honest neighbour to be known still, whatever was published (WL-04, WL-05, WL-11, WL-12).
func (p *part) lastKept(ctx context.Context) error {
	var h *handed
	for range 2 { // once more: what failed once may be chance
		if err := p.loads(ctx); err != nil {
			return err
		}
		var err error
		if h, err = p.writes(ctx, labelTrial, domainOf("voisin"), honestPeer); err != nil {
			return err
		}
		if h.Taken() {
			break
		}
	}
	p.Checked()
	if h.Taken() {
		return nil
	}
	if err := p.undecided(h, "250"); err != nil {
		return err
	}
	f := p.Own("last-list-lost", "250", h.Told(), p.spoken(h)...)
	if !slices.Contains(keepers, p.Row.ID) {
		f.Requirement = "WL-11"
	}
	p.Finds(f)
	return nil
}

// listNotLoaded wants a faulty list to have had no effect: its new domain is not known, its addresses were not called, and
// the last good list is in force (WL-04 to WL-11).
func listNotLoaded(ctx context.Context, p *part) error {
	if p.wl.fault.Effect == whitelist.Called {
		if err := p.loads(ctx); err != nil {
			return err
		}
		p.Checked()
		p.nothingCalled()
		p.Afterwards(p.nothingCalled)
		return p.lastKept(ctx)
	}
	if err := p.notTaken(ctx, p.wl.newcomer.Name, honestPeer, "faulty-list-loaded"); err != nil {
		return err
	}
	return p.lastKept(ctx)
}

// nothingCalled wants no address of the faulty list to have been called (WL-09).
func (p *part) nothingCalled() {
	if t := p.side.lists.trap; t.called(p.wl.bait) > 0 {
		p.Sees(p.Own("list-entity-followed", "0", "GET "+t.base+p.wl.bait))
	}
}

// sameListLoaded publishes the list without its fault: it must be loaded, else its refusal says nothing of the fault.
func sameListLoaded(ctx context.Context, p *part) error {
	if err := p.side.around.list.Behave(whitelist.Conduct{}); err != nil {
		return err
	}
	d := p.wl.newcomer
	if err := p.publishes(ctx, func(l mssante.WhiteList) mssante.WhiteList { return l.With(d) }); err != nil {
		return err
	}
	h, err := p.loaded(ctx, labelAfter, d.Name)
	return p.witnessed(h, err, d.Name)
}

// known is a control: the list in force names a domain.
func (p *part) known(ctx context.Context, domain string) error {
	h, err := p.taken(ctx, labelAfter, domain, honestPeer)
	return p.witnessed(h, err, domain)
}

// witnessed wants a control to have been taken.
func (p *part) witnessed(h *handed, err error, domain string) error {
	if err == nil && !h.Taken() {
		return p.Cannot(verdict.ReasonControlRefusedAfter, h.Told()+", "+domain)
	}
	return err
}
