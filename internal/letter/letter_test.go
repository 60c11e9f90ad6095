package letter_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"etalon/internal/letter"
)

const (
	alix  = "alix.test@a.test.invalid"
	sacha = "sacha.test@b.test.invalid"
)

func honest(body, encoding string) letter.Letter {
	return letter.Letter{From: alix, To: sacha, Marker: "tf1", Date: time.Unix(0, 0).UTC(), Body: body, Encoding: encoding}
}

func TestMessagesHaveTheirSize(t *testing.T) {
	l := honest("a\r\n", "")
	least := len(l.Bytes())
	for size := least + 2; size < least+400; size++ {
		raw := l.Sized(size)
		if len(raw) != size || !bytes.HasSuffix(raw, []byte("\r\n")) {
			t.Fatalf("got %d octets, want %d", len(raw), size)
		}
		for line := range bytes.Lines(raw) {
			if !bytes.HasSuffix(line, []byte("\r\n")) || line[0] == '.' || len(line) > 998 {
				t.Fatalf("size %d: line %q", size, line)
			}
		}
	}
}

func TestMessagesAreReadAsTheyWereWritten(t *testing.T) {
	const text = "Compte rendu : œdème.\n.point"
	body := strings.ReplaceAll(text, "\n", "\r\n") + "\r\n"
	quoted := []byte("From: =?utf-8?q?Alix?= <" + strings.ToUpper(alix) + ">\r\nSubject: a tf1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCompte rendu : =C5=93d=C3=A8me.\r\n.point\r\n\r\n")
	for name, raw := range map[string][]byte{"8bit": honest(body, "8bit").Bytes(), "base64": honest(body, "base64").Bytes(), "quoted": quoted} {
		got, err := letter.Read(raw)
		if err != nil || got.Body != text || len(got.Authors()) != 1 || got.Authors()[0] != alix || got.Report(sacha) || !got.Marked("tf1") {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	two := honest("a\r\n", "")
	two.From += ", " + sacha
	if got, err := letter.Read(two.Bytes()); err != nil || len(got.Authors()) != 2 || got.Authors()[1] != sacha {
		t.Errorf("two authors: %v, %v", got.Authors(), err)
	}
	if got, err := letter.Read([]byte("From: pas une adresse\r\n\r\n")); err != nil || len(got.Authors()) != 1 {
		t.Errorf("an unreadable author: %v, %v", got.Authors(), err)
	}
	for _, bad := range []string{"", "pas de champ", "\r\nFrom: sans en-tête\r\n"} {
		if _, err := letter.Read([]byte(bad)); err == nil {
			t.Errorf("%q: read as a message", bad)
		}
	}
}

func TestDeliveryReports(t *testing.T) {
	report := func(kind, about string) []byte {
		return []byte("Content-Type: " + kind + "\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; " + about + "\r\n--b--\r\n")
	}
	const encoded = "Content-Type: multipart/report; report-type=delivery-status; boundary=----=_b; x y\n\n------=_b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: "
	const status = `multipart/report; report-type="Delivery-Status"; boundary=b`
	for name, c := range map[string]struct {
		raw  []byte
		want bool
	}{
		"of this recipient":    {report(status, strings.ToUpper(sacha)), true},
		"of another recipient": {report(status, alix), false},
		"of a reading":         {report("multipart/report; report-type=disposition-notification; boundary=b", sacha), false},
		"of nothing":           {report("text/plain", sacha), false},
		"malformed":            {report("multipart/report; report-type", sacha), false},
		"in base64":            {[]byte(encoded + "base64\n\n" + base64.StdEncoding.EncodeToString([]byte("Final-Recipient: rfc822;"+sacha)) + "\n------=_b--\n"), true},
		"quoted":               {[]byte(encoded + "quoted-printable\n\nFinal-Recipient: rfc822;" + strings.Replace(sacha, "@", "=40", 1) + "\n------=_b--\n"), true},
	} {
		if got, err := letter.Read(c.raw); err != nil || got.Report(sacha) != c.want {
			t.Errorf("%s: %v, %v", name, got.Report(sacha), err)
		}
	}
}

// A smuggled transaction is behind the false end, and the octets end as one message does.
func TestSmuggledMessages(t *testing.T) {
	for name, end := range letter.FalseEnds() {
		data := honest("a\r\n", "").Smuggling(end)
		first, second, ok := bytes.Cut(data, []byte(end+"MAIL FROM:<"+alix+">\r\n"))
		if !ok || !bytes.HasSuffix(data, []byte("\r\n.\r\n")) || bytes.Contains(first, []byte("\r\n.\r\n")) {
			t.Errorf("%s: %q", name, data)
		}
		if !bytes.Contains(second, []byte("Subject: "+letter.Smuggled("tf1")+"\r\n")) {
			t.Errorf("%s: the second message bears no marker: %q", name, second)
		}
	}
}

func TestMarkersAreDrawn(t *testing.T) {
	one, err := letter.Marker(strings.NewReader("12345678"))
	if err != nil || one != "tf3132333435363738" || letter.Drawn(one) != one[2:] {
		t.Errorf("%q, %v", one, err)
	}
	if _, err := letter.Marker(strings.NewReader("1")); err == nil {
		t.Error("a marker was drawn of nothing")
	}
}
