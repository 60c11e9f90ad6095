package candidate

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"etalon/internal/verdict"
)

// diskOnly is the keyword by which the published schema marks what only a file of the server's disk may say: true for a key,
// or the values that a page may not give it.
const diskOnly = "x-disk-only"

// Barrier is why a problem is no mistake, but something that a page may not ask for.
type Barrier string

// The barriers.
const (
	OnDisk   Barrier = "disk"   // it comes from a file on the server's disk
	OnTarget Barrier = "target" // the operator does not let it be called
)

// LoadOwn reads a candidate file that a person made in a page, as Load does, and lets it reach nothing else: it starts no
// command, names files of its own folder only, and calls the targets that the operator of the sandbox lets be called. Those
// problems have a barrier.
func LoadOwn(path string, within *Targets) (*Candidate, error) {
	if within == nil {
		within = &Targets{}
	}
	loaded, err := load(path, func(l *loading) { l.own = within })
	if err == nil {
		loaded.Targets = within
	}
	return loaded, err
}

// found is a value of a file that the schema knows.
type found struct {
	path   []string
	value  *node
	place  schemaPlace
	barred bool
}

// barredIn lists what in a file only the server's disk may say.
func barredIn(root *node) (all []found) {
	for _, f := range known(root, schemaAt(nil), nil) {
		if f.barred {
			all = append(all, f)
		}
	}
	return all
}

// known lists the values of a tree that the schema knows, those above before those below; it does not look into what is barred.
func known(n *node, at schemaPlace, path []string) []found {
	here := found{path: path, value: n, place: at, barred: barredHere(n, at)}
	all := []found{here}
	if here.barred {
		return all
	}
	switch v := n.value.(type) {
	case []field:
		for _, f := range v {
			if next := at.step(f.key); next.property != nil {
				all = append(all, known(f.value, next, append(slices.Clip(path), f.key))...)
			}
		}
	case []*node:
		for i, item := range v {
			if next := at.step(strconv.Itoa(i)); next.property != nil {
				all = append(all, known(item, next, append(slices.Clip(path), strconv.Itoa(i)))...)
			}
		}
	}
	return all
}

// barredHere tells whether the schema leaves a value to the disk.
func barredHere(n *node, at schemaPlace) bool {
	switch mark := at.property[diskOnly].(type) {
	case bool:
		return mark
	case []any:
		return slices.Contains(mark, n.value)
	}
	return false
}

// confined notes what a page may not ask for.
func (l *loading) confined() {
	for _, f := range known(l.root, schemaAt(nil), nil) {
		if f.barred {
			l.bar(OnDisk, trouble{say("ce qu'une page peut demander", "what a page may ask for"), fromDisk(keyPath(f.path))}, f.path...)
			continue
		}
		if refused := l.own.refuse(f); refused != nil {
			l.bar(OnTarget, *refused, f.path...)
		}
	}
}

// fromDisk says where what a page may not ask for comes from.
func fromDisk(what string) verdict.Text {
	return say("« %s » ne vient que d'un fichier sur le disque du serveur : retirez-le, ou demandez à l'opérateur du bac à sable d'y mettre ce candidat.",
		"“%s” comes only from a file on the server's disk: remove it, or ask the operator of the sandbox to put this candidate there.", what)
}

// bar notes a trouble that is no mistake.
func (l *loading) bar(b Barrier, t trouble, path ...string) {
	l.report(t, path...)
	l.problems[len(l.problems)-1].Barrier = b
}

// escapes notes a file that is not of the candidate's own folder.
func (l *loading) escapes(name string, key ...string) bool {
	if l.own == nil || isOwn(name) {
		return false
	}
	l.bar(OnDisk, trouble{say("un fichier que vous avez déposé avec ce candidat", "a file that you put with this candidate"), fromDisk(fmt.Sprintf("%s: %.60s", keyPath(key), name))}, key...)
	return true
}

// ownFile is the name of a file that a person puts with a candidate.
var ownFile = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*\.(yaml|yml|pem|key|xml|pdf|txt|csv|json|png|jpg|zip|odt)$`)

// OwnFile tells whether a name is one that a file put with a candidate may have: in its folder, and not the candidate's own.
func OwnFile(name string) bool {
	return len(name) <= 100 && ownFile.MatchString(name) && name != "candidate.yaml"
}

// isOwn tells whether a name is that of a file put with a candidate, or of its PKI.
func isOwn(name string) bool {
	first, rest, nested := strings.Cut(name, "/")
	if nested {
		return first == "pki" && !strings.Contains(rest, "..") && !strings.ContainsAny(rest, "\\\x00")
	}
	return OwnFile(name) || name == "pki"
}
