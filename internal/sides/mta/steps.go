package mta

import (
	"slices"

	"etalon/internal/scenario"
	"etalon/internal/sides/side"
)

// Steps is the whole table of sentences of the operators among themselves, in the order of its groups.
func Steps() []scenario.Step {
	return slices.Concat(controlSteps(), incomingSteps(), outgoingSteps(), submissionSteps(), listSteps())
}

// step makes a line of the table whose sentence holds no value, stepOf one whose sentence holds a word.
var step, stepOf = side.Step[*part], side.StepOf[*part, string]
