package ops

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"etalon/internal/access"
	"etalon/internal/interops"
	"etalon/internal/scenario"
	"etalon/internal/sso"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// logoutSteps are the sentences about the end of sessions in a sphere.
func logoutSteps() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`une personne a ouvert (\d+) sessions? auprès du candidat(, par des VI d'identifiant long)?`, personOpened),
		scenario.NewStep(`une autre personne a ouvert une session auprès du candidat`, otherOpened),
		scenario.NewStep(`l'opérateur d'authentification demande la fin de toutes ses sessions`, demandAll),
		scenario.NewStep(`l'opérateur d'authentification demande la fin de toutes ses sessions par le canal arrière`, demandAllBack),
		scenario.NewStep(`l'opérateur d'authentification demande la fin de sa session, demande §`, demandFaulty),
		scenario.NewStep(`la même demande de déconnexion est présentée de nouveau après une nouvelle session`, demandReplayed),
		scenario.NewStep(`la personne demande au candidat la déconnexion de toute la sphère`, askGlobal),
		scenario.NewStep(`la personne quitte le service par son bouton de déconnexion locale`, askLocal),
		scenario.NewStep(`l'opérateur répond à la déconnexion demandée`, concludeHonest),
		scenario.NewStep(`l'opérateur répond à une déconnexion que le candidat n'a pas demandée`, concludeInvented),

		scenario.NewStep(`toutes les sessions de la personne sont closes auprès du candidat`, allClosed),
		scenario.NewStep(`la session de l'autre personne reste ouverte`, otherKept),
		scenario.NewStep(`les sessions de la personne restent ouvertes`, allKept),
		scenario.NewStep(`une demande de déconnexion honnête ferme ensuite les sessions de la personne`, demandControl),
		scenario.NewStep(`l'opérateur d'authentification reçoit une demande de déconnexion signée de la personne`, wishReceived),
		scenario.NewStep(`l'opérateur d'authentification ne reçoit aucune demande de déconnexion`, nothingReceived),
		scenario.NewStep(`le candidat accepte la réponse de déconnexion`, conclusionAccepted),
		scenario.NewStep(`le candidat n'accepte pas la réponse de déconnexion`, conclusionRefused),
		scenario.NewStep(`la trace du candidat garde la fin de chaque session de la personne`, logoutTraced),
		scenario.NewStep(`le parcours de la personne se rebâtit d'après la trace du candidat`, journeyRebuilt),
	}
}

// personOpened opens sessions of the person; by VIs whose identifiers no narrow column holds, where long says so.
func personOpened(ctx context.Context, n int, long string) error {
	w := worldOf(ctx)
	leaver, err := w.leaver()
	if err != nil {
		return err
	}
	for range n {
		one, err := w.openSession(ctx, leaver, "", func(c *client.Call) {
			if long != "" {
				lengthen(&c.VI)
			}
		})
		if err != nil {
			return err
		}
		w.provider.leaving.sessions = append(w.provider.leaving.sessions, one)
	}
	return nil
}

func otherOpened(ctx context.Context) error {
	w := worldOf(ctx)
	one, err := w.openSession(ctx, 43, "", nil)
	w.provider.leaving.other = &one
	return err
}

// demandAll asks for the end of every session of the person.
func demandAll(ctx context.Context) error {
	w := worldOf(ctx)
	return w.demandEnd(ctx, "logout", w.provider.side.sphere.via())
}

func demandAllBack(ctx context.Context) error {
	return worldOf(ctx).demandEnd(ctx, "logout", sso.BindingSOAP)
}

func (w *World) demandEnd(ctx context.Context, label string, binding sso.Binding) error {
	r, err := w.wish(w.provider.leaving.sessions...)
	if err != nil {
		return err
	}
	return w.demandLogout(ctx, label, binding, r, nil)
}

// demandFaulty asks for it as nobody may.
func demandFaulty(ctx context.Context, fault string) error {
	w := worldOf(ctx)
	change, ok := logoutFaults[fault]
	if !ok {
		return fmt.Errorf("LogoutRequest %q: not in the table", fault)
	}
	r, err := w.wish(w.provider.leaving.sessions...)
	if err != nil {
		return err
	}
	return w.demandLogout(ctx, "faulty", w.provider.side.sphere.via(), r, func(r *sso.LogoutRequest, s *sso.Sending) error { return change(w, r, s) })
}

// demandReplayed brings the last LogoutRequest once more, byte for byte, when the person has a session again, of the same
// index where the candidate lets one begin (D02).
func demandReplayed(ctx context.Context) error {
	w := worldOf(ctx)
	if len(w.provider.leaving.sessions) == 0 {
		return errNothingSent
	}
	leaver, err := w.leaver()
	if err != nil {
		return err
	}
	for i, one := range w.provider.leaving.sessions {
		served, err := w.serves(ctx, one.browser)
		switch {
		case err != nil:
			return err
		case served:
			return w.Cannot(verdict.ReasonControlRefusedBefore, "LogoutRequest")
		}
		if w.provider.leaving.sessions[i], err = w.reopenSession(ctx, leaver, one.vi.SessionIndex); err != nil {
			return err
		}
	}
	return w.bring(ctx, "faulty", w.provider.leaving.message, w.personBrowser())
}

// askGlobal has the person use the candidate's own way to end everything (D01).
func askGlobal(ctx context.Context) error {
	w := worldOf(ctx)
	return w.press(ctx, w.provider.side.sphere.declared.GlobalLogout)
}

// askLocal has the person leave this service alone (D07).
func askLocal(ctx context.Context) error {
	w := worldOf(ctx)
	return w.press(ctx, w.provider.side.sphere.declared.Logout)
}

// press follows an address of the candidate's in the person's browser.
func (w *World) press(ctx context.Context, address string) error {
	if w.personBrowser() == nil {
		return errNothingSent
	}
	at, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("read address of logout: %w", err)
	}
	w.provider.leaving.wishes = len(w.provider.side.sphere.operator.wished(0))
	return w.errand(ctx, "logout", errandOf(at, w.personBrowser()))
}

// concludeHonest answers the request that the candidate made.
func concludeHonest(ctx context.Context) error {
	w := worldOf(ctx)
	judged, found := w.received()
	if !found {
		return w.Cannot(verdict.ReasonNoMessage, "LogoutRequest")
	}
	if err := w.conclusion(ctx, "answer", judged.ID); err != nil {
		return err
	}
	w.provider.leaving.first = w.provider.leaving.last
	return nil
}

// concludeInvented answers a request that was never made, where one is under way (D06).
func concludeInvented(ctx context.Context) error {
	w := worldOf(ctx)
	if _, found := w.received(); !found {
		return w.Cannot(verdict.ReasonNoMessage, "LogoutRequest")
	}
	return w.conclusion(ctx, "faulty", "_demande-que-personne-n-a-faite")
}

// allClosed tries the page with every cookie that the person had: it is at the candidate that a session is closed (D01, D07).
func allClosed(ctx context.Context) error {
	w := worldOf(ctx)
	if len(w.provider.leaving.sessions) == 0 {
		return errNothingSent
	}
	w.Checked()
	for _, one := range w.provider.leaving.sessions {
		served, err := w.serves(ctx, one.before)
		if err != nil {
			return err
		}
		if served {
			w.Sees(w.Own("session-survives", w.wantRefused(), one.vi.SessionIndex, w.leavingEvidence()...))
		}
	}
	return nil
}

// otherKept tries the page in the browser of somebody else (D01).
func otherKept(ctx context.Context) error {
	w := worldOf(ctx)
	if w.provider.leaving.other == nil {
		return errNothingSent
	}
	w.Checked()
	served, err := w.serves(ctx, w.provider.leaving.other.browser)
	if err == nil && !served {
		w.Finds(w.Own("session-of-other-closed", "HTTP 200", w.provider.leaving.other.vi.SessionIndex, w.leavingEvidence()...))
	}
	return err
}

// allKept makes sure that what was asked had no effect (D02, D03).
func allKept(ctx context.Context) error {
	w := worldOf(ctx)
	if len(w.provider.leaving.sessions) == 0 {
		return errNothingSent
	}
	w.Checked()
	for _, one := range w.provider.leaving.sessions {
		served, err := w.serves(ctx, one.browser)
		if err != nil {
			return err
		}
		if !served {
			w.Finds(w.Own("logout-obeyed", "HTTP 200", one.vi.SessionIndex, w.leavingEvidence()...))
		}
	}
	return nil
}

// demandControl makes sure that the candidate obeys an honest request, without which it proves nothing that it did not
// obey another one (rule 2).
func demandControl(ctx context.Context) error {
	w := worldOf(ctx)
	if w.Found(func(f verdict.Finding) bool { return f.Rule == "logout-obeyed" }) {
		return nil // there is nothing left to close: that is the effect itself
	}
	if err := w.demandEnd(ctx, "closing", w.provider.side.sphere.via()); err != nil {
		return err
	}
	for _, one := range w.provider.leaving.sessions {
		served, err := w.serves(ctx, one.browser)
		switch {
		case err != nil:
			return err
		case served:
			return w.Cannot(verdict.ReasonControlRefusedAfter, "LogoutRequest")
		}
	}
	return nil
}

// wishReceived looks for the LogoutRequest that the candidate must have sent, and judges it (D01 to D03).
func wishReceived(ctx context.Context) error {
	w := worldOf(ctx)
	judged, found := w.received()
	w.Checked()
	if !found {
		w.Sees(w.Own("logout-not-announced", "LogoutRequest", told(w.provider.leaving.last), w.leavingEvidence()...))
		return nil
	}
	for _, f := range judged.Findings {
		f.Evidence = w.leavingEvidence()
		w.Finds(f)
	}
	one := w.provider.leaving.sessions[len(w.provider.leaving.sessions)-1]
	if judged.NameID.Value != one.vi.NameID.Value || !slices.Contains(judged.SessionIndexes, one.vi.SessionIndex) {
		want := one.vi.NameID.Value + " " + one.vi.SessionIndex
		w.Finds(w.Own("logout-of-other", want, fmt.Sprint(judged.NameID.Value, " ", judged.SessionIndexes), w.leavingEvidence()...))
	}
	return nil
}

// nothingReceived makes sure that a local logout stays local (D07).
func nothingReceived(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	if judged, found := w.received(); found {
		w.Finds(w.Own("local-logout-spread", "", judged.ID, w.leavingEvidence()...))
	}
	return nil
}

// conclusionAccepted looks at what the person is told of an honest answer (D06).
func conclusionAccepted(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	if x := w.provider.leaving.last; x.Status >= 400 {
		w.Finds(w.Own("logout-answer-refused", "HTTP 200", told(x), w.leavingEvidence()...))
	}
	return nil
}

// conclusionRefused wants anything but what an honest answer was told with (D06).
func conclusionRefused(ctx context.Context) error {
	w := worldOf(ctx)
	last, first := w.provider.leaving.last, w.provider.leaving.first
	if first.Status == 0 || first.Status >= 400 {
		return w.Cannot(verdict.ReasonControlRefusedBefore, "LogoutResponse")
	}
	w.Checked()
	if last.Status < 400 && same(last, first) {
		w.Sees(w.Own("logout-answer-believed", w.wantRefused(), told(last), w.leavingEvidence()...))
	}
	return nil
}

// leavingEvidence lists the digests of the last errand.
func (w *World) leavingEvidence() []string { return evidenceOf(sent{kept: w.provider.leaving.kept}) }

// logoutTraced looks for the record of each session that ended (X11).
func logoutTraced(ctx context.Context) error {
	w := worldOf(ctx)
	since := w.provider.leaving.last.Started
	w.Checked()
	for _, one := range w.provider.leaving.sessions {
		_, found, err := w.loggedOut(ctx, one, since)
		if err != nil {
			return err
		}
		if !found {
			w.Finds(w.Own("trace-missing", "logout "+one.vi.ID, "0", w.leavingEvidence()...))
		}
	}
	return nil
}

// journeyRebuilt looks for the two ends of the person's way through the candidate, in order (X10).
func journeyRebuilt(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	for _, one := range w.provider.leaving.sessions {
		came, found, err := w.arrived(ctx, one)
		if err != nil {
			return err
		}
		if !found {
			w.Finds(w.Own("journey-hop-missing", "accept "+one.vi.ID, "0", w.leavingEvidence()...))
			continue
		}
		left, found, err := w.loggedOut(ctx, one, w.provider.leaving.last.Started)
		if err != nil {
			return err
		}
		if !found {
			w.Finds(w.Own("journey-hop-missing", "logout "+one.vi.ID, "0", w.leavingEvidence()...))
			continue
		}
		if !ordered(came, left) {
			w.Finds(w.Own("journey-order-lost", came.Text("timestamp"), left.Text("timestamp"), w.evidence(came.Raw), w.evidence(left.Raw)))
		}
	}
	return nil
}

// arrived waits for the record of the acceptance of a VI.
func (w *World) arrived(ctx context.Context, one opened) (access.TraceRecord, bool, error) {
	b, err := w.readBook()
	if err != nil {
		return access.TraceRecord{}, false, err
	}
	r, found, err := b.Await(ctx, func(r access.TraceRecord) bool {
		return r.Text("viId") == one.vi.ID && r.Text("decision") == string(interops.Accepted)
	}, nil)
	if err != nil {
		err = w.unreadable(err)
	}
	return r, found, err
}

// ordered tells whether one record can be told to be before another: by its date, or by its line where both have one.
func ordered(first, second access.TraceRecord) bool {
	a, errA := time.Parse(time.RFC3339Nano, first.Text("timestamp"))
	b, errB := time.Parse(time.RFC3339Nano, second.Text("timestamp"))
	return errA == nil && errB == nil && (a.Before(b) || a.Equal(b) && first.Line < second.Line)
}
