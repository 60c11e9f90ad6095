package console

import (
	"fmt"
	"net/http"
	"regexp"

	"github.com/go-chi/chi/v5"

	"etalon/internal/door"
	"etalon/internal/report"
)

// archiveFormat is the name under which the signed archive is asked for.
const archiveFormat = "archive"

// reportPolicy lets a report be what it is, a page that reads alone with its style inside, and nothing of the console's: it has
// no script, and runs in an origin of its own.
const reportPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"

// files are the formats of a report, each with how a file of it ends.
var endings = map[string]string{"text": "txt", "json": "json", "junit": "junit.xml", "html": "html", "csv": "csv", "pdf": "pdf",
	"gitb": "gitb.xml", "messages": "ndjson", "sarif": "sarif", "badge": "svg", archiveFormat: "zip"}

// formats are the names of the formats, the archive last.
func formats() []string {
	var names []string
	for _, f := range report.Formats {
		names = append(names, f.Name)
	}
	return append(names, archiveFormat)
}

// Formats are those in which a report can be had.
func (p campaignPage) Formats() []string { return formats() }

// Ending is how a file of a format ends.
func (p campaignPage) Ending(format string) string { return endings[format] }

// campaignReport shows the report of a campaign.
func (c *Console) campaignReport(w http.ResponseWriter, r *http.Request) {
	c.writeReport(w, r, "html", false)
}

// apiCampaignReport gives the report of a campaign, in a format, to be kept.
func (c *Console) apiCampaignReport(w http.ResponseWriter, r *http.Request) {
	format := r.URL.Query().Get("format")
	if format == "" {
		format = "json"
	}
	c.writeReport(w, r, format, true)
}

// unnamed is what the name of a file does not hold.
var unnamed = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// writeReport writes the report, to be looked at or kept.
func (c *Console) writeReport(w http.ResponseWriter, r *http.Request, format string, keep bool) {
	media := "application/zip"
	if format != archiveFormat {
		found, err := report.Find(format)
		if err != nil {
			refuse(w, http.StatusBadRequest, "unknown-format", err.Error())
			return
		}
		media = found.MediaType
	}
	lang := r.URL.Query().Get("lang")
	if lang != "fr" && lang != "en" {
		lang = languageOf(r)
	}
	id := chi.URLParam(r, "id")
	late := &lateWriter{to: w, begin: func() {
		h := w.Header()
		h.Set("Content-Type", media)
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", reportPolicy)
		if keep {
			h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, unnamed.ReplaceAllString(id, "-"), endings[format]))
		}
	}}
	if err := c.config.Campaigns.Write(r.Context(), door.PersonOf(r).Owner(), id, format, lang, late); err != nil && !late.begun {
		failCampaign(w, err)
	}
}

// lateWriter begins an answer when the first octet of it is there.
type lateWriter struct {
	to    http.ResponseWriter
	begin func()
	begun bool
}

// Write implements io.Writer.
func (l *lateWriter) Write(b []byte) (int, error) {
	if !l.begun {
		l.begun = true
		l.begin()
	}
	return l.to.Write(b)
}
