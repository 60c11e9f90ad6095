package annex

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/internal/interops"
)

// builder makes the annexes of a convention.
type builder struct {
	c      *interops.Convention
	levels []interops.Level
}

const unbounded = "sans terme"

// act is the convention itself.
func (b builder) act() Annex {
	a := b.c.Agreement
	start, end := b.c.Life()
	duration, until := unbounded, unbounded
	if a.DurationMonths > 0 {
		duration = strconv.Itoa(a.DurationMonths) + " mois"
	}
	if !end.IsZero() {
		until = day(end)
	}
	renewal := map[interops.Renewal]string{interops.TacitRenewal: "tacite"}[a.Renewal]
	if renewal == "" {
		renewal = "aucune"
	}
	list := [][]Cell{
		fact("Parties", b.names(b.c.Signatories())...), fact("Date de signature", day(a.Signed)), fact("Prise d'effet", day(start)),
		fact("Durée", duration), fact("Reconduction", renewal), fact("Fin", until),
	}
	if a.NoticeMonths > 0 {
		list = append(list, fact("Préavis de dénonciation", strconv.Itoa(a.NoticeMonths)+" mois"))
	}
	if d := a.Denunciation; d != nil {
		list = append(list, fact("Dénonciation", fmt.Sprintf("par %s, notifiée le %s, effet le %s", b.title(d.By), day(d.Notified), day(a.Denounced()))))
	}
	title := "Convention générale INTEROPS"
	if b.c.Sphere != nil {
		title = "Convention INTEROPS-S"
	}
	return Annex{Name: "convention", Title: title + " : " + b.c.Name, Parts: []Part{
		{Title: "Convention", Table: facts(list...)},
		{Title: "Documents de référence", Table: documents(b.c.Documents), Note: "La signature vaut adhésion aux spécifications définies dans ces documents."},
	}}
}

func documents(list []interops.Document) Table {
	t := Table{Head: []string{"Document", "Version"}}
	for _, d := range list {
		t.add(d.Title, row(d.Version))
	}
	return t
}

const completed = "Chaque organisme complète le tableau selon le « rôle » qu'il occupe dans le cadre de la convention."

// sphere is annex 1 of an INTEROPS-S convention, in its five tables, and who came and went.
func (b builder) sphere() Annex {
	s := b.c.Sphere
	qualities := Table{Head: []string{"Organisme", "Opérateur d'identification (O/N)", "Opérateur d'authentification (O/N)", "Opérateur de service (O/N)", "Utilisateur (O/N)"}}
	identification := Table{Head: []string{"Organisme", "Modalités d'identification", "Accessibilité", "Durée d'indisponibilité maximale", "Niveau atteint"}}
	authentication := Table{Head: []string{"Organisme", "Modalités d'authentification", "Accessibilité", "Durée d'indisponibilité maximale", "Niveau atteint"}}
	services := Table{Head: []string{"Organisme", "Services proposés", "Disponibilité du service", "Durée d'indisponibilité maximale", "Niveau minimal d'identification et d'authentification requis"}}
	life := Table{Head: []string{"Organisme", "Accession", "Accord des membres", "Retrait"}}
	missing := s.Missing()
	for _, m := range s.Members {
		title := b.title(m.Organism)
		var cells []string
		for _, q := range []interops.Quality{interops.IdentificationOperator, interops.AuthenticationOperator, interops.ServiceOperator, interops.SphereUser} {
			cells = append(cells, map[bool]string{true: "O", false: "N"}[m.Plays(q)])
		}
		qualities.add(title, row(cells...))
		identification.add(title, b.means(m.Identification)...)
		authentication.add(title, b.means(m.Authentication)...)
		services.add(title, b.offers(m.Services)...)
		life.add(title, []Cell{one(since(m.Joined)), b.acceptance(m, missing[m.Organism]), one(until(m.Left))})
	}
	return Annex{Name: "1", Title: "Annexe 1 – Organisation de la sphère de confiance", Parts: []Part{
		{"Qualités des parties", qualities, "Chaque organisme « coche » les rôles qu'il occupe dans le cadre de la convention."},
		{"Opérateurs d'identification", identification, completed},
		{"Opérateurs d'authentification", authentication, completed},
		{"Opérateurs de services", services, completed},
		{"Interlocuteurs désignés par les parties", b.contacts(), ""},
		{"Accessions et retraits", life, "Toute nouvelle partie est acceptée par l'ensemble des parties ; sans cela, elle n'est pas membre."},
	}}
}

// acceptance tells who accepted a member, and who is missing.
func (b builder) acceptance(m interops.Member, missing []string) Cell {
	var lines Cell
	if len(m.AcceptedBy) > 0 {
		lines = append(lines, "Donné : "+strings.Join(b.names(m.AcceptedBy), ", "))
	}
	if len(missing) > 0 {
		lines = append(lines, "Manque : "+strings.Join(b.names(missing), ", "))
	}
	if len(lines) == 0 {
		return one("Fondateur")
	}
	return lines
}

func (b builder) means(list []interops.Means) [][]Cell {
	var rows [][]Cell
	for _, m := range list {
		rows = append(rows, row(m.Name, m.Accessibility, outage(m.MaximumOutage), b.level(m.Level)))
	}
	return rows
}

func (b builder) offers(list []interops.Service) [][]Cell {
	var rows [][]Cell
	for _, s := range list {
		rows = append(rows, row(s.Name, told(s.Availability), outage(s.MaximumOutage), b.level(s.MinimumLevel)))
	}
	return rows
}

// level says a level of the ladder in words, its name between brackets.
func (b builder) level(name string) string {
	if name == "" {
		return "Non annoncé"
	}
	i := slices.IndexFunc(b.levels, func(l interops.Level) bool { return l.Name == name })
	if i < 0 || b.levels[i].Identification == "" {
		return name
	}
	words := []rune(b.levels[i].Identification)
	return strings.ToUpper(string(words[:1])) + string(words[1:]) + " (" + name + ")"
}

func (b builder) contacts() Table {
	t := Table{Head: []string{"Organisme", "Nom de l'interlocuteur ou du service", "Fonction", "Adresse mail", "Téléphone"}}
	for _, o := range b.c.Organisms {
		var rows [][]Cell
		for _, c := range o.Contacts {
			rows = append(rows, row(c.Name, told(c.Function), told(c.Email), told(c.Phone)))
		}
		t.add(o.Title(), rows...)
	}
	return t
}

// conditions is annex 1 of a general convention, common to all projects.
func (b builder) conditions() Annex {
	services := Table{Head: []string{"Projet", "Service", "Disponibilité du service", "Durée d'indisponibilité maximale", "Niveau minimal d'identification et d'authentification requis"}}
	for _, p := range b.c.Projects {
		services.add(p.Name, b.offers(p.Services)...)
	}
	return Annex{Name: "1", Title: "Annexe 1 – Conditions de fonctionnement et d'utilisation du service", Parts: []Part{
		{"Services", services, ""},
		{"Interlocuteurs désignés par les parties", b.contacts(), ""},
	}}
}

// network is annex 2.
func (b builder) network() Annex {
	flows := Table{Head: []string{"Organisme", "Partenaires", "Émet depuis", "Noms", "Adresses", "Ports", "Protocole"}}
	care := Table{Head: []string{"Organisme", "Disponibilité", "Durée d'indisponibilité maximale", "Mesures de sécurité"}}
	for _, n := range b.c.Network {
		partners := Cell(b.names(n.Partners))
		if len(partners) == 0 {
			partners = one("Tous les autres")
		}
		var ports Cell
		for _, port := range n.Ports {
			ports = append(ports, strconv.Itoa(port))
		}
		flows.add(b.title(n.Organism), []Cell{partners, some(n.Sources), some(n.Names), some(n.Addresses), some(ports), one(n.Protocol)})
		care.add(b.title(n.Organism), []Cell{one(told(n.Availability)), one(outage(n.MaximumOutage)), some(n.Security)})
	}
	certificates := Table{Head: []string{"Organisme", "Usage", "Sujet du certificat", "À partir du", "Jusqu'au"}}
	for _, o := range b.c.Organisms {
		if !b.c.TakesPart(o.Name) {
			continue
		}
		certificates.add(o.Title(), append(identities("Liaison TLS", o.TLS), identities("Signature", o.Signature)...)...)
	}
	return Annex{Name: "2", Title: "Annexe 2 – Spécifications d'une interconnexion réseau pour INTEROPS", Parts: []Part{
		{"Adresses, noms et ports", flows, ""}, {"Disponibilité et sécurité", care, ""}, {"Certificats", certificates, ""},
	}}
}

func identities(use string, list []interops.Identity) [][]Cell {
	var rows [][]Cell
	for _, id := range list {
		rows = append(rows, row(use, id.Subject, since(id.From), until(id.Until)))
	}
	return rows
}

// told is a text, or a dash where nothing was announced.
func told(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func some(list []string) Cell {
	if len(list) == 0 {
		return one("—")
	}
	return Cell(slices.Clone(list))
}

// day writes a date as people do.
func day(d interops.Date) string {
	t := d.UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format("02/01/2006")
	}
	return t.Format("02/01/2006 à 15:04:05 UTC")
}

func since(d interops.Date) string {
	if d.IsZero() {
		return "—"
	}
	return day(d)
}

func until(d interops.Date) string { return since(d) }

// outage writes a duration as people do: 1 jour, 2 h, 1 h 30 min.
func outage(d interops.Duration) string {
	if d.Duration <= 0 {
		return "—"
	}
	rest := d.Round(time.Second)
	var parts []string
	for _, unit := range []struct {
		length time.Duration
		one    string
		many   string
	}{{24 * time.Hour, "jour", "jours"}, {time.Hour, "h", "h"}, {time.Minute, "min", "min"}, {time.Second, "s", "s"}} {
		n := int64(rest / unit.length)
		rest %= unit.length
		if n == 1 {
			parts = append(parts, "1\u00a0"+unit.one)
		} else if n > 1 {
			parts = append(parts, strconv.FormatInt(n, 10)+"\u00a0"+unit.many)
		}
	}
	if len(parts) == 0 {
		return d.String()
	}
	return strings.Join(parts, " ")
}
