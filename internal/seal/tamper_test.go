package seal_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"etalon/internal/report/reporttest"
	"etalon/internal/seal"
)

func member(name, content string) seal.Member { return seal.Member{Name: name, Bytes: []byte(content)} }

// pack writes members in our canonical framing, whatever their order: what is refused then is refused for
// what it holds.
func pack(files []seal.Member) []byte {
	le := binary.LittleEndian
	var out, central []byte
	for _, f := range files {
		var h [26]byte
		le.PutUint16(h[0:], 10)
		le.PutUint16(h[8:], 33)
		le.PutUint32(h[10:], crc32.ChecksumIEEE(f.Bytes))
		le.PutUint32(h[14:], uint32(len(f.Bytes)))
		le.PutUint32(h[18:], uint32(len(f.Bytes)))
		le.PutUint16(h[22:], uint16(len(f.Name)))
		central = append(central, "PK\x01\x02\x0a\x00"...)
		central = append(central, h[:]...)
		central = append(central, make([]byte, 10)...)
		central = le.AppendUint32(central, uint32(len(out)))
		central = append(central, f.Name...)
		out = append(out, "PK\x03\x04"...)
		out = append(append(append(out, h[:]...), f.Name...), f.Bytes...)
	}
	start := len(out)
	out = append(append(out, central...), "PK\x05\x06\x00\x00\x00\x00"...)
	out = le.AppendUint16(out, uint16(len(files)))
	out = le.AppendUint16(out, uint16(len(files)))
	out = le.AppendUint32(out, uint32(len(central)))
	out = le.AppendUint32(out, uint32(start))
	return append(out, 0, 0)
}

// tamperings are the ways to change an archive; each returns other bytes than it was given.
var tamperings = []struct {
	name string
	do   func(r *rand.Rand, whole []byte, files []seal.Member) []byte
}{
	{"one byte of the archive", func(r *rand.Rand, whole []byte, _ []seal.Member) []byte { return changed(r, whole) }},
	{"one byte of a member, packed again", func(r *rand.Rand, _ []byte, files []seal.Member) []byte {
		i := r.IntN(len(files))
		files[i].Bytes = changed(r, files[i].Bytes)
		return pack(files)
	}},
	{"a member removed", func(r *rand.Rand, _ []byte, files []seal.Member) []byte {
		i := r.IntN(len(files))
		return pack(slices.Delete(files, i, i+1))
	}},
	{"a member added", func(r *rand.Rand, _ []byte, files []seal.Member) []byte {
		name := []string{"a.txt", "evidence/sha256-" + strings.Repeat("0", 64), "run2.json", "zz"}[r.IntN(4)]
		files = append(files, member(name, "x"))
		slices.SortFunc(files, func(a, b seal.Member) int { return strings.Compare(a.Name, b.Name) })
		return pack(files)
	}},
	{"a member renamed", func(r *rand.Rand, _ []byte, files []seal.Member) []byte {
		i := r.IntN(len(files))
		files[i].Name += "x"
		slices.SortFunc(files, func(a, b seal.Member) int { return strings.Compare(a.Name, b.Name) })
		return pack(files)
	}},
	{"a member twice", func(r *rand.Rand, _ []byte, files []seal.Member) []byte {
		i := r.IntN(len(files))
		return pack(slices.Insert(files, i, files[i]))
	}},
	{"two members swapped in place", func(r *rand.Rand, _ []byte, files []seal.Member) []byte {
		i := r.IntN(len(files) - 1)
		files[i], files[i+1] = files[i+1], files[i]
		return pack(files)
	}},
	{"the contents of two members exchanged", func(r *rand.Rand, _ []byte, files []seal.Member) []byte {
		i := r.IntN(len(files) - 1)
		files[i].Bytes, files[i+1].Bytes = files[i+1].Bytes, files[i].Bytes
		return pack(files)
	}},
	{"bytes at the end", func(r *rand.Rand, whole []byte, _ []seal.Member) []byte {
		return append(whole, make([]byte, 1+r.IntN(40))...)
	}},
	{"bytes at the start", func(r *rand.Rand, whole []byte, _ []seal.Member) []byte {
		return append(make([]byte, 1+r.IntN(40)), whole...)
	}},
	{"another content under a name that is there", func(r *rand.Rand, _ []byte, files []seal.Member) []byte {
		i := r.IntN(len(files))
		return pack(slices.Insert(files, i+r.IntN(2), member(files[i].Name, string(changed(r, append(files[i].Bytes, 0))))))
	}},
	{"a comment", func(r *rand.Rand, whole []byte, _ []seal.Member) []byte {
		n := 1 + r.IntN(40)
		binary.LittleEndian.PutUint16(whole[len(whole)-2:], uint16(n))
		return append(whole, make([]byte, n)...)
	}},
	{"a second archive after the first", func(r *rand.Rand, whole []byte, files []seal.Member) []byte {
		i := r.IntN(len(files))
		files[i].Bytes = changed(r, files[i].Bytes)
		return append(whole, pack(files)...)
	}},
	{"cut short", func(r *rand.Rand, whole []byte, _ []seal.Member) []byte { return whole[:r.IntN(len(whole))] }},
}

func changed(r *rand.Rand, b []byte) []byte {
	out := bytes.Clone(b)
	if len(out) == 0 {
		return []byte{byte(r.IntN(256))}
	}
	out[r.IntN(len(out))] ^= byte(1 + r.IntN(255))
	return out
}

// TestTamperedArchivesAreRefused tries 10,000 random changes; not one may pass.
func TestTamperedArchivesAreRefused(t *testing.T) {
	whole := sealed(t, "empty", reporttest.Signer(t, "ecdsa"), true)
	o := seal.VerifyOptions{Roots: reporttest.Roots(t, "root"), TimeRoots: authority().roots, Now: reporttest.Later}
	files := reporttest.Unpack(t, whole)
	if !bytes.Equal(pack(files), whole) {
		t.Fatal("this test does not pack as the archive is packed: it would prove nothing")
	}
	if _, err := seal.Verify(whole, o); err != nil {
		t.Fatal(err)
	}
	r, seed := seeded(t)
	for n := range 10_000 {
		c := tamperings[n%len(tamperings)]
		b := c.do(r, bytes.Clone(whole), slices.Clone(files))
		if bytes.Equal(b, whole) {
			continue
		}
		_, err := seal.Verify(b, o)
		if err == nil {
			t.Fatalf("seed %d, try %d: %s: accepted", seed, n, c.name)
		}
		reporttest.InBoth(t, err)
	}
}

// TestFirstWrongThingIsNamed holds the words in which each change is told.
func TestFirstWrongThingIsNamed(t *testing.T) {
	whole := reporttest.Archive(t, "inconclusive", reporttest.Signer(t, "ecdsa"))
	edit := func(name string, with func([]byte) []byte) []byte {
		files := reporttest.Unpack(t, whole)
		i := slices.IndexFunc(files, func(f seal.Member) bool { return f.Name == name })
		files[i].Bytes = with(files[i].Bytes)
		return pack(files)
	}
	replace := func(old, by string) func([]byte) []byte {
		return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(by), 1) }
	}
	drop := func(name string) []byte {
		return pack(slices.DeleteFunc(reporttest.Unpack(t, whole), func(f seal.Member) bool { return f.Name == name }))
	}
	other := reporttest.Unpack(t, reporttest.Archive(t, "all-pass", reporttest.Signer(t, "ecdsa")))
	foreign := other[slices.IndexFunc(other, func(f seal.Member) bool { return f.Name == "attestation.dsse.json" })].Bytes
	for _, c := range []struct {
		name  string
		b     []byte
		wrong string
	}{
		{"empty file", nil, "not an archive"},
		{"not a ZIP", []byte("%PDF-1.7 and so on, long enough to hold a header"), "not an archive"},
		{"a verdict rewritten", edit("run.json", replace(`"fail": 0`, `"fail": 1`)), "member run.json was changed"},
		{"the report rewritten", edit("report.html", replace("a", "b")), "member report.html was changed"},
		{"manifest rewritten", edit("manifest.json", replace(`etalon/manifest/1`, `etalon/manifest/2`)), "etalon/manifest/2 was written by a later version"},
		{"a manifest of something else", edit("manifest.json", replace(`etalon/manifest/1`, `other/manifest/1`)), "not of schema"},
		{"manifest reformatted", edit("manifest.json", replace("]}\n", "]}\n\n")), "over another manifest"},
		{"no manifest", drop("manifest.json"), "manifest.json is missing"},
		{"no signature", drop("attestation.dsse.json"), "attestation.dsse.json is missing"},
		{"no test result", drop("test-result.dsse.json"), "test-result.dsse.json is missing"},
		{"no report", drop("report.html"), "report.html is missing: the manifest lists it"},
		{"signature of another archive", edit("attestation.dsse.json", func([]byte) []byte { return foreign }), "over another manifest"},
		{"key hint changed", edit("attestation.dsse.json", replace(`"keyid":"`, `"keyid":"0`)), "not one signature"},
		{"space around the signature", edit("attestation.dsse.json", replace(`{"`, `{ "`)), "changed around the signature"},
		{"name with a way out", pack([]seal.Member{member("../run.json", "{}")}), "a name that no archive of ours has"},
		{"absolute name", pack([]seal.Member{member("/etc/x", "")}), "a name that no archive of ours has"},
		{"packed again by another tool", rezip(t, whole), "as it was written"},
	} {
		_, err := seal.Verify(c.b, seal.VerifyOptions{Now: reporttest.Later})
		if err == nil || !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		}
		reporttest.InBoth(t, err)
	}
}

// rezip packs the same members with the standard library, compressed.
func rezip(t *testing.T, b []byte) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range reporttest.Unpack(t, b) {
		w, err := z.Create(f.Name)
		if err == nil {
			_, err = w.Write(f.Bytes)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// FuzzVerify looks for a panic, and for a second archive that passes.
func FuzzVerify(f *testing.F) {
	f.Add([]byte("PK\x03\x04"))
	f.Add(pack([]seal.Member{member("run.json", "{}")}))
	f.Add(pack([]seal.Member{member("manifest.json", `{"schema":"etalon/manifest/1"}`), member("run.json", "")}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, err := seal.Verify(b, seal.VerifyOptions{Now: reporttest.Later}); err == nil {
			t.Errorf("accepted an archive that nobody signed: %s", fmt.Sprint(v.Members))
		}
	})
}

// BenchmarkVerify measures the check of an archive of 400 cases, to be compared with 150 ms.
func BenchmarkVerify(b *testing.B) {
	whole := reporttest.LargeArchive(b, 400)
	b.SetBytes(int64(len(whole)))
	for b.Loop() {
		if _, err := seal.Verify(whole, seal.VerifyOptions{Now: reporttest.Later}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms")
}
