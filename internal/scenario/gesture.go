package scenario

import (
	"cmp"
	"context"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// Gesture has the candidate do something, by the driver that its file declares under a key. That it did not is trouble, told
// with what the driver said.
func (w *World) Gesture(ctx context.Context, d candidate.Driver, key string, a access.Action) error {
	answer, err := w.Run.Driver(d, nil).Do(ctx, a)
	if err = cmp.Or(err, answer.Err()); err != nil {
		return w.Cannot(verdict.ReasonDriverFailed, key, err.Error())
	}
	return nil
}
