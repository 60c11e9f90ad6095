package oidc

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"etalon/internal/mssante"
)

// Answer is how the introspection endpoint answers about a token. The zero one is the truth.
type Answer struct {
	Kind AnswerKind `json:"answer"`
	// Status is that of AnswerStatus, 500 when zero.
	Status int `json:"status,omitempty"`
	// IdNat is the person of AnswerOtherSubject and AnswerConflict.
	IdNat mssante.IdNat `json:"idnat,omitempty"`
}

// AnswerKind names an answer.
type AnswerKind string

// The answers that may be forced.
const (
	AnswerTruth        AnswerKind = ""
	AnswerActive       AnswerKind = "active"        // alive, whatever the token
	AnswerInactive     AnswerKind = "inactive"      // not alive, whatever the token
	AnswerOtherSubject AnswerKind = "other-subject" // alive, and another person's
	AnswerConflict     AnswerKind = "conflict"      // alive, and its SubjectNameID is another person's
	AnswerMalformed    AnswerKind = "malformed"     // JSON cut short
	AnswerHTML         AnswerKind = "html"          // a page
	AnswerEmpty        AnswerKind = "empty"         // {}: active is missing
	AnswerText         AnswerKind = "active-text"   // active is the text "true"
	AnswerStatus       AnswerKind = "status"        // an HTTP error
	AnswerRedirect     AnswerKind = "redirect"      // elsewhere
	AnswerSlow         AnswerKind = "slow"          // a byte per second
	AnswerSilent       AnswerKind = "silent"        // nothing for as long as the caller waits, 30 s at most
	AnswerCut          AnswerKind = "cut"           // the connection ends without an answer
)

// How long the answers take that are late, on the wall clock.
const (
	SlowByte   = time.Second
	SilentTime = 30 * time.Second
)

// AnswerKinds are those that may be forced, and the truth, which ends that.
func AnswerKinds() []AnswerKind {
	return []AnswerKind{
		AnswerTruth, AnswerActive, AnswerInactive, AnswerOtherSubject, AnswerConflict, AnswerMalformed, AnswerHTML, AnswerEmpty,
		AnswerText, AnswerStatus, AnswerRedirect, AnswerSlow, AnswerSilent, AnswerCut,
	}
}

// Check refuses a kind that is not known, and what does not go with the kind.
func (a Answer) Check() error {
	switch other := a.Kind == AnswerOtherSubject || a.Kind == AnswerConflict; {
	case !slices.Contains(AnswerKinds(), a.Kind):
		return fmt.Errorf("force answer %.40q: want one of %q", string(a.Kind), AnswerKinds())
	case a.Status != 0 && (a.Kind != AnswerStatus || a.Status < 400 || a.Status > 599):
		return fmt.Errorf("force answer %s: status %d: want 400 to 599, of the answer %q", a.Kind, a.Status, string(AnswerStatus))
	case other != (a.IdNat != ""):
		return fmt.Errorf("force answer %s: idnat %.40q: want one of %q and %q, and of no other", a.Kind, string(a.IdNat), string(AnswerOtherSubject), string(AnswerConflict))
	}
	return nil
}

// Introspection is what Pro Santé Connect says of a token that is alive, given its claims: they, and what tokens do not
// have; SubjectNameID of an access token alone (§6).
func Introspection(claims map[string]any) map[string]any {
	said := maps.Clone(claims)
	if said == nil {
		said = map[string]any{}
	}
	said["active"] = true
	if client, there := claims["azp"]; there {
		said["client_id"] = client
	}
	name, there := claims["preferred_username"]
	if there {
		said["username"] = name
	}
	if there && claims["typ"] == TypeAccess {
		said["SubjectNameID"] = name
	}
	return said
}

// Inactive is what is said of any other token (RFC 7662 §2.2).
func Inactive() map[string]any { return map[string]any{"active": false} }

// Body is the status, the type and the body of an answer about a token with those claims, nil of one that cannot be read;
// alive is the truth about it. Of answers that are late or go elsewhere, it is what comes in the end.
func (a Answer) Body(claims map[string]any, alive bool) (status int, kind string, body []byte) {
	status, kind = http.StatusOK, "application/json"
	said := Inactive()
	if a.Kind != AnswerInactive && (alive || slices.Contains([]AnswerKind{AnswerActive, AnswerOtherSubject, AnswerConflict, AnswerText, AnswerMalformed}, a.Kind)) {
		said = Introspection(claims)
	}
	switch a.Kind {
	case AnswerOtherSubject:
		said["sub"], said["username"], said["preferred_username"], said["SubjectNameID"] = otherSubject(claims, a.IdNat), a.IdNat, a.IdNat, a.IdNat
		said["otherIds"] = mssante.Professional{IdNat: a.IdNat}.Identifiers()
	case AnswerConflict:
		said["SubjectNameID"] = a.IdNat
	case AnswerEmpty:
		said = map[string]any{}
	case AnswerText:
		said["active"] = "true"
	case AnswerHTML:
		return status, "text/html; charset=utf-8", []byte("<!DOCTYPE html><html lang=\"fr\"><title>Service indisponible</title><p>Service indisponible.</p></html>")
	case AnswerStatus:
		return a.failure()
	}
	body, err := json.Marshal(said)
	if err != nil {
		return http.StatusInternalServerError, kind, []byte(`{"error":"server_error"}`)
	}
	if a.Kind == AnswerMalformed {
		body = body[:len(body)/2]
	}
	return status, kind, body
}

// failure is an HTTP error; that of 401 is the caller's (INTR-07).
func (a Answer) failure() (int, string, []byte) {
	status, code := a.Status, "server_error"
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if status == http.StatusUnauthorized {
		code = InvalidClient
	}
	return status, "application/json", []byte(`{"error":"` + code + `"}`)
}

// otherSubject is the subject of a token with another person in it.
func otherSubject(claims map[string]any, id mssante.IdNat) string {
	said, _ := claims["sub"].(string)
	if i := strings.LastIndex(said, ":"); i >= 0 {
		return said[:i+1] + string(id)
	}
	return string(id)
}
