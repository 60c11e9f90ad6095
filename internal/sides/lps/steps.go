package lps

import (
	"context"
	"crypto/tls"
	"fmt"
	"maps"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
	"etalon/stubs/operator"
	"etalon/stubs/psc"
)

// Steps is the whole table of sentences about mail programs.
func Steps() []scenario.Step {
	return slices.Concat(controlSteps(), conductSteps(), gestureSteps(), linkOutcomes(), sessionOutcomes(), messageSteps(), discoverySteps())
}

// The controls: the program opens its mailbox, or sends a message.
const (
	controlOpens = "ouverture"
	controlSends = "envoi"
)

// controlSteps are the honest exchanges around a trial.
func controlSteps() []scenario.Step {
	return []scenario.Step{
		stepOf(`le logiciel passe le témoin "(ouverture|envoi)"`, func(ctx context.Context, p *part, which string) error {
			if ok, told := p.control(ctx, which); !ok {
				return p.Cannot(verdict.ReasonControlRefusedBefore, told)
			}
			p.since = p.side.now()
			return nil
		}),
		stepOf(`le logiciel passe de nouveau le témoin "(ouverture|envoi)"`, func(ctx context.Context, p *part, which string) error {
			if ok, told := p.control(ctx, which); !ok {
				return p.Cannot(verdict.ReasonControlRefusedAfter, told)
			}
			return nil
		}),
	}
}

// control has the program open its mailbox, and send a message where that is asked for, with honest partners. A login that
// the operator accepts is what counts, or what is said on a link that was kept since one, not what the program says.
func (p *part) control(ctx context.Context, which string) (ok bool, told string) {
	from, kept := p.side.now(), p.keptLinks()
	d, err := p.does(ctx, p.opening())
	defer func() { p.side.Standing.Note(ok) }()
	if err != nil {
		return false, err.Error()
	}
	entered := func(protocol string) bool {
		return slices.ContainsFunc(p.logins(from, protocol), func(a attempt) bool { return a.accepted }) || p.goesOn(kept)
	}
	if !p.await(ctx, func() bool { return entered(operator.IMAP) }) {
		return false, p.unentered(d, from)
	}
	if which == controlOpens {
		return true, ""
	}
	if d, err = p.does(ctx, p.plain()); err != nil {
		return false, err.Error()
	}
	if !p.await(ctx, func() bool { return p.side.outbox.len() > from.sent }) {
		return false, p.unentered(d, from)
	}
	return true, ""
}

// keptLinks are the links to the mailbox that are open behind a login, with the number of lines that were said there.
func (p *part) keptLinks() map[int]int {
	kept := map[int]int{}
	for _, v := range p.side.operator.Visits(0) {
		if !v.Ended && v.Protocol == operator.IMAP && slices.ContainsFunc(attempts(v), func(a attempt) bool { return a.accepted }) {
			kept[v.Number] = len(v.Lines)
		}
	}
	return kept
}

// goesOn tells that the program was answered on one of the links since.
func (p *part) goesOn(kept map[int]int) bool {
	if len(kept) == 0 {
		return false
	}
	oldest := slices.Min(slices.Collect(maps.Keys(kept)))
	return slices.ContainsFunc(p.side.operator.Visits(oldest-1), func(v operator.Visit) bool {
		if kept[v.Number] == 0 || v.Ended {
			return false
		}
		since := v.Lines[kept[v.Number]:]
		return slices.ContainsFunc(since, func(l operator.Line) bool { return l.Client }) && slices.ContainsFunc(since, func(l operator.Line) bool {
			return !l.Client && strings.Contains(l.Text, " OK")
		})
	})
}

// unentered tells why no login went through: what the program says, else what was seen.
func (p *part) unentered(d *done, from moment) string {
	seen := make([]string, 0, 2)
	for _, v := range p.visits(from) {
		if v.Handshake != "" {
			seen = append(seen, v.Protocol+" TLS : "+v.Handshake)
		}
	}
	return fmt.Sprintf("%s : %s %s", d.gesture.Gesture, d.told, strings.Join(seen, " ; "))
}

// revive has a program that stopped start again, where it can be asked to.
func revive(ctx context.Context, p *part) error {
	if p.side.Barred() {
		return nil
	}
	if _, ok := p.side.declared.Gesture(candidate.Restart); ok {
		_, _ = p.does(ctx, p.gesture(candidate.Restart))
	}
	if ok, told := p.control(ctx, controlOpens); !ok {
		return p.Cannot(verdict.ReasonControlRefusedBefore, told)
	}
	return nil
}

// conducts makes a step by which the operator behaves otherwise. Open connections are dropped, so that the program meets it.
func conducts(sentence string, change func(p *part, c *operator.Conduct) error) scenario.Step {
	return step(sentence, func(_ context.Context, p *part) error {
		if err := p.conduct(change); err != nil {
			return err
		}
		p.side.operator.Cut()
		return nil
	})
}

// conduct makes the operator behave otherwise, on the connections to come.
func (p *part) conduct(change func(p *part, c *operator.Conduct) error) error {
	var c operator.Conduct
	if err := change(p, &c); err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	p.owed.conduct = true
	p.since = p.side.now()
	if err := p.side.behave(c, p.tried); err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	return nil
}

// behaves makes a step of one word by which the operator behaves otherwise.
func behaves(sentence string, change func(p *part, c *operator.Conduct, word string) error) scenario.Step {
	return stepOf(sentence, func(_ context.Context, p *part, word string) error {
		err := p.conduct(func(p *part, c *operator.Conduct) error { return change(p, c, word) })
		p.side.operator.Cut()
		return err
	})
}

// certificates are the certificates of the operator by the words of the features.
func (p *part) certificates(word string) (pki.Credential, error) {
	s := p.side
	switch word {
	case "expire":
		return s.certificate("~expired", pki.Change{})
	case "revoque-liste":
		list, err := s.listed(false)
		if err != nil {
			return pki.Credential{}, err
		}
		return s.certificate("~revoked", pki.Change{CRL: list, OCSP: []string{}})
	case "revoque-ocsp":
		return s.certificate("~revoked", pki.Change{CRL: []string{}})
	case "autre-autorite":
		return s.certificate("~unknown-ca", pki.Change{})
	case "auto-signe":
		return s.run.Bench.PKI.Credential(candidate.OperatorOrganism + "/tls~self-signed")
	case "autre-hote":
		return s.certificate("", pki.Change{Hosts: []string{"autre.test.invalid"}})
	case "liste-seule":
		list, err := s.listed(true)
		if err != nil {
			return pki.Credential{}, err
		}
		return s.certificate("", pki.Change{CRL: list, OCSP: []string{}})
	}
	return pki.Credential{}, fmt.Errorf("certificate %q: no such word", word)
}

// conductSteps are how the partners behave.
func conductSteps() []scenario.Step {
	return []scenario.Step{
		stepOf(`l'épreuve du logiciel porte sur (l'IMAP|la soumission)`, func(_ context.Context, p *part, which string) error {
			p.tried = map[string]string{"l'IMAP": operator.IMAP, "la soumission": operator.SMTP}[which]
			return nil
		}),
		behaves(`l'opérateur d'essai présente au logiciel le certificat §`, func(p *part, c *operator.Conduct, word string) (err error) {
			c.Credential, err = p.certificates(word)
			return err
		}),
		behaves(`l'opérateur d'essai ne parle au logiciel que TLS (1\.1|1\.2)`, func(_ *part, c *operator.Conduct, version string) error {
			c.Newest = tls.VersionTLS12
			if version == "1.1" {
				c.Oldest, c.Newest = tls.VersionTLS10, tls.VersionTLS11
			}
			return nil
		}),
		conducts(`l'opérateur d'essai n'offre plus STARTTLS au logiciel`, func(_ *part, c *operator.Conduct) error { c.HidesTLS = true; return nil }),
		conducts(`l'opérateur d'essai refuse STARTTLS au logiciel`, func(_ *part, c *operator.Conduct) error { c.RefusesTLS = true; return nil }),
		conducts(`l'opérateur d'essai n'offre pas SASL-IR au logiciel`, func(_ *part, c *operator.Conduct) error { c.NoInitial = true; return nil }),
		conducts(`l'opérateur d'essai refuse au logiciel les commandes de plus de 512 octets`, func(_ *part, c *operator.Conduct) error { c.ShortLines = true; return nil }),
		conducts(`l'opérateur d'essai refuse au logiciel tout jeton`, func(_ *part, c *operator.Conduct) error {
			c.Refuses = func(string) bool { return true }
			return nil
		}),
		conducts(`l'opérateur d'essai refuse au logiciel les jetons qu'il a déjà présentés`, refusesPresented),
		step(`l'opérateur d'essai refuse au logiciel, sur les liaisons à venir, les jetons qu'il a déjà présentés`, func(_ context.Context, p *part) error {
			return p.conduct(refusesPresented)
		}),
		conducts(`l'opérateur d'essai est en panne devant le logiciel`, func(_ *part, c *operator.Conduct) error { c.Down = true; return nil }),
		conducts(`l'opérateur d'essai rompt les liaisons du logiciel`, func(*part, *operator.Conduct) error { return nil }),
		step(`l'opérateur d'essai redevient honnête envers le logiciel`, func(_ context.Context, p *part) error {
			if err := p.honestAgain(); err != nil {
				return p.Cannot(verdict.ReasonHarnessError, err.Error())
			}
			return nil
		}),
		stepOf(`les listes de révocation (ne sont plus|sont) servies au logiciel`, func(_ context.Context, p *part, how string) error {
			p.side.gate.close(how == "ne sont plus")
			return nil
		}),
		step(`le logiciel a lu la liste de révocation`, func(ctx context.Context, p *part) error {
			if !bench.Until(ctx, settle, func() bool { return p.side.gate.fetched() > 0 }) {
				return p.Cannot(verdict.ReasonNoMessage, "CRL") // who never read it keeps none
			}
			return nil
		}),
		step(`Pro Santé Connect refuse de prolonger la session du logiciel`, func(_ context.Context, p *part) error {
			p.owed.provider = true
			err := p.side.provider.Turn(p.side.declared.PSC.Client.ID, psc.Turn{Error: "invalid_grant", Grant: "refresh_token"})
			if err != nil {
				return p.Cannot(verdict.ReasonHarnessError, err.Error())
			}
			return nil
		}),
		step(`Pro Santé Connect redevient honnête envers le logiciel`, func(_ context.Context, p *part) error {
			if err := p.side.provider.Recover(); err != nil {
				return p.Cannot(verdict.ReasonHarnessError, err.Error())
			}
			return nil
		}),
	}
}

// refusesPresented refuses the tokens that the program has presented so far.
func refusesPresented(p *part, c *operator.Conduct) error {
	p.stale = map[string]bool{}
	for _, t := range p.presented() {
		p.stale[t] = true
	}
	stale := p.stale
	c.Refuses = func(token string) bool { return stale[token] }
	return nil
}

// gestureSteps are what the person does.
func gestureSteps() []scenario.Step {
	doing := func(sentence string, gesture func(p *part) (g candidate.Verb)) scenario.Step {
		return step(sentence, func(ctx context.Context, p *part) error {
			_, err := p.does(ctx, p.gesture(gesture(p)))
			return err
		})
	}
	verb := func(v candidate.Verb) func(*part) candidate.Verb { return func(*part) candidate.Verb { return v } }
	return []scenario.Step{
		step(`le logiciel ouvre la boîte`, func(ctx context.Context, p *part) error {
			_, err := p.does(ctx, p.opening())
			return err
		}),
		doing(`le logiciel relève la boîte`, verb(candidate.FetchMail)),
		doing(`le logiciel oublie ce qu'il sait des révocations`, verb(candidate.ForgetCRL)),
		doing(`le professionnel se sert du reste du logiciel`, verb(candidate.Elsewhere)),
		stepOf(`le logiciel envoie un message, variante §`, func(ctx context.Context, p *part, variant string) error { return p.sends(ctx, variant) }),
		side.StepOf(`le professionnel laisse le logiciel (\d+) minutes`, func(ctx context.Context, p *part, n int) error { return p.leaves(ctx, n) }),
		side.StepOf(`le professionnel se sert du logiciel pendant (\d+) minutes`, func(ctx context.Context, p *part, n int) error { return p.uses(ctx, n) }),
	}
}
