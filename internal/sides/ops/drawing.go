package ops

import (
	"bytes"
	"encoding/json"
	"fmt"

	"etalon/internal/access"
	"etalon/internal/journey"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// drawJourney keeps the journey that a candidate's records tell, as the diagram that the report shows. Records of which no
// journey can be made are judged elsewhere: there is nothing to draw.
func (w *World) drawJourney(records []access.TraceRecord) error {
	var lines bytes.Buffer
	for _, r := range records {
		line, err := json.Marshal(r.Fields)
		if err != nil {
			return fmt.Errorf("draw journey: %w", err)
		}
		lines.Write(append(line, '\n'))
	}
	export, err := journey.Read(w.Scope(), &lines, journey.ReadOptions{Partial: true, Unchained: true})
	if err != nil {
		return nil
	}
	told := journey.Reconcile([]journey.Export{export}, journey.Options{Convention: w.run.Bench.Convention})
	if len(told.Journeys) == 0 {
		return nil
	}
	digest := w.Evidence(journey.SVG(told.Journeys, "fr"), report.DrawingType)
	w.Keep(verdict.Exchange{Label: "journey", From: "harness", Request: digest})
	return nil
}
