package seal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"etalon/internal/record"
	"etalon/internal/verdict"
)

// Members of an archive that stand outside its manifest: the manifest itself, and what is signed over it.
const (
	manifestMember    = "manifest.json"
	attestationMember = "attestation.dsse.json"
	testResultMember  = "test-result.dsse.json"
	timestampMember   = "timestamp.tsr" // only where a time authority was asked
)

// unlisted are those members with their media types.
var unlisted = map[string]string{
	manifestMember: "application/json", attestationMember: "application/json", testResultMember: "application/json", timestampMember: "application/timestamp-reply",
}

// RunMember is the record of an archive, as JSON.
const RunMember = "run.json"

// Members that every archive has besides, listed in its manifest.
const (
	candidateMember = "candidate.json"
	chainMember     = "chain.pem"
)

// ManifestSchema is the name of the manifest's format.
const ManifestSchema = "etalon/manifest/1"

// manifest lists the members that the signature covers.
type manifest struct {
	Schema  string         `json:"schema"`
	Members []manifestLine `json:"members"`
}

type manifestLine struct {
	Path      string `json:"path"`
	Size      int    `json:"size"`
	MediaType string `json:"media_type"`
	SHA256    string `json:"sha256"` // hex
}

func newManifest(members []Member) manifest {
	m := manifest{Schema: ManifestSchema}
	for _, member := range members {
		m.Members = append(m.Members, lineOf(member))
	}
	return m
}

func lineOf(m Member) manifestLine {
	return manifestLine{m.Name, len(m.Bytes), m.MediaType, strings.TrimPrefix(record.Digest(m.Bytes), "sha256:")}
}

// encode writes one member per line, so that sed and sha256sum can follow it (docs/verify.md).
func (m manifest) encode() ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\"schema\":%q,\"members\":[\n", m.Schema)
	for i, line := range m.Members {
		b, err := json.Marshal(line)
		if err != nil {
			return nil, verdict.Tell("écriture du manifeste : %s", "write manifest: %s", err)
		}
		out.Write(b)
		if i < len(m.Members)-1 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
	}
	out.WriteString("]}\n")
	return out.Bytes(), nil
}

// check compares the members of an archive, those apart that the manifest cannot list, with its lines, and
// gives each its media type.
func (m manifest) check(members []Member) error {
	lines := make(map[string]manifestLine, len(m.Members))
	for _, line := range m.Members {
		lines[line.Path] = line
	}
	if err := record.KnownSchema("manifest.json", m.Schema, ManifestSchema); err != nil {
		return err
	}
	if len(lines) != len(m.Members) {
		return verdict.Tell("manifest.json n'est pas un manifeste : un membre y est deux fois", "manifest.json: not a manifest: it lists a member twice")
	}
	for i := range members {
		name := members[i].Name
		if kind := unlisted[name]; kind != "" {
			members[i].MediaType = kind
			continue
		}
		line, ok := lines[name]
		if !ok {
			return verdict.Tell("le membre %s n'est pas dans le manifeste : il a été ajouté", "member %s is not in the manifest: it was added", name)
		}
		members[i].MediaType, members[i].digest = line.MediaType, "sha256:"+line.SHA256
		if lineOf(members[i]) != line {
			return verdict.Tell("le membre %s a été changé : sa taille ou son empreinte SHA-256 n'est pas celle que dit le manifeste", "member %s was changed: its size or SHA-256 is not that of the manifest", name)
		}
		delete(lines, name)
	}
	for _, line := range m.Members {
		if _, left := lines[line.Path]; left {
			return verdict.Tell("le membre %s manque : il est au manifeste", "member %s is missing: the manifest lists it", line.Path)
		}
	}
	return nil
}
