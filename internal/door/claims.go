package door

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName bounds the name of a person, in characters.
const maxName = 100

// person is who claims say that someone is.
func (o *openID) person(claims map[string]any) (Person, error) {
	name, _ := claim(claims, o.Name).(string)
	if name = strings.TrimSpace(name); name == "" || name == OfOperators || utf8.RuneCountInString(name) > maxName || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return Person{}, errNoName
	}
	have := texts(claim(claims, o.Rank))
	for _, rank := range []Rank{Operator, Auditor, Vendor} {
		for _, value := range o.Ranks[string(rank)] {
			if slices.Contains(have, value) {
				return Person{name, rank}, nil
			}
		}
	}
	return Person{}, errNoRank
}

// claim is the value of a claim by its name, or by the way to it where objects hold it: realm_access.roles. Nil when it is not
// there.
func claim(claims map[string]any, name string) any {
	if value, known := claims[name]; known {
		return value
	}
	first, rest, more := strings.Cut(name, ".")
	within, _ := claims[first].(map[string]any)
	if !more || within == nil {
		return nil
	}
	return claim(within, rest)
}

// texts are the values of a claim that is a text or a list of texts.
func texts(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, one := range v {
			if text, ok := one.(string); ok {
				all = append(all, text)
			}
		}
		return all
	}
	return nil
}
