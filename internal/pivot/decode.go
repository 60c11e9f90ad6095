package pivot

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/xmlsec"
)

// SchemaError tells where a file departs from the schema.
type SchemaError struct {
	Path string // element, from the root: "DemandeTraces/Criteres/ViId"
	Want string
	Got  string
}

// Error gives the place, what was wanted and what was found.
func (e *SchemaError) Error() string {
	return fmt.Sprintf("read traces file: %s: want %s, got %s", e.Path, e.Want, e.Got)
}

// wantSignature is what a SchemaError wants of a file without signature.
const wantSignature = "an element ds:Signature"

// Unsigned tells whether all that Read finds wrong with a file is that it bears no signature.
func Unsigned(err error) bool {
	var e *SchemaError
	return errors.As(err, &e) && e.Want == wantSignature
}

// Read reads a file strictly: whatever the schema does not foresee is refused with a *SchemaError, a file that is no
// sound XML with a *xmlsec.ParseError (X12-N3, X13-N1). The signature is not checked: see Signer. Of a file that lacks
// nothing but its signature the content is returned beside the error: see Unsigned.
func Read(raw []byte) (Document, error) {
	doc, err := xmlsec.Parse(raw, limits)
	if err != nil {
		return Document{}, fmt.Errorf("read traces file: %w", err)
	}
	root := doc.Root()
	d := Document{root: root}
	r := newReader(root, root.Tag, new(*SchemaError))
	switch {
	case root.NamespaceURI() != Namespace:
		r.fail("the namespace "+Namespace, shown(root.NamespaceURI()))
	case root.Tag == nameRequest:
		d.Request = r.request()
	case root.Tag == nameAnswer:
		d.Answer = r.answer()
	case root.Tag == nameReport:
		d.Report = r.report()
	case root.Tag == nameReceipt:
		d.Receipt = r.receipt()
	default:
		r.fail(strings.Join([]string{nameRequest, nameAnswer, nameReport, nameReceipt}, " | "), shown(root.Tag))
	}
	r.signature()
	if err := r.problem(); err != nil {
		if Unsigned(err) {
			return d, err
		}
		return Document{}, err
	}
	return d, nil
}

// reader takes the children of an element one by one, in the schema's order. The first departure stands.
type reader struct {
	el       *etree.Element
	children []*etree.Element
	path     string
	next     int
	err      **SchemaError // shared with the readers of the elements within
}

func newReader(el *etree.Element, path string, err **SchemaError) *reader {
	return &reader{el: el, children: el.ChildElements(), path: path, err: err}
}

func (r *reader) problem() error {
	if *r.err == nil {
		return nil
	}
	return *r.err
}

// fail notes the first departure.
func (r *reader) fail(want, got string) {
	if *r.err == nil {
		*r.err = &SchemaError{r.path, want, got}
	}
}

// shown is a value of the file in a message.
func shown(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		s = string(runes[:60]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// is tells whether the next child is that element.
func (r *reader) is(name string) bool {
	return r.next < len(r.children) && xmlsec.Is(r.children[r.next], Namespace, name)
}

// element takes the next child, which must be that element, without attributes; nil when it is another.
func (r *reader) element(name string) *reader {
	if !r.is(name) {
		got := "nothing"
		if r.next < len(r.children) {
			got = shown(r.children[r.next].Tag)
		}
		r.fail("an element "+name, got)
		return nil
	}
	e := r.children[r.next]
	r.next++
	in := newReader(e, r.path+"/"+name, r.err)
	for _, a := range e.Attr {
		if a.Space != "xmlns" && !(a.Space == "" && a.Key == "xmlns") {
			in.fail("no attribute", shown(a.FullKey()))
		}
	}
	return in
}

// nested takes the next child, which holds elements alone.
func (r *reader) nested(name string) *reader {
	in := r.element(name)
	if in == nil {
		return newReader(etree.NewElement(name), r.path+"/"+name, r.err)
	}
	in.blank()
	return in
}

// blank refuses text between the elements.
func (r *reader) blank() {
	for _, token := range r.el.Child {
		if text, ok := token.(*etree.CharData); ok && strings.Trim(text.Data, " \t\r\n") != "" {
			r.fail("no text between the elements", shown(text.Data))
		}
	}
}

// end refuses what the schema does not foresee after the last element.
func (r *reader) end() {
	if r.next < len(r.children) && r.problem() == nil {
		r.fail("nothing more", shown(r.children[r.next].Tag))
	}
}

// text takes the next child, which holds text alone.
func (r *reader) text(name string) (string, *reader) {
	in := r.element(name)
	if in == nil {
		return "", r
	}
	var b strings.Builder
	for _, token := range in.el.Child {
		text, ok := token.(*etree.CharData)
		if !ok {
			in.fail("text alone", "markup")
			break
		}
		b.WriteString(text.Data)
	}
	return b.String(), in
}

// words takes a Texte.
func (r *reader) words(name string) string {
	s, in := r.text(name)
	if n := utf8.RuneCountInString(s); n < 1 || n > 2000 {
		in.fail("1 to 2000 characters", fmt.Sprint(n))
	}
	return s
}

var (
	identifierForm = regexp.MustCompile(`^[^ \t\r\n]+$`)
	instantForm    = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$`)
	ncName         = regexp.MustCompile(`^[\p{L}_][\p{L}\p{Nd}._\-]*$`)
)

// maxName is how many characters a name has at most. No expression says so: it would be made as often as it counts, by every
// program that starts.
const maxName = 256

// named tells whether a name is of a form, and no longer than may be.
func named(form *regexp.Regexp, s string) bool {
	return utf8.RuneCountInString(s) <= maxName && form.MatchString(s)
}

// id takes an Identifiant.
func (r *reader) id(name string) string {
	s, in := r.text(name)
	if !named(identifierForm, s) {
		in.fail("1 to 256 characters without blanks", shown(s))
	}
	return s
}

// instant takes an Instant. White space around a date is the schema's to collapse, and ours to refuse.
func (r *reader) instant(name string) time.Time {
	s, in := r.text(name)
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || !instantForm.MatchString(s) {
		in.fail("an instant in UTC, 2026-01-31T08:30:00.000Z", shown(s))
	}
	return at
}

// one takes a text out of a closed list.
func (r *reader) one(name string, of ...string) string {
	s, in := r.text(name)
	if !slices.Contains(of, s) {
		in.fail(strings.Join(of, " | "), shown(s))
	}
	return s
}

// ids takes one identifier or more.
func (r *reader) ids(name string, most int) []string {
	all := []string{r.id(name)}
	for r.is(name) && r.problem() == nil {
		if all = append(all, r.id(name)); len(all) > most {
			r.fail(fmt.Sprintf("at most %d %s", most, name), "more")
		}
	}
	return all
}

// header takes what all documents begin with.
func (r *reader) header() (id, from, to string, date time.Time) {
	r.blank()
	for _, a := range r.el.Attr {
		switch {
		case a.FullKey() == "xml:id":
			id = a.Value
		case a.Space != "xmlns" && a.FullKey() != "xmlns":
			r.fail("no attribute but xml:id", shown(a.FullKey()))
		}
	}
	if !named(ncName, id) {
		r.fail("an attribute xml:id that is an NCName", shown(id))
	}
	return id, r.id("Emetteur"), r.id("Destinataire"), r.instant("Date")
}

// signature wants the one signature at the end; whether it is right is looked at later.
func (r *reader) signature() {
	if r.problem() != nil {
		return
	}
	if r.next >= len(r.children) || !xmlsec.Is(r.children[r.next], xmlsec.NamespaceDS, "Signature") {
		r.fail(wantSignature, "none")
		return
	}
	r.next++
	r.end()
}

func (r *reader) request() *interops.TraceRequest {
	out := &interops.TraceRequest{}
	out.ID, out.From, out.To, out.Date = r.header()
	out.Motive = interops.TraceMotive(r.one("Motif", string(interops.MotiveControl), string(interops.MotiveSuspicion)))
	criteria := r.nested("Criteres")
	if criteria.is("ViId") {
		out.VIs = criteria.ids("ViId", 100)
	} else {
		if criteria.is("NameId") {
			out.NameID = criteria.words("NameId")
		}
		span := criteria.nested("Periode")
		out.Since, out.Until = span.instant("Debut"), span.instant("Fin")
		span.end()
	}
	criteria.end()
	kinds := []string{string(interops.VerificationTraces), string(interops.ApplicationTraces), string(interops.AllTraces)}
	out.Kind = interops.TraceKind(r.one("TypeTraces", kinds...))
	return out
}

// maxTraces bounds each of the two lists of an answer.
const maxTraces = 10_000

func (r *reader) answer() *interops.TraceAnswer {
	out := &interops.TraceAnswer{}
	out.ID, out.From, out.To, out.Date = r.header()
	out.RequestID = r.id("IdDemande")
	statuses := []string{string(interops.TracesComplete), string(interops.TracesPartial), string(interops.TracesNone)}
	out.Status = interops.TraceStatus(r.one("Statut", statuses...))
	for r.is("VerificationVI") && r.problem() == nil {
		out.Verifications = append(out.Verifications, r.verification())
	}
	for r.is("TraceApplicative") && r.problem() == nil {
		out.Applications = append(out.Applications, r.application())
	}
	if len(out.Verifications) > maxTraces || len(out.Applications) > maxTraces {
		r.fail(fmt.Sprintf("at most %d traces of a kind", maxTraces), "more")
	}
	return out
}

func (r *reader) verification() interops.VIVerification {
	in := r.nested("VerificationVI")
	v := interops.VIVerification{VI: in.id("ViId"), Date: in.instant("DateVerification")}
	v.Accepted = in.one("Resultat", resultAccepted, resultRefused) == resultAccepted
	if in.is("CodeErreur") {
		v.Code = in.words("CodeErreur")
	}
	in.end()
	return v
}

func (r *reader) application() interops.ApplicationTrace {
	in := r.nested("TraceApplicative")
	t := interops.ApplicationTrace{VI: in.id("ViId"), Date: in.instant("Date")}
	t.Action, t.Object, t.Result = in.words("Action"), in.words("Objet"), in.words("Resultat")
	in.end()
	return t
}

func (r *reader) report() *interops.SuspicionReport {
	out := &interops.SuspicionReport{}
	out.ID, out.From, out.To, out.Date = r.header()
	out.VIs = r.ids("ViId", 100)
	out.Description = r.words("Description")
	return out
}

func (r *reader) receipt() *interops.SuspicionReceipt {
	out := &interops.SuspicionReceipt{}
	out.ID, out.From, out.To, out.Date = r.header()
	out.ReportID = r.id("IdDeclaration")
	return out
}
