package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"etalon/internal/legible"
	"etalon/internal/verdict"
)

// JUnit XML knows four states: a finding is a failure; what has no conclusion, or waits for a person, is an
// error, for it must not pass unseen; what is waived or does not apply is skipped.
type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		junitTotals
		Suites []*junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string `xml:"name,attr"`
		Timestamp string `xml:"timestamp,attr"`
		junitTotals
		Skipped    int             `xml:"skipped,attr"` // of suites alone: the schema of Jenkins (junit-10.xsd) takes none above
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitTotals struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Time     string `xml:"time,attr"`
		ms       int64
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitOutcome `xml:"failure,omitempty"`
		Error   *junitOutcome `xml:"error,omitempty"`
		Skipped *junitOutcome `xml:"skipped,omitempty"`
	}
	junitOutcome struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes one suite per role and mode, one test per case.
func writeJUnit(w io.Writer, run *verdict.Run, o Options) error {
	v := newView(run, o)
	all := junitSuites{Name: "conformance"}
	suites := map[string]*junitSuite{}
	for _, c := range v.run.Cases {
		scope := c.Address[:max(strings.LastIndexByte(c.Address, '/'), 0)]
		if suites[scope] == nil {
			suites[scope] = v.junitSuite(scope)
			all.Suites = append(all.Suites, suites[scope])
		}
		suites[scope].Cases = append(suites[scope].Cases, v.junitCase(c, scope))
		if suites[scope].add(c); skips(c.Verdict) {
			suites[scope].Skipped++
		}
		all.add(c)
	}
	all.Time = seconds(all.ms)
	b, err := xml.MarshalIndent(all, "", " ")
	if err == nil {
		_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, b)
	}
	if err != nil {
		return verdict.Tell("écriture du rapport JUnit : %s", "write junit report: %s", err)
	}
	return nil
}

func (v *view) junitSuite(scope string) *junitSuite {
	suite := &junitSuite{Name: scope, Timestamp: v.run.Started.UTC().Format(time.RFC3339),
		junitTotals: junitTotals{Time: seconds(0)},
		Properties: []junitProperty{
			{"candidate", strings.TrimSpace(v.run.Candidate.Name + " " + v.run.Candidate.Version)},
			{"level.standard", v.run.Level.Standard.String()}, {"level.profile", v.run.Level.Profile.String()},
			{"partial", fmt.Sprint(v.run.Partial)}, {"complete", fmt.Sprint(v.run.Complete)},
		}}
	for _, w := range v.waivers() {
		suite.Properties = append(suite.Properties, junitProperty{"waiver." + string(w.State), w.Subject() + " : " + w.Said})
	}
	return suite
}

func (t *junitTotals) add(c verdict.Case) {
	t.Tests++
	t.ms += c.MS
	t.Time = seconds(t.ms)
	switch c.Verdict {
	case verdict.Pass, verdict.Waived, verdict.NotApplicable:
	case verdict.Fail:
		t.Failures++
	default:
		t.Errors++
	}
}

// skips tells the verdicts of a test that counts neither for nor against.
func skips(v verdict.Verdict) bool { return v == verdict.Waived || v == verdict.NotApplicable }

func (v *view) junitCase(c verdict.Case, scope string) junitCase {
	out := junitCase{Name: strings.TrimPrefix(c.Address, scope+"/"), Time: seconds(c.MS),
		Class: strings.ReplaceAll(scope, "/", ".") + "." + c.Requirement}
	outcome := &junitOutcome{Type: c.Verdict.String(), Message: v.reason(c.Why, c.Reason), Text: v.junitFindings(c)}
	switch c.Verdict {
	case verdict.Pass:
	case verdict.Fail:
		out.Failure = outcome
	case verdict.Waived, verdict.NotApplicable:
		out.Skipped = outcome
	default:
		out.Error = outcome
	}
	return out
}

func (v *view) junitFindings(c verdict.Case) string {
	var out strings.Builder
	for _, f := range c.Findings {
		fmt.Fprintf(&out, "%s %s: %s %s, %s %s\n", f.Requirement, v.o.Texts.Rule(f).Title.In(v.o.Lang),
			v.w("want"), legible.OneLine(f.Want), v.w("got"), legible.OneLine(f.Got))
	}
	return out.String()
}

func seconds(ms int64) string { return fmt.Sprintf("%d.%03d", ms/1000, ms%1000) }
