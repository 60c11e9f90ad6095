package idp

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// loginSteps are the sentences about logins: their instant, their means, their strength.
func loginSteps() []scenario.Step {
	return []scenario.Step{
		step(`l'instant de connexion du jeton d'identité est celui de la connexion`, authTimeTrue),
		step(`chaque moyen fort du fournisseur d'identité sert à une connexion`, func(ctx context.Context, p *part) error { return p.each(ctx, p.side.onePerMeans(true)) }),
		step(`chaque moyen faible du fournisseur d'identité sert à une connexion`, func(ctx context.Context, p *part) error { return p.each(ctx, p.side.onePerMeans(false)) }),
		step(`les jetons d'identité disent le moyen par des valeurs convenues`, amrSaysMeans),
		step(`les jetons d'identité portent amr comme une liste de valeurs connues`, amrWellFormed),
		step(`les jetons d'identité ne disent pas plus fort que le moyen`, amrNotStronger),
		step(`Pro Santé Connect refuserait ces connexions au vu des jetons d'identité`, weakRefused),
		step(`une personne s'arrête au premier facteur chez le fournisseur d'identité`, stopsHalfway),
		step(`une personne se trompe de dernier facteur chez le fournisseur d'identité`, wrongFactor),
		step(`le fournisseur d'identité ne tient pas la personne pour connectée`, notLoggedIn),
		stepOf(`une personne modifie dans son navigateur la demande faite au fournisseur d'identité, variante §`, tampersRequest),
		step(`la force dite par le jeton d'identité est celle du moyen`, strengthKept),
	}
}

// authTimeTrue wants auth_time to be the moment of the login, by the provider's clock (FI-23).
func authTimeTrue(_ context.Context, p *part) error {
	if err := p.token("FI-23"); err != nil {
		return err
	}
	l, ok := p.wentThrough()
	if !ok || l.token.AuthTime.IsZero() {
		return nil
	}
	from, known := p.side.theirs(l.way.began)
	to, _ := p.side.theirs(l.way.ended)
	if !known {
		return p.Cannot(verdict.ReasonClockUnknown)
	}
	if at := l.token.AuthTime; at.Before(from.Add(-tolerance)) || at.After(to.Add(tolerance)) {
		p.Finds(p.Own("id-auth-time-other", from.Format(time.RFC3339)+" ± "+tolerance.String(), at.Format(time.RFC3339), l.proof...))
	}
	return nil
}

// onePerMeans is a person for each means of a strength.
func (s *Side) onePerMeans(strong bool) []someone {
	var all []someone
	for _, m := range s.declared.Means {
		one := s.persons(func(e candidate.Establishment, who candidate.IDPerson) bool {
			return m.Strong == strong && who.Means == m.Name && !e.Unlisted
		})
		if len(one) > 0 {
			all = append(all, one[0])
		}
	}
	return all
}

// each logs persons in, each with a browser of its own.
func (p *part) each(ctx context.Context, all []someone) error {
	for _, one := range all {
		l, _, err := p.newcomer(ctx, one, labelTrial, nil)
		if err != nil {
			return err
		}
		p.all = append(p.all, l)
	}
	if len(p.all) == 0 {
		return p.Cannot(verdict.ReasonNotDeclared, "means")
	}
	p.last = p.all[len(p.all)-1]
	return nil
}

// tokensOfAll are the logins of a sentence about several that gave a token; one that did not makes the case inconclusive.
func (p *part) tokensOfAll() []*signIn {
	for _, l := range p.all {
		if why := l.why(); why != nil {
			_ = p.Cannot(why.Key, why.Args...)
		}
	}
	return slices.DeleteFunc(slices.Clone(p.all), func(l *signIn) bool { return !l.done() })
}

// means are those by which the person of a login logs in.
func (p *part) means(l *signIn) candidate.IDMeans {
	_, who := p.side.of(l.one)
	m, _ := p.side.declared.MeansOf(who)
	return m
}

// agreed tells whether a value of amr is one that was agreed.
func (s *Side) agreed(value string) bool {
	return slices.Contains(candidate.RFC8176(), value) || slices.Contains(s.declared.AMR, value)
}

// amrSaysMeans wants a list that has every value of the means, and agreed ones only (FI-25).
func amrSaysMeans(_ context.Context, p *part) error {
	p.Checked()
	for _, l := range p.tokensOfAll() {
		for _, f := range l.found {
			if f.Requirement == "FI-25" {
				p.Finds(f)
			}
		}
		m := p.means(l)
		lacking := slices.DeleteFunc(slices.Clone(m.AMR), func(v string) bool { return slices.Contains(l.token.AMR, v) })
		if len(l.token.AMR) > 0 && len(lacking) > 0 {
			p.Finds(p.Own("id-amr-other", m.Name+" : "+strings.Join(m.AMR, " "), strings.Join(l.token.AMR, " "), l.proof...))
		}
	}
	return nil
}

// amrWellFormed wants a list of texts, all known (FI-27).
func amrWellFormed(_ context.Context, p *part) error {
	p.Checked()
	for _, l := range p.tokensOfAll() {
		for _, f := range l.found {
			if f.Requirement == "FI-27" {
				p.Finds(f)
			}
		}
		unknown := slices.DeleteFunc(slices.Clone(l.token.AMR), p.side.agreed)
		if len(unknown) > 0 {
			p.Finds(p.Own("id-amr-unknown", "RFC 8176 ; "+strings.Join(p.side.declared.AMR, " "), strings.Join(unknown, " "), l.proof...))
		}
	}
	return nil
}

// strongValues are the values of amr that tell of more than something known, factorValues the others that tell of a factor
// beside the password (RFC 8176 §2).
var (
	strongValues = strings.Fields("face fpt hwk iris mca mfa pop retina sc swk vbm wia")
	factorValues = strings.Fields("kba otp pin sms tel")
)

// boasts lists the values of a token that are stronger than a means may say: of a weak one, those of any factor that it has
// not, since a second factor makes Pro Santé Connect take it for strong.
func (s *Side) boasts(l *signIn, m candidate.IDMeans) []string {
	strong := slices.Clone(strongValues)
	if !m.Strong {
		strong = append(strong, factorValues...)
	}
	for _, other := range s.declared.Means {
		if other.Strong {
			strong = append(strong, slices.DeleteFunc(slices.Clone(other.AMR), func(v string) bool { return slices.Contains(candidate.RFC8176(), v) })...)
		}
	}
	return slices.DeleteFunc(slices.Clone(l.token.AMR), func(v string) bool { return !slices.Contains(strong, v) || slices.Contains(m.AMR, v) })
}

// amrNotStronger wants a weak means to be refused, or to say no more than it is (FI-26).
func amrNotStronger(ctx context.Context, p *part) error {
	p.Checked()
	for _, l := range p.all {
		if err := p.unproved(ctx, l); err != nil {
			return err
		}
		if m := p.means(l); l.done() {
			if more := p.side.boasts(l, m); len(more) > 0 {
				p.Sees(p.Own("id-amr-boasts", m.Name+" : "+strings.Join(m.AMR, " "), strings.Join(l.token.AMR, " "), l.proof...))
			}
		}
	}
	return nil
}

// undecided tells of a login whose way did not end by the provider's doing.
func (p *part) undecided(l *signIn) error {
	if l.way.err != nil {
		why := l.way.why()
		return p.Cannot(why.Key, why.Args...)
	}
	return nil
}

// unproved tells of a login that gave no token without being refused: a failure, a page that we cannot read, or one that any
// wrong secret would have brought, since nothing shows that what is declared of the person is right.
func (p *part) unproved(ctx context.Context, l *signIn) error {
	why := l.why()
	if why == nil || l.way.turnsAway() && (l.way.page.Held != nil || p.readsSecret(ctx, l)) {
		return nil
	}
	return p.Cannot(why.Key, why.Args...)
}

// readsSecret tells whether the provider reads what a person types, where it then refuses: the person came in somewhere in this run, or
// a wrong secret brings another page than the one that is declared.
func (p *part) readsSecret(ctx context.Context, l *signIn) bool {
	if p.side.letIn(l.one) {
		return true
	}
	wrong, _, err := p.newcomer(ctx, l.one, labelTrial, func(a *asking) { a.wrongFactor = true })
	if err != nil || !wrong.way.erred || wrong.way.err != nil || wrong.way.page.Held != nil {
		return false
	}
	was, is := l.way.page, wrong.way.page
	if was.Status == is.Status && wording(was.Body) == wording(is.Body) {
		return false
	}
	p.side.lets(l.one)
	return true
}

// wording are the words that a page shows, without what may change each time: numbers and long words.
func wording(body []byte) string {
	return strings.Join(strings.Fields(unworded.ReplaceAllString(string(body), " ")), " ")
}

var unworded = regexp.MustCompile(`(?is)<(script|style)\b.*?</(script|style)>|<[^>]*>|[0-9]+|[A-Za-z0-9_.+/=~-]{24,}`)

// weakRefused wants what a weak means brings to be refused by the provider, or to show itself weak: without amr, or with a
// value that tells of two factors, Pro Santé Connect would take it for a strong one (FI-36).
func weakRefused(ctx context.Context, p *part) error {
	p.Checked()
	for _, l := range p.all {
		if err := p.unproved(ctx, l); err != nil {
			return err
		}
		if !l.done() {
			continue
		}
		if more := p.side.boasts(l, p.means(l)); len(more) > 0 || len(l.token.AMR) == 0 {
			p.Sees(p.Own("id-weak-accepted", "refus, ou amr sans mfa", strings.Join(l.token.AMR, " "), l.proof...))
		}
	}
	return nil
}

// twoSteps is a person whose means asks on two pages at least; false when there is none.
func (s *Side) twoSteps() (someone, bool) {
	for _, one := range append(s.strong(), s.weak()...) {
		_, who := s.of(one)
		if len(s.declared.SignInOf(who).Forms) > 1 && who.TOTP != "" {
			return one, true
		}
	}
	return someone{}, false
}

// stopsHalfway fills in the first page alone, and then asks as who is logged in.
func stopsHalfway(ctx context.Context, p *part) error {
	one, ok := p.side.twoSteps()
	if !ok {
		return p.Cannot(verdict.ReasonNotDeclared, "login.forms")
	}
	first, nav, err := p.newcomer(ctx, one, labelTrial, func(a *asking) { a.oneFormOnly = true })
	if err != nil {
		return err
	}
	if len(first.way.filled) == 0 || first.way.err != nil {
		return p.Cannot(verdict.ReasonIDLost, first.way.page.URL, first.way.told())
	}
	p.first = first
	p.last = p.logsIn(ctx, nav, one, labelAgain, func(a *asking) { a.params.Set("prompt", "none"); a.neverFills = true })
	return nil
}

// wrongFactor has a person of each means get the last factor wrong, once: another than that of the controls, where there is one.
func wrongFactor(ctx context.Context, p *part) error {
	for _, m := range p.side.declared.Means {
		all := p.side.persons(func(_ candidate.Establishment, who candidate.IDPerson) bool { return who.Means == m.Name })
		if len(all) == 0 {
			continue
		}
		l, _, err := p.newcomer(ctx, all[len(all)-1], labelTrial, func(a *asking) { a.wrongFactor = true })
		if err != nil {
			return err
		}
		p.all = append(p.all, l)
	}
	if len(p.all) == 0 {
		return p.Cannot(verdict.ReasonNotDeclared, "establishments[].persons")
	}
	return nil
}

// notLoggedIn wants no code to have come where the last factor was wrong, or never given (FI-36).
func notLoggedIn(_ context.Context, p *part) error {
	p.Checked()
	for _, l := range append(slices.Clone(p.all), p.first, p.last) {
		if l == nil {
			continue
		}
		if err := p.undecided(l); err != nil {
			return err
		}
		w := l.way
		switch why := w.why(); {
		case why == nil:
			p.Sees(p.Own("id-half-login", "login_required", w.told()))
		case w.asked.oneFormOnly, w.asked.neverFills && w.login: // given up; or asked to log in
		case w.asked.wrongFactor && !w.erred, !w.turnsAway():
			return p.Cannot(why.Key, why.Args...)
		}
	}
	return nil
}

// tamperings are what a person may add to a request (FI-39).
var tamperings = map[string]map[string]string{
	"plus-faible": {"acr_values": "0 eidas0 urn:test:faible", "amr_values": "pwd", "amr": "pwd"},
	"plus-forte":  {"acr_values": "eidas3 loa3", "amr_values": "mfa hwk sc", "amr": "mfa hwk sc"},
}

// tampersRequest adds parameters to a request: those of another strength, or of another establishment.
func tampersRequest(ctx context.Context, p *part, name string) (err error) {
	more, known := tamperings[name]
	if name == "autre-etablissement" {
		more, known = p.side.otherEstablishment(), true
	}
	if !known {
		return fmt.Errorf("change %q: want one of the table of changes", name)
	}
	if weak := p.side.onePerMeans(false); name == "plus-forte" && len(weak) > 0 {
		p.who = weak[0]
	}
	p.last, p.nav, err = p.newcomer(ctx, p.who, labelTrial, func(a *asking) {
		for key, value := range more {
			a.params.Set(key, value)
		}
	})
	return err
}

// strengthKept wants the token to say the means that was used, whatever the request said; a refusal will do (FI-39).
func strengthKept(ctx context.Context, p *part) error {
	l, err := p.latest()
	if err != nil {
		return err
	}
	if err := p.unproved(ctx, l); err != nil {
		return err
	}
	p.Checked()
	if !l.done() {
		return nil
	}
	m := p.means(l)
	lacking := slices.ContainsFunc(m.AMR, func(v string) bool { return !slices.Contains(l.token.AMR, v) })
	if more := p.side.boasts(l, m); len(more) > 0 || m.Strong && lacking {
		p.Sees(p.Own("id-strength-chosen", m.Name+" : "+strings.Join(m.AMR, " "), strings.Join(l.token.AMR, " "), l.proof...))
	}
	return nil
}
