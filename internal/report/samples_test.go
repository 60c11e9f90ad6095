package report_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"etalon/internal/report/reporttest"
)

var update = flag.Bool("update", false, "rewrite the goldens and the samples")

// TestMain writes the sample records anew first, where they are to be.
func TestMain(m *testing.M) {
	flag.Parse()
	for _, s := range reporttest.Samples {
		if !*update {
			break
		}
		if err := reporttest.Write(filepath.Join("testdata", "records", s.Name), s.Name); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}
