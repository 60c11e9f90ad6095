package campaign

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"etalon/internal/anatomy"
)

// worldFile is the name of the file that tells what the messages of a part of a campaign are judged by, in its folder: of the
// first part 1, and so on.
const worldFile = "world-%d.json"

// maxParts bounds the parts of a campaign that are looked at.
const maxParts = 1000

// keepWorld keeps what a part that begins is judged by, unless the part before it is judged by the same.
func keepWorld(dir string, k anatomy.Knowledge) error {
	before := worlds(dir)
	if n := len(before); n > 0 && before[n-1].World() == k.World() {
		return nil
	}
	written, err := k.Write()
	if err != nil {
		return err
	}
	return WriteFile(filepath.Join(dir, fmt.Sprintf(worldFile, len(before)+1)), func(w io.Writer) error {
		_, err := w.Write(written)
		return err
	})
}

// worlds are what the parts of a campaign are judged by, the first part first; none of one that an earlier version played.
func worlds(dir string) (all []anatomy.Knowledge) {
	for i := 1; i <= maxParts; i++ {
		written, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf(worldFile, i)))
		if err != nil {
			break
		}
		k, err := anatomy.Read(written)
		if err != nil {
			break
		}
		all = append(all, k)
	}
	return all
}

// lastWorld names what the last part is judged by; empty where that is not known.
func lastWorld(dir string) string {
	all := worlds(dir)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1].World()
}

// Knowledge is what the messages of a campaign of the store are judged by, part by part: also of one that is over, or was
// played by an earlier program.
func (d *Desk) Knowledge(id string) []anatomy.Knowledge { return worlds(d.config.Store.Folder(id)) }
