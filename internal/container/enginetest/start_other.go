//go:build !linux

package enginetest

import "errors"

// errElsewhere tells that tests start an engine on Linux alone.
var errElsewhere = errors.New("none runs, and tests start one on Linux alone")

func alone() (func() error, error) { return nil, errElsewhere }

func run(string, []string) (func() error, error) { return nil, errElsewhere }

func release(string) {}
