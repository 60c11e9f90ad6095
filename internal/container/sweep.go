package container

import (
	"context"
	"errors"
	"slices"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"etalon/internal/verdict"
)

// Left is what an earlier run left.
type Left struct{ Containers, Images int }

// Sweep removes the containers and the images that runs of this machine left when they were killed: those that bear our
// labels and whose process has ended. It touches nothing else.
func Sweep(ctx context.Context) (Left, error) {
	e, err := open(ctx)
	if err != nil {
		return Left{}, verdict.Tell("rangement des conteneurs : %s", "sweep containers: %s", err)
	}
	defer e.Close()
	us, err := self()
	if err != nil {
		return Left{}, err
	}
	return e.remove(ctx, us.gone)
}

// remove removes our containers and images whose labels are wanted.
func (e *engine) remove(ctx context.Context, wanted func(labels map[string]string) bool) (left Left, err error) {
	ours := make(client.Filters).Add("label", LabelRun)
	containers, err := e.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: ours})
	if err != nil {
		return left, verdict.Tell("liste des conteneurs : %s", "list containers: %s", err)
	}
	var errs []error
	for _, c := range containers.Items {
		if !wanted(c.Labels) || !slices.Contains(c.Names, "/"+nameOf(c.Labels[LabelRun])) {
			continue // what somebody else makes of our image bears its labels too
		}
		if _, err := e.ContainerRemove(ctx, c.ID, client.ContainerRemoveOptions{RemoveVolumes: true, Force: true}); err != nil && !settled(err) {
			errs = append(errs, verdict.Tell("retrait du conteneur %.12s : %s", "remove container %.12s: %s", c.ID, err))
			continue
		}
		left.Containers++
	}
	images, err := e.ImageList(ctx, client.ImageListOptions{Filters: ours})
	if err != nil {
		return left, errors.Join(append(errs, verdict.Tell("liste des images : %s", "list images: %s", err))...)
	}
	for _, i := range images.Items {
		built := imageOf(i.Labels[LabelRun])
		if !wanted(i.Labels) || !slices.Contains(i.RepoTags, built) {
			continue
		}
		if _, err := e.ImageRemove(ctx, built, client.ImageRemoveOptions{Force: true, PruneChildren: true}); err != nil && !settled(err) {
			errs = append(errs, verdict.Tell("retrait de l'image %s : %s", "remove image %s: %s", built, err))
			continue
		}
		left.Images++
	}
	return left, errors.Join(errs...)
}

// settled tells that somebody else has removed it, is doing so, or uses it.
func settled(err error) bool { return errdefs.IsNotFound(err) || errdefs.IsConflict(err) }
