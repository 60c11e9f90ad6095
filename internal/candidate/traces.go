package candidate

// Traces is how the harness reads the traces of a candidate; exactly one of the four sources is set.
type Traces struct {
	File     string   `json:"file"`     // absolute after Load; it may not exist yet
	HTTP     string   `json:"http"`     // a GET returns them
	Command  []string `json:"command"`  // prints them
	Declared string   `json:"declared"` // a document that a person will review, absolute after Load
	// Format is etalon (JSON lines of interops.Trace) or map; set after Load.
	Format TraceFormat `json:"format"`
	// Map gives, for a field of interops.Trace by its JSON name, the candidate's own name or JSON pointer.
	Map map[string]string `json:"map"`
	// Chain says how the tampering of a trace shows; set after Load (X05).
	Chain TraceChain `json:"chain"`
	// KeyFile holds the HMAC key of pseudonymous nameIds, Key its bytes without surrounding blanks; empty when none.
	KeyFile string `json:"key_file"`
	Key     []byte `json:"-"`
	// Exchange is the URL of the exchange of traces between partners; empty when the candidate offers none (X12 to X14).
	Exchange string `json:"exchange"`
}

// TraceFormat is the form of a candidate's traces.
type TraceFormat string

// The formats.
const (
	FormatEtalon TraceFormat = "etalon"
	FormatMap    TraceFormat = "map"
)

// TraceChain is how a candidate chains its traces.
type TraceChain string

// The chains. With none, X05 is not judged.
const (
	ChainEtalon TraceChain = "etalon"
	ChainNone   TraceChain = "none"
)

// sources counts the sources that are set.
func (t *Traces) sources() int {
	n := 0
	for _, set := range []bool{t.File != "", t.HTTP != "", len(t.Command) > 0, t.Declared != ""} {
		if set {
			n++
		}
	}
	return n
}

// complete sets what the file leaves out.
func (t *Traces) complete() {
	if t.Format == "" {
		t.Format = FormatEtalon
		if len(t.Map) > 0 {
			t.Format = FormatMap
		}
	}
	if t.Chain == "" {
		t.Chain = ChainEtalon
		if t.Format == FormatMap {
			t.Chain = ChainNone
		}
	}
}
