package ops

import (
	"context"
	"crypto/tls"
	"net"
	"net/url"

	"etalon/internal/bench"
	"etalon/internal/candidate"
)

// sphereTrial is what a scenario knows of the persons and links of an authentication operator under test.
type sphereTrial struct {
	guests map[string]*guest // by their part in the trial
	seats  []navigator       // every browser that was opened
	link   linkTrial
	// ordered are the LogoutRequests that services brought the operator.
	ordered []memberCall
}

// linkTrial is a link that was tried with the operator, without any message.
type linkTrial struct {
	tried, opened bool
	told          string
}

// handshake opens a link of one version with the operator.
func (w *World) handshake(ctx context.Context, version uint16) error {
	face, err := w.client.side.face()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, w.run.Patience)
	defer cancel()
	conn, err := candidate.Guarded(net.Dialer{})(ctx, "tcp", hostPort(face))
	if err == nil {
		defer conn.Close()
		// whose certificate it is, the browsers judge
		err = tls.Client(conn, &tls.Config{MinVersion: version, MaxVersion: version, InsecureSkipVerify: true, Time: bench.Wall}).HandshakeContext(ctx)
	}
	w.client.link = linkTrial{tried: true, opened: err == nil}
	if err != nil {
		w.client.link.told = err.Error()
	}
	return nil
}

// hostPort is where the server of an address listens.
func hostPort(u *url.URL) string {
	if u.Port() == "" {
		return u.Hostname() + ":443"
	}
	return u.Host
}
