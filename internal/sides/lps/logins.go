package lps

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"etalon/internal/access"
	"etalon/internal/pki"
	"etalon/stubs/lps"
	"etalon/stubs/operator"
)

// noCredential is that of a link on which the harness presents none.
var noCredential pki.Credential

// actionOf is a gesture as a driver takes it.
func actionOf(g lps.Gesture, body []byte) access.Action {
	return access.Action{Verb: g.Gesture, Body: body, Sentence: sentenceOf(g)}
}

// sentenceOf asks a person for a gesture.
func sentenceOf(g lps.Gesture) string {
	sentence := map[string]string{
		lps.Connect: "Ouvrez la boîte " + g.Mailbox + " dans le logiciel (au besoin, identifiez-vous).", lps.Fetch: "Relevez la boîte et lisez ce qui est venu.",
		lps.Logout: "Prenez congé de la messagerie.", lps.Elsewhere: "Servez-vous du reste du logiciel ; ne continuez que s'il répond.",
		lps.Forget: "Effacez les listes de révocation que le logiciel garde.", lps.Restart: "Redémarrez le logiciel.",
		lps.Receipt: "Envoyez l'accusé que demande le message " + g.Reply + ".",
	}[g.Gesture]
	if g.Gesture == lps.Connect && g.IMAP == "" {
		sentence = "Configurez la boîte " + g.Mailbox + " sans saisir de serveur, puis ouvrez-la."
	}
	if g.Gesture != lps.Send {
		return sentence
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Envoyez un message à %s, sujet « %s », texte « %s »", strings.Join(g.To, ", "), g.Subject, strings.TrimSpace(g.Text))
	if g.Reply != "" {
		fmt.Fprintf(&b, ", en réponse au message %s", g.Reply)
	}
	for _, d := range g.Documents {
		fmt.Fprintf(&b, ", avec le document %s (%s)", d.Label, d.Code)
	}
	if g.Patient != nil {
		fmt.Fprintf(&b, ", du patient %s %s, INS %s (qualifiée : %t)", g.Patient.Family, g.Patient.Given, g.Patient.INS, g.Patient.Qualified)
	}
	if g.Delivery {
		b.WriteString(", avec avis de remise")
	}
	if g.End {
		b.WriteString(", en terminant la discussion")
	}
	if g.Size > 0 {
		fmt.Fprintf(&b, ", avec un fichier de %d Mo", g.Size>>20)
	}
	return b.String() + "."
}

// attempt is one login, as it stands on a connection.
type attempt struct {
	visit     operator.Visit
	mechanism string
	clear     bool
	// initial tells that the response was on the line of the command.
	initial  bool
	response []byte // decoded; nil when there was none, or when it is not base64
	accepted bool
	// challenged tells that an error challenge came, answer what the client said to it, nil when it said nothing.
	challenged bool
	answer     *string
	// began and told are the places of the login and of its first refusal among all that was said; told is 0 without one.
	began, told int
	// read tells that the capabilities were asked for between TLS and the login.
	read bool
}

// left tells that the client answered the error challenge by a word that ends the exchange, an empty line (XOAUTH2) or a
// cancel (RFC 4954 §4, RFC 9051 §6.2.2), or by the end of the connection.
func (a attempt) left() bool {
	if a.answer == nil {
		return a.visit.Ended
	}
	return *a.answer == "" || *a.answer == "*"
}

// passwordless are the mechanisms by which no password is told.
var passwordless = []string{"XOAUTH2", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS"}

// rounds counts the refused logins of each token that began behind a refusal of the same: those that were under way together
// count for one.
func rounds(all []attempt) map[string]int {
	all = slices.SortedFunc(slices.Values(all), func(a, b attempt) int { return cmp.Compare(a.began, b.began) })
	counted, until := map[string]int{}, map[string]int{}
	for _, a := range all {
		token := a.token()
		switch {
		case a.told == 0 || token == "":
		case counted[token] == 0 || a.began > until[token]:
			counted[token]++
			until[token] = a.told
		default:
			until[token] = min(until[token], a.told)
		}
	}
	return counted
}

// token is what a response presents; "" when it presents none.
func (a attempt) token() string {
	_, after, ok := strings.Cut(string(a.response), "auth=")
	if !ok {
		return ""
	}
	word, _, _ := strings.Cut(after, "\x01")
	fields := strings.Fields(word)
	if len(fields) == 0 {
		return ""
	}
	return fields[len(fields)-1]
}

// attempts reads the logins of a connection.
func attempts(v operator.Visit) []attempt {
	var all []attempt
	read := false
	for i, l := range v.Lines {
		if !l.Client {
			continue
		}
		words := strings.Fields(l.Text)
		if v.Protocol == operator.IMAP && len(words) > 0 {
			words = words[1:]
		}
		if len(words) == 0 {
			continue
		}
		switch strings.ToUpper(words[0]) {
		case "CAPABILITY", "EHLO":
			read = read || !l.Clear
		case "AUTH", "AUTHENTICATE", "LOGIN":
			all = append(all, login(v, i, words, read))
		}
	}
	return all
}

// login reads the login that begins at a line.
func login(v operator.Visit, at int, words []string, read bool) attempt {
	a := attempt{visit: v, clear: v.Lines[at].Clear, read: read, began: v.Lines[at].Order}
	switch {
	case strings.EqualFold(words[0], "LOGIN"):
		a.mechanism, words = "LOGIN", nil // what stands behind is a name and a password
	case len(words) > 1:
		a.mechanism = strings.ToUpper(words[1])
	}
	prompted := false
	if len(words) > 2 {
		a.initial = true
		a.response = decoded(words[2])
	}
	for _, l := range v.Lines[at+1:] {
		switch {
		case !l.Client && (strings.HasPrefix(l.Text, "+") || strings.HasPrefix(l.Text, "334")):
			if a.initial || prompted {
				a.challenged, a.told = true, cmp.Or(a.told, l.Order)
			}
			prompted = true
		case !l.Client:
			a.accepted = strings.HasPrefix(l.Text, "235") || strings.Contains(l.Text, " OK") && !strings.HasPrefix(l.Text, "*")
			if !a.accepted {
				a.told = cmp.Or(a.told, l.Order)
			}
			return a
		case a.challenged && a.answer == nil:
			said := strings.TrimSpace(l.Text)
			a.answer = &said
		case prompted && a.response == nil:
			a.response = decoded(strings.TrimSpace(l.Text))
		}
	}
	return a
}

// decoded reads base64; nil for what is none.
func decoded(text string) []byte {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	return raw
}

// logins are those of the connections since a moment, over a protocol or over both.
func (p *part) logins(from moment, protocol string) []attempt {
	var all []attempt
	for _, v := range p.visits(from) {
		if protocol == "" || v.Protocol == protocol {
			all = append(all, attempts(v)...)
		}
	}
	return all
}

// revealed tells whether a line in clear holds something that lets in: a login, or a response.
func revealed(v operator.Visit) bool {
	return slices.ContainsFunc(v.Lines, func(l operator.Line) bool {
		if !l.Client || !l.Clear {
			return false
		}
		return slices.ContainsFunc(strings.Fields(l.Text), func(w string) bool { return strings.Contains(string(decoded(w)), "auth=") })
	})
}
