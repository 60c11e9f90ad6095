package pdf

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// face is one of the fonts, by the name that the document gives it.
type face string

const (
	regular face = "regular"
	bold    face = "bold"
	mono    face = "mono"
)

// fonts are the faces with their files, in the order in which a document holds them.
var fonts = []struct {
	face face
	file []byte
}{{bold, gobold.TTF}, {mono, gomono.TTF}, {regular, goregular.TTF}}

// colour is red, green and blue.
type colour [3]int

var (
	dark  = colour{24, 32, 51}
	grey  = colour{91, 100, 117}
	shade = colour{243, 245, 248}
	rule  = colour{205, 211, 220}
)

func (t Tone) ink() colour {
	return [...]colour{dark, grey, {21, 101, 52}, {138, 84, 0}, {166, 27, 27}}[max(Plain, min(t, Bad))]
}

// paper is the ground of a card.
func (t Tone) paper() colour {
	return [...]colour{shade, shade, {236, 247, 240}, {253, 245, 228}, {253, 239, 239}}[max(Plain, min(t, Bad))]
}

// style is how a text is written.
type style struct {
	face face
	size float64
	ink  colour
}

var (
	titleStyle = style{face: bold, size: 22, ink: dark}
	body       = style{face: regular, size: 9.5, ink: dark}
	code       = style{face: mono, size: 7.5, ink: dark}
	foot       = style{face: regular, size: 7.5, ink: grey}
)

// letters are those of a paragraph in a tone.
func (t Tone) letters() style {
	s := body
	if t == Muted {
		s.size = 8
	}
	s.ink = t.ink()
	return s
}

// leading is the height of a line; baseline how far its letters stand below its top. The Go fonts rise by 0.94 of their size,
// and go down by 0.21.
func (s style) leading() float64  { return 1.36 * s.size }
func (s style) baseline() float64 { return 1.04 * s.size }

// advances are the widths of the characters that the faces have, below U+10000.
var advances = sync.OnceValue(func() map[face][]uint16 {
	all := map[face][]uint16{}
	for _, f := range fonts {
		parsed, err := sfnt.Parse(f.file)
		if err != nil {
			panic("read font: " + err.Error()) // the file is a part of the program
		}
		all[f.face] = widths(parsed)
	}
	return all
})

func widths(f *sfnt.Font) []uint16 {
	out := make([]uint16, 1<<16)
	var buf sfnt.Buffer
	for r := rune(' '); r < 1<<16-2; r++ {
		glyph, err := f.GlyphIndex(&buf, r)
		if err != nil || glyph == 0 {
			continue
		}
		if w, err := f.GlyphAdvance(&buf, glyph, fixed.I(1000), font.HintingNone); err == nil {
			out[r] = uint16(w.Round())
		}
	}
	return out
}

// width is that of a text, in points.
func (s style) width(words string) float64 {
	all, sum := advances()[s.face], 0
	for _, r := range words {
		sum += int(all[min(r, 1<<16-1)])
	}
	return float64(sum) * s.size / 1000
}

// of is the width of one character.
func (s style) of(r rune) float64 {
	return float64(advances()[s.face][min(r, 1<<16-1)]) * s.size / 1000
}

// stand are characters of a document that the fonts lack, with those that say the same.
var stand = strings.NewReplacer("\r\n", "\n", "⏎", "¶", "⟨", "‹", "⟩", "›", "\u202f", "\u00a0", "\u2009", "\u00a0", "\u2011", "-",
	"\u2212", "−", "✓", "√", "✗", "×", "\ufeff", "", "\u00ad", "")

// clean returns a text as it can be drawn: what is not printable is shown by its code, and a character that the fonts lack
// is U+FFFD. Line ends stay; a tab is a few blanks.
func clean(words string) string {
	words = stand.Replace(words)
	all := advances()[regular]
	plain := true
	for _, r := range words {
		if r > '~' && (r >= 1<<16 || all[r] == 0 || hidden(r)) || r < ' ' && r != '\n' || r == 0x7f || r == utf8.RuneError {
			plain = false
			break
		}
	}
	if plain {
		return words
	}
	var out strings.Builder
	for i := 0; i < len(words); {
		r, size := utf8.DecodeRuneInString(words[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, "‹%02X›", words[i])
		case r == '\n':
			out.WriteRune(r)
		case r == '\t':
			out.WriteString("    ")
		case hidden(r):
			fmt.Fprintf(&out, "‹U+%04X›", r)
		case r >= 1<<16 || all[r] == 0:
			out.WriteRune(utf8.RuneError)
		default:
			out.WriteRune(r)
		}
		i += size
	}
	return out.String()
}

// hidden tells a character that shows nothing, or changes how others are shown. The no-break space is none.
func hidden(r rune) bool {
	return r != ' ' && r != '\u00a0' && r != utf8.RuneError && (!unicode.IsGraphic(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zs, r))
}
