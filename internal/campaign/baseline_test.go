package campaign_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/campaign"
	"etalon/internal/record"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// A failure that a waiver of the order names is accepted, in the record and in what the campaign tells.
func TestCampaignWithWaivers(t *testing.T) {
	b := open(t, t.TempDir(), nil)
	o := campaign.Order{Candidate: "essai-fournisseur-a-skips-audience", Selectors: []string{"fournisseur/A/V10"}, Lang: "fr",
		Waivers: "waivers:\n  - {requirement: V10, reason: corrigé en version 2, owner: équipe, expires: 2099-01-01}\n"}
	if _, err := b.desk.Forecast(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	c := b.over(b.start(o).ID)
	run, err := record.Load(b.store.Folder(c.ID))
	if err != nil {
		t.Fatal(err)
	}
	if c.State != store.Finished || c.Counts.Waived == 0 || c.Counts.Fail != 0 || len(run.Waivers) != 1 || run.Waivers[0].State != verdict.WaiverUsed || b.verified(c.ID).Run.Waivers[0].Reason != "corrigé en version 2" {
		t.Errorf("%+v, waivers %+v", c, run.Waivers)
	}
	for _, format := range []string{"html", "csv", "json", "text"} {
		if !strings.Contains(b.written(c.ID, format), "corrigé en version 2") {
			t.Errorf("%s does not tell the waiver", format)
		}
	}
}

// Waivers are refused where their line is wrong: nothing is played then.
func TestWaiversAreRefused(t *testing.T) {
	b := open(t, t.TempDir(), nil)
	for name, c := range map[string]struct{ text, key, says string }{
		"unknown requirement": {"waivers:\n  - {requirement: ZZ99, reason: a, owner: b, expires: 2099-01-01}\n", "requirement", "catalogue"},
		"unknown case":        {"waivers:\n  - {case: fournisseur/A/ZZ99-N1, reason: a, owner: b, expires: 2099-01-01}\n", "case", "adresse"},
		"of another role":     {"waivers:\n  - {requirement: V10, role: client, reason: a, owner: b, expires: 2099-01-01}\n", "requirement", "déclare"},
		"expired":             {"waivers:\n  - {requirement: V10, reason: a, owner: b, expires: 2020-01-01}\n", "expires", "expirée"},
		"no reason":           {"waivers:\n  - {requirement: V10, owner: b, expires: 2099-01-01}\n", "reason", ""},
		"no YAML":             {"waivers: [\n", "", ""},
	} {
		o := campaign.Order{Candidate: "essai-fournisseur-a", Selectors: short, Lang: "fr", Waivers: c.text}
		forecast, err := b.desk.Forecast(t.Context(), o)
		var refused campaign.RefusedWaivers
		if !errors.As(err, &refused) || !errors.Is(err, campaign.ErrWaivers) || forecast.Cases == 0 {
			t.Errorf("%s: %v, %d cases", name, err, forecast.Cases)
			continue
		}
		if said := refused.Problems.In("fr"); !strings.Contains(said, "waivers.yaml") || !strings.Contains(said, c.key) || !strings.Contains(said, c.says) || refused.Problems[0].Line == 0 {
			t.Errorf("%s: %s", name, said)
		}
		if _, err := b.desk.Start(t.Context(), o); !errors.Is(err, campaign.ErrWaivers) {
			t.Errorf("%s started: %v", name, err)
		}
	}
	if all, err := b.store.Campaigns(t.Context(), ""); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
}

// A candidate whose profile certifies is listed so, and none of its campaigns accepts a waiver.
func TestCertificationAcceptsNoWaiver(t *testing.T) {
	file, _ := onDisk(t, "fournisseur", func(text string) string { return text })
	profile := filepath.Join(filepath.Dir(file), "profil.yaml")
	if err := os.WriteFile(profile, []byte("base: current\npurpose: certification\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(raw, "\nprofile: profil.yaml\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	b := open(t, t.TempDir(), func(c *campaign.Config) { c.Roster = campaign.Disk{Files: []string{file}} })
	all, err := b.desk.Candidates(t.Context(), "")
	if err != nil || len(all) != 1 || !all[0].Certification {
		t.Fatalf("%+v, %v", all, err)
	}
	o := campaign.Order{Candidate: all[0].ID, Lang: "fr", Waivers: "waivers:\n  - {requirement: V10, reason: a, owner: b, expires: 2099-01-01}\n"}
	if _, err := b.desk.Start(t.Context(), o); !errors.Is(err, campaign.ErrWaivers) || !strings.Contains(err.Error(), "certification") {
		t.Error(err)
	}
}

// A campaign is held against an earlier one, or an archive: what is newly broken is counted, what failed already is not, and the
// level does not change by it.
func TestCampaignWithBaseline(t *testing.T) {
	b := open(t, t.TempDir(), nil)
	v10 := []string{"fournisseur/A/V10"}
	earlier := b.over(b.start(campaign.Order{Candidate: "essai-fournisseur-a-skips-audience", Selectors: []string{"fournisseur/A/G01"}, Lang: "fr"}).ID)
	worse := b.over(b.start(campaign.Order{Candidate: "essai-fournisseur-a-skips-audience", Selectors: v10, Lang: "fr", Baseline: earlier.ID}).ID)
	if h := worse.Baseline; worse.State != store.Finished || h == nil || !h.Held || h.Regressions == 0 || h.Exit != 1 || h.Campaign != earlier.ID || h.Digest == "" {
		t.Fatalf("%+v, %+v", worse, h)
	}
	archive, err := os.ReadFile(filepath.Join(b.store.Folder(worse.ID), campaign.ArchiveFile))
	if err != nil {
		t.Fatal(err)
	}
	same := b.over(b.start(campaign.Order{Candidate: "essai-fournisseur-a-skips-audience", Selectors: v10, Lang: "fr", Archive: archive}).ID)
	if h := same.Baseline; h == nil || !h.Held || h.Regressions != 0 || h.Exit != 0 || h.Campaign != "" || same.Level != worse.Level || same.Counts.Fail == 0 {
		t.Errorf("%+v, %+v", same, h)
	}
	if was, err := b.desk.Baseline(t.Context(), "", same.ID); err != nil || len(was.Cases) != len(b.verified(worse.ID).Run.Cases) {
		t.Error(err)
	}
	if _, err := b.desk.Baseline(t.Context(), "", earlier.ID); !errors.Is(err, campaign.ErrNoBaseline) {
		t.Error(err)
	}

	broken := append([]byte{}, archive...)
	broken[len(broken)/2] ^= 1
	for name, o := range map[string]campaign.Order{
		"altered": {Archive: broken}, "no archive": {Archive: []byte("PK")}, "no campaign": {Baseline: "absent"}, "another candidate": {Baseline: earlier.ID}, "not its own": {Owner: "acme", Baseline: b.owned("zeta", earlier)},
	} {
		o.Candidate, o.Selectors, o.Lang = "essai-fournisseur-a", v10, "fr"
		if _, err := b.desk.Start(t.Context(), o); !errors.Is(err, campaign.ErrBaseline) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := b.over(b.start(campaign.Order{Candidate: "essai-client-a", Lang: "fr", Archive: archive}).ID)
	if other.State != store.Failed || !strings.Contains(other.Why, "another candidate") || other.Seal != nil {
		t.Errorf("another candidate: %+v", other)
	}
}

// owned keeps a campaign as one of a vendor's, and returns its name.
func (b *rig) owned(owner string, c store.Campaign) string {
	b.t.Helper()
	c.ID, c.Owner = c.ID+"-"+owner, owner
	if err := b.store.Save(b.t.Context(), c); err != nil {
		b.t.Fatal(err)
	}
	return c.ID
}
