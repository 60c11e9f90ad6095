package ops

import (
	"context"
	"fmt"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
	"etalon/stubs/members"
)

// notices are the metadata that a service may publish, by the words of the features: each moves where it takes
// Responses (S16).
var notices = map[string]func(organism string) members.Notice{
	"honnetes":       func(string) members.Notice { return members.Notice{Move: true} },
	"sans-signature": func(string) members.Notice { return members.Notice{Move: true, Unsigned: true} },
	"perimees":       func(string) members.Notice { return members.Notice{Move: true, Expired: true} },
	"cle-etrangere":  func(o string) members.Notice { return members.Notice{Move: true, Foreign: o + "/signature~other-ca"} },
}

// serviceMoves publishes metadata of a service, and has the operator read them. What is not honest is tried only where
// honest metadata are read: what is never read cannot be refused.
func serviceMoves(ctx context.Context, service, how string) error {
	w := worldOf(ctx)
	at, err := w.place(service)
	if err != nil {
		return err
	}
	notice, ok := notices[how]
	if !ok {
		return fmt.Errorf("metadata %q: not in the table", how)
	}
	w.owed.metadata = true
	if how != "honnetes" {
		if err := w.movedControl(ctx, at); err != nil {
			return err
		}
	}
	w.client.side.members.Publish(at.project.Provider, notice(at.project.Provider))
	return w.gesture(ctx, string(candidate.ReadMetadata), nil)
}

// movedControl makes sure that honest metadata move the service, then that they move it back.
func (w *World) movedControl(ctx context.Context, at place) error {
	for _, move := range []bool{true, false} {
		w.client.side.members.Publish(at.project.Provider, members.Notice{Move: move})
		if err := w.gesture(ctx, string(candidate.ReadMetadata), nil); err != nil {
			return err
		}
		call, _, err := w.clientControl(ctx)
		if err != nil {
			return err
		}
		if !call.wentTo(move) {
			return w.Cannot(verdict.ReasonControlRefusedBefore, call.told())
		}
	}
	return nil
}

// wentTo tells whether a call brought its VI to the address of a service that has moved, or to its old one.
func (c appCall) wentTo(moved bool) bool {
	for _, x := range c.seen {
		if x.business {
			return strings.Contains(x.URL, "/acs-nouveau") == moved
		}
	}
	return false
}

// responseGoes looks where the last Response went (S16).
func responseGoes(ctx context.Context, where string) error {
	w := worldOf(ctx)
	c, err := w.lastCall()
	if err != nil {
		return err
	}
	w.Checked()
	moved := where == "nouvelle"
	switch {
	case c.wentTo(moved):
	case !moved && c.wentTo(true):
		w.Sees(w.Own("metadata-believed", "", c.told(), c.evidence()...))
	case moved:
		w.Finds(w.Own("metadata-not-read", "", c.told(), c.evidence()...))
	default:
		w.Finds(w.Own("response-not-sent", where, c.told(), c.evidence()...))
	}
	return nil
}

// settleMembers publishes the honest metadata of every service, and has the operator read them.
func (w *World) settleMembers(ctx context.Context) error {
	w.owed.metadata = false
	w.client.side.members.Recover()
	return w.gesture(ctx, string(candidate.ReadMetadata), nil)
}
