package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"etalon/internal/legible"
	"etalon/internal/verdict"
)

// SARIF 2.1.0, what a code host needs of it: one result for each requirement that a case accuses, where the scenario
// stands. What passed or has no conclusion is no result, for code hosts show every result as an alert; it stands in the
// properties of the run, with the counts and the levels.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
		Properties  sarifProperties   `json:"properties"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID         string         `json:"id"`
		Short      sarifText      `json:"shortDescription"`
		Full       sarifText      `json:"fullDescription"`
		Default    sarifSetting   `json:"defaultConfiguration"`
		Properties sarifRuleFacts `json:"properties"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifSetting struct {
		Level string `json:"level"`
	}
	sarifRuleFacts struct {
		Severity string   `json:"severity"`
		Basis    string   `json:"basis"`
		Tags     []string `json:"tags"`
	}
	sarifInvocation struct {
		Successful bool   `json:"executionSuccessful"`
		Start      string `json:"startTimeUtc,omitempty"`
		End        string `json:"endTimeUtc,omitempty"`
	}
	sarifResult struct {
		Rule         string            `json:"ruleId"`
		Index        int               `json:"ruleIndex"`
		Kind         string            `json:"kind"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Properties   sarifCase         `json:"properties"`
	}
	sarifLocation struct {
		Physical sarifPlace     `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations"`
	}
	sarifPlace struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		Line int64 `json:"startLine"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
	}
	sarifCase struct {
		Address     string `json:"address"`
		Requirement string `json:"requirement"`
		Verdict     string `json:"verdict"`
	}
	sarifProperties struct {
		Candidate string         `json:"candidate"`
		Level     verdict.Levels `json:"level"`
		Partial   bool           `json:"partial"`
		Complete  bool           `json:"complete"`
		Counts    verdict.Counts `json:"counts"`
		Cases     []sarifCase    `json:"cases"`
	}
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	// candidateFile stands for the place of a case whose scenario is not at hand: code hosts show no result without one.
	candidateFile = "candidate.yaml"
)

// writeSARIF writes what code hosts show beside the code.
func writeSARIF(w io.Writer, run *verdict.Run, o Options) error {
	v := newView(run, o)
	out := sarifRun{
		Tool:        sarifTool{sarifDriver{"conformance", legible.OneLine(v.run.Suite.Version), []sarifRule{}}},
		Invocations: []sarifInvocation{{v.run.Complete, stamp(v.run.Started), stamp(v.run.Finished)}},
		ColumnKind:  "unicodeCodePoints", Results: []sarifResult{},
		Properties: sarifProperties{legible.OneLine(v.run.Candidate.Name + " " + v.run.Candidate.Version), v.run.Level,
			v.run.Partial, v.run.Complete, v.run.Counts, []sarifCase{}},
	}
	for _, c := range v.run.Cases {
		out.Properties.Cases = append(out.Properties.Cases, sarifCase{legible.OneLine(c.Address), legible.OneLine(c.Requirement), c.Verdict.String()})
		for _, id := range v.accused(c) {
			result, err := v.sarifResult(c, id)
			if err != nil {
				return verdict.Tell("écriture du rapport SARIF : %s", "write sarif report: %s", err)
			}
			result.Index = out.Tool.Driver.rule(v, id)
			out.Results = append(out.Results, result)
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(sarifLog{sarifSchema, "2.1.0", []sarifRun{out}}); err != nil {
		return verdict.Tell("écriture du rapport SARIF : %s", "write sarif report: %s", err)
	}
	return nil
}

// accused are the requirements that a case makes fail: its own, then those that its findings name and that failed.
func (v *view) accused(c verdict.Case) []string {
	var ids []string
	if c.Verdict == verdict.Fail {
		ids = append(ids, c.Requirement)
	}
	scope, _ := cutAddress(c.Address)
	for _, f := range c.Findings {
		if v.concluded(scope, f.Requirement, verdict.Fail) && f.Requirement != c.Requirement && !slices.Contains(ids, f.Requirement) {
			ids = append(ids, f.Requirement)
		}
	}
	return ids
}

func (v *view) sarifResult(c verdict.Case, id string) (sarifResult, error) {
	place := sarifPlace{sarifArtifact{candidateFile}, sarifRegion{1}}
	s, found, err := v.o.Features.of(c.Address)
	if found {
		place = sarifPlace{sarifArtifact{s.file.uri}, sarifRegion{s.line}}
	}
	said := []string{legible.OneLine(v.title(id))}
	for _, f := range c.Findings {
		if f.Requirement == id {
			said = append(said, fmt.Sprintf("%s : %s %s, %s %s", legible.OneLine(v.o.Texts.Rule(f).Title.In(v.o.Lang)), v.w("want"), legible.OneLine(f.Want), v.w("got"), legible.OneLine(f.Got)))
		}
	}
	if len(said) == 1 {
		said = append(said, v.reason(c.Why, c.Reason))
	}
	return sarifResult{Rule: legible.OneLine(id), Kind: "fail", Level: sarifLevel(v.rows[id].Severity), Message: sarifText{plain(strings.Join(said, "\n"))},
		Locations:    []sarifLocation{{place, []sarifLogical{{legible.OneLine(c.Address)}}}},
		Fingerprints: map[string]string{"etalonCase/v1": legible.OneLine(c.Address + " " + id)},
		Properties:   sarifCase{legible.OneLine(c.Address), legible.OneLine(c.Requirement), c.Verdict.String()}}, err
}

// rule returns the index of a requirement among the rules, where it adds it if need be.
func (d *sarifDriver) rule(v *view, id string) int {
	if i := slices.IndexFunc(d.Rules, func(r sarifRule) bool { return r.ID == legible.OneLine(id) }); i >= 0 {
		return i
	}
	q := v.rows[id]
	full := q.Text.In(v.o.Lang)
	if full == "" {
		full = v.title(id)
	}
	d.Rules = append(d.Rules, sarifRule{legible.OneLine(id), sarifText{plain(legible.OneLine(v.title(id)))}, sarifText{plain(legible.OneLine(full))}, sarifSetting{sarifLevel(q.Severity)},
		sarifRuleFacts{q.Severity.String(), legible.OneLine(string(q.Basis)), []string{"conformance"}}})
	return len(d.Rules) - 1
}

// sarifLevel is how grave a result is: what a severity is called there.
func sarifLevel(s verdict.Severity) string {
	switch s {
	case verdict.Mineure:
		return "warning"
	case verdict.Observation:
		return "note"
	}
	return "error"
}

// plain keeps a message plain: braces are doubled, for they enclose placeholders, and brackets followed by a parenthesis
// kept apart from it, for they would make a link (SARIF 2.1.0 §3.11.5, §3.11.6).
func plain(s string) string {
	return strings.NewReplacer("{", "{{", "}", "}}", "](", "] (").Replace(s)
}
