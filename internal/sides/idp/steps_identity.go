package idp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/jws"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// identitySteps are the sentences about who a token names: a person, an establishment, an identity.
func identitySteps() []scenario.Step {
	return []scenario.Step{
		step(`la même personne se connecte trois fois chez le fournisseur d'identité`, threeLogins),
		step(`une personne se connecte chez le fournisseur d'identité, est renommée, puis se connecte de nouveau`, func(ctx context.Context, p *part) error { return p.changed(ctx, candidate.RenameUser) }),
		step(`une personne se connecte chez le fournisseur d'identité, son compte est recréé, puis elle se connecte de nouveau`, func(ctx context.Context, p *part) error { return p.changed(ctx, candidate.RecreateUser) }),
		step(`les jetons d'identité donnent le même identifiant de personne`, sameIdentifier),
		step(`les jetons d'identité donnent un autre identifiant de personne`, otherIdentifier),
		step(`chaque personne se connecte chez le fournisseur d'identité`, func(ctx context.Context, p *part) error {
			return p.each(ctx, p.side.persons(func(e candidate.Establishment, who candidate.IDPerson) bool {
				m, _ := p.side.declared.MeansOf(who)
				return m.Strong && !e.Unlisted
			}))
		}),
		step(`deux personnes n'ont jamais le même identifiant dans les jetons d'identité`, identifiersDiffer),
		step(`une personne de chaque établissement se connecte deux fois chez le fournisseur d'identité`, twiceByEstablishment),
		step(`les jetons d'identité donnent l'identifiant convenu de l'établissement`, establishmentAgreed),
		step(`deux établissements ont deux identifiants dans les jetons d'identité`, establishmentsDiffer),
		step(`le jeton d'identité reste celui de l'établissement de la personne`, establishmentKept),
		step(`une personne d'un établissement hors liste se connecte chez le fournisseur d'identité`, unlistedLogsIn),
		step(`Pro Santé Connect reconnaît au jeton d'identité un établissement hors liste`, unlistedShows),
		step(`Pro Santé Connect demande au fournisseur d'identité qui est la personne`, asksUserInfo),
		step(`quelqu'un demande au fournisseur d'identité qui est la personne, sans jeton`, asksUserInfoBare),
		step(`le fournisseur d'identité ne dit rien de personne`, nobodyTold),
		step(`le jeton d'identité et la réponse du fournisseur d'identité donnent les traits d'identité`, identityGiven),
		step(`la réponse du fournisseur d'identité et le jeton d'identité ont le même sujet`, subjectSame),
	}
}

// claim is a claim of a login that is a text; of an identity, the userinfo answer completes the token.
func (l *signIn) claim(name string) string {
	if s, ok := l.token.Claims[name].(string); ok {
		return s
	}
	s, _ := l.info[name].(string)
	return s
}

// identifier is the agreed identifier of the person of a login.
func (p *part) identifier(l *signIn) string { return l.claim(p.side.declared.UserClaim) }

// establishment is the identifier of the establishment of a login.
func (p *part) establishment(l *signIn) string { return l.claim(p.side.declared.EstablishmentClaim) }

func threeLogins(ctx context.Context, p *part) error {
	return p.each(ctx, []someone{p.who, p.who, p.who})
}

// renewal is what a gesture about a person is told.
type renewal struct {
	User       string `json:"user"`
	FamilyName string `json:"family_name"`
	Email      string `json:"email"`
}

// changed logs a person in, has the provider change the account, and logs the person in again.
func (p *part) changed(ctx context.Context, verb candidate.Verb) error {
	all := p.side.renamable()
	if len(all) == 0 {
		return p.Cannot(verdict.ReasonNotDeclared, "establishments[].persons[].renamed")
	}
	one := all[0]
	if err := p.each(ctx, []someone{one}); err != nil || p.Troubled() {
		return err
	}
	_, who := p.side.of(one)
	if err := p.gesture(ctx, verb, who.ID); err != nil {
		return err
	}
	return p.each(ctx, []someone{one})
}

// gesture asks the provider for a change of an account.
func (p *part) gesture(ctx context.Context, verb candidate.Verb, login string) error {
	declared, ok := p.side.declared.Verbs[verb]
	if !ok {
		return p.Cannot(verdict.ReasonNotDeclared, "verbs."+string(verb))
	}
	mark := strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(p.draw(6)))
	body, err := json.Marshal(renewal{login, "TEST-" + strings.ToUpper(mark), "renomme." + mark + "@test.invalid"})
	if err != nil {
		return err
	}
	return p.Gesture(ctx, declared, "verbs."+string(verb), access.Action{Verb: string(verb), Body: body, Sentence: fmt.Sprintf(verbSentences[verb], login)})
}

// verbSentences ask a person for a gesture.
var verbSentences = map[candidate.Verb]string{
	candidate.RenameUser:   "Changez le nom de famille et l'adresse de messagerie de %s, sans changer son identifiant de connexion.",
	candidate.RecreateUser: "Supprimez le compte de %s, puis créez-en un autre du même identifiant de connexion et du même secret.",
}

// identified lists the identifiers of the logins; one that has none is a departure.
func (p *part) identified() []string {
	var all []string
	for _, l := range p.tokensOfAll() {
		id := p.identifier(l)
		if id == "" && !p.untold(l, p.side.declared.UserClaim) {
			p.Finds(p.Own("id-identifier-missing", p.side.declared.UserClaim, "", l.proof...))
		}
		all = append(all, id)
	}
	return all
}

// sameIdentifier wants one identifier through all logins (FI-28).
func sameIdentifier(_ context.Context, p *part) error {
	p.Checked()
	if ids := p.identified(); len(slices.Compact(slices.Clone(ids))) > 1 {
		p.Finds(p.Own("id-identifier-changes", ids[0], strings.Join(ids[1:], " "), p.last.proof...))
	}
	return nil
}

// otherIdentifier wants the identifier of an account made anew not to be that of the old one (FI-30).
func otherIdentifier(_ context.Context, p *part) error {
	p.Checked()
	if ids := p.identified(); len(ids) == 2 && ids[0] == ids[1] && ids[0] != "" {
		p.Finds(p.Own("id-identifier-recycled", "≠ "+ids[0], ids[1], p.last.proof...))
	}
	return nil
}

// identifiersDiffer wants no two humans under one identifier, be it in two establishments (FI-29).
func identifiersDiffer(_ context.Context, p *part) error {
	p.Checked()
	owners := map[string]candidate.IDPerson{}
	for _, l := range p.tokensOfAll() {
		id := p.identifier(l)
		_, who := p.side.of(l.one)
		other, taken := owners[id]
		if taken && id != "" && other.Human != who.Human {
			p.Sees(p.Own("id-identifier-shared", other.Human+" ≠ "+who.Human, id, l.proof...))
		}
		owners[id] = who
	}
	return nil
}

// twiceByEstablishment logs a person of each establishment in, twice.
func twiceByEstablishment(ctx context.Context, p *part) error {
	var all []someone
	for i := range p.side.declared.Establishments {
		one := p.side.persons(func(e candidate.Establishment, who candidate.IDPerson) bool {
			m, _ := p.side.declared.MeansOf(who)
			return m.Strong && e.ID == p.side.declared.Establishments[i].ID
		})
		if len(one) > 0 {
			all = append(all, one[0], one[0])
		}
	}
	return p.each(ctx, all)
}

// agreedOf is the agreed identifier of an establishment.
func (s *Side) agreedOf(e candidate.Establishment) string {
	if s.declared.EstablishmentClaim == "iss" {
		return e.Issuer
	}
	return e.ID
}

// establishmentAgreed wants each token to name the establishment by its agreed identifier (FI-31).
func establishmentAgreed(_ context.Context, p *part) error {
	p.Checked()
	for _, l := range p.tokensOfAll() {
		want := p.side.agreedOf(p.side.declared.Establishments[l.one.establishment])
		if got := p.establishment(l); got != want && !p.untold(l, p.side.declared.EstablishmentClaim) {
			p.Finds(p.Own("id-establishment-other", p.side.declared.EstablishmentClaim+" = "+want, got, l.proof...))
		}
	}
	return nil
}

// establishmentsDiffer wants two establishments not to share one identifier (FI-31).
func establishmentsDiffer(_ context.Context, p *part) error {
	p.Checked()
	owners := map[string]int{}
	for _, l := range p.tokensOfAll() {
		id := p.establishment(l)
		if other, taken := owners[id]; taken && id != "" && other != l.one.establishment {
			p.Sees(p.Own("id-establishment-shared", p.side.declared.Establishments[other].ID+" ≠ "+p.side.declared.Establishments[l.one.establishment].ID, id, l.proof...))
		}
		owners[id] = l.one.establishment
	}
	return nil
}

// other is another establishment than that of the person of the trial; false when there is none.
func (s *Side) other() (candidate.Establishment, bool) {
	i := slices.IndexFunc(s.declared.Establishments, func(e candidate.Establishment) bool {
		return e.ID != s.declared.Establishments[s.usual().establishment].ID
	})
	if i < 0 {
		return candidate.Establishment{}, false
	}
	return s.declared.Establishments[i], true
}

// otherEstablishment are the parameters by which a person could claim another establishment (FI-32).
func (s *Side) otherEstablishment() map[string]string {
	e, _ := s.other()
	domain := e.ID
	if len(e.Domains) > 0 {
		domain = e.Domains[0]
	}
	return map[string]string{"domain_hint": domain, "tid": e.ID, "tenant": e.ID, "organization": e.ID, "kc_idp_hint": e.ID, s.declared.EstablishmentClaim: s.agreedOf(e)}
}

// establishmentKept wants the token of a person who asked for another establishment to name her own; a refusal will do.
func establishmentKept(ctx context.Context, p *part) error {
	l, err := p.latest()
	if err != nil {
		return err
	}
	if err := p.unproved(ctx, l); err != nil {
		return err
	}
	p.Checked()
	if want := p.side.agreedOf(p.side.declared.Establishments[l.one.establishment]); l.done() && p.establishment(l) != want && !p.untold(l, p.side.declared.EstablishmentClaim) {
		p.Sees(p.Own("id-establishment-forged", want, p.establishment(l), l.proof...))
	}
	return nil
}

// unlisted are the persons of establishments that Pro Santé Connect does not accept.
func (s *Side) unlisted() []someone {
	return s.persons(func(e candidate.Establishment, _ candidate.IDPerson) bool { return e.Unlisted })
}

func unlistedLogsIn(ctx context.Context, p *part) error {
	return p.each(ctx, p.side.unlisted()[:1])
}

// unlistedShows wants Pro Santé Connect to be able to refuse: the token names the establishment, and no listed one (FI-33).
func unlistedShows(ctx context.Context, p *part) error {
	l, err := p.latest()
	if err != nil {
		return err
	}
	if err := p.unproved(ctx, l); err != nil {
		return err
	}
	p.Checked()
	if !l.done() || p.untold(l, p.side.declared.EstablishmentClaim) {
		return nil
	}
	got := p.establishment(l)
	listed := slices.ContainsFunc(p.side.declared.Establishments, func(e candidate.Establishment) bool { return !e.Unlisted && p.side.agreedOf(e) == got })
	if got == "" || listed {
		p.Sees(p.Own("id-establishment-disguised", p.side.agreedOf(p.side.declared.Establishments[l.one.establishment]), got, l.proof...))
	}
	return nil
}

// asksUserInfo logs the usual person in, and asks the provider for the identity with the access token, where it announces
// the service.
func asksUserInfo(ctx context.Context, p *part) error {
	if err := personLogsIn(ctx, p); err != nil {
		return err
	}
	l, ok := p.wentThrough()
	if ok {
		p.asksOf(ctx, l)
	}
	return nil
}

// asksOf asks for the identity of a login, where the provider announces the service.
func (p *part) asksOf(ctx context.Context, l *signIn) {
	if l.door.text("userinfo_endpoint") == "" || l.tokens.access == "" {
		return
	}
	l.asked = &call{method: http.MethodGet, url: l.door.text("userinfo_endpoint"), header: http.Header{"Authorization": {"Bearer " + l.tokens.access}}}
	p.side.wire.make(ctx, l.asked)
	p.shown = p.keep(labelUserInfo, l.asked)
	l.proof = append(l.proof, proof(p.shown)...)
	if l.asked.err == nil && l.asked.status == http.StatusOK {
		l.info = claimsOf(l.asked.body)
	}
}

// completes asks for the identity of a login whose token lacks an agreed identifier: which claims are in the token, and which
// are told apart, is the provider's choice (OIDC Core §5.4). An answer about somebody else is none (§5.3.2).
func (p *part) completes(ctx context.Context, l *signIn) {
	lacks := func(name string) bool { return l.done() && l.claim(name) == "" }
	if !lacks(p.side.declared.UserClaim) && !lacks(p.side.declared.EstablishmentClaim) {
		return
	}
	p.asksOf(ctx, l)
	if subject, _ := l.info["sub"].(string); subject != l.token.Subject {
		l.info = nil
	}
}

// untold notes that an agreed claim of a login could not be asked for; false when it is there, or was not told.
func (p *part) untold(l *signIn, name string) bool {
	return l.claim(name) == "" && l.asked != nil && p.unanswered("userinfo_endpoint", l.asked)
}

// claimsOf reads a userinfo answer, an object or a JWT (OIDC Core §5.3.2); nil when it is neither.
func claimsOf(raw []byte) map[string]any {
	if claims, err := jws.Object(raw); err == nil {
		return claims
	}
	t, err := jws.Parse(strings.TrimSpace(string(raw)))
	if err != nil {
		return nil
	}
	return t.Claims
}

// identityGiven wants each agreed claim, in the token or in the userinfo answer, the same where it is in both (FI-34).
func identityGiven(_ context.Context, p *part) error {
	l, ok := p.wentThrough()
	if !ok {
		return nil
	}
	p.Checked()
	for _, name := range p.side.declared.Identity {
		in, both := l.token.Claims[name].(string)
		out, there := l.info[name].(string)
		if strings.TrimSpace(l.claim(name)) == "" && !p.untold(l, name) {
			p.Finds(p.Own("id-identity-missing", name, "", l.proof...))
		}
		if both && there && in != out {
			p.Finds(p.Own("id-identity-incoherent", name+" : "+in, out, l.proof...))
		}
	}
	return nil
}

// subjectSame wants the userinfo answer to be about the subject of the token (FI-35).
func subjectSame(_ context.Context, p *part) error {
	l, ok := p.wentThrough()
	if !ok {
		return nil
	}
	if l.asked == nil {
		return p.Cannot(verdict.ReasonNoMessage, "userinfo_endpoint")
	}
	if p.unanswered("userinfo_endpoint", l.asked) {
		return nil
	}
	p.Checked()
	switch got, _ := l.info["sub"].(string); {
	case l.info == nil:
		p.Finds(p.Own("id-userinfo-refused", "HTTP 200", l.asked.told(), l.proof...))
	case got != l.token.Subject:
		p.Finds(p.Own("id-subject-other", l.token.Subject, got, l.proof...))
	}
	return nil
}

// asksUserInfoBare asks for an identity without a token, while the usual person is logged in.
func asksUserInfoBare(ctx context.Context, p *part) error {
	p.answered = &call{method: http.MethodGet, url: p.door.text("userinfo_endpoint")}
	p.side.wire.make(ctx, p.answered)
	p.shown = p.keep(labelUserInfo, p.answered)
	p.unanswered("userinfo_endpoint", p.answered)
	return nil
}

// nobodyTold wants no subject to be told (FI-35).
func nobodyTold(_ context.Context, p *part) error {
	p.Checked()
	if c := p.answered; c.err == nil && c.status == http.StatusOK && claimsOf(c.body)["sub"] != nil {
		p.Sees(p.Own("id-userinfo-open", "HTTP 401", c.told(), proof(p.shown)...))
	}
	return nil
}
