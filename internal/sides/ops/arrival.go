package ops

import (
	"bytes"
	"crypto/tls"
	"net/http"
	"slices"
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/soap"
	"etalon/internal/sso"
	"etalon/internal/verdict"
	"etalon/stubs/members"
	"etalon/stubs/provider"
	"etalon/stubs/service"
)

// arrival is one request that reached the partner of a client candidate, or a connection that brought none, whatever
// the mode.
type arrival struct {
	Method, URL  string
	Header       http.Header
	Body         []byte
	RequestID    string
	Clear        bool
	TLS          *tls.ConnectionState
	Ours         pki.Credential
	Status       int
	AnswerHeader http.Header
	Answer       []byte
	Err          error
	// Started and Finished are of the wall clock, Now is when the VI was judged, by the protocol clock; zero where it was not.
	Started, Finished, Now time.Time

	// carried tells that the request is one that bears a VI, business that it is part of a call: what else a client
	// may ask of a partner, such as the end of a session, is none.
	carried, business bool
	claimed           interops.VI            // what the VI says, before any judgement
	message           []byte                 // that held the VI, out of its envelope
	token             string                 // as the header of a REST call held it (mode R)
	astray            bool                   // a token stood in the address (mode R)
	session           string                 // user of the partner's session that the request opened or used
	contextToken      *interops.ContextToken // that came in the place of a VI (identification operator)
	member            *members.Exchange      // what a service operator of a sphere made of it (mode S)
	judge             func() judgedVI
}

// judgedVI is a VI judged as a client's work.
type judgedVI struct {
	VI       interops.VI
	Findings []verdict.Finding
	now      time.Time
	skew     time.Duration
}

// partner is the mock organism that a client candidate calls.
type partner interface {
	Arm(times int, conduct mutation.Conduct)
	Close() error
}

// heardProvider is what reached the partner of mode A.
func heardProvider(x provider.Exchange) arrival {
	incoming, expect := x.Incoming, x.Expectation // and no more of what was judged, for arrivals last as long as the run
	expect.Emitted = true
	return arrival{
		Method: x.Method, URL: x.URL, Header: x.Header, Body: x.Body, RequestID: x.RequestID, Clear: x.Clear, TLS: x.TLS, Ours: x.Ours,
		Status: x.Status, AnswerHeader: x.AnswerHeader, Answer: x.Answer, Err: x.Err, Started: x.Started, Finished: x.Finished, Now: expect.Now,
		carried: len(x.Body) > 0, business: x.Method != "" && len(x.Body) > 0, claimed: x.Judged.VI, message: x.Body,
		judge: func() judgedVI {
			j := soap.Verify(incoming, expect)
			return judgedVI{j.VI, j.Findings, expect.Now, expect.Profile.Skew()}
		},
	}
}

// heardService is what reached the partner of mode P.
func heardService(x service.Exchange) arrival {
	carried := x.Carried && x.Method != ""
	incoming, expect := x.Incoming, x.Expectation
	expect.Emitted = true
	return arrival{
		Method: x.Method, URL: x.URL, Header: x.Header, Body: x.Body, RequestID: x.RequestID, Clear: x.Clear, TLS: x.TLS, Ours: x.Ours,
		Status: x.Status, AnswerHeader: x.AnswerHeader, Answer: x.Answer, Err: x.Err, Started: x.Started, Finished: x.Finished, Now: expect.Now,
		carried: carried, business: carried || x.Method != "" && strings.Contains(x.URL, "/app/"),
		claimed: x.Judged.VI, message: x.Judged.Response, session: x.User,
		judge: func() judgedVI {
			j := sso.Verify(incoming, expect)
			return judgedVI{j.VI, j.Findings, expect.Now, expect.Profile.Skew()}
		},
	}
}

// arrived tells that a part of a call reached the partner.
func arrived(x arrival) bool { return x.business }

// text is all of a request in which a marker may stand.
func (x arrival) text() string { return x.URL + "\n" + string(x.Body) }

// prints are the fingerprints of the VI that a request carried.
func (x arrival) prints() []string {
	if !x.carried || len(x.message) == 0 {
		return nil
	}
	if x.token != "" {
		return slices.DeleteFunc([]string{tokenPrint(x.token)}, func(p string) bool { return p == "" })
	}
	prints := fingerprints(x.message)
	if len(x.Body) == 0 || !bytes.Equal(x.Body, x.message) { // it travelled in base64
		prints = append(prints, encodedPrint(x.message))
	}
	return prints
}
