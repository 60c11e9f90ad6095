package ops

import (
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// sharedNeeds are the needs of both roles, by the words of the features' tags.
var sharedNeeds = map[string]func(r *run, a *candidate.Access, name string) scenario.Answer{
	"traces": func(_ *run, a *candidate.Access, _ string) scenario.Answer {
		if a.Traces == nil || a.Traces.Declared != "" {
			return scenario.Lacks(verdict.ReasonNoTraces)
		}
		return scenario.Answer{Met: true}
	},
	"chaine-de-traces": func(_ *run, a *candidate.Access, name string) scenario.Answer {
		return scenario.Declares(a.Traces != nil && a.Traces.Chain == candidate.ChainEtalon, name)
	},
	"traces-en-ligne": func(_ *run, a *candidate.Access, name string) scenario.Answer {
		return scenario.Declares(a.Traces != nil && hasCredentials(a.Traces.HTTP), name)
	},
	"echange-de-traces": func(_ *run, a *candidate.Access, name string) scenario.Answer {
		return scenario.Declares(a.Traces != nil && a.Traces.Exchange != "", name)
	},
	"organisme-etranger": func(r *run, a *candidate.Access, name string) scenario.Answer {
		_, ok := r.foreigner(a.Organism)
		return scenario.Agrees(ok, name)
	},
	"traces-bloquantes": func(r *run, _ *candidate.Access, name string) scenario.Answer {
		return scenario.Agrees(r.profileInForce().Trace.OnFailure == "fail-closed", name)
	},
	"panne-traces":  withVerbs(candidate.BreakTraces, candidate.MendTraces),
	"panne-jetons":  withVerbs(candidate.BreakTokens, candidate.MendTokens),
	"retrait-droit": withVerbs(candidate.WithdrawRight, candidate.GrantRight),
	"deconnexion":   withVerbs(candidate.Logout),
	"redemarrage":   withVerbs(candidate.Restart),
	"horloge": func(_ *run, a *candidate.Access, name string) scenario.Answer {
		return scenario.Declares(a.Clock != nil, name)
	},
	"journaux": func(_ *run, a *candidate.Access, name string) scenario.Answer {
		return scenario.Declares(len(a.Logs) > 0 && readable(a.Logs), name)
	},
	"derive-declaree": func(_ *run, a *candidate.Access, name string) scenario.Answer {
		return scenario.Declares(*a.SkewSeconds > 5, name)
	},
	"profil-courant": func(r *run, _ *candidate.Access, name string) scenario.Answer {
		return scenario.Agrees(!r.profileInForce().Legacy(), name)
	},
	// The certificates say where their revocation is told: a candidate that does not look is what the trial finds.
	"revocation": func(*run, *candidate.Access, string) scenario.Answer { return scenario.Answer{Met: true} },
	"revocation-stricte": func(r *run, _ *candidate.Access, name string) scenario.Answer {
		return scenario.Agrees(r.profileInForce().TLS.Revocation != "fail-open", name)
	},
	// No candidate file can declare these yet.
	"pieces-jointes":      func(_ *run, _ *candidate.Access, name string) scenario.Answer { return scenario.Declares(false, name) },
	"traces-habilitation": func(_ *run, _ *candidate.Access, name string) scenario.Answer { return scenario.Declares(false, name) },
}

// withVerbs answers for gestures that the candidate declares.
func withVerbs(verbs ...candidate.Verb) func(*run, *candidate.Access, string) scenario.Answer {
	return func(_ *run, a *candidate.Access, name string) scenario.Answer {
		return scenario.Declares(!slices.ContainsFunc(verbs, func(v candidate.Verb) bool { _, ok := a.Verbs[v]; return !ok }), name)
	}
}

// providerNeeds are the needs of the role fournisseur alone.
var providerNeeds = map[string]func(s *providerSide, name string) scenario.Answer{
	"sonde": func(s *providerSide, _ string) scenario.Answer {
		return scenario.Answer{Why: verdict.Reason{Key: verdict.ReasonNoProbe}, Declared: true, Met: s.probe != nil}
	},
	"ecart-horloge": func(s *providerSide, _ string) scenario.Answer {
		return scenario.Answer{Why: verdict.Reason{Key: verdict.ReasonClockUnknown}, Met: s.clockKnown}
	},
	"saml11":              offers("saml11", candidate.SAML11),
	"signature-message":   offers("signe", candidate.MessageSignature),
	"contexte-applicatif": offers("applicatif", candidate.ApplicationContext),
	"service-applicatif":  offers("applicatif", candidate.ApplicationContext),
	"deuxieme-service":    offers("second", candidate.SecondService),
	"saml20-seul": func(s *providerSide, name string) scenario.Answer {
		_, ok := s.alias("saml20")
		return scenario.Agrees(ok, name)
	},
	"service-utilisateurs": func(s *providerSide, name string) scenario.Answer {
		_, ok := s.alias("utilisateurs")
		return scenario.Agrees(ok, name)
	},
	"niveau-minimal": func(s *providerSide, name string) scenario.Answer {
		_, ok := s.alias("niveau-minimal")
		return scenario.Agrees(ok, name)
	},
	"soap11-seul": func(s *providerSide, name string) scenario.Answer {
		versions := s.home.Project.SOAP
		if len(versions) == 0 {
			versions = s.run.profileInForce().SOAP.Versions
		}
		return scenario.Agrees(!slices.Contains(versions, "1.2"), name)
	},
	"usage-unique": func(s *providerSide, name string) scenario.Answer {
		return scenario.Declares(s.access.Can(candidate.OneTimeUse), name)
	},
	"destinataire-obligatoire": func(s *providerSide, name string) scenario.Answer {
		return scenario.Agrees(s.run.profileInForce().Recipient.Required, name)
	},
	"operations-par-pagm": func(s *providerSide, name string) scenario.Answer {
		operation, ok := beyond(s.home.Project)
		return scenario.Agrees(ok && s.carrier.ask(&client.Call{}, s.home, operation, ""), name)
	},
	"deuxieme-identite-tls": holds("tls-2"),
	"ecdsa":                 holds("signature-ec"),
	"urn-stricte": func(s *providerSide, name string) scenario.Answer {
		return scenario.Agrees(s.run.profileInForce().Issuer.Pattern != "", name)
	},
	"formats-nameid": func(s *providerSide, name string) scenario.Answer {
		return scenario.Agrees(len(s.home.Project.NameIDFormats)+len(s.run.profileInForce().NameID.Formats) > 0, name)
	},
	"tiers": func(s *providerSide, name string) scenario.Answer {
		return scenario.Agrees(len(s.run.Bench.Convention.Organisms) > 2, name)
	},
	"liaison-mutuelle": func(s *providerSide, name string) scenario.Answer {
		return scenario.Declares(s.transport() != candidate.BrowserPost, name)
	},
	"passage-par-navigateur": func(s *providerSide, name string) scenario.Answer {
		return scenario.Declares(s.transport() == candidate.BrowserPost, name)
	},
	"formulaire": func(s *providerSide, name string) scenario.Answer {
		return scenario.Declares(s.transport() != candidate.HeaderTransport, name)
	},
	"identite-lisible": func(s *providerSide, name string) scenario.Answer {
		if s.shown() != nil {
			return scenario.Answer{Met: true}
		}
		return sharedNeeds["traces"](s.run, s.access, name)
	},
	"identite-visible": func(s *providerSide, name string) scenario.Answer {
		shown := s.shown()
		return scenario.Declares(shown != nil && (shown.Text != "" || s.probe != nil), name)
	},
	"deuxieme-noeud": func(s *providerSide, name string) scenario.Answer {
		_, ok := s.secondNode()
		return scenario.Declares(ok, name)
	},
	"autre-projet":          playable("vi-pagm-other-project"),
	"projet-termine":        playable("project-ended"),
	"projet-futur":          playable("project-future"),
	"projet-inverse":        playable("project-reversed"),
	"organisme-sans-projet": playable("vi-issuer-without-project"),
}

// offers answers for a service of the candidate with a capability.
func offers(alias string, capability candidate.Capability) func(*providerSide, string) scenario.Answer {
	return func(s *providerSide, name string) scenario.Answer {
		_, ok := s.alias(alias)
		return scenario.Declares(ok && s.access.Can(capability), name)
	}
}

// transport is how Responses travel to the candidate; none in mode A, whose link is always mutual.
func (s *providerSide) transport() candidate.Transport {
	if web, ok := s.carrier.(webCarrier); ok {
		return web.carriage.Transport
	}
	return ""
}

// holds answers for a credential of the client organism that the harness plays.
func holds(credential string) func(*providerSide, string) scenario.Answer {
	return func(s *providerSide, name string) scenario.Answer {
		_, err := s.run.Bench.PKI.Credential(s.home.Project.Client + "/" + credential)
		return scenario.Agrees(err == nil, name)
	}
}

// playable answers for what a fault of the catalogue says that it needs of the convention.
func playable(fault string) func(*providerSide, string) scenario.Answer {
	return func(s *providerSide, name string) scenario.Answer {
		m, err := s.faultOf(fault)
		return scenario.Agrees(err == nil && len(s.unmet(m, s.home)) == 0, name)
	}
}

// clientNeeds are the needs of the role client alone.
var clientNeeds = map[string]func(s *clientSide, name string) scenario.Answer{
	"interops-infos": func(s *clientSide, name string) scenario.Answer {
		return scenario.Declares(s.declared.Can(candidate.InteropsInfos), name)
	},
	"utilisateurs-multiples": func(s *clientSide, name string) scenario.Answer {
		return scenario.Declares(len(s.entitled()) >= 50, name)
	},
	"service-utilisateurs": func(s *clientSide, name string) scenario.Answer {
		return scenario.Agrees(s.home.User == interops.UserRequired || len(s.declared.Unauthenticated()) > 0, name)
	},
	"agent-sans-droit": func(s *clientSide, name string) scenario.Answer {
		return scenario.Declares(len(s.declared.Unentitled(s.project.Name)) > 0, name)
	},
	"agent-fort": func(s *clientSide, name string) scenario.Answer {
		_, ok := s.strong()
		return scenario.Declares(ok, name)
	},
	"rotation": func(s *clientSide, name string) scenario.Answer {
		_, ok := s.cutOff()
		return scenario.Agrees(ok, name)
	},
	"deuxieme-service": func(s *clientSide, name string) scenario.Answer {
		_, ok := s.alias("second")
		return scenario.Declares(ok && s.declared.Can(candidate.SecondService), name)
	},
	"liaison-mutuelle": func(s *clientSide, name string) scenario.Answer {
		return scenario.Declares(s.mode != interops.ModeP || s.declared.P.Transport != candidate.BrowserPost, name)
	},
	"assertion": func(s *clientSide, name string) scenario.Answer {
		return scenario.Declares(s.declared.R == nil || s.declared.R.Token == candidate.TokenSAML, name)
	},
	"session-d-origine": func(s *clientSide, name string) scenario.Answer {
		return scenario.Declares(s.mode == interops.ModeP && s.declared.P.Session.Duration > 0, name)
	},
	"deconnexion-du-portail": func(s *clientSide, name string) scenario.Answer {
		return scenario.Declares(s.mode == interops.ModeP && s.declared.P.Logout != "", name)
	},
	"service-sans-convention": calls("sans-convention"),
	"projet-termine":          calls("termine"),
	"projet-futur":            calls("futur"),
}

// calls answers for a service that the application can make the candidate call.
func calls(alias string) func(*clientSide, string) scenario.Answer {
	return func(s *clientSide, name string) scenario.Answer {
		_, ok := s.alias(alias)
		return scenario.Declares(ok, name)
	}
}

// shown is where a user's identifier comes out of the candidate; nil when nowhere.
func (s *providerSide) shown() *candidate.Shown {
	if web, ok := s.carrier.(webCarrier); ok {
		return web.sight.Identity
	}
	return nil
}

// Has implements scenario.Side for a candidate that receives VIs.
func (s *providerSide) Has(name string) scenario.Answer {
	if shared, ok := sharedNeeds[name]; ok {
		return shared(s.run, s.access, name)
	}
	for _, own := range []map[string]func(*providerSide, string) scenario.Answer{sphereNeeds, restNeeds, providerNeeds} {
		if need, ok := own[name]; ok {
			return need(s, name)
		}
	}
	return scenario.UnknownNeed(name)
}

// Has implements scenario.Side for a client candidate.
func (s *clientSide) Has(name string) scenario.Answer {
	if shared, ok := sharedNeeds[name]; ok {
		return shared(s.run, &s.declared.Access, name)
	}
	for _, own := range []map[string]func(*clientSide, string) scenario.Answer{clientNeeds, operatorNeeds} {
		if need, ok := own[name]; ok {
			return need(s, name)
		}
	}
	return scenario.UnknownNeed(name)
}

// hasCredentials tells whether an address bears a user and a password.
func hasCredentials(address string) bool {
	u, err := url.Parse(address)
	return err == nil && address != "" && u.User != nil
}

// readable tells whether every file can be read.
func readable(files []string) bool {
	return !slices.ContainsFunc(files, func(name string) bool { _, err := os.Stat(name); return err != nil })
}

// beyond finds an operation that the first PAGM of a project does not open, and another does; of a page, its reading.
func beyond(p interops.Project) (string, bool) {
	if len(p.PAGM) < 2 || len(p.PAGM[0].Operations) == 0 {
		return "", false
	}
	for _, g := range p.PAGM[1:] {
		for _, o := range g.Operations {
			if !slices.Contains(p.PAGM[0].Operations, o) && !strings.Contains(o, " ") {
				return o, true
			}
		}
	}
	return "", false
}

// fieldAsked tells whether a trial about one field of the traces concerns the profile in force.
func (r *run) fieldAsked(t scenario.Trial) bool {
	for _, sentence := range t.Steps {
		if _, field, ok := strings.Cut(sentence, "renseigne le champ "); ok {
			field = strings.Trim(field, `"`)
			return slices.Contains(r.profileInForce().Trace.Fields, field) && !r.foreignField(t.Address, field)
		}
	}
	return true
}

// ownPKI are the beginnings of the faults that need bad certificates of the authority that the candidate trusts.
var ownPKI = map[string][]string{
	"client":    {"tls-client-certificate-", "tls-identity-", "vi-replayed-other-tls", "vi-issuer-without-project", "project-reversed"},
	"signature": {"vi-certificate-", "vi-signer-", "vi-issuer-without-project", "project-reversed"},
	"provider":  {"tls-server-certificate-"},
}

// pkiBound tells whether the candidate's own authorities keep us from making what a trial needs.
func (r *run) pkiBound(t scenario.Trial) bool {
	given := map[string]*candidate.Pair{"client": r.Candidate.PKI.Client, "signature": r.Candidate.PKI.Signature, "provider": r.Candidate.PKI.Provider}
	for use, pair := range given {
		if pair == nil {
			continue
		}
		for _, fault := range t.Faults() {
			if slices.ContainsFunc(ownPKI[use], func(prefix string) bool { return strings.HasPrefix(fault, prefix) }) {
				return true
			}
		}
	}
	return false
}

// unfit tells of a certificate that the candidate file gives the harness and that has expired, has not begun, or that the convention
// knows of another organism than the one it plays, by one kind of its identities: a candidate that refuses it is right, and one that
// does not is not to be judged by it.
func (r *run) unfit(scope, field string, pair *candidate.Pair, organism string, kind func(interops.Organism) []interops.Identity) *verdict.Trouble {
	if pair == nil || len(pair.TLS.Certificate) == 0 {
		return nil
	}
	own, err := pki.FromTLS(pair.TLS)
	if err != nil {
		return nil
	}
	leaf, now, why := own.Leaf(), r.Bench.Clock.Now(), ""
	o, known := r.Bench.Convention.Organism(organism)
	switch {
	case now.Before(leaf.NotBefore), now.After(leaf.NotAfter):
		why = leaf.NotBefore.UTC().Format(time.DateOnly) + " – " + leaf.NotAfter.UTC().Format(time.DateOnly)
	case known && len(kind(o)) > 0 && !pki.Listed(kind(o), leaf, now):
		why = leaf.Subject.String() + " ≠ " + organism
	default:
		return nil
	}
	return &verdict.Trouble{Scope: scope, Configuration: true, Reason: verdict.Reason{Key: verdict.ReasonMisdeclared, Args: []string{field, why}}}
}

// linkOf and sealOf are the identities of an organism, on links and of its seals.
func linkOf(o interops.Organism) []interops.Identity { return o.TLS }
func sealOf(o interops.Organism) []interops.Identity { return o.Signature }

// declareSkew judges by the clock tolerance that the role declares (L07).
func (r *run) declareSkew(a candidate.Access) { r.Bench.Profile.Time.SkewSeconds = *a.SkewSeconds }

// profileInForce is the profile that the run judges by.
func (r *run) profileInForce() *interops.Profile { return r.Bench.Profile }

// profile is the profile that the run judges by.
func (w *World) profile() *interops.Profile { return w.run.Bench.Profile }

// project is the one that the scenario plays in.
func (w *World) project() interops.Project {
	if w.client.side != nil {
		return w.client.side.project
	}
	return w.provider.to.Project
}
