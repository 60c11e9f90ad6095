package stand

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/journey"
	"etalon/internal/verdict"
	"etalon/stubs/authentication"
)

// What a sphere can fail its persons in; errors.Is tells one from a trouble of ours.
var (
	ErrOtherPerson     = verdict.Tell("une personne a été prise pour une autre, ou pour personne", "a person was taken for another, or for nobody")
	ErrSessionSurvives = verdict.Tell("une session survit à la déconnexion globale", "a session outlives the global logout")
	ErrJourneyLost     = verdict.Tell("les traces ne racontent pas le parcours", "the traces do not tell the journey")
)

// stop is a service where a journey stops.
type stop struct{ organism, service string }

// sphereStops are those of a journey: the first VI opens the session, three rebonds follow. To the second the person
// goes by itself, and the service asks who it is; to the others the operator sends it.
var sphereStops = []stop{{sphereHub, "compte-assure"}, {sphereServing, "carte-europeenne"}, {sphereAttested, "attestations"}, {sphereServing, "suivi-dossier"}}

// Tell is told of each step of a journey as soon as it is made: the organism where the person stands, and what was
// done there. It may be nil.
type Tell func(organism string, done verdict.Text)

// Journey makes the whole journey of the person of a number: identified at organisme-2, authenticated at organisme-1,
// at one service and, without another login, at three more by rebonds, then out of all of them from the service, or the
// operator, that the number gives. The error is ErrOtherPerson when a service does not see that person and no other.
func (s *Sphere) Journey(ctx context.Context, a *browser.Agent, i int, tell Tell) error {
	if tell == nil {
		tell = func(string, verdict.Text) {}
	}
	who := s.Person(i)
	if err := s.login(ctx, a, who, tell); err != nil {
		return verdict.Tell("%s : connexion : %s", "%s: log in: %s", who.ID, err)
	}
	for n, at := range sphereStops {
		if err := s.visit(ctx, a, who, n, tell); err != nil {
			return verdict.Tell("%s : accès à %s de %s : %s", "%s: go to %s of %s: %s", who.ID, at.service, at.organism, err)
		}
	}
	end, from := s.oa.URL(authentication.PathLogout), sphereHub
	if n := (i + 1) % (len(sphereStops) + 1); n < len(sphereStops) {
		end, from = s.services[sphereStops[n].organism].SphereLogout(sphereStops[n].service), sphereStops[n].organism
	}
	page, err := a.Get(ctx, end)
	if err != nil {
		return verdict.Tell("%s : déconnexion : %s", "%s: log out: %s", who.ID, err)
	}
	if !page.Text("Déconnexion effectuée") {
		return verdict.Tell("%s : déconnexion depuis %s : %s : %d à %s", "%s: log out from %s: %s: %d at %s", who.ID, from, ErrSessionSurvives, page.Status, page.URL)
	}
	tell(from, verdict.Text{FR: "déconnexion globale, demandée d'ici : toute la sphère la confirme", EN: "global logout, asked for from here: the whole sphere confirms it"})
	return nil
}

// login identifies a person and authenticates it.
func (s *Sphere) login(ctx context.Context, a *browser.Agent, who browser.Person, tell Tell) error {
	page, err := a.Get(ctx, s.oi.Link(sphereHub))
	if err == nil {
		page, err = a.Fill(ctx, page, sphereForm("Carte Sesam-Vitale", "S'authentifier"), who)
	}
	if err != nil {
		return err
	}
	tell(sphereDoor, verdict.Text{FR: "identification ; un jeton de contexte signé part vers " + sphereHub, EN: "identification; a signed context token leaves for " + sphereHub})
	if _, err = a.Fill(ctx, page, sphereForm("Carte Vitale et code confidentiel", "Vous êtes connecté"), who); err != nil {
		return err
	}
	tell(sphereHub, verdict.Text{FR: "authentification, la seule de tout le parcours", EN: "authentication, the only one of the whole journey"})
	return nil
}

// sphereForm is the login form of both operators.
func sphereForm(means, success string) candidate.Recipe {
	return candidate.Recipe{
		Form:    candidate.Form{User: authentication.FieldName, Password: authentication.FieldSecret, Extra: map[string]string{authentication.FieldMeans: means}},
		Success: candidate.Success{Text: success},
	}
}

// visit goes to the service of a stop, and looks whom it serves.
func (s *Sphere) visit(ctx context.Context, a *browser.Agent, who browser.Person, n int, tell Tell) error {
	at := sphereStops[n]
	address := s.oa.RebondURL(at.organism, at.service)
	if n == 1 {
		address = s.services[at.organism].Target(at.service, "page")
	}
	page, err := a.Get(ctx, address)
	if err != nil {
		return err
	}
	if page.Status != 200 || !page.Text("<b id=\"utilisateur\">"+who.ID+"</b>") {
		return verdict.Tell("%s : %d à %s", "%s: %d at %s", ErrOtherPerson, page.Status, page.URL)
	}
	tell(at.organism, verdict.Text{FR: "le service " + at.service + " reconnaît la personne, sans autre login", EN: "the service " + at.service + " knows the person, without another login"})
	return nil
}

// LoggedOut goes back to every service after a logout: each must ask for a login. The error is ErrSessionSurvives where
// one does not.
func (s *Sphere) LoggedOut(ctx context.Context, a *browser.Agent, i int) error {
	for _, at := range sphereStops {
		page, err := a.Get(ctx, s.services[at.organism].Target(at.service, "page"))
		if err != nil {
			return verdict.Tell("%s : retour à %s de %s : %s", "%s: go back to %s of %s: %s", s.Person(i).ID, at.service, at.organism, err)
		}
		if !page.Shown() || !strings.HasPrefix(page.URL, s.oa.URL("")) {
			return verdict.Tell("%s : %s de %s : %s : aucune connexion n'est demandée, mais %d à %s", "%s: %s of %s: %s: no login is asked for, but %d at %s", s.Person(i).ID, at.service, at.organism, ErrSessionSurvives, page.Status, page.URL)
		}
	}
	return nil
}

// Travel makes the journeys of all persons at once, each with its own browser, and goes back to every service
// afterwards. tell hears of the first person alone. The error joins what befell each.
func (s *Sphere) Travel(ctx context.Context, tell Tell) error {
	failures := make([]error, s.persons)
	var travelling sync.WaitGroup
	for i := range s.persons {
		heard := tell
		if i > 0 {
			heard = nil
		}
		travelling.Go(func() {
			a := s.Browser()
			defer func() { _ = a.Close() }()
			if failures[i] = s.Journey(ctx, a, i, heard); failures[i] == nil {
				failures[i] = s.LoggedOut(ctx, a, i)
			}
		})
	}
	travelling.Wait()
	return errors.Join(failures...)
}

// Told reconciles the traces of all organisms. Unless each of the first persons has one journey in them, whole, in
// order and ended everywhere, the error joins an ErrJourneyLost for each thing that is wrong; the reconciliation is
// there all the same, nil only when a file cannot be read.
func (s *Sphere) Told(persons int) (*journey.Reconciliation, error) {
	var exports []journey.Export
	var errs []error
	for _, path := range s.Traces {
		export, err := readTraces(path)
		switch {
		case errors.Is(err, journey.ErrEmpty):
			errs = append(errs, verdict.Tell("%s : %s", "%s: %s", ErrJourneyLost, err))
		case err != nil:
			return nil, err
		default:
			exports = append(exports, export)
		}
	}
	r := journey.Reconcile(exports, journey.Options{Convention: s.Bench.Convention})
	for _, remark := range r.Remarks {
		errs = append(errs, verdict.Tell("%s : %s %s : %s %v", "%s: %s %s: %s %v", ErrJourneyLost, remark.Requirement, remark.Rule, remark.Text, remark.At))
	}
	met := map[string]int{}
	for _, j := range r.Journeys {
		met[j.Person]++
		if err := whole(j); err != nil {
			errs = append(errs, err)
		}
	}
	for i := range persons {
		if n := met[s.Person(i).ID]; n != 1 {
			errs = append(errs, verdict.Tell("%s : %s a %d parcours, attendu 1", "%s: %s has %d journeys, want 1", ErrJourneyLost, s.Person(i).ID, n))
		}
	}
	if len(met) != persons {
		errs = append(errs, verdict.Tell("%s : les traces parlent de %d personnes, attendu %d", "%s: the traces tell of %d persons, want %d", ErrJourneyLost, len(met), persons))
	}
	return r, errors.Join(errs...)
}

// readTraces reads the traces of one organism.
func readTraces(path string) (journey.Export, error) {
	file, err := os.Open(path)
	if err != nil {
		return journey.Export{}, err
	}
	defer file.Close()
	return journey.Read(filepath.Base(path), file, journey.ReadOptions{})
}

// whole tells what a journey lacks.
func whole(j *journey.Journey) error {
	var kinds []journey.Kind
	for _, step := range j.Steps {
		kinds = append(kinds, step.Kind)
		if x := step.Exchange; x != nil && (x.Missing() || x.Refused()) {
			return verdict.Tell("%s : %s : il manque l'autre côté de %s, ou il est refusé", "%s: %s: the %s lacks its other side, or is refused", ErrJourneyLost, j.Person, step.Kind)
		}
	}
	want := []journey.Kind{journey.Identification, journey.Authentication, journey.Rebond, journey.Rebond, journey.Rebond, journey.Logout}
	if !slices.Equal(kinds, want) {
		return verdict.Tell("%s : %s : %v, attendu %v", "%s: %s: %v, want %v", ErrJourneyLost, j.Person, kinds, want)
	}
	return nil
}
