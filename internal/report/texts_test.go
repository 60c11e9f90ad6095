package report_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/verdict"
)

func texts(t *testing.T) report.Texts {
	t.Helper()
	texts, err := report.NewTexts()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// TestEveryReasonHasItsSentence: a key without a sentence breaks the build, and so does a sentence for no key.
func TestEveryReasonHasItsSentence(t *testing.T) {
	for _, key := range verdict.ReasonKeys {
		for _, lang := range []string{"fr", "en"} {
			if got := texts(t).Reason(lang, verdict.Reason{Key: key}); got == key || got == "" {
				t.Errorf("reason %s has no sentence in %s", key, lang)
			}
		}
	}
	for _, key := range columnOf(t, "reasons.csv") {
		if !slices.Contains(verdict.ReasonKeys, strings.TrimPrefix(key, "reason.")) {
			t.Errorf("sentence for a reason that is no key: %s", key)
		}
	}
}

// wordUse finds the keys that code and page ask for by name.
var wordUse = regexp.MustCompile(`(?:\.w\(|\.W |\bw\(|"Exhibit |section\(|field\([0-9], |line\(0, "%s", t\.w\(|Exhibit )"([a-z][a-z. ]*[a-z])"`)

// TestEveryWordIsThere reads the sources: no word is asked for that the texts lack, and none is left over.
func TestEveryWordIsThere(t *testing.T) {
	var used []string
	for _, pattern := range []string{"*.go", "page/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			for _, m := range wordUse.FindAllStringSubmatch(string(b), -1) {
				used = append(used, m[1])
			}
			used = append(used, factKeys(string(b))...)
		}
	}
	used = append(used, builtKeys()...)
	slices.Sort(used)
	used = slices.Compact(used)
	have := columnOf(t, "words.csv")
	for _, key := range used {
		if !slices.Contains(have, key) {
			t.Errorf("word %q has no sentence", key)
		}
	}
	for _, key := range have {
		if !slices.Contains(used, key) {
			t.Errorf("word %q is used nowhere", key)
		}
	}
}

// factKeys finds the keys of the identity table.
func factKeys(source string) []string {
	var keys []string
	for _, m := range regexp.MustCompile(`\{"([a-z.]+)", [^{}]*, (?:true|false)\}`).FindAllStringSubmatch(source, -1) {
		keys = append(keys, m[1])
	}
	return keys
}

// builtKeys are those that are put together from a word of the record.
func builtKeys() []string {
	keys := []string{"departure.standard", "departure.profile", "level.standard", "level.profile", "level.standard.scope", "level.profile.scope",
		"failures.hint", "cases.pass.hint"}
	for _, w := range []string{"pass", "fail", "inconclusive", "review", "waived", "not_applicable"} {
		keys = append(keys, "verdict."+w, "count."+w)
		if w != "fail" {
			keys = append(keys, "cases."+w)
		}
	}
	for _, w := range []string{"conforme", "majeure", "bloquante", "indetermine"} {
		keys = append(keys, "level."+w, "level."+w+".why")
	}
	for _, w := range []string{"bloquante", "majeure", "mineure", "observation"} {
		keys = append(keys, "severity."+w)
	}
	for _, w := range []string{"partial", "incomplete", "experimental", "testkey"} {
		keys = append(keys, "mark."+w, "mark."+w+".why")
	}
	for _, f := range report.Formats {
		keys = append(keys, "format."+f.Name)
	}
	for _, w := range []string{"failing", "fixed", "changed", "evidence", "added", "withdrawn", "elsewhere", "unplayed"} {
		keys = append(keys, "compare."+w)
	}
	for _, w := range []string{"candidate", "config", "catalogue", "profile", "scope", "partial", "incomplete"} {
		keys = append(keys, "other."+w)
	}
	keys = append(keys, "item.elsewhere.FI", "item.elsewhere.ES")
	for _, w := range []string{"FI", "ES", "automatic", "mixed", "declared"} {
		keys = append(keys, "item."+w)
	}
	for _, w := range []string{"used", "undecided", "passing", "unused", "passing.fix", "unused.fix"} {
		keys = append(keys, "waiver."+w)
	}
	for _, w := range []string{"conforme", "indetermine", "majeure", "bloquante", "finding", "plan", "compliance", "notice", "publication", "barring", "exit"} {
		keys = append(keys, "followup."+w)
	}
	for _, w := range []string{"S", "X", "I", "N", "P"} {
		keys = append(keys, "basis."+w)
	}
	for _, w := range []string{"honest", "faulty", "closing", "application", "observed", "varied", "burst", "page", "login", "prelude", "newcomer", "crowd", "asked", "journey",
		"service-asked", "sending", "guest", "reading", "beside", "piece", "remark-signatures", "remark-unread-arrival", "remark-refusal-times", "remark-blind-probe", "remark-line-length",
		"remark-dropped", "remark-authorities", "remark-accepted", "remark-refused",
		"clear", "unpresented", "session", "other", "waiting", "rereading", "tidying", "remark-session-closed", "remark-port-closed", "remark-hello-answer",
		"remark-folder-there-already", "remark-announced-in-clear", "remark-not-secured", "remark-starttls-wants-ehlo", "remark-auth-wants-no-ehlo", "remark-address-kept-out", "remark-refusals-in-a-row", "remark-token-mailbox-opened",
		"sign-in", "sign-in-again", "discovery", "keys", "code-exchange", "userinfo", "farewell", "indicators", "sign-in-traces", "endpoint"} {
		keys = append(keys, "label."+w)
	}
	for _, w := range []string{
		"gesture-connect", "gesture-send", "gesture-fetch", "gesture-receipt", "gesture-logout", "gesture-elsewhere", "gesture-forget", "gesture-restart",
		"visit-imap", "visit-smtp", "sent", "provider", "remark-left-quietly", "remark-idle-session",
		"remark-unread-mailbox", "remark-temporary-refusal", "remark-size-declared-taken", "remark-sender-tagged", "remark-malware-put-aside",
	} {
		keys = append(keys, "label."+w)
	}
	for _, w := range []string{"exchange", "resource", "revocation", "introspection", "api-asked", "remark-refusal-without-code", "remark-careless-answer", "remark-scope-narrowed", "remark-refusal-by-200", "list"} {
		keys = append(keys, "label."+w)
	}
	return keys
}

// columnOf returns the keys of a file of texts.
func columnOf(t *testing.T, file string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("texts", file))
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for line := range strings.Lines(string(b)) {
		key, _, _ := strings.Cut(line, ",")
		keys = append(keys, key)
	}
	return keys[1:]
}

func TestMissingTextIsItsKey(t *testing.T) {
	var none report.Texts
	if got := none.Word("fr", "title"); got != "title" {
		t.Errorf("word %q", got)
	}
	if got := none.Reason("en", verdict.Reason{Key: "ok"}); got != "ok" {
		t.Errorf("reason %q", got)
	}
	if got := none.Rule(verdict.Finding{Rule: "accepted", Requirement: "V10"}); got.Title.FR != "accepted" || got.Requirement != "V10" {
		t.Errorf("rule %+v", got)
	}
	for _, s := range reporttest.Samples {
		_, run := reporttest.Recorded(t, s.Name)
		for _, f := range report.Formats {
			render(t, f.Name, run, report.Options{})
		}
	}
}

func TestReasonArguments(t *testing.T) {
	got := texts(t).Reason("en", verdict.Reason{Key: verdict.ReasonUnreachable, Args: []string{"{1}", "127.0.0.1:8443", "re\x1bfused"}})
	if want := "127.0.0.1:8443 does not answer (re⟨U+001B⟩fused): start the candidate, or correct {1} in the candidate file."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRulesAreRefused(t *testing.T) {
	const head = "rule,requirement,title_fr,title_en,cause_fr,cause_en,fix_fr,fix_en\n"
	for name, c := range map[string]struct{ table, wrong string }{
		"other columns":  {"rule,requirement\n", "line 1"},
		"twice":          {head + "a,V10,b,c,d,e,f,g\na,V10,b,c,d,e,f,g\n", "line 3: rule a of V10 stands twice"},
		"empty sentence": {head + "a,V10,b,,d,e,f,g\n", "line 2: title_en is empty"},
		"short line":     {head + "a,V10\n", "line 2"},
		"empty file":     {"", "EOF"},
	} {
		if _, err := report.NewTexts(strings.NewReader(c.table)); err == nil || !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %q", name, err, c.wrong)
		}
	}
}

// TestRuleOfItsRequirementFirst: what is written for one requirement is preferred to what is written for all.
func TestRuleOfItsRequirementFirst(t *testing.T) {
	const table = "rule,requirement,title_fr,title_en,cause_fr,cause_en,fix_fr,fix_en\naccepted,V10,t10,e,c,c,f,f\naccepted,*,tous,e,c,c,f,f\n"
	texts, err := report.NewTexts(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	for requirement, want := range map[string]string{"V10": "t10", "V09": "tous"} {
		if got := texts.Rule(verdict.Finding{Rule: "accepted", Requirement: requirement}).Title.FR; got != want {
			t.Errorf("rule of %s: %q, want %q", requirement, got, want)
		}
	}
	alone, err := report.NewTexts(strings.NewReader(strings.TrimSuffix(table, "accepted,*,tous,e,c,c,f,f\n")))
	if err != nil {
		t.Fatal(err)
	}
	if got := alone.Rule(verdict.Finding{Rule: "accepted", Requirement: "V18"}).Title.FR; got != "t10" {
		t.Errorf("rule written for another requirement alone: %q", got)
	}
	if got := texts.Rule(verdict.Finding{Rule: "other", Requirement: "V10"}).Title.FR; got != "other" {
		t.Errorf("rule that nobody wrote: %q", got)
	}
}
