package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"etalon/internal/verdict"
)

// Between two looks at a container that is not ready, and how long a connection must hold to count as taken.
const (
	between = 100 * time.Millisecond
	holds   = 150 * time.Millisecond
)

// ready waits until the container can be judged. It fails when the container ends first, and when its time is over.
func (r *Running) ready(ctx context.Context) error {
	w := r.spec.Wait
	ctx, cancel := context.WithTimeoutCause(ctx, w.Timeout, errLate)
	defer cancel()
	var pending verdict.Text
	var reason error
	look := time.NewTicker(between)
	defer look.Stop()
	for {
		awaited, err := r.pending(ctx)
		if awaited == (verdict.Text{}) {
			return nil
		}
		var hasty net.Error // what ends with our time says less than what was seen before
		if late := ctx.Err() != nil || errors.As(err, &hasty) && hasty.Timeout(); reason == nil || !late {
			pending, reason = awaited, err
		}
		select {
		case <-r.ended:
			return r.died(verdict.Text{FR: "avant d'être prêt", EN: "before it was ready"})
		case <-ctx.Done():
			if !errors.Is(context.Cause(ctx), errLate) {
				return ctx.Err()
			}
			return verdict.Tell("attente du conteneur : %s en %s (%s) ; %s", "wait for the container: %s within %s (%s); %s", pending, w.Timeout, said(reason), r.journal.quote())
		case <-look.C:
		}
	}
}

// errLate tells that a container had its time.
var errLate = verdict.Tell("trop tard", "too late")

// pending tells what is awaited still, and why it is not there; nothing when all is.
func (r *Running) pending(ctx context.Context) (verdict.Text, error) {
	ready := verdict.Text{}
	w := r.spec.Wait
	if w.Log != "" {
		select {
		case <-r.journal.seen:
		default:
			return verdict.Text{FR: fmt.Sprintf("il n'a pas écrit %q", w.Log), EN: fmt.Sprintf("it did not write %q", w.Log)}, verdict.Tell("cela n'est pas dans son journal", "not in its log")
		}
	}
	if w.HTTP != "" {
		if err := answers(ctx, "http://"+r.addresses[w.Port]+w.HTTP); err != nil {
			return verdict.Text{FR: fmt.Sprintf("son port %d n'a pas répondu à %s", w.Port, w.HTTP), EN: fmt.Sprintf("its port %d did not answer %s", w.Port, w.HTTP)}, err
		}
		return ready, nil
	}
	ports := r.spec.portsInOrder()
	if w.Port != 0 {
		ports = []int{w.Port}
	} else if w.Log != "" {
		ports = nil // what it wrote is enough
	}
	for _, port := range ports {
		if err := takes(ctx, r.addresses[port]); err != nil {
			return verdict.Text{FR: fmt.Sprintf("son port %d n'a pris aucune connexion", port), EN: fmt.Sprintf("its port %d took no connection", port)}, err
		}
	}
	return ready, nil
}

// takes opens a connection and wants it to hold for a moment: the engine's own proxy takes any connection to a published
// port, and drops it when nobody listens behind.
func takes(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, hello)
	defer cancel()
	c, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	held, stop := context.WithTimeout(ctx, holds)
	defer stop()
	context.AfterFunc(held, func() { _ = c.Close() })
	n, err := c.Read(make([]byte, 1))
	switch {
	case n > 0:
		return nil // it greets
	case ctx.Err() != nil:
		return ctx.Err() // our time was over before it had held
	case held.Err() != nil:
		return nil // it awaits a word
	}
	if errors.Is(err, io.EOF) {
		return verdict.Tell("connexion prise, puis coupée : rien n'écoute dans le conteneur", "taken, then dropped: nobody listens in the container")
	}
	return err
}

// answers asks over HTTP.
func answers(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, hello)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{DisableKeepAlives: true}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusBadRequest {
		return verdict.Tell("statut %d", "status %d", answer.StatusCode)
	}
	return nil
}
