// Package dns is the name server that the harness plays before a candidate: a zone of records made for the test, served
// over UDP and TCP, and a journal of what was asked. It is what makes a candidate find the partners of the sandbox.
//
// It resolves nothing for anybody else: a name outside its zone does not exist. It reads no clock and signs no zone.
package dns

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"

	"github.com/miekg/dns"
)

// The types of records that a zone holds, as the journal names them.
const (
	A     = "A"
	AAAA  = "AAAA"
	CNAME = "CNAME"
	MX    = "MX"
	SRV   = "SRV"
	TXT   = "TXT"
)

// Zone is a set of records that can be changed while it is served. Names are written without their last dot, and compared
// without case (RFC 4343). The zero Zone is empty and ready.
type Zone struct {
	mu      sync.RWMutex
	records map[key][]dns.RR
}

// key is a name, in lower case with its last dot, and a type.
type key struct {
	name string
	kind uint16
}

// Set puts the records of a type in the place of those that a name has; without data the name has none of that type. Data
// are as in a zone file: "10 mx.example.test." for MX, "0 1 993 imap.example.test." for SRV. It refuses a type that a zone
// does not hold, and data that cannot be read.
func (z *Zone) Set(name, kind string, data ...string) error {
	k, err := keyOf(name, kind)
	if err != nil {
		return err
	}
	records := make([]dns.RR, len(data))
	for i, d := range data {
		if records[i], err = dns.NewRR(fmt.Sprintf("%s %d IN %s %s", k.name, life, kind, d)); err != nil {
			return fmt.Errorf("read record %s %s %q: %w", name, kind, d, err)
		}
		if records[i] == nil {
			return fmt.Errorf("read record %s %s: %w", name, kind, errNoData)
		}
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.records == nil {
		z.records = map[key][]dns.RR{}
	}
	delete(z.records, k)
	if len(records) > 0 {
		z.records[k] = records
	}
	return nil
}

// life is how many seconds a record may be kept: none, so that a change is seen at once.
const life = 0

var (
	errNoData = errors.New("want data")
	errKind   = errors.New("want one of A, AAAA, CNAME, MX, SRV, TXT")
)

func keyOf(name, kind string) (key, error) {
	number, known := dns.StringToType[kind]
	if _, held := held[number]; !known || !held {
		return key{}, fmt.Errorf("find type %q: %w", kind, errKind)
	}
	if _, ok := dns.IsDomainName(name); !ok || name == "" || strings.ContainsAny(name, " \t\r\n;()\"\\") {
		return key{}, fmt.Errorf("read name %q: want a domain name", name)
	}
	return key{strings.ToLower(dns.Fqdn(name)), number}, nil
}

// held are the types that a zone holds.
var held = map[uint16]bool{dns.TypeA: true, dns.TypeAAAA: true, dns.TypeCNAME: true, dns.TypeMX: true, dns.TypeSRV: true, dns.TypeTXT: true}

// maxAliases bounds how many aliases are followed.
const maxAliases = 8

// find returns the records that answer a question, aliases first, and whether the name exists.
func (z *Zone) find(name string, kind uint16) (answer []dns.RR, exists bool) {
	z.mu.RLock()
	defer z.mu.RUnlock()
	name = strings.ToLower(name)
	for range maxAliases {
		own := z.records[key{name, kind}]
		exists = exists || z.has(name)
		if len(own) > 0 || kind == dns.TypeCNAME {
			return append(answer, own...), exists
		}
		alias := z.records[key{name, dns.TypeCNAME}]
		if len(alias) == 0 {
			return answer, exists
		}
		answer = append(answer, alias[0])
		name = strings.ToLower(alias[0].(*dns.CNAME).Target)
	}
	return answer, exists
}

// has tells whether a name has records of any type, or is above one that has.
func (z *Zone) has(name string) bool {
	for k := range z.records {
		if k.name == name || strings.HasSuffix(k.name, "."+name) {
			return true
		}
	}
	return false
}

// Query is one question that came.
type Query struct {
	Number  int    // 1 for the first
	Name    string // as it was asked, without its last dot
	Kind    string // A, MX, SRV, …
	Network string // udp or tcp
	From    string // host:port
	Answers int    // how many records were answered
}

// Server serves a zone.
type Server struct {
	zone    *Zone
	address string
	servers []*dns.Server
	serving sync.WaitGroup

	mu      sync.Mutex
	queries []Query
	count   int
}

// Serve serves a zone over UDP and TCP on the same port, at an address host:port; port 0 is any free one. It fails when it
// cannot listen.
func Serve(address string, zone *Zone) (*Server, error) {
	tcp, udp, err := listen(address)
	if err != nil {
		return nil, fmt.Errorf("serve names: %w", err)
	}
	s := &Server{zone: zone, address: tcp.Addr().String()}
	for _, one := range []*dns.Server{{Listener: tcp}, {PacketConn: udp}} {
		one.Handler = dns.HandlerFunc(s.answer)
		s.servers = append(s.servers, one)
		started := make(chan struct{})
		one.NotifyStartedFunc = func() { close(started) }
		s.serving.Go(func() { _ = one.ActivateAndServe() })
		<-started
	}
	return s, nil
}

// attempts is how often a free port is tried that must be free twice.
const attempts = 20

// listen opens both transports on one port.
func listen(address string) (net.Listener, net.PacketConn, error) {
	var last error
	for range attempts {
		tcp, err := net.Listen("tcp", address)
		if err != nil {
			return nil, nil, err
		}
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		if err == nil {
			return tcp, udp, nil
		}
		last = errors.Join(err, tcp.Close())
		if _, port, e := net.SplitHostPort(address); e != nil || port != "0" {
			break
		}
	}
	return nil, nil, last
}

// Address is where it listens, host:port.
func (s *Server) Address() string { return s.address }

// Close ends it.
func (s *Server) Close() error {
	var errs []error
	for _, one := range s.servers {
		errs = append(errs, one.Shutdown())
	}
	s.serving.Wait()
	return errors.Join(errs...)
}

// Journal returns the questions that came and match; all of them when match is nil. The oldest are forgotten.
func (s *Server) Journal(match func(Query) bool) []Query {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Query
	for _, q := range s.queries {
		if match == nil || match(q) {
			all = append(all, q)
		}
	}
	return all
}

// maxJournal is how many questions are remembered.
const maxJournal = 10000

func (s *Server) note(q Query) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	q.Number = s.count
	if len(s.queries) >= maxJournal {
		s.queries = append(s.queries[:0], s.queries[maxJournal/10:]...)
	}
	s.queries = append(s.queries, q)
}

// answer answers one message. A message that asks nothing, or more than one thing, is not understood (RFC 9619).
func (s *Server) answer(w dns.ResponseWriter, asked *dns.Msg) {
	reply := new(dns.Msg)
	if len(asked.Question) != 1 || asked.Opcode != dns.OpcodeQuery {
		_ = w.WriteMsg(reply.SetRcode(asked, dns.RcodeFormatError))
		return
	}
	question := asked.Question[0]
	records, exists := s.zone.find(question.Name, question.Qtype)
	reply.SetReply(asked)
	reply.Authoritative, reply.Answer = true, records
	if !exists {
		reply.Rcode = dns.RcodeNameError
	}
	s.note(Query{
		Name: strings.TrimSuffix(question.Name, "."), Kind: dns.TypeToString[question.Qtype], Network: w.RemoteAddr().Network(),
		From: w.RemoteAddr().String(), Answers: len(records),
	})
	size := dns.MinMsgSize
	if options := asked.IsEdns0(); options != nil {
		size = int(options.UDPSize())
		reply.SetEdns0(dns.DefaultMsgSize, false)
	}
	if w.RemoteAddr().Network() == "udp" {
		reply.Truncate(size)
	}
	_ = w.WriteMsg(reply)
}
