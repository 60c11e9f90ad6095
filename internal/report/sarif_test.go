package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"etalon/internal/report"
	"etalon/internal/report/reporttest"
)

// sarifLog is what the tests read of a log.
type sarifLog struct {
	Runs []struct {
		Tool struct {
			Driver struct{ Rules []struct{ ID string } }
		}
		Results []struct {
			RuleID    string
			RuleIndex int
			Level     string
			Message   struct{ Text string }
			Locations []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine int }
				}
			}
			Properties struct{ Address string }
		}
	}
}

func TestSARIFFollowsItsSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("testdata/sarif.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	hold := func(raw []byte) error {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(v)
	}
	for _, s := range reporttest.Samples {
		dir, run := reporttest.Recorded(t, s.Name)
		raw := render(t, "sarif", run, reporttest.Options(t, dir, "en"))
		if err := hold(raw); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		var log sarifLog
		unmarshal(t, raw, &log)
		for _, r := range log.Runs[0].Results {
			if rule := log.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID; rule != r.RuleID {
				t.Errorf("%s: result of %s leads to rule %s", s.Name, r.RuleID, rule)
			}
		}
		var m map[string]any
		unmarshal(t, raw, &m)
		m["runs"].([]any)[0].(map[string]any)["columnKind"] = "bytes"
		spoilt, err := json.Marshal(m)
		if err != nil || hold(spoilt) == nil {
			t.Errorf("%s: the schema takes any column (%v)", s.Name, err)
		}
	}
	_, run := reporttest.Recorded(t, "mixed")
	if err := hold(render(t, "sarif", run, report.Options{})); err != nil {
		t.Errorf("without texts: %v", err)
	}
}

// TestSARIFShowsWhere holds the results of a record: a failed case at the line of its scenario, a finding that names another
// requirement at that of the case that saw it, its level by its own severity, and no link or placeholder made of a partner's words.
func TestSARIFShowsWhere(t *testing.T) {
	dir, run := reporttest.Recorded(t, "mixed")
	i := 0
	for run.Cases[i].Address != "fournisseur/A/V10-N1" {
		i++
	}
	run.Cases[i].Findings[0].Got = "[ici](https://ailleurs.test) {0}"
	var log sarifLog
	unmarshal(t, render(t, "sarif", run, reporttest.Options(t, dir, "en")), &log)
	type seen struct {
		rule, address, level, uri string
		line                      int
	}
	var got []seen
	for _, r := range log.Runs[0].Results {
		place := r.Locations[0].PhysicalLocation
		got = append(got, seen{r.RuleID, r.Properties.Address, r.Level, place.ArtifactLocation.URI, place.Region.StartLine})
		if r.RuleID == "V10" && !strings.Contains(r.Message.Text, "[ici] (https://ailleurs.test) {{0}}") {
			t.Errorf("message %q", r.Message.Text)
		}
	}
	const feature = "features/V10-audience.feature"
	want := []seen{{"V10", "fournisseur/A/V10-N1", "error", feature, 18}, {"F02", "fournisseur/A/V10-N2", "warning", feature, 19}, {"V09", "fournisseur/A/V09-N1", "error", "candidate.yaml", 1}}
	if len(got) != len(want) {
		t.Fatalf("results %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("result %v, want %v", got[i], want[i])
		}
	}
}
