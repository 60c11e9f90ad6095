package emitter

import (
	"context"
	"net/url"

	"etalon/internal/interops"
)

// Leaving is a call that is about to leave with an honest VI, traced already.
type Leaving struct {
	Project interops.Project
	Service interops.Service
	VI      interops.VI
	// Endpoint is where the VI goes, Page what is asked for behind it, which is of modes P and S alone.
	Endpoint, Page *url.URL
	// SOAP, SOAPAction and Body, one XML element, are those of a message of mode A.
	SOAP, SOAPAction string
	Body             []byte
	RequestID        string
}

// Commits is asked before a call leaves: where a fault is armed it returns what commits it in the place of the call, and
// tells what was answered; else nil.
type Commits func() func(context.Context, Leaving) (Answer, error)
