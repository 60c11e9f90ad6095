package candidate

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"etalon/internal/interops"
)

const profileSchema = "profile.schema.json"

//go:embed profiles/*.yaml
var profileFiles embed.FS

// Profile is a shipped profile with the overrides of a candidate.
type Profile struct {
	interops.Profile
	// Base is the shipped profile from which it starts.
	Base string
	// Overrides holds the keys whose value differs from the shipped one, dotted, with the value in force;
	// a list is written as JSON. A report prints them on its first page.
	Overrides map[string]string
	// Digest is "sha256:" and the hex digest of the profile in force, as JSON.
	Digest string
}

// ProfileNames lists the shipped profiles, the default one first.
func ProfileNames() []string { return []string{"current", "legacy"} }

// DefaultProfile returns a shipped profile; nil when none has that name.
func DefaultProfile(name string) *interops.Profile {
	p, err := shippedProfile(name)
	if err != nil {
		return nil
	}
	return &p.Profile
}

// ProfileText returns the commented file of a shipped profile; nil when none has that name.
func ProfileText(name string) []byte {
	raw, err := profileFiles.ReadFile("profiles/" + name + ".yaml")
	if err != nil {
		return nil
	}
	return raw
}

// LoadProfile reads a profile file, which names its base and overrides some of its keys, or takes the
// shipped profile of that name. Its error is Problems when the user can mend it.
func LoadProfile(path string) (*Profile, error) {
	if slices.Contains(ProfileNames(), path) {
		return shippedProfile(path)
	}
	d := openDocument(path)
	p, err := d.profile()
	if err != nil {
		return nil, err
	}
	return p, d.problems.orNil()
}

func shippedProfile(name string) (*Profile, error) {
	d := &document{file: name + ".yaml"}
	d.parse(ProfileText(name))
	p := &Profile{Base: name, Overrides: map[string]string{}}
	if err := d.problems.orNil(); err != nil {
		return nil, err
	}
	if err := d.decode(&p.Profile); err != nil {
		return nil, err
	}
	return p, p.seal()
}

// seal computes the digest of the profile in force.
func (p *Profile) seal() error {
	raw, err := json.Marshal(p.Profile)
	if err != nil {
		return fmt.Errorf("digest profile: %w", err)
	}
	sum := sha256.Sum256(raw)
	p.Digest = "sha256:" + hex.EncodeToString(sum[:])
	return nil
}

// profile reads the document as overrides of a shipped profile; nil with problems noted when its shape is wrong.
func (d *document) profile() (*Profile, error) {
	if d.root == nil || len(d.problems) > 0 {
		return nil, nil
	}
	if err := d.fits(profileSchema); err != nil || len(d.problems) > 0 {
		return nil, err
	}
	d.bounds()
	base := "current"
	if n, given := d.root.at("base"); given {
		base = n.text()
	}
	shipped := &document{file: base + ".yaml"}
	shipped.parse(ProfileText(base))
	p := &Profile{Base: base, Overrides: map[string]string{}}
	merged := &document{file: d.file, root: p.merge("", shipped.root, d.root)}
	if err := merged.decode(&p.Profile); err != nil {
		return nil, err
	}
	d.ladder(p.Levels)
	return p, p.seal()
}

// ladder wants each level and each class on one step only.
func (d *document) ladder(levels []interops.Level) {
	if _, own := d.root.at("levels"); !own {
		return
	}
	names, classes := d.once("name"), d.once("class")
	for i, l := range levels {
		names(l.Name, "levels", fmt.Sprint(i), "name")
		classes(l.Class, "levels", fmt.Sprint(i), "class")
	}
}

// merge returns the shipped tree with the overrides in it, and notes those that change something.
func (p *Profile) merge(prefix string, shipped, own *node) *node {
	ownFields, mapping := own.value.([]field)
	shippedFields, both := shipped.value.([]field)
	if !mapping || !both {
		if was, is := canonical(shipped), canonical(own); was != is {
			p.Overrides[prefix] = is
		}
		return own
	}
	merged := slices.Clone(shippedFields)
	for _, f := range ownFields {
		key := strings.TrimPrefix(prefix+"."+f.key, ".")
		if key == "base" {
			continue
		}
		i := slices.IndexFunc(merged, func(m field) bool { return m.key == f.key })
		if i < 0 {
			p.Overrides[key] = canonical(f.value)
			merged = append(merged, f)
			continue
		}
		merged[i].value = p.merge(key, merged[i].value, f.value)
	}
	return &node{line: own.line, column: own.column, value: merged}
}

// canonical writes a value for comparison and for the report: a scalar as it reads, the rest as JSON.
func canonical(n *node) string {
	switch n.value.(type) {
	case []*node, []field:
		raw, err := json.Marshal(n.plain())
		if err != nil {
			return ""
		}
		return string(raw)
	}
	return n.text()
}

// bounds notes the overrides that leave the table of bounds.
func (d *document) bounds() {
	for _, key := range slices.Sorted(maps.Keys(bounds)) {
		path := strings.Split(key, ".")
		if n, given := d.root.at(path...); given {
			if t := bounds[key](n.text()); t != nil {
				d.report(*t, path...)
			}
		}
	}
}
