package seal

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"regexp"

	"etalon/internal/verdict"
)

// Member is one file of an archive.
type Member struct {
	Name      string
	MediaType string
	Bytes     []byte
	digest    string // as the manifest has it, once compared
}

// Limits of an archive. Nothing in it is compressed, so that it cannot be larger than its file.
const (
	maxMembers = 60_000
	maxArchive = 1 << 30
)

// memberForm is what a member may be called: plain relative paths, which every system can write.
var memberForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,3}$`)

// Signatures and sizes of the ZIP format (APPNOTE 4.3).
const (
	localSignature, localSize     = 0x04034b50, 30
	centralSignature, centralSize = 0x02014b50, 46
	endSignature                  = 0x06054b50
	zipVersion                    = 10       // stored files only
	zipDate                       = 1<<5 | 1 // 1 January 1980, the first that the format can say
)

var errLimits = verdict.Tell("une archive a au plus 60 000 membres et 1 Gio : jouez une sélection", "an archive holds at most 60,000 members and 1 GiB: run a selection")

// packZip writes members, which must be sorted, in the one form that verify accepts: stored, the same date
// for all, no extra field, no comment, no flag.
func packZip(members []Member) ([]byte, error) {
	size := 22
	for _, m := range members {
		size += localSize + centralSize + 2*len(m.Name) + len(m.Bytes)
	}
	if len(members) > maxMembers || size > maxArchive {
		return nil, errLimits
	}
	le := binary.LittleEndian
	out := make([]byte, 0, size)
	var central []byte
	for _, m := range members {
		common := le.AppendUint16(nil, zipVersion)
		common = le.AppendUint32(common, 0) // no flag, stored
		common = le.AppendUint16(common, 0) // midnight
		common = le.AppendUint16(common, zipDate)
		common = le.AppendUint32(common, crc32.ChecksumIEEE(m.Bytes))
		common = le.AppendUint32(common, uint32(len(m.Bytes)))
		common = le.AppendUint32(common, uint32(len(m.Bytes)))
		common = le.AppendUint32(common, uint32(len(m.Name))) // and no extra field

		central = le.AppendUint32(central, centralSignature)
		central = le.AppendUint16(central, zipVersion)
		central = append(central, common...)
		central = append(central, make([]byte, 10)...) // no comment, one disk, no attributes
		central = le.AppendUint32(central, uint32(len(out)))
		central = append(central, m.Name...)

		out = le.AppendUint32(out, localSignature)
		out = append(out, common...)
		out = append(out, m.Name...)
		out = append(out, m.Bytes...)
	}
	start := len(out)
	out = append(out, central...)
	out = le.AppendUint32(out, endSignature)
	out = le.AppendUint32(out, 0) // one disk
	out = le.AppendUint16(out, uint16(len(members)))
	out = le.AppendUint16(out, uint16(len(members)))
	out = le.AppendUint32(out, uint32(len(central)))
	out = le.AppendUint32(out, uint32(start))
	return le.AppendUint16(out, 0), nil
}

// unpackZip reads an archive that packZip made, and refuses all others: it packs again what it read and
// compares. The members' bytes are parts of b.
func unpackZip(b []byte) ([]Member, error) {
	if len(b) > maxArchive {
		return nil, errLimits
	}
	var members []Member
	last := ""
	for rest := b; ; {
		m, after, err := nextMember(rest)
		if err != nil {
			return nil, err
		}
		if m == nil {
			break
		}
		switch {
		case !memberForm.MatchString(m.Name):
			return nil, verdict.Tell("membre %q : aucune de nos archives n'a de tel nom", "member %q: a name that no archive of ours has", m.Name)
		case m.Name == last:
			return nil, verdict.Tell("le membre %s y est deux fois", "member %s stands twice", m.Name)
		case m.Name < last:
			return nil, verdict.Tell("le membre %s n'est pas à sa place", "member %s is out of order", m.Name)
		case len(members) == maxMembers:
			return nil, errLimits
		}
		last, rest = m.Name, after
		members = append(members, *m)
	}
	if len(members) == 0 {
		return nil, verdict.Tell("ce n'est pas l'archive d'une exécution : donnez le fichier report.zip tel qu'il fut écrit", "not an archive of a run: give the file report.zip as it was written")
	}
	again, err := packZip(members)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, b) {
		return nil, verdict.Tell("l'assemblage de l'archive a été changé : demandez le fichier tel qu'il fut écrit, et non refait", "the framing of the archive was changed: ask for the file as it was written, not packed again")
	}
	return members, nil
}

// nextMember cuts one member off; nil where the directory begins.
func nextMember(b []byte) (*Member, []byte, error) {
	le := binary.LittleEndian
	if len(b) < localSize || le.Uint32(b) != localSignature {
		return nil, nil, nil
	}
	size, name := uint64(le.Uint32(b[18:])), uint64(le.Uint16(b[26:]))
	if uint64(len(b)) < localSize+name+size {
		return nil, nil, verdict.Tell("l'archive est coupée, ou a été refaite : demandez le fichier tel qu'il fut écrit", "the archive is cut short, or packed again: ask for the file as it was written")
	}
	m := &Member{Name: string(b[localSize : localSize+name]), Bytes: b[localSize+name : localSize+name+size]}
	if crc32.ChecksumIEEE(m.Bytes) != le.Uint32(b[14:]) {
		return nil, nil, verdict.Tell("le membre %q n'a pas la somme de contrôle (CRC-32) écrite avec lui", "member %q does not match its checksum", m.Name)
	}
	return m, b[localSize+name+size:], nil
}

// Member returns the bytes of a member of an archive, as they stand in it; nil where it has none of that name.
func (v *Verified) Member(name string) []byte { return among(v.Members, name) }

// MemberOf returns those of a member of an archive that was just made. It verifies nothing of the archive but that it can be read.
func MemberOf(archive []byte, name string) ([]byte, error) {
	members, err := unpackZip(archive)
	if err != nil {
		return nil, verdict.Tell("lecture de l'archive : %s", "read archive: %s", err)
	}
	return among(members, name), nil
}

func among(members []Member, name string) []byte {
	for _, m := range members {
		if m.Name == name {
			return m.Bytes
		}
	}
	return nil
}
