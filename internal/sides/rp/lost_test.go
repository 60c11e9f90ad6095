package rp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"etalon/internal/browser"
	side "etalon/internal/sides/rp"
	"etalon/internal/verdict"
)

// What says nothing of a service is the link to it, and not what it did with a request.
func TestLostIsNoAnswer(t *testing.T) {
	broken := func(kind browser.Kind, err error) error { return &browser.Trouble{Kind: kind, Err: err} }
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"nothing":       {nil, false},
		"no time left":  {fmt.Errorf("browse: %w", context.DeadlineExceeded), true},
		"no answer":     {broken(browser.ErrUnreachable, context.DeadlineExceeded), true},
		"nobody":        {broken(browser.ErrUnreachable, &net.OpError{Op: "dial", Err: errors.New("refused")}), true},
		"cut":           {broken(browser.ErrUnreachable, io.ErrUnexpectedEOF), false},
		"in circles":    {broken(browser.ErrLoop, nil), false},
		"without limit": {broken(browser.ErrTooManyRedirects, nil), false},
	} {
		if got := side.Lost(c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A session that dies without any refresh tells nothing of a refusal.
func TestDeathWithoutRefreshIsNoClosing(t *testing.T) {
	t.Parallel()
	run := rig{flaws: []string{"never-refreshes"}, selector: []string{"PSC-19"}}.judge(t)
	played := false
	for _, c := range run.Cases {
		if c.Requirement == "PSC-19" && strings.HasSuffix(c.Address, "/PSC-19-N") {
			played = true
			if c.Verdict != verdict.Inconclusive || c.Why.Key != verdict.ReasonNoMessage {
				t.Errorf("%s: %s %s", c.Address, c.Verdict, c.Reason)
			}
		}
	}
	if !played {
		t.Error("PSC-19-N was not played")
	}
}
