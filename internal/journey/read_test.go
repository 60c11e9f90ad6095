package journey_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/journey"
)

// pair is a client and a provider that exchange n VIs of n persons.
func twoParties(t *testing.T, n int) (client, provider *party) {
	client, provider = newParty(t, "caisse", journey.Client), newParty(t, "fournisseur", journey.Provider)
	modeA := func(t *interops.Trace) { t.Mode = interops.ModeA }
	for i := range n {
		at, id := time.Duration(i)*time.Second, fmt.Sprintf("vi-%04d", i)
		person := of(fmt.Sprintf("agent-%d", i), "")
		request := func(t *interops.Trace) { t.RequestID = fmt.Sprintf("requete-%d", i) }
		client.write(at, interops.Created, id, modeA, from("caisse"), to("fournisseur"), person, request)
		client.write(at+time.Millisecond, interops.Sent, id, modeA, from("caisse"), to("fournisseur"), person, request)
		provider.write(at+20*time.Millisecond, interops.Accepted, id, modeA, from("caisse"), to("fournisseur"), person, request)
	}
	return client, provider
}

func TestReadTellsWhatIsWrongWhere(t *testing.T) {
	client, _ := twoParties(t, 3) // six lines
	lines := func(change func([][]byte) [][]byte) []byte {
		return append(bytes.Join(change(bytes.Split(bytes.TrimSpace(client.bytes()), []byte("\n"))), []byte("\n")), '\n')
	}
	replaced := func(line int, old, with string) []byte {
		return lines(func(all [][]byte) [][]byte {
			out := bytes.Replace(all[line-1], []byte(old), []byte(with), 1)
			if bytes.Equal(out, all[line-1]) {
				t.Fatalf("line %d has no %q", line, old)
			}
			all[line-1] = out
			return all
		})
	}
	whole := client.bytes()
	for name, test := range map[string]struct {
		raw     []byte
		options journey.ReadOptions
		rule    string
		line    int
		records int
		whole   bool
	}{
		"whole":                 {raw: whole, records: 6, whole: true},
		"without its last end":  {raw: bytes.TrimSuffix(whole, []byte("\n")), records: 6, whole: true},
		"blank lines":           {raw: bytes.ReplaceAll(whole, []byte("\n"), []byte("\r\n\n")), records: 6, whole: true},
		"byte order mark":       {raw: append([]byte("\ufeff"), whole...), records: 6, whole: true},
		"keys in another order": {raw: replaced(2, `{"eventId":"caisse-1",`, `{"requestId":"requete-0","eventId":"caisse-1",`), records: 6, whole: true},
		"truncated":             {raw: whole[:len(whole)-40], rule: "trace-file-truncated", line: 6, records: 5},
		"line removed":          {raw: lines(func(all [][]byte) [][]byte { return append(all[:2:2], all[3:]...) }), rule: "trace-chain-broken", line: 3, records: 5},
		"line changed":          {raw: replaced(3, `"caisse-2"`, `"caisse-x"`), rule: "trace-chain-broken", line: 4, records: 6},
		"lines swapped": {raw: lines(func(all [][]byte) [][]byte { all[4], all[5] = all[5], all[4]; return all }),
			rule: "trace-chain-broken", line: 5, records: 6},
		"line doubled": {raw: lines(func(all [][]byte) [][]byte { return append(all[:3:3], all[2:]...) }),
			rule: "trace-chain-broken", line: 4, records: 7},
		"beginning removed":        {raw: lines(func(all [][]byte) [][]byte { return all[2:] }), rule: "trace-chain-headless", line: 1, records: 4},
		"beginning removed, told":  {raw: lines(func(all [][]byte) [][]byte { return all[2:] }), options: journey.ReadOptions{Partial: true}, records: 4, whole: true},
		"changed, chain not asked": {raw: replaced(3, `"caisse-2"`, `"caisse-x"`), options: journey.ReadOptions{Unchained: true}, records: 6},
		"a line that is no JSON":   {raw: replaced(2, `{"eventId"`, `<eventId`), rule: "trace-line-unreadable", line: 2, records: 5},
		"a list":                   {raw: lines(func(all [][]byte) [][]byte { all[1] = []byte(`["a"]`); return all }), rule: "trace-line-unreadable", line: 2, records: 5},
		"another record":           {raw: lines(func(all [][]byte) [][]byte { all[1] = []byte(`{"level":"info"}`); return all }), rule: "trace-line-unreadable", line: 2, records: 5},
		"a number for a text":      {raw: replaced(6, `"caisse-5"`, `5`), rule: "trace-line-unreadable", line: 6, records: 5},
		"decision unknown":         {raw: replaced(6, `"decision":"sent"`, `"decision":"envoyé"`), rule: "trace-value-unknown", line: 6, records: 6, whole: true},
		"role unknown":             {raw: replaced(6, `"role":"client"`, `"role":"idp"`), rule: "trace-value-unknown", line: 6, records: 6, whole: true},
		"mode unknown":             {raw: replaced(6, `"mode":"A"`, `"mode":"B"`), rule: "trace-value-unknown", line: 6, records: 6, whole: true},
		"direction unknown":        {raw: replaced(6, `"direction":"emission"`, `"direction":""`), rule: "trace-value-unknown", line: 6, records: 6, whole: true},
		"organisation empty":       {raw: replaced(6, `"organisation":"caisse"`, `"organisation":""`), rule: "trace-value-unknown", line: 6, records: 6, whole: true},
		"date without zone":        {raw: replaced(6, `.001Z"`, `.001"`), rule: "trace-value-unknown", line: 6, records: 6, whole: true},
	} {
		t.Run(name, func(t *testing.T) {
			e := read(t, "caisse.jsonl", test.raw, test.options)
			if len(e.Records) != test.records || e.Whole != test.whole {
				t.Errorf("%d records, whole %v; want %d, %v", len(e.Records), e.Whole, test.records, test.whole)
			}
			if test.rule == "" {
				if len(e.Remarks) > 0 {
					t.Errorf("remarks of a sound file: %+v", e.Remarks)
				}
				return
			}
			if len(e.Remarks) == 0 {
				t.Fatalf("no remark, want %s at line %d", test.rule, test.line)
			}
			first := e.Remarks[0]
			if first.Rule != test.rule || first.Requirement != journey.Rules[test.rule] || len(first.At) != 1 || first.At[0] != (journey.Place{File: "caisse.jsonl", Line: test.line}) {
				t.Errorf("first remark %s %s at %v, want %s at line %d", first.Requirement, first.Rule, first.At, test.rule, test.line)
			}
			if first.Text.FR == "" || first.Text.EN == "" {
				t.Error("a remark without words")
			}
		})
	}
}

func TestReadRefusesWhatIsNoExport(t *testing.T) {
	for name, test := range map[string]struct {
		raw  string
		want error
		says string
	}{
		"empty":       {raw: "", want: journey.ErrEmpty},
		"blank":       {raw: "\n\n \n", want: journey.ErrEmpty},
		"a web page":  {raw: "<html>\n<body>\n", want: journey.ErrNoTrace},
		"an archive":  {raw: "PK\x03\x04\x00\x00", want: journey.ErrNoTrace},
		"a long line": {raw: `{"eventId":"` + strings.Repeat("a", journey.MaxLine) + `"}`, says: "line 1"},
	} {
		_, err := journey.Read("x.jsonl", strings.NewReader(test.raw), journey.ReadOptions{})
		if err == nil || test.want != nil && !errors.Is(err, test.want) || !strings.Contains(err.Error(), "x.jsonl") || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := journey.Read("x.jsonl", failing{}, journey.ReadOptions{}); !errors.Is(err, errDisk) {
		t.Errorf("a reader that fails: %v", err)
	}
}

var errDisk = errors.New("disk trouble")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errDisk }

// TestManyRemarksAreCut holds a hostile file to fifty remarks.
func TestManyRemarksAreCut(t *testing.T) {
	e := read(t, "x.jsonl", []byte(`{"eventId":"a","timestamp":"2026-03-02T09:00:00Z","organisation":"o"}`+"\n"+strings.Repeat("?\n", 500)), journey.ReadOptions{})
	if len(e.Remarks) != 50 || e.Cut < 400 {
		t.Errorf("%d remarks and %d cut", len(e.Remarks), e.Cut)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"eventId":"a","timestamp":"2026-03-02T09:00:00Z","organisation":"o","decision":"sent","direction":"emission","viId":"v","nameId":"<p>"}`))
	f.Add([]byte("{\"eventId\":\"a\",\"pagm\":null}\n{\"eventId\":\"b\",\"signerCertificate\":{}}\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := journey.Read("x", bytes.NewReader(raw), journey.ReadOptions{})
		if err != nil {
			return
		}
		r := journey.Reconcile([]journey.Export{e, e}, journey.Options{})
		wellFormed(t, journey.SVG(r.Journeys, "fr"))
		r.Tell("fr")
		r.Machine()
	})
}
