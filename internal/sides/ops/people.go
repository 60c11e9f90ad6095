package ops

import (
	"fmt"

	"etalon/internal/interops"
)

// people makes the synthetic persons of a run, as a project and a service want them.
type people struct{ profile *interops.Profile }

// entitled returns a person who may call the service, with one agreed PAGM; the application alone where the
// service takes no user.
func (p people) entitled(project interops.Project, service interops.Service) interops.User {
	return p.numbered(project, service, 42)
}

// numbered returns the n-th entitled person.
func (p people) numbered(project interops.Project, service interops.Service, n int) interops.User {
	u := interops.User{Class: p.profile.ClassFor(service), PAGM: firstPAGM(project)}
	if service.User != interops.UserForbidden {
		u.ID = fmt.Sprintf("agent-%04d", n)
	}
	if len(project.NameIDFormats) > 0 {
		u.Format = project.NameIDFormats[0]
	}
	return u
}

// firstPAGM is the first profile of the project, by name.
func firstPAGM(project interops.Project) []string {
	if len(project.PAGM) == 0 {
		return nil
	}
	return []string{project.PAGM[0].Name}
}
