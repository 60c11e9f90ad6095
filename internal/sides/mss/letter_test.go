package mss_test

import (
	"bufio"
	"bytes"
	"net"
	"strings"
	"testing"
	"time"

	"etalon/internal/letter"
	"etalon/internal/mail"
	"etalon/internal/sides/mss"
)

func TestDeparturesOnArrival(t *testing.T) {
	sent := func(fields ...string) []byte {
		return letter.Letter{From: alixBox, To: sachaBox, Marker: "tf1", Date: time.Unix(0, 0).UTC(), Body: "a\r\n.b\r\n", Fields: fields}.Bytes()
	}
	receipt, fields := "Disposition-Notification-To: "+alixBox, []string{"X-MSS-INS: O", "X-MSS-CODECDA: 34112-3,11490-0", "X-MSS-NIL: TEST000001"}
	for name, c := range map[string]struct {
		variant string
		sent    []byte
		arrived []byte
		want    bool
	}{
		"whole":           {"points", sent(), append([]byte("Received: by x\r\n"), sent()...), false},
		"dots doubled":    {"points", sent(), bytes.ReplaceAll(sent(), []byte("\r\n.b"), []byte("\r\n..b")), true},
		"receipt":         {"accuse", sent(receipt), sent(receipt), false},
		"receipt dropped": {"accuse", sent(receipt), sent(), true},
		"receipt changed": {"accuse", sent(receipt), sent("Disposition-Notification-To: " + sachaBox), true},
		"health fields":   {"entetes-mss", sent(fields...), sent(fields...), false},
		"one of them":     {"entetes-mss", sent(fields...), sent(fields[:2]...), true},
		"respelled":       {"entetes-mss", sent(fields...), sent(append(fields[:2:2], "X-Mss-Nil: TEST000001")...), true},
	} {
		if got, err := mss.Departs(c.variant, c.sent, c.arrived); err != nil || (got != "") != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// server answers commands one after the other, whatever they say, and DATA up to its end.
func server(t *testing.T, replies ...string) *mail.SMTP {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		in := bufio.NewReader(conn)
		for i, reply := range append([]string{"220 ici"}, replies...) {
			for data := i > 0 && strings.HasPrefix(append([]string{""}, replies...)[i-1], "354"); i > 0; {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if !data || line == ".\r\n" {
					break
				}
			}
			if _, err := conn.Write([]byte(reply + "\r\n")); err != nil {
				return
			}
		}
	}()
	c, err := mail.DialSMTP(t.Context(), mail.Target{Address: l.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Close()
		_ = l.Close()
		<-ended
	})
	return c
}

// Nothing is ever sent to a domain that exists, and who only refuses a domain that does not exist relays all the same.
func TestRecipientsOutsideTheTrustSpace(t *testing.T) {
	for name, c := range map[string]struct {
		replies string
		want    bool
	}{
		"refused":             {"250 a|550 non", false},
		"refused at MAIL":     {"530 non", false},
		"refused at the end":  {"250 a|250 b|250 rset|250 a|250 b|354 c|550 non", false},
		"taken":               {"250 a|250 b|250 rset|250 a|250 b|354 c|250 oui", true},
		"nowhere is unknown":  {"250 a|250 b|250 rset|250 a|450 domaine inconnu", true},
		"nothing but silence": {"250 a|250 b|250 rset|250 a|250 b|354 c", false},
	} {
		d := server(t, strings.Split(c.replies, "|")...)
		if got, told := mss.PostOutside(t.Context(), d, alixBox); got != c.want {
			t.Errorf("%s: taken %v, %s", name, got, told)
		}
		if said := string(d.Transcript().Bytes()); strings.Contains(said, "bonjour") && !strings.Contains(said, "RCPT TO:<etalon@tf00.invalid>") {
			t.Errorf("%s: a message was sent out:\n%s", name, said)
		}
	}
}

func TestRefusalsAreComparedWithoutTheirMailbox(t *testing.T) {
	result := func(text string) mail.Result {
		return mail.Result{Outcome: mail.RefusedDirectly, Status: "535", Code: "5.7.8", Text: text}
	}
	same := mss.Words(alixBox, result("5.7.8 <"+alixBox+">: refused after 12 ms"))
	if got := mss.Words(sachaBox, result("5.7.8 <"+sachaBox+">: refused after 7 ms")); got != same {
		t.Errorf("%q, %q", got, same)
	}
	if got := mss.Words(sachaBox, result("5.1.1 no such mailbox")); got == same {
		t.Errorf("%q says nothing else", got)
	}
	if got := mss.Words(sachaBox, mail.Result{Outcome: mail.Disconnected, Err: mail.ErrClosed}); got == same {
		t.Errorf("%q says nothing else", got)
	}
	if got := mss.Inverted("Prenom.NOM@dom.test"); got != "pRENOM.nom@DOM.TEST" {
		t.Error(got)
	}
}
