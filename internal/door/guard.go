package door

import (
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
)

// policy lets pages use what the console itself serves, and nothing else (CSP level 3).
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// bodyTime is how long a body may take to come.
const bodyTime = 10 * time.Minute

// guarded refuses names that are not the console's, for another name may be a page's own that it has made to lead here (DNS
// rebinding), and requests of other sites that change something.
func (d *Door) guarded(next http.Handler) http.Handler {
	own := http.NewCrossOriginProtection()
	own.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.config.Refuse(w, http.StatusForbidden, "foreign-page", r.Header.Get("Origin"))
	}))
	ours := own.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		local := bench.Loopback(r.RemoteAddr) && bench.Loopback(r.Host)
		if !local && !d.named(r) {
			d.config.Refuse(w, http.StatusForbidden, "foreign-name", r.Host)
			return
		}
		if !local {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if r.ContentLength != 0 {
			_ = http.NewResponseController(w).SetReadDeadline(bench.Wall().Add(bodyTime))
		}
		ours.ServeHTTP(w, r)
	})
}

// named tells whether a request calls the console by one of its public names, over TLS.
func (d *Door) named(r *http.Request) bool {
	if d.Admission == nil || r.TLS == nil {
		return false
	}
	host := bareHost(r.Host)
	return slices.ContainsFunc(d.Hosts, func(name string) bool { return bareHost(name) == host })
}

// bareHost is a name or an address without port, brackets and final dot, in lower case.
func bareHost(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(address, "["), "]")
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
