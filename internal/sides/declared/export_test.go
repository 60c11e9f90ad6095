package declared

// Malformed is malformed.
var Malformed = malformed
