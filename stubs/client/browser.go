package client

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"sync"
)

// Browser is what a person's browser keeps between two requests: its cookies. It may be shared.
type Browser struct {
	jar *cookiejar.Jar

	mu  sync.Mutex
	lax map[string]bool // cookies by name: whether a form of another site leaves them behind (SameSite)
}

// NewBrowser returns a browser that has been nowhere.
func NewBrowser() *Browser {
	jar, _ := cookiejar.New(nil) // without options it never fails
	return &Browser{jar: jar, lax: map[string]bool{}}
}

// Cookies implements http.CookieJar.
func (b *Browser) Cookies(at *url.URL) []*http.Cookie { return b.jar.Cookies(at) }

// SetCookies implements http.CookieJar.
func (b *Browser) SetCookies(at *url.URL, cookies []*http.Cookie) {
	b.mu.Lock()
	for _, k := range cookies {
		b.lax[k.Name] = k.SameSite != http.SameSiteNoneMode
	}
	b.mu.Unlock()
	b.jar.SetCookies(at, cookies)
}

// Copy returns another browser with the cookies that this one would send to those addresses.
func (b *Browser) Copy(addresses ...*url.URL) *Browser {
	other := NewBrowser()
	for _, at := range addresses {
		for _, k := range b.Cookies(at) {
			b.mu.Lock()
			lax := b.lax[k.Name]
			b.mu.Unlock()
			site := http.SameSiteNoneMode
			if lax {
				site = http.SameSiteLaxMode
			}
			other.SetCookies(at, []*http.Cookie{{Name: k.Name, Value: k.Value, Path: "/", Secure: true, SameSite: site}})
		}
	}
	return other
}

// abroad is the browser while it submits the form of another site: cookies that do not say SameSite=None stay
// behind, as browsers have it.
func (b *Browser) abroad() http.CookieJar { return foreign{b} }

type foreign struct{ *Browser }

// Cookies implements http.CookieJar.
func (f foreign) Cookies(at *url.URL) []*http.Cookie {
	f.mu.Lock()
	defer f.mu.Unlock()
	var sent []*http.Cookie
	for _, k := range f.jar.Cookies(at) {
		if !f.lax[k.Name] {
			sent = append(sent, k)
		}
	}
	return sent
}
