package sso

import (
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/verdict"
)

// ContextDraft is a context token to be built (C01, C02).
type ContextDraft struct {
	Token interops.ContextToken
	// Signer signs the token; nil leaves it unsigned.
	Signer *pki.Credential
	// Credential serves the hooks; may be nil when they need none.
	Credential func(name string) (pki.Credential, error)
	// Rand serves ECDSA; nil makes the same bytes each time.
	Rand io.Reader
	// Hooks alter the token. In their Form, Root and VI are the token and Recipe is its signature. Content is for VIs
	// and is not called.
	Hooks saml.Hooks
}

// Build makes the token. It fails when a hook fails or the signature cannot be made. The draft is not changed.
func (d *ContextDraft) Build() ([]byte, error) {
	el := saml.EncodeContext(d.Token)
	f := &saml.Form{Root: el, VI: el, Credential: d.Credential, Now: d.Token.IssueInstant}
	if d.Signer != nil {
		recipe, err := recipeFor(d.Token.ID, *d.Signer)
		if err != nil {
			return nil, fmt.Errorf("sign context token: %w", err)
		}
		f.Recipe, f.Index = recipe, saml.SignatureIndex(el)
	}
	return finish(f, d.Hooks, d.Rand)
}

// JudgedContext is what a context token turned out to be.
type JudgedContext struct {
	saml.JudgedContext
	// RelayState came beside the token. Raw is the decoded XML, nil when the form could not be undone.
	RelayState string
	Raw        []byte
	Document   *etree.Document
}

// VerifyContext judges a context token that came in the form field ContextToken by POST (C01 to C04). It returns
// every departure, except that an unreadable token has no others.
func VerifyContext(in Incoming, x saml.ContextExpectation) JudgedContext {
	var out JudgedContext
	unreadable := func(want, got string) JudgedContext {
		requirement := saml.ContextRules["context-absent"]
		if x.Emitted {
			requirement = "C02"
		}
		out.Findings = append(out.Findings, verdict.Finding{
			Requirement: requirement, Rule: "context-absent", Want: want, Got: saml.Shorten(got),
		})
		return out
	}
	if in.Method != http.MethodPost || len(in.Raw) > MaxBody {
		return unreadable("POST ≤ "+strconv.Itoa(MaxBody), in.Method+" "+strconv.Itoa(len(in.Raw)))
	}
	form := in.form()
	out.RelayState = form.Get(ParameterRelayState)
	v, fault := parameter(form, ParameterContext)
	if fault == "" {
		out.Raw, fault = unbase64(v)
	}
	if fault != "" {
		return unreadable(ParameterContext, fault)
	}
	doc, rule, detail := parse(out.Raw)
	if rule != "" {
		return unreadable(ParameterContext, rule+": "+detail)
	}
	out.Document = doc
	out.JudgedContext = saml.VerifyContext(doc.Root(), x)
	return out
}
