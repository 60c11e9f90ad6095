// Package side holds what the sides of the roles without mode have in common: the part of each scenario in the context of
// its steps, the lines of their tables, and what a role says of itself, of its needs and of what bars it.
//
// It plays nothing: what stands around a candidate, and what is judged of it, is each side's own.
package side

import (
	"context"
	"maps"
	"slices"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// Base is what every side embeds.
type Base struct {
	Role     candidate.Role
	Standing scenario.Standing

	barred *verdict.Reason
	but    []string
}

// Scope is the role as addresses write it.
func (b *Base) Scope() string { return string(b.Role) + "/" + string(candidate.NoMode) }

// Field is a key of the role in the candidate file.
func (b *Base) Field(key string) string { return "roles." + string(b.Role) + "." + key }

// Trouble makes the reason for which the role cannot be judged.
func (b *Base) Trouble(configuration bool, key string, args ...string) *verdict.Trouble {
	return &verdict.Trouble{Scope: b.Scope(), Configuration: configuration, Reason: verdict.Reason{Key: key, Args: args}}
}

// Bar keeps all but a few requirements from being tried: those that are judged behind a departure that leaves nothing else to
// be tried.
func (b *Base) Bar(why verdict.Reason, but ...string) { b.barred, b.but = &why, but }

// Barred tells that there is such a departure.
func (b *Base) Barred() bool { return b.barred != nil }

// Doubts implements scenario.Doubter.
func (b *Base) Doubts() []verdict.Reason {
	if b.barred == nil || b.barred.Key == verdict.ReasonNotDeclared {
		return nil
	}
	return []verdict.Reason{*b.barred}
}

// Admits implements scenario.Side.
func (b *Base) Admits(t scenario.Trial) scenario.Answer {
	if b.Barred() && !slices.Contains(b.but, t.Row.ID) {
		return scenario.Answer{Why: *b.barred}
	}
	return scenario.Met
}

// Needs are what trials ask of a candidate, by the words of their tags.
type Needs[S any] map[string]func(S) scenario.Answer

// Has tells whether a side meets a need.
func (n Needs[S]) Has(s S, need string) scenario.Answer {
	answer, known := n[need]
	if !known {
		return scenario.UnknownNeed(need)
	}
	return answer(s)
}

// Merged is one table of several.
func Merged[M ~map[string]V, V any](tables ...M) M {
	all := M{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}

type partKey[P any] struct{}

// Enter puts a scenario's part of a side into the context of its steps. Where the last honest exchange of the role did not go
// through, the scenario makes one first (rule 2), which tells the part's world of its trouble.
func Enter[P any](ctx context.Context, last *scenario.Standing, p P, honest func(context.Context, P) error) (context.Context, error) {
	ctx = context.WithValue(ctx, partKey[P]{}, p)
	if last.Lost() {
		_ = honest(ctx, p)
	}
	return ctx, nil
}

// Part returns the scenario's part of the side.
func Part[P any](ctx context.Context) P { return ctx.Value(partKey[P]{}).(P) }

// Step makes a line of a table whose sentence holds no value.
func Step[P any](sentence string, do func(ctx context.Context, p P) error) scenario.Step {
	return scenario.NewStep(sentence, func(ctx context.Context) error { return do(ctx, Part[P](ctx)) })
}

// StepOf makes a line of a table whose sentence holds one value.
func StepOf[P any, T string | int](sentence string, do func(ctx context.Context, p P, value T) error) scenario.Step {
	return scenario.NewStep(sentence, func(ctx context.Context, value T) error { return do(ctx, Part[P](ctx), value) })
}
