package console_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/console"
	"etalon/internal/interops"
	"etalon/internal/stand"
	"etalon/internal/whitelist"
	"etalon/stubs/psc"
)

// local is where partners of a test listen: at free ports.
var local = candidate.Listen{Address: "127.0.0.1"}

// opened opens a stand on free ports.
func opened(t testing.TB, dir string, convention *interops.Convention) *stand.Stand {
	t.Helper()
	s, err := stand.Open("127.0.0.1:0", dir, convention, candidate.DefaultProfile("current"), bench.NewSeed())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, s) })
	return s
}

func closing(t testing.TB, c interface{ Close() error }) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// partners plays those of a convention.
func partners(t testing.TB, s *stand.Stand, subject *candidate.Candidate) *stand.Partners {
	t.Helper()
	p, err := stand.OpenPartners(stand.PartnersOptions{Stand: s, Listen: local, Dir: t.TempDir(), Candidate: subject})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, p) })
	return p
}

// healthy plays the parties of MSSanté.
func healthy(t testing.TB) *stand.Health {
	t.Helper()
	h := &stand.Health{Stand: opened(t, "", &interops.Convention{Organisms: psc.Organisms()})}
	var err error
	if h.Provider, err = psc.Start(psc.Config{Bench: h.Stand.Bench}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, h.Provider) })
	if h.Operator, err = stand.StartOperator(h.Stand, h.Provider, "", "", nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, h.Operator) })
	if h.List, err = stand.PublishList(h.Stand, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, h.List) })
	return h
}

// directory is a console over partners that play.
type directory struct {
	rig
	partners *stand.Partners
	health   *stand.Health
}

func looking(t testing.TB, health bool) directory {
	t.Helper()
	d := directory{partners: partners(t, opened(t, "", candidate.DefaultConvention()), nil)}
	if health {
		d.health = healthy(t)
	}
	d.rig = startedWith(t, httptest.NewServer, func(c *console.Config) {
		c.Partners, c.Reference = d.partners, stand.NewDirectory(d.partners, d.health)
	})
	return d
}

// object reads what a call answers.
func object[T any](t testing.TB, r rig, path string) (told T) {
	t.Helper()
	status, body, _ := r.get(t, path, "")
	if err := json.Unmarshal([]byte(body), &told); err != nil || status != http.StatusOK {
		t.Fatalf("%s: %d %v %.200s", path, status, err, body)
	}
	return told
}

// toldCertificate is what the API tells of a certificate.
type toldCertificate struct {
	Print   string `json:"sha256"`
	Name    string `json:"name"`
	Use     string `json:"use"`
	Subject string `json:"subject"`
	Serial  string `json:"serial"`
	State   string `json:"state"`
	Played  bool   `json:"played"`
	PEM     string `json:"pem"`
}

type toldCertificates struct {
	Certificates []toldCertificate `json:"certificates"`
	Total        int               `json:"total"`
}

// byName finds a certificate.
func byName(t testing.TB, r rig, name string) toldCertificate {
	t.Helper()
	all := object[toldCertificates](t, r, "/api/certificates").Certificates
	i := slices.IndexFunc(all, func(c toldCertificate) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no certificate %s", name)
	}
	return all[i]
}

// rotate makes a certificate anew by the API.
func (d directory) rotate(t testing.TB, print string, revoke bool) toldCertificate {
	t.Helper()
	status, body := d.post(t, "/api/rotations", "application/json", fmt.Sprintf(`{"what":"certificate","certificate":%q,"revoke":%v}`, print, revoke))
	var made struct{ Certificate toldCertificate }
	if err := json.Unmarshal([]byte(body), &made); err != nil || status != http.StatusCreated {
		t.Fatalf("%d %v %.300s", status, err, body)
	}
	return made.Certificate
}

// openssl runs the independent oracle in a folder.
func openssl(t testing.TB, dir string, args ...string) (string, error) {
	t.Helper()
	benchtest.Needs(t, "openssl")
	c := exec.CommandContext(t.Context(), "openssl", args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	return string(out), err
}

// keep downloads a file into a folder.
func (d directory) keep(t testing.TB, path, dir, name string) {
	t.Helper()
	status, body, header := d.get(t, path, "")
	if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%s: %d %s", path, status, header.Get("Content-Disposition"))
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The pages of what is not played say so, and the calls refuse.
func TestNotPlayed(t *testing.T) {
	d := looking(t, false)
	for path, want := range map[string]string{"/whitelist": "sandbox serve --mss", "/metadata": "sandbox serve --mss"} {
		if status, body, _ := d.get(t, path, "fr"); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d", path, status)
		}
	}
	for path, want := range map[string]int{
		"/api/whitelist": 404, "/whitelist/" + whitelist.FileName: 404, "/metadata/jwks.json": 404, "/metadata/..%2f..%2fetc": 404,
		"/certificates/absent": 404, "/api/certificates/absent": 404, "/conventions/absent": 404, "/people?q=" + strings.Repeat("a", 2000): 400,
		"/certificates/" + byName(t, d.rig, "organisme-client/tls").Print + "/key.pem": 404, "/certificates/" + byName(t, d.rig, "root").Print + "/absent": 404,
	} {
		if status, body, _ := d.get(t, path, ""); status != want || !strings.HasPrefix(body, `{"error":`) {
			t.Errorf("%.60s: %d %.80s, want %d", path, status, body, want)
		}
	}
	print := byName(t, d.rig, "organisme-client/tls").Print
	d.rotate(t, print, false)
	for body, want := range map[string]int{
		`{"what":"token-keys"}`: 404, `{"what":"white-list"}`: 404, `{"what":"certificate","certificate":"absent"}`: 404, `{"what":"all"}`: 400, `{"other":1}`: 400,
		fmt.Sprintf(`{"what":"certificate","certificate":%q}`, print):                          409, // it was renewed already
		fmt.Sprintf(`{"what":"certificate","certificate":%q}`, byName(t, d.rig, "root").Print): 409,
	} {
		if status, told := d.post(t, "/api/rotations", "application/json", body); status != want {
			t.Errorf("%s: %d %s, want %d", body, status, told, want)
		}
	}
	status, page := d.post(t, "/rotations", "application/x-www-form-urlencoded", "what=certificate&certificate="+print)
	if status != http.StatusConflict || !strings.Contains(page, `role="alert"`) {
		t.Errorf("renewed twice from a page: %d", status)
	}
}

func TestPeople(t *testing.T) {
	d := looking(t, true)
	type people struct {
		People []struct {
			Login, Secret, Name, Level, At string
			Rights                         []struct{ Project, Mode string }
			Mailboxes                      []string
		}
		Total int
	}
	all := object[people](t, d.rig, "/api/people")
	if all.Total != len(all.People) || all.Total < 50 {
		t.Fatalf("%d of %d", len(all.People), all.Total)
	}
	one := object[people](t, d.rig, "/api/people?q=AGENT-0001+consultation").People
	if len(one) != 1 || one[0].Secret == "" || one[0].Level == "" || len(one[0].Rights) != 2 || !strings.HasPrefix(one[0].At, "https://") {
		t.Errorf("%+v", one)
	}
	health := object[people](t, d.rig, "/api/people?q=anne").People
	if len(health) != 1 || health[0].At != d.health.Provider.Issuer() || !slices.Contains(health[0].Mailboxes, "anne.test-un@"+stand.OperatorDomain) {
		t.Errorf("%+v", health)
	}
	for lang, want := range map[string]string{"fr": "1 personnes sur ", "en": "1 persons of "} {
		if _, page, _ := d.get(t, "/people?q=agent-0001", lang); !strings.Contains(page, want) || strings.Contains(page, "agent-0002") {
			t.Errorf("%s: the page does not show who is looked for", lang)
		}
	}
}

func TestConvention(t *testing.T) {
	d := looking(t, false)
	told := object[struct {
		Coherent bool
		Notices  []string
		YAML     string
		Levels   []struct{ Name string }
	}](t, d.rig, "/api/convention")
	if !told.Coherent || told.YAML != string(candidate.ConventionText()) || len(told.Levels) == 0 {
		t.Errorf("%+v", told)
	}
	for file, want := range map[string]string{"convention.yaml": "name: ", "annexes.html": "<!doctype html>", "annexes.odt": "PK"} {
		status, body, header := d.get(t, "/conventions/"+file, "")
		if status != http.StatusOK || !strings.Contains(body, want) || header.Get("Content-Disposition") != "attachment; filename="+file {
			t.Errorf("%s: %d %.60s %v", file, status, body, header["Content-Disposition"])
		}
	}
	if _, page, _ := d.get(t, "/conventions", "fr"); !strings.Contains(page, "convention cohérente") || !strings.Contains(page, "PAGM_CONSULTATION") {
		t.Error("the page does not tell the convention")
	}
}

// A convention in use that is not coherent, or that hostile hands wrote, is told as it is, and inert.
func TestConventionOfACandidate(t *testing.T) {
	c := candidate.DefaultConvention()
	c.Name = hostile
	c.Projects[0].Label = hostile
	subject := &candidate.Candidate{Convention: c, ConventionText: []byte("name: [\n" + hostile)}
	p := partners(t, opened(t, "", c), subject)
	r := startedWith(t, httptest.NewServer, func(o *console.Config) { o.Reference = stand.NewDirectory(p, nil) })
	status, page, _ := r.get(t, "/conventions", "fr")
	if status != http.StatusOK || !strings.Contains(page, "convention incohérente") || strings.Contains(page, "<script>document") || strings.Contains(page, "<img src=x") {
		t.Errorf("%d %.300s", status, page)
	}
	for _, path := range []string{"/sphere", "/conventions/annexes.html"} {
		if _, page, _ := r.get(t, path, "fr"); strings.Contains(page, "<script>document") || strings.Contains(page, "<img src=x") {
			t.Errorf("%s holds what a partner wrote as more than text", path)
		}
	}
}

// Private keys are handed over for the candidate's own organism alone, and only from a folder of the candidate's.
func TestOwnKeys(t *testing.T) {
	dir := t.TempDir()
	c := candidate.DefaultConvention()
	set, err := stand.NewPKI(c, "http://127.0.0.1:1", false)
	if err == nil {
		err = set.Save(filepath.Join(dir, "pki"))
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, lasting := range []bool{true, false} {
		subject := &candidate.Candidate{
			Convention: c, ConventionText: candidate.ConventionText(),
			Client: &candidate.Client{A: &candidate.ClientA{Choice: candidate.Choice{Project: "consultation", Service: "service-a"}}},
		}
		if lasting {
			subject.PKI.Dir = filepath.Join(dir, "pki")
		}
		p := partners(t, opened(t, subject.PKI.Dir, c), subject)
		for i := range p.Faces { // a candidate plays the client in its place
			if p.Faces[i].Role == candidate.RoleClient {
				p.Faces[i].Organism = "organisme-tiers"
			}
		}
		d := startedWith(t, httptest.NewServer, func(o *console.Config) { o.Reference = stand.NewDirectory(p, nil) })
		for name, want := range map[string]bool{"organisme-client/tls": lasting, "organisme-client/signature": lasting, "organisme-fournisseur/tls": false, "root": false} {
			at := "/certificates/" + byName(t, d, name).Print
			status, key, _ := d.get(t, at+"/key.pem", "")
			if (status == http.StatusOK) != want || want != strings.Contains(key, "PRIVATE KEY") {
				t.Errorf("lasting %v, %s: %d", lasting, name, status)
			}
			if _, page, _ := d.get(t, at, "fr"); strings.Contains(page, "key.pem") != want {
				t.Errorf("lasting %v, %s: the page offers the key: %v", lasting, name, !want)
			}
		}
	}
}

// The sphere tells who is played where, and the faults that are armed.
func TestSphere(t *testing.T) {
	d := looking(t, true)
	if err := d.partners.Arm(candidate.RoleProvider, interops.ModeA, "tls-server-certificate-expired", 3); err != nil {
		t.Fatal(err)
	}
	type sphere struct {
		Members []struct {
			Name   string
			Faces  []struct{ Role, URL string }
			Faults []string
		}
		Bonds []struct {
			Kind, From, To, Project, Mode string
			InForce                       bool `json:"in_force"`
		}
	}
	told := object[sphere](t, d.rig, "/api/sphere")
	played := map[string]int{}
	for _, m := range told.Members {
		played[m.Name] = len(m.Faces)
		if len(m.Faults) > 0 != (m.Name == "organisme-fournisseur") {
			t.Errorf("%s is armed with %v", m.Name, m.Faults)
		}
		for _, f := range m.Faces {
			if u, err := url.Parse(f.URL); err != nil || net.ParseIP(u.Hostname()) == nil {
				t.Errorf("%s: %v at %q", m.Name, err, f.URL)
			}
		}
	}
	if played["organisme-client"] != 2 || played["organisme-fournisseur"] != 2 || played["organisme-tiers"] != 0 || played["psc"] != 1 || played["operateur-mss"] != 2 {
		t.Errorf("played %v", played)
	}
	kinds := map[string]int{}
	for _, b := range told.Bonds {
		kinds[b.Kind]++
	}
	if kinds["project"] != len(candidate.DefaultConvention().Opened()) || kinds["tokens"] != 1 || kinds["list"] != 1 {
		t.Error(kinds)
	}
	_, page, _ := d.get(t, "/sphere", "fr")
	_, drawn, header := d.get(t, "/sphere.svg", "fr")
	if strings.Count(page, "<svg ") != 2 || strings.Contains(page, "<style") || !strings.Contains(drawn, "<style>") || header.Get("Content-Type") != "image/svg+xml" {
		t.Error("the page holds two pictures without a style of their own, and hands one over with it")
	}
	for _, text := range []string{page, drawn} {
		if !strings.Contains(text, "faute armée : tls-server-certificate-expired") {
			t.Error("the fault that is armed is not in the picture")
		}
	}
	if err := xml.Unmarshal([]byte(drawn), new(struct{ XMLName xml.Name })); err != nil {
		t.Error(err)
	}
}
