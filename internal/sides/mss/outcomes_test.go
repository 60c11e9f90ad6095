package mss_test

import (
	"fmt"
	"testing"

	"etalon/internal/mail"
	"etalon/internal/sides/mss"
)

// What a server said, in the words of the tables below.
const (
	end  = "fin du message"
	rcpt = "RCPT"
)

func empty() *string { return new(string) }

func text(s string) *string { return &s }

// A refusal is a refusal however it is made; silence and a temporary refusal settle nothing.
func TestOutcomesOfMessages(t *testing.T) {
	const taken, notTaken, author, failure, one, whole = "le message est pris", "le message n'est pas pris", "le message n'est pas pris, ou son champ From est récrit",
		"l'échec de la remise est dit", "un seul message est pris", "la commande est refusée d'un bloc"
	for i, c := range []struct {
		sentence string
		state    mss.State
		rule     string
		doubtful bool
	}{
		{taken, mss.State{Stage: end, Code: "250"}, "", false},
		{taken, mss.State{Stage: end, Code: "550"}, "message-refused", false},
		{taken, mss.State{Stage: rcpt, Code: "550"}, "message-refused", false},
		{taken, mss.State{Stage: end, Code: "451"}, "", true},
		{taken, mss.State{Stage: end, Err: mail.ErrClosed}, "message-refused", false},
		{taken, mss.State{Stage: end, Err: mail.ErrSilent}, "", true},
		{notTaken, mss.State{Stage: end, Code: "250"}, "message-taken", false},
		{notTaken, mss.State{Stage: rcpt, Code: "250"}, "", false},
		{notTaken, mss.State{Stage: end, Code: "554"}, "", false},
		{notTaken, mss.State{Stage: rcpt, Code: "450"}, "", false},
		{notTaken, mss.State{Stage: end, Err: fmt.Errorf("écrire : %w", mail.ErrClosed)}, "", false},
		{notTaken, mss.State{Stage: end, Err: mail.ErrSilent}, "", true},
		{author, mss.State{Stage: end, Code: "550"}, "", false},
		{author, mss.State{Stage: end, Code: "250"}, "", true}, // nobody can read what arrived
		{author, mss.State{Stage: end, Err: mail.ErrSilent}, "", true},
		{failure, mss.State{Stage: rcpt, Code: "550"}, "", false},
		{failure, mss.State{Stage: end, Code: "250"}, "", true},
		{one, mss.State{Stage: end, Code: "250"}, "", false},
		{one, mss.State{Stage: end, Code: "550"}, "", false},
		{one, mss.State{Stage: end, Err: mail.ErrClosed}, "", false},
		{one, mss.State{Stage: end, Err: mail.ErrSilent}, "", true},
		{one, mss.State{Stage: end, Code: "250", More: []string{"250", "250", "354", "250"}}, "message-smuggled", false},
		{one, mss.State{Stage: end, Code: "250", More: []string{"503", "503"}}, "", false},
		{whole, mss.State{Stage: rcpt, Code: "250"}, "bare-line-feed-accepted", false},
		{whole, mss.State{Stage: rcpt, Code: "501"}, "", false},
		{whole, mss.State{Stage: rcpt, Err: mail.ErrClosed}, "", false},
		{whole, mss.State{Stage: rcpt, Err: mail.ErrSilent}, "", true},
		{"le message arrive entier chez le destinataire", mss.State{Stage: end, Code: "250"}, "", false},
		{"un avis de remise revient à l'expéditeur", mss.State{Stage: end, Code: "250", Offers: mail.Extensions{"DSN": ""}}, "", false},
		{"la soumission annonce DSN", mss.State{Offers: mail.Extensions{"DSN": ""}}, "", false},
		{"la soumission annonce DSN", mss.State{Offers: mail.Extensions{"SIZE": "1"}}, "dsn-not-announced", false},
	} {
		if rule, doubtful := mss.Outcome(c.sentence, c.state); rule != c.rule || doubtful != c.doubtful {
			t.Errorf("%d, %s, %+v: got %q, %v, want %q, %v", i, c.sentence, c.state, rule, doubtful, c.rule, c.doubtful)
		}
	}
}

func TestOutcomesOfReplies(t *testing.T) {
	for i, c := range []struct {
		codes    string
		state    mss.State
		rule     string
		doubtful bool
	}{
		{"501", mss.State{Stage: "AUTH", Code: "501"}, "", false},
		{"501, 535", mss.State{Stage: "AUTH", Code: "535"}, "", false},
		{"501", mss.State{Stage: "AUTH", Code: "535"}, "reply-other", false},
		{"501", mss.State{Stage: "AUTH", Code: "235"}, "reply-other", false},
		{"501", mss.State{Stage: "AUTH", Err: mail.ErrClosed}, "reply-other", false},
		{"501", mss.State{Stage: "AUTH", Err: mail.ErrSilent}, "", true},
		{"552", mss.State{Stage: "MAIL", Code: "552"}, "", false},
		{"552", mss.State{Stage: rcpt, Code: "250"}, "reply-other", false},
		{"552", mss.State{Stage: end, Code: "552", Whole: true}, "", false},
		{"552", mss.State{Stage: end, Code: "250", Whole: true}, "reply-other", false},
		{"552", mss.State{Stage: end, Err: mail.ErrClosed, Whole: true}, "", false},
		{"552", mss.State{Stage: "MAIL", Code: "553", Whole: true}, "", true}, // the message was never sent
	} {
		if rule, doubtful := mss.Outcome(`la soumission répond "`+c.codes+`"`, c.state); rule != c.rule || doubtful != c.doubtful {
			t.Errorf("%d, %+v: got %q, %v, want %q, %v", i, c.state, rule, doubtful, c.rule, c.doubtful)
		}
	}
}

func TestOutcomesOfAuthentication(t *testing.T) {
	in := &mail.Result{Outcome: mail.Accepted, Status: "235", Prompt: empty()}
	out := &mail.Result{Outcome: mail.RefusedDirectly, Status: "535"}
	silent := &mail.Result{Outcome: mail.Unanswered, Err: mail.ErrSilent}
	const two, command, response, beyond, told, settled = "l'invite est vide et l'authentification aboutit", "la commande longue est prise", "la réponse longue est prise",
		"la réponse démesurée est refusée", "la soumission dit l'erreur par un défi, puis par 535", "la connexion est tranchée"
	failure := &mail.Failure{Status: "401"}
	for i, c := range []struct {
		sentence string
		state    mss.State
		rule     string
		doubtful bool
	}{
		{two, mss.State{Login: in}, "", false},
		{two, mss.State{Login: &mail.Result{Outcome: mail.Accepted, Prompt: text("dis")}}, "prompt-not-empty", false},
		{two, mss.State{Login: &mail.Result{Outcome: mail.Accepted}}, "prompt-not-empty", false},
		{two, mss.State{Login: out}, "two-steps-refused", false},
		{two, mss.State{Login: silent}, "", true},
		{command, mss.State{Login: in}, "", false},
		{command, mss.State{Login: &mail.Result{Outcome: mail.RefusedDirectly, Status: "500"}}, "long-command-refused", false},
		{command, mss.State{Login: silent}, "", true},
		{response, mss.State{Login: out}, "long-response-refused", false},
		{beyond, mss.State{Login: out}, "", false},
		{beyond, mss.State{Login: &mail.Result{Outcome: mail.Disconnected, Err: mail.ErrClosed}}, "", false},
		{beyond, mss.State{Login: in}, "overlong-accepted", false},
		{beyond, mss.State{Login: silent}, "overlong-unanswered", false},
		{"la forme en une ligne est comprise", mss.State{Login: in}, "", false},
		{"la forme en une ligne est comprise", mss.State{Login: out}, "inline-refused", false},
		{"la forme en une ligne est comprise", mss.State{Login: silent}, "", true},
		{"la soumission annonce le mécanisme XOAUTH2", mss.State{Offers: mail.Extensions{"AUTH": "plain xoauth2"}}, "", false},
		{"la soumission annonce le mécanisme XOAUTH2", mss.State{Offers: mail.Extensions{"AUTH": "PLAIN"}}, "xoauth2-not-announced", false},
		{"la soumission annonce une taille d'au moins 10 Mio", mss.State{Offers: mail.Extensions{"SIZE": "10485760"}}, "", false},
		{"la soumission annonce une taille d'au moins 10 Mio", mss.State{Offers: mail.Extensions{"SIZE": "0"}}, "", false},
		{"la soumission annonce une taille d'au moins 10 Mio", mss.State{Offers: mail.Extensions{"SIZE": "10240000"}}, "size-too-small", false},
		{"la soumission annonce une taille d'au moins 10 Mio", mss.State{Offers: mail.Extensions{"SIZE": ""}}, "size-not-announced", false},
		{"la soumission annonce une taille d'au moins 10 Mio", mss.State{Offers: mail.Extensions{"SIZE": "-1"}}, "size-not-announced", false},
		{told, mss.State{Attempt: &mail.Result{Outcome: mail.RefusedByChallenge, Challenge: text("e30="), Failure: failure, Status: "535"}}, "", false},
		{told, mss.State{Attempt: &mail.Result{Outcome: mail.Disconnected, Challenge: text("e30="), Failure: failure, Err: mail.ErrClosed}}, "", false},
		{told, mss.State{Attempt: &mail.Result{Outcome: mail.Disconnected, Err: mail.ErrClosed}}, "", false},
		{settled, mss.State{Attempt: in, Opens: true, Probed: true}, "", false},
		{settled, mss.State{Attempt: out, Probed: true}, "", false},
		{settled, mss.State{Attempt: &mail.Result{Outcome: mail.Disconnected, Err: mail.ErrClosed}}, "", false},
		{settled, mss.State{}, "", true},
	} {
		if rule, doubtful := mss.Outcome(c.sentence, c.state); rule != c.rule || doubtful != c.doubtful {
			t.Errorf("%d, %s: got %q, %v, want %q, %v", i, c.sentence, rule, doubtful, c.rule, c.doubtful)
		}
	}
}
