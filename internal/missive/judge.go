package missive

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"etalon/internal/letter"
	"etalon/internal/verdict"
)

// Asked is what the program was asked to send: by it, a message is judged.
type Asked struct {
	// NIL is the reference of the product.
	NIL string
	// Author is the display name that is declared of the sender; not judged when empty, beyond that there is one. Sender is
	// the sender's address.
	Author, Sender string
	// Text is a piece of the text, with accents, that must arrive as it is; not judged when empty.
	Text string
	// Documents is how many CDA were asked for, of Patient; Joined that their PDF are joined too.
	Documents int
	Patient   Patient
	// End tells that the message ends the patient's discussion.
	End bool
	// Original is the message that this one answers, nil for none.
	Original *Original
}

// Patient is whom documents are about.
type Patient struct {
	INS       string `json:"ins"` // 15 digits
	Qualified bool   `json:"qualified"`
	Family    string `json:"family"`
	Given     string `json:"given"`
	Birth     string `json:"birth"` // dd/mm/yyyy
}

// Original is a message that is answered: its identifier, and those of its own References.
type Original struct {
	ID         string
	References []string
}

// judgement gathers findings.
type judgement struct {
	missive  *Missive
	asked    Asked
	findings []verdict.Finding
}

func (j *judgement) find(requirement, rule, want, got string) {
	j.findings = append(j.findings, verdict.Finding{Requirement: requirement, Rule: rule, Want: want, Got: got})
}

// Judge returns every departure of a message from what was asked for, each under the requirement that it breaks.
func (l *Missive) Judge(asked Asked) []verdict.Finding {
	j := &judgement{missive: l, asked: asked}
	j.reference()
	j.thread()
	j.form()
	j.author()
	j.marks()
	if asked.Documents > 0 {
		j.subject()
		j.archive()
		j.printed()
	}
	return j.findings
}

// reference wants the reference of the product on every message (LPS-29, LPS-30).
func (j *judgement) reference() {
	requirement := "LPS-29"
	if j.asked.Documents == 0 && !j.asked.End && j.asked.Original == nil {
		requirement = "LPS-30"
	}
	switch got := j.missive.NIL; {
	case len(got) == 0:
		j.find(requirement, "reference-missing", "X-MSS-NIL: "+j.asked.NIL, "")
	case len(got) > 1 || strings.TrimSpace(got[0]) != j.asked.NIL:
		j.find("LPS-29", "reference-other", "X-MSS-NIL: "+j.asked.NIL, strings.Join(got, " ; "))
	}
}

// identifier is a Message-ID (RFC 5322 §3.6.4), read leniently: one @ between what is neither blank nor bracket.
var identifier = regexp.MustCompile(`^<[^<>@\s]+@[^<>@\s]+>$`)

// thread judges Message-ID, In-Reply-To and References (LPS-37).
func (j *judgement) thread() {
	const requirement = "LPS-37"
	if ids := j.missive.MessageIDs; len(ids) != 1 || !identifier.MatchString(strings.TrimSpace(ids[0])) {
		j.find(requirement, "message-id-wrong", "Message-ID: <…@…>", strings.Join(ids, " ; "))
	}
	o := j.asked.Original
	if o == nil {
		return
	}
	if got := j.missive.Replies; !slices.Equal(got, []string{o.ID}) {
		j.find(requirement, "reply-unlinked", "In-Reply-To: "+o.ID, strings.Join(got, " "))
	}
	want := append(slices.Clone(o.References), o.ID)
	if got := j.missive.References; !slices.Equal(got, want) {
		j.find(requirement, "references-broken", "References: "+strings.Join(want, " "), strings.Join(got, " "))
	}
}

// form judges the media types and the character set of what is read (LPS-38, LPS-39).
func (j *judgement) form() {
	l := j.missive
	body := slices.ContainsFunc(l.Parts, func(p letter.Part) bool {
		return p.Type == "text/plain" && p.Name == "" || p.Parent == "multipart/alternative"
	})
	holds := slices.Contains([]string{"text/plain", "multipart/alternative", "multipart/mixed", "multipart/related", "multipart/signed"}, l.Type)
	if !holds || !body {
		j.find("LPS-38", "form-other", "text/plain, multipart/alternative", l.Type+" : "+l.types())
	}
	for _, p := range l.Parts {
		if !strings.HasPrefix(p.Type, "text/") || p.Name != "" {
			continue
		}
		charset := strings.ToLower(p.Parameters["charset"])
		if charset != "utf-8" && !(ascii(p.Content) && (charset == "" || charset == "us-ascii")) {
			j.find("LPS-39", "charset-other", "charset=utf-8", p.Type+"; charset="+charset)
		}
	}
	if text := j.asked.Text; text != "" && body && !strings.Contains(l.texts(), text) {
		j.find("LPS-39", "text-changed", text, l.Text())
	}
}

// texts are all texts of the message.
func (l *Missive) texts() string {
	var b strings.Builder
	for _, p := range l.Parts {
		if strings.HasPrefix(p.Type, "text/") {
			b.Write(p.Content)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// types are the types of the parts.
func (l *Missive) types() string {
	var all []string
	for _, p := range l.Parts {
		all = append(all, p.Type)
	}
	return strings.Join(all, ", ")
}

func ascii(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c >= 0x80 })
}

// author judges the display name (LPS-40).
func (j *judgement) author() {
	from := j.missive.From
	if len(from) != 1 {
		j.find("LPS-40", "author-unreadable", "From", fmt.Sprint(len(from)))
		return
	}
	name := strings.TrimSpace(from[0].Name)
	switch {
	case name == "" || strings.EqualFold(name, from[0].Address):
		j.find("LPS-40", "display-name-missing", j.asked.Author, from[0].String())
	case j.asked.Author != "" && strings.Join(strings.Fields(name), " ") != strings.Join(strings.Fields(j.asked.Author), " "):
		j.find("LPS-40", "display-name-other", j.asked.Author, name)
	}
}

// marks judges the fields that go with documents, and with the patient (LPS-31 to LPS-36).
func (j *judgement) marks() {
	l := j.missive
	if j.asked.Documents == 0 {
		if len(l.CodeCDA) > 0 && !l.HasArchive() {
			j.find("LPS-32", "code-needless", "", "X-MSS-CODECDA: "+strings.Join(l.CodeCDA, " ; "))
		}
		if len(l.INS) > 0 && !l.HasArchive() {
			j.find("LPS-34", "ins-needless", "", "X-MSS-INS: "+strings.Join(l.INS, " ; "))
		}
	} else {
		j.codes()
		want := map[bool]string{true: "O", false: "N"}[j.asked.Patient.Qualified]
		if len(l.INS) != 1 || strings.TrimSpace(l.INS[0]) != want {
			j.find("LPS-33", "ins-other", "X-MSS-INS: "+want, strings.Join(l.INS, " ; "))
		}
	}
	ends := len(l.MES) == 1 && strings.TrimSpace(l.MES[0]) == "FIN"
	switch {
	case j.asked.End && !ends:
		j.find("LPS-35", "end-missing", "X-MSS-MES: FIN", strings.Join(l.MES, " ; "))
	case !j.asked.End && len(l.MES) > 0:
		j.find("LPS-36", "end-needless", "", "X-MSS-MES: "+strings.Join(l.MES, " ; "))
	}
}

// codes wants the kinds of the CDA that are in the archive, separated by commas (LPS-31). Their order is not judged.
func (j *judgement) codes() {
	l := j.missive
	if l.Archive == nil {
		return // LPS-45 tells
	}
	want := l.Archive.Codes()
	var got []string
	if len(l.CodeCDA) == 1 {
		for code := range strings.SplitSeq(l.CodeCDA[0], ",") {
			got = append(got, strings.TrimSpace(code))
		}
	}
	if !slices.Equal(sorted(want), sorted(got)) {
		j.find("LPS-31", "codes-other", "X-MSS-CODECDA: "+strings.Join(want, ","), strings.Join(l.CodeCDA, " ; "))
	}
}

func sorted(words []string) []string {
	all := slices.Clone(words)
	slices.Sort(all)
	return all
}
