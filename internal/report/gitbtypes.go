package report

import "encoding/xml"

// Namespaces of the GITB test reporting language and of its core types.
const (
	gitbSpace     = "http://www.gitb.com/tr/v1/"
	gitbCoreSpace = "http://www.gitb.com/core/v1/"
	xsiSpace      = "http://www.w3.org/2001/XMLSchema-instance"
)

// The elements of a conformance overview report, in the order of its schema.
type (
	gitbReport struct {
		XMLName  xml.Name     `xml:"ConformanceOverviewReport"`
		Space    string       `xml:"xmlns,attr"`
		Core     string       `xml:"xmlns:core,attr"`
		XSI      string       `xml:"xmlns:xsi,attr"`
		Time     string       `xml:"metadata>reportTime"`
		Overview gitbOverview `xml:"overview"`
	}
	gitbOverview struct {
		Party      gitbParty       `xml:"definition>party"`
		Summary    gitbSummary     `xml:"summary"`
		Domain     gitbDomain      `xml:"statementOverview>domain"`
		Statements []gitbStatement `xml:"statementDetails>statement"`
	}
	gitbParty struct {
		Organisation gitbNamed  `xml:"organisation"`
		System       gitbSystem `xml:"system"`
	}
	gitbSystem struct {
		Name       string         `xml:"name"`
		Version    string         `xml:"version,omitempty"`
		Properties []gitbProperty `xml:"properties>property"`
	}
	gitbProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:",chardata"`
	}
	gitbNamed struct {
		Name        string `xml:"name"`
		Description string `xml:"description,omitempty"`
	}
	gitbSummary struct {
		Status     string `xml:"status"`
		Succeeded  int    `xml:"succeeded"`
		Failed     int    `xml:"failed"`
		Incomplete int    `xml:"incomplete"`
		*gitbIgnored
	}
	gitbIgnored struct {
		Succeeded  int `xml:"succeededIgnored"`
		Failed     int `xml:"failedIgnored"`
		Incomplete int `xml:"incompleteIgnored"`
	}
	gitbDomain struct {
		gitbNamed
		Result        string            `xml:"result"`
		Specification gitbSpecification `xml:"specification"`
	}
	gitbSpecification struct {
		gitbNamed
		Result string      `xml:"result"`
		Actors []gitbActor `xml:"actor"`
	}
	gitbActor struct {
		Statement string `xml:"statement,attr"`
		gitbNamed
		Result string `xml:"result"`
	}
	gitbStatement struct {
		ID            string       `xml:"id,attr"`
		Party         gitbParty    `xml:"definition>party"`
		Domain        gitbNamed    `xml:"definition>domain"`
		Specification gitbNamed    `xml:"definition>specification"`
		Actor         gitbNamed    `xml:"definition>actor"`
		Summary       gitbSummary  `xml:"summary"`
		Updated       string       `xml:"lastUpdate"`
		Suite         gitbSuite    `xml:"testOverview>testSuite"`
		Details       *gitbDetails `xml:"testDetails"`
	}
	gitbSuite struct {
		Metadata gitbMetadata `xml:"metadata"`
		Result   string       `xml:"result"`
		Groups   *gitbGroups  `xml:"testCaseGroups"`
		Cases    *gitbCases   `xml:"testCases"`
	}
	gitbMetadata struct {
		Name        string `xml:"core:name"`
		Type        string `xml:"core:type,omitempty"`
		Version     string `xml:"core:version,omitempty"`
		Description string `xml:"core:description,omitempty"`
	}
	gitbGroup struct {
		ID          string `xml:"id,attr"`
		Name        string `xml:"name"`
		Description string `xml:"description"`
	}
	gitbCaseOverview struct {
		Group    string       `xml:"group,attr"`
		Optional bool         `xml:"optional,attr,omitempty"`
		Disabled bool         `xml:"disabled,attr,omitempty"`
		Ref      string       `xml:"ref,attr,omitempty"`
		Metadata gitbMetadata `xml:"metadata"`
		Result   string       `xml:"result"`
		Updated  string       `xml:"lastUpdate,omitempty"`
	}
	gitbCaseReport struct {
		ID       string       `xml:"id,attr"`
		Metadata gitbMetadata `xml:"metadata"`
		Start    string       `xml:"startTime"`
		End      string       `xml:"endTime"`
		Result   string       `xml:"result"`
		Messages []string     `xml:"message"`
		Steps    *gitbSteps   `xml:"steps"`
	}
	gitbStep struct {
		ID          string         `xml:"id,attr"`
		Description string         `xml:"description"`
		Report      gitbStepReport `xml:"report"`
	}
	gitbStepReport struct {
		Type     string        `xml:"xsi:type,attr"`
		Name     string        `xml:"name,attr,omitempty"`
		Date     string        `xml:"date"`
		Result   string        `xml:"result"`
		Counters *gitbCounters `xml:"counters,omitempty"`
		Items    *gitbItems    `xml:"reports"`
	}
	gitbCounters struct {
		Assertions int `xml:"nrOfAssertions"`
		Errors     int `xml:"nrOfErrors"`
		Warnings   int `xml:"nrOfWarnings"`
	}
	gitbItem struct {
		XMLName     xml.Name
		Type        string `xml:"xsi:type,attr"`
		Assertion   string `xml:"assertionID"`
		Description string `xml:"description"`
		Location    string `xml:"location,omitempty"`
		Test        string `xml:"test"`
		Rule        string `xml:"type"`
		Value       string `xml:"value"`
	}

	// Lists that the schema wants filled or absent.
	gitbDetails struct {
		List []gitbCaseReport `xml:"testCase"`
	}
	gitbGroups struct {
		List []gitbGroup `xml:"group"`
	}
	gitbCases struct {
		List []gitbCaseOverview `xml:"testCase"`
	}
	gitbSteps struct {
		List []gitbStep `xml:"step"`
	}
	gitbItems struct {
		List []gitbItem `xml:"item"`
	}
)
