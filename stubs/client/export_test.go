package client

import "net/http"

// Abroad is a browser while it submits the form of another site.
func Abroad(b *Browser) http.CookieJar { return b.abroad() }
