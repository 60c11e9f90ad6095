package mta

import (
	"context"

	"etalon/internal/letter"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// controlSteps are the honest exchanges, each way, without which what stands between them proves nothing (rule 2).
func controlSteps() []scenario.Step {
	return []scenario.Step{
		step(`un message honnête de l'opérateur voisin est remis`, controlBefore),
		step(`un autre message honnête de l'opérateur voisin est remis`, func(ctx context.Context, p *part) error {
			if told := p.control(ctx, labelAfter); told != "" {
				return p.Cannot(verdict.ReasonControlRefusedAfter, told)
			}
			p.Settle()
			return nil
		}),
		step(`un message honnête du candidat parvient à l'opérateur voisin`, func(ctx context.Context, p *part) error {
			return p.outgoing(ctx, verdict.ReasonControlRefusedBefore)
		}),
		step(`un autre message honnête du candidat parvient à l'opérateur voisin`, func(ctx context.Context, p *part) error {
			if err := p.outgoing(ctx, verdict.ReasonControlRefusedAfter); err != nil {
				return err
			}
			p.Settle()
			return nil
		}),
	}
}

// controlBefore hands an honest message over before a trial.
func controlBefore(ctx context.Context, p *part) error {
	if told := p.control(ctx, labelBefore); told != "" {
		return p.Cannot(verdict.ReasonControlRefusedBefore, told)
	}
	return nil
}

// control hands an honest message over, and waits until it is in the mailbox, where that can be read. It returns why it
// did not come through, "" when it did.
func (p *part) control(ctx context.Context, label string) string {
	told := p.controlled(ctx, label)
	p.side.Standing.Note(told == "")
	return told
}

func (p *part) controlled(ctx context.Context, label string) string {
	marker, err := letter.Marker(p.Around)
	if err != nil {
		return err.Error()
	}
	h, err := p.handOverAs(ctx, label, honestPeer, p.from(marker).written())
	if err == nil && h.temporary() { // once more: who refuses for now may want to see whether a sender comes again
		h, err = p.handOverAs(ctx, label, honestPeer, p.from(marker).written())
	}
	if err != nil {
		return err.Error()
	}
	if !h.Taken() {
		return h.Told()
	}
	if !p.side.readable() {
		return ""
	}
	if _, came, err := p.await(ctx, marker, marked(marker)); err != nil || !came {
		return "250, mais le message n'est pas dans la boîte " + p.side.declared.Mailbox
	}
	return ""
}

// outgoing has the candidate send an honest message, and waits until its neighbour has it.
func (p *part) outgoing(ctx context.Context, key string) error {
	o, err := p.sends(ctx, "voisin", known, nil)
	if err != nil {
		return err
	}
	if _, came := p.came(ctx, o, p.side.run.Patience); !came {
		return p.Cannot(key, "message vers "+o.letter.To)
	}
	return nil
}
