package cli

import "runtime/debug"

// Version is that of the program: the one that the build set, or else what the module tells.
func Version(set string) string {
	if info, ok := debug.ReadBuildInfo(); ok && set == "dev" && info.Main.Version != "" {
		return info.Main.Version
	}
	return set
}
