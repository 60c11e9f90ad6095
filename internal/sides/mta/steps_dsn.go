package mta

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"etalon/internal/letter"
	"etalon/internal/mail"
	"etalon/internal/verdict"
	"etalon/stubs/mta"
)

// reported waits for a report about the recipient of the message, at the neighbour that sent it.
func (p *part) reported(ctx context.Context, within time.Duration) (mta.Visit, bool) {
	h := p.in
	bounded, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	v, err := p.side.around.neighbours["voisin"].Await(bounded, 0, func(v mta.Visit) bool {
		return v.Names(h.Sender) && len(v.Holding(func(m mta.Mail) bool {
			got, err := letter.Read(m.Data)
			return err == nil && got.Report(h.Recipient)
		})) > 0
	})
	if err == nil {
		p.seen = append(p.seen, observed{"voisin", v})
	}
	return v, err == nil
}

// failureTold wants an immediate refusal, or a report of failure to the sender (MTA-11).
func failureTold(ctx context.Context, p *part) error {
	p.Checked()
	h := p.in
	if !h.Taken() {
		if h.Err == nil && strings.HasPrefix(h.Reply.Code, "5") && h.Reply.Code != "550" {
			p.Remark("refused", h.Told())
		}
		return p.unsettled(h)
	}
	return p.wantsReport(ctx, p.Own("failure-of-delivery-untold", "550 5.1.1, multipart/report", h.Told(), p.spoken(h)...))
}

// reportArrives wants the report of a delivery at the sender's operator (MTA-28).
func reportArrives(ctx context.Context, p *part) error {
	p.Checked()
	h := p.in
	if !h.Taken() {
		return nil // said by the step before
	}
	return p.wantsReport(ctx, p.Own("report-missing", "multipart/report; report-type=delivery-status", p.side.run.Patience.String(), p.spoken(h)...))
}

// wantsReport wants a report about the message at its sender's operator. That none came is a departure only where an honest
// message of the candidate comes through to the same operator.
func (p *part) wantsReport(ctx context.Context, missing verdict.Finding) error {
	if _, came := p.reported(ctx, p.side.run.Patience); came {
		return nil
	}
	if !p.side.sending() {
		return p.Cannot(verdict.ReasonNotDeclared, "mss-operateur.send")
	}
	if err := p.outgoing(ctx, verdict.ReasonControlRefusedAfter); err != nil {
		return err
	}
	if _, came := p.reported(ctx, settling); !came {
		p.Finds(missing)
	}
	return nil
}

// refusalSays wants one of the codes, separated by commas.
func refusalSays(_ context.Context, p *part, codes string) error {
	p.Checked()
	h := p.in
	switch {
	case h.Err != nil && errors.Is(h.Err, mail.ErrClosed):
		p.Remark("dropped", h.Told())
	case h.Err != nil:
		return p.unsettled(h)
	case !h.Taken() && !slices.Contains(strings.Split(codes, ", "), h.Reply.Code):
		p.Finds(p.Own("reply-other", codes, h.Told(), p.spoken(h)...))
	}
	return nil
}
