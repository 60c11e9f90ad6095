package inquiry_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/pivot"
)

// TestFlaws wants each neglect to show to an honest asker, or to one that probes for it.
func TestFlaws(t *testing.T) {
	shows := map[string]func(*testing.T, desk) bool{
		"answers-no-traces": func(t *testing.T, d desk) bool {
			a, err := d.ask(t, asker, interops.TraceRequest{VIs: []string{"_vi-a"}})
			return err == nil && a.Status == interops.TracesNone
		},
		"invents-traces": func(t *testing.T, d desk) bool {
			a, err := d.ask(t, asker, interops.TraceRequest{VIs: []string{"_rien"}})
			return err == nil && len(inquiry.Told(a)) > 0
		},
		"answers-strangers": func(t *testing.T, d desk) bool {
			a, err := d.ask(t, "organisme-tiers", interops.TraceRequest{VIs: []string{"_vi-a"}})
			return err == nil && len(inquiry.Told(a)) > 0
		},
		"answers-malformed-demand":      altered("motif-absent"),
		"accepts-malformed-declaration": altered("description-absente"),
		"acknowledges-nothing": func(t *testing.T, d desk) bool {
			_, err := d.line(t, asker).Report(context.Background(), d.url, d.organism(asked), interops.SuspicionReport{VIs: []string{"_vi-a"}, Description: "x"})
			return err != nil && !errors.Is(err, inquiry.ErrRefused)
		},
		"forgets-declarations": func(t *testing.T, d desk) bool {
			_, err := d.line(t, asker).Report(context.Background(), d.url, d.organism(asked), interops.SuspicionReport{VIs: []string{"_vi-a"}, Description: "x"})
			records, _ := d.log.Records()
			return err == nil && len(records) == 3
		},
		"answers-traces-in-clear": func(t *testing.T, d desk) bool {
			status, _ := d.post(t, "http", "", http.MethodPost, demand(t, d, pivot.Alteration{}))
			over, _ := d.post(t, "https", asker+"/tls", http.MethodPost, demand(t, d, pivot.Alteration{}))
			return status == 200 && over == 200
		},
		"skips-demand-signature": altered("signature-alteree"),
		"answers-traces-unsigned": func(t *testing.T, d desk) bool {
			_, err := d.ask(t, asker, interops.TraceRequest{VIs: []string{"_vi-a"}})
			return pivot.Unsigned(err)
		},
		"answers-everyones-traces": func(t *testing.T, d desk) bool {
			_, err := d.ask(t, asker, interops.TraceRequest{VIs: []string{"_vi-a"}})
			return err != nil && strings.Contains(err.Error(), "not asked for")
		},
	}
	honest := open(t, inquiry.Neglect{})
	for _, f := range inquiry.Flaws() {
		show, ok := shows[f.Name]
		if !ok {
			t.Errorf("%s: no test shows it", f.Name)
			continue
		}
		if show(t, honest) {
			t.Errorf("%s: the honest desk shows it too", f.Name)
		}
		var n inquiry.Neglect
		f.Neglect(&n)
		if !show(t, open(t, n)) {
			t.Errorf("%s does not show", f.Name)
		}
		if len(f.Must) == 0 || f.Title.FR == "" || f.Title.EN == "" {
			t.Errorf("%s: %+v", f.Name, f)
		}
	}
}

// altered posts a file with a fault and tells whether it was taken.
func altered(name string) func(*testing.T, desk) bool {
	return func(t *testing.T, d desk) bool {
		a, ok := pivot.AlterationOf(name)
		if !ok {
			t.Fatalf("no alteration %s", name)
		}
		status, _ := d.post(t, "https", asker+"/tls", http.MethodPost, demand(t, d, a))
		return status == 200
	}
}
