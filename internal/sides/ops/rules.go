package ops

// Rules lists the checks that the steps make by themselves, beside those of the wires: what an effect, a trace or
// a comparison shows. The catalogue of rules explains each of them to people.
var Rules = []string{
	"accepted-faulty", "answer-cacheable", "answer-shared", "app-security-forwarded", "authninstant-moved", "backend-called-before-verdict", "backend-reached",
	"backend-repeated", "body-changed", "browser-led-astray", "business-answer-without-vi", "call-left", "call-without-vi",
	"context-accepted", "context-identification-other", "context-left", "context-reissued", "context-token-accepted",
	"document-missing", "document-version-unknown", "entity-fetched", "fault-absent", "fault-code-differs",
	"fault-code-other", "fault-namespace-other", "fault-not-soap", "fault-stack-trace", "forged-read",
	"home-cookie-forwarded", "home-host-forwarded", "honest-not-sent", "honest-refused", "identifier-asked-again",
	"identity-other", "identity-truncated", "interops-infos-forwarded", "interops-infos-injected", "issuer-not-operator",
	"journey-hop-missing", "journey-logout-missing", "journey-order-contradicted", "journey-order-lost",
	"journey-order-undecidable", "level-not-reached", "local-logout-spread", "login-asked-again", "login-forced",
	"login-not-asked", "login-not-shown", "login-shown", "logout-answer-believed", "logout-answer-refused",
	"logout-incomplete", "logout-not-announced", "logout-not-told", "logout-obeyed", "logout-of-other",
	"logout-session-other", "logout-unanswered", "metadata-believed", "metadata-not-read", "nopassive-untold",
	"operator-not-asked", "outage-unclear", "page-after-logout", "page-cacheable", "page-served", "pagm-not-granted",
	"pagm-policy-other", "partial-logout-untold", "planted-vi-forwarded", "redirect-endless", "refusal-indiscreet",
	"refusal-not-json", "refusal-status-other", "refusal-unreadable", "refusal-without-code", "replay-policy-other", "response-carries-vi", "response-changed", "response-left",
	"response-not-sent", "response-status-changed", "retry-endless", "right-still-used", "right-without-pagm",
	"served-in-clear", "service-level-missing", "session-after-logout", "session-closed", "session-cookie-unprotected",
	"session-fixed", "session-id-kept", "session-of-other-closed", "session-of-other-user", "session-on-refusal",
	"session-survives", "sessionindex-absent", "sessionindex-shared", "success-announced", "suspicion-unacknowledged",
	"suspicion-untraced", "technical-fault-shown", "trace-chain-blind", "trace-chain-broken", "trace-clock-offset",
	"trace-date-without-zone", "trace-decision-other", "trace-field-missing", "trace-lost", "trace-missing",
	"trace-not-joined", "trace-read-by-anyone", "trace-secret", "trace-sent-unsent", "traces-answer-empty",
	"traces-answer-false", "traces-answer-invalid", "traces-answer-invented", "traces-answer-unsigned", "traces-delivered",
	"traces-demand-refused", "traces-file-accepted", "traces-of-others", "vi-id-reused", "vi-in-answer", "vi-in-log",
	"vi-in-url", "vi-not-renewed", "vi-of-other-service", "vi-of-other-user", "vi-reissued", "vi-reused-expired",
	"vi-sent-in-clear", "vi-sent-to-bad-server", "vi-session-other", "window-near-end",
}
