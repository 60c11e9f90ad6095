package console

import (
	"net/http"

	"etalon/internal/bench"
)

// policy lets pages use what the console itself serves, and nothing else (CSP level 3).
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded refuses names that are not of this machine, for another name may be a page's own that it has made to lead here
// (DNS rebinding), and requests of other sites that change something.
func guarded(next http.Handler) http.Handler {
	ours := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if !bench.Loopback(r.RemoteAddr) || !bench.Loopback(r.Host) {
			refuse(w, http.StatusForbidden, "foreign-name", r.Host)
			return
		}
		ours.ServeHTTP(w, r)
	})
}
