package campaign_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/campaign"
	"etalon/internal/seal"
	"etalon/internal/store"
	"etalon/internal/timestamp"
)

// authority is a time authority whose conduct may be changed: honest, or lying by name.
type authority struct {
	*httptest.Server
	conduct atomic.Pointer[timestamp.Authority]
	asked   atomic.Int32
}

func newAuthority(t *testing.T, lie string) *authority {
	t.Helper()
	a := &authority{}
	a.becomes(t, lie)
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.asked.Add(1)
		a.conduct.Load().ServeHTTP(w, r)
	}))
	t.Cleanup(a.Close)
	return a
}

func (a *authority) becomes(t *testing.T, lie string) {
	t.Helper()
	made, err := timestamp.NewAuthority(bench.Entropy(), bench.Wall, lie)
	if err != nil {
		t.Fatal(err)
	}
	a.conduct.Store(made)
}

// stamper asks an authority of an address.
func stamper(url string) campaign.Stamper {
	return timestamp.Client{URL: url, Random: bench.Entropy(), Now: bench.Wall}.Ask
}

// verified is what the archive of a campaign is worth.
func (b *rig) verified(id string) *seal.Verified {
	b.t.Helper()
	raw, err := os.ReadFile(filepath.Join(b.store.Folder(id), campaign.ArchiveFile))
	if err != nil {
		b.t.Fatal(err)
	}
	v, err := seal.Verify(raw, seal.VerifyOptions{Now: bench.Wall()})
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// written is a view of a campaign.
func (b *rig) written(id, format string) string {
	b.t.Helper()
	var out strings.Builder
	if err := b.desk.Write(context.Background(), "", id, format, "fr", &out); err != nil {
		b.t.Fatal(err)
	}
	return out.String()
}

// one is a case that plays soon.
var one = campaign.Order{Candidate: "essai-fournisseur-a", Selectors: []string{"fournisseur/A/G01"}, Lang: "fr"}

// What an authority attests is in the archive and in what the campaign tells; the validity is the operator's.
func TestCampaignIsStamped(t *testing.T) {
	a := newAuthority(t, "")
	b := open(t, t.TempDir(), func(c *campaign.Config) { c.Stamp, c.Validity = stamper(a.URL), 30 })
	c := b.over(b.start(one).ID)
	v := b.verified(c.ID)
	if c.State != store.Finished || c.Seal == nil || c.Seal.Unstamped != "" || v.Stamp == nil || !v.Stamp.Time.Equal(c.Seal.Stamped) || !strings.Contains(c.Seal.Authority, "TEST") {
		t.Fatalf("%+v, seal %+v, stamp %+v", c, c.Seal, v.Stamp)
	}
	if !v.NotAfter.Equal(c.Seal.NotAfter) || v.NotAfter.Sub(v.NotBefore).Round(24*time.Hour) != 30*24*time.Hour {
		t.Errorf("in force from %s to %s, told %s", v.NotBefore, v.NotAfter, c.Seal.NotAfter)
	}
	if page := b.written(c.ID, "html"); !strings.Contains(page, c.Seal.NotAfter.Format("2006-01-02")) && !strings.Contains(page, c.Seal.NotAfter.Format("02/01/2006")) {
		t.Error("the view does not tell until when the attestation holds")
	}
	if err := b.desk.Stamp(t.Context(), "", c.ID); !errors.Is(err, campaign.ErrStamped) {
		t.Errorf("stamped twice: %v", err)
	}
}

// An authority that lies, or is not there, takes nothing from a finished campaign: its archive is sound and not stamped, the reason
// is told, and what failed to be attested can be attested later.
func TestCampaignIsNotStamped(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for name, c := range map[string]struct{ lie, says string }{
		"other bytes": {"imprint", "over other bytes"}, "other question": {"nonce", "another question"}, "altered": {"signature", ""},
		"no authority": {"usage", "not a time authority"}, "far": {"far", "from our clock"}, "refuses": {"refuses", "refuses"}, "gone": {"", "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAuthority(t, c.lie)
			at := a.URL
			if name == "gone" {
				at = gone.URL
			}
			address := atomic.Pointer[string]{}
			address.Store(&at)
			b := open(t, t.TempDir(), func(c *campaign.Config) {
				c.Stamp = func(ctx context.Context, document []byte) ([]byte, error) {
					return stamper(*address.Load())(ctx, document)
				}
			})
			done := b.over(b.start(one).ID)
			v := b.verified(done.ID)
			if done.State != store.Finished || done.Why != "" || done.Seal == nil || done.Seal.Unstamped == "" || !strings.Contains(done.Seal.Unstamped, c.says) || !done.Seal.Stamped.IsZero() || v.Stamp != nil {
				t.Fatalf("%+v, seal %+v, stamp %+v", done, done.Seal, v.Stamp)
			}
			if _, s, err := b.desk.Standing(t.Context(), "", done.ID); err != nil || !strings.Contains(strings.Join(s.Said, "\n"), "non horodatée") {
				t.Errorf("said %v, %v", s.Said, err)
			}
			before := v.SignedAt
			if err := b.desk.Stamp(t.Context(), "", done.ID); !errors.Is(err, campaign.ErrUnstamped) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("asked again, still so: %v", err)
			}
			if v := b.verified(done.ID); !v.SignedAt.Equal(before) || v.Stamp != nil {
				t.Errorf("the archive was changed: %+v", v)
			}
			a.becomes(t, "")
			address.Store(&a.URL)
			if err := b.desk.Stamp(t.Context(), "", done.ID); err != nil {
				t.Fatal(err)
			}
			again, err := b.store.Campaign(t.Context(), "", done.ID)
			if err != nil || again.Seal.Unstamped != "" || b.verified(done.ID).Stamp == nil || again.Counts != done.Counts || again.Level != done.Level {
				t.Errorf("stamped later: %+v, %v", again, err)
			}
		})
	}
}
