package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"etalon/internal/verdict"
)

// writeCSV writes one line per case, for a spreadsheet.
func writeCSV(w io.Writer, run *verdict.Run, o Options) error {
	v := newView(run, o)
	lines := [][]string{{"address", "requirement", "severity", "basis", "fault", "verdict", "reason", "findings", "ms", "waiver"}}
	for _, c := range v.run.Cases {
		var findings []string
		for _, f := range c.Findings {
			findings = append(findings, f.Requirement+" "+f.Rule)
		}
		lines = append(lines, []string{
			c.Address, c.Requirement, v.rows[c.Requirement].Severity.String(), string(c.Basis), c.Fault,
			c.Verdict.String(), cell(v.reason(c.Why, c.Reason)), cell(strings.Join(findings, ", ")), strconv.FormatInt(c.MS, 10),
			cell(v.waiverOf(c.Address)),
		})
	}
	if err := csv.NewWriter(w).WriteAll(lines); err != nil {
		return verdict.Tell("écriture du rapport en CSV : %s", "write csv report: %s", err)
	}
	return nil
}

// cell keeps a spreadsheet from taking a partner's words for a formula.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}
