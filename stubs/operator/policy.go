package operator

import (
	"crypto/tls"
	"crypto/x509"
	"time"

	"etalon/internal/mssante"
	"etalon/internal/pki"
)

// policy is how the operator behaves. The zero value of a field is honest, but for those that honest fills.
type policy struct {
	// TLS
	certificate string // a variant of its credential
	tls         func(*tls.Config)
	hello       func(offer) []byte // answers a ClientHello by itself, where it is not nil

	// the clear phase and STARTTLS, by protocol
	imap, smtp linePolicy

	// SASL
	mechanisms  []string
	lenient     laxity
	challenge   string // JSON of the error challenge; none at all when empty
	passwords   bool   // LOGIN and PLAIN let in
	telling     bool   // says that a mailbox does not exist
	oneShot     bool   // a connection ends with a refusal
	unguarded   bool   // refusals are not delayed, however many
	maxSessions int
	// cutsAtExpiry ends a session with the token that opened it.
	cutsAtExpiry bool
	maxToken     int
	jams         bool // a line that is too long stops it for a while

	// tokens
	overlooks  func(rule string, all []string, p Person) bool
	demands    func(Person) bool // more than the norm wants
	failsOpen  bool
	textJams   bool // a claim of another type than expected stops it for a while
	remembers  bool // decisions are kept for ever
	onceOnly   bool
	identities func(Person) []mssante.IdNat // that count for access

	checking checking      // how the identity provider is asked
	slow     time.Duration // each login waits for the one before, and so long
	patience time.Duration // bounds the examination of a token

	// mailboxes
	open        func(*request) bool // decides on access
	duplicated  bool                // of two user fields, one is checked and the other opened
	keepsRights bool                // rights count that were withdrawn
	byCase      bool                // addresses differ by case
	anyDomain   bool                // the domain of an address does not count
	suffixes    bool                // an address with a suffix opens the first mailbox, whoever asks
	swaps       bool                // opens what the token opens, where it does not open what is asked for
	firstOnly   bool                // opens the first mailbox of a person alone

	// certificates
	pardoned map[pki.PathKind]bool
	pinned   func(*x509.Certificate) string // what the certificate of a mailbox keeps for good
	external func(*request) bool            // decides on access by certificate

	// IMAP
	noInbox, forgetful, noFolders, asciiFolders, silentIdle, unstable bool

	// SMTP
	smtpLine int
	mailSize int64
	mail     mailPolicy
}

// linePolicy is how one protocol's line is held.
type linePolicy struct {
	noTLS      bool // STARTTLS is not offered
	clearLogin bool
	clearMail  bool // SMTP
	injected   bool // obeys what came in clear behind STARTTLS
	keepsState bool // SMTP: no new EHLO is wanted under TLS
	dropsAgain bool // ends the connection on a second STARTTLS
	// edit changes what the library says; hear what it is told, by lines. Both may be nil.
	edit func(l *link, b []byte) []byte
	hear func(l *link, line []byte) ([]byte, bool)
}

// laxity is what the reading of an XOAUTH2 response lets pass.
type laxity struct {
	noEnd, noUser, noAuth, anyScheme, lastUser, cutsNUL, nothing bool
}

// mailPolicy is what submission lets pass.
type mailPolicy struct {
	noLogin, anySender, anyFrom, manyFrom, relays, noWhiteList, ignoresSize, keepsHalf, lateLogin, swallows, noReport, noOwnSender, belowSize, anyLength bool
	rewrite                                                                                                                                              func([]byte) []byte
	refuses                                                                                                                                              func([]byte) bool
}

// announcedSize is the SIZE that the operator announces, 20 MiB.
const announcedSize = 20 << 20

// honestIdentities are all that the token gives of its holder.
func honestIdentities(p Person) []mssante.IdNat { return append([]mssante.IdNat{p.IdNat}, p.Others...) }

func honest() policy {
	return policy{
		tls:        func(*tls.Config) {},
		mechanisms: []string{"XOAUTH2", "EXTERNAL"},
		challenge:  `{"status":"401","schemes":"bearer","scope":"openid scope_all"}`,
		overlooks:  func(string, []string, Person) bool { return false },
		pardoned:   map[pki.PathKind]bool{},
		demands:    func(Person) bool { return true },
		identities: honestIdentities,
		open:       mayOpen, external: mayOpenByCertificate,
		patience: checkTimeout, smtpLine: maxLine, mailSize: announcedSize, maxToken: 64 << 10,
	}
}
