package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"etalon/internal/bench"
	"etalon/internal/timestamp"
	"etalon/internal/verdict"
)

// timestampCommand plays a TEST time authority (RFC 3161) alone.
type timestampCommand struct {
	Listen string `default:"127.0.0.1:8550" help:"${timestamplisten}"`
	Dir    string `help:"${timestampdir}"`
	Flaw   string `help:"${timestampflaw}"`
}

// Run prints the address of the authority, then where its root is, and serves until it is ended.
func (c *timestampCommand) Run(ctx context.Context, s *streams) error {
	host, _, err := net.SplitHostPort(c.Listen)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return hinted{verdict.Tell("--listen %s : une autorité d'horodatage de TEST n'écoute que sur la boucle locale", "--listen %s: a TEST time authority listens on loopback alone", c.Listen), "sandbox timestamp --listen 127.0.0.1:8550"}
	}
	authority, err := timestamp.NewAuthority(bench.Entropy(), bench.Wall, c.Flaw)
	if err != nil {
		return hinted{err, "sandbox timestamp --flaw nonce"}
	}
	root, err := c.root(authority)
	if err != nil {
		return err
	}
	listener, err := bench.Listen(c.Listen)
	if err != nil {
		return err
	}
	server := bench.NewServer(authority, slog.New(slog.DiscardHandler), bench.Bounds{})
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	s.say("%s", "%s", "http://"+listener.Addr().String()+"/")
	s.say("%s", "%s", root)
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// root writes the root of the authority where it is asked, or in a folder of its own.
func (c *timestampCommand) root(authority *timestamp.Authority) (string, error) {
	dir := c.Dir
	if dir == "" {
		made, err := os.MkdirTemp("", "etalon-horodatage-")
		if err != nil {
			return "", err
		}
		dir = made
	} else if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "horodatage.pem")
	return path, os.WriteFile(path, authority.RootPEM(), 0o644)
}
