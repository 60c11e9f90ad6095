package letter_test

import (
	"maps"
	"strings"
	"testing"

	"etalon/internal/letter"
)

// Headers are read as other programs write them.
func TestHeadersOfOthers(t *testing.T) {
	for name, c := range map[string]struct{ raw, subject, body string }{
		"ours":                   {"Subject: a\r\nTo: b\r\n\r\nc\r\n", "a", "c\r\n"},
		"line feeds":             {"Subject: a\n\nc\n", "a", "c\n"},
		"folded":                 {"Subject: a\r\n b\r\n\tc\r\n\r\nd", "a b c", "d"},
		"a mailbox's first line": {">From a Thu Jan  1 00:00:00 1970\nSubject: a\n\nc", "a", "c"},
		"blanks before colon":    {"Subject : a\r\n\r\nc", "a", "c"},
		"no body":                {"Subject: a", "a", ""},
		"no field between":       {"To: b\r\nrien\r\nSubject: a\r\n\r\n", "a", ""},
	} {
		fields, body, ok := letter.Header([]byte(c.raw))
		if !ok || fields.Get("Subject") != c.subject || string(body) != c.body {
			t.Errorf("%s: %v, %q, %v", name, fields, body, ok)
		}
	}
	if fields, body, ok := letter.Header([]byte(" suite sans champ")); ok || len(fields) != 0 || body != nil {
		t.Errorf("no header: %v, %q", fields, body)
	}
}

// A parameter that is not as it should be spoils neither the type nor the other parameters.
func TestMediaOfOthers(t *testing.T) {
	for value, c := range map[string]struct {
		kind       string
		parameters map[string]string
	}{
		`text/plain; charset=utf-8`:                             {"text/plain", map[string]string{"charset": "utf-8"}},
		`Text/Plain; charset=us-ascii (Plain text)`:             {"text/plain", map[string]string{"charset": "us-ascii"}},
		`multipart/mixed; boundary=----=_Part_1; x`:             {"multipart/mixed", map[string]string{"boundary": "----=_Part_1"}},
		`application/pdf; name=compte rendu.pdf`:                {"application/pdf", map[string]string{"name": "compte rendu.pdf"}},
		`application/pdf; name="a;b=\"c.pdf"; é=1; y=2; name=d`: {"application/pdf", map[string]string{"name": `a;b="c.pdf`, "y": "2"}},
		`application/pdf; x y; name*0=comp; name*1=te.pdf`:      {"application/pdf", map[string]string{"name": "compte.pdf"}},
		`application/pdf; name="=?utf-8?q?=C3=A9t=C3=A9.pdf?="`: {"application/pdf", map[string]string{"name": "été.pdf"}},
		`application/pdf; name="=?x-essai?q?a?="`:               {"application/pdf", map[string]string{"name": "=?x-essai?q?a?="}},
		`text/html;;charset="utf-8";`:                           {"text/html", map[string]string{"charset": "utf-8"}},
		``:                                                      {"", map[string]string{}},
		`;`:                                                     {"", map[string]string{}},
		`"`:                                                     {`"`, map[string]string{}},
	} {
		if kind, parameters := letter.Media(value); kind != c.kind || !maps.Equal(parameters, c.parameters) {
			t.Errorf("%s: %s, %v", value, kind, parameters)
		}
	}
}

// Names are read in the character sets of Western programs.
func TestWordsOfOthers(t *testing.T) {
	for value, want := range map[string]string{
		"=?utf-8?b?w4lsw6h2ZQ==?=": "Élève", "=?iso-8859-1?q?=C9l=E8ve?=": "Élève", "=?Windows-1252?q?=8Cuvre?= =?windows-1252?q?_d=92=E9t=E9?=": "Œuvre d’été",
		"=?iso-8859-15?q?=BDuvre?=": "œuvre", "=?x-essai?q?a?=": "=?x-essai?q?a?=", "clair": "clair",
	} {
		if got := letter.Words(value); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
		if list, err := letter.Addresses(value + " <a@b.test>"); want != value && (err != nil || len(list) != 1 || list[0].Name != want) {
			t.Errorf("%s: %v, %v", value, list, err)
		}
	}
	if list, err := letter.Addresses("=?x-essai?q?a?= <a@b.test>"); err == nil {
		t.Errorf("an unknown character set: %v", list)
	}
}

// What an encoding covers is read in spite of blanks, of ends of line of another kind and of what does not belong there.
func TestEncodingsOfOthers(t *testing.T) {
	for name, c := range map[string]struct{ encoding, body, want string }{
		"blanks":           {"base64", "Qm9u am91\r\n\tcg==\r\n", "Bonjour"},
		"line feeds":       {"base64", "Qm9u\nam91\ncg==\n", "Bonjour"},
		"carriage returns": {"base64", "Qm9u\ram91\rcg==\r", "Bonjour"},
		"no padding":       {"Base64 ; x", "Qm9uam91cg", "Bonjour"},
		"a letter more":    {"base64", "Qm9uam91cgA", "Bonjour\x00"},
		"six bits more":    {"base64", "Qm9uam91c", "Bonjou"},
		"other octets":     {"base64", "@@@", ""},
		"a footer":         {"base64", "Qm9uam91cg==\r\n--\r\nPied", "Bonjour"},
		"quoted":           {" Quoted-Printable", "=C3=89l=c3=a8ve =\r\nici  \r\n", "Élève ici"},
		"badly quoted":     {"quoted-printable", "a=ZZ=3D=3", "a=ZZ==3"},
		"unknown":          {"x-essai", "a", "a"},
	} {
		got, err := letter.Read([]byte("Content-Transfer-Encoding:" + c.encoding + "\r\n\r\n" + c.body))
		if err != nil || got.Body != c.want {
			t.Errorf("%s: %q, %v", name, got.Body, err)
		}
	}
}

// Parts are found whatever ends their lines, and a part may be without a header.
func TestPartsOfOthers(t *testing.T) {
	raw := "Content-Type: multipart/mixed; boundary=\"b\"; oubli\r\n\r\nPréambule\n--b \r\n\r\nun\n--b\nContent-Disposition: attachment; filename=deux fois.txt\n\ndeux\r\n\r\n--b\r\nsans en-tête\r\n--bb\r\n--b--\r\nÉpilogue\r\n--b\r\n"
	parts, err := letter.Parts([]byte(raw))
	if err != nil || len(parts) != 3 {
		t.Fatalf("%+v, %v", parts, err)
	}
	for i, want := range []string{"un", "deux\r\n", "sans en-tête\r\n--bb"} {
		if p := parts[i]; string(p.Content) != want || p.Parent != "multipart/mixed" || p.Type != "text/plain" {
			t.Errorf("part %d: %+v, want %q", i+1, p, want)
		}
	}
	if parts[1].Name != "deux fois.txt" {
		t.Errorf("name %q", parts[1].Name)
	}
}

// Nothing that is read ends the reader.
func FuzzParts(f *testing.F) {
	f.Add("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na\r\n--b--\r\n")
	f.Add("Content-Type: a/b; c=\"\\\r\nContent-Transfer-Encoding: base64\n\nQQ=")
	f.Add("Subject: =?utf-8?q?=ZZ?=\r\n\r\n")
	f.Fuzz(func(t *testing.T, raw string) {
		if parts, err := letter.Parts([]byte(raw)); err == nil && len(parts) > 100 {
			t.Errorf("%d parts", len(parts))
		}
		if got, err := letter.Read([]byte(raw)); err == nil {
			_ = got.Report("a")
			_ = letter.Words(strings.Join(got.Authors(), ""))
		}
	})
}
