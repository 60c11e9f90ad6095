package interops

import "time"

// User is a person of the client organism, as its applications know them. Test persons are synthetic.
type User struct {
	ID string `yaml:"id" json:"id"` // becomes the NameID
	// Format is the NameID format; unspecified when empty.
	Format string `yaml:"format,omitempty" json:"format,omitempty"`
	// Class is the authentication class that the login reached, at AuthnInstant.
	Class        string    `yaml:"class,omitempty" json:"class,omitempty"`
	AuthnInstant time.Time `yaml:"authn_instant,omitempty" json:"authn_instant,omitempty"`
	// PAGM are the profiles that the user asks to exercise in this call.
	PAGM []string `yaml:"pagm,omitempty" json:"pagm,omitempty"`
}

// Habilitation is the client's grant of PAGM to a user within a project (A12, L04, X09).
type Habilitation struct {
	User    string   `yaml:"user" json:"user"` // User.ID
	Project string   `yaml:"project" json:"project"`
	PAGM    []string `yaml:"pagm" json:"pagm"`
}

// Covers tells whether the habilitation grants every PAGM asked for.
func (h Habilitation) Covers(pagm []string) bool {
	for _, want := range pagm {
		found := false
		for _, have := range h.PAGM {
			found = found || have == want
		}
		if !found {
			return false
		}
	}
	return true
}
