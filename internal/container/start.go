package container

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	moby "github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"etalon/internal/verdict"
)

// Stage is what is being done to a container that starts.
type Stage string

// Stages.
const (
	Building Stage = "build"
	Pulling  Stage = "pull"
	Starting Stage = "start"
	Waiting  Stage = "wait"
)

// Options say on whose account a container starts.
type Options struct {
	// Folder is the candidate file's, absolute.
	Folder string
	// Run is the run's identity: lower-case letters, digits and dashes; Started is when it began.
	Run     string
	Started time.Time
	// Harness lists the ports of 127.0.0.1 that a container of the network Bridge may call.
	Harness []int
	// Journal is the file that gets what the building and the container write; none when empty.
	Journal string
	// Tell is told of each stage; may be nil.
	Tell func(Stage)
}

// Start builds or pulls the image, starts the container and waits until it can be judged; first it removes what killed runs
// left. When it fails nothing is left, and the error quotes the last lines of the building or of the container.
// ErrNoEngine tells that no engine is there.
func Start(ctx context.Context, s Spec, o Options) (*Running, error) {
	r, err := start(ctx, s, o)
	if err != nil {
		return nil, verdict.Tell("démarrage du conteneur du candidat : %s", "start the candidate's container: %s", err)
	}
	return r, nil
}

func start(ctx context.Context, s Spec, o Options) (*Running, error) {
	s, err := s.complete(o.Folder)
	if err != nil {
		return nil, err
	}
	if !runName.MatchString(o.Run) {
		return nil, fmt.Errorf("run %q: want lower-case letters, digits and dashes", o.Run)
	}
	us, err := self()
	if err != nil {
		return nil, err
	}
	if o.Tell == nil {
		o.Tell = func(Stage) {}
	}
	r := &Running{spec: s, options: o, owner: us, addresses: map[int]string{}}
	if r.engine, err = open(ctx); err != nil {
		return nil, err
	}
	if r.journal, err = newJournal(o.Journal); err != nil {
		return nil, errors.Join(err, r.engine.Close())
	}
	if _, err = r.engine.remove(ctx, us.gone); err == nil {
		err = r.bring(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// bring does all of it, and leaves what it began to Close.
func (r *Running) bring(ctx context.Context) error {
	if err := r.open(ctx); err != nil {
		return err
	}
	created, err := r.create(ctx)
	if err != nil {
		return err
	}
	r.id = created.GetContainerID()
	r.options.Tell(Starting)
	r.journal.begin(r.spec.Wait.Log)
	if err := created.Start(ctx); ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil {
		return verdict.Tell("%s ; %s", "%s; %s", firstLine(err.Error()), r.journal.quote())
	}
	r.follow()
	if err := r.locate(ctx); err != nil {
		return err
	}
	r.options.Tell(Waiting)
	if err := r.ready(ctx); err != nil {
		return err
	}
	return r.export(ctx)
}

// open makes the folders that are shared, and opens the way back to the harness.
func (r *Running) open(ctx context.Context) error {
	for folder := range r.spec.Share {
		if _, err := os.Stat(folder); errors.Is(err, os.ErrNotExist) {
			// Whoever the program is in its container, it can write here.
			if err := errors.Join(os.MkdirAll(folder, 0o755), os.Chmod(folder, 0o777)); err != nil {
				return verdict.Tell("partage (share) : %s", "share: %s", err)
			}
		}
	}
	if r.spec.Network == Host {
		return nil
	}
	var err error
	if r.gateway, err = r.engine.gateway(ctx); err != nil || !r.gateway.IsValid() {
		return err // without one, the engine's own word for this machine serves
	}
	r.relay, err = openRelay(r.gateway, r.options.Harness)
	return err
}

// create builds or pulls the image, and makes the container.
func (r *Running) create(ctx context.Context) (testcontainers.Container, error) {
	provider, err := r.engine.provider()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, BuildTimeout, errLate)
	defer cancel()
	if r.spec.Dockerfile != "" {
		r.options.Tell(Building)
	} else if _, err := r.engine.ImageInspect(ctx, r.spec.Image); err != nil {
		r.options.Tell(Pulling)
	}
	created, err := provider.CreateContainer(ctx, r.request(false))
	if err != nil && r.spec.Dockerfile != "" && vanished.MatchString(err.Error()) {
		created, err = provider.CreateContainer(ctx, r.request(true))
	}
	switch {
	case err == nil:
		return created, nil
	case errors.Is(context.Cause(ctx), errLate):
		return nil, verdict.Tell("%s : pas prêt en %s ; %s", "make %s: not done within %s; %s", r.subject(), BuildTimeout, r.journal.quote())
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case r.spec.Dockerfile != "":
		return nil, verdict.Tell("construction de %s : %s ; %s", "build %s: %s; %s", r.subject(), firstLine(err.Error()), r.journal.quote())
	}
	return nil, verdict.Tell("%s : %s", "use %s: %s", r.subject(), firstLine(err.Error()))
}

// vanished is what engines say of a building whose cached layers went while they were used: another run, which had built
// the same ones, removed its image. Without the cache nobody can take them away.
var vanished = regexp.MustCompile(`failed to get digest|unknown parent image|layer does not exist|No such image: sha256`)

func (r *Running) subject() string {
	if r.spec.Dockerfile != "" {
		return filepath.Join(r.spec.Context, filepath.FromSlash(r.spec.Dockerfile))
	}
	return "image " + r.spec.Image
}

// runName is what engines take in the names of containers and of images alike.
var runName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// builtTag is the tag of the images that are built.
const builtTag = "candidate"

// nameOf is the name of a run's container, imageOf that of the image built for it.
func nameOf(run string) string  { return "etalon-" + run }
func imageOf(run string) string { return nameOf(run) + ":" + builtTag }

// request is the container as the library takes it; afresh builds without what the engine has built before.
func (r *Running) request(afresh bool) testcontainers.ContainerRequest {
	s := r.spec
	request := testcontainers.ContainerRequest{
		Image: s.Image, Name: nameOf(r.options.Run), Env: map[string]string{}, HostConfigModifier: r.confine,
		Labels: map[string]string{LabelRun: r.options.Run, LabelOwner: r.owner.String(), LabelStarted: r.options.Started.UTC().Format(time.RFC3339)},
	}
	for name, value := range s.Environment {
		request.Env[name] = s.fill(value)
	}
	for _, word := range s.Command {
		request.Cmd = append(request.Cmd, s.fill(word))
	}
	for port := range s.Ports {
		request.ExposedPorts = append(request.ExposedPorts, portOf(port).String())
	}
	for ours, theirs := range s.Files {
		request.Files = append(request.Files, testcontainers.ContainerFile{HostFilePath: ours, ContainerFilePath: theirs, FileMode: 0o644})
	}
	if s.Dockerfile != "" {
		request.FromDockerfile = testcontainers.FromDockerfile{
			Context: s.Context, Dockerfile: s.Dockerfile, Repo: nameOf(r.options.Run), Tag: builtTag, BuildLogWriter: r.journal,
			KeepImage: true, // else the library adds its labels, a step of the building each; Close removes it
			BuildOptionsModifier: func(o *client.ImageBuildOptions) {
				o.NoCache = afresh
				o.Labels = map[string]string{LabelRun: r.options.Run, LabelOwner: r.owner.String()}
			},
		}
	}
	return request
}

// confine says what the container may take and where it is reached.
func (r *Running) confine(h *moby.HostConfig) {
	h.Memory, h.PidsLimit = r.spec.Memory, &r.spec.Processes
	h.SecurityOpt = []string{"no-new-privileges"}
	for ours, theirs := range r.spec.Share {
		h.Binds = append(h.Binds, ours+":"+theirs)
	}
	if r.spec.Network == Host {
		h.NetworkMode = network.NetworkHost
		return
	}
	host := "host-gateway"
	if r.gateway.IsValid() {
		host = r.gateway.String()
	}
	h.ExtraHosts = []string{HostName + ":" + host}
	h.PortBindings = network.PortMap{}
	for inside, outside := range r.spec.Ports {
		h.PortBindings[portOf(inside)] = []network.PortBinding{{HostIP: netip.MustParseAddr("127.0.0.1"), HostPort: strconv.Itoa(outside)}}
	}
}

func portOf(number int) network.Port {
	port, _ := network.PortFrom(uint16(number), network.TCP) // complete has bounded it
	return port
}

// locate finds where the container is reached, and lets it reach the harness.
func (r *Running) locate(ctx context.Context) error {
	if r.spec.Network == Host {
		for port := range r.spec.Ports {
			r.addresses[port] = "127.0.0.1:" + strconv.Itoa(port)
		}
		return nil
	}
	seen, err := r.engine.ContainerInspect(ctx, r.id, client.ContainerInspectOptions{})
	if err != nil {
		return verdict.Tell("examen du conteneur : %s", "look at the container: %s", err)
	}
	settings := seen.Container.NetworkSettings
	if settings == nil || seen.Container.State != nil && !seen.Container.State.Running {
		return r.died(verdict.Text{FR: "aussitôt démarré", EN: "as soon as it started"})
	}
	for _, link := range settings.Networks {
		if r.relay != nil && link.IPAddress.IsValid() {
			r.relay.allow(link.IPAddress)
			break
		}
	}
	for port := range r.spec.Ports {
		published := settings.Ports[portOf(port)]
		if len(published) == 0 {
			return verdict.Tell("le moteur de conteneurs n'a pas publié le port %d sur 127.0.0.1", "publish port %d on 127.0.0.1: the engine did not", port)
		}
		r.addresses[port] = "127.0.0.1:" + strings.TrimSpace(published[0].HostPort)
	}
	return nil
}
