package statement

import (
	"bytes"
	"strings"
	"time"

	"etalon/internal/report"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// handoverSchema names the form of a handover, handoverMember its place in the archive.
const (
	handoverSchema = "etalon/handover/1"
	handoverMember = "handover.json"
)

// Handover is the report of a product as another operator, who uses it, hands it on: the operator answers for its own
// identity and settings, the report for the product.
type Handover struct {
	Schema        string    `json:"schema"`
	Report        Identity  `json:"report"`
	Operator      Operator  `json:"operator"`
	Configuration []Setting `json:"configuration"` // as the operator declares it
	// Included tells that the archive of the report is a member.
	Included bool `json:"included"`
}

// Operator is who uses a product that another made.
type Operator struct {
	Name   string `json:"name"`
	ID     string `json:"id,omitempty"`     // as its authority knows it
	Domain string `json:"domain,omitempty"` // of its mailboxes
	// Version is that of the product in use: the report's.
	Version string `json:"version"`
}

// Setting is one line of the declared configuration.
type Setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// HandoverOrder is what a handover is made of.
type HandoverOrder struct {
	Report        *Report
	Operator      Operator
	Configuration []Setting
	Include       bool // the archive of the report goes along
	Draft         bool // a report signed with a test key will do
	Signer        seal.Signer
	Texts         report.Texts
	Lang          string
	Now           time.Time
}

// ErrOtherVersion tells that the product in use is not the one of the report.
var ErrOtherVersion = verdict.Tell("ce n'est pas la version du rapport", "not the version of the report")

// MakeHandover returns the archive of a handover. Its error is ErrNotFinal for a report that nobody can commit to, ErrOtherVersion
// where the operator uses another version than the one that was judged.
func MakeHandover(o HandoverOrder) ([]byte, *Handover, error) {
	if err := o.Report.final(o.Draft); err != nil {
		return nil, nil, err
	}
	switch judged := o.Report.Run.Candidate.Version; {
	case strings.TrimSpace(o.Operator.Name) == "":
		return nil, nil, errNoOperator
	case o.Operator.Version != judged:
		return nil, nil, verdict.Tell("%s : il est sur %q, et %q est en service : demandez le rapport de celle-ci", "%s: it is on %q, and %q is in use: ask for the report of that one", ErrOtherVersion, judged, o.Operator.Version)
	}
	h := &Handover{Schema: handoverSchema, Report: o.Report.identity(), Operator: o.Operator, Configuration: append([]Setting{}, o.Configuration...), Included: o.Include}
	said, err := plain(h)
	if err != nil {
		return nil, nil, err
	}
	members := []seal.Member{{Name: handoverMember, MediaType: "application/json", Bytes: said}}
	if o.Include {
		members = append(members, seal.Member{Name: reportName, MediaType: "application/zip", Bytes: o.Report.Raw})
	}
	views, err := handoverSheet(h, o.Report.Digest(), o.Signer.Test, o.Now, words{o.Lang, o.Texts}).members("handover")
	if err != nil {
		return nil, nil, err
	}
	archive, err := seal.Bundle{Kind: KindHandover, About: o.Report.about(), Members: append(members, views...)}.Write(h, o.Signer, o.Now)
	return archive, h, err
}

// HandedOn is a handover that is sound, on a report that is.
type HandedOn struct {
	Opened *seal.Opened[Handover]
	Report *Report
}

// Handover is what was signed.
func (h *HandedOn) Handover() *Handover { return &h.Opened.Said }

// Trusted tells that who made the report and who hands it on both lead to the roots.
func (h *HandedOn) Trusted() bool { return h.Report.Trusted && h.Opened.Seal.Trusted }

// VerifyHandover verifies a handover with the report that it is about: the one that goes along, else the one that original
// returns. Its error is a *seal.Unsound, or that of original.
func VerifyHandover(raw []byte, original func() ([]byte, error), o seal.VerifyOptions) (*HandedOn, error) {
	opened, err := seal.OpenBundle[Handover](raw, KindHandover, o)
	if err != nil {
		return nil, err
	}
	archive := opened.Member(reportName)
	if (archive != nil) != opened.Said.Included {
		return nil, wrong(seal.PartRecord, "%s : qu'il soit joint ou non n'est pas ce qui est signé", "%s: whether it goes along is not as was signed", reportName)
	}
	if archive == nil {
		if archive, err = original(); err != nil {
			return nil, err
		}
	}
	h := &HandedOn{Opened: opened}
	if h.Report, err = ReadReport(archive, o); err != nil {
		return nil, verdict.Tell("%s : %s", "%s: %s", reportName, err)
	}
	if err := h.Report.isAbout(opened.About); err != nil {
		return nil, err
	}
	if err := inOrder(h.Report.SignedAt, opened.Seal.SignedAt); err != nil {
		return nil, err
	}
	return h, h.agrees()
}

// agrees compares what was signed with the report, and with what people open.
func (h *HandedOn) agrees() error {
	said := h.Handover()
	if !seal.Same(said.Report, h.Report.identity()) || said.Schema != handoverSchema {
		return wrong(seal.PartRecord, "ce qui est signé du rapport n'est pas ce qu'il dit : le signataire a signé une contradiction", "what is signed of the report is not what it says: the signer signed a contradiction")
	}
	if err := h.Report.final(h.Opened.Seal.Test); err != nil {
		return wrong(seal.PartRecord, "%s", "%s", err)
	}
	if said.Operator.Version != said.Report.Candidate.Version {
		return wrong(seal.PartRecord, "%s", "%s", ErrOtherVersion)
	}
	return isPlain(h.Opened.Member(handoverMember), said)
}

// handoverSheet arranges a handover.
func handoverSheet(h *Handover, digest string, test bool, at time.Time, w words) *sheet {
	s := &sheet{
		Lang: w.say("fr", "en"), At: at, Title: w.say("Rapport d'un produit, remis par un opérateur qui l'emploie", "Report of a product, handed on by an operator who uses it"),
		Subtitle: h.Operator.Name,
	}
	if test || h.Report.Test {
		s.Marks = append(s.Marks, w.draftMark())
	}
	s.Facts = append([]fact{
		{w.say("Opérateur", "Operator"), h.Operator.Name, false}, {w.say("Identifiant", "Identifier"), h.Operator.ID, false},
		{w.say("Domaine", "Domain"), h.Operator.Domain, false}, {w.say("Version en service", "Version in use"), h.Operator.Version, false},
	}, w.reportFacts(h.Report, digest)...)
	config := section{Title: w.say("Configuration déclarée", "Declared configuration"), Head: []string{w.say("Réglage", "Setting"), w.say("Valeur", "Value")}}
	for _, c := range h.Configuration {
		config.Rows = append(config.Rows, []string{c.Key, c.Value})
	}
	if len(config.Rows) == 0 {
		config.Text = []string{w.say("Aucune.", "None.")}
	}
	s.Sections = []section{
		{Title: w.say("Ce que dit cette remise", "What this handover says"), Text: []string{
			w.say("Le produit et son rapport sont d'un tiers ; le banc a jugé le produit, et non l'installation de l'opérateur. L'opérateur déclare employer cette version avec la configuration ci-dessous, et s'engage par un document à lui.",
				"The product and its report are a third party's; the harness judged the product, not the operator's installation. The operator declares to use this version with the configuration below, and commits itself by a document of its own."),
		}}, config,
	}
	s.Foot = w.say("Signé dans attestation.dsse.json avec l'empreinte du rapport, qui n'est pas changé : conformance verify.", "Signed in attestation.dsse.json with the digest of the report, which is not changed: conformance verify.")
	return s
}

// Settings reads KEY=VALUE lines; its error names the one that is not so, or that stands twice.
func Settings(lines []string) ([]Setting, error) {
	var all []Setting
	seen := map[string]bool{}
	for _, line := range lines {
		key, value, ok := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		switch {
		case !ok || key == "":
			return nil, verdict.Tell("réglage %q : il faut CLÉ=VALEUR", "setting %q: want KEY=VALUE", line)
		case seen[key]:
			return nil, verdict.Tell("le réglage %q est donné deux fois", "setting %q stands twice", key)
		case bytes.ContainsAny([]byte(line), "\n\r\x00"):
			return nil, verdict.Tell("réglage %q : une seule ligne", "setting %q: one line alone", key)
		}
		seen[key] = true
		all = append(all, Setting{key, strings.TrimSpace(value)})
	}
	return all, nil
}
