package bench

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// LocalOnly lets through the callers of this machine alone, that name it by a loopback address: it refuses callers
// from elsewhere, other names (DNS rebinding) and pages of a browser.
func LocalOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !Loopback(r.RemoteAddr) || !Loopback(r.Host) || r.Header.Get("Origin") != "" {
			http.Error(w, "réservé à cette machine", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Loopback tells whether an address, with or without a port, is of this machine.
func Loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// maxOrder bounds what is read of an order to the clock.
const maxOrder = 64

// errOrder says what an order to the clock is.
var errOrder = errors.New("set clock: want an RFC 3339 instant, “freeze” and an instant, a length such as +90s or -4h, or nothing to follow the wall clock")

// Tell obeys an order in words: an RFC 3339 instant sets the clock, "freeze" and an instant stop it there, a signed
// length moves it, and nothing makes it follow the wall clock. It refuses anything else.
func (c *Clock) Tell(order string) error {
	order = strings.TrimSpace(order)
	instant, freeze := strings.CutPrefix(order, "freeze ")
	at, err := time.Parse(time.RFC3339Nano, instant)
	switch {
	case order == "":
		c.Follow()
	case err == nil && freeze:
		c.Freeze(at)
	case err == nil:
		c.Set(at)
	case strings.HasPrefix(order, "+") || strings.HasPrefix(order, "-"):
		d, err := time.ParseDuration(order)
		if err != nil {
			return errOrder
		}
		c.Advance(d)
	default:
		return errOrder
	}
	return nil
}

// ServeHTTP tells the protocol time on GET, and obeys the order in the body, as plain text, on POST: the contract
// of a candidate file's clock. It is to be served behind LocalOnly.
func (c *Clock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, c.Now().UTC().Format(time.RFC3339Nano))
	case http.MethodPost:
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxOrder))
		if err == nil {
			err = c.Tell(string(raw))
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	default:
		http.Error(w, "GET ou POST", http.StatusMethodNotAllowed)
	}
}

// Management lets a harness in another process drive a mock partner: GET and POST /clock for its protocol clock,
// POST /traces/break and /traces/mend for its trace store (X06), and POST /NAME for each of its gestures. It answers
// callers of this machine alone, that name it by a loopback address, and no page of a browser.
func Management(clock *Clock, traces *TraceLog, gestures map[string]func()) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/clock", clock)
	breaks := func(broken bool) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if traces == nil {
				http.Error(w, "aucune trace n'est tenue", http.StatusConflict)
				return
			}
			traces.Break(broken)
			w.WriteHeader(http.StatusNoContent)
		}
	}
	mux.Handle("POST /traces/break", breaks(true))
	mux.Handle("POST /traces/mend", breaks(false))
	for name, gesture := range gestures {
		mux.HandleFunc("POST /"+name, func(w http.ResponseWriter, _ *http.Request) {
			gesture()
			w.WriteHeader(http.StatusNoContent)
		})
	}
	return LocalOnly(mux)
}
