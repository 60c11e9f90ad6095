package mutation_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/rest"
	"etalon/internal/verdict"
)

// inModeR names the requirement of mode R that stands for one of another mode.
var inModeR = map[string]string{"V13": "R02", "V14": "R02", "K01": "R02", "K02": "R02"}

// TestFaultsInTokens plays the faults of any VI in both forms of the token of mode R: where the form has a place for a
// fault, the verifier names what it violates; where it has none, nothing is wrong with the token, or it cannot be made.
func TestFaultsInTokens(t *testing.T) {
	played := map[string]int{}
	for _, m := range changingBytes() {
		if !m.In(interops.ModeR) {
			continue
		}
		for _, form := range []string{rest.TokenSAML, rest.TokenJWT} {
			s := stageIn(t, m, interops.ModeR)
			s.token.Token = form
			honest := s.honestBytes(t)
			if findings, verified := s.verify(honest); len(findings) > 0 || !verified {
				t.Fatalf("stage of %s: honest %s: the verifier names %v", m.Name, form, named(findings))
			}
			if !m.InToken(s.honest, form) {
				continue
			}
			played[form]++
			faulty := s.mutatedBytes(t, m)
			findings, _ := s.verify(faulty)
			want := cmp.Or(inModeR[m.Violates], m.Violates)
			// Where the algorithm or the key tells the fault apart in an assertion, a JWT knows a broken signature alone.
			if string(faulty) == string(honest) || !slices.ContainsFunc(findings, func(f verdict.Finding) bool { return f.Requirement == want }) {
				t.Errorf("%s in a %s: bytes changed: %v, the verifier names %v, want %s among them", m.Name, form, string(faulty) != string(honest), named(findings), want)
			}
			if m.Moment() == "content" && slices.ContainsFunc(findings, ofSignature) {
				t.Errorf("%s in a %s: a fault of content must stay well signed; the verifier names %v", m.Name, form, named(findings))
			}
		}
	}
	if played[rest.TokenSAML] < 75 || played[rest.TokenJWT] < 45 {
		t.Errorf("faults played %v: some are lost", played)
	}
}

// TestWhatAJWTCannotCarry names faults that have no place in a JWT, and some that have.
func TestWhatAJWTCannotCarry(t *testing.T) {
	for name, want := range map[string]bool{
		"vi-recipient-absent": false, "vi-nameid-format-not-agreed": false, "vi-audience-second-restriction": false, "vi-onetimeuse-replayed": false,
		"xml-doctype": false, "vi-signature-reference-empty": false, "vi-keyinfo-absent": false,
		"vi-audience-absent": true, "vi-window-expired": true, "vi-certificate-expired": true, "jwt-algorithm-none": true, "token-twice": true,
		"vi-issuer-without-project": true,
	} {
		m, ok := mutation.ByName(name)
		if !ok {
			t.Fatalf("no fault %s", name)
		}
		h := stageIn(t, m, interops.ModeR).honest
		if got := m.InToken(h, rest.TokenJWT); got != want {
			t.Errorf("%s in a JWT: %v, want %v", name, got, want)
		}
		if got := m.InToken(h, rest.TokenSAML); got == strings.HasPrefix(name, "jwt-") {
			t.Errorf("%s in an assertion: %v", name, got)
		}
	}
}

// TestJWTFaultsRefuseWhatTheyDoNotKnow gives them a token without key, credentials or claims.
func TestJWTFaultsRefuseWhatTheyDoNotKnow(t *testing.T) {
	for _, m := range changingBytes() {
		if m.JWT == nil {
			continue
		}
		h := stageIn(t, m, interops.ModeR).honest
		empty := &rest.JWT{Header: map[string]any{}, Claims: map[string]any{}}
		if err := m.JWT(h, empty); err == nil && empty.Sign == nil && len(empty.Header)+len(empty.Claims) == 0 && m.Name != "jwt-key-absent" {
			t.Errorf("%s leaves an empty token as it is, and says nothing", m.Name)
		}
	}
}
