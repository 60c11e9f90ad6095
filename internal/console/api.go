package console

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"etalon/internal/door"
	"etalon/internal/store"
)

// exchangeAPI are the calls about exchanges.
func (c *Console) exchangeAPI(r chi.Router) {
	r.Get("/exchanges", c.apiExchanges)
	r.Get("/exchanges/{id}", c.apiExchange)
	r.Get("/exchanges/{id}/layers", c.apiLayers)
	r.Get("/values", c.apiValues)
	r.Get("/events", c.apiEvents)
	r.Get("/messages/{digest}", c.apiMessage)
}

// apiExchanges lists exchanges, the last first.
func (c *Console) apiExchanges(w http.ResponseWriter, r *http.Request) {
	f, limit, trouble := filterOf(r)
	if trouble != "" {
		refuse(w, http.StatusBadRequest, "bad-parameter", trouble)
		return
	}
	page, err := c.config.Store.Exchanges(r.Context(), f, limit)
	if err != nil {
		fail(w, err)
		return
	}
	answer(w, http.StatusOK, page)
}

// apiExchange tells one exchange.
func (c *Console) apiExchange(w http.ResponseWriter, r *http.Request) {
	x, ok := c.asked(w, r)
	if ok {
		answer(w, http.StatusOK, x)
	}
}

// asked is the exchange that an address names; it has answered when there is none.
func (c *Console) asked(w http.ResponseWriter, r *http.Request) (store.Exchange, bool) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		refuse(w, http.StatusNotFound, "unknown", chi.URLParam(r, "id"))
		return store.Exchange{}, false
	}
	x, err := c.config.Store.Exchange(r.Context(), door.PersonOf(r).Owner(), id)
	if err != nil {
		fail(w, err)
		return x, false
	}
	return x, true
}

// apiValues tells the words that filters may take.
func (c *Console) apiValues(w http.ResponseWriter, r *http.Request) {
	v, err := c.config.Store.Values(r.Context(), door.PersonOf(r).Owner())
	if err != nil {
		fail(w, err)
		return
	}
	answer(w, http.StatusOK, v)
}

// apiEvents tells exchanges as they are kept.
func (c *Console) apiEvents(w http.ResponseWriter, r *http.Request) {
	c.follow(w, r, func(x store.Exchange) ([]byte, error) { return json.Marshal(x) })
}

// apiMessage gives the bytes of a message, to be kept and never shown: they are a partner's.
func (c *Console) apiMessage(w http.ResponseWriter, r *http.Request) {
	raw, err := c.config.Store.MessageFor(r.Context(), door.PersonOf(r).Owner(), chi.URLParam(r, "digest"))
	if err != nil {
		fail(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="message.bin"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(raw)
}
