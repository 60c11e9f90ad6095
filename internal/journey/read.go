package journey

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"etalon/internal/verdict"
)

// Limits of one export.
const (
	MaxBytes   = 256 << 20
	MaxLine    = 1 << 20
	maxRecords = 1_000_000
	maxRemarks = 50 // of one file; more of them say nothing more
)

// Why an export cannot be read at all.
var (
	ErrEmpty   = verdict.Tell("ce fichier ne contient aucun enregistrement : exportez les traces des jours en question", "it holds no record: export the traces of the days in question")
	ErrTooLong = verdict.Tell("ce fichier dépasse %d Mio ou %d enregistrements : exportez moins de jours", "it is longer than %d MiB or %d records: export fewer days", MaxBytes>>20, maxRecords)
	ErrNoTrace = verdict.Tell("aucune de ses lignes n'est une trace : attendu JSON Lines, un objet JSON par ligne, avec eventId et timestamp", "none of its lines is a trace: JSON Lines are wanted, one JSON object a line, with eventId and timestamp")
)

// Export is one file of traces.
type Export struct {
	File    string
	Records []*Record
	// Remarks tell what is wrong with the file by itself.
	Remarks []Remark
	// Cut counts the remarks left out beyond the first fifty.
	Cut int
	// Chained tells that the chain was looked at, and Whole that it holds from the first record to the last.
	Chained, Whole bool
}

// ReadOptions say what to make of a file.
type ReadOptions struct {
	// Partial takes a file that begins in the middle of the log: its first record may chain to one that is not here.
	Partial bool
	// Unchained leaves the chain aside: the party does not chain, or seals otherwise.
	Unchained bool
}

// Read reads an export in JSON Lines of interops.Trace. What is wrong with single lines becomes remarks, each with its
// line; the error is for a file of which nothing can be said: unreadable, empty, beyond the limits, no traces at all.
func Read(name string, r io.Reader, o ReadOptions) (Export, error) {
	reading := reading{export: Export{File: name, Chained: !o.Unchained}, options: o, want: FirstHash}
	lines := bufio.NewReaderSize(io.LimitReader(r, MaxBytes+1), 64<<10)
	for {
		line, err := readLine(lines)
		if err != nil && !errors.Is(err, io.EOF) {
			return Export{}, verdict.Tell("lecture des traces : %s ligne %d : %s", "read traces: %s line %d: %s", name, reading.line+1, err)
		}
		if reading.bytes += len(line); reading.bytes > MaxBytes || len(reading.export.Records) > maxRecords {
			return Export{}, verdict.Tell("lecture des traces : %s : %s", "read traces: %s: %s", name, ErrTooLong)
		}
		if len(line) > 0 {
			reading.take(line)
		}
		if err != nil {
			break
		}
	}
	e := &reading.export
	switch {
	case len(e.Records) == 0 && len(e.Remarks) == 0:
		return Export{}, verdict.Tell("lecture des traces : %s : %s", "read traces: %s: %s", name, ErrEmpty)
	case len(e.Records) == 0:
		return Export{}, verdict.Tell("lecture des traces : %s : %s", "read traces: %s: %s", name, ErrNoTrace)
	}
	e.Whole = e.Chained && !reading.broken
	return *e, nil
}

// readLine returns the next line with its end; with io.EOF, the last one, which may be empty.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > MaxLine {
			return nil, verdict.Tell("elle dépasse %d Kio", "it is longer than %d KiB", MaxLine>>10)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// reading is a file being read.
type reading struct {
	export  Export
	options ReadOptions
	line    int
	bytes   int
	want    string // the previousHash that the next record must state; "" where it cannot be known
	broken  bool
}

// take reads one line.
func (r *reading) take(raw []byte) {
	r.line++
	line := bytes.TrimSpace(raw)
	if r.line == 1 {
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
	}
	if len(line) == 0 {
		return
	}
	record := &Record{Place: Place{r.export.File, r.line}, seq: len(r.export.Records)}
	if err := json.Unmarshal(line, &record.Trace); err != nil {
		r.unreadable(record, err, bytes.HasSuffix(raw, []byte("\n")))
		return
	}
	if record.EventID == "" && record.Timestamp == "" {
		r.unreadable(record, errors.New("no eventId and no timestamp"), true)
		return
	}
	r.check(record)
	r.chain(record, line)
	r.export.Records = append(r.export.Records, record)
}

// unreadable remarks a line that is no trace; one without its end was cut.
func (r *reading) unreadable(record *Record, cause error, ended bool) {
	r.want, r.broken = "", true
	rule, text := ruleUnreadable, verdict.Text{FR: "la ligne n'est pas une trace : ", EN: "the line is no trace: "}
	if !ended || strings.Contains(cause.Error(), "unexpected end of JSON input") {
		rule = ruleTruncated
		text = verdict.Text{
			FR: "le fichier est tronqué : la ligne s'arrête au milieu d'un enregistrement : ",
			EN: "the file is truncated: the line ends in the middle of a record: ",
		}
	}
	fr, en := jsonTrouble(cause)
	r.remark(remark(rule, verdict.Text{FR: text.FR + fr, EN: text.EN + en}, record))
}

// jsonTrouble says what is wrong with a line.
func jsonTrouble(err error) (fr, en string) {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Sprintf("le champ %s est de type %s, attendu %s", kind.Field, kind.Value, kind.Type),
			fmt.Sprintf("the field %s is of type %s, want %s", kind.Field, kind.Value, kind.Type)
	case errors.As(err, &syntax):
		return fmt.Sprintf("JSON illisible au caractère %d", syntax.Offset), fmt.Sprintf("unreadable JSON at character %d", syntax.Offset)
	}
	return "ni eventId ni timestamp, ou pas un objet JSON", "no eventId and no timestamp, or no JSON object"
}

// chain looks whether a record states the hash of the one before it (X05).
func (r *reading) chain(record *Record, line []byte) {
	if r.options.Unchained {
		return
	}
	first := len(r.export.Records) == 0 && r.want == FirstHash
	if r.want != "" && record.PreviousHash != r.want && (!first || !r.options.Partial) {
		r.broken = true
		rule, text := ruleChain, verdict.Text{
			FR: "la chaîne est rompue ici : un enregistrement a été modifié, retiré ou ajouté avant cette ligne",
			EN: "the chain is broken here: a record was changed, removed or added before this line",
		}
		if first {
			rule, text = ruleStart, verdict.Text{
				FR: "le premier enregistrement suit un autre qui manque : l'export ne commence pas au début du journal, ou son début a été retiré",
				EN: "the first record follows another that is missing: the export does not begin where the log does, or its beginning was removed",
			}
		}
		m := remark(rule, text, record)
		m.Want, m.Got = r.want, record.PreviousHash
		r.remark(m)
	}
	hash, err := Hash(line)
	if err != nil {
		hash = ""
	}
	r.want = hash
}

// remark keeps a remark, within the limit.
func (r *reading) remark(m Remark) {
	if len(r.export.Remarks) == maxRemarks {
		r.export.Cut++
		return
	}
	m.Got = brief(m.Got)
	r.export.Remarks = append(r.export.Remarks, m)
}

// brief shortens a value of a file for a message.
func brief(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if runes := []rune(s); len(runes) > 120 {
		return string(runes[:120]) + "…"
	}
	return s
}
