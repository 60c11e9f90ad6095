//go:build !unix

package report

import "os"

// claim does nothing where files cannot be kept from others.
func claim(*os.File) error { return nil }
