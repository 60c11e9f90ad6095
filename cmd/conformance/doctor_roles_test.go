package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/stand"
)

// driven gives the client of mode A another driver.
func driven(by string) func(*situation) {
	return func(s *situation) {
		_, rest, _ := strings.Cut(s.text(), "drive: ")
		old, _, _ := strings.Cut(rest, "\n")
		s.replace("drive: "+old, "drive: "+by)
		s.replace(`"interops_infos":true`, `"interops_infos":false`) // which takes HTTP
	}
}

// unexecutable is a program that nobody may start.
func unexecutable(s *situation) {
	s.write("appel.sh", "#!/bin/sh\n")
	driven("{command: [./appel.sh]}")(s)
}

// answering puts a server that answers everybody a status in the place of one that the file names.
func answering(mark string, code int) func(*situation) {
	return sets(mark, func(s *situation, _ string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }))
		s.t.Cleanup(server.Close)
		return server.URL
	})
}

// unlisted has the white list published where the operator does not look for it.
func unlisted(s *situation) {
	old := s.after(`"white_list":{"listen":`)
	s.replace(old, candidate.Listen{Address: "127.0.0.1"}.At(freePort(s.t)))
}

// crossed puts the address behind one mark in the place of that behind another, and the other way round.
func crossed(one, other string) func(*situation) {
	return func(s *situation) {
		a, b := s.after(one), s.after(other)
		s.replace(a, "\x00")
		s.replace(b, a)
		s.replace("\x00", b)
	}
}

// busyPSC has another program listen where the harness is to play Pro Santé Connect.
func busyPSC(s *situation, o *stand.StubOptions) {
	port := freePort(s.t)
	o.PSC = candidate.Listen{Address: "127.0.0.1"}.At(port)
	s.occupy(o.PSC)
}

// carried has the Responses of mode P come in another way.
func carried(transport string) func(*situation, *stand.StubOptions) {
	return func(_ *situation, o *stand.StubOptions) { o.Transport = transport }
}

// behind puts a proxy in front of a server that the file names: it leaves out one header.
func behind(mark, header string) func(*situation) {
	return sets(mark, func(s *situation, old string) string {
		to, err := url.Parse(old)
		if err != nil {
			s.t.Fatal(err)
		}
		proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: to.Scheme, Host: to.Host})
			r.Out.Header.Del(header)
		}})
		s.t.Cleanup(proxy.Close)
		return proxy.URL + strings.TrimPrefix(old, to.Scheme+"://"+to.Host)
	})
}

// estranged has the harness play Pro Santé Connect under a certificate of authorities that the candidate does not know.
func estranged(s *situation) {
	set, err := stand.NewPKI(candidate.MSSConvention(), "http://127.0.0.1:1", true)
	if err != nil {
		s.t.Fatal(err)
	}
	s.keyring.dir = filepath.Join(s.dir, "autre-pki")
	if err := set.Save(s.keyring.dir); err != nil {
		s.t.Fatal(err)
	}
	presents("provider", candidate.PSCOrganism+"/tls")(s)
}

// roleSeeds are those of the other roles and modes.
func roleSeeds() []seed {
	const (
		clientA, clientP, idp, rp, api = "client/A", "client/P", "fournisseur-identite/-", "service-psc/-", "api-psc/-"
		imap, mta, lps                 = "mss-imap/-", "mss-operateur/-", "lps/-"
	)
	dead := to("https://127.0.0.1:1/absent")
	return []seed{
		{"honnête", "fournisseur/P", "", nil, nil, []string{"fournisseur/P/P03"}},
		{"chemin de l'ACS", "fournisseur/P", "roles.fournisseur.P.acs", nil, sets(`"acs":`, part("/acs", "/absent")), nil},
		{"audience, mode P", "fournisseur/P", "convention", nil, agrees("http://extranet.fournisseur.test", "http://autre.fournisseur.test"), nil},
		{"liaison d'un autre organisme, mode P", "fournisseur/P", "pki.client", nil, presents("client", "organisme-tiers/tls"), nil},
		{"liaison d'un autre organisme, Response par le navigateur", "fournisseur/P", "pki.client", carried("browser-post"), presents("client", "organisme-tiers/tls"), nil},
		{"certificat du banc échu, Response par le navigateur", "fournisseur/P", "pki.client", carried("browser-post"), presents("client", "organisme-client/tls~expired"), nil},
		{"cachet d'un autre organisme, mode P", "fournisseur/P", "pki.signature", nil, presents("signature", "organisme-tiers/signature"), nil},
		{"honnête", "fournisseur/R", "", nil, nil, []string{"fournisseur/R/R01"}},
		{"liaison d'un autre organisme, mode R", "fournisseur/R", "pki.client", nil, presents("client", "organisme-tiers/tls"), nil},
		{"chemin de la ressource", "fournisseur/R", "roles.fournisseur.R.endpoint", nil, sets(`"endpoint":`, part("/api/", "/absent/")), nil},

		{"honnête", clientA, "", nil, nil, []string{"client/A/A05"}},
		{"application arrêtée", clientA, "roles.client.A.drive.http.url", nil, sets("drive: {http: {url: ", to("http://127.0.0.1:1/appel")), nil},
		{"application en clair donnée en https", clientA, "roles.client.A.drive.http.url", nil, sets("drive: {http: {url: ", part("http:", "https:")), nil},
		{"chemin de l'application", clientA, "roles.client.A.drive", nil, sets("drive: {http: {url: ", part("/appel/", "/absent/")), nil},
		{"programme absent", clientA, "roles.client.A.drive.command", nil, driven("{command: [./absent.sh]}"), nil},
		{"programme non exécutable", clientA, "roles.client.A.drive.command", nil, unexecutable, nil},
		{"programme cherché dans un autre dossier", clientA, "roles.client.A.drive", nil, driven("{command: [sh, ./appel.sh]}"), nil},
		{"mandataire qui ôte un en-tête", clientA, "roles.client.users", nil, behind("drive: {http: {url: ", "Interops-Infos"), nil},
		{"convention d'un autre client", "fournisseur/A", "organisms[0].issuer", nil, agrees("11111111100011", "77777777700077"), nil},
		{"convention d'un autre fournisseur", "fournisseur/A", "roles.fournisseur.organism", nil, agrees("organisme-fournisseur", "organisme-autre"), nil},
		{"convention d'un autre client", clientA, "roles.client.organism", nil, agrees("organisme-client", "organisme-autre"), nil},
		{"partenaire désigné ailleurs", clientA, "listen.ports.provider", nil, moved(func(p candidate.Ports) int { return p.Provider }), nil},
		{"application dont le nom n'a pas d'adresse", clientA, "roles.client.A.drive.http.url", nil, sets("drive: {http: {url: ", to("http://absent.invalid/appel/x")), nil},
		{"application qui veut un identifiant", clientA, "roles.client.users", nil, answering("drive: {http: {url: ", http.StatusUnauthorized), nil},
		{"application qui refuse", clientA, "roles.client.users", nil, answering("drive: {http: {url: ", http.StatusForbidden), nil},
		{"application sous TLS donnée en http", clientA, "roles.client.A.drive.http.url", nil, func(s *situation) {
			served("drive: {http: {url: ", "organisme-client/tls", 0, faulty("Server"))(s)
			secured := s.after("drive: {http: {url: ")
			s.replace(secured, "http"+strings.TrimPrefix(secured, "https"))
		}, nil},
		{"certificat du partenaire d'un autre organisme", clientA, "pki.provider", nil, presents("provider", "organisme-tiers/tls"), nil},
		{"convention du client échue", clientA, "projects[0].end", nil, agrees("start: 2026-01-01", "start: 2025-01-01\n    end: 2026-01-01"), nil},
		{"certificat du partenaire échangé", clientA, "pki.provider", nil, presents("provider", "organisme-fournisseur/signature"), nil},
		{"port du partenaire pris", clientA, "listen.ports.provider", nil, taken("provider"), nil},
		{"traces du client d'une autre forme", clientA, "roles.client.traces", nil, traces("{\"a\":1}\n"), []string{"client/A/X01"}},

		{"honnête", clientP, "", nil, nil, []string{"client/P/V20"}},
		{"portail arrêté", clientP, "roles.client.P.login.url", nil, sets(`"url":`, dead), nil},
		{"champ du formulaire", clientP, "roles.client.P.login.form", nil, swap(`"user":"identifiant"`, `"user":"compte"`), nil},
		{"signe de la connexion", clientP, "roles.client.P.login.success", nil, swap(`"cookie":"portail"`, `"cookie":"autre"`), nil},
		{"honnête", "client/R", "", nil, nil, []string{"client/R/V20"}},
		{"application R arrêtée", "client/R", "roles.client.R.drive.http.url", nil, sets(`"url":`, to("http://127.0.0.1:1/appel/x?marqueur=${marqueur}")), nil},

		{"honnête", "operateur-identification/S", "", nil, nil, []string{"operateur-identification/S/C02"}},
		{"page d'identification arrêtée", "operateur-identification/S", "roles.operateur-identification.S.identification", nil, sets(`"identification":`, dead), nil},
		{"honnête", "operateur-authentification/S", "", nil, nil, []string{"operateur-authentification/S/S01"}},
		{"SSO arrêté", "operateur-authentification/S", "roles.operateur-authentification.S.sso", nil, sets(`"sso":`, dead), nil},
		{"port du service pris", "operateur-authentification/S", "listen.ports.service", nil, taken("service"), nil},
		{"honnête", "operateur-service/S", "", nil, nil, []string{"operateur-service/S/V10"}},
		{"liaison d'un autre organisme, mode S", "operateur-service/S", "pki.client", nil, presents("client", "organisme-2/tls"), nil},
		{"ACS de l'opérateur de service", "operateur-service/S", "roles.operateur-service.S.acs", nil, sets(`"acs":`, part("/acs", "/absent")), nil},

		{"honnête", imap, "", nil, nil, []string{"mss-imap/-/TOK-01"}},
		{"racines de Pro Santé Connect non reconnues", imap, "pki.provider", nil, estranged, nil},
		{"IMAP et soumission échangés", imap, "roles.mss-imap.address", nil, crossed(`mss-imap: {"address":`, `mss-smtp: {"address":`), nil},
		{"rien n'écoute", "mss-smtp/-", "roles.mss-smtp.address", nil, sets(`mss-smtp: {"address":`, to("127.0.0.1:1")), nil},
		{"Pro Santé Connect ailleurs", imap, "mssante.psc.listen", nil, sets(`"listen":`, func(s *situation, _ string) string {
			return candidate.Listen{Address: "127.0.0.1"}.At(freePort(s.t))
		}), nil},
		{"port de Pro Santé Connect pris", imap, "mssante.psc.listen", busyPSC, nil, nil},
		{"boîtes inconnues", imap, "mssante.mailboxes", nil, swap("@operateur.test.invalid", "@absent.test.invalid"), nil},

		{"honnête", mta, "", nil, nil, []string{"mss-operateur/-/MTA-01"}},
		{"un autre protocole", mta, "roles.mss-operateur.address", nil, func(s *situation) {
			s.replace(s.after(`mss-operateur: {"address":`), s.after(`mss-imap: {"address":`))
		}, nil},
		{"liste blanche cherchée ailleurs", mta, "mssante.verbs.refresh-whitelist", nil, unlisted, nil},
		{"geste de la liste blanche", mta, "mssante.verbs.refresh-whitelist.http.url", nil, sets(`"refresh-whitelist":{"http":{"url":`, to("http://127.0.0.1:1/absent")), []string{"mss-operateur/-/MTA-01"}},

		{"honnête", lps, "", nil, nil, []string{"lps/-/LPS-01"}},
		{"racines de Pro Santé Connect non reconnues", lps, "pki.provider", nil, estranged, nil},
		{"logiciel arrêté", lps, "roles.lps.drive.http.url", nil, sets(`"url":`, to("http://127.0.0.1:1/")), nil},
		{"port de Pro Santé Connect pris", lps, "roles.lps.psc.listen", busyPSC, nil, nil},

		{"honnête", idp, "", nil, nil, []string{"fournisseur-identite/-/FI-01"}},
		{"émetteur ailleurs", idp, "roles.fournisseur-identite.issuer", nil, sets(`"issuer":`, to("https://127.0.0.1:1/identite")), nil},
		{"client inconnu", idp, "roles.fournisseur-identite.client.id", nil, sets(`"client":{"id":`, to("inconnu")), nil},
		{"secret du client", idp, "roles.fournisseur-identite.client.secret", nil, func(s *situation) {
			id := s.after(`"client":{"id":`)
			secret := s.after(`"client":{"id":"` + id + `","secret":`)
			s.replace(`"client":{"id":"`+id+`","secret":"`+secret+`"`, `"client":{"id":"`+id+`","secret":"autre"`)
		}, nil},
		{"adresse de retour", idp, "roles.fournisseur-identite.redirect", nil, swap(`"client":{"id":`, `"redirect":"https://127.0.0.1:8570/autre","client":{"id":`), nil},

		{"honnête", rp, "", nil, nil, []string{"service-psc/-/PSC-01"}},
		{"racines de Pro Santé Connect non reconnues", rp, "pki.provider", nil, estranged, nil},
		{"page de connexion en http", rp, "roles.service-psc.login", nil, sets(`"login":`, part("https:", "http:")), nil},
		{"page ouverte à tous", rp, "roles.service-psc.protected", nil, sets(`"protected":`, part("/espace", "/")), nil},
		{"client inconnu", rp, "roles.service-psc.psc.client.id", nil, sets(`"client":{"id":`, to("inconnu")), nil},
		{"adresse de retour", rp, "roles.service-psc.redirects", nil, sets(`"redirects":[`, func(_ *situation, old string) string { return old + "/autre" }), nil},
		{"Pro Santé Connect ailleurs", rp, "roles.service-psc.login", nil, sets(`"listen":`, func(s *situation, _ string) string {
			return candidate.Listen{Address: "127.0.0.1"}.At(freePort(s.t))
		}), nil},

		{"honnête", api, "", nil, nil, []string{"api-psc/-/API-01"}},
		{"racines de Pro Santé Connect non reconnues", api, "pki.provider", nil, estranged, nil},
		{"chemin des jetons", api, "roles.api-psc.token", nil, sets(`"token":`, func(_ *situation, old string) string { return old + "/absent" }), nil},
		{"chemin de la ressource", api, "roles.api-psc.resource", nil, sets(`"resource":`, func(_ *situation, old string) string { return old + "/absent" }), nil},
		{"contenu de la ressource", api, "roles.api-psc.contains", nil, sets(`"contains":`, to("absent")), nil},
		{"secret de l'API", api, "roles.api-psc.psc.client", nil, func(s *situation) { s.replace(`"psc":{`, `"psc":{"client":{"id":"tf-api","secret":"autre"},`) }, nil},
	}
}

// judgedSeeds are what may be a mistake of a file or a defect of the candidate: doctor names the key and says so, and a run finds
// the requirement, in place of scope's selectors.
func judgedSeeds() map[string]seed {
	flawed := func(name string) func(*situation, *stand.StubOptions) {
		return func(_ *situation, o *stand.StubOptions) { o.Flaws = []string{name} }
	}
	return map[string]seed{
		"TLS-19": {"nom de l'opérateur", "mss-imap/-", "mssante.host", nil, sets(`"host":`, to("mail.autre.test.invalid")), []string{"mss-imap/-/TLS-19"}},
		"TLS-01": {"STARTTLS n'est pas offert", "mss-imap/-", "roles.mss-imap.address", flawed("hides-starttls-imap"), nil, []string{"mss-imap/-/TLS-01"}},
		"FI-01":  {"découverte absente", "fournisseur-identite/-", "roles.fournisseur-identite.issuer", nil, sets(`"issuer":`, func(_ *situation, old string) string { return old + "/absent" }), []string{"fournisseur-identite/-/FI-01"}},
	}
}
