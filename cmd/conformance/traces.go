package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/journey"
	"etalon/internal/verdict"
)

// tracesCommand reconciles the traces of several parties and draws what they tell together.
type tracesCommand struct {
	Files      []string `arg:"" name:"file" help:"${tracefiles}"`
	SVG        string   `name:"svg" placeholder:"FICHIER" help:"${svg}"`
	JSON       bool     `name:"json" help:"${json}"`
	Convention string   `placeholder:"FICHIER" help:"${traceconvention}"`
	Skew       int      `default:"120" placeholder:"SECONDES" help:"${skew}"`
	Key        string   `name:"nameid-key" placeholder:"FICHIER" help:"${nameidkey}"`
	Partial    bool     `help:"${partialtraces}"`
	NoChain    bool     `name:"no-chain" help:"${nochain}"`
}

// Run tells the reconciliation; its status is 1 when something does not reconcile or a chain does not hold.
func (c *tracesCommand) Run(s *streams) error {
	options, err := c.options()
	if err != nil {
		return err
	}
	exports, err := c.read()
	if err != nil {
		return hinted{err, "docs/traces.md", exitUsage}
	}
	r := journey.Reconcile(exports, options)
	if c.SVG != "" {
		err := campaign.WriteFile(c.SVG, func(w io.Writer) error { _, err := w.Write(journey.SVG(r.Journeys, s.lang)); return err })
		if err != nil {
			return hinted{err, "--svg: un fichier inscriptible / a writable file", exitUsage}
		}
	}
	if c.JSON {
		if err := write(s, r.Machine()); err != nil {
			return err
		}
	} else {
		for _, line := range r.Tell(s.lang) {
			fmt.Fprintln(s.out, line)
		}
	}
	if !r.Sound() {
		return status(exitFailed)
	}
	return nil
}

// options reads what the comparison needs beside the traces.
func (c *tracesCommand) options() (journey.Options, error) {
	o := journey.Options{Skew: time.Duration(c.Skew) * time.Second}
	if c.Skew < 1 {
		return o, hinted{verdict.Tell("--skew %d : attendu au moins 1 seconde", "--skew %d: want at least 1 second", c.Skew), "--skew 120", exitUsage}
	}
	if c.Convention != "" {
		convention, err := loadConvention(c.Convention)
		if err != nil {
			return o, err
		}
		o.Convention = convention
	}
	if c.Key != "" {
		key, err := readBounded(c.Key, 64<<10)
		if err != nil {
			return o, hinted{err, "--nameid-key", exitUsage}
		}
		o.Key = bytes.TrimSpace(key)
	}
	return o, nil
}

// loadConvention reads a convention under the current profile: only its organisms serve here.
func loadConvention(path string) (*interops.Convention, error) {
	return candidate.LoadConvention(path, candidate.DefaultProfile("current"))
}

// read reads every export. Two files of one name keep their folders, so that a line is found again.
func (c *tracesCommand) read() ([]journey.Export, error) {
	names := map[string]int{}
	for _, path := range c.Files {
		names[filepath.Base(path)]++
	}
	var all []journey.Export
	seen := map[string]bool{}
	for _, path := range c.Files {
		if seen[filepath.Clean(path)] {
			return nil, verdict.Tell("lecture des traces : %s est donné deux fois", "read traces: %s is given twice", path)
		}
		seen[filepath.Clean(path)] = true
		name := filepath.Base(path)
		if names[name] > 1 {
			name = path
		}
		e, err := readExport(path, name, journey.ReadOptions{Partial: c.Partial, Unchained: c.NoChain})
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

func readExport(path, name string, o journey.ReadOptions) (journey.Export, error) {
	file, err := os.Open(path)
	if err != nil {
		return journey.Export{}, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.IsDir() {
		return journey.Export{}, verdict.Tell("lecture des traces : %s : attendu un fichier, pas un dossier", "read traces: %s: want a file, not a folder", path)
	}
	return journey.Read(name, file, o)
}
