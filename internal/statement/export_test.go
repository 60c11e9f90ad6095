package statement

// Text is what the engagement says, without its pages.
func (e Engagement) Text() (string, error) {
	s, err := e.document()
	if err != nil {
		return "", err
	}
	return string(s.text()), nil
}
