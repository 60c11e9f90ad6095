package ops

import (
	"bytes"
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"strings"

	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

const httpMessage = "message/http"

// evidence keeps an HTTP message and returns its digest.
func (w *World) evidence(raw []byte) string { return w.Evidence(raw, httpMessage) }

// keep records an exchange of ours with a candidate, both directions, redacted, and returns it for the case: of a
// visit, the hop that took the message and the one that asked for the page, when they are two.
func (w *World) keep(label, marker string, x client.Exchange) (message, page verdict.Exchange) {
	if len(x.Hops) == 0 {
		return w.keepOne(label, marker, x), page
	}
	first, last := x.Hops[0], x.Hops[len(x.Hops)-1]
	one := x
	one.Tell(first)
	message = w.keepOne(label, marker, one)
	if len(x.Hops) > 1 {
		one.Tell(last)
		one.Twin = nil
		page = w.keepOne(label, marker, one)
	}
	return message, page
}

func (w *World) keepOne(label, marker string, x client.Exchange) verdict.Exchange {
	redacted := w.run.Bench.Redactor.Header(x.RequestHeader)
	if x.Token != "" { // it is of our own making: the evidence itself
		showToken(redacted, x, x.Token)
	}
	e := verdict.Exchange{Label: label, From: "harness", Marker: marker, Status: x.Status, TLS: w.Link(x.TLS, x.Ours)}.Timed(x.Started, x.Finished)
	first := x.Method + " " + x.URL + " HTTP/1.1"
	e.Request = w.evidence(httpText(first, redacted, x.Request))
	if x.Twin != nil {
		e.Twin = w.evidence(httpText(first, redacted, x.Twin))
	}
	if x.TwinToken != "" {
		twin := redacted.Clone()
		showToken(twin, x, x.TwinToken)
		e.Twin = w.evidence(httpText(first, twin, x.Request))
	}
	switch {
	case x.Err != nil:
		e.Error = scenario.Brief(x.Err.Error())
	case x.Hello != "":
		e.Error = x.Hello
	default:
		e.Response = w.evidence(httpText(statusLine(x.Status), w.head(x.ResponseHeader), x.Response))
	}
	w.Keep(e)
	return e
}

// head is what a record shows of the headers that a candidate wrote; what lets in of them is hidden in the rest too.
func (w *World) head(h http.Header) http.Header {
	w.Veil.LearnHeader(h)
	return w.run.Bench.Redactor.Header(h)
}

// showToken writes a token into the headers that carried the one of an exchange.
func showToken(header http.Header, x client.Exchange, token string) {
	for name, values := range x.RequestHeader {
		for i, v := range values {
			if strings.Contains(v, x.Token) {
				header[name][i] = strings.Replace(v, x.Token, token, 1)
			}
		}
	}
}

// statusLine is the first line of an answer.
func statusLine(status int) string {
	return "HTTP/1.1 " + strconv.Itoa(status) + " " + http.StatusText(status)
}

// httpText writes a message as HTTP/1.1 would, headers sorted.
func httpText(first string, header http.Header, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\r\n", first)
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		for _, value := range header[name] {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}
