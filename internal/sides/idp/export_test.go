package idp

import (
	"context"
	"time"

	"etalon/internal/bench"
	"etalon/internal/scenario"
)

// Hasty is Domain, with waits that last a while at most.
func Hasty(most time.Duration) scenario.Domain {
	return Waiting(func(ctx context.Context, d time.Duration) error { return bench.Sleep(ctx, min(d, most)) })
}

// Waiting is Domain, with waits of another kind.
func Waiting(waits func(context.Context, time.Duration) error) scenario.Domain {
	d := Domain()
	whole := d.Side
	d.Side = func(r *scenario.Run, scope string) (scenario.Side, error) {
		s, err := whole(r, scope)
		if side, ok := s.(*Side); ok {
			side.waits = waits
		}
		return s, err
	}
	return d
}

// TOTP is the code of a moment.
var TOTP = totp
