package container

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	moby "github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"etalon/internal/verdict"
)

// Running is a container that can be judged. It lives until Close.
type Running struct {
	spec      Spec
	options   Options
	owner     owner
	engine    *engine
	journal   *journal
	gateway   netip.Addr // this machine's address on the container's network, where there is one
	relay     *relay     // nil where there is none
	id        string
	addresses map[int]string // where its ports are reached
	stop      context.CancelFunc
	ended     chan struct{} // closed when it has ended and all that it wrote was read
}

// Address is where a port of the container is reached; false when it is none of its Spec.
func (r *Running) Address(port int) (string, bool) {
	address, ok := r.addresses[port]
	return address, ok
}

// Err tells that the container has ended, with its last lines; nil while it runs.
func (r *Running) Err() error {
	select {
	case <-r.ended:
		return r.died(verdict.Text{FR: "pendant le jugement", EN: "while it was judged"})
	default:
		return nil
	}
}

// Close removes the container, and the image that was built for it. It works for a run that was interrupted too.
func (r *Running) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := r.engine.remove(ctx, func(labels map[string]string) bool { return labels[LabelRun] == r.options.Run })
	if r.relay != nil {
		r.relay.close()
	}
	if r.stop != nil {
		r.stop()
		<-r.ended
	}
	return errors.Join(err, r.journal.close(), r.engine.Close())
}

// follow keeps what the container writes, until it ends.
func (r *Running) follow() {
	ctx, stop := context.WithCancel(context.Background())
	r.stop, r.ended = stop, make(chan struct{})
	go func() {
		defer close(r.ended)
		over := r.engine.ContainerWait(ctx, r.id, client.ContainerWaitOptions{Condition: moby.WaitConditionNotRunning})
		if written, err := r.engine.ContainerLogs(ctx, r.id, client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true, Follow: true}); err == nil {
			_, _ = stdcopy.StdCopy(r.journal, r.journal, written)
			_ = written.Close()
		}
		select {
		case <-over.Result:
		case <-over.Error: // the engine is gone, or we stop
		}
	}()
}

// killed is the exit status of a program that SIGKILL ended.
const killed = 128 + 9

// died tells how the container ended. It is called when it has.
func (r *Running) died(when verdict.Text) error {
	how := verdict.Text{FR: "le moteur ne dit pas comment", EN: "the engine does not tell how"}
	ctx, cancel := context.WithTimeout(context.Background(), hello)
	defer cancel()
	<-r.ended
	if seen, err := r.engine.ContainerInspect(ctx, r.id, client.ContainerInspectOptions{}); err == nil && seen.Container.State != nil {
		how = verdict.Text{FR: fmt.Sprintf("code de sortie %d", seen.Container.State.ExitCode), EN: fmt.Sprintf("exit status %d", seen.Container.State.ExitCode)}
		switch state := seen.Container.State; {
		case state.OOMKilled:
			how = verdict.Text{FR: fmt.Sprintf("il a pris plus que ses %d Mio de mémoire", r.spec.Memory>>20), EN: fmt.Sprintf("it took more than its %d MiB of memory", r.spec.Memory>>20)}
		case state.ExitCode == killed && r.spec.Memory > 0: // the engine may learn late why the kernel killed it
			how.FR += fmt.Sprintf(" : tué, peut-être pour avoir pris plus que ses %d Mio de mémoire", r.spec.Memory>>20)
			how.EN += fmt.Sprintf(": killed, perhaps as it took more than its %d MiB of memory", r.spec.Memory>>20)
		}
	}
	return verdict.Tell("le conteneur s'est arrêté %s (%s) ; %s", "the container ended %s (%s); %s", when, how, r.journal.quote())
}

// export copies the files out that the Spec asks for.
func (r *Running) export(ctx context.Context) error {
	for theirs, ours := range r.spec.Export {
		raw, err := r.read(ctx, theirs)
		if err == nil {
			err = errors.Join(os.MkdirAll(filepath.Dir(ours), 0o755), replace(ours, raw))
		}
		if err != nil {
			return verdict.Tell("lecture de %s dans le conteneur : %s", "export %s of the container: %s", theirs, err)
		}
	}
	return nil
}

// read reads a file of the container.
func (r *Running) read(ctx context.Context, name string) ([]byte, error) {
	copied, err := r.engine.CopyFromContainer(ctx, r.id, client.CopyFromContainerOptions{SourcePath: name})
	if err != nil {
		return nil, errors.New(firstLine(err.Error()))
	}
	defer copied.Content.Close()
	archive := tar.NewReader(copied.Content)
	header, err := archive.Next()
	if err != nil {
		return nil, err
	}
	if header.Typeflag != tar.TypeReg {
		return nil, verdict.Tell("attendu un fichier ordinaire", "want a regular file")
	}
	raw, err := io.ReadAll(io.LimitReader(archive, MaxExport+1))
	if err == nil && len(raw) > MaxExport {
		err = verdict.Tell("plus de %d Mio", "more than %d MiB", MaxExport>>20)
	}
	return raw, err
}

// replace writes a file whole, or not at all, and never through a link that stands in its place.
func replace(name string, raw []byte) error {
	file, err := os.CreateTemp(filepath.Dir(name), ".etalon-*")
	if err != nil {
		return err
	}
	_, err = file.Write(raw)
	err = errors.Join(err, file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}
