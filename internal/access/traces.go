package access

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// maxTraces bounds what is read of a candidate's traces in one run.
const maxTraces = 64 << 20

// fetchTime bounds one reading of traces over HTTP.
const fetchTime = 10 * time.Second

// TraceReader reads the candidate's traces. Read returns what came since the last call, in order.
type TraceReader interface {
	Read(ctx context.Context) ([]TraceRecord, error)
}

// TraceRecord is one record of a candidate's traces, with the candidate's names of fields mapped to the norm's.
type TraceRecord struct {
	Line   int
	Raw    []byte
	Fields map[string]any
}

// Text returns a field as text; "" when it is absent, null or no text.
func (r TraceRecord) Text(field string) string {
	s, _ := r.Fields[field].(string)
	return s
}

// Has tells whether a field is present and not null.
func (r TraceRecord) Has(field string) bool { return r.Fields[field] != nil }

// NewTraceReader returns the reader of the declared traces; nil when none can be read by a program.
func NewTraceReader(candidateFile string, t *candidate.Traces) TraceReader {
	if t == nil {
		return nil
	}
	lines := lines{place: t.File, names: t.Map}
	switch {
	case t.File != "":
		return &fileTraces{lines: lines, path: t.File}
	case t.HTTP != "":
		lines.place = PlaceOf(t)
		return &wholeTraces{lines: lines, fetch: Source{HTTP: t.HTTP, Within: fetchTime, Most: maxTraces}.Read}
	case len(t.Command) > 0:
		lines.place = t.Command[0]
		return &wholeTraces{lines: lines, fetch: Source{Command: t.Command, Dir: filepath.Dir(candidateFile), Within: commandTime, Most: maxTraces}.Read}
	}
	return nil
}

// PlaceOf tells where traces are, without the credentials to read them (rule 9).
func PlaceOf(t *candidate.Traces) string {
	if address, err := url.Parse(t.HTTP); t.HTTP != "" && err == nil {
		return address.Redacted()
	}
	return t.File + strings.Join(t.Command, " ")
}

// wholeTraces reads a document that holds all traces each time, and returns what it has more than before.
type wholeTraces struct {
	lines
	fetch func(context.Context) ([]byte, error)
	known int
}

// Read implements TraceReader.
func (d *wholeTraces) Read(ctx context.Context) ([]TraceRecord, error) {
	raw, err := d.fetch(ctx)
	if err != nil {
		return nil, verdict.Tell("lecture des traces : %s : %s", "read traces: %s: %s", d.place, err)
	}
	switch {
	case len(raw) < d.known:
		return nil, verdict.Tell("lecture des traces : %s : %s", "read traces: %s: %s", d.place, errTracesReplaced)
	case len(raw) >= maxTraces:
		return nil, verdict.Tell("lecture des traces : %s : %s", "read traces: %s: %s", d.place, errTracesTooLong)
	}
	fresh := raw[d.known:]
	d.known = len(raw)
	return d.parse(fresh)
}

// fileTraces reads a JSON Lines file that grows.
type fileTraces struct {
	lines
	path   string
	offset int64
	first  os.FileInfo // of the file that was read first: another one in its place is not its sequel
}

// What keeps traces from being read on. A record that is then not found proves nothing.
var (
	errTracesReplaced = verdict.Tell("elles ne sont pas la suite de ce qui a été lu : gardez-les au même endroit, sans rotation, le temps de l'exécution", "they are not the sequel of what was read before: keep them in one place, without rotation, while the run lasts")
	errTracesStill    = errors.New("they hold older records, and none came for the honest exchange: the candidate does not write there")
	errTracesOther    = errors.New("none of their records has viId, requestId or decision: they are of another form (traces.map), or are not the traces")
	errTracesTooLong  = verdict.Tell("elles dépassent %d Mio : commencez l'exécution sur des traces neuves", "they are longer than %d MiB: start the run on fresh ones", maxTraces>>20)
)

// Read implements TraceReader.
func (f *fileTraces) Read(context.Context) ([]TraceRecord, error) {
	file, err := os.Open(f.path)
	if err != nil {
		return nil, verdict.Tell("lecture des traces : %s", "read traces: %s", err)
	}
	defer file.Close()
	if err := f.sequel(file); err != nil {
		return nil, verdict.Tell("lecture des traces : %s : %s", "read traces: %s: %s", f.path, err)
	}
	if _, err := file.Seek(f.offset, io.SeekStart); err != nil {
		return nil, verdict.Tell("lecture des traces : %s", "read traces: %s", err)
	}
	raw, err := io.ReadAll(io.LimitReader(file, maxTraces-f.offset))
	if err != nil {
		return nil, verdict.Tell("lecture des traces : %s", "read traces: %s", err)
	}
	f.offset += int64(len(raw))
	return f.parse(raw)
}

// sequel makes sure that the file goes on where it was left.
func (f *fileTraces) sequel(file *os.File) error {
	info, err := file.Stat()
	switch {
	case err != nil:
		return err
	case f.first == nil:
		f.first = info
	case !os.SameFile(f.first, info), info.Size() < f.offset:
		return errTracesReplaced
	}
	if f.offset >= maxTraces {
		return errTracesTooLong
	}
	return nil
}

// lines splits JSON Lines that arrive bit by bit.
type lines struct {
	place   string
	names   map[string]string // the norm's field to the candidate's name
	line    int
	partial []byte
}

// parse splits lines; a line without its end waits for the next read.
func (f *lines) parse(raw []byte) ([]TraceRecord, error) {
	raw = append(f.partial, raw...)
	end := bytes.LastIndexByte(raw, '\n') + 1
	f.partial = append([]byte(nil), raw[end:]...)
	var records []TraceRecord
	for line := range bytes.SplitSeq(bytes.TrimSuffix(raw[:end], []byte("\n")), []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		f.line++
		r, err := traceRecord(f.line, line, f.names)
		if err != nil {
			return records, verdict.Tell("lecture des traces : %s ligne %d : %s", "read traces: %s line %d: %s", f.place, f.line, err)
		}
		records = append(records, r)
	}
	return records, nil
}

// traceRecord reads one JSON object and maps its fields.
func traceRecord(number int, line []byte, names map[string]string) (TraceRecord, error) {
	r := TraceRecord{Line: number, Raw: append([]byte(nil), line...)}
	if err := json.Unmarshal(line, &r.Fields); err != nil {
		return r, err
	}
	if len(names) == 0 {
		return r, nil
	}
	mapped := make(map[string]any, len(names))
	for field, name := range names {
		mapped[field] = lookup(r.Fields, name)
	}
	r.Fields = mapped
	return r, nil
}

// lookup finds a field by the candidate's own name, or by a JSON pointer (RFC 6901).
func lookup(fields map[string]any, name string) any {
	pointer, ok := strings.CutPrefix(name, "/")
	if !ok {
		return fields[name]
	}
	var v any = fields
	for part := range strings.SplitSeq(pointer, "/") {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
	}
	return v
}

// TraceBook gathers the records of a run, shared by the scenarios of a role. It may be shared.
type TraceBook struct {
	Reader TraceReader

	mu      sync.Mutex
	records []TraceRecord
	failed  error
	found   int           // records waited for that came
	missed  int           // those that did not
	slowest time.Duration // the longest wait that was rewarded
}

// TraceDelay is what a candidate may take to write the trace of a message it has answered; once it has shown how fast it
// is, or that it writes nothing, the wait is shortened, never under traceFloor.
const (
	TraceDelay = 2 * time.Second
	traceFloor = 300 * time.Millisecond
)

// patience is how long to wait for a record now.
func (b *TraceBook) patience() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.found == 0 && b.missed >= 3:
		return traceFloor
	case b.found >= 3:
		return min(TraceDelay, max(traceFloor, 10*b.slowest))
	}
	return TraceDelay
}

// waited learns from a wait.
func (b *TraceBook) waited(d time.Duration, found bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !found {
		b.missed++
		return
	}
	b.found++
	b.slowest = max(b.slowest, d)
}

// Await waits until a record satisfies match, or the delay is over. stop, when it holds, ends the wait early:
// a later message is already traced, so that an earlier one will not be any more.
func (b *TraceBook) Await(ctx context.Context, match, stop func(TraceRecord) bool) (TraceRecord, bool, error) {
	started := bench.Wall()
	deadline := started.Add(b.patience())
	for {
		r, found, stopped, err := b.look(ctx, match, stop)
		if now := bench.Wall(); found || stopped || err != nil || now.After(deadline) {
			b.waited(now.Sub(started), found)
			return r, found, err
		}
		if err := bench.Pause(ctx); err != nil {
			return r, false, err
		}
	}
}

// look reads what is new and searches all records, latest first.
func (b *TraceBook) look(ctx context.Context, match, stop func(TraceRecord) bool) (r TraceRecord, found, stopped bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed != nil {
		return r, false, false, b.failed
	}
	fresh, err := b.Reader.Read(ctx)
	b.records = append(b.records, fresh...)
	if err != nil {
		b.failed = err
		return r, false, false, err
	}
	for i := len(b.records) - 1; i >= 0; i-- {
		if match(b.records[i]) {
			return b.records[i], true, false, nil
		}
		stopped = stopped || stop != nil && stop(b.records[i])
	}
	return r, false, stopped, nil
}

// Begun looks, after an exchange that the candidate has traced if it traces anything there, whether these are its traces at
// all; before is how many records there were. When they are not, nothing of them proves anything: every later reading fails
// with the error that Begun returns. A place that holds nothing at all is judged.
func (b *TraceBook) Begun(ctx context.Context, before int) error {
	deadline := bench.Wall().Add(TraceDelay)
	for {
		records, err := b.All(ctx)
		switch {
		case err != nil:
			return err
		case len(records) > 0 && !slices.ContainsFunc(records, ofForm):
			return b.fail(errTracesOther)
		case before == 0 || len(records) != before:
			return nil
		case bench.Wall().After(deadline):
			return b.fail(errTracesStill)
		}
		if err := bench.Pause(ctx); err != nil {
			return err
		}
	}
}

// ofForm tells whether a record has any of the fields by which records are found.
func ofForm(r TraceRecord) bool { return r.Has("viId") || r.Has("requestId") || r.Has("decision") }

// fail has every later reading fail.
func (b *TraceBook) fail(why error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failed = verdict.Tell("lecture des traces : %s", "read traces: %s", why)
	return b.failed
}

// Held is how many records there are at a place now, by a reader of its own; 0 where they cannot be read yet, or only by
// asking the candidate.
func Held(ctx context.Context, candidateFile string, t *candidate.Traces) int {
	if t == nil || t.File == "" {
		return 0
	}
	records, _ := NewTraceReader(candidateFile, t).Read(ctx)
	return len(records)
}

// All returns every record read so far, after reading what is new.
func (b *TraceBook) All(ctx context.Context) ([]TraceRecord, error) {
	_, _, _, err := b.look(ctx, func(TraceRecord) bool { return false }, nil)
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]TraceRecord(nil), b.records...), err
}
