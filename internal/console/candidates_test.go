package console_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/console"
	"etalon/internal/pki"
	"etalon/internal/sides"
	"etalon/internal/stand"
)

// suite is read once for the tests that examine candidates.
var suite = sync.OnceValues(func() (*campaign.Suite, error) { return campaign.LoadSuite(features.FS, "test") })

// workshop keeps candidates of pages in a folder of the test, and examines them.
func workshop(t testing.TB) (*campaign.Made, *campaign.Clinic) {
	t.Helper()
	made := &campaign.Made{Dir: filepath.Join(t.TempDir(), "candidates")}
	clinic := &campaign.Clinic{Roster: campaign.Rosters{made, campaign.Mocks{}}, Suite: suite, Tree: features.FS, Domains: sides.Domains()}
	t.Cleanup(clinic.Close)
	return made, clinic
}

// alone is a console whose only candidates are those of pages, for a person.
func alone(t testing.TB, change func(*console.Config)) rig {
	t.Helper()
	return startedWith(t, httptest.NewServer, func(c *console.Config) {
		c.Campaigns = nil
		change(c)
	})
}

// typed is a form of a provider, as a person fills it.
func typed(t testing.TB, name, endpoint string) url.Values {
	t.Helper()
	d, err := candidate.NewDraft("fournisseur/A")
	if err != nil {
		t.Fatal(err)
	}
	f := url.Values{"how": {"form"}, "scope": d.Scopes}
	for key, value := range d.Values {
		f.Set(key, value)
	}
	f.Set("candidate.name", name)
	f.Set("candidate.vendor", "Éditeur d'essai")
	f.Set("candidate.version", "1")
	f.Set("roles.fournisseur.A.endpoint", endpoint)
	return f
}

// submits posts a form, and gives where it leads.
func (r rig) submits(t testing.TB, path string, f url.Values) (status int, body, location string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL+path, strings.NewReader(f.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a, err := client.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	raw, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(raw), a.Header.Get("Location")
}

// makes keeps a candidate by the form, and gives its ID.
func (r rig) makes(t testing.TB, name, endpoint string) string {
	t.Helper()
	status, body, location := r.submits(t, "/candidates", typed(t, name, endpoint))
	id, made := strings.CutPrefix(location, "/candidates/")
	if status != http.StatusSeeOther || !made {
		t.Fatalf("%d %q: %s", status, location, body)
	}
	return id
}

// asks calls the API, and reads what it answers.
func (r rig) asks(t testing.TB, method, path string, order, told any) int {
	t.Helper()
	var body io.Reader = http.NoBody
	if order != nil {
		raw, err := json.Marshal(order)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(raw)
	}
	q, err := http.NewRequestWithContext(t.Context(), method, r.URL+"/api"+path, body)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/json")
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if told != nil && a.StatusCode != http.StatusNoContent {
		if err := json.NewDecoder(a.Body).Decode(told); err != nil {
			t.Fatalf("%s %s: %d, %v", method, path, a.StatusCode, err)
		}
	}
	return a.StatusCode
}

const nowhere = "https://127.0.0.1:1/interops/service-a"

// TestEachRoleHasAForm shows the form of each role, each field with its explanation.
func TestEachRoleHasAForm(t *testing.T) {
	r := alone(t, func(*console.Config) {})
	for _, scope := range candidate.FormScopes() {
		for _, lang := range []string{"fr", "en"} {
			status, body, _ := r.get(t, "/candidates/new?scope="+url.QueryEscape(scope), lang)
			if status != http.StatusOK {
				t.Errorf("%s: %d", scope, status)
			}
			for _, s := range candidate.FormOf(scope) {
				for _, f := range s.All() {
					if f.Kind != candidate.FieldRows && !strings.Contains(body, `name="`+f.Key+`"`) || f.Kind == candidate.FieldRows && !strings.Contains(body, `name="`+f.Key+".0."+f.Columns[0].Key+`"`) {
						t.Errorf("%s: no field %s", scope, f.Key)
					}
				}
			}
		}
	}
	for path, want := range map[string]int{"/candidates/new": 200, "/candidates/new?scope=rien": 200, "/candidates/new?scope=fournisseur/A&scope=lps/-": 422, "/candidates/none": 404, "/candidates/..%2f..": 404, "/candidates/none/doctor": 404} {
		if status, _, _ := r.get(t, path, "fr"); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
}

// TestCandidateIsMadeChangedAndRemoved walks the pages without a script.
func TestCandidateIsMadeChangedAndRemoved(t *testing.T) {
	r := alone(t, func(*console.Config) {})
	id := r.makes(t, hostile, "nowhere")
	_, body, _ := r.get(t, "/candidates/"+id, "fr")
	for _, want := range []string{"À corriger : 1", `data-field="roles.fournisseur.A.endpoint"><p class="wrong">Attendu : une URL https`, "Les certificats seront faits"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %s", want, body)
		}
	}
	if strings.Contains(body, "<script>") || strings.Contains(body, "<img") {
		t.Error("a name became more than text")
	}
	revision := between(t, body, `name="revision" value="`, `"`)
	f := typed(t, "Passerelle", nowhere)
	f.Set("revision", revision)
	if status, body, location := r.submits(t, "/candidates/"+id, f); status != http.StatusSeeOther || location != "/candidates/"+id {
		t.Fatalf("%d %q: %s", status, location, body)
	}
	_, body, _ = r.get(t, "/candidates/"+id, "en")
	for _, want := range []string{"Nothing to correct.", "To load in your gateway", "issuer urn:interops", "/candidates/" + id + "/material"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	// Someone else saves what they read before: they are told, and nothing is lost.
	f.Set("candidate.name", "Autre nom")
	status, body, _ := r.submits(t, "/candidates/"+id, f)
	if status != http.StatusConflict || !strings.Contains(body, "Autre nom") || !strings.Contains(body, "changé ce candidat entre-temps") {
		t.Errorf("two people: %d %s", status, body)
	}
	if _, body, _ := r.get(t, "/candidates/"+id, "fr"); !strings.Contains(body, "<h1>Passerelle</h1>") {
		t.Error("what was saved is lost")
	}
	f.Set("revision", between(t, body, `name="revision" value="`, `"`))
	if status, _, _ := r.submits(t, "/candidates/"+id, f); status != http.StatusSeeOther {
		t.Errorf("saved again: %d", status)
	}
	if status, body, _ := r.get(t, "/candidates", "fr"); status != http.StatusOK || !strings.Contains(body, "Autre nom") {
		t.Errorf("list: %d", status)
	}
	if status, _, location := r.submits(t, "/candidates/"+id+"/delete", nil); status != http.StatusSeeOther || location != "/candidates" {
		t.Errorf("delete: %d %s", status, location)
	}
	if status, _, _ := r.get(t, "/candidates/"+id, "fr"); status != http.StatusNotFound {
		t.Errorf("after its end: %d", status)
	}
}

// between is what stands between two texts.
func between(t testing.TB, text, from, to string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, from)
	inner, _, ended := strings.Cut(rest, to)
	if !found || !ended {
		t.Fatalf("no %q in %s", from, text)
	}
	return inner
}

// TestWholeFileIsCheckedAndKept sends the file of an expert, good and bad.
func TestWholeFileIsCheckedAndKept(t *testing.T) {
	r := alone(t, func(*console.Config) {})
	sound := "candidate: {name: P, vendor: V, version: \"1\"}\nconvention: convention.yaml\nroles:\n  fournisseur:\n    A: {endpoint: \"" + nowhere + "\"}\nlisten: {ports: auto}\n"
	for name, c := range map[string]struct {
		text string
		want int
		says string
	}{
		"sound":     {sound, 303, ""},
		"mistake":   {strings.Replace(sound, "ports: auto", "ports: automatic", 1), 303, ""},
		"command":   {sound + "container: {image: a, ports: [1]}\n", 422, "disque du serveur"},
		"file":      {strings.Replace(sound, "convention.yaml", "/etc/passwd", 1), 422, "disque du serveur"},
		"elsewhere": {strings.Replace(sound, "127.0.0.1:1", "10.0.0.1:1", 1), 422, "10.0.0.1:1"},
		"not YAML":  {"a: [", 422, "ne peut pas être lu"},
		"bomb":      {"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", 422, "sans ancre"},
		"long":      {sound + strings.Repeat("# x\n", 1<<18), 422, "1048576"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body, _ := r.submits(t, "/candidates", url.Values{"how": {"yaml"}, "yaml": {c.text}})
			if status != c.want || !strings.Contains(body, c.says) {
				t.Errorf("%d, want %d and %q", status, c.want, c.says)
			}
			if first, _, _ := strings.Cut(c.text, "\n"); status == 422 && !strings.Contains(body, strings.ReplaceAll(strings.ReplaceAll(first, "&", "&amp;"), `"`, "&#34;")) {
				t.Error("what was typed is lost")
			}
		})
	}
	if status, _, _ := r.submits(t, "/candidates", url.Values{"how": {"yaml"}, "yaml": {strings.Repeat("x", 5<<20)}}); status != http.StatusBadRequest {
		t.Errorf("five MiB: %d", status)
	}
}

// problem is one problem as the API tells it.
type problem struct {
	Field, Key, Barrier string
	Line                int
	Want, Remedy        struct{ FR, EN string }
}

// TestCandidateAPI does over the API what the pages do.
func TestCandidateAPI(t *testing.T) {
	listed, err := candidate.ParseTargets("gw.essai.test:8443")
	if err != nil {
		t.Fatal(err)
	}
	r := alone(t, func(c *console.Config) { c.Made.Targets = listed })
	var form struct {
		Scopes   []string          `json:"scopes"`
		Values   map[string]string `json:"values"`
		Sections []candidate.Section
	}
	if status := r.asks(t, "GET", "/candidates/form?scope=fournisseur/A", nil, &form); status != 200 || len(form.Sections) < 4 || form.Values["roles.fournisseur.backend"] != "probe" {
		t.Fatalf("form: %d %+v", status, form)
	}
	values := maps.Clone(form.Values)
	values["candidate.name"], values["candidate.vendor"], values["candidate.version"], values["roles.fournisseur.A.endpoint"] = "P", "V", "1", "https://gw.essai.test:8444/a"
	order := map[string]any{"scopes": form.Scopes, "values": values}
	var checked struct {
		Problems []problem
		YAML     string
	}
	if status := r.asks(t, "POST", "/candidates/check", order, &checked); status != 200 || len(checked.Problems) != 1 || checked.Problems[0].Field != "roles.fournisseur.A.endpoint" ||
		checked.Problems[0].Barrier != "target" || !strings.Contains(checked.Problems[0].Remedy.EN, "--targets gw.essai.test:8444") || !strings.Contains(checked.YAML, "gw.essai.test") {
		t.Errorf("check: %d %+v", status, checked)
	}
	var refused struct {
		Error    string
		Problems []problem
	}
	if status := r.asks(t, "POST", "/candidates", order, &refused); status != 422 || refused.Error != "target-barred" || len(refused.Problems) != 1 {
		t.Errorf("make: %d %+v", status, refused)
	}
	yaml := strings.Replace(checked.YAML, "8444", "8443", 1) + "container: {image: a, ports: [1]}\n"
	if status := r.asks(t, "POST", "/candidates", map[string]any{"yaml": yaml}, &refused); status != 422 || refused.Error != "barred" || refused.Problems[0].Key != "container" {
		t.Errorf("make: %d %+v", status, refused)
	}
	values["roles.fournisseur.A.endpoint"] = "https://gw.essai.test:8443/a"
	var made struct {
		ID, Revision, YAML string
		Problems           []problem
		ToLoad             []map[string]string `json:"to_load"`
		Files              []campaign.File
	}
	if status := r.asks(t, "POST", "/candidates", order, &made); status != 201 || made.ID == "" || len(made.Problems) != 0 || len(made.ToLoad) == 0 || len(made.Files) != 1 {
		t.Fatalf("make: %d %+v", status, made)
	}
	at := "/candidates/" + made.ID
	order["revision"] = made.Revision
	values["candidate.name"] = "Q"
	if status := r.asks(t, "PUT", at, order, &made); status != 200 || !strings.Contains(made.YAML, `"Q"`) {
		t.Errorf("save: %d %+v", status, made)
	}
	values["candidate.name"] = "R"
	if status := r.asks(t, "PUT", at, order, &refused); status != 409 || refused.Error != "candidate-changed" {
		t.Errorf("save again: %d %+v", status, refused)
	}
	var list struct{ Candidates []campaign.Candidate }
	if status := r.asks(t, "GET", "/candidates", nil, &list); status != 200 || len(list.Candidates) != 1 || list.Candidates[0].Name != "Q" {
		t.Errorf("list: %d %+v", status, list)
	}
	for call, want := range map[string]int{
		"GET " + at: 200, "PUT " + at + "/files/..%2fa.pem": 422, "GET " + at + "/files/candidate.yaml": 422, "GET " + at + "/files/convention.yaml": 200, "GET " + at + "/material": 200,
		"GET /candidates/none": 404, "GET " + at + "/doctor": 409, "POST " + at + "/doctor/stop": 409, "POST /candidates/none/doctor": 404, "POST " + at + "/renew": 204,
		"DELETE /candidates/none": 404, "GET /candidates/form": 422, "POST /candidates/check": 400,
	} {
		method, path, _ := strings.Cut(call, " ")
		if status := r.asks(t, method, path, nil, nil); status != want {
			t.Errorf("%s: %d, want %d", call, status, want)
		}
	}
	if status := r.asks(t, "DELETE", at, nil, nil); status != 204 {
		t.Errorf("delete: %d", status)
	}
}

// TestFilesBesideACandidate puts a file with a candidate in the page, and takes it away.
func TestFilesBesideACandidate(t *testing.T) {
	r := alone(t, func(*console.Config) {})
	id := r.makes(t, "P", nowhere)
	for name, want := range map[string]int{"autorites.pem": 200, "../../etc.pem": 200, "candidate.yaml": 422, "a.exe": 422, "pki": 422} {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile("file", name)
		if err == nil {
			_, err = part.Write([]byte("contenu"))
		}
		if err = errors.Join(err, form.Close()); err != nil {
			t.Fatal(err)
		}
		status, page := r.send(t, "/candidates/"+id+"/files", form.FormDataContentType(), &body)
		if status != want {
			t.Errorf("%s: %d, want %d", name, status, want)
		}
		if strings.Contains(page, "../..") {
			t.Errorf("%s is shown as a path", name)
		}
	}
	status, body, header := r.get(t, "/candidates/"+id+"/files/autorites.pem", "")
	if status != 200 || body != "contenu" || header.Get("Content-Disposition") != `attachment; filename="autorites.pem"` || header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("%d %q %v", status, body, header)
	}
	if status, _, _ := r.submits(t, "/candidates/"+id+"/files/autorites.pem/delete", nil); status != http.StatusSeeOther {
		t.Errorf("remove: %d", status)
	}
	status, body, _ = r.get(t, "/candidates/"+id+"/material", "")
	archive, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if status != 200 || err != nil || !slices.ContainsFunc(archive.File, func(f *zip.File) bool { return f.Name == "pki/roots.pem" }) {
		t.Errorf("material: %d, %v", status, err)
	}
	if status, _, _ := r.submits(t, "/candidates/"+id+"/renew", nil); status != http.StatusSeeOther {
		t.Errorf("renew: %d", status)
	}
}

// TestExaminationInThePage makes the candidate of a running mock provider in the form, and examines it: nothing is to be
// corrected; then at another address, the field to change is linked.
func TestExaminationInThePage(t *testing.T) {
	var made *campaign.Made
	r := alone(t, func(c *console.Config) { made = c.Made })
	f := typed(t, "Passerelle", nowhere)
	var listening candidate.Ports
	for name, port := range map[string]*int{"provider": &listening.Provider, "client": &listening.Client, "probe": &listening.Probe, "revocation": &listening.Revocation, "service": &listening.Service, "portal": &listening.Portal, "authentication": &listening.Authentication, "identification": &listening.Identification} {
		free, err := stand.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		*port = free
		f.Set("listen.ports."+name, strconv.Itoa(free))
	}
	_, _, location := r.submits(t, "/candidates", f)
	id := strings.TrimPrefix(location, "/candidates/")
	set, err := pki.Load(filepath.Join(made.Dir, id, "pki"))
	if err != nil {
		t.Fatal(err)
	}
	stub, err := stand.StartStub(stand.StubOptions{
		Role: candidate.RoleProvider, Dir: t.TempDir(), PKI: set, Convention: candidate.DefaultConvention(), Profile: candidate.DefaultProfile("current"), Seed: bench.NewSeed(), Ports: listening,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stub.Close()
	declared, err := candidate.Load(stub.Candidate)
	if err != nil {
		t.Fatal(err)
	}
	if body := r.examined(t, id); !strings.Contains(body, `href="/candidates/`+id+`#roles.fournisseur.A.endpoint"`) {
		t.Errorf("at a wrong address: %s", body)
	}
	_, page, _ := r.get(t, location, "fr")
	f.Set("revision", between(t, page, `name="revision" value="`, `"`))
	f.Set("roles.fournisseur.A.endpoint", declared.Provider.A.Endpoint)
	if status, body, _ := r.submits(t, location, f); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, body)
	}
	if body := r.examined(t, id); !strings.Contains(body, "Rien à corriger") {
		t.Errorf("at the right address: %s", body)
	}
}

// examined examines a candidate in the page, and gives the page of what was found.
func (r rig) examined(t testing.TB, id string) string {
	t.Helper()
	if status, body, location := r.submits(t, "/candidates/"+id+"/doctor", nil); status != http.StatusSeeOther || location != "/candidates/"+id+"/doctor" {
		t.Fatalf("%d %s %s", status, location, body)
	}
	for {
		var seen campaign.Examined
		if status := r.asks(t, "GET", "/candidates/"+id+"/doctor", nil, &seen); status != 200 {
			t.Fatal(status)
		}
		if !seen.Running {
			_, body, _ := r.get(t, "/candidates/"+id+"/doctor", "fr")
			return body
		}
		if err := bench.Pause(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
