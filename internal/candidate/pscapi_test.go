package candidate_test

import (
	"path/filepath"
	"slices"
	"testing"

	"etalon/internal/candidate"
)

const protected = `candidate: {name: A, vendor: V, version: "1"}
roles:
  api-psc:
    token: https://127.0.0.1:9443/token
    resource: https://127.0.0.1:9443/patients
    scope: patient.lecture
`

func TestLoadAPI(t *testing.T) {
	c := load(t, write(t, map[string]string{"candidate.yaml": protected}))
	a := c.PSCAPI
	if got := c.Scope(); !slices.Equal(got, []string{"api-psc/-"}) || a == nil {
		t.Fatalf("scope %v, %+v", got, a)
	}
	if a.Method != "GET" || a.ForbiddenScope != candidate.DefaultForbiddenScope || a.SubjectType != candidate.SubjectAccess || a.Form != candidate.APIJWT || a.Certificate != nil {
		t.Errorf("completed to %+v", a)
	}
	if a.PSC.Listen != candidate.FixedPSC || a.PSC.Client != candidate.SampleAPIClient() || *a.SkewSeconds != 5 {
		t.Errorf("Pro Santé Connect %+v", a.PSC)
	}
	certificate, key := pairPEM(t)
	more := protected + `    method: POST
    contains: dossier
    plain: http://127.0.0.1:9080/patients
    forbidden_scope: patient.ecriture
    client: proxy
    parameters: {subject_issuer: psc}
    subject_token_type: jwt
    token_form: opaque
    introspection: https://127.0.0.1:9443/introspect
    revocation: https://127.0.0.1:9443/revoke
    certificate: {certificate: p.pem, key: p.key}
    psc: {listen: auto, client: {id: api, secret: s}}
    verbs: {revoke-token: {http: {url: "http://127.0.0.1:9090/revoke"}}}
`
	dir := write(t, map[string]string{"candidate.yaml": more, "p.pem": certificate, "p.key": key})
	a = load(t, dir).PSCAPI
	if a.Certificate.TLS.PrivateKey == nil || a.PSC.Listen != "127.0.0.1:0" || a.PSC.Client.ID != "api" || a.Verbs[candidate.RevokeToken].HTTP.Method != "POST" ||
		a.Form != candidate.APIOpaque || a.SubjectType != candidate.SubjectJWT || a.Parameters["subject_issuer"] != "psc" {
		t.Errorf("declared %+v", a)
	}
	if c := load(t, dir); c.Access(candidate.RolePSCAPI).Organism != candidate.APIOrganism || filepath.Dir(c.Path) != dir {
		t.Errorf("access %+v", c.Access(candidate.RolePSCAPI))
	}
}

func TestInitAPI(t *testing.T) {
	dir := t.TempDir()
	if err := candidate.Init(dir, candidate.InitOptions{Roles: []candidate.Role{candidate.RolePSCAPI}}); err != nil {
		t.Fatal(err)
	}
	c := load(t, dir)
	if psc, key := c.Provided(); c.PSCAPI == nil || psc.Listen != candidate.FixedPSC || key != "roles.api-psc.psc" || c.PSCAPI.PSC.Client != candidate.SampleAPIClient() {
		t.Errorf("written %+v", c.PSCAPI)
	}
	if !slices.Contains(c.LoopbackPorts(), 8560) || !slices.Contains(c.Hosts(), "127.0.0.1") {
		t.Errorf("ports %v, hosts %v", c.LoopbackPorts(), c.Hosts())
	}
	both := []candidate.Role{candidate.RolePSCAPI, candidate.RoleMSSIMAP}
	if err := candidate.Init(t.TempDir(), candidate.InitOptions{Roles: both}); err == nil {
		t.Error("an API and an operator in one folder")
	}
}
