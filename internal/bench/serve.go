package bench

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Times of the harness's own servers, on the wall clock.
const (
	headerTimeout = 10 * time.Second
	stopTimeout   = 5 * time.Second
)

// Serve answers on a listener until stop is called. When stop returns the address is free again, even if serving had
// not begun; exchanges that are under way get a moment to end.
func Serve(l net.Listener, h http.Handler) (stop func() error) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(l) // always http.ErrServerClosed, or the listener's end
	}()
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		err := server.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			err = server.Close()
		}
		<-ended
		return err
	}
}
