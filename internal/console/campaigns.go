package console

import (
	"context"
	"io"

	"etalon/internal/campaign"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// Campaigns runs campaigns and knows candidates: *campaign.Desk. An empty owner is an operator, who may see everything. What
// an owner may not see is unknown to it: store.ErrUnknown for a campaign, campaign.ErrUnknown for a candidate.
type Campaigns interface {
	// Candidates are those that an owner may see, those of the disk first, then those of pages, then the bundled ones.
	Candidates(ctx context.Context, owner string) ([]campaign.Candidate, error)
	// Forecast tells what an order would play. It returns campaign.ErrUnknown, scenario.ErrNothingSelected, what is wrong with a selector, or campaign.RefusedWaivers.
	Forecast(ctx context.Context, o campaign.Order) (campaign.Forecast, error)
	// Start begins a campaign and returns at once. It returns the errors of Forecast, campaign.ErrRunning, ErrPorts, ErrTarget or ErrBaseline.
	Start(ctx context.Context, o campaign.Order) (store.Campaign, error)
	// Stop ends a campaign that runs; its record stays, and can be finished by Resume. It returns when the campaign has ended.
	Stop(ctx context.Context, owner, id string) error
	// Resume plays what is left of a campaign that was stopped or interrupted, in the same record. It returns campaign.ErrWhole.
	Resume(ctx context.Context, owner, id string) (store.Campaign, error)
	// Rerun begins a campaign of what failed, or could not be judged, in another. It returns campaign.ErrNoneFails.
	Rerun(ctx context.Context, owner, id string) (store.Campaign, error)
	// Stamp has a time authority attest the archive of a campaign that it did not attest when it ended. It returns campaign.ErrStamped
	// or ErrUnstamped.
	Stamp(ctx context.Context, owner, id string) error
	// Done tells that a person made a gesture. It returns campaign.ErrNoGesture.
	Done(ctx context.Context, owner, id, gesture string) error
	// Standing tells how far a campaign is, also once it is over.
	Standing(ctx context.Context, owner, id string) (store.Campaign, campaign.Standing, error)
	// Events are those after a number; more is closed when there are others, nil when the campaign is over.
	Events(ctx context.Context, owner, id string, after int64) (events []campaign.Event, more <-chan struct{}, err error)
	// Baseline is the record that a campaign is held against. It returns campaign.ErrNoBaseline.
	Baseline(ctx context.Context, owner, id string) (*verdict.Run, error)
	// Record is the record of a campaign, as far as it is.
	Record(ctx context.Context, owner, id string) (*verdict.Run, error)
	// Write writes a report in a format of report.Formats, or the signed archive where the format is "archive".
	Write(ctx context.Context, owner, id, format, lang string, w io.Writer) error
}
