package store_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"etalon/internal/store"
	"etalon/internal/verdict"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// opened opens the store of a folder until the test ends.
func opened(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// call is the exchange of a provider that refused an assertion, n minutes past noon.
func call(n int) store.Exchange {
	return store.Exchange{
		At: noon.Add(time.Duration(n) * time.Minute), MS: 12.5, Protocol: "SOAP", Role: "fournisseur", Mode: "A", Partner: "organisme-fournisseur",
		From: "peer", Peer: "CN=passerelle.test.invalid", Method: "POST", Target: "/interops/service-a", Status: 500, Outcome: store.Refused,
		Findings: []verdict.Finding{{Requirement: "V10", Rule: "audience-other", Want: "urn:a", Got: "urn:b"}},
		Request:  &store.Message{Media: "text/xml", Head: "POST /interops/service-a HTTP/1.1\nSOAPAction: consulter", Raw: fmt.Appendf(nil, "<Envelope>marqueur-%04d été</Envelope>", n)},
		Response: &store.Message{Media: "text/xml", Raw: []byte("<Fault>audience</Fault>")},
	}
}

// added adds an exchange.
func added(t testing.TB, s *store.Store, x store.Exchange) int64 {
	t.Helper()
	id, err := s.Add(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestExchangeComesBackWhole(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, dir)
	x := call(1)
	id := added(t, s, x)
	got, err := s.Exchange(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	if !got.At.Equal(x.At) || got.Peer != x.Peer || got.Outcome != x.Outcome || len(got.Findings) != 1 || got.Findings[0].Got != "urn:b" || got.Request.Head != x.Request.Head {
		t.Errorf("got %+v", got)
	}
	for m, want := range map[*store.Message][]byte{got.Request: x.Request.Raw, got.Response: x.Response.Raw} {
		if raw, err := s.Message(m.Digest); err != nil || !bytes.Equal(raw, want) || m.Size != len(want) {
			t.Errorf("message %s of %d: %q, %v", m.Digest, m.Size, raw, err)
		}
	}
	if _, err := s.Exchange(t.Context(), "", id+1); !errors.Is(err, store.ErrUnknown) {
		t.Errorf("an unknown exchange: %v", err)
	}
	for _, digest := range []string{"", "sha256:", "sha256:" + strings.Repeat("0", 64), "sha256:../../../etc/passwd", strings.ToUpper(got.Request.Digest)} {
		if _, err := s.Message(digest); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("message %q: %v", digest, err)
		}
	}
}

func TestHostileMessagesAreKept(t *testing.T) {
	s := opened(t, t.TempDir())
	x := call(1)
	x.Peer, x.Target = "\x00\xff<script>", strings.Repeat("é", 1<<20)
	x.Request = &store.Message{Media: "text/html\r\nX: y", Head: strings.Repeat("H: v\n", 1<<20), Raw: bytes.Repeat([]byte{0, 1, 2, 255}, store.MaxMessage/2)}
	got, err := s.Exchange(t.Context(), "", added(t, s, x))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := s.Message(got.Request.Digest)
	if err != nil || len(raw) != store.MaxMessage || got.Request.Size != 2*store.MaxMessage || len(got.Request.Head) > 64<<10 {
		t.Errorf("kept %d of %d, head %d: %v", len(raw), got.Request.Size, len(got.Request.Head), err)
	}
	long := strings.Repeat("<b>\xff\x00", 2<<20) // ten million octets, in every line that a peer may write
	x.Partner, x.Peer, x.Method, x.Target, x.Fault, x.Violates, x.Error, x.Request.Media = long, long, long, long, long, long, long, long
	x.TLS = &verdict.TLS{Version: long, Cipher: long, ServerName: long, Peer: slices.Repeat([]string{long}, 100), Ours: []string{long}}
	x.Findings = slices.Repeat([]verdict.Finding{{Requirement: long, Rule: long, Want: long, Got: long}}, 5000)
	if got, err = s.Exchange(t.Context(), "", added(t, s, x)); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(got)
	if err != nil || !utf8.ValidString(got.Target) || len(got.Target) > 16<<10 || len(body) > 64<<20 || len(got.Findings) == 0 || len(x.Findings) != 5000 || x.Target != long {
		t.Errorf("%d octets, target of %d, %d findings: %v", len(body), len(got.Target), len(got.Findings), err)
	}
	if page, err := s.Exchanges(t.Context(), store.Filter{Text: "\x00 \" OR * NEAR( \xff"}, 10); err != nil || page.Total != 0 {
		t.Errorf("hostile words: %d, %v", page.Total, err)
	}
}

func TestFilters(t *testing.T) {
	s := opened(t, t.TempDir())
	first := added(t, s, call(1))
	x := call(2)
	x.Role, x.Mode, x.Protocol, x.Partner, x.Owner = "mss-imap", "-", "IMAP", "operateur", "editeur-a"
	x.Outcome, x.Findings, x.Fault, x.Violates, x.Campaign, x.Address = store.Accepted, nil, "psctoken-expired-1h", "TOK-04", "c1", "mss-imap/-/TOK-06-N"
	second := added(t, s, x)
	third := added(t, s, call(3))
	for name, c := range map[string]struct {
		filter store.Filter
		want   []int64
	}{
		"all, the last first":      {store.Filter{}, []int64{third, second, first}},
		"role":                     {store.Filter{Role: "mss-imap"}, []int64{second}},
		"mode":                     {store.Filter{Mode: "A"}, []int64{third, first}},
		"protocol":                 {store.Filter{Protocol: "IMAP"}, []int64{second}},
		"partner":                  {store.Filter{Partner: "operateur"}, []int64{second}},
		"outcome":                  {store.Filter{Outcome: store.Refused}, []int64{third, first}},
		"fault":                    {store.Filter{Fault: "psctoken-expired-1h"}, []int64{second}},
		"requirement of a finding": {store.Filter{Requirement: "V10"}, []int64{third, first}},
		"requirement of the fault": {store.Filter{Requirement: "TOK-04"}, []int64{second}},
		"requirement of the case":  {store.Filter{Requirement: "TOK-06"}, []int64{second}},
		"campaign":                 {store.Filter{Campaign: "c1"}, []int64{second}},
		"from":                     {store.Filter{From: noon.Add(2 * time.Minute)}, []int64{third, second}},
		"until":                    {store.Filter{Until: noon.Add(2 * time.Minute)}, []int64{first}},
		"a word of a message":      {store.Filter{Text: "marqueur-0003"}, []int64{third}},
		"without accents":          {store.Filter{Text: "ETE"}, []int64{third, second, first}},
		"the beginning of a word":  {store.Filter{Text: "audi passerelle"}, []int64{third, second, first}},
		"a word of the head":       {store.Filter{Text: "consulter"}, []int64{third, second, first}},
		"a word that is not":       {store.Filter{Text: "absent"}, nil},
		"owner":                    {store.Filter{Owner: "editeur-b"}, []int64{third, first}},
		"own":                      {store.Filter{Owner: "editeur-a"}, []int64{third, second, first}},
		"after":                    {store.Filter{After: first}, []int64{third, second}},
		"before":                   {store.Filter{Before: third}, []int64{second, first}},
		"two at once":              {store.Filter{Role: "fournisseur", Text: "marqueur-0001"}, []int64{first}},
	} {
		page, err := s.Exchanges(t.Context(), c.filter, 10)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var got []int64
		for _, x := range page.Exchanges {
			got = append(got, x.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	page, err := s.Exchanges(t.Context(), store.Filter{}, 1)
	if err != nil || page.Total != 3 || len(page.Exchanges) != 1 || page.Exchanges[0].ID != third {
		t.Errorf("one of all: %+v, %v", page, err)
	}
	if page, err = s.Exchanges(t.Context(), store.Filter{After: first, Following: true}, 1); err != nil || len(page.Exchanges) != 1 || page.Exchanges[0].ID != second {
		t.Errorf("who follows gets the next: %+v, %v", page, err)
	}
	if _, err := s.Exchange(t.Context(), "editeur-b", second); !errors.Is(err, store.ErrUnknown) {
		t.Errorf("another's exchange: %v", err)
	}
	v, err := s.Values(t.Context(), "")
	if err != nil || !slices.Equal(v.Roles, []string{"fournisseur", "mss-imap"}) || !slices.Equal(v.Requirements, []string{"TOK-04", "TOK-06", "V10"}) || !slices.Equal(v.Faults, []string{"psctoken-expired-1h"}) {
		t.Errorf("values %+v, %v", v, err)
	}
	if err := s.Judged(t.Context(), "c1", "mss-imap/-/TOK-06-N", "fail"); err != nil {
		t.Fatal(err)
	}
	if page, err := s.Exchanges(t.Context(), store.Filter{Verdict: "fail"}, 10); err != nil || len(page.Exchanges) != 1 || page.Exchanges[0].Verdict != "fail" {
		t.Errorf("judged: %+v, %v", page, err)
	}
}

func TestChangedTellsOfEachChange(t *testing.T) {
	s := opened(t, t.TempDir())
	changed := s.Changed()
	select {
	case <-changed:
		t.Fatal("told before any change")
	default:
	}
	added(t, s, call(1))
	<-changed
	changed = s.Changed()
	if err := s.Save(t.Context(), store.Campaign{ID: "c1", State: store.Running, Started: noon}); err != nil {
		t.Fatal(err)
	}
	<-changed
}

func TestCampaigns(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []store.Campaign{{ID: "a", State: store.Running}, {ID: "b", State: store.Finished, Owner: "editeur-a"}, {ID: "c", State: store.Running, Owner: "editeur-b"}} {
		c.Started, c.Candidate, c.Selectors = noon.Add(time.Duration(i)*time.Minute), "Passerelle d'essai", []string{"*/*/V10"}
		if err := s.Save(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = opened(t, dir)
	all, err := s.Campaigns(t.Context(), "")
	if err != nil || len(all) != 3 || all[0].ID != "c" || all[0].State != store.Interrupted || all[1].State != store.Finished || all[2].State != store.Interrupted {
		t.Errorf("after a restart: %+v, %v", all, err)
	}
	if own, err := s.Campaigns(t.Context(), "editeur-a"); err != nil || len(own) != 2 || own[0].ID != "b" || own[1].ID != "a" {
		t.Errorf("own: %+v, %v", own, err)
	}
	if _, err := s.Campaign(t.Context(), "editeur-a", "c"); !errors.Is(err, store.ErrUnknown) {
		t.Errorf("another's: %v", err)
	}
	if c, err := s.Campaign(t.Context(), "editeur-a", "b"); err != nil || c.Candidate != "Passerelle d'essai" || len(c.Selectors) != 1 {
		t.Errorf("own: %+v, %v", c, err)
	}
}

func TestRetention(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, dir)
	for n := range 10 {
		added(t, s, call(n))
	}
	left := func() (ids []int64) {
		t.Helper()
		page, err := s.Exchanges(t.Context(), store.Filter{Text: "audience"}, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range page.Exchanges {
			ids = append(ids, x.ID)
		}
		return ids
	}
	if p, err := s.Prune(t.Context(), store.Retention{Age: time.Hour, Size: 1 << 20}, noon.Add(10*time.Minute)); err != nil || p.Exchanges != 0 {
		t.Errorf("nothing is past: %+v, %v", p, err)
	}
	if p, err := s.LastPruned(t.Context()); err != nil || !p.At.IsZero() {
		t.Errorf("never pruned: %+v, %v", p, err)
	}
	now := noon.Add(time.Hour + 3*time.Minute)
	p, err := s.Prune(t.Context(), store.Retention{Age: time.Hour}, now)
	if err != nil || p.Exchanges != 3 || p.Size == 0 || !p.Oldest.Equal(noon.Add(3*time.Minute)) {
		t.Errorf("by age: %+v, %v", p, err)
	}
	if got := left(); !slices.Equal(got, []int64{10, 9, 8, 7, 6, 5, 4}) {
		t.Errorf("by age: left %v", got)
	}
	if last, err := s.LastPruned(t.Context()); err != nil || last != p {
		t.Errorf("told %+v, want %+v: %v", last, p, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "evidence", "sha256-*"))
	if err != nil || len(files) != 8 { // seven requests, and the answer that they share
		t.Errorf("%d messages left: %v", len(files), err)
	}
	each := p.Size / 3
	if p, err = s.Prune(t.Context(), store.Retention{Size: 2*each + each/2}, now); err != nil || p.Exchanges != 5 {
		t.Errorf("by size: %+v, %v", p, err)
	}
	if got := left(); !slices.Equal(got, []int64{10, 9}) {
		t.Errorf("by size: left %v", got)
	}
	if id := added(t, s, call(11)); id != 11 {
		t.Errorf("the next number is %d", id)
	}
}

func TestBackupAndRestore(t *testing.T) {
	s := opened(t, t.TempDir())
	id := added(t, s, call(1))
	if err := s.Save(t.Context(), store.Campaign{ID: "c1", State: store.Finished, Started: noon}); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(s.Folder("c1"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.Folder("c1"), "record.jsonl"), []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var backup bytes.Buffer
	if err := s.Backup(t.Context(), &backup); err != nil {
		t.Fatal(err)
	}
	file, dir := filepath.Join(t.TempDir(), "backup.zip"), filepath.Join(t.TempDir(), "new", "store")
	if err := os.WriteFile(file, backup.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.Restore(t.Context(), file, dir); err != nil {
		t.Fatal(err)
	}
	if err := store.Restore(t.Context(), file, dir); !errors.Is(err, store.ErrTaken) {
		t.Errorf("over a store: %v", err)
	}
	again := opened(t, dir)
	x, err := again.Exchange(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	if raw, err := again.Message(x.Request.Digest); err != nil || !bytes.Contains(raw, []byte("marqueur-0001")) {
		t.Errorf("%q, %v", raw, err)
	}
	if raw, err := os.ReadFile(filepath.Join(again.Folder("c1"), "record.jsonl")); err != nil || string(raw) != "{}\n" {
		t.Errorf("%q, %v", raw, err)
	}
	if page, err := again.Exchanges(t.Context(), store.Filter{Text: "marqueur-0001"}, 1); err != nil || page.Total != 1 {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestForeignBackupsAreRefused(t *testing.T) {
	s := opened(t, t.TempDir())
	added(t, s, call(1))
	var good bytes.Buffer
	if err := s.Backup(t.Context(), &good); err != nil {
		t.Fatal(err)
	}
	with := func(name string, method uint16, body string) []byte {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		r, err := zip.NewReader(bytes.NewReader(good.Bytes()), int64(good.Len()))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.File {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
		to, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = to.Write([]byte(body))
		}
		if err = errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	changed := bytes.Replace(good.Bytes(), []byte("marqueur-0001"), []byte("marqueur-0002"), 1)
	empty := with("x", zip.Store, "")[:0]
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"no zip":            {[]byte("hello"), store.ErrForeign},
		"nothing":           {empty, store.ErrForeign},
		"outside":           {with("campaigns/../../x", zip.Store, "x"), store.ErrForeign},
		"absolute":          {with("/evidence/x", zip.Store, "x"), store.ErrForeign},
		"a strange file":    {with("x", zip.Store, "x"), store.ErrForeign},
		"twice":             {with(store.File, zip.Store, "x"), store.ErrForeign},
		"a bomb":            {with("campaigns/x", zip.Deflate, strings.Repeat("0", 1<<20)), store.ErrForeign},
		"message of a name": {with("evidence/sha256-00", zip.Store, "x"), store.ErrDamaged},
		"a changed byte":    {changed, store.ErrDamaged},
		"an empty archive":  {zipped(t, nil), store.ErrForeign},
		"no database":       {zipped(t, map[string]string{store.File: "hello, this is not a database at all"}), store.ErrDamaged},
		"cut":               {good.Bytes()[:good.Len()/2], store.ErrForeign},
	} {
		dir := filepath.Join(t.TempDir(), "store")
		file := filepath.Join(t.TempDir(), "backup.zip")
		if err := os.WriteFile(file, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := store.Restore(t.Context(), file, dir); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), "*")); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
}

// zipped is a ZIP of some files.
func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, body := range files {
		to, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = to.Write([]byte(body))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestStoresThatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), dir)
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, store.File))
	if err != nil {
		t.Fatal(err)
	}
	newer := bytes.Clone(raw)
	newer[63] = 99 // the user version, at offset 60
	for name, c := range map[string]struct {
		file []byte
		want error
	}{"newer": {newer, store.ErrNewer}, "not a database": {bytes.Repeat([]byte("etalon "), 1000), store.ErrDamaged}} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, store.File), c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Open(t.Context(), dir); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), filepath.Join(file, "store")); err == nil {
		t.Error("a store below a file")
	}
}

// killed is where the test program is to keep exchanges until it is killed, in place of running tests.
const killed = "STORE_KILLED"

func TestMain(m *testing.M) {
	dir := os.Getenv(killed)
	if dir == "" {
		os.Exit(m.Run())
	}
	s, err := store.Open(context.Background(), dir)
	for n := 0; err == nil; n++ {
		var id int64
		if id, err = s.Add(context.Background(), call(n)); err == nil {
			fmt.Println(id)
		}
	}
	fmt.Println(err)
	os.Exit(1)
}

// What was told to be kept is there after kill -9, with its message.
func TestNothingKeptIsLostWhenKilled(t *testing.T) {
	dir := t.TempDir()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), killed+"="+dir)
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var last int
	for last < 100 {
		var id int
		if _, err := fmt.Fscanln(out, &id); err != nil {
			t.Fatal(err)
		}
		last = id
	}
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait()
	s := opened(t, dir)
	page, err := s.Exchanges(t.Context(), store.Filter{}, store.MaxPage)
	if err != nil || page.Total < last {
		t.Fatalf("%d kept of %d: %v", page.Total, last, err)
	}
	for _, x := range page.Exchanges {
		if raw, err := s.Message(x.Request.Digest); err != nil || len(raw) != x.Request.Size {
			t.Errorf("exchange %d: %d octets of %d, %v", x.ID, len(raw), x.Request.Size, err)
		}
	}
}

// A message is shown to whoever may see an exchange that carries it.
func TestMessagesHaveTheOwnersOfTheirExchanges(t *testing.T) {
	s := opened(t, t.TempDir())
	digest := func(owner, text string) string {
		t.Helper()
		x := call(1)
		x.Owner, x.Request = owner, &store.Message{Raw: []byte(text)}
		id, err := s.Add(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if x, err = s.Exchange(t.Context(), "", id); err != nil {
			t.Fatal(err)
		}
		return x.Request.Digest
	}
	acme, other, both, all := digest("acme", "a"), digest("other", "o"), digest("acme", "b"), digest("", "e")
	digest("other", "b")
	for _, c := range []struct {
		owner, digest string
		seen          bool
	}{
		{"acme", acme, true}, {"acme", other, false}, {"acme", both, true}, {"other", both, true}, {"acme", all, true}, {"acme", "sha256:x", false},
		{"other", acme, false}, {"", acme, true}, {"", other, true},
	} {
		if _, err := s.MessageFor(t.Context(), c.owner, c.digest); (err == nil) != c.seen || err != nil && !errors.Is(err, store.ErrUnknown) {
			t.Errorf("%q sees %s: %v, want %v", c.owner, c.digest, err, c.seen)
		}
	}
}

// One program at a time has a store open; others may look, and make a backup.
func TestStoreIsHeld(t *testing.T) {
	dir := t.TempDir()
	first := opened(t, dir)
	if second, err := store.Open(t.Context(), dir); !errors.Is(err, store.ErrBusy) {
		t.Errorf("%v, %v: want it busy", second, err)
	}
	if _, err := first.Add(t.Context(), call(1)); err != nil {
		t.Errorf("the first goes on: %v", err)
	}
	looked, err := store.Look(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if page, err := looked.Exchanges(t.Context(), store.Filter{}, 1); err != nil || page.Total != 1 {
		t.Errorf("looked at: %d, %v", page.Total, err)
	}
	if err := errors.Join(looked.Close(), first.Close()); err != nil {
		t.Fatal(err)
	}
	again := opened(t, dir)
	if page, err := again.Exchanges(t.Context(), store.Filter{}, 1); err != nil || page.Total != 1 {
		t.Errorf("opened again: %d, %v", page.Total, err)
	}
}
