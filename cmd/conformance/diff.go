package main

import (
	"fmt"

	"etalon/internal/report"
	"etalon/internal/verdict"
)

// diffCommand tells what changed from one run to another.
type diffCommand struct {
	Earlier string `arg:"" name:"a" help:"${diffearlier}"`
	Later   string `arg:"" name:"b" help:"${difflater}"`
	Format  string `enum:"text,markdown,json" default:"text" help:"${diffformat}"`
	JSON    bool   `help:"${json}"`
}

// Run prints the comparison. The exit status is 1 when something is newly broken, or a level is lower than it was.
func (c *diffCommand) Run(s *streams) error {
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	earlier, _, err := openRun(c.Earlier)
	if err != nil {
		return hinted{verdict.Tell("%s : %s", "read %s: %s", c.Earlier, err), "conformance verify " + c.Earlier, exitUsage}
	}
	later, _, err := openRun(c.Later)
	if err != nil {
		return hinted{verdict.Tell("%s : %s", "read %s: %s", c.Later, err), "conformance verify " + c.Later, exitUsage}
	}
	if c.JSON {
		c.Format = "json"
	}
	told := report.Compare(earlier, later)
	if err := report.WriteComparison(s.out, told, c.Format, report.Options{Lang: s.lang, Texts: suite.Texts, Catalogue: suite.Catalogue}); err != nil {
		return err
	}
	for _, word := range told.Otherwise() {
		if c.Format != "json" {
			break // it is on the page
		}
		fmt.Fprintf(s.err, "conformance: %s: %s\n", suite.Texts.Word(s.lang, "compare.warning"), suite.Texts.Word(s.lang, word))
	}
	if told.Worse() {
		return status(exitFailed)
	}
	return nil
}
