package doctor

import (
	"net/url"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// Read names the key to change for a reason of a scope that the honest exchange gave; said is the reason in words. certain
// tells that a run holds it for a matter of configuration too, opened that the role is judged all the same, but for a part.
func (p Patient) Read(scope string, why verdict.Reason, said verdict.Text, certain, opened bool) Symptom {
	s := Symptom{Sign: HonestRefused, Scope: scope, What: bare(said), Doubt: !certain}
	arg := func(i int) string {
		if i < len(why.Args) {
			return why.Args[i]
		}
		return ""
	}
	if known, ok := byReason[why.Key]; ok {
		s.Sign, s.Field = known.sign, p.key(scope, known.key)
		if s.Field == "" {
			s.Field = arg(known.arg)
		}
		s.Doubt = known.doubt
		if s.Sign == TracesUnread {
			s.Remedy = say("Désignez la source où le candidat écrit ses traces, et donnez traces.map s'il y nomme les champs autrement.", "Point at the source in which the candidate writes its traces, and give traces.map if it names the fields otherwise.")
		}
		return s
	}
	switch why.Key {
	case verdict.ReasonRoleHonestRefused:
		return p.refusal(s, arg(1), opened)
	case verdict.ReasonIDLost:
		s.Sign, s.Field = PageOther, p.key(scope, "login.forms")
		if strings.Contains(arg(1), "HTTP 4") { // the request itself is refused, before any form (OAuth 2.0 §4.1.2.1)
			s.Sign, s.Field = ClientUnknown, p.key(scope, "client.id")
			s.What = say("le fournisseur d'identité refuse la demande à %s (%s), sans renvoyer le navigateur", "the identity provider refuses the request at %s (%s), without sending the browser back", arg(0), arg(1))
			s.Remedy = say("Enregistrez chez lui ce client et cette adresse de retour, ou corrigez ici client.id ou %s.", "Register this client and this return address there, or correct client.id or %s here.", p.key(scope, "redirect"))
		}
		s.Doubt = false
	case verdict.ReasonIDRefused:
		s.Sign, s.Field = ClientUnknown, p.key(scope, idField(arg(0)))
	case verdict.ReasonIDNoToken:
		s.Sign, s.Field = ClientUnknown, p.key(scope, "client.secret")
		if strings.HasPrefix(arg(1), "id") { // the rule that its answer breaks: it knew the client
			s.Sign, s.Field = HonestRefused, p.key(scope, "scopes")
			s.Remedy = say("Vérifiez que openid est parmi les portées.", "Check that openid is among the scopes.")
		}
	default: // of a browser: what is at the address that it tells
		s.Sign, s.Field = PageOther, p.named(scope, arg(0))
		s.Doubt = false
	}
	return s
}

// bare is a sentence without its last stop: a remedy follows it.
func bare(t verdict.Text) verdict.Text {
	return verdict.Text{FR: strings.TrimSuffix(t.FR, "."), EN: strings.TrimSuffix(t.EN, ".")}
}

// reading is what a reason says of a configuration.
type reading struct {
	sign Sign
	// key is that of the role, or under psc: that of Pro Santé Connect; where it is empty, an argument of the reason is the key.
	key   string
	arg   int
	doubt bool
}

// byReason are the reasons that name their key by themselves, or have one.
var byReason = map[string]reading{
	verdict.ReasonUnreachable:      {Unreached, "", 0, false},
	verdict.ReasonMisdeclared:      {Misdeclared, "", 0, false},
	verdict.ReasonBarred:           {Barred, "", 0, false},
	verdict.ReasonDriverFailed:     {DriverFailed, "", 0, false},
	verdict.ReasonScripted:         {PageOther, "", 1, false},
	verdict.ReasonTracesUnreadable: {TracesUnread, "traces", 0, false},
	verdict.ReasonPSCNotAsked:      {PSCNotAsked, "psc:listen", 0, false},
	verdict.ReasonPSCCertificate:   {PSCUntrusted, "psc:pki.dir", 0, false},
	verdict.ReasonPSCClient:        {ClientUnknown, "psc:client", 0, false},
	verdict.ReasonListUnread:       {ListUnread, "white_list.listen", 0, false},
	verdict.ReasonNoSTARTTLS:       {NoSTARTTLS, "address", 0, true},
	verdict.ReasonNoHandshake:      {NoHandshake, "address", 0, true},
	verdict.ReasonLoginPageChanged: {PageOther, "login.form", 0, false},
	verdict.ReasonLoginSignMissing: {LoginRefused, "login.success", 0, false},
	verdict.ReasonIDUnusable:       {NoDocument, "issuer", 0, true},
	verdict.ReasonIDLoginRefused:   {LoginRefused, "establishments", 0, false},
	verdict.ReasonIDScripted:       {PageOther, "login.browser", 0, false},
}

// key is a key of a role, as the whole file writes it; psc: before it, one of Pro Santé Connect.
func (p Patient) key(scope, key string) string {
	role, mode := candidate.SplitScope(scope)
	psc, ofPSC := strings.CutPrefix(key, "psc:")
	switch {
	case key == "":
		return ""
	case psc == "pki.dir" && p.Candidate.PKI.Provider != nil: // the file gives the certificate that is not recognised
		return "pki.provider"
	case psc == "pki.dir":
		return psc
	case ofPSC:
		_, at := p.Candidate.Provided()
		return at + "." + psc
	case mode == candidate.NoMode || key == "traces" || key == "backend" || key == "users" || key == "clock":
		return "roles." + string(role) + "." + key
	}
	return "roles." + string(role) + "." + string(mode) + "." + key
}

// idField is the key behind an error that an identity provider answers (RFC 6749 §4.1.2.1).
func idField(code string) string {
	switch {
	case strings.Contains(code, "redirect"):
		return "redirect"
	case strings.Contains(code, "scope"):
		return "scopes"
	}
	return "client.id"
}

// named is the key whose address leads where a browser stopped; the recipe of the login where none does.
func (p Patient) named(scope, address string) string {
	role, _ := candidate.SplitScope(scope)
	at, err := url.Parse(address)
	for _, n := range p.Candidate.Names() {
		of, badly := url.Parse(n.URL)
		if err == nil && badly == nil && n.URL != "" && strings.HasPrefix(n.Key, "roles."+string(role)+".") && of.Host == at.Host && of.Path == at.Path {
			return n.Key
		}
	}
	return p.key(scope, "login")
}

// refusal reads how an honest message was refused: the key is the likeliest, the remedy tells the others.
func (p Patient) refusal(s Symptom, told string, opened bool) Symptom {
	role, mode := candidate.SplitScope(s.Scope)
	s.Doubt = true
	receives := role == candidate.RoleProvider || role == candidate.RoleService
	for _, h := range hints {
		if h.receives == receives && !role.WithoutMode() && slices.ContainsFunc(h.words, func(w string) bool { return strings.Contains(told, w) }) {
			s.Sign, s.Remedy = h.sign, h.remedy
			s.What = verdict.Text{FR: h.what.FR + " (" + told + ")", EN: h.what.EN + " (" + told + ")"}
			s.File, s.Field = p.place(s.Scope, role, mode, h.key)
			s.Doubt = h.doubt
			return s
		}
	}
	first, remedy := fallback(role, opened)
	if role == candidate.RolePSCService && strings.Contains(told, "HTTP 2") { // whoever comes is served a page without the sign of a session
		first = "protected"
	}
	s.What = say("l'échange honnête n'aboutit pas (%s)", "the honest exchange does not go through (%s)", told)
	if opened {
		s.What = say("une partie de l'échange honnête n'aboutit pas (%s) ; ce qui en dépend ne serait pas joué", "a part of the honest exchange does not go through (%s); what depends on it would not be played", told)
	}
	s.File, s.Field = p.place(s.Scope, role, mode, first)
	s.Remedy = remedy
	return s
}

// fallback is the key to look at first where a refusal says nothing, and what else to compare.
func fallback(role candidate.Role, opened bool) (key string, remedy verdict.Text) {
	switch {
	case role == candidate.RoleLPS && opened:
		return "mailbox", say("Vérifiez la boîte que le logiciel ouvre et le nom qu'il y donne.", "Check the mailbox that the program opens and the name that it gives there.")
	case role == candidate.RoleLPS:
		return "psc:client", say("Vérifiez le client que le logiciel présente à Pro Santé Connect, le serveur qu'il appelle (operator) et les autorités qu'il reconnaît.",
			"Check the client that the program presents to Pro Santé Connect, the server that it calls (operator) and the authorities that it recognises.")
	case role == candidate.RoleMSSOperator:
		return "mailbox", say("Vérifiez que cette boîte est chez lui, qu'il lit la liste blanche du banc et reconnaît ses autorités.", "Check that this mailbox is there, that it reads the white list of the harness and recognises its authorities.")
	case slices.Contains(candidate.MSSRoles(), role):
		return "mssante.mailboxes", say("Vérifiez que l'opérateur a ces boîtes, sous ces IdNat, et qu'il vérifie les jetons auprès du Pro Santé Connect du banc (émetteur, clés, introspection, autorités).",
			"Check that the operator has these mailboxes, under these IdNat, and that it verifies tokens with the Pro Santé Connect of the harness (issuer, keys, introspection, authorities).")
	case role == candidate.RolePSCAPI && opened:
		return "resource", say("Vérifiez que cette ressource s'ouvre au jeton que rend token, sous le même certificat.", "Check that this resource opens to the token that token returns, under the same certificate.")
	case role.WithoutMode():
		return "psc:client", say("Vérifiez que le client est le même des deux côtés, et que le candidat désigne le Pro Santé Connect du banc (émetteur, adresses, clés, autorités).",
			"Check that the client is the same on both sides, and that the candidate points at the Pro Santé Connect of the harness (issuer, addresses, keys, authorities).")
	}
	return "convention", say("Comparez ce que le candidat a chargé et ce que le banc emploie : la convention (organismes, audience, projet, PAGM), les certificats (pki), l'heure, les personnes d'essai.",
		"Compare what the candidate has loaded with what the harness uses: the convention (organisms, audience, project, PAGM), the certificates (pki), the time, the test persons.")
}

// place is the file and the key of a hint: a key of the convention where it begins by @, which a candidate that uses the
// shipped one replaces by one of its own.
func (p Patient) place(scope string, role candidate.Role, mode interops.Mode, key string) (file, field string) {
	part, agreed := strings.CutPrefix(key, "@")
	switch {
	case !agreed && (key == "convention" || strings.HasPrefix(key, "pki.") || strings.HasPrefix(key, "mssante.") || strings.HasPrefix(key, "listen.")):
		return "", key
	case !agreed && key == "endpoint" && (mode == interops.ModeP || mode == interops.ModeS):
		return "", p.key(scope, "acs")
	case !agreed:
		return "", p.key(scope, key)
	case p.Candidate.ConventionFile() == "":
		return "", "convention"
	}
	at := p.Candidate.Agreed(role, mode)
	on, rest, _ := strings.Cut(part, ".")
	return p.Candidate.ConventionFile(), map[string]string{"service": at.Service, "project": at.Project, "client": at.Client, "provider": at.Provider}[on] + "." + rest
}

func dotted(scope string) string { return strings.ReplaceAll(scope, "/", ".") }

// join puts one sentence after another.
func join(a, b verdict.Text) verdict.Text {
	return verdict.Text{FR: strings.TrimSpace(a.FR + " " + b.FR), EN: strings.TrimSpace(a.EN + " " + b.EN)}
}
