package console

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/pki"
	"etalon/internal/stand"
	"etalon/internal/whitelist"
)

// whitelistPage is the page of the white list.
type whitelistPage struct {
	reference
	stand.Listed
	// Played tells that there is one.
	Played bool
}

// SignerName is the subject of who signed it.
func (p whitelistPage) SignerName() string { return pki.Subject(p.Signer.Leaf()) }

// File is the name of the file.
func (whitelistPage) File() string { return whitelist.FileName }

// whitelist shows the white list as it is served.
func (c *Console) whitelist(w http.ResponseWriter, r *http.Request) {
	p := whitelistPage{reference: c.reference(r, "whitelist")}
	p.Listed, p.Played = c.config.Reference.WhiteList()
	c.show(w, "whitelist", http.StatusOK, p)
}

// whitelistFile hands the white list over.
func (c *Console) whitelistFile(w http.ResponseWriter, r *http.Request) {
	list, played := c.config.Reference.WhiteList()
	if !played || chi.URLParam(r, "file") != whitelist.FileName {
		misfit(w, stand.ErrNotThere)
		return
	}
	hand(w, whitelist.FileName, whitelist.ContentType, list.Raw)
}

// toldDomain is a domain of the white list as the API tells it.
type toldDomain struct {
	Name     string `json:"name"`
	Operator string `json:"operator"`
	What     string `json:"description"`
}

// apiWhitelist tells the white list as it is served.
func (c *Console) apiWhitelist(w http.ResponseWriter, _ *http.Request) {
	list, played := c.config.Reference.WhiteList()
	if !played {
		misfit(w, stand.ErrNotThere)
		return
	}
	told := struct {
		URL       string       `json:"url"`
		Generated time.Time    `json:"generated"`
		Signer    string       `json:"signer"`
		Domains   []toldDomain `json:"domains"`
		XML       string       `json:"xml"`
	}{list.URL, list.Generated, pki.Subject(list.Signer.Leaf()), []toldDomain{}, string(list.Raw)}
	for _, d := range list.Domains {
		told.Domains = append(told.Domains, toldDomain{d.Name, d.Operator, d.Description})
	}
	answer(w, http.StatusOK, told)
}
