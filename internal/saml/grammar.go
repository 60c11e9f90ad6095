package saml

// grammar is the part of the SAML schemas that a VI can touch, by local name.
type grammar map[string]production

// production is what the schema allows in one element. Absences that another requirement owns
// (Issuer V04, Subject V05, Conditions V08 …) have no minimum here: one defect, one finding.
type production struct {
	attributes []string // unqualified; those in required must be there
	required   []string
	open       bool // attributes of other namespaces are allowed
	content    []particle
	text       bool // simple content
	any        bool // anything goes: judged elsewhere or not at all
}

// particle is one place in a sequence: any of the names, between min and max times (max 0: no limit).
type particle struct {
	names    []string
	min, max int
}

func optional(names ...string) particle { return particle{names, 0, 1} }
func many(names ...string) particle     { return particle{names, 0, 0} }
func some(names ...string) particle     { return particle{names, 1, 0} }

// signatureName stands for ds:Signature in a grammar; its inside belongs to the signature's judge.
const signatureName = "ds:Signature"

var simple = production{text: true}

// grammar20 follows saml-schema-assertion-2.0.xsd.
var grammar20 = grammar{
	"Assertion": {
		attributes: []string{"Version", "ID", "IssueInstant"}, required: []string{"ID"},
		content: []particle{
			optional("Issuer"), optional(signatureName), optional("Subject"), optional("Conditions"), optional("Advice"),
			many("AuthnStatement", "AuthzDecisionStatement", "AttributeStatement", "Statement"),
		},
	},
	"Issuer": {attributes: nameAttributes, text: true},
	"NameID": {attributes: nameAttributes, text: true},
	"Subject": {content: []particle{
		optional("NameID", "BaseID", "EncryptedID"), many("SubjectConfirmation"),
	}},
	"SubjectConfirmation": {
		attributes: []string{"Method"},
		content:    []particle{optional("NameID", "BaseID", "EncryptedID"), optional("SubjectConfirmationData")},
	},
	"SubjectConfirmationData": {
		attributes: []string{"NotBefore", "NotOnOrAfter", "Recipient", "InResponseTo", "Address"}, open: true, any: true,
	},
	"Conditions": {
		attributes: []string{"NotBefore", "NotOnOrAfter"},
		content:    []particle{many("Condition", "AudienceRestriction", "OneTimeUse", "ProxyRestriction")},
	},
	"AudienceRestriction":  {content: []particle{many("Audience")}},
	"Audience":             simple,
	"OneTimeUse":           {},
	"ProxyRestriction":     {attributes: []string{"Count"}, content: []particle{many("Audience")}},
	"Condition":            {open: true, any: true},
	"Advice":               {any: true},
	"BaseID":               {open: true, any: true},
	"EncryptedID":          {any: true},
	"EncryptedAttribute":   {any: true},
	"Statement":            {open: true, any: true},
	"AuthnContextDecl":     {open: true, any: true},
	"AuthnContextDeclRef":  simple,
	"AuthnContextClassRef": simple,
	"AuthnStatement": {
		attributes: []string{"AuthnInstant", "SessionIndex", "SessionNotOnOrAfter"},
		content:    []particle{optional("SubjectLocality"), optional("AuthnContext")},
	},
	"SubjectLocality": {attributes: []string{"Address", "DNSName"}},
	"AuthnContext": {content: []particle{
		optional("AuthnContextClassRef"), optional("AuthnContextDecl", "AuthnContextDeclRef"), many("AuthenticatingAuthority"),
	}},
	"AuthenticatingAuthority": simple,
	"AuthzDecisionStatement":  {attributes: []string{"Resource", "Decision"}, any: true},
	"AttributeStatement":      {content: []particle{some("Attribute", "EncryptedAttribute")}},
	"Attribute": {
		attributes: []string{"Name", "NameFormat", "FriendlyName"}, required: []string{"Name"}, open: true,
		content: []particle{many("AttributeValue")},
	},
	"AttributeValue": {open: true, any: true},
}

var nameAttributes = []string{"NameQualifier", "SPNameQualifier", "Format", "SPProvidedID"}

// grammar11 follows oasis-sstc-saml-schema-assertion-1.1.xsd.
var grammar11 = grammar{
	"Assertion": {
		attributes: []string{"MajorVersion", "MinorVersion", "AssertionID", "Issuer", "IssueInstant"},
		required:   []string{"AssertionID"},
		content: []particle{
			optional("Conditions"), optional("Advice"),
			many("AuthenticationStatement", "AttributeStatement", "AuthorizationDecisionStatement", "Statement", "SubjectStatement"),
			optional(signatureName),
		},
	},
	"Conditions": {
		attributes: []string{"NotBefore", "NotOnOrAfter"},
		content:    []particle{many("AudienceRestrictionCondition", "DoNotCacheCondition", "Condition")},
	},
	"AudienceRestrictionCondition": {content: []particle{many("Audience")}},
	"Audience":                     simple,
	"DoNotCacheCondition":          {},
	"Condition":                    {open: true, any: true},
	"Advice":                       {any: true},
	"Statement":                    {open: true, any: true},
	"SubjectStatement":             {open: true, any: true},
	"AuthorizationDecisionStatement": {
		attributes: []string{"Resource", "Decision"}, any: true,
	},
	"AuthenticationStatement": {
		attributes: []string{"AuthenticationMethod", "AuthenticationInstant"},
		content:    []particle{optional("Subject"), optional("SubjectLocality"), many("AuthorityBinding")},
	},
	"SubjectLocality":  {attributes: []string{"IPAddress", "DNSAddress"}},
	"AuthorityBinding": {attributes: []string{"AuthorityKind", "Location", "Binding"}},
	"AttributeStatement": {content: []particle{
		optional("Subject"), some("Attribute"),
	}},
	"Subject":             {content: []particle{optional("NameIdentifier"), optional("SubjectConfirmation")}},
	"NameIdentifier":      {attributes: []string{"NameQualifier", "Format"}, text: true},
	"SubjectConfirmation": {content: []particle{some("ConfirmationMethod"), optional("SubjectConfirmationData"), optional("ds:KeyInfo")}},
	"ConfirmationMethod":  simple,
	"SubjectConfirmationData": {
		open: true, any: true,
	},
	"Attribute": {
		attributes: []string{"AttributeName", "AttributeNamespace"}, required: []string{"AttributeName"},
		content: []particle{some("AttributeValue")},
	},
	"AttributeValue": {open: true, any: true},
}
