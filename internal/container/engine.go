package container

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	tclog "github.com/testcontainers/testcontainers-go/log"

	"etalon/internal/verdict"
)

// ErrNoEngine tells that no container engine answers on this machine, or none that publishes on its 127.0.0.1.
var ErrNoEngine = verdict.Tell("aucun moteur de conteneurs ne répond", "no container engine answers")

// hello bounds the first exchange with an engine.
const hello = 5 * time.Second

// engine is a container engine of this machine.
type engine struct {
	*client.Client
	address string
}

// open finds the engine that DOCKER_HOST names, else one at a place where engines listen.
func open(ctx context.Context) (*engine, error) {
	var french, english []string
	for _, address := range addresses() {
		e, err := dial(ctx, address)
		if err == nil {
			return e, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		reason := why(err)
		french, english = append(french, address+" : "+reason.FR), append(english, address+": "+reason.EN)
	}
	return nil, verdict.Tell("%s (%s)", "%s (%s)", ErrNoEngine, verdict.Text{FR: strings.Join(french, " ; "), EN: strings.Join(english, "; ")})
}

// addresses are where to look for an engine.
func addresses() []string {
	if named := os.Getenv(client.EnvOverrideHost); named != "" {
		return []string{named}
	}
	places := []string{client.DefaultDockerHost}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		places = append(places, "unix://"+filepath.Join(dir, "docker.sock"))
	}
	if home, err := os.UserHomeDir(); err == nil {
		places = append(places, "unix://"+filepath.Join(home, ".docker", "run", "docker.sock"))
	}
	return places
}

// dial greets the engine at an address.
func dial(ctx context.Context, address string) (*engine, error) {
	if u, err := url.Parse(address); err != nil || u.Scheme == "tcp" && u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost" || u.Scheme == "ssh" {
		return nil, verdict.Tell("il n'est pas sur cette machine : on ne pourrait joindre ce qu'il publie sur 127.0.0.1", "not on this machine: what it publishes on 127.0.0.1 could not be reached")
	}
	c, err := client.New(client.FromEnv, client.WithHost(address))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, hello)
	defer cancel()
	if _, err := c.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true}); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return &engine{Client: c, address: address}, nil
}

// why shortens what the client says of an engine that does not answer.
func why(err error) verdict.Text {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return verdict.Text{FR: "il n'y a rien à cet endroit", EN: "nothing is there"}
	case errors.Is(err, os.ErrPermission) || strings.Contains(err.Error(), "permission denied"):
		return verdict.Text{FR: "cet utilisateur n'en a pas le droit (groupe docker)", EN: "this user may not use it (group docker)"}
	case strings.Contains(err.Error(), "Cannot connect"):
		return verdict.Text{FR: "personne n'y écoute", EN: "nobody listens"}
	case errors.Is(err, context.DeadlineExceeded):
		return verdict.Text{FR: "pas de réponse en " + hello.String(), EN: "no answer in " + hello.String()}
	}
	return said(err)
}

// gateway is this machine's address on the engine's own network; the zero one where that network is not on this machine, as
// with engines that run in a virtual machine.
func (e *engine) gateway(ctx context.Context) (netip.Addr, error) {
	bridge, err := e.NetworkInspect(ctx, network.NetworkBridge, client.NetworkInspectOptions{})
	if err != nil {
		return netip.Addr{}, verdict.Tell("réseau du moteur de conteneurs introuvable : %s", "find the engine's network: %s", err)
	}
	link, err := net.InterfaceByName(bridge.Network.Options["com.docker.network.bridge.name"])
	if err != nil {
		return netip.Addr{}, nil
	}
	addresses, err := link.Addrs()
	if err != nil {
		return netip.Addr{}, verdict.Tell("réseau du moteur de conteneurs introuvable : %s", "find the engine's network: %s", err)
	}
	for _, a := range addresses {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Is4() {
			return p.Addr(), nil
		}
	}
	return netip.Addr{}, nil
}

// provider is testcontainers' hand on the engine. It reads its settings once, from the environment: they say that no
// other container watches over ours (Sweep does, without an image to pull) and that published ports are on 127.0.0.1.
func (e *engine) provider() (*testcontainers.DockerProvider, error) {
	for name, value := range map[string]string{
		"TESTCONTAINERS_RYUK_DISABLED": "true", "TESTCONTAINERS_HOST_OVERRIDE": "127.0.0.1", client.EnvOverrideHost: e.address,
	} {
		if err := os.Setenv(name, value); err != nil {
			return nil, err
		}
	}
	tclog.SetDefault(tclog.NewNoopLogger())
	p, err := testcontainers.NewDockerProvider(testcontainers.WithLogger(tclog.NewNoopLogger()), testcontainers.WithDefaultBridgeNetwork(testcontainers.Bridge))
	if err != nil {
		return nil, err
	}
	p.SetClient(e.Client)
	return p, nil
}
