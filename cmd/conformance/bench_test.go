package main

import (
	"bufio"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/stand"
	"etalon/stubs/client"
	"etalon/stubs/provider"
)

// buildPrograms builds both programs as they are released, once, and returns their folder.
var buildPrograms = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(tools, "bench") + string(filepath.Separator)
	cmd := exec.Command("go", "build", "-trimpath", "-o", dir, "etalon/cmd/...")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return dir, cmd.Run()
})

// program is a process of one of the two programs, to be started.
func program(b *testing.B, name string, args ...string) *exec.Cmd {
	b.Helper()
	dir, err := buildPrograms()
	if err != nil {
		b.Fatal(err)
	}
	return exec.Command(dir+name, args...)
}

// started is a process that has written the lines that tell that it is ready, with the first of them.
type started struct {
	*exec.Cmd
	first string
}

// startProcess starts a process and waits for some lines.
func startProcess(b *testing.B, cmd *exec.Cmd, lines int) started {
	b.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	p, reader := started{Cmd: cmd}, bufio.NewReader(out)
	for i := range lines {
		line, err := reader.ReadString('\n')
		if err != nil {
			b.Fatal(err)
		}
		if i == 0 {
			p.first = strings.TrimSpace(line)
		}
	}
	return p
}

// end ends the process and tells what it used.
func (p started) end(b *testing.B) used {
	b.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		b.Fatal(err)
	}
	return usedBy(p.Cmd)
}

// used is what a process used.
type used struct {
	cpu  time.Duration
	peak float64 // MiB
}

func usedBy(cmd *exec.Cmd) used {
	u := used{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peak = float64(usage.Maxrss) / 1024 // Linux counts in KiB
	}
	return u
}

// rawCosts are the CPU times of the cryptography alone: what no implementation can do without.
type rawCosts struct{ handshake, sign, verify time.Duration }

// measureRaw measures one mutual TLS handshake, one RSA signature and one RSA verification, with the keys of a set.
func measureRaw(b *testing.B, set *pki.Set) rawCosts {
	b.Helper()
	credential := func(name string) pki.Credential {
		c, err := set.Credential(name)
		if err != nil {
			b.Fatal(err)
		}
		return c
	}
	seal, sum := credential("organisme-client/signature"), sha256.Sum256([]byte("measure"))
	public, ok := seal.Leaf().PublicKey.(*rsa.PublicKey)
	if !ok {
		b.Fatal("the seal is no RSA key")
	}
	signature, err := seal.Key.Sign(bench.Entropy(), sum[:], crypto.SHA256)
	if err != nil {
		b.Fatal(err)
	}
	link := newRawLink(b, credential("organisme-client/tls"), credential("organisme-fournisseur/tls"), set)
	return rawCosts{
		handshake: each(b, 200, link),
		sign: each(b, 200, func() error {
			_, err := seal.Key.Sign(bench.Entropy(), sum[:], crypto.SHA256)
			return err
		}),
		verify: each(b, 2000, func() error { return rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signature) }),
	}
}

// newRawLink returns a function that makes one mutual handshake over loopback, on a new connection.
func newRawLink(b *testing.B, ours, theirs pki.Credential, set *pki.Set) func() error {
	b.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{theirs.TLS()}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: set.Roots(),
		SessionTicketsDisabled: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.Copy(c, c)
			_ = c.Close()
		}
	}()
	config := &tls.Config{Certificates: []tls.Certificate{ours.TLS()}, RootCAs: set.Roots()}
	return func() error {
		c, err := tls.Dial("tcp", listener.Addr().String(), config)
		if err != nil {
			return err
		}
		defer c.Close()
		if _, err := c.Write([]byte{1}); err != nil {
			return err
		}
		_, err = c.Read(make([]byte, 1)) // the server has judged our certificate too
		return err
	}
}

// cpuTime is what this process has used of the processor: unlike a clock, the same on a busy machine.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// each is the mean CPU time of some repetitions, of both parties where there are two.
func each(b *testing.B, times int, do func() error) time.Duration {
	b.Helper()
	begin := cpuTime(b)
	for range times {
		if err := do(); err != nil {
			b.Fatal(err)
		}
	}
	return (cpuTime(b) - begin) / time.Duration(times)
}

// openBench starts a stand and its test convention.
func openBench(b *testing.B) (*stand.Stand, interops.Project) {
	b.Helper()
	convention := candidate.DefaultConvention()
	opened, err := stand.Open("127.0.0.1:0", "", convention, candidate.DefaultProfile("current"), "bench")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = opened.Close() })
	return opened, convention.Projects[0]
}

// BenchmarkExchange is a mode A exchange on a new link (handshake, VI made and signed, message checked, answer),
// in CPU of both parties, over the handshake, the signature and the verification that it cannot do without.
func BenchmarkExchange(b *testing.B) {
	opened, project := openBench(b)
	raw := measureRaw(b, opened.Bench.PKI)
	traces, err := bench.OpenTraceLog(filepath.Join(b.TempDir(), "traces.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	defer traces.Close()
	p, err := provider.Start(provider.Config{Bench: opened.Bench, Organism: project.Provider, Traces: traces})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	endpoint, err := url.Parse(p.URL(project.Services[0].Name))
	if err != nil {
		b.Fatal(err)
	}
	source := bench.Seed("bench").Source("exchange")
	begin := cpuTime(b)
	for b.Loop() {
		exchangeOnce(b, opened.Bench, project, endpoint, source)
	}
	one := (cpuTime(b) - begin) / time.Duration(b.N)
	b.ReportMetric(float64(one)/float64(raw.handshake+raw.sign+raw.verify), "x-own-crypto")
}

// exchangeOnce makes one honest call on a new link.
func exchangeOnce(b *testing.B, bed *bench.Bench, project interops.Project, endpoint *url.URL, source io.Reader) {
	b.Helper()
	link, err := client.NewLink(client.LinkConfig{Bench: bed, Organism: project.Client, Roots: bed.PKI.Roots()})
	if err != nil {
		b.Fatal(err)
	}
	defer link.Close()
	id, err := bench.NewID(source)
	if err != nil {
		b.Fatal(err)
	}
	now, service := bed.Clock.Now(), project.Services[0]
	user := interops.User{
		ID: "agent-0001", Class: bed.Profile.Levels[len(bed.Profile.Levels)-1].Class, AuthnInstant: now.Add(-time.Minute),
		PAGM: []string{project.PAGM[0].Name},
	}
	x, err := link.Send(b.Context(), client.Call{
		Endpoint: endpoint, Project: project, Service: service, Now: now, RequestID: id,
		VI:   saml.VIFor(bed.Profile, bed.Convention, project, service, user, id, now),
		Body: []byte(`<consulter xmlns="urn:etalon:essai"/>`),
	})
	if err != nil || x.Err != nil || x.Status != 200 {
		b.Fatalf("exchange: %v, %v, HTTP %d\n%s", err, x.Err, x.Status, x.Response)
	}
}

// BenchmarkPlan is the whole mode A plan of both roles against the honest stubs, each a process of its own: wall
// time, CPU of judge and stub over the bound of their own cryptography, peak memory; then verify of an archive.
func BenchmarkPlan(b *testing.B) {
	opened, _ := openBench(b)
	raw := measureRaw(b, opened.Bench.PKI)
	var bound, cpu, verifying time.Duration
	var peak float64
	cases := 0
	program(b, "sandbox") // built before the clock starts
	b.ResetTimer()
	for b.Loop() {
		for _, role := range []string{"fournisseur", "client"} {
			out := filepath.Join(b.TempDir(), role)
			stub := startProcess(b, program(b, "sandbox", "stub", role, "--dir", out+"-stub"), 1)
			judge := program(b, "conformance", "run", stub.first, "--long", "--out", out)
			if text, err := judge.CombinedOutput(); err != nil {
				b.Fatalf("run %s: %v\n%s", role, err, text)
			}
			theirs, ours := stub.end(b), usedBy(judge)
			cpu += theirs.cpu + ours.cpu
			peak = max(peak, ours.peak, theirs.peak)
			exchanges, played := counted(b, filepath.Join(out, "run.json"))
			cases += played
			bound += time.Duration(exchanges)*(raw.sign+raw.verify) + time.Duration(played)*raw.handshake
			b.StopTimer()
			verifying = max(verifying, verified(b, filepath.Join(out, "report.zip")))
			b.StartTimer()
		}
	}
	n := float64(b.N)
	b.ReportMetric(b.Elapsed().Seconds()/n, "s-wall")
	b.ReportMetric(cpu.Seconds()/n, "s-cpu")
	b.ReportMetric(float64(cpu)/float64(bound), "x-own-crypto")
	b.ReportMetric(peak, "MiB-peak")
	b.ReportMetric(float64(cases)/n, "cases")
	b.ReportMetric(float64(verifying.Milliseconds()), "ms-verify")
}

// counted reads how many exchanges and cases a run has.
func counted(b *testing.B, path string) (exchanges, cases int) {
	b.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	var run struct {
		Cases []struct{ Exchanges []json.RawMessage }
	}
	if err := json.Unmarshal(raw, &run); err != nil {
		b.Fatal(err)
	}
	for _, c := range run.Cases {
		exchanges += len(c.Exchanges)
	}
	return exchanges, len(run.Cases)
}

// verified is how long verify of an archive takes, from the start of its process to its end: the best of three.
func verified(b *testing.B, archive string) time.Duration {
	b.Helper()
	best := time.Hour
	for range 3 {
		cmd, begin := program(b, "conformance", "verify", archive), time.Now()
		_ = cmd.Run()
		if took := time.Since(begin); cmd.ProcessState.ExitCode() == exitUndetermined { // sound, TEST key
			best = min(best, took)
		}
	}
	return best
}

// BenchmarkServe is the time from the start of sandbox serve to its first accepted connection.
func BenchmarkServe(b *testing.B) {
	config := filepath.Join(b.TempDir(), "candidate.yaml")
	text := `candidate: {name: Essai, vendor: Essai, version: "1"}
listen: {address: 127.0.0.1, ports: auto}
roles: {fournisseur: {A: {endpoint: "https://127.0.0.1:1/interops/service-a"}}}
`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	program(b, "sandbox") // built before the clock starts
	var accepted time.Duration
	for b.Loop() {
		begin := time.Now()
		p := startProcess(b, program(b, "sandbox", "serve", "--config", config, "--listen", "127.0.0.1:0", "--lang", "en", "--store", b.TempDir()), 2)
		_, address, _ := strings.Cut(p.first, "https://")
		address, _, _ = strings.Cut(address, "/")
		c, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		accepted += time.Since(begin)
		_ = c.Close()
		b.StopTimer()
		p.end(b)
		b.StartTimer()
	}
	b.ReportMetric(float64(accepted.Milliseconds())/float64(b.N), "ms-first-connection")
}
