package report

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"
)

// Features finds the scenario of a case in a features' tree, for the formats that show where a case stands. It reads the
// tree once, when it is first asked; several goroutines may ask. A nil one knows no scenario.
type Features struct {
	tree  fs.FS
	once  sync.Once
	wrong error
	cases map[string][]scene // by CASE[~VARIANT]
}

// NewFeatures is the tree in which the scenarios of a record stand.
func NewFeatures(tree fs.FS) *Features { return &Features{tree: tree} }

// scene is one scenario, or one row of its examples.
type scene struct {
	file   *feature
	pickle *messages.Pickle
	line   int64
}

// feature is one file of scenarios.
type feature struct {
	uri  string
	text string
	doc  *messages.GherkinDocument
}

// featureRoot is the folder under which a report names the files of features.
const featureRoot = "features/"

// of returns the scenario of the case at an address: that whose name begins with the case, under the tags of its role and mode.
func (f *Features) of(address string) (found scene, ok bool, err error) {
	if f == nil {
		return scene{}, false, nil
	}
	f.once.Do(f.read)
	scope, id := cutAddress(address)
	role, mode, _ := strings.Cut(scope, "/")
	for _, s := range f.cases[id] {
		if tagged(s.pickle, "@role:"+role) && tagged(s.pickle, "@mode:"+mode) {
			return s, true, f.wrong
		}
	}
	return scene{}, false, f.wrong
}

// cutAddress returns ROLE/MODE and CASE[~VARIANT].
func cutAddress(address string) (scope, id string) {
	i := strings.LastIndexByte(address, '/')
	return address[:max(i, 0)], address[i+1:]
}

func tagged(p *messages.Pickle, name string) bool {
	return slices.ContainsFunc(p.Tags, func(t *messages.PickleTag) bool { return t.Name == name })
}

// read reads every feature of the tree; identifiers are numbers that no two of them share.
func (f *Features) read() {
	f.cases = map[string][]scene{}
	next := 0
	id := func() string { next++; return strconv.Itoa(next) }
	f.wrong = fs.WalkDir(f.tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".feature" {
			return err
		}
		raw, err := fs.ReadFile(f.tree, name)
		if err != nil {
			return err
		}
		scenes, err := readFeature(featureRoot+name, raw, id)
		for _, s := range scenes {
			id := caseID.FindString(s.pickle.Name)
			f.cases[id] = append(f.cases[id], s)
		}
		return err
	})
	if f.wrong != nil {
		f.wrong = fmt.Errorf("read features: %w", f.wrong)
	}
}

// caseID is what the name of a scenario begins with.
var caseID = regexp.MustCompile(`^[A-Za-z0-9~-]+`)

// readFeature reads one file: a scene for each of its pickles.
func readFeature(uri string, raw []byte, id func() string) ([]scene, error) {
	doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(raw), id)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", uri, err)
	}
	doc.Uri = uri
	file := &feature{uri, string(raw), doc}
	lines := linesOf(doc)
	var scenes []scene
	for _, p := range gherkin.Pickles(*doc, uri, id) {
		scenes = append(scenes, scene{file, p, lines[p.AstNodeIds[len(p.AstNodeIds)-1]]})
	}
	return scenes, nil
}

// linesOf returns the line of each scenario and of each row of its examples.
func linesOf(doc *messages.GherkinDocument) map[string]int64 {
	lines := map[string]int64{}
	if doc.Feature == nil {
		return lines
	}
	for _, child := range doc.Feature.Children {
		if child.Scenario == nil {
			continue
		}
		lines[child.Scenario.Id] = child.Scenario.Location.Line
		for _, examples := range child.Scenario.Examples {
			for _, row := range examples.TableBody {
				lines[row.Id] = row.Location.Line
			}
		}
	}
	return lines
}
