package scenario

import (
	"net/url"
	"os"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// answer says whether a need of a trial is met. When it is not, declared tells that the candidate's own declaration,
// or the convention, makes the trial not apply, rather than a means of observation that we lack.
type answer struct {
	why      verdict.Reason
	declared bool
	met      bool
}

// lacks answers for a means of observation that we lack.
func lacks(key string) answer { return answer{why: verdict.Reason{Key: key}} }

// declares answers for a condition that the candidate declares.
func declares(ok bool, name string) answer {
	return answer{verdict.Reason{Key: verdict.ReasonNotDeclared, Args: []string{name}}, true, ok}
}

// agrees answers for a condition that the convention or the profile settles.
func agrees(ok bool, name string) answer {
	return answer{verdict.Reason{Key: verdict.ReasonNotInConvention, Args: []string{name}}, true, ok}
}

// sharedNeeds are the needs of both roles, by the words of the features' tags.
var sharedNeeds = map[string]func(r *run, a *candidate.Access, name string) answer{
	"traces": func(_ *run, a *candidate.Access, _ string) answer {
		if a.Traces == nil || a.Traces.Declared != "" {
			return lacks(verdict.ReasonNoTraces)
		}
		return answer{met: true}
	},
	"chaine-de-traces": func(_ *run, a *candidate.Access, name string) answer {
		return declares(a.Traces != nil && a.Traces.Chain == candidate.ChainEtalon, name)
	},
	"traces-en-ligne": func(_ *run, a *candidate.Access, name string) answer {
		return declares(a.Traces != nil && hasCredentials(a.Traces.HTTP), name)
	},
	"echange-de-traces": func(_ *run, a *candidate.Access, name string) answer {
		return declares(a.Traces != nil && a.Traces.Exchange != "", name)
	},
	"organisme-etranger": func(r *run, a *candidate.Access, name string) answer {
		_, ok := r.foreigner(a.Organism)
		return agrees(ok, name)
	},
	"traces-bloquantes": func(r *run, _ *candidate.Access, name string) answer {
		return agrees(r.profileInForce().Trace.OnFailure == "fail-closed", name)
	},
	"panne-traces":  withVerbs(candidate.BreakTraces, candidate.MendTraces),
	"panne-jetons":  withVerbs(candidate.BreakTokens, candidate.MendTokens),
	"retrait-droit": withVerbs(candidate.WithdrawRight, candidate.GrantRight),
	"deconnexion":   withVerbs(candidate.Logout),
	"redemarrage":   withVerbs(candidate.Restart),
	"horloge": func(_ *run, a *candidate.Access, name string) answer {
		return declares(a.Clock != nil, name)
	},
	"journaux": func(_ *run, a *candidate.Access, name string) answer {
		return declares(len(a.Logs) > 0 && readable(a.Logs), name)
	},
	"derive-declaree": func(_ *run, a *candidate.Access, name string) answer {
		return declares(*a.SkewSeconds > 5, name)
	},
	"profil-courant": func(r *run, _ *candidate.Access, name string) answer {
		return agrees(!r.profileInForce().Legacy(), name)
	},
	// The certificates say where their revocation is told: a candidate that does not look is what the trial finds.
	"revocation": func(*run, *candidate.Access, string) answer { return answer{met: true} },
	"revocation-stricte": func(r *run, _ *candidate.Access, name string) answer {
		return agrees(r.profileInForce().TLS.Revocation != "fail-open", name)
	},
	// No candidate file can declare these yet.
	"pieces-jointes":      func(_ *run, _ *candidate.Access, name string) answer { return declares(false, name) },
	"traces-habilitation": func(_ *run, _ *candidate.Access, name string) answer { return declares(false, name) },
}

// withVerbs answers for gestures that the candidate declares.
func withVerbs(verbs ...candidate.Verb) func(*run, *candidate.Access, string) answer {
	return func(_ *run, a *candidate.Access, name string) answer {
		return declares(!slices.ContainsFunc(verbs, func(v candidate.Verb) bool { _, ok := a.Verbs[v]; return !ok }), name)
	}
}

// providerNeeds are the needs of the role fournisseur alone.
var providerNeeds = map[string]func(s *providerSide, name string) answer{
	"sonde": func(s *providerSide, _ string) answer {
		return answer{verdict.Reason{Key: verdict.ReasonNoProbe}, true, s.probe != nil}
	},
	"ecart-horloge": func(s *providerSide, _ string) answer {
		return answer{why: verdict.Reason{Key: verdict.ReasonClockUnknown}, met: s.clockKnown}
	},
	"saml11":              offers("saml11", candidate.SAML11),
	"signature-message":   offers("signe", candidate.MessageSignature),
	"contexte-applicatif": offers("applicatif", candidate.ApplicationContext),
	"service-applicatif":  offers("applicatif", candidate.ApplicationContext),
	"deuxieme-service":    offers("second", candidate.SecondService),
	"saml20-seul": func(s *providerSide, name string) answer {
		_, ok := s.alias("saml20")
		return agrees(ok, name)
	},
	"service-utilisateurs": func(s *providerSide, name string) answer {
		_, ok := s.alias("utilisateurs")
		return agrees(ok, name)
	},
	"niveau-minimal": func(s *providerSide, name string) answer {
		_, ok := s.alias("niveau-minimal")
		return agrees(ok, name)
	},
	"soap11-seul": func(s *providerSide, name string) answer {
		versions := s.home.Project.SOAP
		if len(versions) == 0 {
			versions = s.run.profileInForce().SOAP.Versions
		}
		return agrees(!slices.Contains(versions, "1.2"), name)
	},
	"usage-unique": func(s *providerSide, name string) answer {
		return declares(s.access.Can(candidate.OneTimeUse), name)
	},
	"destinataire-obligatoire": func(s *providerSide, name string) answer {
		return agrees(s.run.profileInForce().Recipient.Required, name)
	},
	"operations-par-pagm": func(s *providerSide, name string) answer {
		operation, ok := beyond(s.home.Project)
		return agrees(ok && s.carrier.ask(&client.Call{}, s.home, operation, ""), name)
	},
	"deuxieme-identite-tls": holds("tls-2"),
	"ecdsa":                 holds("signature-ec"),
	"urn-stricte": func(s *providerSide, name string) answer {
		return agrees(s.run.profileInForce().Issuer.Pattern != "", name)
	},
	"formats-nameid": func(s *providerSide, name string) answer {
		return agrees(len(s.home.Project.NameIDFormats)+len(s.run.profileInForce().NameID.Formats) > 0, name)
	},
	"tiers": func(s *providerSide, name string) answer {
		return agrees(len(s.run.bench.Convention.Organisms) > 2, name)
	},
	"liaison-mutuelle": func(s *providerSide, name string) answer {
		return declares(s.transport() != candidate.BrowserPost, name)
	},
	"passage-par-navigateur": func(s *providerSide, name string) answer {
		return declares(s.transport() == candidate.BrowserPost, name)
	},
	"formulaire": func(s *providerSide, name string) answer {
		return declares(s.transport() != candidate.HeaderTransport, name)
	},
	"identite-lisible": func(s *providerSide, name string) answer {
		if s.shown() != nil {
			return answer{met: true}
		}
		return sharedNeeds["traces"](s.run, s.access, name)
	},
	"identite-visible": func(s *providerSide, name string) answer {
		shown := s.shown()
		return declares(shown != nil && (shown.Text != "" || s.probe != nil), name)
	},
	"deuxieme-noeud": func(s *providerSide, name string) answer {
		_, ok := s.secondNode()
		return declares(ok, name)
	},
	"autre-projet":          playable("vi-pagm-other-project"),
	"projet-termine":        playable("project-ended"),
	"projet-futur":          playable("project-future"),
	"projet-inverse":        playable("project-reversed"),
	"organisme-sans-projet": playable("vi-issuer-without-project"),
}

// offers answers for a service of the candidate with a capability.
func offers(alias string, capability candidate.Capability) func(*providerSide, string) answer {
	return func(s *providerSide, name string) answer {
		_, ok := s.alias(alias)
		return declares(ok && s.access.Can(capability), name)
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
func holds(credential string) func(*providerSide, string) answer {
	return func(s *providerSide, name string) answer {
		_, err := s.run.bench.PKI.Credential(s.home.Project.Client + "/" + credential)
		return agrees(err == nil, name)
	}
}

// playable answers for what a fault of the catalogue says that it needs of the convention.
func playable(fault string) func(*providerSide, string) answer {
	return func(s *providerSide, name string) answer {
		m, err := s.faultOf(fault)
		return agrees(err == nil && len(s.unmet(m, s.home)) == 0, name)
	}
}

// clientNeeds are the needs of the role client alone.
var clientNeeds = map[string]func(s *clientSide, name string) answer{
	"interops-infos": func(s *clientSide, name string) answer {
		return declares(s.declared.Can(candidate.InteropsInfos), name)
	},
	"utilisateurs-multiples": func(s *clientSide, name string) answer {
		return declares(len(s.entitled()) >= 50, name)
	},
	"service-utilisateurs": func(s *clientSide, name string) answer {
		return agrees(s.home.User == interops.UserRequired || len(s.declared.Unauthenticated()) > 0, name)
	},
	"agent-sans-droit": func(s *clientSide, name string) answer {
		return declares(len(s.declared.Unentitled(s.project.Name)) > 0, name)
	},
	"agent-fort": func(s *clientSide, name string) answer {
		_, ok := s.strong()
		return declares(ok, name)
	},
	"rotation": func(s *clientSide, name string) answer {
		_, ok := s.cutOff()
		return agrees(ok, name)
	},
	"deuxieme-service": func(s *clientSide, name string) answer {
		_, ok := s.alias("second")
		return declares(ok && s.declared.Can(candidate.SecondService), name)
	},
	"liaison-mutuelle": func(s *clientSide, name string) answer {
		return declares(s.mode != interops.ModeP || s.declared.P.Transport != candidate.BrowserPost, name)
	},
	"assertion": func(s *clientSide, name string) answer {
		return declares(s.declared.R == nil || s.declared.R.Token == candidate.TokenSAML, name)
	},
	"session-d-origine": func(s *clientSide, name string) answer {
		return declares(s.mode == interops.ModeP && s.declared.P.Session.Duration > 0, name)
	},
	"deconnexion-du-portail": func(s *clientSide, name string) answer {
		return declares(s.mode == interops.ModeP && s.declared.P.Logout != "", name)
	},
	"service-sans-convention": calls("sans-convention"),
	"projet-termine":          calls("termine"),
	"projet-futur":            calls("futur"),
}

// calls answers for a service that the application can make the candidate call.
func calls(alias string) func(*clientSide, string) answer {
	return func(s *clientSide, name string) answer {
		_, ok := s.alias(alias)
		return declares(ok, name)
	}
}

// unknownNeed answers for a tag that no table has: a mistake of ours.
func unknownNeed(name string) answer {
	return answer{why: verdict.Reason{Key: verdict.ReasonHarnessError, Args: []string{"besoin inconnu : " + name}}}
}

// shown is where a user's identifier comes out of the candidate; nil when nowhere.
func (s *providerSide) shown() *candidate.Shown {
	if web, ok := s.carrier.(webCarrier); ok {
		return web.sight.Identity
	}
	return nil
}

// has implements side for a candidate that receives VIs.
func (s *providerSide) has(name string) answer {
	if shared, ok := sharedNeeds[name]; ok {
		return shared(s.run, s.access, name)
	}
	for _, own := range []map[string]func(*providerSide, string) answer{sphereNeeds, restNeeds, providerNeeds} {
		if need, ok := own[name]; ok {
			return need(s, name)
		}
	}
	return unknownNeed(name)
}

// has implements side for a client candidate.
func (s *clientSide) has(name string) answer {
	if shared, ok := sharedNeeds[name]; ok {
		return shared(s.run, &s.declared.Access, name)
	}
	for _, own := range []map[string]func(*clientSide, string) answer{clientNeeds, operatorNeeds} {
		if need, ok := own[name]; ok {
			return need(s, name)
		}
	}
	return unknownNeed(name)
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
func (r *run) fieldAsked(t Trial) bool {
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
func (r *run) pkiBound(t Trial) bool {
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
