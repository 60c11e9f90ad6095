package console_test

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"etalon/internal/resend"
)

// The command of a page is the line of a replay, but for what no page has: the body and the files of this machine.
func TestCurlIsTheLineOfAReplay(t *testing.T) {
	s := newSample(t)
	r := started(t)
	for _, x := range []struct {
		name     string
		exchange int64
		want     string
	}{
		{"ours", r.add(t, s.sent("")), "CERT, KEY, ROOTS"},
		{"theirs", r.add(t, s.posted()), "CERT, KEY, ROOTS"},
	} {
		_, page, _ := r.get(t, fmt.Sprint("/exchanges/", x.exchange), "fr")
		found := regexp.MustCompile(`(?s)<pre id="curl"[^>]*>(.*?)</pre>`).FindStringSubmatch(page)
		if found == nil {
			t.Fatalf("%s: no curl in\n%s", x.name, page)
		}
		line := html.UnescapeString(found[1])
		for _, name := range strings.Split(x.want, ", ") {
			if !strings.Contains(line, `"$`+name+`"`) || !strings.Contains(page, "<code>"+name+"</code>") {
				t.Errorf("%s: %s is not asked for:\n%s", x.name, name, line)
			}
		}
	}
	sent := s.sent("")
	recorded := "POST https://passerelle.test/service HTTP/1.1\r\nContent-Type: text/xml\r\n\r\n" + string(sent.Request.Raw)
	again, err := resend.ReadRequest([]byte(recorded))
	if err != nil {
		t.Fatal(err)
	}
	to := resend.Over(sent.TLS, sent.TLS.Ours)
	to.Body = "message.bin"
	want, _, err := again.Curl(to)
	if err != nil {
		t.Fatal(err)
	}
	_, page, _ := r.get(t, "/exchanges/1", "fr")
	if !strings.Contains(html.UnescapeString(page), want) {
		t.Errorf("the page has not the line of a replay: %s", want)
	}
}
