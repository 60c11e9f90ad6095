package ops

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"etalon/internal/soap"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// codeSpaces are the namespaces of fault codes, by the prefix that features use; the first is the exact one.
var codeSpaces = map[string][]string{
	"vi":   {soap.NamespaceVI},
	"wsse": {xmlsec.NamespaceWSSE},
	"wsu":  {xmlsec.NamespaceWSU},
	"soap": {soap.Namespace11, soap.Namespace12},
}

var quotedCode = regexp.MustCompile(`"([a-z]+):([A-Za-z]+)"`)

// expectedCodes reads `"vi:InvalidVI" ou "wsse:FailedCheck"`; the profile may replace the set of a case.
func (w *World) expectedCodes(sentence string) ([]xml.Name, error) {
	if replaced := w.profile().Fault.Expected[w.Case]; len(replaced) > 0 {
		sentence = `"` + strings.Join(replaced, `" "`) + `"`
	}
	var codes []xml.Name
	for _, m := range quotedCode.FindAllStringSubmatch(sentence, -1) {
		spaces, ok := codeSpaces[m[1]]
		if !ok {
			return nil, fmt.Errorf("fault code %s:%s: want the prefix vi, wsse, wsu or soap", m[1], m[2])
		}
		for _, space := range spaces {
			codes = append(codes, xml.Name{Space: space, Local: m[2]})
		}
	}
	if len(codes) == 0 {
		return nil, fmt.Errorf("fault codes %s: none can be read", sentence)
	}
	return codes, nil
}

// faultCode compares the code of the refusal with the accepted set. A right name in a wrong namespace departs from
// the rule of namespaces alone (F09).
func faultCode(ctx context.Context, sentence string) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	want, err := w.expectedCodes(sentence)
	if err != nil {
		return err
	}
	switch {
	case s.outcome == unanswered || s.exchange.Err != nil:
		return w.unheard(s)
	case w.accepted(s):
		return w.Cannot(verdict.ReasonNotRefused)
	}
	w.Checked()
	fault, _, ok := soap.ReadFault(s.exchange.Status, s.exchange.ResponseHeader.Get("Content-Type"), s.exchange.Response)
	switch {
	case !ok:
		w.Finds(w.Own("fault-absent", sentence, told(s.exchange), evidenceOf(s)...))
	case fault.In(want):
	case slices.ContainsFunc(want, func(n xml.Name) bool { return n.Local == fault.Code.Local }):
		w.Finds(verdict.Finding{
			Requirement: "F09", Rule: "fault-namespace-other", Want: sentence,
			Got: "{" + fault.Code.Space + "}" + fault.Code.Local, Evidence: evidenceOf(s),
		})
	default:
		w.Finds(w.Own("fault-code-other", sentence, "{"+fault.Code.Space+"}"+fault.Code.Local, evidenceOf(s)...))
	}
	return nil
}

// faultCodesEqual makes sure that refusals of one family do not tell which check failed (F03).
func faultCodesEqual(ctx context.Context) error {
	w := worldOf(ctx)
	if len(w.provider.sent) < 2 {
		return errNothingSent
	}
	seen := map[string]sent{}
	for _, s := range w.provider.sent {
		fault, _, ok := soap.ReadFault(s.exchange.Status, s.exchange.ResponseHeader.Get("Content-Type"), s.exchange.Response)
		if !ok {
			return w.Cannot(verdict.ReasonNoMessage, "soap:Fault")
		}
		seen[fault.Code.Local+" "+strings.TrimSpace(fault.String)] = s
	}
	w.Checked()
	if len(seen) > 1 {
		codes := make([]string, 0, len(seen))
		for code := range seen {
			codes = append(codes, code)
		}
		slices.Sort(codes)
		last, _ := w.last()
		w.Finds(w.Own("fault-code-differs", codes[0], strings.Join(codes[1:], " ; "), evidenceOf(last)...))
	}
	return nil
}

// faultRules are the rules of soap.ReadFault that each aspect of a fault looks at.
var faultRules = map[string][]string{
	"enveloppe-soap":  {"fault-absent", "fault-html", "fault-unreadable", "fault-malformed"},
	"prefixe-declare": {"fault-prefix-undeclared", "fault-code-unqualified"},
	"statut-500":      {"fault-status-other"},
	"espace-de-noms":  {"fault-namespace-other"},
}

// stackTraces are what the inside of a program looks like in an answer.
var stackTraces = [][]byte{
	[]byte("goroutine "), []byte("\tat "), []byte(" at java."), []byte("at org."), []byte("Traceback (most recent call last)"),
	[]byte("Exception in "), []byte("java.lang."), []byte("System.NullReference"), []byte(".go:"), []byte(".java:"),
}

// faultRespects looks at one aspect of the refusal's form.
func faultRespects(ctx context.Context, aspect string) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	switch {
	case s.outcome == unanswered || s.exchange.Err != nil:
		return w.unheard(s)
	case aspect != "sans-reponse-metier" && w.accepted(s):
		return w.Cannot(verdict.ReasonNotRefused)
	}
	w.Checked()
	switch aspect {
	case "sans-reponse-metier":
		if s.outcome == answered {
			w.Finds(w.Own("business-answer-without-vi", w.wantRefused(), told(s.exchange), evidenceOf(s)...))
		}
		return nil
	case "discretion":
		for _, trace := range stackTraces {
			if bytes.Contains(s.exchange.Response, trace) {
				w.Finds(w.Own("fault-stack-trace", w.wantRefused(), string(trace), evidenceOf(s)...))
				return nil
			}
		}
		return nil
	}
	rules, ok := faultRules[aspect]
	if !ok {
		return fmt.Errorf("aspect %q of a fault: not in the table", aspect)
	}
	_, findings, _ := soap.ReadFault(s.exchange.Status, s.exchange.ResponseHeader.Get("Content-Type"), s.exchange.Response)
	for _, f := range findings {
		if slices.Contains(rules, f.Rule) {
			w.Finds(w.Own(f.Rule, f.Want, f.Got, evidenceOf(s)...))
		}
	}
	return nil
}
