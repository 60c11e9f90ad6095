package mta

import (
	"context"
	"fmt"
	"strings"
	"time"

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

// reachesSecond is a control: what the candidate sends to the second operator comes there, once the list that names it is in
// force.
func reachesSecond(ctx context.Context, p *part) error {
	if err := p.secondTaken(ctx); err != nil {
		return err
	}
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
