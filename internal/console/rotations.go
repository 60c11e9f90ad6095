package console

import (
	"errors"
	"net/http"
	"time"

	"etalon/internal/stand"
)

// What may be made anew.
const (
	ofCertificate = "certificate"
	ofTokenKeys   = "token-keys"
	ofWhiteList   = "white-list"
)

// rotation asks that something be made anew.
type rotation struct {
	What string `json:"what"`
	// Certificate is the SHA-256 of the one that another is to replace, Revoke revokes it.
	Certificate string `json:"certificate,omitempty"`
	Revoke      bool   `json:"revoke,omitempty"`
}

// rotated is what came of it: one of the three.
type rotated struct {
	Certificate *toldCertificate `json:"certificate,omitempty"`
	KeyID       string           `json:"kid,omitempty"`
	Generated   *time.Time       `json:"generated,omitempty"`
}

// errWhat tells that an order names nothing that can be made anew.
var errWhat = errors.New("want what: certificate, token-keys or white-list")

// anew obeys an order, and tells where the page of what came of it is.
func (c *Console) anew(o rotation) (made rotated, page string, err error) {
	switch o.What {
	case ofCertificate:
		one, err := c.config.Reference.Rotate(o.Certificate, o.Revoke)
		if err != nil {
			return made, "", err
		}
		told := issued{one}.told()
		return rotated{Certificate: &told}, "/certificates/" + one.Print, nil
	case ofTokenKeys:
		made.KeyID, err = c.config.Reference.RotateTokenKeys()
		return made, "/metadata", err
	case ofWhiteList:
		if err = c.config.Reference.PublishList(); err == nil {
			list, _ := c.config.Reference.WhiteList()
			made.Generated = &list.Generated
		}
		return made, "/whitelist", err
	}
	return made, "", errWhat
}

// rotates makes something anew, as a page asks, and goes to what came of it.
func (c *Console) rotates(w http.ResponseWriter, r *http.Request) {
	f, ok := form(w, r)
	if !ok {
		return
	}
	o := rotation{f.Get("what"), f.Get("certificate"), f.Get("former") == "revoked"}
	_, page, err := c.anew(o)
	if err == nil {
		http.Redirect(w, r, page, http.StatusSeeOther)
		return
	}
	one, unknown := c.config.Reference.Certificate(o.Certificate)
	if unknown != nil || !errors.Is(err, stand.ErrReplaced) && !errors.Is(err, stand.ErrNotOurs) {
		refuseRotation(w, err)
		return
	}
	trouble := "certificate.replaced"
	if errors.Is(err, stand.ErrNotOurs) {
		trouble = "certificate.notours"
	}
	c.show(w, "certificate", http.StatusConflict, certificatePage{c.reference(r, "certificates"), issued{one}, trouble})
}

func refuseRotation(w http.ResponseWriter, err error) {
	if errors.Is(err, errWhat) {
		refuse(w, http.StatusBadRequest, "bad-order", err.Error())
		return
	}
	misfit(w, err)
}

// apiRotate makes something anew.
func (c *Console) apiRotate(w http.ResponseWriter, r *http.Request) {
	var o rotation
	if !given(w, r, &o) {
		return
	}
	made, _, err := c.anew(o)
	if err != nil {
		refuseRotation(w, err)
		return
	}
	answer(w, http.StatusCreated, made)
}
