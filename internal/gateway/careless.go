package gateway

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/verdict"
)

// CutAtComment reads the NameID as many parsers do: its first text node alone (V17). found are the findings of the message.
func CutAtComment(raw []byte, vi *interops.VI, found []verdict.Finding) {
	for _, f := range found {
		if whole := vi.NameID.Value; f.Rule == "text-comment" && f.Want == whole {
			_, comment, _ := strings.Cut(f.Got, "/")
			if before, _, cut := strings.Cut(string(raw), comment); cut {
				vi.NameID.Value = before[strings.LastIndexByte(before, '>')+1:]
			}
		}
	}
}

// ASCII puts a question mark for every letter that is not ASCII.
func ASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return '?'
		}
		return r
	}, s)
}

// OwnAudience tells whether an Audience is that of one of the receiver's services, in whatever project.
func OwnAudience(x saml.Expectation, audience string) bool {
	for _, p := range x.Convention.Opened() {
		for _, s := range p.Services {
			if p.Provider == x.Provider && s.Audience == audience {
				return true
			}
		}
	}
	return false
}

var (
	doctype   = regexp.MustCompile(`(?s)<!DOCTYPE[^\[>]*(\[.*?\])?\s*>`)
	reference = regexp.MustCompile(`&[A-Za-z][A-Za-z0-9]*;`)
	entity    = regexp.MustCompile(`<!ENTITY\s+(\w+)\s+"([^"]*)">`)
	ballast   = regexp.MustCompile(`"[^"<]*"`)
	address   = regexp.MustCompile(`SYSTEM\s+"(http://[^"]*)"`)
)

// predefined are the entities of XML itself.
var predefined = []string{"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"}

// WithoutDoctype returns a message as a parser reads it that heeds the declarations of entities; nil when there is no
// declaration, or when it holds the word refuse.
func WithoutDoctype(raw []byte, refuse string) []byte {
	declaration := string(doctype.Find(raw))
	if declaration == "" || strings.Contains(declaration, refuse) {
		return nil
	}
	e := expansion{declared: map[string]string{}, left: maxExpansion}
	for _, found := range entity.FindAllStringSubmatch(declaration, -1) {
		e.declared["&"+found[1]+";"] = found[2]
	}
	return []byte(e.expand(string(doctype.ReplaceAll(raw, nil))))
}

// maxExpansion is where even a careless gateway stops: it must not harm the machine that plays it.
const maxExpansion = 64 << 10

// expansion replaces references by the text of the entities, as far as there is room left.
type expansion struct {
	declared map[string]string
	left     int
}

func (e *expansion) expand(text string) string {
	return reference.ReplaceAllStringFunc(text, func(name string) string {
		if slices.Contains(predefined, name) {
			return name
		}
		if e.left <= 0 {
			return ""
		}
		value := e.declared[name]
		e.left -= len(name)
		return e.expand(value)
	})
}

// ExternalEntities returns the addresses that the external entities of a message point to, four at most; nil when it has none.
func ExternalEntities(raw []byte) []string {
	if !strings.Contains(string(doctype.Find(raw)), "SYSTEM") {
		return nil
	}
	targets := []string{}
	for _, found := range address.FindAllSubmatch(raw, 4) {
		targets = append(targets, string(found[1]))
	}
	return targets
}

// WithoutBallast returns a message without the values that make it too long.
func WithoutBallast(raw []byte) []byte {
	return ballast.ReplaceAllFunc(raw, func(value []byte) []byte {
		if len(value) > maxExpansion {
			return []byte(`""`)
		}
		return value
	})
}

// StackTrace is what a careless gateway shows.
const StackTrace = `javax.xml.bind.UnmarshalException
	at fr.test.passerelle.vi.LecteurVI.lire(LecteurVI.java:142)
	at fr.test.passerelle.vi.ControleVI.verifier(ControleVI.java:57)
	at org.apache.cxf.phase.PhaseInterceptorChain.doIntercept(PhaseInterceptorChain.java:308)`
