package service

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"etalon/internal/interops"
)

// Addresses of a face, after its base.
const (
	acsPath     = "/acs"
	confirmPath = "/acs/confirmation"
	appPath     = "/app/"
	logoutPath  = "/session/logout"
	// Of a service operator: the choice of an operator, the end of every session of the sphere, the messages of a
	// logout, and what the operator publishes of itself. The last two are of the organism, not of one service.
	discoveryPath = "/discovery"
	spherePath    = "/session/logout/sphere"
	sloPath       = "/slo"
	metadataPath  = "/metadata"
	// servicesPath stands before the name of each service but the first, whose base is empty.
	servicesPath = "/services/"
)

// face is one service as the web sees it: its own addresses, its own cookie, its own Audience.
type face struct {
	base    string
	service interops.Service
}

// openFaces opens a face for each service of the projects that the organism offers in the role's mode.
func (s *Service) openFaces() error {
	for _, project := range s.config.Bench.Convention.Opened() {
		if project.Provider != s.organism.Name || project.Mode != s.mode() {
			continue
		}
		for _, service := range project.Services {
			if err := s.openFace(service); err != nil {
				return err
			}
		}
	}
	if len(s.faces) == 0 {
		return fmt.Errorf("open services: no project of mode %s has the organism as provider", s.mode())
	}
	return nil
}

func (s *Service) openFace(service interops.Service) error {
	if s.inSphere() && service.MinimumLevel == "" {
		return nil // K05: a service that declares no level is not exposed
	}
	if f, twice := s.face(service.Name); twice {
		if f.service.Audience != service.Audience {
			return fmt.Errorf("open service %q: two services of that name have different audiences", service.Name)
		}
		return nil
	}
	f := face{service: service}
	if len(s.faces) > 0 {
		f.base = servicesPath + url.PathEscape(service.Name)
	}
	s.faces = append(s.faces, f)
	return nil
}

// face returns the face of a service, by Service.Name.
func (s *Service) face(service string) (face, bool) {
	for _, f := range s.faces {
		if f.service.Name == service {
			return f, true
		}
	}
	return face{}, false
}

// routes opens the addresses of every face; any method comes to the ACS, for a wrong one is a finding (P04).
func (s *Service) routes() http.Handler {
	r := chi.NewRouter()
	for _, f := range s.faces {
		r.HandleFunc(f.base+acsPath, s.handle(f, s.consume))
		r.Post(f.base+confirmPath, s.handle(f, s.confirm))
		r.HandleFunc(f.base+appPath+"*", s.handle(f, s.resource))
		r.Get(f.base+logoutPath, s.handle(f, s.leave))
		if s.inSphere() {
			r.Get(f.base+discoveryPath, s.handle(f, s.discover))
			r.Get(f.base+spherePath, s.handle(f, s.leaveSphere))
		}
	}
	if s.inSphere() {
		r.HandleFunc(sloPath, s.handle(s.faces[0], s.slo))
		r.Get(metadataPath, s.handle(s.faces[0], s.publish))
	}
	r.NotFound(s.handle(face{}, s.unknown))
	r.MethodNotAllowed(s.handle(face{}, s.unknown))
	return r
}

// ACS returns the address to which the Responses for a service are posted; the first service's when empty.
func (s *Service) ACS(service string) string {
	return s.address(service, acsPath)
}

// Target returns the address of a resource of a service; the first service's when empty.
func (s *Service) Target(service, resource string) string {
	return s.address(service, appPath+resource)
}

// Logout returns the address that ends the session with a service.
func (s *Service) Logout(service string) string { return s.address(service, logoutPath) }

// Discovery returns the address where a person chooses her operator for a service.
func (s *Service) Discovery(service string) string { return s.address(service, discoveryPath) }

// SphereLogout returns the address that ends every session of a person in the sphere.
func (s *Service) SphereLogout(service string) string { return s.address(service, spherePath) }

// SLO returns the address of the messages of a logout.
func (s *Service) SLO() string { return s.origin() + sloPath }

func (s *Service) address(service, path string) string {
	f := s.faces[0]
	if other, ok := s.face(service); ok {
		f = other
	}
	return s.origin() + f.base + path
}

// allows tells whether a return address is one of the face's own pages (P05): a path, or a whole address of ours.
func (s *Service) allows(f face, target string) bool {
	_, err := s.local(f, target)
	return err == nil
}

var errElsewhere = errors.New("the return address is not a page of the service")

// local returns a return address as a path of ours, with its query. It refuses what any browser could read as an
// address elsewhere, and any page that is not of the service.
func (s *Service) local(f face, target string) (string, error) {
	if strings.ContainsAny(target, "\\\t\r\n") || strings.ContainsFunc(target, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return "", errElsewhere
	}
	target = strings.TrimPrefix(target, s.origin())
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || strings.HasPrefix(target, "//") {
		return "", errElsewhere
	}
	if _, err := resourceOf(f, u); err != nil {
		return "", errElsewhere
	}
	u.Fragment = ""
	return u.String(), nil
}

// resourceOf returns the name of the resource that an address designates: what follows /app/, up to the next slash.
// It refuses a path that an application could read as another one.
func resourceOf(f face, u *url.URL) (string, error) {
	rest, ok := strings.CutPrefix(u.Path, f.base+appPath)
	if !ok {
		return "", errElsewhere
	}
	escaped := strings.ToLower(u.EscapedPath())
	for _, hidden := range []string{"%2f", "%5c", "%00", "%25", ";"} {
		if strings.Contains(escaped, hidden) {
			return "", fmt.Errorf("read path %.80q: it hides a separator", escaped)
		}
	}
	segments := strings.Split(rest, "/")
	for i, segment := range segments {
		if segment == "." || segment == ".." || segment == "" && i > 0 && i < len(segments)-1 || strings.Contains(segment, `\`) {
			return "", fmt.Errorf("read path %.80q: it does not name one page", u.Path)
		}
	}
	return segments[0], nil
}
