package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"sync"

	"etalon/cmd/internal/cli"
	"etalon/internal/campaign"
	"etalon/internal/legible"
	"etalon/internal/remote"
	"etalon/internal/verdict"
)

// turns ask a person for the gestures of a campaign that a sandbox plays, one after the other. Someone else may make them in
// the console meanwhile.
type turns struct {
	p   *playedThere
	ctx context.Context

	mu      sync.Mutex
	awaited []campaign.Gesture
	reading bool // lines are read
}

func newTurns(ctx context.Context, p *playedThere) *turns { return &turns{p: p, ctx: ctx} }

// ask asks for a gesture, unless it is already asked for.
func (t *turns) ask(g campaign.Gesture) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.awaited {
		if one.ID == g.ID {
			return
		}
	}
	t.awaited = append(t.awaited, g)
	if len(t.awaited) == 1 {
		t.prompt()
	}
	if !t.reading {
		t.reading = true
		go t.read()
	}
}

// prompt tells the first gesture that is awaited.
func (t *turns) prompt() {
	lang := t.p.lang
	t.p.shows(fmt.Sprintf("\n%s %s\n%s", cli.In(lang, "À vous :", "Your turn:"), legible.Text(t.awaited[0].Sentence), cli.In(lang, "Puis Entrée.", "Then Enter.")))
}

// made tells that a gesture was made, here or in the console.
func (t *turns) made(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, one := range t.awaited {
		if one.ID == id {
			t.awaited = append(t.awaited[:i:i], t.awaited[i+1:]...)
			if i == 0 && len(t.awaited) > 0 {
				t.prompt()
			}
			return
		}
	}
}

// read takes each line for the gesture that is asked for.
func (t *turns) read() {
	lines := bufio.NewScanner(t.p.in)
	for lines.Scan() {
		t.mu.Lock()
		id := ""
		if len(t.awaited) > 0 {
			id = t.awaited[0].ID
		}
		t.mu.Unlock()
		if id == "" {
			continue
		}
		var refused *remote.Refusal
		if err := t.p.to.Done(t.ctx, t.p.id, id); err != nil && !errors.As(err, &refused) { // refused: it was made elsewhere
			t.p.shows(verdict.InLanguage(err, t.p.lang))
		}
	}
	if t.ctx.Err() == nil {
		t.p.shows(fmt.Sprintf(cli.In(t.p.lang, "personne ne répond sur l'entrée standard : les gestes se font à %s", "nobody answers on standard input: gestures are made at %s"), t.p.page()))
	}
}
