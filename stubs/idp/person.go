package idp

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 §1.2
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
)

// Establishment is one whose users the provider identifies. ID is given once, and kept (EXI FI 22).
type Establishment struct{ ID, Name, Domain string }

// Person is a user of an establishment, with its factors. Test persons are synthetic.
type Person struct {
	Login, Establishment string
	FamilyName, Given    string
	// Email is the login when empty.
	Email string
	// Secret is the password, TOTP the secret of the codes that go with it (base32, RFC 6238), PIN that of the smart card;
	// each empty when the person has none.
	Secret, TOTP, PIN string
	// Changing tells that the tests may rename her, and make her account anew.
	Changing bool
}

// Means are a means of identification (MIE).
type Means struct {
	Name string
	AMR  []string // RFC 8176 §2
	ACR  string
}

// The means of identification. A password alone lets nobody in.
var (
	Card     = Means{"carte", []string{"sc", "pin", "mfa", "hwk"}, "eidas3"}
	Code     = Means{"mot de passe et code", []string{"pwd", "otp", "mfa"}, "eidas2"}
	Password = Means{"mot de passe", []string{"pwd"}, "eidas1"}
)

// account is a person as the provider knows her: under an identifier that never changes, and is never given again (EXI FI 21).
type account struct {
	Person
	id    string
	since time.Time
}

// enrol opens the accounts of the configuration.
func (s *Stub) enrol() error {
	for _, p := range s.config.Persons {
		known := slices.ContainsFunc(s.config.Establishments, func(e Establishment) bool { return e.ID == p.Establishment })
		if p.Login == "" || p.Secret == "" && p.PIN == "" || !known || s.account(p.Login) != nil {
			return fmt.Errorf("read person %q: want a login of its own, a factor and a known establishment", p.Login)
		}
		if _, err := totpKey(p.TOTP); err != nil {
			return fmt.Errorf("read person %q: %w", p.Login, err)
		}
		if err := s.open(p); err != nil {
			return err
		}
	}
	return nil
}

// open opens an account.
func (s *Stub) open(p Person) error {
	id, err := bench.NewUUID(s.ids)
	if err != nil {
		return err
	}
	if p.Email == "" {
		p.Email = p.Login
	}
	s.accounts = append(s.accounts, &account{p, id, s.now()})
	return nil
}

// account finds a person by the login; nil when none. The case of letters does not count.
func (s *Stub) account(login string) *account {
	i := slices.IndexFunc(s.accounts, func(a *account) bool { return strings.EqualFold(a.Login, login) })
	if i < 0 {
		return nil
	}
	return s.accounts[i]
}

// who returns the person of an identifier, as she is now.
func (s *Stub) who(id string) (account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.accounts, func(a *account) bool { return a.id == id })
	if i < 0 {
		return account{}, false
	}
	return *s.accounts[i], true
}

// named returns the person of a login, as she is now.
func (s *Stub) named(login string) (account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.account(login); a != nil {
		return *a, true
	}
	return account{}, false
}

// errNobody tells that a gesture is about nobody.
var errNobody = errors.New("find person: no such login")

// Rename gives a person another family name and e-mail; new ones that are empty are made of the old.
func (s *Stub) Rename(login, family, email string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.account(login)
	if a == nil {
		return errNobody
	}
	if family == "" {
		family = a.FamilyName + "-BIS"
	}
	if email == "" {
		name, domain, _ := strings.Cut(a.Email, "@")
		email = name + "-bis@" + domain
	}
	a.FamilyName, a.Email = family, email
	return nil
}

// Recreate deletes the account of a person with its sessions, and opens another under the same login, as for a newcomer.
func (s *Stub) Recreate(login string) error {
	s.mu.Lock()
	old := s.account(login)
	if old == nil {
		s.mu.Unlock()
		return errNobody
	}
	p := old.Person
	p.Email = ""
	s.accounts = slices.DeleteFunc(s.accounts, func(a *account) bool { return a == old })
	err := s.open(p)
	s.mu.Unlock()
	s.sessions.End(func(one *session) bool { return one.account == old.id })
	return err
}

// same compares secrets; one that is empty is nobody's.
func same(want, got string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1
}

// totpStep is how long a code lives (RFC 6238 §4.1).
const totpStep = 30

// codes are those of a person that are good at an instant: of that moment, of the one before and of the next (RFC 6238 §5.2).
func (p Person) codes(at time.Time) []string {
	key, err := totpKey(p.TOTP)
	if err != nil || len(key) == 0 {
		return nil
	}
	var all []string
	for _, drift := range []int64{0, -1, 1} {
		mac := hmac.New(sha1.New, key)
		_ = binary.Write(mac, binary.BigEndian, at.Unix()/totpStep+drift)
		sum := mac.Sum(nil)
		number := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&15:]) & 0x7fffffff // RFC 4226 §5.3
		all = append(all, fmt.Sprintf("%06d", number%1_000_000))
	}
	return all
}

func totpKey(secret string) ([]byte, error) {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(secret, "="))
	if err != nil {
		return nil, fmt.Errorf("read TOTP secret: %w", err)
	}
	return key, nil
}
