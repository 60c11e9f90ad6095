package mail_test

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/mail/mailtest"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
)

// longToken is as long as one of Pro Santé Connect.
var longToken = token + strings.Repeat("x", 1200)

// peers starts Dovecot and Postfix, which ask about every token: two are good, of the owner of the mailbox.
func peers(t *testing.T) *mailtest.Operator {
	t.Helper()
	const owner, structure = mssante.IdNat("899700000017"), mssante.IdNat("300000000000017")
	introspection := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer := map[string]any{"active": false}
		if sent := r.FormValue("token"); sent == token || sent == longToken {
			answer = map[string]any{"active": true, "preferred_username": owner, "acr": "eidas3", "typ": "Bearer", "scope": "openid scope_all"}
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(introspection.Close)
	set.SetClock(time.Now) // the real servers' one
	server := credential(t, "operateur/tls")
	return mailtest.Start(t, mailtest.Site{
		Host: host, Domain: "operateur.test", Credential: server, Roots: set.RootsPEM(), Clients: mailtest.Clients(t, set, server),
		Check: mssante.ByIntrospection, PSC: oidc.Discovery{Introspection: introspection.URL}, Client: candidate.PSCClient{ID: "client", Secret: "secret"},
		Mailboxes: []candidate.Mailbox{
			{Mailbox: mssante.Mailbox{Address: mailbox, Type: mssante.Personal, Holder: owner}},
			{Mailbox: mssante.Mailbox{Address: other, Type: mssante.Personal, Holder: "899700000025"}},
			{Mailbox: mssante.Mailbox{Address: "structure@operateur.test", Type: mssante.Application, Holder: structure}},
		},
	})
}

// patient is a target whose answers may take the time of a real server. It is called from another address than its own:
// Dovecot takes a connection from its own address for secure, and allows everything on it.
func patient(address string) mail.Target {
	elsewhere := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	return mail.Target{Address: address, Limits: mail.Limits{Wait: 20 * time.Second}, Dial: elsewhere.DialContext}
}
