package service

import (
	"html"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"etalon/internal/gateway"
	"etalon/internal/sso"
)

// refusing are the requirements of which a negative is proved by the absence of a session.
var refusing = []string{
	"T06", "V01", "V03", "V04", "V05", "V06", "V07", "V08", "V09", "V10", "V11", "V12", "V13", "V14", "V16", "V17",
	"G01", "G02", "G03", "G04", "G05", "G06", "G07", "G08", "G09", "T05", "L06", "L07", "L08", "K01", "K02", "K03", "X06",
	"P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08", "P09", "P10", "P17",
}

// sessionFlaws neglect the session that a VI opens (P06 to P08).
func sessionFlaws() []Flaw {
	before := neglecting("opens-session-before-verdict", "P06", "",
		"ouvre la session avant d'avoir vérifié le VI, et ne la referme pas", "opens the session before it has checked the VI, and leaves it open", opensEarly)
	before.May = refusing
	without := neglecting("serves-without-session", "P07", "",
		"sert les pages à qui n'a pas de session", "serves pages to whoever has no session",
		func(p *policy) { p.stray = func(v *visit) (session, bool) { return v.anybody(), true } })
	without.May = refusing
	forged := neglecting("takes-any-cookie", "P07", "",
		"se contente d'un cookie de session, quelle qu'en soit la valeur", "makes do with a session cookie, whatever its value",
		func(p *policy) {
			p.stray = func(v *visit) (session, bool) {
				k, err := v.request.Cookie(cookieSession)
				return v.anybody(), err == nil && k.Value != ""
			}
		})
	forged.May = refusing
	return append(cookieFlaws(), before, without, forged,
		neglecting("does-not-bind-session", "P07", "T06",
			"ne lie pas la session à l'identité TLS qui l'a ouverte", "does not bind the session to the TLS identity that opened it",
			func(p *policy) { p.unbound = true }),
		neglecting("ignores-session-end", "P08", "",
			"laisse vivre la session après SessionNotOnOrAfter", "lets the session live after SessionNotOnOrAfter",
			func(p *policy) { p.bounds.end = false }),
		neglecting("ignores-absolute-limit", "P08", "",
			"laisse vivre une session plus de huit heures", "lets a session live for more than eight hours",
			func(p *policy) { p.bounds.absolute, p.bounds.idle = false, false }),
		neglecting("ignores-idle-limit", "P08", "",
			"laisse vivre une session dont personne ne se sert", "lets a session live that nobody uses",
			func(p *policy) { p.bounds.idle = false }),
	)
}

// cookieFlaws neglect the identifier of a session and its cookie (P06).
func cookieFlaws() []Flaw {
	return []Flaw{
		neglecting("keeps-session-id", "P06", "P10",
			"garde l'identifiant de session que le navigateur apporte", "keeps the session identifier that the browser brings",
			func(p *policy) {
				honest := p.identifier
				p.identifier = func(v *visit) (string, error) {
					if k, err := v.request.Cookie(cookieSession); err == nil && k.Value != "" {
						return k.Value, nil
					}
					return honest(v)
				}
			}),
		neglecting("omits-secure", "P06", "",
			"donne un cookie de session sans Secure", "gives a session cookie without Secure", func(p *policy) {
				p.cookie = func(k *http.Cookie) { k.Secure = false }
			}),
		neglecting("omits-httponly", "P06", "",
			"donne un cookie de session sans HttpOnly", "gives a session cookie without HttpOnly", func(p *policy) {
				p.cookie = func(k *http.Cookie) { k.HttpOnly = false }
			}),
		neglecting("omits-samesite", "P06", "P11",
			"donne un cookie de session sans SameSite", "gives a session cookie without SameSite", func(p *policy) {
				p.cookie = func(k *http.Cookie) { k.SameSite = http.SameSiteDefaultMode }
			}),
	}
}

// opensEarly leaves a session with whoever presented a VI that was refused.
func opensEarly(p *policy) {
	p.refusal = func(v *visit, a *answer) {
		v.blinded = true
		cookies, err := v.service.open(v, v.service.transcribe(v))
		if err != nil {
			return
		}
		for _, k := range cookies {
			a.Header.Add("Set-Cookie", k.String())
		}
	}
}

// anybody is the session of a receiver that asks for none.
func (v *visit) anybody() session {
	return session{face: v.face.service.Name, user: "anonyme", blind: true, created: v.now, seen: v.now}
}

// resourceFlaws neglect what the profiles open (P09).
func resourceFlaws() []Flaw {
	return []Flaw{
		neglecting("opens-any-resource", "P09", "P10 V13 V14 K03",
			"ouvre toutes les pages à tout profil", "opens every page to any profile",
			func(p *policy) { p.opens = func(*visit, session, string) bool { return true } }),
		neglecting("opens-any-verb", "P09", "",
			"ouvre toutes les méthodes à qui peut lire", "opens every method to whoever may read",
			func(p *policy) {
				honest := p.opens
				p.opens = func(v *visit, one session, resource string) bool {
					return one.opens(resource) || honest(v, one, resource)
				}
			}),
		neglecting("opens-other-profile", "P09", "P10",
			"ouvre les pages de n'importe quel profil du projet", "opens the pages of any profile of the project",
			func(p *policy) {
				honest := p.opens
				p.opens = func(v *visit, one session, resource string) bool {
					for _, g := range one.judged.Project.PAGM {
						one.pagm = append(slices.Clone(one.pagm), g.Name)
					}
					return honest(v, one, resource)
				}
			}),
	}
}

// identityFlaws neglect whose session it is (P10, P11).
func identityFlaws() []Flaw {
	silent := neglecting("switches-silently", "P11", "",
		"remplace sans un mot la session d'une personne par celle d'une autre", "replaces the session of a person by that of another without a word",
		func(p *policy) { p.silent = true })
	silent.Transport = sso.TransportBrowserPost
	return []Flaw{
		neglecting("keeps-first-identity", "P10", "",
			"garde la première identité quand le VI d'une autre personne arrive", "keeps the first identity when the VI of another person comes",
			func(p *policy) {
				p.succeeds = func(before, now *session) { now.issuer, now.user = before.issuer, before.user }
			}),
		neglecting("accumulates-rights", "P10", "P09",
			"ajoute les droits du second VI à ceux du premier", "adds the rights of the second VI to those of the first",
			func(p *policy) {
				p.succeeds = func(before, now *session) { now.pagm = append(slices.Clone(before.pagm), now.pagm...) }
			}),
		silent,
	}
}

// pageFlaws neglect what pages say, and to whom (P16, P17, L08).
func pageFlaws() []Flaw {
	return []Flaw{
		neglecting("lets-pages-be-cached", "P16", "",
			"laisse les caches partagés garder ses pages", "lets shared caches keep its pages",
			func(p *policy) {
				p.page = func(_ *visit, a *answer) { a.Header.Set("Cache-Control", "public, max-age=600") }
			}),
		neglecting("shows-stack-trace", "P17", "",
			"montre une trace d'exécution dans la page de refus", "shows a stack trace in the page of refusal",
			func(p *policy) { p.refusal = appends(func(*visit) string { return gateway.StackTrace }) }),
		neglecting("shows-vi", "P17", "L08",
			"montre le VI dans la page de refus", "shows the VI in the page of refusal",
			func(p *policy) { p.refusal = appends(func(v *visit) string { return string(v.judged.Response) }) }),
		neglecting("logs-vi", "L08", "",
			"écrit le VI entier dans son journal en clair", "writes the whole VI to its clear log",
			func(p *policy) {
				rereads(p, func(v *visit) {
					v.service.config.Log.Info("message reçu", "requete", v.id, "message", string(v.judged.Response))
				})
			}),
	}
}

// appends puts a text at the end of a page.
func appends(text func(*visit) string) func(*visit, *answer) {
	return func(v *visit, a *answer) {
		a.Body = append(slices.Clone(a.Body), "<pre>"+html.EscapeString(text(v))+"</pre>"...)
	}
}

// lifeFlaws neglect that a VI serves once (L06).
func lifeFlaws() []Flaw {
	return []Flaw{
		blind("ignores-replay", "L06", "V16 P06",
			"accepte un VI déjà présenté", "takes a VI that was presented before", ruleReplayed),
		neglecting("remembers-alone", "L06", "",
			"retient les VI présentés sans le dire aux autres nœuds", "remembers the VIs presented without telling the other nodes",
			func(p *policy) {
				p.remember = func(Config) (presented, error) { return newMemory(gateway.MaxPresented), nil }
			}),
		neglecting("forgets-on-restart", "L06", "",
			"oublie au redémarrage les VI déjà présentés", "forgets the VIs presented when it restarts",
			func(p *policy) {
				honest := p.remember
				p.remember = func(c Config) (presented, error) {
					memory, err := honest(c)
					return &forgetful{presented: memory, folder: c.Memory}, err
				}
			}),
	}
}

// forgetful is a memory that a restart empties.
type forgetful struct {
	presented
	folder string
}

func (f *forgetful) restarted() {
	if f.folder == "" {
		f.presented = newMemory(gateway.MaxPresented)
		return
	}
	files, _ := filepath.Glob(filepath.Join(f.folder, "*"))
	for _, name := range files {
		_ = os.Remove(name)
	}
}
