package whitelist

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"etalon/internal/pki"
)

// Limits of what a caller may take.
const (
	readTimeout  = 10 * time.Second
	writeTimeout = time.Minute
	maxHeader    = 16 << 10
)

// maxVisits bounds the journal; the oldest are forgotten.
const maxVisits = 10_000

// Options tell where and as whom a list is published.
type Options struct {
	// Address is where to listen, such as 127.0.0.1:8526; a port 0 is drawn.
	Address string
	// Credential returns the TLS certificate of the publisher: the honest one for "", else a variant as pki names it.
	Credential func(variant string) (pki.Credential, error)
	Now        func() time.Time
	// Listen listens at an address of TCP; net.Listen when nil.
	Listen func(address string) (net.Listener, error)
	Log    *slog.Logger
	// Seen is told of each visit; nil tells nobody.
	Seen func(Visit)
}

// Conduct is how the server treats who asks; the zero one is honest.
type Conduct struct {
	Link   string // a variant of the TLS certificate: "self-signed"
	Status int    // an HTTP status in place of the list
	Down   bool   // connections are refused
}

// Kind is what was seen of who came.
type Kind string

// The kinds of visits.
const (
	Hello Kind = "hello" // a TLS handshake began
	Get   Kind = "get"   // a request was answered
	Head  Kind = "head"  // a request for the header of an answer was: who makes one has read no list
)

// Visit is one thing that a reader of the list did.
type Visit struct {
	Kind Kind
	At   time.Time
	Peer string
	Path string // of a request
	// Status and Digest ("sha256:…") are those of the answer; the digest is of the file that was given, "" where none was.
	Status int
	Digest string
	// Link is the variant of the certificate that was shown.
	Link string
}

// Server publishes a list over HTTPS and keeps a journal of who came. It asks for no client certificate. Its methods may
// be called by several goroutines.
type Server struct {
	o       Options
	serving sync.WaitGroup

	behaving sync.Mutex // one conduct at a time

	mu      sync.Mutex
	address string
	conduct Conduct
	raw     []byte
	server  *http.Server
	visits  []Visit
	seen    int // visits that were ever made
	changed chan struct{}
}

// Listen opens a server, which answers 404 until a list is published. The caller must Close it.
func Listen(o Options) (*Server, error) {
	s := &Server{o: o, address: o.Address, changed: make(chan struct{})}
	if s.o.Log == nil {
		s.o.Log = slog.New(slog.DiscardHandler)
	}
	credential, err := o.Credential("")
	if err != nil {
		return nil, fmt.Errorf("publish white list: %w", err)
	}
	if err := s.open(credential); err != nil {
		return nil, fmt.Errorf("publish white list: %w", err)
	}
	return s, nil
}

// URL is the address of the list.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return "https://" + s.address + "/" + FileName
}

// Publish serves a file from now on, whatever it holds.
func (s *Server) Publish(raw []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.raw = slices.Clip(raw)
	if s.raw == nil {
		s.raw = []byte{}
	}
}

// Behave treats who asks so from now on, on new connections. It refuses an unknown variant and a status that is none;
// where the address cannot be taken again, the server stays closed.
func (s *Server) Behave(c Conduct) error {
	credential, err := s.o.Credential(c.Link)
	if err != nil {
		return err
	}
	if c.Status != 0 && (c.Status < 200 || c.Status > 599) {
		return fmt.Errorf("publish white list: status %d: want 200 to 599", c.Status)
	}
	s.behaving.Lock()
	defer s.behaving.Unlock()
	s.mu.Lock()
	before := s.conduct
	s.conduct = c
	s.mu.Unlock()
	if before.Link == c.Link && before.Down == c.Down {
		return nil
	}
	if err := s.close(); err != nil || c.Down {
		return err
	}
	return s.open(credential)
}

// Close ends the server.
func (s *Server) Close() error {
	s.behaving.Lock()
	defer s.behaving.Unlock()
	return s.close()
}

// open listens at the address.
func (s *Server) open(c pki.Credential) error {
	listen := s.o.Listen
	if listen == nil {
		listen = func(address string) (net.Listener, error) { return net.Listen("tcp", address) }
	}
	l, err := listen(s.address)
	if err != nil {
		return err
	}
	settings := pki.ServerConfig(c, s.o.Now, nil)
	pki.Following(settings, func() (pki.Credential, error) {
		s.mu.Lock()
		link := s.conduct.Link
		s.mu.Unlock()
		return s.o.Credential(link)
	})
	settings.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		s.note(Visit{Kind: Hello, Peer: hello.Conn.RemoteAddr().String()})
		return nil, nil
	}
	server := &http.Server{
		Handler: http.HandlerFunc(s.serve), ReadTimeout: readTimeout, WriteTimeout: writeTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(s.o.Log.Handler(), slog.LevelDebug),
	}
	s.mu.Lock()
	s.address, s.server = l.Addr().String(), server
	s.mu.Unlock()
	s.serving.Go(func() { _ = server.Serve(tls.NewListener(l, settings)) })
	return nil
}

// close refuses connections from now on, and ends those that are open.
func (s *Server) close() error {
	s.mu.Lock()
	server := s.server
	s.server = nil
	s.mu.Unlock()
	if server == nil {
		return nil
	}
	err := server.Close()
	s.serving.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// serve answers one request. The list is told as never to be kept, so that every reading is seen.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	raw, status := s.raw, s.conduct.Status
	s.mu.Unlock()
	visit := Visit{Kind: Get, Peer: r.RemoteAddr, Path: r.URL.Path, Status: http.StatusOK}
	if r.Method == http.MethodHead {
		visit.Kind = Head
	}
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		visit.Status = http.StatusMethodNotAllowed
	case r.URL.Path != "/"+FileName || raw == nil:
		visit.Status = http.StatusNotFound
	case status != 0:
		visit.Status = status
	}
	w.Header().Set("Cache-Control", "no-store")
	if visit.Status != http.StatusOK {
		w.WriteHeader(visit.Status)
		s.note(visit)
		return
	}
	w.Header().Set("Content-Type", ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	if _, err := w.Write(raw); err == nil && visit.Kind == Get {
		visit.Digest = Digest(raw)
	}
	s.note(visit)
}

// Digest is how the journal names a file.
func Digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// note keeps a visit, and wakes who waits for one.
func (s *Server) note(v Visit) {
	v = s.noted(v)
	if s.o.Seen != nil {
		s.o.Seen(v)
	}
}

// noted keeps a visit, and returns it whole.
func (s *Server) noted(v Visit) Visit {
	s.mu.Lock()
	defer s.mu.Unlock()
	v.At, v.Link = s.o.Now(), s.conduct.Link
	s.visits = append(s.visits, v)
	s.seen++
	if len(s.visits) > maxVisits {
		s.visits = slices.Delete(s.visits, 0, len(s.visits)-maxVisits)
	}
	close(s.changed)
	s.changed = make(chan struct{})
	return v
}

// Seen is how many visits there were: a mark for Since and Await.
func (s *Server) Seen() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

// Since returns the visits after a mark, as far as they are kept.
func (s *Server) Since(mark int) []Visit {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.since(mark)
}

func (s *Server) since(mark int) []Visit {
	return slices.Clone(s.visits[max(0, len(s.visits)-max(0, s.seen-mark)):])
}

// Await waits for a visit after a mark that is as wanted, and returns it. It fails when the context ends first.
func (s *Server) Await(ctx context.Context, mark int, wanted func(Visit) bool) (Visit, error) {
	for {
		s.mu.Lock()
		visits, changed := s.since(mark), s.changed
		s.mu.Unlock()
		if i := slices.IndexFunc(visits, wanted); i >= 0 {
			return visits[i], nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Visit{}, fmt.Errorf("wait for a reading of the white list: %w", ctx.Err())
		}
	}
}
