package benchtest_test

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

const name = "organisme-client"

var theWorld = benchtest.Share(candidate.DefaultConvention, time.Second)

func TestMain(m *testing.M) { benchtest.Main(m, theWorld.Close) }

func TestWorldIsSharedAndStandsStill(t *testing.T) {
	w := theWorld.World(t)
	if theWorld.World(t) != w {
		t.Error("each test has a world of its own")
	}
	b := w.Bench(t)
	if !b.Clock.Now().Equal(w.Now) || w.Now.Nanosecond() != 0 || b.Seed != bench.Seed(t.Name()) {
		t.Errorf("clock %s in the world of %s, seed %s", b.Clock.Now(), w.Now, b.Seed)
	}
	other := w.Bench(t)
	if other.Profile.P.Transport = "header"; b.Profile.P.Transport == "header" {
		t.Error("two benches have one profile")
	}
}

func TestTrustAsksWhatIsRevoked(t *testing.T) {
	w := theWorld.World(t)
	for variant, want := range map[string]pki.PathKind{"": "", "~revoked": pki.PathRevoked, "~expired": pki.PathExpired} {
		found := w.Trust(w.Credential(t, name+"/signature"+variant).Chain, w.Now)
		if (want == "") != (len(found) == 0) || want != "" && !slices.ContainsFunc(found, func(e pki.PathError) bool { return e.Kind == want }) {
			t.Errorf("%q: %v", variant, found)
		}
	}
}

func TestTracesAreReadBack(t *testing.T) {
	log, path := benchtest.TraceLog(t)
	for _, id := range []string{"a", "b"} {
		if err := log.Append(interops.Trace{EventID: id}); err != nil {
			t.Fatal(err)
		}
	}
	log.Break(true)
	if all := benchtest.Traces(t, path); len(all) != 2 || all[0].EventID != "a" || all[1].EventID != "b" {
		t.Errorf("%+v", all)
	}
}

// failing keeps what a test says in place of failing.
type failing struct {
	testing.TB
	errors []string
}

func (f *failing) Helper()                     {}
func (f *failing) Error(args ...any)           { f.errors = append(f.errors, "error") }
func (f *failing) Errorf(say string, _ ...any) { f.errors = append(f.errors, say) }

type closer struct{ err error }

func (c closer) Close() error { return c.err }

func TestStartedEndsWithTheTest(t *testing.T) {
	watch := &failing{TB: t}
	t.Run("inner", func(inner *testing.T) {
		watch.TB = inner
		benchtest.Started(watch, func(err error) (io.Closer, error) { return closer{err}, nil }, errors.New("jammed"))
		if len(watch.errors) > 0 {
			t.Error("it is ended before the test")
		}
	})
	if len(watch.errors) != 1 {
		t.Errorf("an end that fails says %v", watch.errors)
	}
}

// gone keeps how a test was given up.
type gone struct {
	testing.TB
	skipped, failed string
}

func (g *gone) Helper() {}
func (g *gone) Skipf(format string, args ...any) {
	g.skipped = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (g *gone) Fatalf(format string, args ...any) {
	g.failed = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func TestNeeds(t *testing.T) {
	for need, missing := range map[string]bool{"go": false, "absent-program": true, t.TempDir(): false, "/absent/file": true} {
		for _, ci := range []string{"", "true"} {
			t.Setenv("CI", ci)
			g, ended := &gone{TB: t}, make(chan struct{})
			go func() {
				defer close(ended)
				benchtest.Needs(g, "go", need)
			}()
			<-ended
			if said := g.skipped + g.failed; (g.skipped != "") != (missing && ci == "") || (g.failed != "") != (missing && ci == "true") || missing && !strings.Contains(said, need) {
				t.Errorf("%s, CI=%q: left out %q, failed %q", need, ci, g.skipped, g.failed)
			}
		}
	}
}

func TestTold(t *testing.T) {
	var k benchtest.Told[int]
	if k.Last(func(int) bool { return true }) != 0 || len(k.All()) != 0 {
		t.Error("nothing was told, and something is kept")
	}
	var telling sync.WaitGroup
	for i := range 20 {
		telling.Go(func() { k.Tell(i) })
	}
	if n := len(k.Await(20)); n != 20 {
		t.Errorf("%d were told", n)
	}
	telling.Wait()
	if got := k.Last(func(i int) bool { return i == 7 }); got != 7 {
		t.Errorf("last %d", got)
	}
}

func TestSingleNeglect(t *testing.T) {
	var f benchtest.Failures
	f.Unless(true, "V01", "holds")
	f.Unless(false, "V02", "once")
	f.Unless(false, "V02", "twice")
	f.Fails("V03", "once")
	if failed := f.Failed(); !slices.Equal(slices.Sorted(maps.Keys(failed)), []string{"V02", "V03"}) || len(failed["V02"]) != 2 {
		t.Errorf("%v", failed)
	}
	for _, c := range []struct {
		must, may []string
		want      int
	}{{[]string{"V02"}, []string{"V03"}, 0}, {[]string{"V02"}, nil, 1}, {[]string{"V02", "V03", "V04"}, nil, 1}, {[]string{"V04"}, nil, 3}} {
		watch := &failing{TB: t}
		if benchtest.SingleNeglect(watch, f.Failed(), c.must, c.may); len(watch.errors) != c.want {
			t.Errorf("must %v, may %v: %v", c.must, c.may, watch.errors)
		}
	}
}

func TestAsk(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.SetCookie(w, &http.Cookie{Name: "passage", Value: "1"})
			http.Redirect(w, r, "/fin", http.StatusSeeOther)
			return
		}
		_, err := r.Cookie("passage")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, r.Header.Get("X-Essai"))
		if err != nil {
			t.Error("the cookie is lost")
		}
	}))
	defer server.Close()
	browser := theWorld.World(t).Browser(t)
	p := benchtest.Ask(t, browser, http.MethodPost, server.URL+"/", "a=1", http.Header{"X-Essai": {"oui"}})
	if p.Status != http.StatusTeapot || p.URL != server.URL+"/fin" || p.Body != "oui" {
		t.Errorf("%+v", p)
	}
	defer browser.CloseIdleConnections()
	link := theWorld.World(t).Link(t, name+"/tls")
	if p = benchtest.Ask(t, link, http.MethodGet, server.URL+"/", "", nil); p.Status != http.StatusSeeOther {
		t.Errorf("a link follows a redirect: %+v", p)
	}
	link.CloseIdleConnections()
}
