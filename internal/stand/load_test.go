package stand_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/stubs/operator"
	"etalon/stubs/psc"
)

// The load that an operator of the bench must bear: sessions that stay, and logins that come and go.
const (
	loadSessions = 50
	loadLogins   = 20 // a second
	loadLength   = 30 * time.Second
	warmUp       = 200 // logins
	maxGrowth    = 2 << 20
)

// patience of a client under load: nobody is lost for being slow.
const loadPatience = time.Minute

// session is an open session over either protocol.
type session struct {
	command func(ctx context.Context) error
	close   func()
}

// open logs in over a protocol with a fresh token.
func (p *mailParty) open(role candidate.Role) (*session, error) {
	ctx := p.t.Context()
	box := p.MSSante.Open(mssante.Personal)[0]
	token, err := p.provider.Mint(psc.Order{IdNat: box.Holder})
	if err != nil {
		return nil, err
	}
	target := mail.Target{Address: p.Interface(role).Address, Limits: mail.Limits{Wait: loadPatience, Kept: 4 << 10}}
	secret := pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny)
	login := mail.XOAUTH2(box.Address, token.Token).InTwoSteps()
	if role == candidate.RoleMSSIMAP {
		d, err := mail.DialIMAP(ctx, target)
		if err != nil {
			return nil, err
		}
		s := &session{close: func() { _ = d.Close() }, command: func(ctx context.Context) error {
			r, err := d.Command(ctx, "NOOP")
			return failed(r.OK(), r, err)
		}}
		if _, err := d.StartTLS(ctx, secret); err != nil {
			return s, err
		}
		r := d.Login(ctx, login)
		return s, failed(r.Outcome == mail.Accepted, fmt.Sprint(r.Outcome, r.Text), r.Err)
	}
	d, err := mail.DialSMTP(ctx, target)
	if err != nil {
		return nil, err
	}
	s := &session{close: func() { _ = d.Close() }, command: func(ctx context.Context) error {
		r, err := d.Command(ctx, "NOOP")
		return failed(r.OK(), r, err)
	}}
	if _, _, err = d.Hello(ctx); err == nil {
		_, err = d.StartTLS(ctx, secret)
	}
	if err == nil {
		_, _, err = d.Hello(ctx)
	}
	if err != nil {
		return s, err
	}
	r := d.Login(ctx, login)
	return s, failed(r.Outcome == mail.Accepted, fmt.Sprint(r.Outcome, r.Text), r.Err)
}

func failed(ok bool, answer any, err error) error {
	if err == nil && !ok {
		err = fmt.Errorf("answered %v", answer)
	}
	return err
}

// heap is what is in use once the garbage is collected; what Pro Santé Connect remembers of its callers left out.
func (p *mailParty) heap() uint64 {
	p.provider.Forget()
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestMockMailOperatorBearsItsLoad keeps fifty sessions busy while twenty clients a second log in for half a minute, over
// both protocols: nobody is lost, and memory does not grow.
func TestMockMailOperatorBearsItsLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("half a minute of load")
	}
	p := startMailParty(t, candidate.RoleMSSIMAP)
	roles := []candidate.Role{candidate.RoleMSSIMAP, candidate.RoleMSSSMTP}
	var lost atomic.Int64
	note := func(what string, err error) {
		if err != nil && lost.Add(1) <= 5 {
			t.Errorf("%s: %v", what, err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	var staying, coming sync.WaitGroup
	for i := range loadSessions {
		s, err := p.open(roles[i%len(roles)])
		if err != nil {
			t.Fatal(err)
		}
		staying.Go(func() {
			defer s.close()
			for pace := time.NewTicker(100 * time.Millisecond); ctx.Err() == nil; {
				note("a session that stays", s.command(t.Context()))
				select {
				case <-pace.C:
				case <-ctx.Done():
					pace.Stop()
				}
			}
		})
	}
	var before uint64
	pace := time.NewTicker(time.Second / loadLogins)
	defer pace.Stop()
	total := int(loadLength/time.Second)*loadLogins + warmUp
	for i := range total {
		if i == warmUp {
			coming.Wait()
			before = p.heap()
		}
		<-pace.C
		coming.Go(func() {
			s, err := p.open(roles[i%len(roles)])
			note("a login", err)
			if s != nil {
				note("its session", s.command(t.Context()))
				s.close()
			}
		})
	}
	coming.Wait()
	if after := p.heap(); after > before+maxGrowth {
		t.Errorf("the heap grew from %d to %d KiB", before>>10, after>>10)
	} else {
		t.Logf("%d logins, %d sessions: heap %d KiB, then %d KiB", total, loadSessions, before>>10, after>>10)
	}
	stop()
	staying.Wait()
	if n := lost.Load(); n > 0 {
		t.Errorf("%d were lost", n)
	}
}

// BenchmarkLogin measures an XOAUTH2 login over IMAP, key and introspection checked, against a bare TLS handshake with
// the same certificate in the same run.
func BenchmarkLogin(b *testing.B) {
	p := startMailParty(b, candidate.RoleMSSIMAP)
	credential, err := p.pki.Credential(candidate.OperatorOrganism + "/tls")
	if err != nil {
		b.Fatal(err)
	}
	bare, err := tls.Listen("tcp", "127.0.0.1:0", pki.ServerConfig(credential, bench.Wall, nil))
	if err != nil {
		b.Fatal(err)
	}
	defer bare.Close()
	go greetAll(bare)
	var handshakes, logins time.Duration
	for b.Loop() {
		begun := bench.Wall()
		conn, err := tls.Dial("tcp", bare.Addr().String(), pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
			b.Fatal(err)
		}
		_ = conn.Close()
		done := bench.Wall()
		s, err := p.open(candidate.RoleMSSIMAP)
		if err != nil {
			b.Fatal(err)
		}
		s.close()
		handshakes, logins = handshakes+done.Sub(begun), logins+bench.Wall().Sub(done)
	}
	b.ReportMetric(float64(logins)/float64(handshakes), "x-bare-handshake")
}

// greetAll sends an octet to whoever has made the handshake.
func greetAll(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			_, _ = conn.Write([]byte{'.'})
			_ = conn.Close()
		}()
	}
}

// BenchmarkIntrospect measures how many questions about a token are answered in a second.
func BenchmarkIntrospect(b *testing.B) {
	p := startMailParty(b, candidate.RoleMSSIMAP)
	token, err := p.provider.Mint(psc.Order{IdNat: p.MSSante.Open(mssante.Personal)[0].Holder})
	if err != nil {
		b.Fatal(err)
	}
	client := p.MSSante.PSC.Client
	asks := &operator.ByIntrospection{
		URL: p.provider.Discovery().Introspection, Client: client.ID, Secret: client.Secret,
		HTTP: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: loadSessions, TLSClientConfig: pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny)}},
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := asks.Check(b.Context(), token.Token); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "introspections/s")
}
