package idp

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"slices"
	"time"

	"etalon/internal/oidc"
	"etalon/internal/pki"
)

// policy is how the provider behaves. The zero value of a field is honest, but for those that honest fills.
type policy struct {
	// what it publishes
	tls      func(*tls.Config)
	metadata func(map[string]any)
	jwk      func(map[string]any)
	bits     int  // of the RSA key that signs
	verbose  bool // errors show the stack

	// authorization
	redirects   func(registered []string, address string) bool
	farewells   func(registered []string, address string) bool
	unknownBack bool // who is not known is sent back where it wants
	implicit    bool // tokens come by the browser when asked
	anyScope    bool // openid need not be asked
	state       func(string) string
	callback    func(url.Values)

	// sessions
	limit      time.Duration
	sliding    bool // each use prolongs a session
	silent     string
	sameLogin  bool // prompt=login is not heard
	anyAge     bool // max_age is not heard
	zeroIsNone bool // max_age=0 is not heard
	keepsLogin bool // a logout leaves the session
	cookie     func(*http.Cookie)
	english    bool
	alone      bool // a password alone lets in
	anyCode    bool // any code will do, and any PIN
	halfway    bool // the first factor opens a session

	// clients
	anySecret, noSecret, basicOnly, noCertificate bool
	anySubject                                    bool
	pardoned                                      map[pki.PathKind]bool
	anySignature, replays                         bool

	// codes
	codeAgain, codeOfOther, anyRedirect, anyVerifier, noVerifier bool

	// tokens
	means  func(Means, *issue) Means
	claims []func(*issue)
	draft  func(*Stub, *oidc.Draft)
	answer func(map[string]any)
	info   func(map[string]any, *issue)
	// openInfo tells of somebody without a token.
	openInfo bool

	// indicators and traces
	openIndicators bool
	indicators     func(map[string]any)
	record         func(*Record) bool // false keeps nothing
}

// Ways in which a provider may fail to be silent with prompt=none.
const (
	silentPage = "page"
	silentCode = "code"
)

// sessionLimit is how long a login serves (EXI FI 25).
const sessionLimit = 4 * time.Hour

// honest is the policy of a provider without flaw.
func honest() policy {
	return policy{
		tls: func(*tls.Config) {}, metadata: func(map[string]any) {}, jwk: func(map[string]any) {}, bits: 2048, limit: sessionLimit,
		redirects: slices.Contains[[]string], farewells: slices.Contains[[]string], state: func(s string) string { return s },
		callback: func(url.Values) {}, cookie: func(*http.Cookie) {}, means: func(m Means, _ *issue) Means { return m },
		draft: func(*Stub, *oidc.Draft) {}, answer: func(map[string]any) {}, info: func(map[string]any, *issue) {},
		indicators: func(map[string]any) {}, record: func(*Record) bool { return true },
	}
}
