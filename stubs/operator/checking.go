package operator

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/oidc"
)

// checking is what is neglected in asking the identity provider. The zero value is honest.
type checking struct {
	byGet, inJSON, tokenInURL, secretInURL, anonymous bool // the question
	anyCertificate, follows                           bool // whom it is put to
	patient                                           bool // waits for the answer without end
	withoutKeys, keysOnce, keepsKeys                  bool // the keys
	textActive                                        bool // takes a text for the truth
	asksUserInfo                                      bool // with a token that is refused
}

// neglectful is a checker that can be made to neglect something.
type neglectful interface{ commit(checking) }

func (c *ByKey) commit(n checking)           { c.neglect = n }
func (c *ByIntrospection) commit(n checking) { c.neglect = n }

func (c *Both) commit(n checking) {
	c.Key.commit(n)
	c.Introspection.commit(n)
}

// asked is the part of a checker that asks somebody else about a token; nil when there is none.
func asked(c Checker) Checker {
	switch c := c.(type) {
	case *Both:
		return c.Introspection
	case *ByIntrospection:
		return c
	}
	return nil
}

// endless is how long a patient operator waits.
const endless = 10 * time.Minute

// client is the one by which the identity provider is called.
func (n checking) client(honest *http.Client) *http.Client {
	client := *honest
	if n.anyCertificate {
		client = *bench.Careless(honest)
	}
	if n.patient {
		client.Timeout = endless
	}
	return &client
}

// spoil makes a question about a token what it should not be.
func (n checking) spoil(r *http.Request, c *ByIntrospection, form url.Values) {
	query := r.URL.Query()
	if n.secretInURL {
		query.Set("client_id", c.Client)
		query.Set("client_secret", c.Secret)
	}
	if n.tokenInURL || n.byGet {
		query.Set("token", form.Get("token"))
	}
	r.URL.RawQuery = query.Encode()
	if n.anonymous || n.secretInURL {
		r.Header.Del("Authorization")
	}
	if n.byGet {
		r.Method, r.Body, r.GetBody, r.ContentLength = http.MethodGet, http.NoBody, nil, 0
		r.Header.Del("Content-Type")
	}
	if n.inJSON {
		body := fmt.Sprintf(`{"token":%q}`, form.Get("token"))
		r.Body, r.GetBody, r.ContentLength = io.NopCloser(strings.NewReader(body)), nil, int64(len(body))
		r.Header.Set("Content-Type", "application/json")
	}
}

// userInfo asks who the holder of a refused token is (INTR-14). Whatever is answered, it changes nothing.
func (c *ByKey) userInfo(ctx context.Context, token string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Issuer+oidc.PathUserInfo, nil)
	if err != nil {
		return
	}
	request.Header.Set("Authorization", "Bearer "+token)
	_, _, _ = ask(c.HTTP, request)
}

// movedError is the answer of an identity provider that sends elsewhere (INTR-12).
type movedError struct{ to, status string }

// Error tells the status.
func (e *movedError) Error() string {
	return fmt.Sprintf("the identity provider answers %s", e.status)
}
