// Package timestamp asks a time authority to attest that bytes were there at an instant, and verifies what it attested, years later and
// offline (RFC 3161, RFC 5816). It also plays such an authority for tests, honest or lying in one named way.
//
// It does not choose whom to trust, keeps nothing, and knows nothing of reports.
package timestamp

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/digitorus/timestamp"

	"etalon/internal/verdict"
)

// Limits of an exchange with an authority.
const (
	patience = 20 * time.Second
	maxReply = 256 << 10
	// Drift is how far an authority's clock may be from ours.
	Drift = 5 * time.Minute
)

// Media types of RFC 3161 §3.4.
const (
	queryType = "application/timestamp-query"
	replyType = "application/timestamp-reply"
)

// Client asks one authority.
type Client struct {
	URL    string
	HTTP   *http.Client   // nil for one that follows no redirection
	Roots  *x509.CertPool // whom its certificate must lead to; nil asks no trust
	Policy string         // the object identifier of the policy that the token must be under; empty for the authority's own
	Random io.Reader      // of the nonce
	Now    func() time.Time
}

// Check refuses what is not the address of an authority, or no policy, before anything is asked.
func (c Client) Check() error {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return verdict.Tell("autorité d'horodatage %q : il faut son adresse, comme http://horodatage.exemple.test/tsa", "find time authority %q: want its address, as http://horodatage.exemple.test/tsa", c.URL)
	}
	if c.Policy != "" {
		_, err = objectIdentifier(c.Policy)
	}
	return err
}

// Ask has a document attested and returns the authority's reply, a TimeStampResp in DER, once it has verified it: granted, over this
// document, in answer to this question, by the certificate of an authority that is valid, at a time near ours. It errs otherwise.
func (c Client) Ask(ctx context.Context, document []byte) ([]byte, error) {
	reply, err := c.ask(ctx, document)
	if err != nil {
		return nil, verdict.Tell("autorité d'horodatage %s : %s", "ask time authority %s: %s", c.shown(), err)
	}
	return reply, nil
}

// shown is the address without its password.
func (c Client) shown() string {
	u, err := url.Parse(c.URL)
	if err != nil {
		return "(?)"
	}
	return u.Redacted()
}

func (c Client) ask(ctx context.Context, document []byte) ([]byte, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	random := make([]byte, 8)
	if _, err := io.ReadFull(c.Random, random); err != nil {
		return nil, verdict.Tell("tirage du nonce : %s", "draw nonce: %s", err)
	}
	random[0] |= 0x40 // never zero, never short
	random[0] &= 0x7f
	nonce := new(big.Int).SetBytes(random)
	query := timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: sum(crypto.SHA256, document), Certificates: true, Nonce: nonce}
	if c.Policy != "" {
		policy, err := objectIdentifier(c.Policy)
		if err != nil {
			return nil, err
		}
		query.TSAPolicyOID = policy
	}
	b, err := query.Marshal()
	if err != nil {
		return nil, verdict.Tell("écriture de la demande : %s", "write query: %s", err)
	}
	answer, err := c.post(ctx, b)
	if err != nil {
		return nil, err
	}
	t, err := read(answer, document, c.Roots)
	if err != nil {
		return nil, err
	}
	return answer, c.answers(t, nonce, query.TSAPolicyOID)
}

// answers refuses a token that is not of this question, or not of now.
func (c Client) answers(t *Token, nonce *big.Int, policy asn1.ObjectIdentifier) error {
	switch off := t.Time.Sub(c.Now()); {
	case t.nonce == nil || t.nonce.Cmp(nonce) != 0:
		return verdict.Tell("le jeton d'horodatage répond à une autre demande : son nonce n'est pas le nôtre", "the token answers another question: its nonce is not ours")
	case policy != nil && !t.policy.Equal(policy):
		return verdict.Tell("le jeton d'horodatage suit la politique %s, et non %s", "the token is under policy %s, not %s", t.Policy, policy)
	case off > Drift+t.Accuracy || off < -Drift-t.Accuracy:
		return verdict.Tell("le jeton d'horodatage dit %s, à %s de notre horloge : voyez les deux horloges", "the token says %s, which is %s from our clock: check both clocks", t.Time.Format(time.RFC3339), off.Round(time.Second))
	}
	return nil
}

// post sends a query and returns the bytes of the reply.
func (c Client) post(ctx context.Context, query []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(query))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", queryType)
	request.Header.Set("Accept", replyType)
	client := c.HTTP
	if client == nil {
		client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	response, err := client.Do(request)
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) { // the address is told already
		return nil, wrapped.Err
	}
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, verdict.Tell("elle répond HTTP %d, et non 200", "it answers HTTP %d, not 200", response.StatusCode)
	}
	if kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type")); kind != replyType {
		return nil, verdict.Tell("elle répond %.80q, et non %s : cette adresse est-elle celle d'une autorité RFC 3161 ?", "it answers %.80q, not %s: is this the address of an RFC 3161 authority?", response.Header.Get("Content-Type"), replyType)
	}
	b, err := io.ReadAll(io.LimitReader(response.Body, maxReply+1))
	if err != nil {
		return nil, verdict.Tell("lecture de la réponse : %s", "read reply: %s", err)
	}
	if len(b) > maxReply {
		return nil, verdict.Tell("sa réponse dépasse %d octets", "its reply is longer than %d bytes", maxReply)
	}
	return b, nil
}

// objectIdentifier reads an object identifier written with dots.
func objectIdentifier(s string) (asn1.ObjectIdentifier, error) {
	oid, err := x509.ParseOID(s)
	if err != nil {
		return nil, verdict.Tell("politique d'horodatage %q : il faut un identifiant d'objet, comme 1.2.3.4", "read policy %q: want an object identifier as 1.2.3.4", s)
	}
	der, err := oid.MarshalBinary()
	if err != nil {
		return nil, err
	}
	var out asn1.ObjectIdentifier
	whole := append([]byte{asn1.TagOID, byte(len(der))}, der...)
	if _, err := asn1.Unmarshal(whole, &out); err != nil {
		return nil, verdict.Tell("politique d'horodatage %q : un identifiant d'objet qui ne se lit pas%.0s", "read policy %q: %s", s, err)
	}
	return out, nil
}
