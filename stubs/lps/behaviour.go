package lps

import (
	"context"
	"time"

	"etalon/internal/mail"
)

// The names of the whole behaviours: programs that work otherwise, and rightly.
const (
	CancelsAtChallenge = "cancels-at-challenge"
	ClosesAtChallenge  = "closes-at-challenge"
	KeepsLink          = "keeps-link"
	WorksInBackground  = "works-in-background"
	LogsDigests        = "logs-digests"
	AsksByField        = "asks-by-field"
)

// DeliveryField is the field by which a program may ask for a report of delivery.
const DeliveryField = "Return-Receipt-To"

// Behaviours returns the programs that a judge must not accuse of anything. They are no flaws: Must and May are empty.
func Behaviours() []Flaw {
	return []Flaw{
		neglecting(CancelsAtChallenge, "", "", "annule au défi d'erreur", "cancels at the error challenge", func(p *policy) { p.challenged = mail.Cancel }),
		neglecting(ClosesAtChallenge, "", "", "ferme la liaison au défi d'erreur", "closes the link at the error challenge", func(p *policy) { p.challenged = mail.Leave }),
		neglecting(KeepsLink, "", "", "garde sa liaison d'un geste à l'autre", "keeps its link from one gesture to the next", func(p *policy) { p.keepsLink = true }),
		neglecting(WorksInBackground, "", "", "relève et envoie après avoir rendu la main", "fetches and sends after it gave the hand back", func(p *policy) { p.inBackground = true }),
		neglecting(LogsDigests, "", "", "journalise l'en-tête et l'empreinte des jetons", "logs the header and the digest of tokens", func(p *policy) { p.logsDigest = true }),
		neglecting(AsksByField, "", "", "demande l'avis de remise par un champ", "asks for the report of delivery by a field", func(p *policy) { p.asksByField = DeliveryField }),
	}
}

// lag is how long after a gesture what is done in the background begins.
const lag = 300 * time.Millisecond

// follows does what follows a login: at once, or in the background.
func (p *Program) follows(ctx context.Context, do func(context.Context) (Answer, error)) (Answer, error) {
	if !p.policy.inBackground {
		return do(ctx)
	}
	ctx = context.WithoutCancel(ctx)
	p.jobs.Go(func() {
		timer := time.NewTimer(lag)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-p.ended:
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if _, err := do(ctx); err != nil {
			p.log("en arrière-plan : " + err.Error())
		}
	})
	return Answer{}, nil
}
