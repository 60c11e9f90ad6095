package anatomy_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"etalon/internal/anatomy"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/verdict"
)

// modes are those whose messages are made here.
var modes = []interops.Mode{interops.ModeA, interops.ModeP}

func TestHonestMessagesAreFine(t *testing.T) {
	w := newWorld(t)
	for _, mode := range modes {
		l := w.knowledge().Open(w.message(w.scene(mode), saml.Hooks{}))
		if len(l.Documents) != 1 || len(l.Documents[0].Parts) == 0 {
			t.Fatalf("mode %s: %+v", mode, l)
		}
		for _, p := range l.Documents[0].Parts {
			want := anatomy.Fine
			if p.Name == "relaystate" {
				want = anatomy.Unjudged // whose address it is, the receiver knows
			}
			if p.State != want || len(p.Requirements) == 0 {
				t.Errorf("mode %s: %s %s: %s %v, stands for %v", mode, p.Of, p.Name, p.State, p.Findings, p.Requirements)
			}
		}
		if d := l.Documents[0]; len(d.Signatures) != 1 || !d.Signatures[0].Valid || !d.Marked {
			t.Errorf("mode %s: signatures %+v, marked %t", mode, d.Signatures, d.Marked)
		}
	}
}

// unseen are the faults that the bytes alone do not show.
var unseen = map[string]string{
	"vi-audience-other-service": "which service is behind an address is not known",
	"vi-certificate-revoked":    "nobody is asked again whether a certificate is revoked",
	"xml-attribute-10mb":        "so much is not kept",
}

// Each fault of the catalogue that a message can commit is shown in the part that it is in, under the requirement that it
// violates.
func TestFaultsAreShownWhereTheyAre(t *testing.T) {
	w := newWorld(t)
	seen := 0
	for _, m := range mutation.Catalogue() {
		for _, mode := range modes {
			if m.Moment() == "conduct" || m.Letter != "" || !m.In(mode) || unseen[m.Name] != "" {
				continue
			}
			h := w.scene(mode)
			if len(m.Unmet(h)) > 0 {
				continue
			}
			seen++
			l := w.knowledge().Open(w.message(h, m.Hooks(h), slices.Contains(m.Needs, mutation.SignedResponse)))
			if !slices.ContainsFunc(l.Documents, func(d anatomy.Document) bool {
				return slices.ContainsFunc(d.Parts, func(p anatomy.Part) bool {
					return p.State == anatomy.Departed && slices.ContainsFunc(p.Findings, func(f verdict.Finding) bool { return f.Requirement == m.Violates })
				})
			}) {
				t.Errorf("%s in mode %s: %s is not shown", m.Name, mode, m.Violates)
			}
		}
	}
	if seen < 100 {
		t.Errorf("%d faults were tried", seen)
	}
}

// A part is not said to be in order that a fault, which the bytes do not show, is in.
func TestFaultsThatDoNotShowAreNotDenied(t *testing.T) {
	w := newWorld(t)
	for name, at := range map[string]string{"vi-audience-other-service": "audience", "vi-certificate-revoked": "signer", "vi-audience-trailing-slash": "audience"} {
		m, _ := mutation.ByName(name)
		h := w.scene(interops.ModeA)
		message := w.message(h, m.Hooks(h))
		message.Violates = m.Violates
		l := w.knowledge().Open(message)
		want := anatomy.Unjudged
		if unseen[name] == "" {
			want = anatomy.Departed
		}
		if got := part(l, "vi", at).State; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if got := part(l, "vi", "pagm").State; got != anatomy.Fine {
			t.Errorf("%s: PAGM %s", name, got)
		}
	}
}

// Without knowledge nothing is said to be in order; what was found when the message came is shown all the same.
func TestNothingIsJudgedWithoutKnowledge(t *testing.T) {
	w := newWorld(t)
	for _, mode := range modes {
		m := w.message(w.scene(mode), saml.Hooks{})
		m.Recorded = []verdict.Finding{{Requirement: "V10", Rule: "audience-other", Want: "a", Got: "b"}, {Requirement: "Z99", Rule: "of-nothing"}}
		l := anatomy.Knowledge{}.Open(m)
		for _, p := range l.Documents[0].Parts {
			want := anatomy.Unjudged
			if p.Name == "audience" {
				want = anatomy.Departed
			}
			if p.State != want {
				t.Errorf("mode %s: %s %s: %s", mode, p.Of, p.Name, p.State)
			}
		}
		if s := l.Documents[0].Signatures; len(s) != 1 || !s[0].Valid {
			t.Errorf("the signature is that of the key that it brings along: %+v", s)
		}
	}
}

// A message that its judge could not read, or did not, is not said to be in order.
func TestWhatWasNotReadIsNotInOrder(t *testing.T) {
	w := newWorld(t)
	p, a := w.message(w.scene(interops.ModeP), saml.Hooks{}), w.message(w.scene(interops.ModeA), saml.Hooks{})
	form, envelope := string(p.Raw), string(a.Raw)
	for name, test := range map[string]struct {
		m        anatomy.Message
		raw      string
		departed string
		fine     string // parts that may be
	}{
		"garbled":     {p, strings.Replace(form, "SAMLResponse=", "SAMLResponse=***", 1), "response transport", ""},
		"twice":       {p, form + "&" + form, "response transport", ""},
		"absent":      {p, "RelayState=x", "", ""},
		"no Response": {p, "SAMLResponse=" + base64.StdEncoding.EncodeToString([]byte("<a>des mots en nombre</a>")), "", ""},
		"malformed":   {a, envelope[:len(envelope)/2], "envelope xml", ""},
		"other SOAP":  {a, strings.ReplaceAll(envelope, soap.Namespace11, "urn:autre"), "envelope envelope", "http xml"},
		"no envelope": {a, "<a/>", "", ""},
		"other SAML":  {a, strings.ReplaceAll(envelope, saml.Namespace20, "urn:autre"), "vi form", "http xml envelope header security timestamp token-reference message-signature wrapping"},
	} {
		m := test.m
		m.Raw = []byte(test.raw)
		for _, d := range w.knowledge().Open(m).Documents {
			for _, part := range d.Parts {
				at := part.Of + " " + part.Name
				if part.State == anatomy.Fine && !slices.Contains(strings.Fields(test.fine), part.Name) || part.State == anatomy.Departed != (at == test.departed) {
					t.Errorf("%s: %s: %s %v", name, at, part.State, part.Findings)
				}
			}
		}
	}
}

func TestWhatIsNotKnownIsNotJudged(t *testing.T) {
	w := newWorld(t)
	a, p := w.message(w.scene(interops.ModeA), saml.Hooks{}), w.message(w.scene(interops.ModeP), saml.Hooks{})
	a.Client, p.Address = nil, ""
	if got := part(w.knowledge().Open(a), "vi", "link").State; got != anatomy.Unjudged {
		t.Errorf("link without certificate: %s", got)
	}
	if got := part(w.knowledge().Open(p), "response", "destination").State; got != anatomy.Unjudged {
		t.Errorf("destination without address: %s", got)
	}
	s := w.message(w.scene(interops.ModeP), saml.Hooks{})
	s.Mode = interops.ModeS
	if got := part(w.knowledge().Open(s), "response", "inresponseto").State; got != anatomy.Unjudged {
		t.Errorf("request in mode S: %s", got)
	}
	answer := a
	answer.Method, answer.Status = "", 200
	for _, p := range w.knowledge().Open(answer).Documents[0].Parts {
		if p.State != anatomy.Unjudged || p.Of == "envelope" {
			t.Errorf("of an answer: %s %s: %s", p.Of, p.Name, p.State)
		}
	}
}

// Lines tell what the signature covers: the VI, but for the signature itself, and nothing around it.
func TestSignedPartsAreMarked(t *testing.T) {
	w := newWorld(t)
	d := w.knowledge().Open(w.message(w.scene(interops.ModeA), saml.Hooks{})).Documents[0]
	for _, l := range d.Lines {
		text := strings.TrimSpace(l.Text)
		for begin, want := range map[string]int{"<saml2:Issuer": 1, "<saml2:Assertion": 1, "<saml2:AttributeValue": 1, "<ds:Signature": 0, "<ds:DigestValue": 0, "<soap:Envelope": 0, "<m:marque": 0, "</soap:Body": 0} {
			if strings.HasPrefix(text, begin) && l.Signature != want {
				t.Errorf("%q: signature %d, want %d", text, l.Signature, want)
			}
		}
	}
	altered := w.message(w.scene(interops.ModeA), saml.Hooks{Wire: func(raw []byte) ([]byte, error) {
		return []byte(strings.Replace(string(raw), "agent-0042", "agent-0043", 1)), nil
	}})
	d = w.knowledge().Open(altered).Documents[0]
	if s := d.Signatures[0]; s.Valid || len(s.Covers) != 1 || s.Covers[0].Intact || s.Covers[0].Element != "Assertion" {
		t.Errorf("altered: %+v", s)
	}
}
