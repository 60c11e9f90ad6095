package missive_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/missive"
)

var patient = missive.Patient{INS: "279035121518989", Qualified: true, Family: "PATIENTE-TEST", Given: "Claire", Birth: "12/03/1979"}

// asked is what the messages of these tests were asked to be.
func asked(documents int) missive.Asked {
	return missive.Asked{NIL: "DEV935997", Author: "Dr Anne TEST-UN", Text: "Élève : œuvre.", Documents: documents, Patient: patient}
}

// draft is an honest message, with documents or without.
func draft(documents int) (missive.Draft, []missive.File) {
	d := missive.Draft{
		Name: "Dr Anne TEST-UN", From: "anne@dom.test", To: []string{"bruno@dom.test"}, Subject: "Bonjour à tous", Date: time.Unix(0, 0).UTC(),
		MessageID: "<1@dom.test>", Text: "Élève : œuvre.\r\n", Fields: [][2]string{{"X-MSS-NIL", "DEV935997"}},
	}
	if documents == 0 {
		return d, nil
	}
	kinds := []missive.Draughted{{Code: "34112-3", Label: "Lettre de liaison"}, {Code: "34133-9", Label: "Synthèse médicale"}}[:documents]
	d.Subject = "XDM/1.0/DDM+Lettre de liaison PATIENTE-TEST Claire 12/03/1979"
	codes := []string{"34112-3", "34133-9"}[:documents]
	d.Fields = append(d.Fields, [2]string{"X-MSS-CODECDA", strings.Join(codes, ",")}, [2]string{"X-MSS-INS", "O"})
	return d, missive.Submission{Patient: patient, Date: d.Date, Documents: kinds}.Files()
}

// packed joins the archive and the PDF.
func packed(d missive.Draft, files []missive.File) missive.Draft {
	d.Files = []missive.File{
		{Name: "IHE_XDM.zip", Type: "application/zip", Content: missive.Pack(files)},
		{Name: "19700101_34112-3_PATIENTE-TEST_Claire.pdf", Type: "application/pdf", Content: missive.PDF("essai")},
	}
	return d
}

// found are the rules that a message departs in, with their requirements, each once.
func found(t *testing.T, raw []byte, as missive.Asked) string {
	t.Helper()
	m, err := missive.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range m.Judge(as) {
		if one := f.Requirement + " " + f.Rule; !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return strings.Join(all, ", ")
}

// What we make in honesty departs in nothing.
func TestHonestMessages(t *testing.T) {
	plain, _ := draft(0)
	if got := found(t, plain.Bytes(), asked(0)); got != "" {
		t.Errorf("a plain message: %s", got)
	}
	for n := 1; n <= 2; n++ {
		d, files := draft(n)
		if got := found(t, packed(d, files).Bytes(), asked(n)); got != "" {
			t.Errorf("%d documents: %s", n, got)
		}
	}
	answer := plain
	answer.Replies, answer.References = "<0@dom.test>", []string{"<a@dom.test>", "<0@dom.test>"}
	as := asked(0)
	as.Original = &missive.Original{ID: "<0@dom.test>", References: []string{"<a@dom.test>"}}
	if got := found(t, answer.Bytes(), as); got != "" {
		t.Errorf("an answer: %s", got)
	}
}

// Messages of other programs, whose forms are not ours, depart in nothing either.
func TestMessagesOfOtherPrograms(t *testing.T) {
	for _, name := range []string{"alternative", "latin-ascii", "folded", "encoded-name"} {
		raw, err := os.ReadFile("testdata/" + name + ".eml")
		if err != nil {
			t.Fatal(err)
		}
		crlf := strings.ReplaceAll(string(raw), "\n", "\r\n")
		as := asked(0)
		as.Text = ""
		if got := found(t, []byte(crlf), as); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// What other programs write otherwise than we do, and may, is read as it is meant.
func TestFormsOfOtherPrograms(t *testing.T) {
	plain, _ := draft(0)
	plain.Replies, plain.References = "<0@dom.test>", []string{"<a@dom.test>", "<0@dom.test>"}
	raw := string(plain.Bytes())
	for name, change := range map[string][]string{
		"identifiers side by side": {"<a@dom.test>\r\n <0@dom.test>", "<a@dom.test><0@dom.test>"},
		"a comment":                {"In-Reply-To: <0@dom.test>", "In-Reply-To: (votre message) <0@dom.test> (d'hier)"},
		"a parameter too many":     {"charset=utf-8", "charset=utf-8; format flowed"},
		"a comment in a type":      {"charset=utf-8", "charset=utf-8 (Unicode)"},
		"line feeds":               {"\r\n", "\n"},
		"a line that is no field":  {"Subject:", "sans champ\r\nSubject:"},
	} {
		as := asked(0)
		as.Original = &missive.Original{ID: "<0@dom.test>", References: []string{"<a@dom.test>"}}
		other := strings.ReplaceAll(raw, change[0], change[1])
		if other == raw {
			t.Errorf("%s: nothing changed in %q", name, raw)
		}
		if got := found(t, []byte(other), as); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := found(t, []byte(strings.Replace(raw, "In-Reply-To: <0@dom.test>", "In-Reply-To: <b@dom.test><0@dom.test>", 1)), asked(0)); got != "" {
		t.Errorf("without an original: %s", got)
	}
}

// The archive is read whatever stands between the characters of its base64.
func TestArchiveInStrayBase64(t *testing.T) {
	d, files := draft(1)
	raw := string(packed(d, files).Bytes())
	at := strings.Index(raw, "IHE_XDM.zip")
	head, body := raw[:at], raw[at:]
	cut := strings.Index(body, "\r\n\r\n") + 4
	stray := head + body[:cut] + strings.Replace(strings.Replace(body[cut:], "\r\n", " \r\r\n\t", 2), "\r\n", "\n", 3)
	if got := found(t, []byte(stray), asked(1)); got != "" {
		t.Errorf("departs in %s", got)
	}
}

// Each departure is found, under its requirement, and nothing else.
func TestDepartures(t *testing.T) {
	field := func(name, value string) func(*missive.Draft) {
		return func(d *missive.Draft) {
			d.Fields = slices.DeleteFunc(slices.Clone(d.Fields), func(f [2]string) bool { return f[0] == name })
			if value != "" {
				d.Fields = append(d.Fields, [2]string{name, value})
			}
		}
	}
	for _, c := range []struct {
		name      string
		documents int
		change    func(*missive.Draft)
		want      string
	}{
		{"no reference", 0, field("X-MSS-NIL", ""), "LPS-30 reference-missing"},
		{"no reference with documents", 1, field("X-MSS-NIL", ""), "LPS-29 reference-missing"},
		{"another reference", 0, field("X-MSS-NIL", "autre"), "LPS-29 reference-other"},
		{"no code", 1, field("X-MSS-CODECDA", ""), "LPS-31 codes-other"},
		{"one code of two", 2, field("X-MSS-CODECDA", "34112-3"), "LPS-31 codes-other"},
		{"codes in another order", 2, field("X-MSS-CODECDA", "34133-9, 34112-3"), ""},
		{"a code without document", 0, field("X-MSS-CODECDA", "34112-3"), "LPS-32 code-needless"},
		{"another qualification", 1, field("X-MSS-INS", "N"), "LPS-33 ins-other"},
		{"an INS without document", 0, field("X-MSS-INS", "O"), "LPS-34 ins-needless"},
		{"an end", 0, field("X-MSS-MES", "FIN"), "LPS-36 end-needless"},
		{"no Message-ID", 0, func(d *missive.Draft) { d.MessageID = "" }, "LPS-37 message-id-wrong"},
		{"a Message-ID without at", 0, func(d *missive.Draft) { d.MessageID = "<1>" }, "LPS-37 message-id-wrong"},
		{"HTML", 0, func(d *missive.Draft) { d.Type = "text/html" }, "LPS-38 form-other"},
		{"ISO 8859-1", 0, func(d *missive.Draft) { d.Charset = "iso-8859-1" }, "LPS-39 charset-other, LPS-39 text-changed"},
		{"an unknown charset", 0, func(d *missive.Draft) { d.Charset = "x-essai" }, "LPS-39 charset-other"},
		{"accents lost", 0, func(d *missive.Draft) { d.Text = "Eleve" }, "LPS-39 text-changed"},
		{"no name", 0, func(d *missive.Draft) { d.Name = "" }, "LPS-40 display-name-missing"},
		{"the address for a name", 0, func(d *missive.Draft) { d.Name = d.From }, "LPS-40 display-name-missing"},
		{"another name", 0, func(d *missive.Draft) { d.Name = "Anne" }, "LPS-40 display-name-other"},
		{"a plain subject", 1, func(d *missive.Draft) { d.Subject = "Documents" }, "LPS-44 subject-other"},
		{"a subject in small letters", 1, func(d *missive.Draft) { d.Subject = "XDM/1.0/DDM+Lettre patiente-test Claire" }, "LPS-44 subject-other"},
		{"a subject without date", 1, func(d *missive.Draft) { d.Subject = "XDM/1.0/DDM+Lettre PATIENTE-TEST Claire" }, ""},
		{"no archive", 1, func(d *missive.Draft) { d.Files = d.Files[1:] }, "LPS-45 archive-missing"},
		{"another name of archive", 1, func(d *missive.Draft) { d.Files[0].Name = "a.zip" }, "LPS-45 archive-named-otherwise"},
		{"no zip", 1, func(d *missive.Draft) { d.Files[0].Content = []byte("PK") }, "LPS-45 archive-unreadable"},
		{"no PDF", 1, func(d *missive.Draft) { d.Files = d.Files[:1] }, "LPS-47 pdf-missing"},
		{"another name of PDF", 1, func(d *missive.Draft) { d.Files[1].Name = "a.pdf" }, "LPS-47 pdf-named-otherwise"},
		{"no PDF/A", 1, func(d *missive.Draft) { d.Files[1].Content = []byte("%PDF-1.7\n%%EOF\n") }, "LPS-47 pdf-not-archival"},
	} {
		d, files := draft(c.documents)
		if c.documents > 0 {
			d = packed(d, files)
		}
		c.change(&d)
		if got := found(t, d.Bytes(), asked(c.documents)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What is wrong in an archive is found.
func TestArchives(t *testing.T) {
	in := func(name string, change func([]byte) []byte) func([]missive.File) []missive.File {
		return func(files []missive.File) []missive.File {
			for i, f := range files {
				if strings.HasSuffix(f.Name, name) {
					files[i].Content = change(f.Content)
				}
			}
			return files
		}
	}
	without := func(name string) func([]missive.File) []missive.File {
		return func(files []missive.File) []missive.File {
			return slices.DeleteFunc(files, func(f missive.File) bool { return strings.HasSuffix(f.Name, name) })
		}
	}
	replaced := func(old, by string) func([]byte) []byte {
		return func(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), old, by)) }
	}
	for _, c := range []struct {
		name   string
		change func([]missive.File) []missive.File
		want   string
	}{
		{"no index", without("INDEX.HTM"), "LPS-45 archive-incomplete"},
		{"no readme", without("README.TXT"), "LPS-45 archive-incomplete"},
		{"no metadata", without("METADATA.XML"), "LPS-31 codes-other, LPS-45 archive-incomplete, LPS-45 document-unlisted"},
		{"metadata with a type", in("METADATA.XML", replaced("<lcm:", "<!DOCTYPE a><lcm:")), "LPS-31 codes-other, LPS-45 archive-incomplete, LPS-45 document-unlisted"},
		{"a document changed", in("DOC00001.XML", replaced("synthétique", "autre")), "LPS-45 hash-other"},
		{"no document", without("DOC00001.XML"), "LPS-31 codes-other, LPS-45 documents-few, LPS-45 document-missing"},
		{"another patient", in("METADATA.XML", replaced(patient.INS, "1")), "LPS-46 patient-other"},
		{"the document of another", in("DOC00001.XML", replaced(patient.INS, "1")), "LPS-45 hash-other, LPS-46 document-of-another"},
		{"without the name of the file", in("METADATA.XML", replaced("DOC00001.XML", "")), ""},
	} {
		d, files := draft(1)
		if got := found(t, packed(d, c.change(files)).Bytes(), asked(1)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Hostile archives are refused, and nothing of them is written.
func TestHostileArchives(t *testing.T) {
	for name, raw := range map[string][]byte{
		"wrong sum": missive.Corrupt("a.txt", []byte("a")), "bomb": missive.Bomb("a", 65<<20), "outside": missive.Pack([]missive.File{{Name: "../a"}}),
		"absolute": missive.Pack([]missive.File{{Name: "/etc/a"}}), "windows": missive.Pack([]missive.File{{Name: `..\a`}}), "drive": missive.Pack([]missive.File{{Name: "C:a"}}), "empty": nil,
		"many": missive.Pack(make([]missive.File, 501)),
	} {
		if a, err := missive.ReadArchive(raw); err == nil {
			t.Errorf("%s: %+v", name, a)
		}
	}
	if raw := missive.Bomb("a", 200<<20); len(raw) > 1<<20 {
		t.Errorf("the bomb has %d octets", len(raw))
	}
}

// Receipts are judged by their form and by the message that they are about.
func TestReceipts(t *testing.T) {
	honest, _ := draft(0)
	honest.Report, honest.Notification = "disposition-notification", missive.Notification("anne@dom.test", "<0@dom.test>", "manual-action/MDN-sent-manually; displayed")
	for _, c := range []struct {
		name   string
		change func(*missive.Draft)
		want   string
	}{
		{"honest", func(*missive.Draft) {}, ""},
		{"a message", func(d *missive.Draft) { d.Report = "" }, "receipt-form receipt-form"},
		{"of delivery", func(d *missive.Draft) { d.Report = "delivery-status" }, "receipt-form receipt-form"},
		{"of another", func(d *missive.Draft) {
			d.Notification = missive.Notification("a@dom.test", "<x@dom.test>", "manual-action/MDN-sent-manually; displayed")
		}, "receipt-of-another"},
		{"empty", func(d *missive.Draft) { d.Notification = "" }, "receipt-incomplete receipt-incomplete receipt-of-another"},
	} {
		d := honest
		c.change(&d)
		m, err := missive.Read(d.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		var rules []string
		for _, f := range m.JudgeReceipt("<0@dom.test>") {
			rules = append(rules, f.Rule)
		}
		if got := strings.Join(rules, " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if c.name == "honest" && !m.IsReceipt() {
			t.Error("the receipt is not known for one")
		}
	}
}

// What is no message is refused, and parts without end are.
func TestUnreadable(t *testing.T) {
	deep := "Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
	for i := range 12 {
		deep += strings.ReplaceAll("--bN\r\nContent-Type: multipart/mixed; boundary=bM\r\n\r\n", "N", string(rune('0'+i%10)))
		deep = strings.ReplaceAll(deep, "M", string(rune('0'+(i+1)%10)))
	}
	for name, raw := range map[string]string{"no header": "bonjour", "deep": deep, "huge": strings.Repeat("x", 65<<20)} {
		if _, err := missive.Read([]byte(raw)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	d, files := draft(2)
	f.Add(packed(d, files).Bytes())
	f.Add([]byte("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\n--a--\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if m, err := missive.Read(raw); err == nil {
			_ = m.Judge(asked(1))
			_ = m.JudgeReceipt("<0@dom.test>")
		}
	})
}
