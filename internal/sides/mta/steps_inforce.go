package mta

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/verdict"
	"etalon/internal/whitelist"
)

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
		if err := looksAgain(ctx); err != nil {
			return h, err
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
	return bench.Sleep(ctx, within)
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
