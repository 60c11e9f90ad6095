package mssante

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"
)

// WhiteList is the liste blanche: the domains of the trust space, and the certificate under which the operator of each
// exchanges mail with the others.
type WhiteList struct {
	// Generated is DateDeGeneration, to the second.
	Generated time.Time
	Domains   []ListedDomain
}

// ListedDomain is one entry of the list.
type ListedDomain struct {
	Name        string
	Description string
	// Operator is the subject of the operator's certificate (DNCertificatOperateur), as RFC 4514 writes it.
	Operator string
	// Responsible and Support are addresses to write to.
	Responsible, Support string
	// Updated is DateMAJ, to the second; zero where it is not told.
	Updated time.Time
}

// Entries returns the entries of a domain: none where it is not listed, several where its operator has several
// certificates. Case and the two spellings of an international name do not count (WL-13); a domain listed does not list
// those below it (WL-14).
func (l WhiteList) Entries(domain string) []ListedDomain {
	var all []ListedDomain
	for _, d := range l.Domains {
		if SameDomain(d.Name, domain) {
			all = append(all, d)
		}
	}
	return all
}

// With returns the list with one more entry.
func (l WhiteList) With(d ListedDomain) WhiteList {
	l.Domains = append(slices.Clip(l.Domains), d)
	return l
}

// Without returns the list without the entries of a domain.
func (l WhiteList) Without(domain string) WhiteList {
	l.Domains = slices.DeleteFunc(slices.Clone(l.Domains), func(d ListedDomain) bool { return SameDomain(d.Name, domain) })
	return l
}

// SameDomain tells whether two texts name one domain: case does not count, nor does the spelling of an international
// name, in Unicode or in ASCII (RFC 5891). Names that break the rules of such spellings are compared as they stand, but for
// the case of ASCII.
func SameDomain(a, b string) bool {
	first, err := idna.Lookup.ToASCII(a)
	second, other := idna.Lookup.ToASCII(b)
	if err != nil || other != nil {
		return a != "" && strings.EqualFold(a, b)
	}
	return first != "" && first == second
}

// DomainOf returns what stands behind the last "@" of an address; empty where there is none.
func DomainOf(address string) string {
	i := strings.LastIndexByte(address, '@')
	if i < 0 {
		return ""
	}
	return address[i+1:]
}

// ASCIIDomain writes a domain in ASCII and small letters (RFC 5891). It refuses a name that breaks the rules.
func ASCIIDomain(name string) (string, error) { return idna.Lookup.ToASCII(name) }
