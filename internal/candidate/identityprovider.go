package candidate

import (
	"strings"

	"etalon/internal/interops"
)

// IdentityProvider is an identity provider to which Pro Santé Connect delegates the login of an establishment's users. The
// harness plays Pro Santé Connect, an OpenID Connect client of it, and the persons who log in there.
type IdentityProvider struct {
	Reach
	// Issuer is the https URL that its tokens name as their issuer; TenantPlace in it stands for the establishment.
	Issuer string `json:"issuer"`
	// Discovery is where it publishes itself, when that is not below its issuer.
	Discovery string `json:"discovery,omitzero"`
	// Entity tells whose items of the référentiel the file answers for; EntityProvider unless told otherwise.
	Entity Entity `json:"entity,omitzero"`
	// Client is Pro Santé Connect as a client with a secret, SecondClient another one (FI-08); nil when none.
	Client       IDClient  `json:"client"`
	SecondClient *IDClient `json:"second_client,omitzero"`
	// CertificateClient is Pro Santé Connect as a client with a certificate, KeyClient as one that signs its assertions; nil
	// when the provider knows none (FI-19 to FI-22).
	CertificateClient *CertificateClient `json:"certificate_client,omitzero"`
	KeyClient         *KeyClient         `json:"key_client,omitzero"`
	// Redirect and PostLogout are the addresses registered for every client, which the harness never serves: it stops there.
	Redirect   string `json:"redirect,omitzero"`
	PostLogout string `json:"post_logout,omitzero"`
	// Scope is what is asked; DefaultIDScope unless told otherwise.
	Scope string `json:"scope,omitzero"`
	// UserClaim and EstablishmentClaim are the agreed claims of the immutable identifiers; sub and iss unless told otherwise.
	UserClaim          string `json:"user_claim,omitzero"`
	EstablishmentClaim string `json:"establishment_claim,omitzero"`
	// Identity are the claims that an identity has; DefaultIdentity unless told otherwise (FI-34).
	Identity []string `json:"identity,omitzero"`
	// AMR are the agreed values of amr; those of RFC 8176 unless told otherwise (FI-25).
	AMR []string `json:"amr,omitzero"`
	// Login is how persons log in, unless their means has a way of its own.
	Login SignIn `json:"login"`
	// Means are the means of identification; one at least is strong.
	Means []IDMeans `json:"means"`
	// Establishments are those whose users it identifies; one at least has a person.
	Establishments []Establishment `json:"establishments"`
	// Session is after how long a login must be made again: four hours, or the shortened value of a test provider (FI-40).
	Session interops.Duration `json:"session,omitzero"`
	// Traces is how its traces are read; nil when they cannot be (FI-54, FI-55).
	Traces *SignInTraces `json:"traces,omitzero"`
	// Indicators is its interface of indicators; nil when none (FI-51).
	Indicators *Indicators `json:"indicators,omitzero"`
}

// TenantPlace is where the issuer of a provider of several establishments wants the identifier of one.
const TenantPlace = "{tenantid}"

// Entity is who answers for an item of the référentiel.
type Entity string

// The entities.
const (
	EntityProvider      Entity = "fournisseur"
	EntityEstablishment Entity = "etablissement"
	EntityBoth          Entity = "les-deux" // an establishment that is its own provider
)

// Answers tells whether the items of an entity are those of the file.
func (e Entity) Answers(of Entity) bool { return e == of || e == EntityBoth }

// IDClient is a client of the provider that proves who it is by a secret.
type IDClient struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
	// Auth are the ways in which it may send its secret; AuthBasic and AuthPost unless told otherwise.
	Auth []string `json:"auth,omitzero"`
}

// The ways in which a client proves who it is (OIDC Core §9, RFC 8705 §2).
const (
	AuthBasic      = "client_secret_basic"
	AuthPost       = "client_secret_post"
	AuthTLS        = "tls_client_auth"
	AuthSelfSigned = "self_signed_tls_client_auth"
	AuthKey        = "private_key_jwt"
)

// CertificateClient is a client that proves who it is by a certificate.
type CertificateClient struct {
	ID string `json:"id"` // that of Client where the provider knows one name only
	// Auth is AuthTLS, unless told AuthSelfSigned.
	Auth string `json:"auth,omitzero"`
	// Pair is the certificate registered; that of pki.client, or the test one of PSCOrganism, when nil.
	Pair *Pair `json:"pair,omitzero"`
}

// KeyClient is a client that proves who it is by a signed assertion.
type KeyClient struct {
	ID string `json:"id"`
	// Pair is the key registered, with a certificate for it; the signature key of PSCOrganism when nil.
	Pair *Pair `json:"pair,omitzero"`
	// KID is the name under which the key is registered; none is sent when empty.
	KID string `json:"kid,omitzero"`
	// Audience is for whom the assertions are: AudienceEndpoint when empty.
	Audience string `json:"audience,omitzero"`
}

// For whom an assertion is (RFC 7523 §3): the token endpoint, or the issuer.
const (
	AudienceEndpoint = "token_endpoint"
	AudienceIssuer   = "issuer"
)

// The addresses of the harness as a client, and what it asks, unless told otherwise.
const (
	FixedRedirect   = "https://127.0.0.1:8570/callback"
	FixedPostLogout = "https://127.0.0.1:8570/deconnexion"
	DefaultIDScope  = "openid profile email"
)

// SignIn is how a person logs in on the pages of an identity provider: the pages that ask something, in any order, each known
// by the fields that it must have; the way ends at the redirect address of the client.
type SignIn struct {
	Browser Browser `json:"browser,omitzero"` // http unless told otherwise
	// Forms name the fields: of each, user takes the identifier, password the secret, and extra what it says; ${code} there is
	// the code of the moment of the person's TOTP.
	Forms []Form `json:"forms"`
	// Consent are the fields to send on a page that asks for consent, if its plain submission does not do.
	Consent map[string]string `json:"consent,omitzero"`
}

// IDMeans is a means of identification (MIE).
type IDMeans struct {
	Name string `json:"name"`
	// AMR are the values that it has in tokens, all of them.
	AMR []string `json:"amr"`
	// Strong tells of two factors, one of which withstands phishing (FI-36).
	Strong bool `json:"strong,omitzero"`
	// Login is its own way, nil when it is the provider's.
	Login *SignIn `json:"login,omitzero"`
}

// Establishment is an establishment whose users the provider identifies.
type Establishment struct {
	// ID is the value of its claim; of no meaning when that is iss.
	ID string `json:"id"`
	// Issuer, Discovery and Client are its own; those of the provider when empty.
	Issuer    string    `json:"issuer,omitzero"`
	Discovery string    `json:"discovery,omitzero"`
	Client    *IDClient `json:"client,omitzero"`
	// Unlisted tells that it is not of those whose users Pro Santé Connect accepts (FI-33).
	Unlisted bool `json:"unlisted,omitzero"`
	// Domains are those of its users' mail (EXI FI 26).
	Domains []string   `json:"domains,omitzero"`
	Persons []IDPerson `json:"persons"`
}

// IDPerson is a person known to the provider. Test persons are synthetic.
type IDPerson struct {
	ID string `json:"id"` // what the person types
	// Secret is typed with it; "essai-" and the id unless told otherwise.
	Secret string `json:"secret,omitzero"`
	// TOTP is the secret of its codes, base32 (RFC 6238).
	TOTP string `json:"totp,omitzero"`
	// Means names how it logs in; the first strong one unless told otherwise.
	Means string `json:"means,omitzero"`
	// Human names who it is, where several accounts are of one person: they may have one identifier (FI-29).
	Human string `json:"human,omitzero"`
	// Renamed tells that it may be renamed, or made anew, by the verbs (FI-28, FI-30).
	Renamed bool `json:"renamed,omitzero"`
}

// SignInTraces is how the harness reads the traces of logins; one of the three sources is set.
type SignInTraces struct {
	File    string   `json:"file,omitzero"`    // absolute after Load; it may not exist yet
	HTTP    string   `json:"http,omitzero"`    // a GET returns them
	Command []string `json:"command,omitzero"` // prints them
	// Map gives, for a field of SignInFields, its name or JSON pointer in a record: one JSON object a line. Pattern reads lines
	// of text instead: an expression with those fields as named groups.
	Map     map[string]string `json:"map,omitzero"`
	Pattern string            `json:"pattern,omitzero"`
}

// SignInFields are what the trace of a login has (EXI FI 35).
func SignInFields() []string {
	return []string{"time", "user", "establishment", "means", "address", "client", "result"}
}

// Indicators is an interface of indicators (RECO FI 04), with the credentials agreed: user and secret, or a token.
type Indicators struct {
	URL    string `json:"url"`
	User   string `json:"user,omitzero"`
	Secret string `json:"secret,omitzero"`
	Token  string `json:"token,omitzero"`
	// Map gives, for each of IndicatorFields, the name of the member that has it; its own when none.
	Map map[string]string `json:"map,omitzero"`
}

// IndicatorFields are what it must tell: how long sessions last, by which means persons log in, and how strong these are.
func IndicatorFields() []string { return []string{"session", "means", "strength"} }

// The verbs of an identity provider; both get the login of a person.
const (
	RenameUser   Verb = "rename-user"   // changes the family name and the e-mail (FI-28)
	RecreateUser Verb = "recreate-user" // deletes the account and makes one of the same login (FI-30)
)

// IdentityVerbs lists every verb of an identity provider.
func IdentityVerbs() []Verb { return []Verb{RenameUser, RecreateUser, Restart} }

// RFC8176 are the registered values of amr (RFC 8176 §2, and pop, which OpenID EAP has registered since).
func RFC8176() []string {
	return strings.Fields("face fpt geo hwk iris kba mca mfa otp pin pop pwd rba retina sc sms swk tel user vbm wia")
}

// DefaultIdentity is what an identity has, in a file that does not say.
func DefaultIdentity() []string { return []string{"family_name", "given_name", "email"} }
