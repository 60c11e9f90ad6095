package mail

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"

	"etalon/internal/pki"
)

// Upgrade is how STARTTLS went.
type Upgrade struct {
	// Before is what the server had sent in clear behind its answer to STARTTLS. It is never taken for what comes
	// under TLS: whoever stands in between could have put it there.
	Before []byte
	State  tls.ConnectionState
}

// secure makes the handshake; what follows is said under TLS.
func (c *Conn) secure(ctx context.Context, config *tls.Config) error {
	return c.within(ctx, func() error {
		bounded, cancel := context.WithTimeout(ctx, c.limits.Wait)
		defer cancel()
		secured := tls.Client(c.tcp, config)
		if err := secured.HandshakeContext(bounded); err != nil {
			return fmt.Errorf("%w: %w", ErrHandshake, wireError(err))
		}
		state := secured.ConnectionState()
		c.state, c.wire = &state, secured
		c.in = bufio.NewReader(received{c})
		return nil
	})
}

// upgrade keeps apart what came before TLS, and makes the handshake.
func (c *Conn) upgrade(ctx context.Context, config *tls.Config) (Upgrade, error) {
	u := Upgrade{Before: c.ahead()}
	if err := c.secure(ctx, config); err != nil {
		return u, err
	}
	u.State = *c.state
	return u, nil
}

// ahead takes what was received and not yet read.
func (c *Conn) ahead() []byte {
	b := make([]byte, c.in.Buffered())
	n, _ := c.in.Read(b)
	return b[:n]
}

// hello sends one ClientHello made by hand on a connection that is ready for TLS. The connection is of no use after it.
func (c *Conn) hello(ctx context.Context, h pki.Hello) (pki.HelloResult, error) {
	defer c.Close()
	bounded, cancel := context.WithTimeout(ctx, c.limits.Wait)
	defer cancel()
	return h.Exchange(bounded, c.tcp)
}
