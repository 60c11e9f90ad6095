package provider

import (
	"errors"
	"fmt"

	"etalon/internal/xmlsec"
)

// bodyContent returns the first element of a message's Body, with the namespaces that it uses.
func bodyContent(message []byte) ([]byte, error) {
	doc, err := xmlsec.Parse(message, xmlsec.DefaultLimits)
	if err != nil {
		return nil, fmt.Errorf("read Body: %w", err)
	}
	for _, part := range doc.Root().ChildElements() {
		if content := part.ChildElements(); part.Tag == "Body" && len(content) > 0 {
			return xmlsec.Canonicalize(content[0])
		}
	}
	return nil, errors.New("read Body: it is empty")
}
