package ops

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/saml"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
	"etalon/stubs/client"
)

// variant sends an honest message in one of the forms that a partner may choose.
type variant func(ctx context.Context, w *World, call client.Call, marker string) error

// varied is a variant that changes the call alone.
func varied(change func(*World, *client.Call)) variant {
	return func(ctx context.Context, w *World, call client.Call, marker string) error {
		change(w, &call)
		return w.stimulate(ctx, call, marker)
	}
}

// formed is a variant of the message's form.
func formed(form func(*saml.Form) error) variant {
	return varied(func(_ *World, c *client.Call) {
		c.Form = form
	})
}

// spoken is a variant of the link.
func spoken(version uint16) variant {
	return varied(func(_ *World, c *client.Call) {
		c.Conduct = &mutation.Conduct{MinTLS: version, MaxTLS: version}
	})
}

// drifted shifts every instant of the VI, as a clock that is wrong by that much would.
func drifted(sign time.Duration) variant {
	return varied(func(w *World, c *client.Call) {
		shift := sign * (time.Duration(*w.provider.side.access.SkewSeconds)*time.Second - 5*time.Second)
		now := c.Now.Add(shift)
		c.VI = saml.VIFor(w.profile(), w.run.Bench.Convention, c.Project, c.Service, w.provider.user, c.VI.ID, now)
		if w.provider.user.ID != "" {
			c.VI.AuthnInstant = now.Add(-30 * time.Second)
		}
	})
}

// businessElement puts another business element in place of the ordinary one.
func businessElement(format string) variant {
	return func(ctx context.Context, w *World, call client.Call, marker string) error {
		call.Body = fmt.Appendf(nil, format, stand.OperationOf(call.Project), businessNamespace, marker)
		return w.stimulate(ctx, call, marker)
	}
}

// Business elements whose form a gateway might be tempted to tidy.
const (
	nestedBody = `<a:%s xmlns:a="%s"><a:marqueur>%s</a:marqueur><b:suite xmlns:b="urn:etalon:test:b" b:ordre="2" ordre="1"><c xmlns="urn:etalon:test:c"><d xmlns="">x</d><a:e xmlns:a="urn:etalon:test:a2"/></c></b:suite></a:%[1]s>`
	textBody   = `<m:%s xmlns:m="%s"><m:marqueur>%s</m:marqueur><m:texte xml:space="preserve">  Été à Nîmes, “œuvre” &lt;n° 1&gt;	fin
 </m:texte><m:brut><![CDATA[<x>&]]></m:brut><m:vide/></m:%[1]s>`
)

// variants are the honest forms, by the names that features use.
var variants = map[string]variant{
	"autre-utilisateur": varied(func(w *World, c *client.Call) {
		user := w.run.people.numbered(c.Project, c.Service, 43)
		if user.ID != "" {
			user.AuthnInstant = c.VI.AuthnInstant
		}
		c.VI = saml.VIFor(w.profile(), w.run.Bench.Convention, c.Project, c.Service, user, c.VI.ID, c.Now)
	}),
	"simple":                varied(func(*World, *client.Call) {}),
	"corps-espaces-de-noms": businessElement(nestedBody),
	"corps-texte":           businessElement(textBody),
	"derive-toleree-futur":  drifted(1),
	"derive-toleree-passe":  drifted(-1),
	"ecdsa-sha256":          varied(func(_ *World, c *client.Call) { c.Signer = c.Project.Client + "/signature-ec" }),
	"rsa-sha384":            formed(func(f *saml.Form) error { f.Recipe.Method = xmlsec.MethodRSASHA384; return nil }),
	"rsa-sha512":            formed(func(f *saml.Form) error { f.Recipe.Method = xmlsec.MethodRSASHA512; return nil }),
	"tls12":                 spoken(tls.VersionTLS12),
	"tls13":                 spoken(tls.VersionTLS13),
	"timestamp":             varied(func(_ *World, c *client.Call) { c.Timestamp = true }),
	"reference-de-jeton":    varied(func(_ *World, c *client.Call) { c.TokenReference = true }),
	"nameid-accentue":       varied(func(_ *World, c *client.Call) { c.VI.NameID.Value = "agent-été-Æ-0042" }),
	"fenetre-maximale": varied(func(w *World, c *client.Call) {
		c.VI.NotOnOrAfter = c.VI.NotBefore.Add(w.profile().Time.MaxWindow.Duration)
		c.VI.Confirmation.NotOnOrAfter = c.VI.NotOnOrAfter
	}),
	"notbefore-exact": varied(func(_ *World, c *client.Call) {
		c.VI.NotBefore = c.Now
		c.VI.AuthnInstant = c.Now
	}),
	"identifiant-long": varied(func(_ *World, c *client.Call) {
		lengthen(&c.VI)
	}),
	"fractions-de-seconde": formed(func(f *saml.Form) error { return rewriteInstants(f, "2006-01-02T15:04:05.000000Z") }),
	"secondes-entieres":    formed(func(f *saml.Form) error { return rewriteInstants(f, "2006-01-02T15:04:05Z") }),
	"prefixes-inclusifs":   formed(inclusivePrefixes),
	"fin-de-session": varied(func(_ *World, c *client.Call) {
		c.VI.SessionNotOnOrAfter = c.Now.Add(20 * time.Minute)
	}),
	"deux-pagm": twoPAGM,
	"reemploi":  reuse,
}

// rewriteInstants writes every instant of the VI in another layout of the same type.
func rewriteInstants(f *saml.Form, layout string) error {
	for _, e := range append([]*etree.Element{f.VI}, f.VI.FindElements(".//*")...) {
		for i, a := range e.Attr {
			if at, err := time.Parse(time.RFC3339Nano, a.Value); err == nil {
				e.Attr[i].Value = at.UTC().Format(layout)
			}
		}
	}
	return nil
}

// inclusivePrefixes signs with an InclusiveNamespaces list, as common WS-Security stacks do.
func inclusivePrefixes(f *saml.Form) error {
	f.Root.CreateAttr("xmlns:xs", "http://www.w3.org/2001/XMLSchema")
	f.Recipe.C14N.Prefixes = []string{"xs"}
	for i, r := range f.Recipe.References {
		for j := range r.Transforms {
			if r.Transforms[j].Algorithm == xmlsec.TransformExclusive {
				f.Recipe.References[i].Transforms[j].Prefixes = []string{"xs"}
			}
		}
	}
	return nil
}

// twoPAGM calls, with one VI that holds two PAGM, an operation of each (V14).
func twoPAGM(ctx context.Context, w *World, call client.Call, marker string) error {
	if len(call.Project.PAGM) < 2 {
		return w.Cannot(verdict.ReasonNotInConvention, "deux PAGM")
	}
	first, second := call.Project.PAGM[0], call.Project.PAGM[1]
	call.VI.PAGM = []string{first.Name, second.Name}
	if err := w.stimulate(ctx, call, marker); err != nil {
		return err
	}
	again, marker, err := w.message()
	if err != nil {
		return err
	}
	again.VI, again.Now = call.VI, call.Now
	if again.Visit != nil { // the session that the VI opened, and not the VI, asks for the second
		again.Visit.Browser, again.Visit.Alone = w.provider.browser, true
	}
	if len(second.Operations) > 0 && !w.provider.side.carrier.ask(&again, w.provider.to, second.Operations[0], marker) {
		return w.Cannot(verdict.ReasonNotInConvention, "opérations par PAGM")
	}
	return w.stimulate(ctx, again, marker)
}

// lengthen gives a VI an identifier that no narrow column holds.
func lengthen(vi *interops.VI) {
	vi.ID += "-" + strings.Repeat("0123456789abcdef", 6)
	vi.SessionIndex = vi.ID
}

// reuse presents an accepted VI once more in another message (L05).
func reuse(ctx context.Context, w *World, call client.Call, marker string) error {
	return w.replay(ctx, call, marker, mutation.Replay{})
}

// alias finds the target that the features call by its place in the trial.
func (s *providerSide) alias(name string) (target, bool) {
	profile := s.run.profileInForce()
	is := map[string]func(target) bool{
		"principal": func(t target) bool { return t.Service.Name == s.home.Service.Name },
		"second": func(t target) bool {
			return t.Service.Name != s.home.Service.Name && t.Project.Name == s.home.Project.Name
		},
		"saml11":         func(t target) bool { return accepts(t.Project, profile, "1.1") },
		"saml20":         func(t target) bool { return !accepts(t.Project, profile, "1.1") },
		"signe":          func(t target) bool { return t.Project.MessageSignature },
		"applicatif":     func(t target) bool { return t.Service.User == interops.UserForbidden },
		"utilisateurs":   func(t target) bool { return t.Service.User == interops.UserRequired },
		"niveau-minimal": func(t target) bool { return profile.Rank(t.Service.MinimumLevel) > 0 },
		"sans-niveau":    func(t target) bool { return s.mode == interops.ModeS && profile.Rank(t.Service.MinimumLevel) == 0 },
	}[name]
	if is == nil {
		return target{}, false
	}
	for _, t := range s.targets {
		if is(t) {
			t.saml11 = name == "saml11"
			return t, true
		}
	}
	return target{}, false
}

// accepts tells whether a project takes VIs of a SAML version.
func accepts(p interops.Project, profile *interops.Profile, version string) bool {
	versions := p.SAML
	if len(versions) == 0 {
		versions = profile.SAML.Versions
	}
	for _, v := range versions {
		if v == version {
			return true
		}
	}
	return false
}
