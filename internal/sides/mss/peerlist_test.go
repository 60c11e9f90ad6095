package mss_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/verdict"
)

// What every set-up misses, whichever way it checks tokens.
var (
	missedByDovecot = map[string]string{
		"TOK-34":  "le titulaire n'est lu que dans preferred_username (profil)",
		"TOK-43":  "aucune limite de durée de vie (profil)",
		"IMAP-12": "une espace dans le base64 est sautée (RFC 4648 §3.3)",
		"IMAP-13": "les ^A de fin peuvent manquer (note XOAUTH2)",
		"IMAP-14": "un ^A de fin peut manquer (note XOAUTH2)",
	}
	missedByItsSubmission = map[string]string{
		"SMTP-04": "ligne AUTH de plus de 512 octets : 500 ; la RFC 4954 §4 le permet (profil)",
		"SMTP-05": "réponse de plus de 8192 octets : 500 (RFC 4954 §4 veut 12288)",
		"SMTP-32": "un LF nu finit une ligne (RFC 5321 §2.3.8)",
	}
	missedByPostfix = map[string]string{
		"TOK-34":  "comme Dovecot, qui authentifie",
		"TOK-43":  "comme Dovecot, qui authentifie",
		"INTR-07": "une panne d'introspection est dite 535 et non 454 (RFC 4954 §6)",
		"SMTP-09": "base64 illisible : 535 et non 501 (RFC 4954 §4)",
		"SMTP-10": "mécanisme inconnu : 535 et non 504 (RFC 4954 §4)",
	}
	// missedByRelays is what no filter of messages checks here.
	missedByRelays = map[string]string{
		"SMTP-17": "le champ From n'est pas lu (profil)",
		"SMTP-18": "deux auteurs dans From (RFC 5322 §3.6.2 veut Sender ; profil)",
	}
	missedByAsking = map[string]string{
		"TOK-05":  "exp n'est pas lu quand l'introspection est seule juge (profil)",
		"INTR-10": "active: \"true\" vaut true : Dovecot lit le JSON en textes (RFC 7662 §2.2)",
	}
	missedByReading = map[string]string{
		"TOK-15": "crit n'est pas lu (RFC 7515 §4.1.11)",
		"TOK-31": "une clé se cherche sous le logiciel que nomme le jeton (azp) : un logiciel inconnu est refusé",
	}
)

func together(all ...map[string]string) map[string]string {
	one := map[string]string{}
	for _, m := range all {
		maps.Copy(one, m)
	}
	return one
}

// realPeers are the set-ups that the harness is measured on. The first and the last are judged by the whole plan of their
// interfaces; the others, which only check tokens in another way, over IMAP alone.
func realPeers() []realPeer {
	imap, smtp := candidate.RoleMSSIMAP, candidate.RoleMSSSMTP
	return []realPeer{
		{
			name: "Dovecot, introspection", check: mssante.ByIntrospection, roles: []candidate.Role{imap, smtp},
			misses: together(missedByDovecot, missedByItsSubmission, missedByRelays, missedByAsking),
			wrongs: map[string]string{
				"any-domain": "SMTP-19", "any-level": "TOK-27", "certificate-unbound": "CLI-04", "clear-text": "TLS-03 TLS-04 TLS-05",
				"crl-unchecked": "CLI-07 CLI-08", "delegation-unread": "BAL-04", "domain-unread": "BAL-07",
				"dsn-unannounced": "SMTP-25",
				"down-is-good":    "INTR-05 INTR-06 INTR-07 INTR-08 INTR-09", "one-session": "SESS-04", "password": "IMAP-22",
				"person-unbound": "TOK-33 TOK-35 BAL-02 BAL-04 BAL-14", "psc-unchecked": "INTR-04", "sender-unbound": "SMTP-16", "small": "SMTP-21",
				"suspended-open": "BAL-10", "tls-1.0": "TLS-09 TLS-10 TLS-26", "token-in-address": "INTR-01 INTR-03", "weak-suites": "TLS-12 TLS-13 TLS-15",
			},
			lasts: map[string]string{"cached": "TOK-38"},
		},
		{
			name: "Dovecot, clés locales", check: mssante.ByKey, roles: []candidate.Role{imap}, misses: together(missedByDovecot, missedByReading),
			wrongs: map[string]string{"any-kind": "TOK-20", "any-level": "TOK-27", "issuer-unchecked": "TOK-18 TOK-19", "scope-unchecked": "TOK-26"},
		},
		{
			name: "Dovecot, les deux", check: mssante.ByBoth, roles: []candidate.Role{imap},
			misses: together(missedByDovecot, map[string]string{"INTR-10": missedByAsking["INTR-10"], "TOK-31": missedByReading["TOK-31"]}),
			wrongs: map[string]string{"person-unbound": "TOK-35 INTR-11"},
		},
		{
			name: "Postfix", check: mssante.ByIntrospection, postfix: true, roles: []candidate.Role{smtp},
			misses: together(missedByPostfix, missedByRelays, missedByAsking),
			wrongs: map[string]string{
				"clear-text": "TLS-05", "open-relay": "SMTP-13 SMTP-14 SMTP-19", "sender-unbound": "SMTP-16", "smuggling": "SMTP-31 SMTP-32", "tls-1.0": "TLS-09 TLS-10 TLS-26",
			},
		},
	}
}

// Mail servers that others wrote are judged as operators: what they are accused of is explained in docs/peers.md, no
// honest case stays without verdict, and a wrong setting is caught by the cases that aim at it.
func TestMailPeers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts Dovecot and Postfix")
	}
	var lasting sync.WaitGroup
	for _, p := range realPeers() {
		for _, role := range p.roles {
			for setting := range p.lasts {
				alone := p
				alone.roles, alone.wrongs = []candidate.Role{role}, p.lasts
				lasting.Go(func() { // without a place among those that run at once: it does nothing for minutes
					t.Run(setting+" over "+string(role), func(t *testing.T) { alone.misconfigured(t, setting) })
				})
			}
		}
		t.Run(p.name, func(t *testing.T) {
			t.Run("honest", p.honest)
			for _, setting := range slices.Sorted(maps.Keys(p.wrongs)) {
				t.Run(setting, func(t *testing.T) {
					t.Parallel()
					p.misconfigured(t, setting)
				})
			}
		})
	}
	lasting.Wait()
}

// honest judges the set-up as it should be by its whole plan.
func (p realPeer) honest(t *testing.T) {
	t.Parallel()
	run := p.start(t).judge(t)
	wrong, doubtful := failed(run)
	sameIDs(t, "failed", wrong, slices.Sorted(maps.Keys(p.misses)))
	sameIDs(t, "without verdict", doubtful, nil)
	p.row(t, "honnête", "", run)
	why := map[string]int{}
	for _, n := range run.NotRun {
		why[n.Why.Key]++
	}
	t.Logf("%s: %+v in %s, not played %v", p.name, run.Counts, run.Finished.Sub(run.Started).Round(time.Second), why)
	p.explained(t, run)
}

// misconfigured judges the set-up with one wrong setting, by the cases that aim at it and by an honest one.
func (p realPeer) misconfigured(t *testing.T, setting string) {
	t.Helper()
	aimed := strings.Fields(p.wrongs[setting])
	run := p.start(t, setting).judge(t, append([]string{"TOK-01"}, aimed...)...)
	for _, role := range p.roles {
		for _, id := range aimed {
			played := slices.DeleteFunc(slices.Clone(run.Cases), func(c verdict.Case) bool {
				return c.Requirement != id || !strings.HasPrefix(c.Address, string(role)+"/")
			})
			fails := slices.ContainsFunc(played, func(c verdict.Case) bool { return c.Verdict == verdict.Fail })
			if len(played) > 0 && !fails {
				t.Errorf("%s over %s: not caught", id, role)
			}
		}
	}
	wrong, doubtful := failed(run)
	slices.Sort(aimed)
	sameIDs(t, "failed", wrong, aimed)
	sameIDs(t, "without verdict", doubtful, nil)
	p.row(t, setting, "pris par "+strings.Join(aimed, " "), run)
}

// row prints the lines of the table of peers: the level, or the cases by which a wrong setting was caught, and every
// requirement that failed with what explains it.
func (p realPeer) row(t *testing.T, setting, told string, run *verdict.Run) {
	t.Helper()
	wrong, _ := failed(run)
	if told == "" {
		told = run.Level.Profile.String()
	}
	var roles []string
	for _, r := range p.roles {
		roles = append(roles, string(r))
	}
	t.Logf("TABLE | %s | %s | %s | %d | %s | %s |", p.name, strings.Join(roles, ", "), setting, len(run.Cases), told, strings.Join(wrong, " "))
	if setting == "honnête" {
		for _, id := range wrong {
			t.Logf("TABLE |  |  |  |  | %s | %s |", id, p.misses[id])
		}
	}
}

// explained logs what a run saw, when the test failed.
func (p realPeer) explained(t *testing.T, run *verdict.Run) {
	t.Helper()
	if t.Failed() {
		told(t, run)
	}
}

func sameIDs(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
