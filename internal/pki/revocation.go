package pki

import (
	"net/http"
	"net/url"
)

// Checker asks authorities whether certificates are revoked.
type Checker struct {
	// HTTP fetches; when nil, a client without proxy and with a limit of five seconds.
	HTTP *http.Client
	// Allow tells which addresses may be fetched; loopback alone when nil. Others count as unreachable.
	Allow func(*url.URL) bool
}
