package stand

// What the tests look at from outside.
var (
	Lease   = lease
	Release = release
)
