package soap

import (
	"encoding/xml"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// Fault is a SOAP fault. Code is the most precise one: the faultcode in SOAP 1.1, in 1.2 the subcode when
// there is one.
type Fault struct {
	Code   xml.Name
	String string
	Detail *etree.Element
	SOAP   string // V11 when empty
}

// prefixes are those that our faults declare.
var prefixes = map[string]string{NamespaceVI: "vi", xmlsec.NamespaceWSSE: "wsse", Namespace11: "soap", Namespace12: "soap"}

// Bytes returns the whole envelope that carries the fault. A fault never carries a VI.
func (f Fault) Bytes() []byte {
	space := Namespace11
	if f.SOAP == V12 {
		space = Namespace12
		f.Code = code12(f.Code)
	}
	envelope := etree.NewElement("soap:Envelope")
	envelope.CreateAttr("xmlns:soap", space)
	el := envelope.CreateElement("soap:Body").CreateElement("soap:Fault")
	code := f.qualify(el, space)
	if f.SOAP == V12 {
		f.fill12(el, code)
	} else {
		el.CreateElement("faultcode").SetText(code)
		el.CreateElement("faultstring").SetText(f.String)
		if f.Detail != nil {
			el.CreateElement("detail").AddChild(f.Detail.Copy())
		}
	}
	raw, err := xmlsec.Serialize(document(envelope))
	if err != nil {
		return nil // writing to memory does not fail
	}
	return raw
}

// code12 returns the SOAP 1.2 counterpart of a SOAP 1.1 code, any other code itself.
func code12(code xml.Name) xml.Name {
	if code.Space != Namespace11 {
		return code
	}
	local := code.Local
	switch local {
	case "Client":
		local = "Sender"
	case "Server":
		local = "Receiver"
	}
	return xml.Name{Space: Namespace12, Local: local}
}

// Name is the code as traces write it: with the usual prefix of its namespace, "app" for one that is not ours.
func (f Fault) Name() string {
	if f.Code.Space == "" {
		return f.Code.Local
	}
	prefix, known := prefixes[f.Code.Space]
	if !known {
		prefix = "app"
	}
	return prefix + ":" + f.Code.Local
}

// qualify returns the code as a QName and declares its prefix where it is new.
func (f Fault) qualify(el *etree.Element, space string) string {
	name := f.Name()
	if prefix, _, qualified := strings.Cut(name, ":"); qualified && f.Code.Space != space {
		el.CreateAttr("xmlns:"+prefix, f.Code.Space)
	}
	return name
}

// fill12 writes the SOAP 1.2 form: a code of the envelope's own, ours as subcode (SOAP 1.2 §5.4).
func (f Fault) fill12(el *etree.Element, code string) {
	outer := "soap:Sender"
	if f.Code.Space == Namespace12 {
		outer = code
	}
	c := el.CreateElement("soap:Code")
	c.CreateElement("soap:Value").SetText(outer)
	if f.Code.Space != Namespace12 {
		c.CreateElement("soap:Subcode").CreateElement("soap:Value").SetText(code)
	}
	reason := el.CreateElement("soap:Reason").CreateElement("soap:Text")
	reason.CreateAttr("xml:lang", "fr")
	reason.SetText(f.String)
	if f.Detail != nil {
		el.CreateElement("soap:Detail").AddChild(f.Detail.Copy())
	}
}

// Status is the HTTP status that goes with the fault (SOAP 1.1 §6.2, SOAP 1.2 part 2 §7.5.2.2).
func (f Fault) Status() int {
	if f.SOAP == V12 && f.Code.Local != "Receiver" {
		return 400
	}
	return 500
}

// In tells whether the fault's code is one of the set. A SOAP 1.1 code may be made more precise after a
// dot: Client.Authentication is a Client (SOAP 1.1 §4.4.1).
func (f Fault) In(codes []xml.Name) bool {
	code := f.Code
	if code.Space == Namespace11 {
		code.Local, _, _ = strings.Cut(code.Local, ".")
	}
	return slices.Contains(codes, code)
}

// FaultFor returns the fault that refuses a message with these findings: the one of the gravest, in the
// order missing token, format, signature, dates, audience, class, PAGM, rest (F11). It is the zero Fault
// when there is no finding.
func FaultFor(fs []verdict.Finding) Fault {
	best := -1
	for _, f := range fs {
		if at := answerTo(f); best < 0 || at < best {
			best = at
		}
	}
	if best < 0 {
		return Fault{}
	}
	a := answers[best]
	return Fault{Code: a.code, String: texts[a.code]}
}

// answerTo returns the place of a finding's answer, by its rule and else by its requirement.
func answerTo(f verdict.Finding) int {
	for i := range answers {
		if slices.Contains(answers[i].rules, f.Rule) {
			return i
		}
	}
	for i := range answers {
		if slices.Contains(answers[i].requirements, f.Requirement) {
			return i
		}
	}
	return len(answers) - 1
}
