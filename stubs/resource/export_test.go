package resource

import "net/http"

// Handler answers calls without a link.
func (p *Provider) Handler() http.Handler { return p.routes() }
