package mta

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

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

// entries are those of a domain in the list in force.
func (o *Operator) entries(domain string) []mssante.ListedDomain {
	return o.policy.list.finds(o.listed(), domain)
}

// Refresh reads the white list now. It fails where the list is not good; the last good one stays in force. Who reads it in
// the background does so later, and never fails.
func (o *Operator) Refresh(ctx context.Context) error {
	later, held := o.policy.list.later, o.policy.list.held
	if later == 0 && held == 0 {
		return o.reads(ctx, func() bool { return true })
	}
	o.sending.Go(func() {
		if later > 0 && !o.waits(later) {
			return
		}
		own, cancel := o.life(listTimeout)
		defer cancel()
		_ = o.reads(own, func() bool { return o.waits(held) })
	})
	return nil
}

// reads reads the list, and puts it in force once that is granted.
func (o *Operator) reads(ctx context.Context, granted func() bool) error {
	if o.policy.list.once && len(o.listed().Domains) > 0 {
		return nil
	}
	fresh, err := o.load(ctx)
	if err != nil && !o.policy.list.forgets(err) {
		return fmt.Errorf("refresh white list: %w", err)
	}
	if !granted() {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.list = o.policy.list.merges(o.list, fresh)
	return err
}

// load fetches the list and judges it.
func (o *Operator) load(ctx context.Context) (mssante.WhiteList, error) {
	raw, err := o.fetch(ctx)
	if err != nil {
		return mssante.WhiteList{}, err
	}
	expanded := o.policy.list.prepares(ctx, raw)
	judged := whitelist.Verify(expanded, whitelist.Expectation{
		Signer: o.config.List.Signer, Trust: pki.Trust{Roots: o.config.Bench.Roots(), Revocation: &pki.Checker{}}, Now: o.config.Bench.Clock.Now(), Since: o.listed().Generated,
	})
	for _, f := range judged.Findings {
		trusted := f.Rule == "whitelist-altered" && !bytes.Equal(raw, expanded) && slices.Contains(o.policy.list.overlooks, ruleExpanded)
		if !trusted && !slices.Contains(o.policy.list.overlooks, f.Rule) {
			return mssante.WhiteList{}, fmt.Errorf("%w: %s", errList, f.Rule)
		}
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
	decide := o.trust.DecideServer(at.Hostname(), bench.Wall)
	if o.policy.list.anyCertificate {
		decide = pki.AcceptAny
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: pki.ClientConfig(pki.Credential{}, bench.Wall, decide)}}
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
