package provider

import "net/http"

// Handler is the partner's face without its link: tests play thousands of messages through it.
func (p *Provider) Handler() http.Handler { return p.routes() }

// NewPresented exposes the memory of presented VIs.
var NewPresented = newPresented

// Take exposes presented.take.
var Take = (*presented).take
