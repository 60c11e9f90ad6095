package browser

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"sync"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Chromium is the browser of one person where pages need scripts: a real one, which renders, runs scripts and keeps
// cookies, and whose requests all go out by our own wire, so that authorities, client certificates, limits and hops are
// those of an Agent. It is used by one goroutine at a time.
type Chromium struct {
	options Options
	wire    *wire
	ctx     context.Context
	stop    func()
	paused  chan *fetch.EventRequestPaused
	done    sync.WaitGroup

	mu   sync.Mutex
	way  *way
	hold func(Request) bool
}

// way is one journey of a page: the hops so far, and what its settling waits for.
type way struct {
	hops    []Hop
	seen    map[string]int
	open    int    // documents on their way
	loader  string // of the document shown
	idle    string // loader of the document that fell silent
	trouble error
	held    *Request
	settled chan struct{} // closed when a page stays, or trouble came
	over    bool
}

// programs are the names under which Chromium is installed.
var programs = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// NewChromium starts a headless Chromium with a profile of its own, which Close removes. The error is a *Trouble of
// kind ErrBrowserFailed.
func NewChromium(ctx context.Context, o Options) (*Chromium, error) {
	o = New(o).options
	path := ""
	for _, name := range programs {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		return nil, failed("", fmt.Errorf("none of %v is installed", programs))
	}
	settings := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true),
		// What does not pass by our wire goes nowhere (rule 10): early connections, sockets and calls of scripts.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"), chromedp.Flag("force-webrtc-ip-handling-policy", "disable_non_proxied_udp"))
	if os.Geteuid() == 0 {
		settings = append(settings, chromedp.Flag("no-sandbox", true)) // Chromium refuses to start as root with it
	}
	allocator, stop := chromedp.NewExecAllocator(context.WithoutCancel(ctx), settings...)
	tab, closeTab := chromedp.NewContext(allocator)
	c := &Chromium{
		options: o, wire: newWire(o), ctx: tab, way: newWay(), paused: make(chan *fetch.EventRequestPaused, 1000),
		stop: func() { closeTab(); stop() },
	}
	if err := c.begin(); err != nil {
		_ = c.Close()
		return nil, failed("", err)
	}
	return c, nil
}

func failed(at string, err error) error {
	return &Trouble{Kind: ErrBrowserFailed, URL: told(at), Err: err}
}

func newWay() *way { return &way{seen: map[string]int{}, settled: make(chan struct{})} }

// begin starts the browser and takes its requests over.
func (c *Chromium) begin() error {
	if err := chromedp.Listen(c.ctx, c.hear); err != nil {
		return err
	}
	for range 4 { // a page's resources come a few at a time
		c.done.Go(c.serve)
	}
	if _, err := chromedp.Call(c.ctx, page.SetLifecycleEventsEnabled, page.SetLifecycleEventsEnabledParams{Enabled: true}); err != nil {
		return err
	}
	_, err := chromedp.Call(c.ctx, fetch.Enable, fetch.EnableParams{})
	return err
}

// Close ends the browser.
func (c *Chromium) Close() error {
	c.stop()
	c.done.Wait()
	c.wire.transport.CloseIdleConnections()
	return nil
}

// hear is told of every event, in order; it must not wait.
func (c *Chromium) hear(event any) {
	switch e := event.(type) {
	case *fetch.EventRequestPaused:
		if e.ResourceType == network.ResourceTypeDocument {
			c.change(func(w *way) { w.open++ })
		}
		select {
		case c.paused <- e:
		default: // a page of a thousand resources at once: the rest stay unanswered, and patience ends it
		}
	case *page.EventLifecycleEvent:
		if string(e.FrameID) != c.mainFrame() {
			return
		}
		c.change(func(w *way) {
			switch e.Name {
			case "init":
				w.loader = string(e.LoaderID)
			case "networkIdle":
				w.idle = string(e.LoaderID)
			}
		})
	}
}

// mainFrame is the frame of the page itself, not of a page within it.
func (c *Chromium) mainFrame() string {
	if tab := chromedp.FromContext(c.ctx); tab != nil && tab.Target != nil {
		return string(tab.Target.TargetID)
	}
	return ""
}

// change alters the way, and settles it once nothing is on its way any more.
func (c *Chromium) change(alter func(*way)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.way
	alter(w)
	if !w.over && (w.trouble != nil || w.held != nil || w.open == 0 && len(w.hops) > 0 && w.loader != "" && w.idle == w.loader) {
		w.over = true
		close(w.settled)
	}
}

// serve answers the requests of the browser by our own wire.
func (c *Chromium) serve() {
	for {
		select {
		case <-c.ctx.Done():
			return
		case e := <-c.paused:
			c.answer(e)
		}
	}
}

// answer makes one request of the browser's.
func (c *Chromium) answer(e *fetch.EventRequestPaused) {
	document := e.ResourceType == network.ResourceTypeDocument
	r, header := requestOf(e.Request)
	u, err := url.Parse(r.URL)
	if err == nil && u.Scheme != "http" && u.Scheme != "https" {
		_, _ = chromedp.Call(c.ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: e.RequestID}) // about:blank, data:
		c.change(func(w *way) {
			if document {
				w.open--
			}
		})
		return
	}
	if document {
		r.From = cmp.Or(r.From, c.left())
	}
	if document && err == nil && c.holds(r) {
		_, _ = chromedp.Call(c.ctx, fetch.FailRequest, fetch.FailRequestParams{RequestID: e.RequestID, ErrorReason: network.ErrorReasonAborted})
		c.change(func(w *way) { w.open, w.held = w.open-1, &r })
		return
	}
	if document && err == nil {
		err = c.limits(r, header)
	}
	hop := Hop{Method: r.Method, URL: r.URL}
	if err == nil {
		hop, err = c.wire.exchange(c.ctx, r, u, header)
	}
	if document {
		c.seen(hop)
	}
	if err != nil && hop.Status == 0 || errors.Is(err, ErrPageTooLarge) {
		_, _ = chromedp.Call(c.ctx, fetch.FailRequest, fetch.FailRequestParams{RequestID: e.RequestID, ErrorReason: network.ErrorReasonFailed})
	} else {
		_, _ = chromedp.Call(c.ctx, fetch.FulfillRequest, fulfilled(e.RequestID, hop))
	}
	if !document {
		return
	}
	c.change(func(w *way) {
		w.open--
		if err != nil && w.trouble == nil {
			w.trouble = err
		}
	})
}

// seen keeps a hop, before the browser gets its answer: the request that follows comes from there.
func (c *Chromium) seen(hop Hop) {
	if c.options.Watch != nil {
		c.options.Watch(hop)
	}
	c.change(func(w *way) { w.hops = append(w.hops, hop) })
}

// left is the document that leads on to the next; none at the beginning.
func (c *Chromium) left() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.way.hops) == 0 {
		return ""
	}
	return c.way.hops[len(c.way.hops)-1].URL
}

// requestOf reads a request of the browser's.
func requestOf(q *network.Request) (Request, http.Header) {
	header := http.Header{}
	for name, value := range q.Headers {
		header.Set(name, fmt.Sprint(value))
	}
	r := Request{Method: q.Method, URL: q.URL, From: header.Get("Referer")}
	for _, part := range q.PostDataEntries {
		r.raw = append(r.raw, part.Bytes...)
	}
	return r, header
}

// limits refuses to go round in circles or on for ever, as an Agent does.
func (c *Chromium) limits(r Request, header http.Header) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.way.hops) > c.options.MaxRedirects {
		return &Trouble{Kind: ErrTooManyRedirects, URL: told(r.URL), Detail: fmt.Sprint(c.options.MaxRedirects)}
	}
	key := r.Method + " " + r.URL + "\n" + string(r.raw) + "\n" + header.Get("Cookie")
	if c.way.seen[key]++; c.way.seen[key] >= sameRequest {
		return &Trouble{Kind: ErrLoop, URL: told(r.URL)}
	}
	return nil
}

// fulfilled hands an answer to the browser.
func fulfilled(id fetch.RequestID, hop Hop) fetch.FulfillRequestParams {
	p := fetch.FulfillRequestParams{RequestID: id, ResponseCode: int64(hop.Status), Body: hop.Body}
	for name, values := range hop.Header {
		if name == "Content-Length" || name == "Content-Encoding" || name == "Transfer-Encoding" {
			continue // the wire has read the body out
		}
		for _, value := range values {
			p.ResponseHeaders = append(p.ResponseHeaders, &fetch.HeaderEntry{Name: name, Value: value})
		}
	}
	return p
}

// travel begins something in the page and waits until a page stays.
func (c *Chromium) travel(ctx context.Context, begin func(context.Context) error) (Page, error) {
	c.mu.Lock()
	w := newWay()
	c.way = w
	c.mu.Unlock()
	bounded, cancel := context.WithTimeout(c.ctx, c.options.Patience)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	if err := begin(bounded); err != nil && bounded.Err() == nil {
		c.change(func(w *way) {
			if w.trouble == nil && len(w.hops) == 0 {
				w.trouble = failed("", err)
			}
		})
	}
	select {
	case <-w.settled:
	case <-bounded.Done(): // a page that never falls silent is taken as it stands
	}
	if ctx.Err() != nil {
		return Page{}, fmt.Errorf("browse: %w", ctx.Err())
	}
	return c.shown(ctx, w)
}

// shown is the page that stays.
func (c *Chromium) shown(ctx context.Context, w *way) (Page, error) {
	c.mu.Lock()
	out, trouble := Page{Hops: append([]Hop{}, w.hops...), Held: w.held}, w.trouble
	c.mu.Unlock()
	if len(out.Hops) > 0 {
		last := out.Hops[len(out.Hops)-1]
		out.URL, out.Status, out.Header, out.Body = last.URL, last.Status, last.Header, last.Body
	}
	if trouble != nil || out.Held != nil {
		return out, trouble
	}
	text, err := evaluate[[]string](c, ctx, `[location.href, document.documentElement.outerHTML.slice(0, `+fmt.Sprint(c.options.MaxPage)+`)]`)
	if err != nil || len(text) != 2 {
		return out, failed(out.URL, err)
	}
	out.URL, out.Body, out.Rendered = text[0], []byte(text[1]), true
	return out, nil
}

// evaluate runs a script in the page.
func evaluate[T any](c *Chromium, ctx context.Context, script string) (T, error) {
	bounded, cancel := context.WithTimeout(c.ctx, c.options.Patience)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	return chromedp.Run(bounded, chromedp.Evaluate[T](script))
}

// Get goes to an address and on from there, until a page stays; as Agent.Get.
func (c *Chromium) Get(ctx context.Context, address string) (Page, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Page{}, &Trouble{Kind: ErrBadRedirect, Detail: told(address)}
	}
	return c.travel(ctx, func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, page.Navigate, page.NavigateParams{URL: address})
		return err
	})
}

// Post sends a form from an empty page; as Agent.Post.
func (c *Chromium) Post(ctx context.Context, address string, fields url.Values) (Page, error) {
	arguments, err := json.Marshal(map[string]any{"action": address, "fields": fields})
	if err != nil {
		return Page{}, failed(address, err)
	}
	return c.travel(ctx, func(ctx context.Context) error {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf("(%s)(%s)", postScript, arguments)))
		return err
	})
}

// Cookies returns those that the browser would send to a URL; none when it cannot tell.
func (c *Chromium) Cookies(address string) []*http.Cookie {
	held, err := chromedp.Call(c.ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{address}})
	if err != nil {
		return nil
	}
	var all []*http.Cookie
	for _, k := range held.Cookies {
		all = append(all, &http.Cookie{Name: k.Name, Value: k.Value, Path: k.Path, Domain: k.Domain})
	}
	return all
}
