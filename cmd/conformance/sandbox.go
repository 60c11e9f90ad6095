package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"etalon/cmd/internal/cli"
	"etalon/features"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/legible"
	"etalon/internal/record"
	"etalon/internal/remote"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// sandboxFlags name the sandbox that plays a run.
type sandboxFlags struct {
	Sandbox   string `placeholder:"URL" help:"${sandbox}"`
	SandboxCA string `name:"sandbox-ca" placeholder:"FICHIER" help:"${sandboxca}"`
}

// reach meets a sandbox.
func (f sandboxFlags) reach(ctx context.Context, s *streams) (*remote.Sandbox, remote.Who, error) {
	o := remote.Options{Token: os.Getenv("ETALON_TOKEN"), Lang: s.lang}
	if f.SandboxCA != "" {
		raw, err := readBounded(f.SandboxCA, maxArchive)
		o.Roots = x509.NewCertPool()
		if err == nil && !o.Roots.AppendCertsFromPEM(raw) {
			err = verdict.Tell("%s ne contient pas de certificat en PEM", "read %s: it holds no certificate in PEM", f.SandboxCA)
		}
		if err != nil {
			return nil, remote.Who{}, hinted{err, "curl http://127.0.0.1:8540/roots.pem", exitUsage}
		}
	}
	to, err := remote.New(f.Sandbox, o)
	if err != nil {
		return nil, remote.Who{}, hinted{err, "--sandbox http://127.0.0.1:8540", exitUsage}
	}
	about, err := to.Meet(ctx)
	if err != nil {
		return nil, remote.Who{}, unmet(err)
	}
	if own, err := campaign.Identify(features.FS, cli.Version(version)); err == nil && own.Catalogue != about.Catalogue {
		fmt.Fprintln(s.err, fmt.Sprintf(cli.In(s.lang, "le bac à sable juge avec un autre catalogue (version %s)", "the sandbox judges with another catalogue (version %s)"), legible.Text(about.Version)))
	}
	return to, about.Who, nil
}

// unmet is why a sandbox cannot be asked, with what mends it.
func unmet(err error) error {
	for _, one := range []struct {
		is   error
		hint string
	}{
		{remote.ErrToken, "ETALON_TOKEN=… conformance run … --sandbox …"},
		{remote.ErrVersion, "conformance version"},
		{remote.ErrOther, "--sandbox http://127.0.0.1:8540"},
		{remote.ErrNobody, "sandbox serve"},
	} {
		if errors.Is(err, one.is) {
			return hinted{err, one.hint, exitUsage}
		}
	}
	return err
}

// refusedThere is a refusal of a sandbox, in its words.
func refusedThere(to *remote.Sandbox, err error) error {
	var refused *remote.Refusal
	if errors.As(err, &refused) {
		hint := "docs/api.md"
		switch refused.Word {
		case "bad-baseline":
			hint = "conformance verify report.zip"
		case "unknown-candidate":
			hint = "curl " + to.Page("/api/candidates")
		case "campaign-running", "ports-busy":
			hint = "conformance resume " + to.Page("/campaigns/"+refused.About)
		}
		return hinted{verdict.Tell("le bac à sable refuse : %s", "the sandbox refuses: %s", err), hint, exitUsage}
	}
	return err
}

// there plays the run at a sandbox.
func (c *runCommand) there(ctx context.Context, s *streams) error {
	for name, given := range map[string]bool{"--jobs": c.Jobs != 0, "--seed": c.Seed != "", "--profile": c.Profile != "", "--sign-key": c.SignKey != "", "--tsa": c.TSA != "", "--tsa-roots": c.TSARoots != "", "--tsa-policy": c.TSAPolicy != "", "--validity": c.Validity != campaign.Validity} {
		if given {
			return hinted{verdict.Tell("%s : c'est le bac à sable qui en décide, et qui signe", "%s: the sandbox decides of that, and signs", name), "sandbox serve --help", exitUsage}
		}
	}
	was, archive, err := c.Baseline.sent()
	if err != nil {
		return err
	}
	waivers, err := c.typed()
	if err != nil {
		return err
	}
	to, who, err := c.reach(ctx, s)
	if err != nil {
		return err
	}
	defer to.Close()
	id, err := c.known(ctx, s, to, who)
	if err != nil {
		return err
	}
	out := c.folder(id)
	if err := unwritten(out, "conformance run "+c.Candidate); err != nil {
		return err
	}
	begun, err := to.Start(ctx, campaign.Order{Candidate: id, Selectors: c.Selector, Long: c.Long, Lang: s.lang, Waivers: waivers, Archive: archive})
	if refused := (*remote.Refusal)(nil); errors.As(err, &refused) && refused.Word == "bad-waivers" && len(refused.Problems) > 0 {
		return remote.Problems(c.Waivers, refused.Problems)
	}
	if err != nil {
		return refusedThere(to, err)
	}
	p := playedThere{streams: s, to: to, out: out, failOn: c.FailOn, baseline: c.Baseline, was: was}
	return p.follow(ctx, begun)
}

// typed is the text of the file of waivers; empty where none is given. The sandbox reads it: it knows the candidate and the plan.
func (c *runCommand) typed() (string, error) {
	if c.Waivers == "" {
		return "", nil
	}
	raw, err := readBounded(c.Waivers, maxWaivers)
	if err != nil {
		return "", hinted{verdict.Tell("--waivers : %s", "--waivers: %s", err), "docs/waivers.md", exitUsage}
	}
	return string(raw), nil
}

// maxWaivers bounds the waivers that are sent, in octets: a sandbox takes no more.
const maxWaivers = 128 << 10

// folder is that of the run.
func (c *runCommand) folder(name string) string {
	if c.Out != "" {
		return c.Out
	}
	return filepath.Join("reports", "runs", time.Now().UTC().Format("20060102T150405Z")+"-"+fileName(name))
}

// unwritten refuses a folder that already holds a run.
func unwritten(out, command string) error {
	for _, file := range []string{record.File, campaign.ArchiveFile} {
		if _, err := os.Stat(filepath.Join(out, file)); err == nil {
			return hinted{verdict.Tell("le dossier %s contient déjà une exécution", "write run in %s: the folder already holds one", out), command + " --out " + out + "-2", exitUsage}
		}
	}
	return nil
}

// campaignOf splits the address of a campaign of a sandbox; false when it is none.
func campaignOf(place string) (sandbox, id string, is bool) {
	if !strings.HasPrefix(place, "http://") && !strings.HasPrefix(place, "https://") {
		return "", "", false
	}
	sandbox, id, _ = strings.Cut(place, "/campaigns/")
	return sandbox, strings.Trim(id, "/"), true
}

// there goes on with a campaign of a sandbox: one that was stopped is taken up again, one that runs is followed, and what one
// that is over left is fetched.
func (c *resumeCommand) there(ctx context.Context, s *streams, sandbox, id string) error {
	if id == "" {
		return hinted{verdict.Tell("%s : attendu l'adresse d'une campagne", "%s: want the address of a campaign", c.Place), "conformance resume http://127.0.0.1:8540/campaigns/…", exitUsage}
	}
	if c.SignKey != "" || c.sealFlags != (sealFlags{cli.SealFlags{Validity: campaign.Validity}}) {
		return hinted{verdict.Tell("--sign-key, --tsa, --validity : c'est le bac à sable qui signe", "--sign-key, --tsa, --validity: the sandbox signs"), "sandbox serve --help", exitUsage}
	}
	was, err := c.Baseline.read()
	if err != nil {
		return err
	}
	to, _, err := (sandboxFlags{sandbox, c.SandboxCA}).reach(ctx, s)
	if err != nil {
		return err
	}
	defer to.Close()
	one, err := to.Campaign(ctx, id)
	if err == nil && was != nil {
		if err := c.fitsThere(ctx, to, id, was); err != nil {
			return err
		}
	}
	if err == nil && !one.Running() && one.State != store.Finished {
		one, err = to.Resume(ctx, id)
	}
	if err != nil {
		return refusedThere(to, err)
	}
	run := runCommand{Out: c.Out}
	p := playedThere{streams: s, to: to, id: one.ID, out: run.folder(one.CandidateID), failOn: c.FailOn, baseline: c.Baseline, was: was}
	if err := unwritten(p.out, "conformance resume "+c.Place); err != nil {
		return err
	}
	if one.State == store.Finished {
		return p.conclude(ctx, one)
	}
	return p.follow(ctx, one)
}

// fitsThere refuses a baseline that is not of the candidate and profile of a campaign, before anything more of it is played. A campaign
// without a record yet is held to it at its end.
func (c *resumeCommand) fitsThere(ctx context.Context, to *remote.Sandbox, id string, was *verdict.Run) error {
	raw, err := to.Report(ctx, id, "json")
	now := verdict.Run{}
	if err != nil || json.Unmarshal(raw, &now) != nil || now.Candidate.Name == "" {
		return nil
	}
	return c.Baseline.alike(was, now.Candidate.Name, now.Candidate.Vendor, now.Profile.Digest)
}

// maxSent bounds a file that is sent, in octets.
const maxSent = 20 << 20

// known is the ID of the candidate at the sandbox: that of a file that is sent, or else the one that is named.
func (c *runCommand) known(ctx context.Context, s *streams, to *remote.Sandbox, who remote.Who) (string, error) {
	text, err := readBounded(c.Candidate, maxSent)
	if errors.Is(err, fs.ErrNotExist) && fileName(c.Candidate) == c.Candidate {
		return c.Candidate, nil
	}
	if err != nil {
		return "", hinted{err, "conformance init essai --role fournisseur", exitUsage}
	}
	files, err := besides(c.Candidate, text)
	if err != nil {
		return "", hinted{err, "conformance run " + c.Candidate, exitUsage}
	}
	kept, made, err := to.Send(ctx, who, text, files)
	var refused *remote.Refusal
	if errors.As(err, &refused) && len(refused.Problems) > 0 {
		kept.Problems, err = refused.Problems, nil
	}
	if err != nil {
		return "", refusedThere(to, err)
	}
	if len(kept.Problems) > 0 {
		return "", remote.Problems(c.Candidate, kept.Problems)
	}
	fmt.Fprintln(s.err, fmt.Sprintf(cli.In(s.lang, "candidat du bac à sable : %s", "candidate of the sandbox: %s"), to.Page("/candidates/"+kept.ID)))
	if made { // with a test PKI of its own, which its product has not loaded yet
		for _, line := range kept.ToLoad {
			fmt.Fprintln(s.err, legible.Text(line.In(s.lang)))
		}
	}
	return kept.ID, nil
}

// besides are the files of the candidate's folder that its file names.
func besides(path string, text []byte) (map[string][]byte, error) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if name := e.Name(); e.Type().IsRegular() && candidate.OwnFile(name) && name != filepath.Base(path) && bytes.Contains(text, []byte(name)) {
			if files[name], err = readBounded(filepath.Join(filepath.Dir(path), name), maxSent); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}
