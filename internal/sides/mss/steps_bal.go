package mss

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/mssante"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// mailboxSteps are the sentences of mailboxes and of who opens them.
func mailboxSteps() []scenario.Step {
	return []scenario.Step{
		stepOfTwo(`un client ouvre la boîte § avec le jeton de §`, opensAs),
		stepOfTwo(`la boîte § s'ouvre au jeton de §`, personControl(verdict.ReasonControlRefusedBefore, labelBefore)),
		stepOfTwo(`la boîte § s'ouvre de nouveau au jeton de §`, personControl(verdict.ReasonControlRefusedAfter, labelAfter)),
		step(`l'opérateur retire la délégation`, func(ctx context.Context, p *part) error { return p.delegation(ctx, candidate.WithdrawDelegate) }),
		step(`l'opérateur rend la délégation`, func(ctx context.Context, p *part) error { return p.delegation(ctx, candidate.GrantDelegate) }),
		step(`un confrère demande tour à tour une boîte inconnue et une boîte qui existe`, asksInTurn),
		step(`les deux refus ne se distinguent pas`, refusalsAlike),
		step(`c'est la même boîte`, sameMailbox),
		step(`la connexion est refusée, ou ouvre la même boîte`, refusedOrSame),
		step(`le professionnel demande la boîte d'un autre avec son propre jeton`, asksForAnothers),
		step(`la sienne ne s'est pas ouverte à la place`, ownNotOpened),
		step(`le professionnel ouvre tour à tour ses deux boîtes avec le même jeton`, opensTwo),
		step(`l'une et l'autre s'ouvrent, et ce ne sont pas les mêmes`, twoOpened),
	}
}

// mailboxes is what a scenario knows of the mailboxes that it tried.
type mailboxes struct {
	// unknown and known are the refusals that must not differ.
	unknown, known []*attempt
	// owed is the mailbox that was taken from a delegate and not yet given back.
	owed *candidate.Mailbox
}

// place is a mailbox that a word of the features names: its address, which may be nobody's, and the mailbox that is meant.
type place struct {
	address string
	box     candidate.Mailbox
}

// place finds a mailbox by the word of the features, beyond those that are declared as such.
func (p *part) place(word string) (place, error) {
	own := p.side.habit.box
	name, domain, _ := strings.Cut(own.Address, "@")
	switch word {
	case "autre-domaine":
		return place{name + "@autre-operateur.test.invalid", own}, nil
	case "capitales":
		return place{inverted(own.Address), own}, nil
	case "suffixe":
		return place{name + "+etalon@" + domain, own}, nil
	case "essai":
		return p.declaredPlace(word, p.side.testBox())
	}
	box, err := p.box(word)
	return place{box.Address, box}, err
}

func (p *part) declaredPlace(word string, box candidate.Mailbox) (place, error) {
	if box.Address == "" {
		return place{}, p.noBox(word)
	}
	return place{box.Address, box}, nil
}

// inverted writes an address with the other case, letter by letter.
func inverted(address string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, address)
}

// testBox is a mailbox that a test identity opens; empty when none is declared.
func (s *Side) testBox() candidate.Mailbox {
	for _, box := range s.declared.Open(mssante.Personal) {
		if s.testIdentity(box) != "" {
			return box
		}
	}
	return candidate.Mailbox{}
}

// testIdentity is the test identity of a mailbox's owner; empty when he has none.
func (s *Side) testIdentity(box candidate.Mailbox) mssante.IdNat {
	if kind, _, _ := box.Holder.Read(); kind == mssante.KindTest {
		return box.Holder
	}
	return box.TestIdentity
}

// foreign is a mailbox that a professional has no right on; empty when none is declared.
func (s *Side) foreign(id mssante.IdNat) candidate.Mailbox {
	for _, kind := range []mssante.MailboxType{mssante.Personal, mssante.Organisational, mssante.Application} {
		for _, box := range s.declared.Open(kind) {
			if !box.OpensTo(id) && box.TestIdentity != id && !(kind == mssante.Application && s.declared.ApplicationTokens) {
				return box
			}
		}
	}
	return candidate.Mailbox{}
}

// colleague is a professional who has no right on a mailbox: one whom the operator knows, or a stranger.
func (s *Side) colleague(box candidate.Mailbox) mssante.IdNat {
	for _, other := range s.openable() {
		if id := opener(other); !box.OpensTo(id) {
			return id
		}
	}
	return stranger
}

// pair is two mailboxes that one professional opens, two personal ones if there are; false when there are none.
func (s *Side) pair() (one, two candidate.Mailbox, person mssante.IdNat, ok bool) {
	boxes := s.openable()
	for i, a := range boxes {
		for _, b := range boxes[i+1:] {
			if id := opener(a); b.OpensTo(id) {
				return a, b, id, true
			}
		}
	}
	return one, two, "", false
}

// person is whom a word of the features names, before a mailbox.
func (p *part) person(word string, at place) (mssante.IdNat, error) {
	switch word {
	case "titulaire":
		if at.box.OpensTo(p.side.habit.person) || at.box.Type == mssante.Application || !at.box.Suspended && opener(at.box) == "" {
			return p.side.habit.person, nil
		}
		return opener(at.box), nil
	case "délégué":
		return opener(at.box), nil
	case "confrère":
		return p.side.colleague(at.box), nil
	case "identité d'essai":
		return p.side.testIdentity(at.box), nil
	}
	return "", fmt.Errorf("person %q: want one of titulaire, délégué, confrère, identité d'essai", word)
}

// opensAs opens a mailbox with a good token of somebody, as the trial.
func opensAs(ctx context.Context, p *part, box, person string) error {
	at, id, err := p.asking(box, person)
	if err != nil {
		return err
	}
	token, err := p.mint(p.side.honest(id))
	if err != nil {
		return err
	}
	_, err = p.open(ctx, opening{label: labelTrial, box: at.address, token: token})
	return err
}

func (p *part) asking(box, person string) (place, mssante.IdNat, error) {
	at, err := p.place(box)
	if err != nil {
		return at, "", err
	}
	id, err := p.person(person, at)
	return at, id, err
}

// personControl is the honest opening of a mailbox that is not that of the usual controls.
func personControl(key, label string) func(context.Context, *part, string, string) error {
	return func(ctx context.Context, p *part, box, person string) error {
		at, id, err := p.asking(box, person)
		if err != nil {
			return err
		}
		token, err := p.mint(p.side.honest(id))
		if err != nil {
			return err
		}
		a, err := p.try(ctx, opening{label: label, box: at.address, token: token})
		switch {
		case err != nil:
			return p.Cannot(verdict.ReasonUnreachable, p.side.field(), p.side.address, err.Error())
		case !a.accepted():
			return p.Cannot(key, a.told())
		}
		return nil
	}
}

// delegation takes the organisational mailbox from its first delegate, or gives it back.
func (p *part) delegation(ctx context.Context, verb candidate.Verb) error {
	box, err := p.box("organisationnelle")
	if err != nil {
		return err
	}
	sentence := map[candidate.Verb]string{
		candidate.WithdrawDelegate: "Retirez au professionnel %s la boîte %s.", candidate.GrantDelegate: "Rendez au professionnel %s la boîte %s.",
	}[verb]
	declared, ok := p.side.declared.Verbs[verb]
	if !ok {
		return p.Cannot(verdict.ReasonNotDeclared, "mssante.verbs."+string(verb))
	}
	id := opener(box)
	p.bal.owed = nil
	if verb == candidate.WithdrawDelegate {
		p.bal.owed = &box
	}
	body, err := json.Marshal(map[string]string{"idnat": string(id), "mailbox": box.Address})
	if err != nil {
		return fmt.Errorf("write delegation: %w", err)
	}
	answer, err := p.Run.Driver(declared, nil).Do(ctx, access.Action{
		Verb: string(verb), Body: body, Header: http.Header{"Content-Type": {"application/json"}}, Sentence: fmt.Sprintf(sentence, id, box.Address),
	})
	if err == nil && answer.Status >= 300 {
		err = fmt.Errorf("HTTP %d", answer.Status)
	}
	if err != nil {
		return p.Cannot(verdict.ReasonDriverFailed, "mssante.verbs."+string(verb), err.Error())
	}
	return nil
}

// giveBack gives back a mailbox that the scenario took from a delegate and left so.
func (p *part) giveBack(ctx context.Context) {
	if p.bal.owed != nil {
		_ = p.delegation(ctx, candidate.GrantDelegate)
	}
}

// roundsOfRefusals is how many times each of two refusals is asked for: their times are told by the median.
const roundsOfRefusals = 3

// asksInTurn asks with one token for a mailbox that nobody has, and for one that the token does not open.
func asksInTurn(ctx context.Context, p *part) error {
	box, err := p.box("personnelle")
	if err != nil {
		return err
	}
	marker, err := p.marker()
	if err != nil {
		return err
	}
	_, domain, _ := strings.Cut(box.Address, "@")
	for range roundsOfRefusals {
		token, err := p.mint(p.side.honest(p.side.colleague(box)))
		if err != nil {
			return err
		}
		for to, address := range map[*[]*attempt]string{&p.bal.unknown: "inconnu-" + marker + "@" + domain, &p.bal.known: box.Address} {
			a, err := p.open(ctx, opening{label: labelTrial, box: address, token: token})
			if err != nil {
				return err
			}
			*to = append(*to, a)
		}
	}
	return nil
}

// digits are what differs between two refusals that say the same: times, counters, session names.
var digits = regexp.MustCompile(`[0-9]+`)

// words are what a refusal says, but for the mailbox and for figures.
func (a *attempt) words() string {
	said := strings.Join([]string{a.result.Status, a.result.Code, a.result.Text}, " ")
	if a.result.Failure != nil {
		said += fmt.Sprintf(" %v", *a.result.Failure)
	}
	if a.result.Err != nil {
		said = a.result.Err.Error()
	}
	name, _, _ := strings.Cut(a.box, "@")
	for _, own := range []string{a.box, name} {
		said = strings.ReplaceAll(said, own, "‹boîte›")
	}
	return digits.ReplaceAllString(said, "#")
}

// muchSlower is how much the medians of two refusals may differ without a remark.
const muchSlower = time.Second

// refusalsAlike wants both to be refused, in the same words. Times are only remarked upon: other work makes them differ.
func refusalsAlike(_ context.Context, p *part) error {
	p.Checked()
	unknown, known := p.bal.unknown[0], p.bal.known[0]
	for _, a := range append(slices.Clone(p.bal.unknown), p.bal.known...) {
		switch {
		case a.entered():
			p.Sees(p.Own("login-accepted", wantRefused, a.told(), p.proof(a)...))
			return nil
		case a.result.Outcome == mail.Unanswered:
			return p.silent(a)
		}
	}
	same := slices.ContainsFunc(p.bal.unknown, func(u *attempt) bool {
		return slices.ContainsFunc(p.bal.known, func(k *attempt) bool { return k.words() == u.words() })
	})
	if !same {
		p.Finds(p.Own("mailbox-told", known.words(), unknown.words(), append(p.proof(known), p.proof(unknown)...)...))
	}
	if one, two := median(p.bal.unknown), median(p.bal.known); (one - two).Abs() > muchSlower {
		p.remark(fmt.Sprintf("temps de refus, médianes : boîte inconnue %s, boîte qui existe %s", one.Round(time.Millisecond), two.Round(time.Millisecond)))
	}
	return nil
}

func median(attempts []*attempt) time.Duration {
	var all []time.Duration
	for _, a := range attempts {
		all = append(all, a.took)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// ownSession opens the mailbox of the controls again.
func (p *part) ownSession(ctx context.Context) (*attempt, error) {
	token, err := p.mint(p.side.honest(p.side.habit.person))
	if err != nil {
		return nil, err
	}
	a, err := p.try(ctx, opening{label: "connexion de contrôle", box: p.own(), token: token})
	if err != nil || !a.accepted() {
		return nil, p.Cannot(verdict.ReasonControlRefusedAfter, a.told())
	}
	return a, nil
}

// reaches tells whether the session of an attempt is in the mailbox of the controls: over IMAP by a message that is stored
// and looked for, in submission by sending as it.
func (p *part) reaches(ctx context.Context, a *attempt) (bool, error) {
	if talking, ok := a.talk.(smtpTalk); ok {
		if p.side.habit.blind {
			p.remark("la boîte ouverte ne se reconnaît pas : la seconde sonde ne dit rien ici")
			return true, nil
		}
		may, _, err := talking.MaySend(ctx, p.own(), p.side.declared.Recipient)
		return err == nil && may, nil
	}
	own, err := p.ownSession(ctx)
	if err != nil {
		return false, err
	}
	return p.sameBox(ctx, own.talk.(imapTalk), a.talk.(imapTalk))
}

func sameMailbox(ctx context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if !a.accepted() {
		return nil // said by the step before
	}
	return p.ownAlone(ctx, a)
}

// ownAlone wants the session of an attempt to be in the mailbox of the controls.
func (p *part) ownAlone(ctx context.Context, a *attempt) error {
	same, err := p.reaches(ctx, a)
	if err == nil && !same {
		p.Sees(p.Own("mailbox-other", p.own(), a.told(), p.proof(a)...))
	}
	return err
}

// refusedOrSame wants no mailbox but that of the controls to open.
func refusedOrSame(ctx context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	if !a.entered() {
		return refused(ctx, p)
	}
	p.Checked()
	return p.ownAlone(ctx, a)
}

// asksForAnothers asks for a mailbox that the person of the controls has no right on, with that person's own token.
func asksForAnothers(ctx context.Context, p *part) error {
	token, err := p.mint(p.side.honest(p.side.habit.person))
	if err != nil {
		return err
	}
	box := p.side.foreign(p.side.habit.person)
	if box.Address == "" {
		return p.noBox("d'un autre")
	}
	_, err = p.open(ctx, opening{label: labelTrial, box: box.Address, token: token})
	return err
}

// ownNotOpened wants the mailbox of the token's person to be shut, where another was asked for.
func ownNotOpened(ctx context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if a.talk == nil || a.result.Err != nil || p.side.habit.blind {
		return nil
	}
	opens, told, err := a.talk.Opens(ctx, p.own())
	if err != nil || !opens {
		return nil
	}
	p.Sees(p.Own("own-mailbox-opened", wantRefused, told, p.proof(a)...))
	return nil
}

// opensTwo opens two mailboxes of one professional with one token.
func opensTwo(ctx context.Context, p *part) error {
	one, two, person, _ := p.side.pair()
	token, err := p.mint(psc.Order(p.side.honest(person)))
	if err != nil {
		return err
	}
	for _, box := range []candidate.Mailbox{one, two} {
		if _, err := p.open(ctx, opening{label: labelTrial, box: box.Address, token: token}); err != nil {
			return err
		}
	}
	return nil
}

// twoOpened wants both to be open and to be two.
func twoOpened(ctx context.Context, p *part) error {
	p.Checked()
	if len(p.attempts) < 2 {
		return p.Cannot(verdict.ReasonNoMessage, "deux connexions")
	}
	one, two := p.attempts[len(p.attempts)-2], p.attempts[len(p.attempts)-1]
	for _, a := range []*attempt{one, two} {
		switch {
		case a.result.Outcome == mail.Unanswered:
			return p.silent(a)
		case !a.accepted():
			p.Finds(p.Own("login-refused", wantAccepted, a.box+" : "+a.told(), p.proof(a)...))
			return nil
		}
	}
	first, ok := one.talk.(imapTalk)
	if !ok {
		return nil // each may send as itself, which the second probe has shown
	}
	same, err := p.sameBox(ctx, first, two.talk.(imapTalk))
	if err == nil && same {
		p.Sees(p.Own("mailbox-other", one.box+", "+two.box, "la même boîte", append(p.proof(one), p.proof(two)...)...))
	}
	return err
}
