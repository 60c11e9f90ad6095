package resend

import (
	"bytes"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"etalon/internal/verdict"
)

// Request is a request of HTTP as it was recorded.
type Request struct {
	Method, URL string
	Header      []Field
	Body        []byte
}

// Field is one line of a header.
type Field struct{ Name, Value string }

// Link is how a server is reached, besides its address. What protected it and is in no file is left to who runs the line, in
// ROOTS, CERT and KEY.
type Link struct {
	// Secured tells that the server is judged by authorities, and Shown that the client shows it a certificate.
	Secured, Shown bool
	// Roots, Certificate and Key are PEM files: the authorities of the server, and what the client shows; empty where they are
	// not known.
	Roots, Certificate, Key string
	// ServerName is the name by which the server is called in the handshake, where it is not that of the address.
	ServerName string
	// Body is a file that holds the body, in place of the body on the line.
	Body string
}

var (
	// ErrNoRequest tells of recorded octets that are no request of HTTP.
	ErrNoRequest = verdict.Tell("ce n'est pas une requête HTTP", "it is no request of HTTP")
	// ErrCut tells of a message too long for a record to keep it whole.
	ErrCut = verdict.Tell("l'enregistrement n'en garde que les deux bouts", "the record keeps only both ends of it")
)

// cut is what a record puts in place of the middle of a message that is too long.
var cut = regexp.MustCompile(`\n\[… \d+ octets omis ; sha256 de l'ensemble : [0-9a-f]{64} …\]\n`)

// token is a method, or the name of a field (RFC 9110 §5.6.2).
var token = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// ReadRequest reads a request as a record keeps it: "METHOD URL HTTP/1.1", fields, an empty line and the body. What a server got
// has a path for an address: its host is that of the field, and it came under TLS. Its error is ErrNoRequest or ErrCut.
func ReadRequest(recorded []byte) (Request, error) {
	head, body, found := bytes.Cut(recorded, []byte("\r\n\r\n"))
	if !found {
		return Request{}, ErrNoRequest
	}
	lines := strings.Split(string(head), "\r\n")
	parts := strings.Split(lines[0], " ")
	if len(parts) != 3 || !strings.HasPrefix(parts[2], "HTTP/") {
		return Request{}, ErrNoRequest
	}
	r := Request{Method: parts[0], URL: parts[1], Body: body}
	for _, l := range lines[1:] {
		name, value, found := strings.Cut(l, ":")
		if !found {
			return Request{}, ErrNoRequest
		}
		r.Header = append(r.Header, Field{name, strings.Trim(value, " \t")})
	}
	if strings.HasPrefix(r.URL, "/") {
		r.hosted()
	}
	if cut.Match(body) {
		return r, ErrCut
	}
	return r, r.check()
}

// hosted completes the address of a request by its field Host (RFC 9112 §3.3).
func (r *Request) hosted() {
	at := slices.IndexFunc(r.Header, func(f Field) bool { return strings.EqualFold(f.Name, "Host") })
	if at < 0 {
		return
	}
	r.URL = "https://" + r.Header[at].Value + r.URL
	r.Header = slices.Delete(r.Header, at, at+1)
}

// check refuses what no request of HTTP holds, and curl would not send as it stands.
func (r Request) check() error {
	at, err := url.Parse(r.URL)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" || strings.ContainsFunc(r.URL, func(c rune) bool { return c <= ' ' || c == 0x7f }) {
		return verdict.Tell("%s : adresse %q", "%s: address %q", ErrNoRequest, r.URL)
	}
	if !token.MatchString(r.Method) || r.Method == "HEAD" && len(r.Body) > 0 {
		return verdict.Tell("%s : méthode %q", "%s: method %q", ErrNoRequest, r.Method)
	}
	for _, f := range r.Header {
		if !token.MatchString(f.Name) || strings.ContainsFunc(f.Value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
			return verdict.Tell("%s : champ %q", "%s: field %q", ErrNoRequest, f.Name)
		}
	}
	return nil
}

// Curl is a line of a POSIX shell that sends the request: its method, address, fields and body, and nothing that curl adds of its
// own but Host and the length. masked are the secrets that the record does not hold, which the line takes from SECRET_1, SECRET_2….
// It fails on a request that ReadRequest would not have given.
func (r Request) Curl(to Link) (text string, masked []string, err error) {
	if err := r.check(); err != nil {
		return "", nil, verdict.Tell("ligne équivalente : %s", "write curl: %s", err)
	}
	var l line
	carries := len(r.Body) > 0 || to.Body != ""
	if carries && to.Body == "" {
		l.option(l.printf(string(r.Body)) + " |")
	}
	l.option("curl --disable --silent --show-error --include --http1.1 --globoff --path-as-is --noproxy '*'")
	if r.Method == "HEAD" {
		l.option("--head")
	} else {
		l.word("--request", r.Method)
	}
	l.link(r, to)
	l.fields(r, carries)
	switch {
	case to.Body != "":
		l.word("--data-binary", "@"+to.Body)
	case carries:
		l.option("--data-binary @-")
	}
	return l.String(), l.masked, nil
}

// link writes what is said of TLS, and the address.
func (l *line) link(r Request, to Link) {
	address := r.URL
	at, _ := url.Parse(address) // it was looked at
	if at.Scheme == "https" {
		l.files(to, "--cacert", "--cert", "--key", unsplit.Replace(to.Certificate))
		if to.ServerName != "" && to.ServerName != at.Hostname() {
			port := at.Port()
			if port == "" {
				port = "443"
			}
			l.word("--connect-to", to.ServerName+":"+port+":"+bracketed(at.Hostname())+":"+port)
			if !r.has("Host") {
				l.word("--header", "Host: "+at.Host)
			}
			address = strings.Replace(address, at.Host, to.ServerName+":"+port, 1)
		}
	}
	l.word("--url", address)
}

// Over is the link of a recorded exchange, whose client presented these certificates, by name: what it takes, and no file yet.
func Over(facts *verdict.TLS, client []string) Link {
	if facts == nil {
		return Link{}
	}
	to := Link{Secured: true, Shown: len(client) > 0, ServerName: facts.ServerName}
	if net.ParseIP(to.ServerName) != nil { // no name is said for an address (RFC 6066 §3)
		to.ServerName = ""
	}
	return to
}

// Left are the variables that a line over the link leaves to who runs it: ROOTS, CERT, KEY.
func (to Link) Left() (names []string) {
	if to.Secured && to.Roots == "" {
		names = append(names, "ROOTS")
	}
	if to.Shown && to.Certificate == "" {
		names = append(names, "CERT", "KEY")
	}
	return names
}

// file is an option whose value is a file, or the variable that stands for it; nothing where there is neither.
type file struct{ option, path, variable string }

// files writes what the client knows the server by, and what it shows.
func (l *line) files(to Link, roots, certificate, key, path string) {
	left := to.Left()
	for _, f := range []file{{roots, to.Roots, "ROOTS"}, {certificate, path, "CERT"}, {key, to.Key, "KEY"}} {
		switch {
		case f.path != "":
			l.word(f.option, f.path)
		case slices.Contains(left, f.variable):
			l.option(f.option + ` "$` + f.variable + `"`)
		}
	}
}

// unsplit keeps curl from reading a password behind a colon of a path.
var unsplit = strings.NewReplacer(`\`, `\\`, ":", `\:`)

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// fields writes the header, and takes out what curl would add to it.
func (l *line) fields(r Request, carries bool) {
	for _, own := range []string{"User-Agent", "Accept", "Expect", "Content-Type"} {
		if !r.has(own) && (carries || own != "Expect" && own != "Content-Type") {
			l.option("--header '" + own + ":'")
		}
	}
	for _, f := range r.Header {
		switch {
		case strings.EqualFold(f.Name, "Content-Length"): // curl counts
		case f.Value == "":
			l.word("--header", f.Name+";")
		default:
			l.word("--header", f.Name+": "+f.Value)
		}
	}
}

func (r Request) has(name string) bool {
	for _, f := range r.Header {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	return false
}
