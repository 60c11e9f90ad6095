package idp

import (
	"slices"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
)

// Has implements scenario.Side.
func (s *Side) Has(need string) scenario.Answer { return needs.Has(s, need) }

// key answers for a condition that one key of the candidate file settles.
func key(name string, ok func(s *Side) bool) func(*Side) scenario.Answer {
	return func(s *Side) scenario.Answer { return scenario.Declares(ok(s), name) }
}

// shortSession is the longest session that is waited for without --long.
const shortSession = 10 * time.Second

// needs are what trials ask of a candidate, by the words of their tags.
var needs = side.Needs[*Side]{
	"second-client-identite": key("second_client", func(s *Side) bool { return s.declared.SecondClient != nil }),
	"client-a-certificat":    key("certificate_client", func(s *Side) bool { return s.declared.CertificateClient != nil }),
	"certificat-d-essai":     (*Side).testCertificate,
	"client-a-cle":           key("key_client", func(s *Side) bool { return s.declared.KeyClient != nil }),
	"secret-basic":           auth(candidate.AuthBasic),
	"secret-post":            auth(candidate.AuthPost),
	"pkce":                   announces("code_challenge_methods_supported: S256", func(s *Side, d *door) bool { return s.challenges(d) }),
	"userinfo":               announces("userinfo_endpoint", func(_ *Side, d *door) bool { return d.text("userinfo_endpoint") != "" }),
	"deconnexion-identite":   announces("end_session_endpoint", func(_ *Side, d *door) bool { return d.text("end_session_endpoint") != "" }),
	"moyen-faible":           key("means[].strong: false, establishments[].persons[].means", func(s *Side) bool { return len(s.onePerMeans(false)) > 0 }),
	"deux-facteurs": key("login.forms (2)", func(s *Side) bool {
		_, ok := s.twoSteps()
		return ok
	}),
	"domaines-de-messagerie": key("establishments[].domains", func(s *Side) bool {
		_, who := s.of(s.usual())
		return len(s.declared.Establishments[s.usual().establishment].Domains) > 0 && !who.Renamed
	}),
	"renommage":  verb(candidate.RenameUser),
	"recreation": verb(candidate.RecreateUser),
	"deux-etablissements": key("establishments (2)", func(s *Side) bool {
		_, ok := s.other()
		return ok
	}),
	"deux-personnes":           key("establishments[].persons (2)", func(s *Side) bool { return len(s.strong()) > 1 }),
	"etablissement-hors-liste": key("establishments[].unlisted", func(s *Side) bool { return len(s.unlisted()) > 0 }),
	"horloge-identite":         key("clock", func(s *Side) bool { return s.declared.Clock != nil }),
	"temps-reel-identite":      key("clock (~horloge)", func(s *Side) bool { return s.declared.Clock == nil }),
	"session-courte": key("session ≤ 10s", func(s *Side) bool {
		return s.declared.Clock == nil && s.declared.Session.Duration <= shortSession
	}),
	"session-longue": key("session > 10s", func(s *Side) bool {
		return s.declared.Clock == nil && s.declared.Session.Duration > shortSession
	}),
	"indicateurs": key("indicators", func(s *Side) bool { return s.declared.Indicators != nil }),
	"traces-identite": func(s *Side) scenario.Answer {
		if s.declared.Traces == nil {
			return scenario.Lacks(verdict.ReasonNoTraces)
		}
		return scenario.Met
	},
}

// auth answers for a way in which the secret is sent.
func auth(way string) func(*Side) scenario.Answer {
	return key("client.auth: "+way, func(s *Side) bool { return slices.Contains(s.declared.Client.Auth, way) })
}

// announces answers for something that the document of the usual door tells.
func announces(what string, ok func(s *Side, d *door) bool) func(*Side) scenario.Answer {
	return key(what, func(s *Side) bool { return ok(s, s.doors[s.usual().establishment]) })
}

// verb answers for a gesture, and a person on whom it may be made.
func verb(v candidate.Verb) func(*Side) scenario.Answer {
	return key("verbs."+string(v)+", persons[].renamed", func(s *Side) bool {
		_, ok := s.declared.Verbs[v]
		return ok && len(s.renamable()) > 0
	})
}

// testCertificate answers for certificates that we can spoil: those of our own authority.
func (s *Side) testCertificate() scenario.Answer {
	if s.declared.CertificateClient == nil {
		return scenario.Declares(false, "certificate_client")
	}
	if s.declared.CertificateClient.Pair != nil || s.run.Candidate.PKI.Client != nil {
		return scenario.Answer{Why: verdict.Reason{Key: verdict.ReasonPKIBound, Args: []string{"expire, revoque"}}}
	}
	return scenario.Met
}
