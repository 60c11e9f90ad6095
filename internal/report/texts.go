package report

import (
	"bytes"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"etalon/internal/legible"
	"etalon/internal/verdict"
)

// Texts is the catalogue of sentences, in French and English: the report's own words, the reasons of verdicts,
// and what each rule of a finding means. A key that it does not have is rendered as the key itself.
type Texts struct {
	words map[string]verdict.Text
	rules map[string]Rule
}

// Rule explains one check: what its departure is called, its likely cause and how to fix it.
type Rule struct {
	Name              string
	Requirement       string
	Title, Cause, Fix verdict.Text
}

//go:embed texts/*.csv
var ownTexts embed.FS

// Columns of the two kinds of files.
var (
	wordColumns = []string{"key", "fr", "en"}
	ruleColumns = []string{"rule", "requirement", "title_fr", "title_en", "cause_fr", "cause_en", "fix_fr", "fix_en"}
)

// NewTexts reads the report's own texts and catalogues of rules, CSV files with the columns
// rule,requirement,title_fr,title_en,cause_fr,cause_en,fix_fr,fix_en. A key that stands twice, an empty
// sentence or an unknown column is an error that names the line.
func NewTexts(rules ...io.Reader) (Texts, error) {
	t := Texts{words: map[string]verdict.Text{}, rules: map[string]Rule{}}
	for _, name := range []string{"words.csv", "reasons.csv"} {
		f, err := ownTexts.Open("texts/" + name)
		if err != nil {
			return Texts{}, fmt.Errorf("read texts: %w", err)
		}
		if err := readTable(f, wordColumns, t.addWord); err != nil {
			return Texts{}, fmt.Errorf("read texts: %s: %w", name, errors.Join(err, f.Close()))
		}
		if err := f.Close(); err != nil {
			return Texts{}, fmt.Errorf("read texts: %w", err)
		}
	}
	for _, r := range rules {
		if err := readTable(r, ruleColumns, t.addRule); err != nil {
			return Texts{}, fmt.Errorf("read rules: %w", err)
		}
	}
	return t, nil
}

// rulesFile is the name of a catalogue of rules: of a domain, or of a group of its requirements.
const rulesFile = "rules.csv"

// LoadTexts is NewTexts with every catalogue of rules in the features' tree.
func LoadTexts(tree fs.FS) (Texts, error) {
	var rules []io.Reader
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() != rulesFile {
			return err
		}
		raw, err := fs.ReadFile(tree, name)
		rules = append(rules, bytes.NewReader(raw))
		return err
	})
	if err != nil {
		return Texts{}, fmt.Errorf("read rules: %w", err)
	}
	return NewTexts(rules...)
}

func (t Texts) addWord(cells []string) error {
	if _, ok := t.words[cells[0]]; ok {
		return fmt.Errorf("key %s stands twice", cells[0])
	}
	t.words[cells[0]] = verdict.Text{FR: cells[1], EN: cells[2]}
	return nil
}

func (t Texts) addRule(cells []string) error {
	r := Rule{cells[0], cells[1], verdict.Text{FR: cells[2], EN: cells[3]},
		verdict.Text{FR: cells[4], EN: cells[5]}, verdict.Text{FR: cells[6], EN: cells[7]}}
	key := r.Name + " " + r.Requirement
	if _, ok := t.rules[key]; ok {
		return fmt.Errorf("rule %s of %s stands twice", r.Name, r.Requirement)
	}
	t.rules[key] = r
	if _, ok := t.rules[r.Name]; !ok {
		t.rules[r.Name] = r
	}
	return nil
}

// readTable reads a CSV file whose first line is the given columns and whose cells are all filled.
func readTable(r io.Reader, columns []string, add func([]string) error) error {
	table := csv.NewReader(r)
	table.FieldsPerRecord = len(columns)
	head, err := table.Read()
	if err != nil {
		return err
	}
	if !slices.Equal(head, columns) {
		return fmt.Errorf("line 1: columns are %s: want %s", strings.Join(head, ","), strings.Join(columns, ","))
	}
	for {
		cells, err := table.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := table.FieldPos(0)
		if i := slices.Index(cells, ""); i >= 0 {
			return fmt.Errorf("line %d: %s is empty: write its sentence", line, columns[i])
		}
		if err := add(cells); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// Verdict is the word of a verdict inside a sentence, the same wherever a person reads it: files have that of verdict.Verdict.
func (t Texts) Verdict(lang string, v verdict.Verdict) string {
	return strings.ToLower(t.Word(lang, "verdict."+v.String()))
}

// Level is the word of a level inside a sentence, the same wherever a person reads it: files have that of verdict.Level.
func (t Texts) Level(lang string, l verdict.Level) string {
	return strings.ToLower(t.Word(lang, "level."+l.String()))
}

// Word returns a sentence with its arguments in place of {0}, {1}….
func (t Texts) Word(lang, key string, args ...any) string {
	text, ok := t.words[key]
	if !ok {
		return key
	}
	sentence := text.In(lang)
	for i, a := range args {
		sentence = strings.ReplaceAll(sentence, "{"+strconv.Itoa(i)+"}", fmt.Sprint(a))
	}
	return sentence
}

// Reason returns the sentence of a reason. Its arguments may be a partner's words: they are made visible.
func (t Texts) Reason(lang string, r verdict.Reason) string {
	if r.Key == "" {
		return ""
	}
	text, ok := t.words["reason."+r.Key]
	if !ok {
		return r.Key
	}
	var pairs []string
	for i, a := range r.Args {
		pairs = append(pairs, "{"+strconv.Itoa(i)+"}", legible.Visible(a))
	}
	return strings.NewReplacer(pairs...).Replace(text.In(lang))
}

// Rule returns the explanation of a finding's rule: that of its requirement, else the one for all, whose
// requirement is "*", else the first that the catalogue has: the same departure may count for a receiver, for who
// emitted the message, or for another mode. A rule that is not in the catalogue is called by its name.
func (t Texts) Rule(f verdict.Finding) Rule {
	for _, key := range []string{f.Rule + " " + f.Requirement, f.Rule + " *", f.Rule} {
		if r, ok := t.rules[key]; ok {
			return r
		}
	}
	return Rule{Name: f.Rule, Requirement: f.Requirement, Title: verdict.Text{FR: f.Rule, EN: f.Rule}}
}
