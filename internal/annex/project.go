package annex

import (
	"fmt"
	"slices"
	"strconv"

	"etalon/internal/interops"
)

// modes are the names of the modes, as the standard writes them.
var modes = map[interops.Mode]string{
	interops.ModeA: "INTEROPS-A (application à application)", interops.ModeP: "INTEROPS-P (portail à portail)",
	interops.ModeS: "INTEROPS-S (sphère de confiance)", interops.ModeR: "INTEROPS-R (REST, expérimental)",
}

// projects is annex 3: the list of the projects.
func (b builder) projects() Annex {
	t := Table{Head: []string{"Annexe", "Projet", "Mode", "Client", "Fournisseur", "Début", "Fin"}}
	for i, p := range b.c.Projects {
		t.add(fmt.Sprintf("3.%d", i+1), []Cell{one(p.Name), one(modes[p.Mode]), one(b.title(p.Client)), one(b.title(p.Provider)), b.begins(p), b.ends(p)})
	}
	return Annex{Name: "3", Title: "Annexe 3 – Liste des projets utilisant le standard INTEROPS et fiches projets déclinées par projet",
		Parts: []Part{{"Liste des projets", t, "Un projet est un mode, dans un sens : chacun a sa fiche."}}}
}

// begins and ends tell the life of a project, and the avenant that bounds it.
func (b builder) begins(p interops.Project) Cell {
	return b.bound(p.Start, p.Name, func(a interops.Amendment) []string { return a.Adds })
}

func (b builder) ends(p interops.Project) Cell {
	return b.bound(p.End, p.Name, func(a interops.Amendment) []string { return a.Ends })
}

func (b builder) bound(d interops.Date, project string, touched func(interops.Amendment) []string) Cell {
	cell := one(since(d))
	for _, a := range b.c.Amendments {
		if slices.Contains(touched(a), project) {
			cell = append(cell, fmt.Sprintf("avenant n° %d", a.Number))
		}
	}
	return cell
}

// project is an annex 3.x: the sheet of a project.
func (b builder) project(i int, p interops.Project) Annex {
	title := p.Name
	if p.Label != "" {
		title = p.Label
	}
	services := Table{Head: []string{"Service", "Audience", "Utilisateur", "Niveau minimal requis", "Disponibilité du service", "Durée d'indisponibilité maximale"}}
	for _, s := range p.Services {
		services.add(s.Name, []Cell{one(s.Audience), one(users[s.User]), b.required(s), one(told(s.Availability)), one(outage(s.MaximumOutage))})
	}
	pagm := Table{Head: []string{"PAGM", "Opérations ouvertes"}}
	for _, g := range p.PAGM {
		operations := Cell(slices.Clone(g.Operations))
		if len(operations) == 0 {
			operations = one("Toutes")
		}
		pagm.add(g.Name, []Cell{operations})
	}
	return Annex{Name: "3." + p.Name, Title: fmt.Sprintf("Annexe 3.%d – Fiche projet n° %d : %s", i+1, i+1, title), Parts: []Part{
		{"Projet", facts(b.sheet(p)...), ""}, {"Services", services, ""},
		{"Profils applicatifs génériques métier (PAGM)", pagm, ""},
		{"Documents de référence", documents(b.c.DocumentsOf(p)), ""},
	}}
}

// sheet is what a project says of itself.
func (b builder) sheet(p interops.Project) [][]Cell {
	list := [][]Cell{
		fact("Projet", p.Name), fact("Contexte et objet", told(p.Object)), fact("Mode", modes[p.Mode]),
		fact("Client", b.title(p.Client)), fact("Fournisseur", b.title(p.Provider)),
		{one("Début"), b.begins(p)}, {one("Fin"), b.ends(p)},
	}
	for _, choice := range []struct {
		what  string
		which []string
	}{{"Versions du vecteur d'identification", p.SAML}, {"Versions de SOAP", p.SOAP}, {"Formats de l'identifiant", p.NameIDFormats}} {
		if len(choice.which) > 0 {
			list = append(list, fact(choice.what, choice.which...))
		}
	}
	if p.MessageSignature {
		list = append(list, fact("Signature du message", "Corps et horodatage signés par le client"))
	}
	unknown := "le vecteur d'identification est refusé"
	if p.UnknownPAGM == interops.IgnoreUnknownPAGM {
		unknown = "le PAGM inconnu est ignoré"
	}
	return append(list, fact("PAGM inconnu à côté d'un PAGM convenu", unknown))
}

var users = map[interops.UserContext]string{
	"": "Avec ou sans", interops.UserOrPlainCall: "Avec ou sans", interops.UserRequired: "Toujours", interops.UserForbidden: "Jamais",
}

// required says the level that a service asks for, and the classes agreed when they are.
func (b builder) required(s interops.Service) Cell {
	return append(one(b.level(s.MinimumLevel)), s.Classes...)
}

// amendment is an avenant.
func (b builder) amendment(a interops.Amendment) Annex {
	list := [][]Cell{
		fact("Avenant", "n° "+strconv.Itoa(a.Number)), fact("Date de signature", day(a.Signed)), fact("Prise d'effet", day(a.Since())), fact("Objet", told(a.Object)),
	}
	if a.Denounces {
		list = append(list, fact("Dénonciation", "L'avenant met fin à la convention le "+day(a.Since())+"."))
	}
	parts := []Part{{"Avenant", facts(list...), ""}}
	if len(a.Adds)+len(a.Ends) > 0 {
		t := Table{Head: []string{"Annexe", "Projet", "Effet"}}
		for _, change := range []struct {
			names []string
			says  string
		}{{a.Adds, "Ajouté à l'annexe 3"}, {a.Ends, "Il y est mis fin"}} {
			for _, name := range change.names {
				i := slices.IndexFunc(b.c.Projects, func(p interops.Project) bool { return p.Name == name })
				t.add(fmt.Sprintf("3.%d", i+1), row(name, change.says+" le "+day(a.Since())))
			}
		}
		parts = append(parts, Part{"Projets", t, ""})
	}
	if len(a.Accessions)+len(a.Withdrawals) > 0 {
		t := Table{Head: []string{"Organisme", "Effet"}}
		for _, name := range a.Accessions {
			t.add(b.title(name), row("Entre dans la sphère le "+day(a.Since())))
		}
		for _, name := range a.Withdrawals {
			t.add(b.title(name), row("Quitte la sphère le "+day(a.Since())))
		}
		parts = append(parts, Part{"Membres de la sphère", t, ""})
	}
	return Annex{Name: fmt.Sprintf("avenant-%d", a.Number), Title: fmt.Sprintf("Avenant n° %d à la convention : %s", a.Number, b.c.Name), Parts: parts}
}
