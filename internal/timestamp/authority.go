package timestamp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"io"
	"math/big"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/digitorus/timestamp"

	"etalon/internal/verdict"
)

// Lies are the ways in which a test authority may not be what it should be.
var Lies = []string{
	"imprint",   // attests other bytes
	"nonce",     // answers another question
	"usage",     // signs with a certificate that is not a time authority's
	"expired",   // signs with an expired certificate
	"far",       // tells a far time
	"signature", // alters what is signed
	"bare",      // does not send its certificate
	"refuses",
	"garbage", // answers something else than a token
}

// testPolicy is the policy of the test authority (arc for examples, RFC 5612).
var testPolicy = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 3161, 1}

// span is for how many years before and after its making an authority is valid: the clocks of tests may be far from those of machines.
const span = 15

// Authority is a time authority for tests, whose names say TEST: honest, unless it was given a lie. It is an http.Handler.
type Authority struct {
	root, leaf *x509.Certificate
	key        crypto.Signer
	now        func() time.Time
	lie        string
}

// NewAuthority makes an authority with keys of its own, valid for many years. It errs on a lie that is none of Lies; "" is honest.
func NewAuthority(random io.Reader, now func() time.Time, lie string) (*Authority, error) {
	if lie != "" && !slices.Contains(Lies, lie) {
		return nil, verdict.Tell("mensonge %q d'une autorité d'horodatage : il y a %s", "find lie %q of a time authority: there are %s", lie, strings.Join(Lies, ", "))
	}
	a := &Authority{now: now, lie: lie}
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), random)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), random)
	if err != nil {
		return nil, err
	}
	a.key = key
	at := now()
	root := &x509.Certificate{
		SerialNumber: big.NewInt(at.UnixNano()), Subject: named("TEST Etalon racine d'horodatage"), NotBefore: at.AddDate(-span, 0, 0), NotAfter: at.AddDate(span, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if a.root, err = issue(random, root, root, rootKey.Public(), rootKey); err != nil {
		return nil, err
	}
	leaf, err := a.template(at)
	if err != nil {
		return nil, err
	}
	a.leaf, err = issue(random, leaf, a.root, key.Public(), rootKey)
	return a, err
}

func named(name string) pkix.Name {
	return pkix.Name{CommonName: name, Organization: []string{"TEST Etalon"}}
}

// template is the certificate of the authority, which may be one of its lies.
func (a *Authority) template(at time.Time) (*x509.Certificate, error) {
	usages, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(at.UnixNano() + 1), Subject: named("TEST Etalon horodatage"), NotBefore: at.AddDate(-span, 0, 0), NotAfter: at.AddDate(span, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
		ExtraExtensions: []pkix.Extension{{Id: oidExtendedUsage, Critical: true, Value: usages}},
	}
	switch a.lie {
	case "usage":
		leaf.ExtraExtensions = nil
	case "expired":
		leaf.NotAfter = at.AddDate(0, 0, -1)
	}
	return leaf, nil
}

func issue(random io.Reader, template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) (*x509.Certificate, error) {
	raw, err := x509.CreateCertificate(random, template, parent, public, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(raw)
}

// RootPEM is the authority to trust, in PEM.
func (a *Authority) RootPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.root.Raw})
}

// ServeHTTP answers one query (RFC 3161 §3.4).
func (a *Authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); r.Method != http.MethodPost || kind != queryType {
		http.Error(w, "POST a "+queryType, http.StatusBadRequest)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxReply))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	reply, err := a.reply(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", replyType)
	_, _ = w.Write(reply)
}

// reply answers one query in DER, without HTTP.
func (a *Authority) reply(query []byte) ([]byte, error) {
	asked, err := timestamp.ParseRequest(query)
	if err != nil || !asked.HashAlgorithm.Available() || len(asked.HashedMessage) != asked.HashAlgorithm.Size() {
		return timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.BadDataFormat)
	}
	switch {
	case a.lie == "refuses":
		return timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.SystemFailure)
	case a.lie == "garbage":
		return []byte("<html>bienvenue</html>"), nil
	case asked.TSAPolicyOID != nil && !asked.TSAPolicyOID.Equal(testPolicy):
		return timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.UnacceptedPolicy)
	}
	t := timestamp.Timestamp{
		HashAlgorithm: asked.HashAlgorithm, HashedMessage: asked.HashedMessage, Time: a.now().UTC().Truncate(time.Second), Accuracy: time.Second,
		Policy: testPolicy, Nonce: asked.Nonce, AddTSACertificate: asked.Certificates && a.lie != "bare",
	}
	if t.AddTSACertificate {
		t.Certificates = []*x509.Certificate{a.root}
	}
	switch a.lie {
	case "imprint":
		t.HashedMessage = sum(asked.HashAlgorithm, asked.HashedMessage)
	case "nonce":
		t.Nonce = new(big.Int).Add(big.NewInt(1), orZero(asked.Nonce))
	case "far":
		t.Time = t.Time.Add(-48 * time.Hour)
	}
	reply, err := t.CreateResponseWithOpts(a.leaf, a.key, crypto.SHA256)
	if err == nil && a.lie == "signature" {
		reply[len(reply)-1] ^= 1
	}
	return reply, err
}

func orZero(n *big.Int) *big.Int {
	if n == nil {
		return new(big.Int)
	}
	return n
}
