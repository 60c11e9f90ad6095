package interops

import (
	"slices"
	"time"
)

// Purpose is what a run is for.
type Purpose string

// The purposes.
const (
	Qualification Purpose = "qualification"
	Certification Purpose = "certification"
)

// Profile holds every choice that the public texts leave open (P rules), under a name and a version.
// The harness ships two, current and legacy; a candidate may override within bounds, and the report says so.
type Profile struct {
	Name    string `yaml:"name" json:"name"`
	Version string `yaml:"version" json:"version"`
	// Purpose is what a run is for: qualification, or certification, which accepts no waiver.
	Purpose Purpose `yaml:"purpose" json:"purpose,omitempty"`

	SAML struct {
		Versions []string `yaml:"versions" json:"versions"`
	} `yaml:"saml" json:"saml"`
	PAGM struct {
		AttributeName   string `yaml:"attributeName" json:"attributeName"`
		SAML11Namespace string `yaml:"saml11Namespace" json:"saml11Namespace"`
	} `yaml:"pagm" json:"pagm"`
	// Issuer and Recipient patterns are regular expressions; empty means: any value that the convention lists.
	Issuer    Pattern `yaml:"issuer" json:"issuer"`
	Recipient struct {
		Pattern  string `yaml:"pattern" json:"pattern"`
		Required bool   `yaml:"required" json:"required"` // V07-N2
	} `yaml:"recipient" json:"recipient"`
	SubjectConfirmation struct {
		Method string `yaml:"method" json:"method"` // bearer or sender-vouches (V06)
	} `yaml:"subjectConfirmation" json:"subjectConfirmation"`
	NameID struct {
		Formats                 []string `yaml:"formats" json:"formats"`
		ApplicationContextValue string   `yaml:"applicationContextValue" json:"applicationContextValue"` // A07
	} `yaml:"nameid" json:"nameid"`
	Time struct {
		SkewSeconds int      `yaml:"skewSeconds" json:"skewSeconds"`
		MaxWindow   Duration `yaml:"maxWindow" json:"maxWindow"`     // V09
		MaxAuthnAge Duration `yaml:"maxAuthnAge" json:"maxAuthnAge"` // V12
	} `yaml:"time" json:"time"`
	Sig struct {
		Profile           string `yaml:"profile" json:"profile"`                     // current or legacy (G03)
		ReferenceEmptyURI string `yaml:"referenceEmptyUri" json:"referenceEmptyUri"` // reject or warn (G02-N2)
	} `yaml:"sig" json:"sig"`
	ID struct {
		NCName string `yaml:"ncName" json:"ncName"` // strict or tolerate (V02-N3)
	} `yaml:"id" json:"id"`
	Fault struct {
		// Expected replaces the accepted set of fault codes of a case, by case id.
		Expected map[string][]string `yaml:"expected" json:"expected"`
	} `yaml:"fault" json:"fault"`
	SOAP struct {
		Versions []string `yaml:"versions" json:"versions"`
	} `yaml:"soap" json:"soap"`
	Replay struct {
		A   string `yaml:"A" json:"A"` // allow or reject
		P   string `yaml:"P" json:"P"`
		S   string `yaml:"S" json:"S"`
		CTX string `yaml:"CTX" json:"CTX"`
	} `yaml:"replay" json:"replay"`
	P struct {
		Transport string `yaml:"transport" json:"transport"` // proxy-post, browser-post or header
	} `yaml:"p" json:"p"`
	S struct {
		Flow string `yaml:"flow" json:"flow"` // idp-initiated, sp-initiated or both
	} `yaml:"s" json:"s"`
	R struct {
		Token string `yaml:"token" json:"token"` // saml-header or jwt-bearer
	} `yaml:"r" json:"r"`
	Levels []Level `yaml:"levels" json:"levels"` // weakest first
	Trace  struct {
		Fields    []string `yaml:"fields" json:"fields"` // mandatory fields (X03)
		Retention Duration `yaml:"retention" json:"retention"`
		OnFailure string   `yaml:"onFailure" json:"onFailure"` // fail-closed or continue (X06)
	} `yaml:"trace" json:"trace"`
	TLS struct {
		Min        string `yaml:"min" json:"min"`               // "1.2" or "1.3"
		Revocation string `yaml:"revocation" json:"revocation"` // fail-closed or fail-open (T08)
	} `yaml:"tls" json:"tls"`
	// InteropsInfos describes the optional local header of a client candidate (A15).
	InteropsInfos struct {
		Namespace string `yaml:"namespace" json:"namespace"` // "" for none
		SubjectID string `yaml:"subjectId" json:"subjectId"` // what SubjectId becomes: nameid
		Role      string `yaml:"role" json:"role"`           // what Role values become: pagm
		Encoding  string `yaml:"encoding" json:"encoding"`   // non-ASCII text: percent-utf8
	} `yaml:"interopsInfos" json:"interopsInfos"`
	FollowUp FollowUp `yaml:"followup" json:"followup"`
}

// FollowUp are the delays that a finding opens for an MSSanté operator, which reports tell as information. They are those of
// the founding slides, whose figure can be read in more than one way.
type FollowUp struct {
	PlanWeeks         int `yaml:"planWeeks" json:"planWeeks"`                 // finding → remediation plan
	ComplianceMonths  int `yaml:"complianceMonths" json:"complianceMonths"`   // plan → compliance
	PublicationMonths int `yaml:"publicationMonths" json:"publicationMonths"` // formal notice → non-conformity made public
	BarringMonths     int `yaml:"barringMonths" json:"barringMonths"`         // then → no new mailbox published, domain barred
	ExitMonths        int `yaml:"exitMonths" json:"exitMonths"`               // then → contract ended
}

// FoundingFollowUp are the delays of the founding slides: those of the shipped profiles.
var FoundingFollowUp = FollowUp{PlanWeeks: 6, ComplianceMonths: 6, PublicationMonths: 2, BarringMonths: 2, ExitMonths: 2}

// Pattern is an optional regular expression.
type Pattern struct {
	Pattern string `yaml:"pattern" json:"pattern"`
}

// Level is one step of the authentication ladder, weakest first.
type Level struct {
	Name string `yaml:"name" json:"name"`
	// Class is the AuthnContextClassRef that states it.
	Class string `yaml:"class" json:"class"`
	// Identification is the means of identification (mode S).
	Identification string `yaml:"identification,omitempty" json:"identification,omitempty"`
}

// Skew is the declared tolerance at both ends of every window.
func (p *Profile) Skew() time.Duration { return time.Duration(p.Time.SkewSeconds) * time.Second }

// Legacy tells whether SHA-1 signatures are tolerated.
func (p *Profile) Legacy() bool { return p.Sig.Profile == "legacy" }

// Rank returns the place of a level on the ladder, by name; -1 when it is not there.
func (p *Profile) Rank(level string) int {
	return slices.IndexFunc(p.Levels, func(l Level) bool { return l.Name == level })
}

// RankOfClass returns the place of the level that a class states; -1 when none does.
func (p *Profile) RankOfClass(class string) int {
	return slices.IndexFunc(p.Levels, func(l Level) bool { return l.Class == class })
}

// ClassFor returns an authentication class that a service accepts: that of its minimum level, else the first agreed.
func (p *Profile) ClassFor(service Service) string {
	minimum := p.Rank(service.MinimumLevel)
	for _, class := range service.Classes {
		if p.RankOfClass(class) >= minimum {
			return class
		}
	}
	if minimum >= 0 {
		return p.Levels[minimum].Class
	}
	if len(p.Levels) > 0 {
		return p.Levels[0].Class
	}
	return ClassUnspecified
}

// Duration is a length of time written as Go writes it: 4h, 90s.
type Duration struct{ time.Duration }

// MarshalText writes the duration.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a duration such as 4h or 90s.
func (d *Duration) UnmarshalText(text []byte) (err error) {
	d.Duration, err = time.ParseDuration(string(text))
	return err
}
