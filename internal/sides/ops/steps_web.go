package ops

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/scenario"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// webSteps are the sentences about a provider that a browser visits (mode P).
func webSteps() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`le navigateur demande la page du service sans s'être présenté`, askUnannounced),
		scenario.NewStep(`le navigateur demande la page du service avec un cookie de session forgé`, askWithForgedCookie),
		scenario.NewStep(`le cookie de session est présenté par une autre identité TLS`, askFromOtherLink),
		scenario.NewStep(`le navigateur demande de nouveau la page du service`, askAgain),
		scenario.NewStep(`le navigateur demande une page qu'un autre PAGM ouvre`, askBeyond),
		scenario.NewStep(`le navigateur demande la page du service par le verbe §`, askByVerb),
		scenario.NewStep(`un attaquant a imposé au navigateur un cookie de session`, cookieImposed),
		scenario.NewStep(`le même navigateur présente le VI honnête d'un autre utilisateur`, sendOtherUser),
		scenario.NewStep(`le même navigateur présente un VI honnête qui ne porte que l'autre PAGM`, sendOtherPAGM),
		scenario.NewStep(`ce navigateur présente le VI d'un attaquant avec la faute §`, sendAsAttacker),
		scenario.NewStep(`le même VI est présenté au second nœud du candidat`, presentToSecondNode),
		scenario.NewStep(`le même VI est présenté de nouveau`, presentAgain),
		scenario.NewStep(`le candidat redémarre`, func(ctx context.Context) error { return worldOf(ctx).gesture(ctx, string(candidate.Restart), nil) }),
		scenario.NewStep(`l'horloge du candidat avance de (\d+) minutes`, clockAdvanced),
		scenario.NewStep(`la session sert toutes les (\d+) minutes pendant (\d+) heures`, sessionUsed),

		scenario.NewStep(`le candidat refuse la page`, pageRefused),
		scenario.NewStep(`le candidat sert la page`, acceptance),
		scenario.NewStep(`le cookie de session est neuf`, cookieRenewed),
		scenario.NewStep(`les cookies de session sont Secure, HttpOnly et SameSite`, cookiesProtected),
		scenario.NewStep(`le navigateur n'a été conduit qu'à des adresses du service`, ledWithin),
		scenario.NewStep(`le candidat n'a lu que le VI signé`, signedOneRead),
		scenario.NewStep(`l'identité vue derrière le candidat est celle du dernier VI`, identityOfLastVI),
		scenario.NewStep(`l'identité vue derrière le candidat n'est pas celle de l'attaquant`, identityNotForced),
		scenario.NewStep(`la page servie interdit d'être gardée en cache`, pageNotStored),
		scenario.NewStep(`la page de refus est lisible`, refusalReadable),
		scenario.NewStep(`la page de refus ne montre ni VI ni trace d'exécution`, refusalDiscreet),
	}
}

func askUnannounced(ctx context.Context) error {
	w := worldOf(ctx)
	return w.askPage(ctx, client.NewBrowser(), stand.OperationOf(w.provider.to.Project), nil)
}

func askWithForgedCookie(ctx context.Context) error {
	w := worldOf(ctx)
	browser, err := w.forged(ctx)
	if err != nil {
		return err
	}
	return w.askPage(ctx, browser, stand.OperationOf(w.provider.to.Project), nil)
}

// askFromOtherLink opens a session, then asks for its page with its cookie over another organism's link (P07).
func askFromOtherLink(ctx context.Context) error {
	w := worldOf(ctx)
	browser := client.NewBrowser()
	if _, err := w.visit(ctx, browser); err != nil {
		return err
	}
	var err error
	asked := w.askPage(ctx, browser, stand.OperationOf(w.provider.to.Project), func(c *client.Call) { c.Conduct, err = w.otherLink(*c) })
	return cmp.Or(err, asked)
}

func askAgain(ctx context.Context) error {
	w := worldOf(ctx)
	return w.askPage(ctx, w.provider.browser, stand.OperationOf(w.provider.to.Project), nil)
}

// askBeyond asks, in the session of the last VI, for a page that its PAGM does not open (P09).
func askBeyond(ctx context.Context) error {
	w := worldOf(ctx)
	operation, ok := beyond(w.provider.to.Project)
	if !ok {
		return w.Cannot(verdict.ReasonNotInConvention, "opérations par PAGM")
	}
	return w.askPage(ctx, w.provider.browser, operation, nil)
}

func askByVerb(ctx context.Context, verb string) error {
	w := worldOf(ctx)
	return w.askPage(ctx, w.provider.browser, stand.OperationOf(w.provider.to.Project), func(c *client.Call) { c.Visit.Method = verb })
}

func cookieImposed(ctx context.Context) error { return worldOf(ctx).impose(ctx) }

// sendOtherUser presents the VI of another person in the browser of the last one (P10).
func sendOtherUser(ctx context.Context) error {
	w := worldOf(ctx)
	w.provider.user = w.run.people.numbered(w.provider.to.Project, w.provider.to.Service, 43)
	return w.sendIn(ctx, w.provider.browser, stand.OperationOf(w.provider.to.Project), nil)
}

// sendOtherPAGM presents a VI of the same person with the rights that the last one had not, and no other (P10).
func sendOtherPAGM(ctx context.Context) error {
	w := worldOf(ctx)
	project := w.provider.to.Project
	operation, ok := beyond(project)
	if !ok {
		return w.Cannot(verdict.ReasonNotInConvention, "opérations par PAGM")
	}
	w.provider.user.PAGM = []string{opener(project, operation)}
	return w.sendIn(ctx, w.provider.browser, operation, nil)
}

// opener is the first PAGM of a project that opens an operation.
func opener(p interops.Project, operation string) string {
	for _, g := range p.PAGM {
		for _, o := range g.Operations {
			if o == operation {
				return g.Name
			}
		}
	}
	return ""
}

// sendAsAttacker presents an attacker's good VI in the browser of the last one, by a conduct of the attacker's (P11).
func sendAsAttacker(ctx context.Context, fault string) error {
	w := worldOf(ctx)
	w.provider.user = w.run.people.numbered(w.provider.to.Project, w.provider.to.Service, 43)
	m, err := w.fault(fault)
	if err != nil {
		return err
	}
	return w.sendIn(ctx, w.provider.browser, stand.OperationOf(w.provider.to.Project), &m)
}

// sendIn presents a VI of the scenario's user in a browser, and asks for the page of an operation.
func (w *World) sendIn(ctx context.Context, browser *client.Browser, operation string, m *mutation.Mutation) error {
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	call.Visit.Browser, call.Mutation = browser, m
	if !w.provider.side.carrier.ask(&call, w.provider.to, operation, marker) {
		return w.Cannot(verdict.ReasonNotDeclared, "resources."+operation)
	}
	return w.stimulate(ctx, call, marker)
}

// presentToSecondNode presents the VI of the last message to another node (L06).
func presentToSecondNode(ctx context.Context) error {
	w := worldOf(ctx)
	node, ok := w.provider.side.secondNode()
	if !ok {
		return w.Cannot(verdict.ReasonNotDeclared, "deuxieme-noeud")
	}
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	if err := node.turn(&call, marker); err != nil {
		return err
	}
	alive, err := w.send(ctx, "honest", marker, call)
	switch {
	case err != nil:
		return err
	case !w.accepted(alive):
		return w.Cannot(verdict.ReasonControlRefusedBefore, told(alive.exchange))
	}
	return w.represent(ctx, node.turn)
}

func presentAgain(ctx context.Context) error {
	return worldOf(ctx).represent(ctx, func(*client.Call, string) error { return nil })
}

// represent presents the VI of the last message once more, in a fresh browser.
func (w *World) represent(ctx context.Context, change func(*client.Call, string) error) error {
	first, err := w.last()
	if err != nil {
		return err
	}
	if !w.accepted(first) {
		return w.Cannot(verdict.ReasonControlRefusedBefore, told(first.exchange))
	}
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	call.VI, call.Now = first.vi, first.vi.IssueInstant
	if err := change(&call, marker); err != nil {
		return err
	}
	return w.stimulate(ctx, call, marker)
}

// clockAdvanced moves the candidate's protocol clock on, and ours with it.
func clockAdvanced(ctx context.Context, minutes int) error {
	return worldOf(ctx).advance(ctx, time.Duration(minutes)*time.Minute)
}

func (w *World) advance(ctx context.Context, by time.Duration) error {
	at := w.provider.channel.now(w.run.Bench.Clock).Add(by)
	w.owed.clock = true
	w.run.Bench.Clock.Set(at)
	w.provider.channel.offset = 0
	return w.setCandidateClock(ctx, at.UTC().Format(time.RFC3339Nano))
}

// sessionUsed asks for the page again and again, so that no idleness ends the session (P08).
func sessionUsed(ctx context.Context, minutes, hours int) error {
	w := worldOf(ctx)
	if minutes < 1 {
		return fmt.Errorf("use session every %d minutes: want one at least", minutes)
	}
	step := time.Duration(minutes) * time.Minute
	for spent := time.Duration(0); spent < time.Duration(hours)*time.Hour; spent += step {
		if err := w.advance(ctx, step); err != nil {
			return err
		}
		call, _, err := w.pageCall(w.provider.browser, stand.OperationOf(w.provider.to.Project))
		if err != nil {
			return err
		}
		if _, err := w.provider.channel.link.Send(ctx, call); err != nil {
			return err
		}
	}
	return nil
}
