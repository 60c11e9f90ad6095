package operator

import (
	"encoding/json"
	"strings"
	"time"

	"etalon/internal/jws"
)

// sessionFlaws neglect the life of a session (SESS-01, SESS-05).
func sessionFlaws() []Flaw {
	return []Flaw{
		neglecting("cuts-at-expiry", "SESS-01", "", "coupe la session quand le jeton expire", "cuts the session when the token expires",
			func(p *policy) { p.cutsAtExpiry = true }),
		neglecting("takes-second-login", "SESS-05 IMAP-23 SMTP-11", "", "accepte une authentification dans une session ouverte", "takes an authentication in an open session",
			func(p *policy) {
				hears(ofIMAP, func(l *link, tag, command, _ string) (string, bool) {
					return tag + " OK again", l.box != nil && authenticate(command)
				})(p)
				hears(ofSMTP, func(l *link, command, _, _ string) (string, bool) {
					return "235 2.7.0 again", l.box != nil && strings.EqualFold(command, "AUTH")
				})(p)
			}),
	}
}

// ends tells that the session of a link is over: its token has expired, for who ties the one to the other.
func (l *link) ends() bool {
	return l.operator.policy.cutsAtExpiry && l.box != nil && !l.until.IsZero() && l.operator.config.Bench.Clock.Now().After(l.until)
}

// expiry is when a token expires; zero when it does not say.
func expiry(token string) time.Time {
	t, err := jws.Parse(token)
	if err != nil {
		return time.Time{}
	}
	exp, ok := t.Claims["exp"].(json.Number)
	if !ok {
		return time.Time{}
	}
	seconds, err := exp.Int64()
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
