// Package candidate reads what a vendor writes about its product: the candidate file, the convention,
// the profile and the files that they name. It reports everything that is wrong with them, each trouble
// with its file, line, key, what was expected and what to do, and it ships the profiles, the test
// convention and the commented templates. It reads in the same way the access file of who runs a sandbox.
//
// It opens no connection, runs no command and reads no clock: whether an endpoint answers or a
// certificate is still valid is for those who use it.
package candidate
