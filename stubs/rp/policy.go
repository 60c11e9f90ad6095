package rp

import (
	"context"
	"time"

	coreos "github.com/coreos/go-oidc/v3/oidc"

	"etalon/internal/mssante"
)

// policy is how the service behaves. The zero value of a field is honest, but for those that honest fills.
type policy struct {
	// the request of a login
	plainDiscovery       bool
	scopes               []string
	parameters           map[string]string // of the authorization request, and of CIBA
	noState, fixedState  bool
	noNonce, fixedNonce  bool
	noProof, plainProof  bool
	redirectSuffix       string
	noCertificate        bool
	secretInAddress      bool
	anyServer            bool
	anyState, anyBrowser bool
	anyAnswerer          bool
	crashesOnDenial      bool
	asksAgainOnDenial    bool
	blankOnDenial        bool
	crashesOnRefusal     bool
	strictUserInfo       bool
	anyUserInfo          bool

	// the ID token
	anyNonce     bool
	issuer       func(want, got string) bool // in the place of equality
	anyAudience  bool
	leeway       time.Duration
	anySignature bool
	unsigned     bool
	confused     func(context.Context, *Service, *provider, string) coreos.KeySet
	anyLevel     func(string) bool
	anyLogin     bool
	anyPerson    bool

	// the session
	neverRefreshes, keepsOldRefresh, survivesRefusal bool
	localLogout, noHint, noReturn, keepsSession      bool

	// the decoupled authentication
	noBinding, deaf, stubborn bool
	hasty                     time.Duration // between two polls
}

// honest is the policy of an honest service.
func honest() policy {
	return policy{
		scopes:     []string{mssante.ScopeOpenID, mssante.ScopeAll},
		parameters: map[string]string{"acr_values": mssante.Levels()[0], "max_age": maxAge()},
		anyLevel:   func(string) bool { return false },
	}
}
