package mail

import (
	"context"
	"errors"
	"fmt"
)

// Outcome is how a login ended.
type Outcome string

// The outcomes. The zero value says that nothing can be said.
const (
	Unknown            Outcome = ""
	Accepted           Outcome = "accepted"
	RefusedByChallenge Outcome = "refused by challenge" // error challenge, then a final refusal: what XOAUTH2 wants
	RefusedDirectly    Outcome = "refused directly"     // a final refusal alone
	Disconnected       Outcome = "disconnected"         // the connection was closed, with or without a challenge
	Unanswered         Outcome = "unanswered"           // no final reply came in time
)

// Refused tells whether the server did not let in. Only a second probe proves it.
func (o Outcome) Refused() bool {
	return o == RefusedByChallenge || o == RefusedDirectly || o == Disconnected
}

// Result is what came of a login.
type Result struct {
	Outcome Outcome
	// Prompt is the server's challenge before the response, when there was one: empty, if all is right (two steps).
	Prompt *string
	// Challenge is the challenge after the response, as sent, when there was one; Failure is what it says.
	Challenge *string
	Failure   *Failure
	// Status, Code and Text are of the final reply: "OK", "NO", "BAD" or three digits; the code in brackets, or the
	// enhanced one; the rest.
	Status, Code, Text string
	// Err says why no final reply came.
	Err error
}

// step is one answer of a server in a SASL exchange.
type step struct {
	challenge          *string
	accepted           bool
	status, code, text string
}

// exchange is a protocol's way to carry SASL.
type exchange interface {
	// begin sends the command, with an initial response or none (nil).
	begin(ctx context.Context, mechanism string, initial *string) (step, error)
	// answer sends a line.
	answer(ctx context.Context, line string) (step, error)
	// listen waits for more.
	listen(ctx context.Context) (step, error)
}

// maxChallenges is how many challenges may follow a response.
const maxChallenges = 3

// login plays one attempt.
func (l Login) play(ctx context.Context, x exchange) Result {
	var r Result
	s, err := l.open(ctx, x, &r)
	for range maxChallenges {
		if err != nil || s.challenge == nil {
			return r.end(s, err)
		}
		if r.Challenge == nil {
			r.Challenge, r.Failure = s.challenge, ParseFailure(*s.challenge)
		}
		switch l.Then {
		case Cancel:
			s, err = x.answer(ctx, "*")
		case Leave:
			return r.end(s, ErrClosed)
		case Silence:
			s, err = x.listen(ctx)
		default:
			s, err = x.answer(ctx, "")
		}
	}
	return r.end(s, fmt.Errorf("%w: challenge after challenge", ErrMalformed))
}

// open sends the response, with the command or after the prompt.
func (l Login) open(ctx context.Context, x exchange, r *Result) (step, error) {
	response := l.line()
	if !l.TwoStep {
		return x.begin(ctx, l.Mechanism, &response)
	}
	s, err := x.begin(ctx, l.Mechanism, nil)
	if err != nil || s.challenge == nil {
		return s, err
	}
	r.Prompt = s.challenge
	return x.answer(ctx, response)
}

// end reads the last answer, or why there is none.
func (r Result) end(s step, err error) Result {
	r.Status, r.Code, r.Text, r.Err = s.status, s.code, s.text, err
	switch {
	case errors.Is(err, ErrClosed):
		r.Outcome = Disconnected
	case errors.Is(err, ErrSilent):
		r.Outcome = Unanswered
	case err != nil:
		r.Outcome = Unknown
	case s.accepted:
		r.Outcome = Accepted
	case r.Challenge != nil:
		r.Outcome = RefusedByChallenge
	default:
		r.Outcome = RefusedDirectly
	}
	return r
}
