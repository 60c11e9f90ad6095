package ops

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/pki"
	"etalon/internal/sso"
	"etalon/internal/stand"
)

// operatorMoved is where metadata move our authentication operator's page to (S16).
const operatorMoved = stand.OperatorSSO + "-2"

// operatorFace is the web face of our authentication operator. Browsers of ours never ask it: they read where a
// candidate sends them, and the harness answers. It serves what the candidate calls by itself: its metadata, the back
// channel of a logout, and a sign of life.
type operatorFace struct {
	address string
	server  *tls.Config

	mu       sync.Mutex
	stop     func() error
	failing  bool
	metadata []byte
	wishes   []sso.Incoming // LogoutRequests of the back channel
	answer   func(sso.Incoming) ([]byte, error)
}

// openOperator starts the face with a credential. roots are the authorities of partners on the back channel.
func openOperator(address string, credential pki.Credential, roots *x509.CertPool) (*operatorFace, error) {
	f := &operatorFace{address: address, server: &tls.Config{
		Certificates: []tls.Certificate{credential.TLS()}, ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: roots,
		MinVersion: tls.VersionTLS12, Time: bench.Wall,
	}}
	return f, f.open()
}

// open starts listening; after a breakdown, at the same address.
func (f *operatorFace) open() error {
	listener, err := bench.Listen(f.address)
	if err != nil {
		return fmt.Errorf("play authentication operator: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.address = listener.Addr().String()
	f.stop = bench.Serve(tls.NewListener(listener, f.server), http.HandlerFunc(f.serve))
	return nil
}

// close stops listening; nothing when it does not.
func (f *operatorFace) close() error {
	f.mu.Lock()
	stop := f.stop
	f.stop = nil
	f.mu.Unlock()
	if stop == nil {
		return nil
	}
	return stop()
}

// url is an address of the face.
func (f *operatorFace) url(path string) string { return "https://" + f.address + path }

// running tells whether it listens.
func (f *operatorFace) running() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.stop != nil
}

// fail makes every answer one of an operator in trouble, or no more.
func (f *operatorFace) fail(failing bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failing = failing
}

// publish replaces the metadata.
func (f *operatorFace) publish(raw []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.metadata = raw
}

// wished returns the LogoutRequests that came by the back channel after the first n.
func (f *operatorFace) wished(n int) []sso.Incoming {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.wishes[min(n, len(f.wishes)):]
}

func (f *operatorFace) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	failing, metadata := f.failing, f.metadata
	f.mu.Unlock()
	switch {
	case failing:
		http.Error(w, "Opérateur d'essai en panne, TEST.", http.StatusInternalServerError)
	case r.URL.Path == stand.OperatorMetadata && metadata != nil:
		w.Header().Set("Content-Type", "application/samlmetadata+xml")
		_, _ = w.Write(metadata)
	case r.URL.Path == stand.OperatorSLO && r.Method == http.MethodPost && strings.Contains(r.Header.Get("Content-Type"), "xml"):
		f.backChannel(w, r)
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!DOCTYPE html><html lang=\"fr\"><title>Opérateur d'essai</title><p>Opérateur d'authentification d'essai, TEST.</p></html>"))
	}
}

// backChannel takes a LogoutRequest by SOAP.
func (f *operatorFace) backChannel(w http.ResponseWriter, r *http.Request) {
	in, err := sso.Read(r)
	if err != nil {
		http.Error(w, "illisible", http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	f.wishes = append(f.wishes, in)
	answer := f.answer
	f.mu.Unlock()
	body, err := []byte(nil), errors.New("nobody answers")
	if answer != nil {
		body, err = answer(in)
	}
	if err != nil {
		http.Error(w, "Opérateur d'essai en panne, TEST.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = w.Write(body)
}

// metadataLife is how long the metadata of the operator that the harness plays are valid.
const metadataLife = 24 * time.Hour
