package ops

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"etalon/internal/access"
	"etalon/internal/verdict"
)

// chainHolds verifies the chain of all records read so far (X05).
func chainHolds(ctx context.Context) error {
	w := worldOf(ctx)
	records, err := w.allRecords(ctx)
	if err != nil {
		return err
	}
	w.Checked()
	if at := access.BrokenLink(records); at >= 0 {
		w.Finds(w.Own("trace-chain-broken", "previousHash", fmt.Sprintf("ligne %d", records[at].Line), w.evidence(records[at].Raw)))
	}
	return nil
}

// allRecords returns everything that the candidate traced so far.
func (w *World) allRecords(ctx context.Context) ([]access.TraceRecord, error) {
	b, err := w.readBook()
	if err != nil {
		return nil, err
	}
	records, err := b.All(ctx)
	if err != nil {
		return nil, w.unreadable(err)
	}
	if len(records) == 0 {
		return nil, w.Cannot(verdict.ReasonNoMessage, "trace")
	}
	return records, nil
}

// chainAltered alters our copy of the traces (X05).
func chainAltered(ctx context.Context, how string) error {
	w := worldOf(ctx)
	for range 3 { // enough records for one to stand in the middle
		if err := w.oneMoreRecord(ctx); err != nil {
			return err
		}
	}
	records, err := w.allRecords(ctx)
	if err != nil {
		return err
	}
	if len(records) < 3 {
		return w.Cannot(verdict.ReasonNoMessage, "trace")
	}
	middle := len(records) / 2
	switch how {
	case "ligne-supprimee":
		records = slices.Delete(slices.Clone(records), middle, middle+1)
	case "ligne-modifiee":
		records = slices.Clone(records)
		records[middle].Raw = bytes.Replace(records[middle].Raw, []byte(`"decision":"`), []byte(`"decision":"x`), 1)
	default:
		return fmt.Errorf("alteration %q: want ligne-supprimee or ligne-modifiee", how)
	}
	w.altered = records
	return nil
}

// oneMoreRecord makes the candidate write a trace.
func (w *World) oneMoreRecord(ctx context.Context) error {
	if w.client.side != nil {
		_, _, err := w.clientControl(ctx)
		return err
	}
	_, err := w.control(ctx, "honest")
	return err
}

// alterationSeen makes sure that the declared verification sees the alteration (X05).
func alterationSeen(ctx context.Context) error {
	w := worldOf(ctx)
	if len(w.altered) == 0 {
		return errNothingSent
	}
	w.Checked()
	if access.BrokenLink(w.altered) < 0 {
		w.Finds(w.Own("trace-chain-blind", "previousHash", "", w.evidence(w.altered[len(w.altered)/2].Raw)))
	}
	return nil
}
