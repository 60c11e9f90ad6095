package mta

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"etalon/internal/bench"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/whitelist"
)

// Source is where an operator reads the white list, and who signs it.
type Source struct {
	URL string
	// Signer is the subject of the publisher's certificate.
	Signer string
}

// listPolicy is how an operator reads the white list.
type listPolicy struct{}

func honestList() listPolicy { return listPolicy{} }

// listed is the list in force.
func (o *Operator) listed() mssante.WhiteList {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.list
}

// refresh reads the list now and again, until the operator ends.
func (o *Operator) refresh() {
	for {
		ctx, cancel := o.life(listTimeout)
		_ = o.Refresh(ctx) // the last good list goes on
		cancel()
		if o.config.Refresh == 0 || !o.waits(o.config.Refresh) {
			return
		}
	}
}

// listTimeout bounds the reading of a list.
const listTimeout = patience

var errList = errors.New("the list is not loaded")

// Refresh reads the white list now. It fails where the list is not good; the last good one stays in force.
func (o *Operator) Refresh(ctx context.Context) error {
	list, err := o.load(ctx)
	if err != nil {
		return fmt.Errorf("refresh white list: %w", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.list = list
	return nil
}

// load fetches the list and judges it.
func (o *Operator) load(ctx context.Context) (mssante.WhiteList, error) {
	raw, err := o.fetch(ctx)
	if err != nil {
		return mssante.WhiteList{}, err
	}
	judged := whitelist.Verify(raw, whitelist.Expectation{
		Signer: o.config.List.Signer, Trust: pki.Trust{Roots: o.config.Bench.Roots(), Revocation: &pki.Checker{}}, Now: o.config.Bench.Clock.Now(), Since: o.listed().Generated,
	})
	if len(judged.Findings) > 0 {
		return mssante.WhiteList{}, fmt.Errorf("%w: %s", errList, judged.Findings[0].Rule)
	}
	return judged.List, nil
}

// fetch gets the file from a server whose certificate is good.
func (o *Operator) fetch(ctx context.Context) ([]byte, error) {
	at, err := url.Parse(o.config.List.URL)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: pki.ClientConfig(pki.Credential{}, bench.Wall, o.trust.DecideServer(at.Hostname(), bench.Wall)),
	}}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: %s", errList, response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, whitelist.MaxBytes+1))
}
