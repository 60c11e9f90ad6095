package letter_test

import (
	"bytes"
	"strings"
	"testing"

	"etalon/internal/letter"
)

func TestAttachmentsAreReadAsTheyWereWritten(t *testing.T) {
	zip, pdf := bytes.Repeat([]byte{0, 1, 2, 0xff}, 500), []byte("%PDF-1.7\n")
	l := honest("", "")
	l.Type, l.Body = letter.Mixed("limite", "Bonjour.", letter.Part{Type: "application/zip", Name: "IHE_XDM.zip", Content: zip}, letter.Part{Type: "application/pdf", Name: "a.pdf", Content: pdf})
	for line := range bytes.Lines(l.Bytes()) {
		if len(line) > 998 || !bytes.HasSuffix(line, []byte("\r\n")) {
			t.Errorf("line %q", line)
		}
	}
	parts, err := letter.Parts(l.Bytes())
	if err != nil || len(parts) != 3 {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	if p := parts[1]; p.Type != "application/zip" || p.Name != "IHE_XDM.zip" || !bytes.Equal(p.Content, zip) {
		t.Errorf("archive: %s %s, %d octets", p.Type, p.Name, len(p.Content))
	}
	if p := parts[2]; p.Name != "a.pdf" || !bytes.Equal(p.Content, pdf) {
		t.Errorf("document: %+v", p)
	}
	if whole, err := letter.Parts(honest("a\r\n", "base64").Bytes()); err != nil || len(whole) != 1 || string(whole[0].Content) != "a\r\n" {
		t.Errorf("a message without parts: %+v, %v", whole, err)
	}
}

func TestHostileMessagesAreNotTakenApart(t *testing.T) {
	deep := "Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
	for i := range 20 {
		deep += "--b" + string(rune('0'+i)) + "\r\nContent-Type: multipart/mixed; boundary=b" + string(rune('1'+i)) + "\r\n\r\n"
	}
	wide := "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\na\r\n", 200) + "--b--\r\n"
	for name, raw := range map[string]string{"deep": deep, "wide": wide, "nothing": "", "cut": "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na"} {
		if parts, err := letter.Parts([]byte(raw)); err == nil {
			t.Errorf("%s: %d parts", name, len(parts))
		}
	}
}

func TestMailboxFiles(t *testing.T) {
	messages := [][]byte{[]byte("Subject: a\r\n\r\nFrom here\r\n>From there\r\n"), []byte("Subject: b\r\n\r\nb\r\n")}
	got := letter.Mailbox(letter.MailboxFile(messages))
	if len(got) != 2 || !bytes.Equal(bytes.TrimRight(got[0], "\n"), bytes.TrimRight(messages[0], "\n")) || !bytes.HasPrefix(got[1], messages[1]) {
		t.Errorf("%q", got)
	}
	if one := letter.Mailbox(messages[1]); len(one) != 1 || !bytes.Equal(one[0], messages[1]) {
		t.Errorf("one message: %q", one)
	}
	if none := letter.Mailbox([]byte(" \r\n")); len(none) != 0 {
		t.Errorf("no message: %q", none)
	}
}

func TestMalwareTestFile(t *testing.T) {
	if s := letter.MalwareTest(); len(s) != 68 || !strings.HasPrefix(s, "X5O!") || !strings.HasSuffix(s, "$H+H*") {
		t.Errorf("%d octets: %q", len(s), s)
	}
}
