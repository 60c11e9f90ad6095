package candidate

import (
	"cmp"
	"encoding/base32"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"etalon/internal/interops"
)

// keysAt is the path of a key of a block.
type keysAt func(keys ...string) []string

// identityProvider checks and completes what is declared of an identity provider.
func (l *loading) identityProvider(p *IdentityProvider) {
	at := keysAt(func(keys ...string) []string { return append([]string{"roles", string(RoleIdentityProvider)}, keys...) })
	p.complete()
	l.notOurs(p.Issuer, at("issuer")...)
	l.notOurs(p.Discovery, at("discovery")...)
	if !slices.Contains(strings.Fields(p.Scope), "openid") {
		l.report(trouble{say("des scopes parmi lesquels openid", "scopes with openid among them"), say("Ajoutez openid.", "Add openid.")}, at("scope")...)
	}
	for key, pair := range p.pairs() {
		l.pair(pair, at(key, "pair")...)
	}
	l.signIn(p.Login, at("login"))
	l.means(p, at)
	l.establishments(p, at)
	if p.Traces != nil {
		l.signInTraces(p.Traces, at)
	}
	if i := p.Indicators; i != nil {
		l.notOurs(i.URL, at("indicators", "url")...)
		if (i.Token == "") == (i.User == "") {
			l.report(trouble{say("user et secret, ou token, l'un des deux", "user and secret, or token, one of the two"),
				say("Donnez ce qui ouvre l'interface des indicateurs.", "Give what opens the interface of indicators.")}, at("indicators")...)
		}
	}
}

// fourHours is how long a login serves (EXI FI 25).
var fourHours = interops.Duration{Duration: 4 * time.Hour}

// complete sets what the file leaves out.
func (p *IdentityProvider) complete() {
	p.Entity = cmp.Or(p.Entity, EntityProvider)
	p.Redirect, p.PostLogout = cmp.Or(p.Redirect, FixedRedirect), cmp.Or(p.PostLogout, FixedPostLogout)
	p.Scope = cmp.Or(p.Scope, DefaultIDScope)
	p.UserClaim, p.EstablishmentClaim = cmp.Or(p.UserClaim, "sub"), cmp.Or(p.EstablishmentClaim, "iss")
	if len(p.Identity) == 0 {
		p.Identity = DefaultIdentity()
	}
	if p.Session.Duration == 0 {
		p.Session = fourHours
	}
	if c := p.CertificateClient; c != nil {
		c.Auth = cmp.Or(c.Auth, AuthTLS)
	}
	p.Login.Browser = browserOr(p.Login.Browser)
	for _, m := range p.Means {
		if m.Login != nil {
			m.Login.Browser = browserOr(m.Login.Browser)
		}
	}
	p.Client.complete()
	if p.SecondClient != nil {
		p.SecondClient.complete()
	}
	for i := range p.Establishments {
		p.completed(&p.Establishments[i])
	}
}

func (c *IDClient) complete() {
	if len(c.Auth) == 0 {
		c.Auth = []string{AuthBasic, AuthPost}
	}
}

// completed completes an establishment with what is its provider's.
func (p *IdentityProvider) completed(e *Establishment) {
	own := e.Issuer != "" && e.Issuer != p.Issuer
	if e.Discovery == "" && !own {
		e.Discovery = p.Discovery
	}
	e.Issuer = cmp.Or(e.Issuer, strings.ReplaceAll(p.Issuer, TenantPlace, e.ID))
	e.Discovery = cmp.Or(e.Discovery, strings.TrimSuffix(e.Issuer, "/")+"/.well-known/openid-configuration")
	if e.Client == nil {
		e.Client = &p.Client
	}
	e.Client.complete()
	for i := range e.Persons {
		who := &e.Persons[i]
		who.Secret = cmp.Or(who.Secret, "essai-"+who.ID)
		who.Human = cmp.Or(who.Human, e.ID+"/"+who.ID)
		if strong := slices.IndexFunc(p.Means, func(m IDMeans) bool { return m.Strong }); who.Means == "" && strong >= 0 {
			who.Means = p.Means[strong].Name
		}
	}
}

// pairs are the certificates that the clients have of their own, by key.
func (p *IdentityProvider) pairs() map[string]*Pair {
	all := map[string]*Pair{}
	if p.CertificateClient != nil && p.CertificateClient.Pair != nil {
		all["certificate_client"] = p.CertificateClient.Pair
	}
	if p.KeyClient != nil && p.KeyClient.Pair != nil {
		all["key_client"] = p.KeyClient.Pair
	}
	return all
}

// signIn checks a way to log in.
func (l *loading) signIn(s SignIn, at []string) {
	for i, f := range s.Forms {
		here := append(slices.Clone(at), "forms", fmt.Sprint(i))
		if f.User == "" && f.Password == "" && len(f.Extra) == 0 {
			l.report(trouble{say("les champs d'une page : user, password ou extra", "the fields of a page: user, password or extra"),
				say("Nommez ceux que la personne remplit.", "Name those that the person fills in.")}, here...)
		}
		for _, field := range []string{f.User, f.Password} {
			if _, twice := f.Extra[field]; twice {
				l.report(trouble{say("un champ rempli une seule fois", "a field filled once only"),
					say("user ou password le remplit déjà : retirez-le d'ici.", "user or password already fills it: remove it from here.")}, append(here, "extra", field)...)
			}
		}
	}
}

// means checks the means of identification: names that differ, and a strong one.
func (l *loading) means(p *IdentityProvider, at keysAt) {
	once := l.once("name")
	for i, m := range p.Means {
		once(m.Name, at("means", fmt.Sprint(i), "name")...)
		if m.Login != nil {
			l.signIn(*m.Login, at("means", fmt.Sprint(i), "login"))
		}
	}
	if !slices.ContainsFunc(p.Means, func(m IDMeans) bool { return m.Strong }) {
		l.report(trouble{say("un moyen fort au moins (strong: true)", "one strong means at least (strong: true)"),
			say("Pro Santé Connect n'en accepte pas d'autre : déclarez celui par lequel les personnes de l'essai se connectent.",
				"Pro Santé Connect takes no other: declare the one by which the persons of the test log in.")}, at("means")...)
	}
}

// establishments checks the establishments and their persons, one of whom logs in by a strong means in a listed one.
func (l *loading) establishments(p *IdentityProvider, at keysAt) {
	ids, usable := l.once("id"), false
	for i, e := range p.Establishments {
		ids(e.ID, at("establishments", fmt.Sprint(i), "id")...)
		l.notOurs(e.Issuer, at("establishments", fmt.Sprint(i), "issuer")...)
		l.notOurs(e.Discovery, at("establishments", fmt.Sprint(i), "discovery")...)
		logins := l.once("id")
		for j, who := range e.Persons {
			here := func(key string) []string {
				return at("establishments", fmt.Sprint(i), "persons", fmt.Sprint(j), key)
			}
			logins(who.ID, here("id")...)
			m, known := p.MeansOf(who)
			if !known {
				l.report(unknownName(who.Means, meansNames(p.Means)), here("means")...)
			}
			if _, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(who.TOTP, "=")); err != nil {
				l.report(trouble{say("un secret en base32", "a secret in base32"), say("Par exemple JBSWY3DPEHPK3PXP.", "For instance JBSWY3DPEHPK3PXP.")}, here("totp")...)
			}
			usable = usable || known && m.Strong && !e.Unlisted
		}
	}
	if !usable {
		l.report(trouble{say("une personne qui se connecte par un moyen fort, dans un établissement accepté", "a person who logs in by a strong means, in an accepted establishment"),
			say("Sans connexion honnête, aucun refus ne prouve rien.", "Without an honest login, no refusal proves anything.")}, at("establishments")...)
	}
}

func meansNames(all []IDMeans) []string {
	names := make([]string, len(all))
	for i, m := range all {
		names[i] = m.Name
	}
	return names
}

// MeansOf returns the means by which a person logs in, as the file declares it.
func (p *IdentityProvider) MeansOf(who IDPerson) (IDMeans, bool) {
	i := slices.IndexFunc(p.Means, func(m IDMeans) bool { return m.Name == who.Means })
	if i < 0 {
		return IDMeans{}, false
	}
	return p.Means[i], true
}

// SignInOf returns how a person logs in.
func (p *IdentityProvider) SignInOf(who IDPerson) SignIn {
	if m, _ := p.MeansOf(who); m.Login != nil {
		return *m.Login
	}
	return p.Login
}

// signInTraces checks the source of the traces of logins.
func (l *loading) signInTraces(t *SignInTraces, at keysAt) {
	sources := 0
	for _, set := range []bool{t.File != "", t.HTTP != "", len(t.Command) > 0} {
		if set {
			sources++
		}
	}
	if sources != 1 {
		l.report(trouble{say("une source et une seule : file, http ou command", "one source and one only: file, http or command"),
			say("Gardez celle d'où le banc lira les traces.", "Keep the one from which the harness will read the traces.")}, at("traces")...)
	}
	if (t.Pattern == "") == (len(t.Map) == 0) {
		l.report(trouble{say("map ou pattern, l'un des deux", "map or pattern, one of the two"),
			say("Dites où est chaque champ d'un enregistrement.", "Say where each field of a record is.")}, at("traces")...)
	}
	if expression, err := regexp.Compile(t.Pattern); err == nil && t.Pattern != "" && !slices.Contains(expression.SubexpNames(), "user") {
		l.report(trouble{say("une expression avec un groupe (?P<user>…)", "an expression with a group (?P<user>…)"),
			say("Les groupes sont : %s.", "The groups are: %s.", strings.Join(SignInFields(), ", "))}, at("traces", "pattern")...)
	}
	if t.File != "" {
		t.File, _ = l.resolve(t.File, at("traces", "file")...)
	}
}
