package candidate

import (
	"slices"
	"strings"

	"etalon/internal/interops"
)

// Role is a role that a candidate may play.
type Role string

// The roles tested.
const (
	RoleProvider       Role = "fournisseur"              // modes A, P and R
	RoleClient         Role = "client"                   // modes A, P and R
	RoleIdentification Role = "operateur-identification" // mode S
	RoleAuthentication Role = "operateur-authentification"
	RoleService        Role = "operateur-service"
	// An MSSanté operator, without mode: its interfaces for mail programs, the one for other operators, and its life-cycle.
	RoleMSSIMAP         Role = "mss-imap"
	RoleMSSSMTP         Role = "mss-smtp"
	RoleMSSOperator     Role = "mss-operateur"
	RoleMSSOrganisation Role = "mss-organisation"
	// Around Pro Santé Connect, without mode.
	RoleLPS              Role = "lps"                  // a professional's mail program
	RoleIdentityProvider Role = "fournisseur-identite" // to which Pro Santé Connect delegates
	RolePSCService       Role = "service-psc"          // to which it brings its users
	RolePSCAPI           Role = "api-psc"              // which takes its tokens in exchange
)

// NoMode stands in the place of a mode for the roles that have none, as in mss-imap/-.
const NoMode interops.Mode = "-"

// Roles lists every role, in the order in which they are played.
func Roles() []Role {
	gateway := []Role{RoleProvider, RoleClient, RoleIdentification, RoleAuthentication, RoleService}
	return slices.Concat(gateway, MSSRoles(), []Role{RoleLPS, RoleIdentityProvider, RolePSCService, RolePSCAPI})
}

// MSSRoles lists the roles of an operator of MSSanté, which one file describes.
func MSSRoles() []Role {
	return []Role{RoleMSSIMAP, RoleMSSSMTP, RoleMSSOperator, RoleMSSOrganisation}
}

// WithoutMode tells whether a role has no mode: those of MSSanté and around Pro Santé Connect.
func (r Role) WithoutMode() bool {
	return slices.Contains(MSSRoles(), r) || slices.Contains([]Role{RoleLPS, RoleIdentityProvider, RolePSCService, RolePSCAPI}, r)
}

// Scope lists every role and mode that the candidate declares, such as fournisseur/A.
func (c *Candidate) Scope() []string {
	var scope []string
	for _, role := range Roles() {
		for _, mode := range c.Modes(role) {
			scope = append(scope, string(role)+"/"+string(mode))
		}
	}
	return scope
}

// SplitScope takes such a role and mode apart.
func SplitScope(scope string) (Role, interops.Mode) {
	role, mode, _ := strings.Cut(scope, "/")
	return Role(role), interops.Mode(mode)
}

// Modes lists the modes that the candidate declares in a role; none when it does not play it.
func (c *Candidate) Modes(role Role) []interops.Mode {
	if role.WithoutMode() {
		if !c.declares(role) {
			return nil
		}
		return []interops.Mode{NoMode}
	}
	declared := map[interops.Mode]bool{}
	switch {
	case role == RoleProvider && c.Provider != nil:
		declared[interops.ModeA], declared[interops.ModeP], declared[interops.ModeR] = c.Provider.A != nil, c.Provider.P != nil, c.Provider.R != nil
	case role == RoleClient && c.Client != nil:
		declared[interops.ModeA], declared[interops.ModeP], declared[interops.ModeR] = c.Client.A != nil, c.Client.P != nil, c.Client.R != nil
	case role == RoleIdentification:
		declared[interops.ModeS] = c.Identification != nil
	case role == RoleAuthentication:
		declared[interops.ModeS] = c.Authentication != nil
	case role == RoleService:
		declared[interops.ModeS] = c.Service != nil
	}
	all := []interops.Mode{interops.ModeA, interops.ModeP, interops.ModeS, interops.ModeR}
	return slices.DeleteFunc(all, func(m interops.Mode) bool { return !declared[m] })
}

// Choice returns the project and service of a role in a mode; zero when it is not declared. An identification
// operator has none: no VI is its own.
func (c *Candidate) Choice(role Role, mode interops.Mode) Choice {
	if !slices.Contains(c.Modes(role), mode) {
		return Choice{}
	}
	switch string(role) + "/" + string(mode) {
	case "fournisseur/A":
		return c.Provider.A.Choice
	case "fournisseur/P":
		return c.Provider.P.Choice
	case "fournisseur/R":
		return c.Provider.R.Choice
	case "client/A":
		return c.Client.A.Choice
	case "client/P":
		return c.Client.P.Choice
	case "client/R":
		return c.Client.R.Choice
	case "operateur-authentification/S":
		return c.Authentication.S.Choice
	case "operateur-service/S":
		return c.Service.S.Choice
	}
	return Choice{}
}

// Access returns what the candidate lets be seen and done in a role; nil when it does not play it.
func (c *Candidate) Access(role Role) *Access {
	switch {
	case role == RoleProvider && c.Provider != nil:
		return &c.Provider.Access
	case role == RoleClient && c.Client != nil:
		return &c.Client.Access
	case role == RoleIdentification && c.Identification != nil:
		return &c.Identification.Access
	case role == RoleAuthentication && c.Authentication != nil:
		return &c.Authentication.Access
	case role == RoleService && c.Service != nil:
		return &c.Service.Access
	}
	if r := c.Reach(role); r != nil {
		return &r.access
	}
	return nil
}

// declares tells whether the file declares a role without mode.
func (c *Candidate) declares(role Role) bool {
	switch role {
	case RoleMSSOperator:
		return c.MSSOperator != nil
	case RoleMSSOrganisation:
		return c.MSSOrganisation != nil
	case RoleLPS:
		return c.LPS != nil
	case RoleIdentityProvider:
		return c.IdentityProvider != nil
	case RolePSCService:
		return c.PSCService != nil
	case RolePSCAPI:
		return c.PSCAPI != nil
	}
	return c.Interface(role) != nil
}

// Interface returns the interface of an MSSanté operator that a role names; nil when the candidate does not declare it.
func (c *Candidate) Interface(role Role) *MSSInterface {
	switch role {
	case RoleMSSIMAP:
		return c.MSSIMAP
	case RoleMSSSMTP:
		return c.MSSSMTP
	}
	return nil
}

// agreed returns the projects of a mode in which an organism has a role, in the convention's order.
func agreed(c *interops.Convention, role Role, mode interops.Mode, organism string) []interops.Project {
	return slices.DeleteFunc(c.Opened(), func(p interops.Project) bool {
		return p.Mode != mode || party(p, role) != organism
	})
}

// party returns the organism that plays a role in a project; none where the role has no part in projects.
func party(p interops.Project, role Role) string {
	switch role {
	case RoleClient, RoleAuthentication:
		return p.Client
	case RoleProvider, RoleService:
		return p.Provider
	}
	return ""
}

// players lists the organisms that may play a role in a mode, in the convention's order.
func players(c *interops.Convention, role Role, mode interops.Mode) []string {
	var names []string
	if role == RoleIdentification && c.Sphere != nil {
		for _, m := range c.Sphere.Members {
			if m.Plays(interops.IdentificationOperator) {
				names = append(names, m.Organism)
			}
		}
		return names
	}
	for _, p := range c.Opened() {
		if name := party(p, role); p.Mode == mode && name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
