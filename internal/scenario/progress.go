package scenario

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// Progress tells people how a run goes. Its methods may be called from several goroutines.
type Progress interface {
	// Start announces a role and how many cases it has.
	Start(scope string, cases int)
	// Playing names a case that begins.
	Playing(address string)
	// Judged gives the verdict of a case.
	Judged(c verdict.Case)
	// Say tells one line: a trouble, or what a person must do now.
	Say(line verdict.Text)
	// End closes the display.
	End()
}

// Witness is a progress that wants to know more than a display shows. Its methods may be called from several goroutines.
type Witness interface {
	// Doing tells that a step of a case begins, in words.
	Doing(address, step string)
	// Kept tells of an exchange that a case keeps, its messages being evidence by then.
	Kept(address string, e verdict.Exchange)
	// NotRun tells of a case that is not played, Unjudged of one of a role that cannot be judged.
	NotRun(n verdict.NotRun)
	Unjudged(c verdict.Case)
}

// unseeing is a witness that looks at nothing.
type unseeing struct{}

func (unseeing) Doing(string, string)          {}
func (unseeing) Kept(string, verdict.Exchange) {}
func (unseeing) NotRun(verdict.NotRun)         {}
func (unseeing) Unjudged(verdict.Case)         {}

// witness is whoever wants to know more of a run; one that looks at nothing otherwise.
func (r *Run) witness() Witness {
	if w, ok := r.Progress.(Witness); ok {
		return w
	}
	return unseeing{}
}

// display writes progress on a terminal (one line that changes, failures above it) or as plain lines.
type display struct {
	mu       sync.Mutex
	out      io.Writer
	live     bool
	lang     string
	texts    report.Texts
	total    int
	done     int
	failed   int
	doubtful int
	started  time.Time
	playing  string
	width    int // of the live line, to wipe it
}

// NewProgress returns the display for an output; live when it is a terminal. Its words of verdicts are those of the reports.
func NewProgress(out io.Writer, live bool, lang string, texts report.Texts) Progress {
	return &display{out: out, live: live, lang: lang, texts: texts}
}

// Start implements Progress.
func (d *display) Start(scope string, cases int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.total, d.done, d.failed, d.doubtful, d.started = cases, 0, 0, 0, bench.Wall()
	d.line(d.words("%s : %d cas", "%s: %d cases", scope, cases))
}

// Playing implements Progress.
func (d *display) Playing(address string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.playing = address
	d.refresh()
}

// Judged implements Progress.
func (d *display) Judged(c verdict.Case) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done++
	switch c.Verdict {
	case verdict.Fail:
		d.failed++
	case verdict.Inconclusive:
		d.doubtful++
	}
	if !d.live || c.Verdict == verdict.Fail {
		d.line(fmt.Sprintf("%-15s %s  %s", d.mark(c.Verdict), c.Address, c.Title))
	}
	d.refresh()
}

// Say implements Progress.
func (d *display) Say(line verdict.Text) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.line(line.In(d.lang))
}

// End implements Progress.
func (d *display) End() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wipe()
}

func (d *display) mark(v verdict.Verdict) string {
	word := d.texts.Verdict(d.lang, v)
	if v == verdict.Fail {
		return strings.ToUpper(word) // to be seen from afar
	}
	return word
}

// words chooses a sentence by language.
func (d *display) words(fr, en string, args ...any) string {
	if d.lang == "en" {
		return fmt.Sprintf(en, args...)
	}
	return fmt.Sprintf(fr, args...)
}

// line writes a lasting line above the live one.
func (d *display) line(s string) {
	d.wipe()
	fmt.Fprintln(d.out, s)
}

// refresh rewrites the live line.
func (d *display) refresh() {
	if !d.live {
		return
	}
	left := ""
	if d.done > 0 && d.done < d.total {
		each := bench.Wall().Sub(d.started) / time.Duration(d.done)
		left = d.words(", reste ~%s", ", ~%s left", (each * time.Duration(d.total-d.done)).Round(time.Second))
	}
	d.wipe()
	s := d.words("%d/%d, échecs %d, sans conclusion %d%s — %s", "%d/%d, failed %d, inconclusive %d%s — %s",
		d.done, d.total, d.failed, d.doubtful, left, d.playing)
	d.width = len([]rune(s))
	fmt.Fprint(d.out, s)
}

// wipe clears the live line.
func (d *display) wipe() {
	if d.width > 0 {
		fmt.Fprint(d.out, "\r"+strings.Repeat(" ", d.width)+"\r")
		d.width = 0
	}
}
