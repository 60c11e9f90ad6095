package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"etalon/internal/legible"
	"etalon/internal/seal"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// Results of the GITB test reporting language.
const (
	gitbSuccess   = "SUCCESS"
	gitbFailure   = "FAILURE"
	gitbWarning   = "WARNING"
	gitbUndefined = "UNDEFINED"

	gitbConformance = "CONFORMANCE" // the type of each test case
)

// gitbResult is what a verdict is called there, and whether it is optional, that is, counted among what is ignored. WARNING
// counts as a success there, so that nothing which waits or lacks a conclusion is one; the first message of each test
// case is the verdict's own word.
func gitbResult(v verdict.Verdict) (result string, optional bool) {
	switch v {
	case verdict.Pass:
		return gitbSuccess, false
	case verdict.Fail:
		return gitbFailure, false
	case verdict.Waived:
		return gitbFailure, true
	case verdict.NotApplicable:
		return gitbUndefined, true
	}
	return gitbUndefined, false
}

// writeGITB writes a conformance overview report of the GITB test reporting language, as the Interoperability Test Bed of
// the European Commission publishes it: one statement for each role and mode, each case, each finding as an assertion.
func writeGITB(w io.Writer, run *verdict.Run, o Options) error {
	b, err := xml.MarshalIndent(newView(run, o).gitbReport(), "", " ")
	if err == nil {
		_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, b)
	}
	if err != nil {
		return verdict.Tell("écriture du rapport GITB : %s", "write gitb report: %s", err)
	}
	return nil
}

// signGITB signs the report inside itself, XAdES baseline B.
func signGITB(document []byte, s seal.Signer, at time.Time, _ func([]byte) ([]byte, error)) ([]byte, error) {
	doc, err := xmlsec.Parse(document, xmlsec.Limits{Bytes: max(len(document), 1), Depth: 32, Elements: len(document) + 1, Attributes: 16, Text: max(len(document), 1)})
	if err != nil {
		return nil, err
	}
	if err := (xmlsec.XAdES{Key: s.Key, Chain: s.Chain, At: at, MediaType: "application/xml"}).Sign(doc); err != nil {
		return nil, err
	}
	return xmlsec.Serialize(doc)
}

func (v *view) gitbReport() gitbReport {
	r := gitbReport{Space: gitbSpace, Core: gitbCoreSpace, XSI: xsiSpace, Time: v.gitbTime(v.run.Finished)}
	domain, specification := v.gitbDomain()
	all := gitbSummary{}
	var actors []gitbActor
	for i, scope := range v.gitbScopes() {
		s := v.gitbStatement(scope)
		s.ID = fmt.Sprintf("statement-%d", i+1)
		s.Domain, s.Specification = domain, specification
		r.Overview.Statements = append(r.Overview.Statements, s)
		actors = append(actors, gitbActor{s.ID, s.Actor, s.Summary.Status})
		all.add(s.Summary.Status)
	}
	all.conclude()
	r.Overview.Party, r.Overview.Summary = v.gitbParty(), all
	r.Overview.Domain = gitbDomain{domain, all.Status, gitbSpecification{specification, all.Status, actors}}
	return r
}

// gitbScopes are the roles and modes of the record: of its scope, then those that cases alone name.
func (v *view) gitbScopes() []string {
	scopes := slices.Clone(v.run.Scope)
	for _, c := range v.run.Cases {
		if scope, _ := cutAddress(c.Address); !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	if len(scopes) == 0 {
		scopes = []string{"-"} // the schema wants one
	}
	return scopes
}

func (v *view) gitbDomain() (domain, specification gitbNamed) {
	return gitbNamed{v.w("brand"), v.w("title")}, gitbNamed{cmp.Or(legible.OneLine(v.run.Profile.Name), "-"), legible.OneLine(v.run.Profile.Digest)}
}

func (v *view) gitbParty() gitbParty {
	c := v.run.Candidate
	system := gitbSystem{Name: legible.OneLine(c.Name), Version: legible.OneLine(c.Version)}
	property := func(name, value string) {
		system.Properties = append(system.Properties, gitbProperty{name, legible.OneLine(value)})
	}
	property("config", c.Config)
	property("level.standard", v.run.Level.Standard.String())
	property("level.profile", v.run.Level.Profile.String())
	property("complete", fmt.Sprint(v.run.Complete))
	property("partial", fmt.Sprint(v.run.Partial))
	property("seed", v.run.Seed)
	property("suite", v.run.Suite.Version)
	property("catalogue", v.run.Suite.Catalogue)
	for _, m := range v.marks() {
		property("mark", v.w("mark."+m))
	}
	for _, key := range slices.Sorted(keys(v.run.Profile.Overrides)) {
		property("override", key+" = "+v.run.Profile.Overrides[key])
	}
	for _, e := range c.Excludes {
		property("excluded", e.Role+" "+e.Requirement+" : "+e.Reason)
	}
	for _, w := range v.waivers() {
		property("waiver."+string(w.State), w.Subject()+" : "+w.Said)
	}
	return gitbParty{gitbNamed{Name: legible.OneLine(c.Vendor)}, system}
}

// gitbStatement is what one role and mode came to.
func (v *view) gitbStatement(scope string) gitbStatement {
	s := gitbStatement{Party: v.gitbParty(), Actor: gitbNamed{legible.OneLine(scope), v.gitbTroubles(scope)}, Updated: v.gitbTime(v.run.Finished)}
	s.Summary.gitbIgnored = &gitbIgnored{}
	s.Suite = gitbSuite{Metadata: gitbMetadata{Name: legible.OneLine(scope), Version: legible.OneLine(v.run.Suite.Version)}}
	for _, c := range v.run.Cases {
		if of, _ := cutAddress(c.Address); of == scope {
			s.judged(v, c)
		}
	}
	for _, n := range v.run.NotRun {
		if of, _ := cutAddress(n.Address); of == scope {
			s.overview(v, gitbCaseOverview{Group: legible.OneLine(verdict.RequirementOf(n.Address)), Disabled: true, Result: gitbUndefined,
				Metadata: gitbMetadata{Name: legible.OneLine(n.Address), Type: gitbConformance, Description: v.reason(n.Why, n.Reason)}})
		}
	}
	s.Summary.conclude()
	v.gitbDoubt(scope, &s.Summary)
	s.Suite.Result = s.Summary.Status
	return s
}

// judged adds a case.
func (s *gitbStatement) judged(v *view, c verdict.Case) {
	result, optional := gitbResult(c.Verdict)
	report := v.gitbCase(c, result)
	s.overview(v, gitbCaseOverview{Group: legible.OneLine(c.Requirement), Optional: optional, Ref: report.ID, Metadata: report.Metadata, Result: result, Updated: report.End})
	if s.Details == nil {
		s.Details = &gitbDetails{}
	}
	s.Details.List = append(s.Details.List, report)
	if optional {
		s.Summary.ignore(result)
	} else {
		s.Summary.add(result)
	}
}

// overview adds a line of the overview, in the group of its requirement.
func (s *gitbStatement) overview(v *view, c gitbCaseOverview) {
	if s.Suite.Cases == nil {
		s.Suite.Cases, s.Suite.Groups = &gitbCases{}, &gitbGroups{}
	}
	s.Suite.Cases.List = append(s.Suite.Cases.List, c)
	if !slices.ContainsFunc(s.Suite.Groups.List, func(g gitbGroup) bool { return g.ID == c.Group }) {
		s.Suite.Groups.List = append(s.Suite.Groups.List, gitbGroup{c.Group, c.Group, legible.OneLine(v.title(c.Group))})
	}
}

// gitbTroubles tells why a role could not be judged.
func (v *view) gitbTroubles(scope string) string {
	var said []string
	for _, t := range v.run.Trouble {
		if t.Scope == scope {
			said = append(said, v.reason(t.Reason, ""))
		}
	}
	return strings.Join(said, "\n")
}

// gitbDoubt corrects what the cases of a role conclude by what the record concludes: a requirement that failed by a finding
// made in another's case, a run that was cut short or played in part.
func (v *view) gitbDoubt(scope string, s *gitbSummary) {
	if slices.ContainsFunc(v.run.Requirements, func(q verdict.RequirementResult) bool { return v.concluded(scope, q.ID, verdict.Fail) }) {
		s.Status = gitbFailure
	}
	troubled := slices.ContainsFunc(v.run.Trouble, func(t verdict.Trouble) bool { return t.Scope == scope })
	if s.Status == gitbSuccess && (troubled || v.run.Partial || !v.run.Complete) {
		s.Status = gitbUndefined
	}
}

func (s *gitbSummary) add(result string) {
	switch result {
	case gitbSuccess:
		s.Succeeded++
	case gitbFailure:
		s.Failed++
	default:
		s.Incomplete++
	}
}

func (s *gitbSummary) ignore(result string) {
	if result == gitbFailure {
		s.gitbIgnored.Failed++
	} else {
		s.gitbIgnored.Incomplete++
	}
}

func (s *gitbSummary) conclude() {
	switch {
	case s.Failed > 0:
		s.Status = gitbFailure
	case s.Incomplete > 0 || s.Succeeded == 0:
		s.Status = gitbUndefined
	default:
		s.Status = gitbSuccess
	}
}

func (v *view) gitbCase(c verdict.Case, result string) gitbCaseReport {
	end := c.Started.Add(time.Duration(c.MS) * time.Millisecond)
	r := gitbCaseReport{ID: legible.OneLine(c.Address), Start: v.gitbTime(c.Started), End: v.gitbTime(end), Result: result,
		Metadata: gitbMetadata{Name: legible.OneLine(c.Address), Type: gitbConformance, Description: legible.OneLine(c.Title)},
		Messages: []string{c.Verdict.String(), v.reason(c.Why, c.Reason)}}
	var steps []gitbStep
	for i, step := range c.Steps {
		said := gitbStepReport{Type: "SR", Date: r.Start, Result: gitbSuccess}
		if !step.OK {
			said.Result = gitbFailure
			if c.Verdict == verdict.Inconclusive || c.Verdict == verdict.Review {
				said.Result = gitbUndefined
			}
		}
		steps = append(steps, gitbStep{fmt.Sprint(i + 1), strings.Join(filledOnly(legible.OneLine(step.Text), legible.OneLine(step.Note)), " — "), said})
	}
	if len(c.Findings) > 0 {
		steps = append(steps, gitbStep{"findings", v.w("findings"), v.gitbFindings(c, r.Start)})
	}
	if len(steps) > 0 {
		r.Steps = &gitbSteps{steps}
	}
	return r
}

// gitbFindings are the findings of a case: an error where the requirement that they name is bloquante or majeure, and not waived.
func (v *view) gitbFindings(c verdict.Case, date string) gitbStepReport {
	out := gitbStepReport{Type: "TAR", Name: legible.OneLine(c.Address), Date: date, Result: gitbWarning, Counters: &gitbCounters{}, Items: &gitbItems{}}
	scope, _ := cutAddress(c.Address)
	for _, f := range c.Findings {
		rule := v.o.Texts.Rule(f)
		kind, waived := "error", c.Verdict == verdict.Waived && f.Requirement == c.Requirement || v.concluded(scope, f.Requirement, verdict.Waived)
		if waived || v.rows[f.Requirement].Severity > verdict.Majeure {
			kind = "warning"
			out.Counters.Warnings++
		} else {
			out.Counters.Errors++
			out.Result = gitbFailure
		}
		out.Counters.Assertions++
		var places []string
		for _, digest := range f.Evidence {
			places = append(places, legible.OneLine(digest))
		}
		out.Items.List = append(out.Items.List, gitbItem{XMLName: xml.Name{Local: kind}, Type: "BAR", Assertion: legible.OneLine(f.Requirement), Rule: legible.OneLine(f.Rule),
			Description: legible.OneLine(strings.Join(filledOnly(v.title(f.Requirement), rule.Title.In(v.o.Lang)), " — ")), Location: strings.Join(places, " "),
			Test: legible.OneLine(f.Want), Value: legible.OneLine(f.Got)})
	}
	return out
}

// gitbTime writes an instant as XML Schema does; of one that never came, that of the start.
func (v *view) gitbTime(t time.Time) string {
	if t.IsZero() {
		t = v.run.Started
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}
