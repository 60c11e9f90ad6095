package ops

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/rest"
	"etalon/internal/verdict"
	"etalon/stubs/resource"
)

// heardResource is what reached the partner of mode R.
func heardResource(x resource.Exchange) arrival {
	a := arrival{
		Method: x.Method, URL: x.URL, Header: x.Header, Body: x.Body, RequestID: x.RequestID, Clear: x.Clear, TLS: x.TLS, Ours: x.Ours,
		Status: x.Status, AnswerHeader: x.AnswerHeader, Answer: x.Answer, Err: x.Err, Started: x.Started, Finished: x.Finished, Now: x.Expectation.Now,
	}
	if x.Expectation.Convention == nil { // no whole call, or one in clear, which is not judged
		a.business, a.carried = x.Method != "", x.Clear && bearsToken(x)
		expect := x.Expectation
		a.judge = func() judgedVI { return judgedVI{Findings: rest.Verify(rest.Incoming{}, expect).Findings} }
		return a
	}
	expect := x.Expectation
	expect.Emitted = true
	j := rest.Verify(x.Incoming, expect)
	a.carried, a.business, a.claimed = true, true, j.VI
	a.message, a.token = []byte(j.Token), j.Token
	a.astray = slices.ContainsFunc(j.Findings, func(f verdict.Finding) bool { return f.Rule == "token-in-query" })
	judged := judgedVI{j.VI, j.Findings, expect.Now, expect.Profile.Skew()}
	a.judge = func() judgedVI { return judged }
	return a
}

// bearsToken tells whether a call that came in clear has something like a token in a header, its address or its body.
func bearsToken(x resource.Exchange) bool {
	texts := []string{strings.TrimSpace(string(x.Body))}
	for _, values := range x.Header {
		for _, v := range values {
			texts = append(texts, strings.Fields(v)...)
		}
	}
	for _, query := range []string{afterMark(x.URL), texts[0]} {
		values, _ := url.ParseQuery(query) // what can be read of it
		for _, list := range values {
			texts = append(texts, list...)
		}
	}
	return slices.ContainsFunc(texts, rest.LooksLikeToken)
}

func afterMark(address string) string {
	_, query, _ := strings.Cut(address, "?")
	return query
}

// printLength is how much of a token tells it from any other text.
const printLength = 40

// tokenPrint is a part of a token that no other text holds: of a JWT the beginning of its signature, or of its claims
// when it has none; of an assertion in base64 its middle. It is empty when the token is too short to tell.
func tokenPrint(token string) string {
	parts := strings.Split(token, ".")
	from := parts[len(parts)-1]
	if len(parts) == 3 && len(from) < printLength {
		from = parts[1]
	}
	if len(from) < printLength {
		return ""
	}
	if len(parts) == 1 {
		from = from[len(from)/2:]
	}
	return from[:min(printLength, len(from))]
}

// shownHeader is what a record shows of the headers of a request: the token is the evidence, and stays; the signature of
// a JWT, with which it would serve again, does not (rule 9).
func (w *World) shownHeader(x arrival) http.Header {
	shown := w.run.Bench.Redactor.Header(x.Header)
	if x.token == "" {
		return w.head(x.Header)
	}
	for name, values := range x.Header {
		for i, v := range values {
			if strings.Contains(v, x.token) {
				shown[name][i] = strings.Replace(v, x.token, w.withoutSignature(x.token), 1)
			}
		}
	}
	return shown
}

// withoutSignature is a token without what makes it good: an assertion is whole, for it is meant for one service.
func (w *World) withoutSignature(token string) string {
	end := strings.LastIndex(token, ".")
	if end < 0 {
		return token
	}
	return token[:end+1] + w.run.Bench.Redactor.Secret(token[end+1:])
}

// proof is the evidence of one request: its body, or the whole of it when it has none.
func (w *World) proof(x arrival) string {
	if len(x.Body) > 0 {
		return w.evidence(x.Body)
	}
	return w.evidence(httpText(x.Method+" "+x.URL+" HTTP/1.1", w.shownHeader(x), nil))
}
