package report

import (
	"io"

	"etalon/internal/verdict"
)

func writeHTML(w io.Writer, run *verdict.Run, o Options) error { return writeText(w, run, o) }
