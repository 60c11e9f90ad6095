package console

import (
	"cmp"
	"crypto/x509"
	"net/http"

	"etalon/internal/anatomy"
	"etalon/internal/interops"
	"etalon/internal/legible"
	"etalon/internal/pki"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// layers is an exchange taken apart.
type layers struct {
	TLS      *link           `json:"tls,omitempty"`
	Request  *anatomy.Layers `json:"request,omitempty"`
	Response *anatomy.Layers `json:"response,omitempty"`
	// Difference is what a faulty request has that its honest twin has not; nil where there is no twin.
	Difference *difference `json:"difference,omitempty"`
	// Foreign tells that the exchange happened in another world than those that are known: nothing is judged.
	Foreign bool `json:"foreign,omitempty"`
	// Traces are what the partners traced of the VIs of the request; Untold says why they could not be had.
	Traces []interops.Trace `json:"traces,omitempty"`
	Untold string           `json:"traces_untold,omitempty"`
}

// link is what protected an exchange, and who stood at its ends.
type link struct {
	verdict.TLS
	PeerChain []anatomy.Certificate `json:"peer_chain,omitempty"`
	OurChain  []anatomy.Certificate `json:"our_chain,omitempty"`
}

// difference is what a message has that its twin has not, line by line.
type difference struct {
	Lines []legible.Difference `json:"lines"`
	Cut   bool                 `json:"cut,omitempty"`
}

// apiLayers tells an exchange taken apart.
func (c *Console) apiLayers(w http.ResponseWriter, r *http.Request) {
	if x, ok := c.asked(w, r); ok {
		answer(w, http.StatusOK, c.layers(x))
	}
}

// layers takes an exchange apart. What is no longer kept is left out.
func (c *Console) layers(x store.Exchange) layers {
	k, known := c.world(x)
	l := layers{Foreign: x.World != "" && !known}
	peer, ours := anatomy.Certificates(c.kept(x.PeerChain)), anatomy.Certificates(c.kept(x.OurChain))
	at := anatomy.Circumstance{Mode: interops.Mode(x.Mode), Wall: x.At, Now: x.At, Recorded: x.Findings}
	if !x.Now.IsZero() {
		at.Now = x.Now
	}
	client, server := pki.UsageClient, pki.UsageServer
	if x.From == "partner" {
		at.Sender, at.Address, at.Client, at.Server, at.Violates = x.Partner, x.Target, first(ours), first(peer), x.Violates
		client, server = server, client
	} else {
		at.Receiver, at.Client, at.Server = x.Partner, first(peer), first(ours)
		if at.Mode == interops.ModeS { // any member of the sphere may take it: the audience says which
			at.Receiver = ""
		}
	}
	if x.TLS != nil || len(peer)+len(ours) > 0 {
		l.TLS = &link{*cmp.Or(x.TLS, &verdict.TLS{}), k.Chain(peer, client, at.Wall, at.Now), k.Chain(ours, server, at.Wall, at.Now)}
	}
	if x.Request != nil {
		m := taken(x, *x.Request, c.kept(x.Request), at)
		m.Method, m.Target = cmp.Or(x.Method, "?"), x.Target
		opened := k.Open(m)
		l.Request = &opened
	}
	if x.Response != nil {
		at.Recorded, at.Violates = nil, ""
		m := taken(x, *x.Response, c.kept(x.Response), at)
		m.Status = x.Status
		opened := k.Open(m)
		l.Response = &opened
	}
	if x.Twin != nil && x.Request != nil {
		l.Difference = c.difference(*x.Twin, *x.Request)
	}
	c.traced(&l)
	return l
}

// world is what is known of the world of an exchange.
func (c *Console) world(x store.Exchange) (anatomy.Knowledge, bool) {
	if c.config.Knowledge == nil || x.World == "" {
		return anatomy.Knowledge{}, false
	}
	for _, k := range c.config.Knowledge(x.Campaign) {
		if k.World() == x.World {
			return k, true
		}
	}
	return anatomy.Knowledge{}, false
}

// taken is a message as it is taken apart.
func taken(x store.Exchange, kept store.Message, raw []byte, at anatomy.Circumstance) anatomy.Message {
	return anatomy.Message{Protocol: x.Protocol, Head: kept.Head, Media: kept.Media, Raw: raw, Circumstance: at}
}

// kept are the bytes of a message; nil when there are none, or no more.
func (c *Console) kept(m *store.Message) []byte {
	if m == nil || m.Digest == "" {
		return nil
	}
	raw, err := c.config.Store.Message(m.Digest)
	if err != nil {
		return nil
	}
	return raw
}

// traced finds what the partners traced of the VIs of the request.
func (c *Console) traced(l *layers) {
	if c.config.Traces == nil || l.Request == nil {
		return
	}
	for _, id := range l.Request.VIs() {
		all, err := c.config.Traces(id)
		if err != nil {
			l.Untold = err.Error()
			return
		}
		l.Traces = append(l.Traces, all...)
	}
}

func first(chain []*x509.Certificate) *x509.Certificate {
	if len(chain) == 0 {
		return nil
	}
	return chain[0]
}
