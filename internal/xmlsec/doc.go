// Package xmlsec reads XML from an untrusted party, canonicalises it, and makes and verifies XML signatures, sound
// or deliberately broken. A verification tells every fault that it met, not the first, and which elements the
// signature really covers. Those who read a tree find its elements, attributes and text by namespace, and whole.
//
// It knows nothing of what a document means: not who may sign it, not whether a certificate is trusted, valid or
// revoked, not which element a reader should have looked at. It never fetches anything, expands no entity, resolves
// no external reference, and neither encrypts nor decrypts.
package xmlsec
