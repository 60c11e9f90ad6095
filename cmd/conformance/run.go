package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"etalon/cmd/internal/cli"
	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/sides"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// runCommand judges a candidate.
type runCommand struct {
	Candidate string   `arg:"" help:"${candidate}"`
	Selector  []string `arg:"" optional:"" help:"${selector}"`
	Out       string   `placeholder:"DIR" help:"${out}"`
	FailOn    string   `enum:"bloquante,majeure,mineure" default:"majeure" help:"${failon}"`
	Long      bool     `help:"${long}"`
	Jobs      int      `help:"${jobs}"`
	Seed      string   `placeholder:"GRAINE" help:"${seed}"`
	Profile   string   `placeholder:"FICHIER" help:"${profile}"`
	SignKey   string   `placeholder:"FICHIER" help:"${signkey}"`
}

// Run plays the scenarios, writes the report and its archive, and returns the report's exit status.
func (c *runCommand) Run(ctx context.Context, s *streams) error {
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	subject, err := c.load(candidate.Ahead)
	if err != nil {
		return err
	}
	signer, err := loadSigner(c.SignKey, time.Now())
	if err != nil {
		return hinted{err, "openssl pkcs12 -export -inkey cle.pem -in certificat.pem -out operateur.p12", exitUsage}
	}
	selection, err := scenario.ParseSelection(c.Selector)
	if err != nil {
		return hinted{err, "conformance list cases", exitUsage}
	}
	if scenario.Selected(suite.plan, subject.Scope(), selection) == 0 {
		return hinted{scenario.ErrNothingSelected, "conformance list cases", exitUsage}
	}
	if c.Out == "" {
		c.Out = filepath.Join("reports", "runs", time.Now().UTC().Format("20060102T150405Z")+"-"+fileName(subject.Name))
	}
	if _, err := os.Stat(filepath.Join(c.Out, report.RecordFile)); err == nil {
		return hinted{fmt.Errorf("write run in %s: the folder already holds one", c.Out), "conformance run " + c.Candidate + " --out " + c.Out + "-2", exitUsage}
	}
	run, err := c.judge(ctx, s, suite, subject, selection)
	if err != nil {
		return c.broken(s, err)
	}
	if err := publish(c.Out, run, suite, signer, s.lang); err != nil {
		return err
	}
	c.tell(s, run, suite)
	var failOn verdict.Severity
	if err := failOn.UnmarshalText([]byte(c.FailOn)); err != nil {
		return err
	}
	if code := run.Exit(failOn); code != exitOK {
		return status(code)
	}
	return nil
}

// load reads the candidate file, with another profile when one is given.
func (c *runCommand) load(read func(path string) (*candidate.Candidate, error)) (*candidate.Candidate, error) {
	subject, err := read(c.Candidate)
	if err != nil {
		var problems candidate.Problems
		if errors.As(err, &problems) {
			return nil, err
		}
		return nil, hinted{err, "conformance init essai --role fournisseur", exitUsage}
	}
	if c.Profile != "" {
		if subject.Profile, err = candidate.LoadProfile(c.Profile); err != nil {
			return nil, err
		}
	}
	return subject, nil
}

// judge starts the candidate where it is a container, opens the stand and plays.
func (c *runCommand) judge(ctx context.Context, s *streams, suite *suite, subject *candidate.Candidate, selection scenario.Selection) (*verdict.Run, error) {
	seed := bench.Seed(c.Seed)
	if seed == "" {
		seed = bench.NewSeed()
	}
	subject, release, err := c.contain(ctx, s, subject)
	if err != nil {
		return nil, err
	}
	defer release()
	opened, err := stand.For(subject, seed)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return scenario.Judgement{
		Config: scenario.Config{
			Domains:   sides.Domains(),
			Candidate: subject, Bench: opened.Bench, Tree: features.FS, Texts: suite.texts, Selection: selection,
			Long: c.Long, Jobs: c.Jobs, Progress: scenario.NewProgress(s.err, s.live, s.lang), Ask: s.ask,
		},
		Catalogue: suite.catalogue, Plan: suite.plan, Suite: suite.id, Out: c.Out,
	}.Judge(ctx)
}

// broken tells that a run did not begin, or did not reach its end; its record stays.
func (c *runCommand) broken(s *streams, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return hinted{err, words.Text("busy", s.lang), exitUsage}
	}
	if _, statErr := os.Stat(filepath.Join(c.Out, report.RecordFile)); statErr == nil {
		return hinted{err, "conformance report " + c.Out, exitHarness}
	}
	return err
}

// ask asks a person for a gesture and waits for a line.
func (s *streams) ask(ctx context.Context, sentence string) error {
	fmt.Fprintf(s.err, "\n%s %s\n%s ", cli.In(s.lang, "À vous :", "Your turn:"), sentence, cli.In(s.lang, "Puis Entrée.", "Then Enter."))
	line := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(s.in).ReadString('\n')
		line <- err
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-line:
		if errors.Is(err, io.EOF) {
			return errors.New("nobody answers on standard input")
		}
		return err
	}
}

// notInFileName is what a file name of ours does not hold.
var notInFileName = regexp.MustCompile(`[^a-z0-9]+`)

func fileName(name string) string {
	return strings.Trim(notInFileName.ReplaceAllString(strings.ToLower(name), "-"), "-")
}

// publish writes the archive and the two views that people open first.
func publish(dir string, run *verdict.Run, suite *suite, signer report.Signer, lang string) error {
	options := report.Options{Lang: lang, Texts: suite.texts, Catalogue: suite.catalogue, Evidence: report.EvidenceOf(dir), TestKey: signer.Test}
	err := writeFile(filepath.Join(dir, "report.zip"), func(w io.Writer) error {
		return report.WriteArchive(w, run, report.ArchiveOptions{Options: options, Signer: signer, Now: time.Now()})
	})
	if err != nil {
		return err
	}
	for _, name := range []string{"html", "json", "junit", "text"} {
		format, err := report.Find(name)
		if err != nil {
			return err
		}
		file := map[string]string{"html": "report.html", "json": "run.json", "junit": "junit.xml", "text": "report.txt"}[name]
		if err := writeFile(filepath.Join(dir, file), func(w io.Writer) error { return format.Write(w, run, options) }); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes a file whole, or not at all.
func writeFile(path string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".etalon-*")
	if err != nil {
		return err
	}
	err = errors.Join(write(file), file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// tell prints the summary and where the report is.
func (c *runCommand) tell(s *streams, run *verdict.Run, suite *suite) {
	format, err := report.Find("text")
	if err == nil {
		_ = format.Write(s.out, run, report.Options{Lang: s.lang, Texts: suite.texts, Catalogue: suite.catalogue})
	}
	path, err := filepath.Abs(filepath.Join(c.Out, "report.html"))
	if err != nil {
		path = filepath.Join(c.Out, "report.html")
	}
	s.say("rapport : %s", "report: %s", path)
	s.say("archive signée : %s", "signed archive: %s", filepath.Join(c.Out, "report.zip"))
}

// loadSigner reads the operator's key; without one it makes a test key that says so.
func loadSigner(path string, now time.Time) (report.Signer, error) {
	if path == "" {
		return testSigner(now)
	}
	if strings.HasSuffix(path, ".p12") || strings.HasSuffix(path, ".pfx") {
		credential, err := pki.LoadPKCS12(path, os.Getenv("ETALON_SIGN_PASSWORD"))
		if err != nil {
			return report.Signer{}, err
		}
		return report.Signer{Key: credential.Key, Chain: credential.Chain}, pki.CheckPair(credential.Key, credential.Leaf(), now)
	}
	key, err := pki.LoadPKCS8(path, os.Getenv("ETALON_SIGN_PASSWORD"))
	if err != nil {
		return report.Signer{}, err
	}
	chain, err := pki.LoadCertificates(path)
	if err != nil {
		return report.Signer{}, fmt.Errorf("%w: put the certificate after the key in the same file", err)
	}
	return report.Signer{Key: key, Chain: chain}, pki.CheckPair(key, chain[0], now)
}

// testSigner makes a key for this run alone, under a name that says TEST.
func testSigner(now time.Time) (report.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), bench.Entropy())
	if err != nil {
		return report.Signer{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "TEST Etalon signature sans valeur", Organization: []string{"TEST Etalon"}},
		NotBefore: now.Add(-time.Minute), NotAfter: now.AddDate(0, 0, 1), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	raw, err := x509.CreateCertificate(bench.Entropy(), template, template, key.Public(), key)
	if err != nil {
		return report.Signer{}, err
	}
	leaf, err := x509.ParseCertificate(raw)
	return report.Signer{Key: key, Chain: []*x509.Certificate{leaf}, Test: true}, err
}
