package access

import (
	"errors"
	"net"
	"net/http"
	"time"

	"etalon/internal/candidate"
)

// linked calls what a candidate file names, no longer than a time. Wherever it is sent on to, it reaches no barred host (rule 10).
func linked(patience time.Duration) *http.Client {
	return &http.Client{Timeout: patience, Transport: link, CheckRedirect: notAstray}
}

// link is the way to what candidate files name: as the default one, guarded.
var link = guarded()

func guarded() http.RoundTripper {
	common, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	own := common.Clone()
	own.IdleConnTimeout = idleTime
	own.DialContext = candidate.Guarded(net.Dialer{Timeout: dialTime, KeepAlive: dialTime})
	return own
}

// dialTime bounds a connection, idleTime its rest, maxRedirects the places to which a call is sent on.
const (
	dialTime     = 30 * time.Second
	idleTime     = 100 * time.Millisecond
	maxRedirects = 10
)

// notAstray ends a way that leads to a barred host, where a proxy would look the name up, or that does not end.
func notAstray(r *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return errors.New("it is sent on without end")
	}
	return candidate.Barred(r.URL.Hostname())
}
