package redact

// The bounds of the work of one reading.
const (
	LeastSteps   = leastSteps
	StepsByOctet = stepsByOctet
	// LongestSpelling is what the last search may take beyond them: a token that is read whole.
	LongestSpelling = 1 << 20
)

// Steps is how many steps a veil makes to read a text.
func Steps(v *Veil, text string) int {
	s := newSweep(v, text)
	all := s.left
	for i := 0; i < len(text) && s.left >= 0; {
		n, _ := s.found(i)
		i += max(n, 1)
	}
	return all - s.left
}
