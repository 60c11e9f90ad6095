package soap

import (
	"encoding/xml"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// ReadFault reads the fault in an answer, and judges its form: a proper SOAP fault with its status and a
// code whose prefix is declared (F10), in the exact namespace of a known code (F09). It is false when the
// answer holds no fault; a refusal without one, or an HTML page, is then a finding, a plain answer is not.
func ReadFault(status int, contentType string, raw []byte) (Fault, []verdict.Finding, bool) {
	r := faultReader{}
	media, _, _ := mime.ParseMediaType(contentType)
	if media == "text/html" || strings.HasPrefix(strings.ToLower(strings.TrimSpace(string(raw[:min(len(raw), 64)]))), "<!doctype html") {
		r.report("fault-html", MediaType11, contentType) // F10-N1
		return Fault{}, r.findings, false
	}
	refused := status >= http.StatusBadRequest
	doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	switch {
	case err != nil && refused && len(raw) == 0:
		r.report("fault-absent", "soap:Fault", "")
		return Fault{}, r.findings, false
	case err != nil:
		if refused {
			r.report("fault-unreadable", "soap:Fault", err.Error())
		}
		return Fault{}, r.findings, false
	}
	envelope := doc.Root()
	r.space = envelope.NamespaceURI()
	el := xmlsec.Child(xmlsec.Child(envelope, r.space, "Body"), r.space, "Fault")
	if el == nil || versionOf(r.space) == "" {
		if refused {
			r.report("fault-absent", "soap:Fault", envelope.Tag)
		}
		return Fault{}, r.findings, false
	}
	f := r.read(el)
	if want := f.statuses(); !slices.Contains(want, status) {
		r.report("fault-status-other", http.StatusText(want[0]), http.StatusText(status))
	}
	return f, r.findings, true
}

// faultReader gathers what is wrong with a fault.
type faultReader struct {
	space    string
	findings []verdict.Finding
}

func (r *faultReader) report(rule, want, got string) {
	r.findings = append(r.findings, verdict.Finding{
		Requirement: Rules[rule], Rule: rule, Want: saml.Shorten(want), Got: saml.Shorten(got),
	})
}

func (r *faultReader) read(el *etree.Element) Fault {
	f := Fault{SOAP: versionOf(r.space)}
	var code *etree.Element
	if f.SOAP == V12 {
		outer := xmlsec.Child(el, r.space, "Code")
		code = xmlsec.Child(outer, r.space, "Value")
		if inner := xmlsec.Child(xmlsec.Child(outer, r.space, "Subcode"), r.space, "Value"); inner != nil {
			code = inner
		}
		f.String = xmlsec.TrimmedText(xmlsec.Child(xmlsec.Child(el, r.space, "Reason"), r.space, "Text"))
		f.Detail = first(xmlsec.Child(el, r.space, "Detail"))
	} else {
		code = xmlsec.Child(el, "", "faultcode")
		f.String = xmlsec.TrimmedText(xmlsec.Child(el, "", "faultstring"))
		f.Detail = first(xmlsec.Child(el, "", "detail"))
	}
	if code == nil || f.String == "" {
		r.report("fault-malformed", "faultcode faultstring", names(el))
	}
	if code != nil {
		f.Code = r.code(code)
	}
	return f
}

// code resolves the QName of a fault code where it stands.
func (r *faultReader) code(el *etree.Element) xml.Name {
	written := xmlsec.TrimmedText(el)
	prefix, local, qualified := strings.Cut(written, ":")
	if !qualified {
		prefix, local = "", written
	}
	space, declared := lookup(el, prefix)
	name := xml.Name{Space: space, Local: local}
	switch {
	case qualified && !declared:
		r.report("fault-prefix-undeclared", "xmlns:"+prefix, written) // F10-N2
	case space == "":
		r.report("fault-code-unqualified", "prefix:"+local, written)
	default:
		r.namespace(name)
	}
	return name
}

// namespace checks that a code of the standard stands in its own namespace (F09).
func (r *faultReader) namespace(got xml.Name) {
	var want []string
	for _, known := range known {
		if known.Local == got.Local {
			want = append(want, known.Space)
		}
	}
	if len(want) > 0 && !slices.Contains(want, got.Space) {
		r.report("fault-namespace-other", "{"+strings.Join(want, " ")+"}"+got.Local, "{"+got.Space+"}"+got.Local) // F09-N1
	}
}

// lookup finds the namespace that a prefix stands for at el.
func lookup(el *etree.Element, prefix string) (string, bool) {
	if prefix == "xml" {
		return "http://www.w3.org/XML/1998/namespace", true
	}
	for ; el != nil; el = el.Parent() {
		for i := range el.Attr {
			a := &el.Attr[i]
			if prefix == "" && a.Space == "" && a.Key == "xmlns" || prefix != "" && a.Space == "xmlns" && a.Key == prefix {
				return a.Value, true
			}
		}
	}
	return "", false
}

// statuses are those that go with the fault (SOAP 1.1 §6.2; SOAP 1.2 part 2 §7.5.2.2).
func (f Fault) statuses() []int {
	if f.SOAP == V12 {
		return []int{http.StatusInternalServerError, http.StatusBadRequest}
	}
	return []int{http.StatusInternalServerError}
}

func first(el *etree.Element) *etree.Element {
	if el == nil || len(el.ChildElements()) == 0 {
		return nil
	}
	return el.ChildElements()[0]
}

func names(el *etree.Element) string {
	var all []string
	for _, c := range el.ChildElements() {
		all = append(all, c.Tag)
	}
	return strings.Join(all, " ")
}
