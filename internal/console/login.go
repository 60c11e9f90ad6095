package console

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"etalon/internal/door"
)

// accessPages are how people sign in and out.
func (c *Console) accessPages(r chi.Router) {
	r.Get("/login", c.door.Login)
	r.With(anyone).Post("/login", c.door.SignIn)
	r.With(read).Post("/logout", c.door.SignOut)
	r.Get("/login/openid", c.door.Leave)
	r.Get("/login/return", c.door.Return)
}

// loginPage is where people sign in.
type loginPage struct {
	sight
	door.Page
}

// login shows it.
func (c *Console) login(w http.ResponseWriter, r *http.Request, status int, page door.Page) {
	p := loginPage{sight: c.sight(r, "login"), Page: page}
	p.Back = "/login"
	c.show(w, "login", status, p)
}

// managed hands to the management what the console does not answer: everybody reads, an operator orders. It asks in the
// console's own name: the management serves this machine alone.
func (c *Console) managed(w http.ResponseWriter, r *http.Request) {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	if p := door.PersonOf(r); !reads && p.Rank != door.Operator {
		refuse(w, http.StatusForbidden, "not-allowed", string(p.Rank))
		return
	}
	if _, person := w.(*forPerson); person && reads && r.URL.Path != "/clock" && r.URL.Path != "/roots.pem" {
		refuse(w, http.StatusNotFound, "unknown-address", r.URL.Path)
		return
	}
	if c.config.Access != nil {
		r = r.Clone(r.Context())
		r.RemoteAddr, r.Host = "127.0.0.1:0", "localhost"
	}
	c.config.Management.ServeHTTP(w, r)
}
