package scenario

import (
	"net/url"
	"os"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// unmet is the reason of a need that is not met, and whether it is the candidate's own declaration that makes the
// trial not apply, rather than a means of observation that we lack.
func unmet(key string, declared bool, args ...string) (verdict.Reason, bool, bool) {
	return verdict.Reason{Key: key, Args: args}, declared, false
}

// met is the answer for a need that is met.
func met() (verdict.Reason, bool, bool) { return verdict.Reason{}, false, true }

// need answers for a condition that the candidate declares.
func need(ok bool, name string) (verdict.Reason, bool, bool) {
	if ok {
		return met()
	}
	return unmet(verdict.ReasonNotDeclared, true, name)
}

// agreed answers for a condition that the convention or the profile settles.
func agreed(ok bool, name string) (verdict.Reason, bool, bool) {
	if ok {
		return met()
	}
	return unmet(verdict.ReasonNotInConvention, true, name)
}

// commonNeed answers for the needs of both roles; the last value is false for those that it does not know.
func (r *run) commonNeed(name string, a *candidate.Access, project interops.Project) (verdict.Reason, bool, bool, bool) {
	known := func(why verdict.Reason, declared, ok bool) (verdict.Reason, bool, bool, bool) {
		return why, declared, ok, true
	}
	profile := r.profileInForce()
	switch name {
	case "traces":
		if a.Traces == nil || a.Traces.Declared != "" {
			return known(unmet(verdict.ReasonNoTraces, false))
		}
		return known(met())
	case "chaine-de-traces":
		return known(need(a.Traces != nil && a.Traces.Chain == candidate.ChainEtalon, name))
	case "traces-en-ligne":
		return known(need(a.Traces != nil && hasCredentials(a.Traces.HTTP), name))
	case "traces-bloquantes":
		return known(agreed(profile.Trace.OnFailure == "fail-closed", name))
	case "panne-traces":
		return known(need(hasVerbs(a, candidate.BreakTraces, candidate.MendTraces), name))
	case "panne-jetons":
		return known(need(hasVerbs(a, candidate.BreakTokens, candidate.MendTokens), name))
	case "retrait-droit":
		return known(need(hasVerbs(a, candidate.WithdrawRight, candidate.GrantRight), name))
	case "deconnexion":
		return known(need(hasVerbs(a, candidate.Logout), name))
	case "horloge":
		return known(need(a.Clock != nil, name))
	case "journaux":
		return known(need(len(a.Logs) > 0 && readable(a.Logs), name))
	case "derive-declaree":
		return known(need(*a.SkewSeconds > 5, name))
	case "profil-courant":
		return known(agreed(!profile.Legacy(), name))
	case "revocation":
		return known(met()) // the certificates say where; a candidate that does not look is what the trial finds
	case "revocation-stricte":
		return known(agreed(profile.TLS.Revocation != "fail-open", name))
	case "pieces-jointes":
		return known(need(false, name))
	case "traces-habilitation":
		return known(need(false, name))
	}
	return verdict.Reason{}, false, false, false
}

// has implements side for a provider candidate.
func (s *providerSide) has(name string) (verdict.Reason, bool, bool) {
	if why, declared, ok, known := s.run.commonNeed(name, &s.declared.Access, s.home.Project); known {
		return why, declared, ok
	}
	convention, profile := s.run.bench.Convention, s.run.profileInForce()
	switch name {
	case "sonde":
		if s.probe == nil {
			return unmet(verdict.ReasonNoProbe, true)
		}
		return met()
	case "ecart-horloge":
		if !s.clockKnown {
			return unmet(verdict.ReasonClockUnknown, false)
		}
		return met()
	case "saml11":
		_, ok := s.alias("saml11")
		return need(s.declared.Can(candidate.SAML11) && ok, name)
	case "saml20-seul":
		_, ok := s.alias("saml20")
		return agreed(ok, name)
	case "soap11-seul":
		versions := s.home.Project.SOAP
		if len(versions) == 0 {
			versions = profile.SOAP.Versions
		}
		return agreed(!slices.Contains(versions, "1.2"), name)
	case "signature-message":
		_, ok := s.alias("signe")
		return need(s.declared.Can(candidate.MessageSignature) && ok, name)
	case "contexte-applicatif", "service-applicatif":
		_, ok := s.alias("applicatif")
		return need(s.declared.Can(candidate.ApplicationContext) && ok, name)
	case "service-utilisateurs":
		_, ok := s.alias("utilisateurs")
		return agreed(ok, name)
	case "niveau-minimal":
		_, ok := s.alias("niveau-minimal")
		return agreed(ok, name)
	case "deuxieme-service":
		_, ok := s.alias("second")
		return need(s.declared.Can(candidate.SecondService) && ok, name)
	case "usage-unique":
		return need(s.declared.Can(candidate.OneTimeUse), name)
	case "destinataire-obligatoire":
		return agreed(profile.Recipient.Required, name)
	case "operations-par-pagm":
		return agreed(distinctOperations(s.home.Project), name)
	case "deuxieme-identite-tls":
		_, err := s.run.bench.PKI.Credential(s.home.Project.Client + "/tls-2")
		return agreed(err == nil, name)
	case "ecdsa":
		_, err := s.run.bench.PKI.Credential(s.home.Project.Client + "/signature-ec")
		return agreed(err == nil, name)
	case "urn-stricte":
		return agreed(profile.Issuer.Pattern != "", name)
	case "formats-nameid":
		return agreed(len(s.home.Project.NameIDFormats)+len(profile.NameID.Formats) > 0, name)
	case "tiers":
		return agreed(len(convention.Organisms) > 2, name)
	}
	return s.hasProject(name)
}

// projectFaults are the faults whose own needs settle a need of the convention.
var projectFaults = map[string]string{
	"autre-projet": "vi-pagm-other-project", "projet-termine": "project-ended", "projet-futur": "project-future",
	"projet-inverse": "project-reversed", "organisme-sans-projet": "vi-issuer-without-project",
}

// hasProject answers for the needs that a fault of the catalogue states by itself.
func (s *providerSide) hasProject(name string) (verdict.Reason, bool, bool) {
	fault, ok := projectFaults[name]
	if !ok {
		return unmet(verdict.ReasonHarnessError, false, "besoin inconnu : "+name)
	}
	m, err := s.faultOf(fault)
	if err != nil {
		return unmet(verdict.ReasonHarnessError, false, err.Error())
	}
	return agreed(len(s.unmet(m, s.home)) == 0, name)
}

// has implements side for a client candidate.
func (s *clientSide) has(name string) (verdict.Reason, bool, bool) {
	if why, declared, ok, known := s.run.commonNeed(name, &s.declared.Access, s.project); known {
		return why, declared, ok
	}
	switch name {
	case "interops-infos":
		return need(s.declared.Can(candidate.InteropsInfos), name)
	case "utilisateurs-multiples":
		return need(len(s.declared.Entitled(s.project.Name, firstPAGM(s.project)...)) >= 50, name)
	case "service-utilisateurs":
		return agreed(s.home.User == interops.UserRequired || len(s.declared.Unauthenticated()) > 0, name)
	case "agent-sans-droit":
		return need(len(s.declared.Unentitled(s.project.Name)) > 0, name)
	case "agent-fort":
		_, ok := s.strong()
		return need(ok, name)
	case "deuxieme-service":
		_, ok := s.alias("second")
		return need(s.declared.Can(candidate.SecondService) && ok, name)
	case "rotation":
		_, ok := s.cutOff()
		return agreed(ok, name)
	case "service-sans-convention", "projet-termine", "projet-futur":
		_, ok := s.alias(map[string]string{
			"service-sans-convention": "sans-convention", "projet-termine": "termine", "projet-futur": "futur",
		}[name])
		return need(ok, name)
	}
	return unmet(verdict.ReasonHarnessError, false, "besoin inconnu : "+name)
}

// hasVerbs tells whether the candidate makes every one of the gestures.
func hasVerbs(a *candidate.Access, verbs ...candidate.Verb) bool {
	return !slices.ContainsFunc(verbs, func(v candidate.Verb) bool { _, ok := a.Verbs[v]; return !ok })
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

// distinctOperations tells whether a second PAGM opens an operation that the first does not.
func distinctOperations(p interops.Project) bool {
	if len(p.PAGM) < 2 || len(p.PAGM[0].Operations) == 0 {
		return false
	}
	return slices.ContainsFunc(p.PAGM[1:], func(g interops.PAGM) bool {
		return slices.ContainsFunc(g.Operations, func(o string) bool { return !slices.Contains(p.PAGM[0].Operations, o) })
	})
}

// fieldAsked tells whether a trial about one field of the traces concerns the profile in force.
func (r *run) fieldAsked(t Trial) bool {
	for _, sentence := range t.Steps {
		if _, field, ok := strings.Cut(sentence, "renseigne le champ "); ok {
			return slices.Contains(r.profileInForce().Trace.Fields, strings.Trim(field, `"`))
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
