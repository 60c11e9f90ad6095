package rest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"etalon/internal/rest"
	"etalon/internal/saml"
	"etalon/internal/verdict"
)

// refused are the findings of those rules, as a provider has them.
func refused(rules ...string) []verdict.Finding {
	var all []verdict.Finding
	for _, rule := range rules {
		all = append(all, verdict.Finding{Rule: rule, Requirement: rest.Requirement(rule, false)})
	}
	return all
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		rules  string
		status int
		code   string
	}{
		{"token-absent", 401, "SecurityTokenUnavailable"}, {"token-repeated", 401, "SecurityTokenUnavailable"},
		{"token-in-query", 401, "SecurityTokenUnavailable"}, {"jwt-algorithm-none", 401, "UnsupportedAlgorithm"},
		{"jwt-kid-unknown", 401, "UnsupportedAlgorithm"}, {"jwt-malformed", 401, "InvalidSecurityToken"},
		{"token-base64-invalid", 401, "InvalidSecurityToken"}, {"nameid-empty", 401, "InvalidSecurityToken"},
		{"issuer-empty", 401, "InvalidSecurityToken"}, {"xml-doctype", 401, "InvalidSecurityToken"},
		{"jwt-signature-wrong", 401, "FailedCheck"}, {"certificate-expired", 401, "FailedCheck"}, {"tls-identity-other", 401, "FailedCheck"},
		{"window-expired", 401, "InvalidVI"}, {"recipient-other", 401, "InvalidVI"}, {"issueinstant-future", 401, "InvalidVI"},
		{"audience-other", 401, "InvalidService"}, {"authncontext-below-minimum", 403, "InvalidAuthLevel"},
		{"issuer-unknown", 403, "InvalidIssuer"}, {"project-ended", 403, "InvalidIssuer"}, {"project-mode-other", 403, "InvalidIssuer"},
		{"pagm-unknown", 403, "InvalidPagm"}, {"pagm-absent", 403, "InvalidPagm"},
		{"attribute-superfluous", 401, "InvalidVI"},
		// The order of precedence is that of the standard's faults.
		{"pagm-unknown window-expired", 401, "InvalidVI"}, {"window-expired jwt-signature-wrong", 401, "FailedCheck"},
		{"authncontext-below-minimum audience-other", 401, "InvalidService"}, {"project-ended pagm-unknown", 403, "InvalidIssuer"},
		{"jwt-signature-wrong token-in-query", 401, "SecurityTokenUnavailable"},
	} {
		got := rest.RefusalFor(refused(strings.Fields(c.rules)...))
		if got.Status != c.status || got.Code != c.code || got.Message == "" {
			t.Errorf("%s: %d %s, want %d %s", c.rules, got.Status, got.Code, c.status, c.code)
		}
	}
}

// TestEveryRuleIsRefused answers every rule by 401 or 403, whatever it is.
func TestEveryRuleIsRefused(t *testing.T) {
	for _, table := range []map[string]string{rest.Rules, saml.Rules} {
		for rule := range table {
			if got := rest.RefusalFor(refused(rule)); got.Status != http.StatusUnauthorized && got.Status != http.StatusForbidden {
				t.Errorf("%s: %+v", rule, got)
			}
		}
	}
}

func TestRefusalIsJSON(t *testing.T) {
	for want, r := range map[string]rest.Refusal{
		"403 DroitsInsuffisants": rest.Forbidden(), "503 ServiceIndisponible": rest.Unavailable(),
		"401 FailedCheck": rest.RefusalFor(refused("jwt-signature-wrong")),
	} {
		var told map[string]string
		if err := json.Unmarshal(r.Bytes(), &told); err != nil || len(told) != 2 || told["message"] == "" {
			t.Errorf("%s: %v, %s", want, err, r.Bytes())
		}
		if got := http.StatusText(r.Status); got == "" || !strings.HasSuffix(want, " "+told["code"]) {
			t.Errorf("%s: %d %s", want, r.Status, told["code"])
		}
	}
}
