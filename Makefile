# `make` lists the targets. Every command of the README goes through here.
SHELL := /bin/bash
GO    ?= go
BIN   := bin
RUNS  := reports/runs

# The programs and their tests are built one way, so that a package is compiled once: static, and the same bytes wherever.
export CGO_ENABLED := 0
export GOFLAGS     := $(GOFLAGS) -trimpath

# What takes longest begins first, so that nothing is waited for alone at the end.
LONGEST := ./internal/sides/ops ./cmd/conformance ./internal/container ./stubs/operator ./internal/sides/mss

.DEFAULT_GOAL := help
.PHONY: help build demo test check selftest peers-saml peers-mail peers-oidc bench features lint golden sample images clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/conformance and bin/sandbox, static
	@$(GO) build -o $(BIN)/ ./cmd/...

demo: build ## judge an honest and a flawed gateway, verify the reports, play a sphere, print where they are
	@scripts/demo.sh

test: ## everything: installs the third-party peers (as root, on Debian), then runs all tests
	@scripts/peers.sh
	@$(GO) vet ./...
	@$(GO) test -vet=off -p $$(($$(nproc) + 1)) -timeout 30m $(LONGEST) ./... # vetted above; one package more than processors: some wait for servers of others

check: ## the fast inner loop: vet, format and the tests that need no browser, no engine and no product of others
	@$(GO) vet ./...
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	@$(GO) test -short ./...

selftest: build ## honest candidates pass the whole plan, each flaw fails its own set and nothing else
	@mkdir -p $(RUNS)
	@$(BIN)/conformance selftest --json $(RUNS)/selftest.json

peers-saml: ## real SAML receivers and operators installed, judged in modes P and S, honest and misconfigured, and the table of what was found
	@echo "peers-saml: mod_auth_mellon, Shibboleth SP and node-saml, in modes P and S; samlify and LemonLDAP::NG as authentication operators; honest and misconfigured"
	@scripts/peers-table.sh ./internal/sides/ops/ 'TestSAMLPeers|TestSAMLOperators' pair rôle

peers-mail: ## real mail servers installed, judged as MSSanté operators over IMAP and submission, honest and misconfigured, and the table of what was found
	@echo "peers-mail: Dovecot by introspection, by local keys and by both, IMAP and submission; Postfix over Dovecot's authentication; honest and misconfigured"
	@PEERS_LONG=1 scripts/peers-table.sh ./internal/sides/mss/ TestMailPeers opérateur interfaces
	@echo "peers-mail: mail programs made of go-imap and go-smtp, and of curl, honest and with one wrong setting"
	@scripts/peers-table.sh ./internal/sides/lps/ TestMailProgramPeers logiciel rôle
	@echo "peers-mail: Postfix among operators, on mutual TLS; honest and misconfigured"
	@scripts/peers-table.sh ./internal/sides/mta/ TestMailPeersAmongOperators opérateur interface

peers-oidc: ## real OpenID Connect products installed, judged around Pro Santé Connect, honest and misconfigured, and the table of what was found
	@echo "peers-oidc: oidc-provider, with an issuer for each establishment and with one for all, and LemonLDAP::NG as identity providers; honest and misconfigured"
	@PEERS_LONG=1 scripts/peers-table.sh ./internal/sides/idp/ TestIdentityPeers fournisseur rôle
	@echo "peers-oidc: mod_auth_openidc, and openid-client on express, as services of Pro Santé Connect; honest and misconfigured"
	@scripts/peers-table.sh ./internal/sides/rp/ TestServicePeers service rôle

bench: ## ratios of one run: a verification over its RSA, an exchange over its own crypto, a mail login over its handshake, the whole plan, an archive and its pages
	@scripts/bench.sh

features: ## every requirement has a case or a reason; every tag, step, fault and role exists
	@$(GO) test ./features/
	@$(GO) test ./internal/scenario/ ./internal/sides/... -run 'Catalogue|Features|Steps|Plan|Coverage'

lint: ## the pinned linter, from a module of its own
	@$(GO) build -C tools/lint -o ../../$(BIN)/staticcheck honnef.co/go/tools/cmd/staticcheck
	@$(BIN)/staticcheck ./...

golden: ## rewrite the golden files; read the difference before you commit it
	@$(GO) test ./internal/mutation/ ./internal/report/ ./internal/candidate/ ./cmd/conformance/ -update
	@$(GO) test ./internal/seal/ -run Page -update

sample: build ## rewrite the committed sample of each report format
	@$(GO) test ./internal/report/ -run Sample -update

images: ## take the pictures of README again, in a real Chromium
	@mkdir -p docs/images
	@$(GO) test ./cmd/sandbox/ -run Walk -images $(CURDIR)/docs/images

clean: ## remove what was built and the runs
	@rm -rf $(BIN) $(RUNS)
