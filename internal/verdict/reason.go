package verdict

// The keys of Reason. Each has its sentence, with the meaning of its arguments, in the catalogue of texts
// of internal/report; a test there holds the two lists together.
const (
	ReasonOK                   = "ok"
	ReasonFinding              = "finding"                // {0} requirement, {1} rule
	ReasonWaived               = "waived"                 // {0} owner, {1} expiry, {2} why
	ReasonReview               = "review"                 // {0} what waits for a person
	ReasonControlRefusedBefore = "control-refused-before" // {0} status or error
	ReasonControlRefusedAfter  = "control-refused-after"  // {0} status or error
	ReasonRoleHonestRefused    = "role-honest-refused"    // {0} role/mode, {1} status or error
	ReasonUnreachable          = "unreachable"            // {0} field of the candidate file, {1} address, {2} cause
	ReasonBarred               = "barred"                 // {0} where the address was given, {1} its host, {2} for what it is barred
	ReasonMisdeclared          = "misdeclared"            // {0} field of the candidate file, {1} cause
	ReasonDriverFailed         = "driver-failed"          // {0} driver, {1} cause
	ReasonNoMessage            = "no-message"             // {0} what was waited for
	ReasonNotRefused           = "not-refused"            // a faulty message was accepted, where its refusal was to be looked at
	ReasonTracesUnreadable     = "traces-unreadable"      // {0} place, {1} cause
	ReasonHarnessError         = "harness-error"          // {0} cause
	ReasonPanic                = "panic"                  // {0} cause
	ReasonTimeout              = "timeout"                // {0} what was waited for, {1} duration
	ReasonClockUnknown         = "clock-unknown"
	ReasonClocksApart          = "clocks-apart"   // {0} by how much the candidate's is ahead
	ReasonTooClose             = "too-close"      // {0} what was measured, {1} the limit
	ReasonPKIBound             = "pki-bound"      // {0} what cannot be made with the candidate's own authority
	ReasonNotDeclared          = "not-declared"   // {0} capability
	ReasonExcluded             = "excluded"       // {0} the reason that the candidate's vendor gives
	ReasonUnplayedScope        = "unplayed-scope" // {0} role/mode
	ReasonNotSelected          = "not-selected"
	ReasonLongNotAsked         = "long-not-asked"
	ReasonNoProbe              = "no-probe"
	ReasonNoTraces             = "no-traces"
	ReasonNotInConvention      = "not-in-convention" // {0} what the convention does not open
	ReasonUntested             = "untested"          // {0} the catalogue's reason
	ReasonAborted              = "aborted"
	ReasonNoEvidence           = "no-evidence" // {0} requirement
	ReasonUnreadable           = "unreadable"  // {0} the mailbox that we cannot read, and why
	ReasonScripted             = "scripted"    // {0} the page that needs scripts, {1} field of the candidate file

	// Those of declared documents: {0} requirement, {1} file. Each asks for the document again.
	ReasonDocumentMissing    = "document-missing" // {2} cause
	ReasonDocumentEmpty      = "document-empty"
	ReasonDocumentNotPDF     = "document-not-pdf"
	ReasonDocumentTruncated  = "document-truncated"
	ReasonDocumentEncrypted  = "document-encrypted"
	ReasonDocumentNotText    = "document-not-text"
	ReasonDocumentToCome     = "document-to-come"    // {2} the date declared
	ReasonDocumentUnverified = "document-unverified" // {2} cause
	ReasonDocumentFields     = "document-fields"     // {2} what was not found
	ReasonDocumentNoReport   = "document-no-report"
	// Requirements of which another entity answers.
	ReasonForProvider      = "for-provider"
	ReasonForEstablishment = "for-establishment"
	ReasonTracesRead       = "traces-read"     // {0} requirement: its traces, which are read, stand for an extract of them
	ReasonIndicatorsRead   = "indicators-read" // their interface stands for an extract of them

	// Those of an operator of mailboxes.
	ReasonNoSTARTTLS     = "no-starttls"     // {0} address, {1} cause
	ReasonNoHandshake    = "no-handshake"    // {0} address, {1} cause
	ReasonPSCNotAsked    = "psc-not-asked"   // {0} issuer that the operator should trust
	ReasonPSCCertificate = "psc-certificate" // {0} issuer that the operator should trust, {1} cause
	ReasonPSCClient      = "psc-client"      // {0} name of the operator as a client
	ReasonListUnread     = "list-unread"     // {0} address of the white list, {1} what was answered to an honest message

	// Those of an identity provider.
	ReasonIDUnusable     = "id-unusable"      // {0} its document, {1} what of it cannot be used
	ReasonIDRefused      = "id-refused"       // {0} the error of the callback, {1} its description
	ReasonIDLoginRefused = "id-login-refused" // {0} the page that came back, {1} how
	ReasonIDScripted     = "id-scripted"      // {0} the page that needs scripts
	ReasonIDLost         = "id-lost"          // {0} the page where the browser stayed, {1} how
	ReasonIDNoToken      = "id-no-token"      // {0} the token endpoint, {1} what it answered
	ReasonIDUnverified   = "id-unverified"    // {0} the algorithm of a signature that is not verified here

	// Those of a person's browser: {0} the address, {1} what the comment says.
	ReasonRedirectLoop     = "redirect-loop"
	ReasonTooManyRedirects = "too-many-redirects" // {1} how many
	ReasonBadRedirect      = "bad-redirect"       // {1} where to
	ReasonPageTooLarge     = "page-too-large"     // {1} the limit, in bytes
	ReasonPageUnreachable  = "page-unreachable"   // {1} cause
	ReasonLoginPageChanged = "login-page-changed" // {1} the field that is missing
	ReasonCookiesRefused   = "cookies-refused"    // {1} their names, — when none came
	ReasonLoginSignMissing = "login-sign-missing" // {1} the sign
	ReasonBrowserFailed    = "browser-failed"     // {1} cause
)

// ReasonKeys lists every key.
var ReasonKeys = []string{
	ReasonOK, ReasonFinding, ReasonWaived, ReasonReview,
	ReasonControlRefusedBefore, ReasonControlRefusedAfter, ReasonRoleHonestRefused,
	ReasonUnreachable, ReasonMisdeclared, ReasonDriverFailed, ReasonNoMessage, ReasonNotRefused, ReasonTracesUnreadable,
	ReasonHarnessError, ReasonPanic, ReasonTimeout, ReasonClockUnknown, ReasonClocksApart, ReasonTooClose, ReasonPKIBound,
	ReasonBarred, ReasonNotDeclared, ReasonExcluded, ReasonUnplayedScope, ReasonNotSelected, ReasonLongNotAsked, ReasonNoProbe, ReasonNoTraces,
	ReasonNotInConvention, ReasonUntested, ReasonAborted, ReasonNoEvidence, ReasonUnreadable, ReasonScripted,
	ReasonDocumentMissing, ReasonDocumentEmpty, ReasonDocumentNotPDF, ReasonDocumentTruncated, ReasonDocumentEncrypted, ReasonDocumentNotText,
	ReasonDocumentToCome, ReasonDocumentUnverified, ReasonDocumentFields, ReasonDocumentNoReport, ReasonForProvider, ReasonForEstablishment, ReasonIndicatorsRead, ReasonTracesRead,
	ReasonNoSTARTTLS, ReasonNoHandshake, ReasonPSCNotAsked, ReasonPSCCertificate, ReasonPSCClient, ReasonListUnread,
	ReasonIDUnusable, ReasonIDRefused, ReasonIDLoginRefused, ReasonIDScripted, ReasonIDLost, ReasonIDNoToken, ReasonIDUnverified,
	ReasonRedirectLoop, ReasonTooManyRedirects, ReasonBadRedirect, ReasonPageTooLarge, ReasonPageUnreachable,
	ReasonLoginPageChanged, ReasonCookiesRefused, ReasonLoginSignMissing, ReasonBrowserFailed,
}
