# Everything a developer does here. `make` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

.PHONY: help demo release test lint bench crash fuzz conformance web e2e rust-tests sim rules icons manifest-check tools clean

help: ## List what can be done
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-15s %s\n", $$1, $$2 }'

demo: web ## Run the whole product with a stand-in for Teams, and say where to look
	cargo run --quiet --package beckon-demo

release: web ## Build the binary to run in earnest: target/release/beckon, with the pages inside
	cargo build --release --package beckon

test: tools web rust-tests e2e ## Install what the tests need, and run them all

rust-tests: ## The Rust tests alone
	tools/with-postgres.sh cargo test --workspace --all-targets
	cargo test --workspace --doc

sim: ## Look for histories that break a rule (SEEDS=100000 FROM=0)
	BECKON_SIM_SEEDS="$(or $(SEEDS),100000)" BECKON_SIM_FROM="$(or $(FROM),0)" \
	  cargo test --release --package beckon --test sim -- the_rules_hold --nocapture

rules: ## Remove the guard of each rule and see its test turn red (ONLY="05 07"); takes some minutes
	tools/rules.sh $(ONLY)

e2e: web tools ## The browser tests alone
	cargo build --package beckon-demo --package beckon
	cd tests/e2e && npm ci --no-audit --no-fund && CHROMIUM="$$(command -v chromium)" BECKON_DEMO_BIN="$(CURDIR)/target/debug/beckon-demo" BECKON_BIN="$(CURDIR)/target/debug/beckon" npm test

lint: web ## Formatting, lints and links in docs; nothing is changed
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items
	tools/file-sizes.sh
	tools/rules.sh --check
	cd web && npm run check

crash: ## Kill the server a hundred times under load (KILLS=…, SEED=… repeats one); takes minutes
	tools/need.sh strace
	BECKON_KILLS="$(or $(KILLS),100)" $(if $(SEED),BECKON_SEED="$(SEED)") cargo test --package beckon --test it crash:: -- --nocapture

bench: ## Speed, in figures; takes some minutes
	cargo bench --package adaptive-card-template
	cargo bench --package botframework
	cargo bench --package beckon-domain
	tools/with-postgres.sh cargo bench --package beckon

conformance: ## The template engine against vectors (FILE=…; by default Microsoft's engine's own results)
	cargo run --package adaptive-card-template --release --example conformance -- "$(or $(FILE),crates/adaptive-card-template/tests/data/probes.json)"

# Our crates forbid unsafe code, so a sanitizer would find nothing in them and
# make every run some ten times slower: -s none.
fuzz: ## Look for inputs that break a parser (SECONDS_EACH=600); needs a nightly toolchain
	tools/need.sh cargo-fuzz
	tools/need.sh nightly
	for target in $$(cargo +nightly fuzz list); do \
	  cargo +nightly fuzz run -O -s none "$$target" -- -max_total_time="$(or $(SECONDS_EACH),600)" -max_len=16384; \
	done

icons: ## Draw the Teams app's icons anew from manifests/icons/*.svg
	tools/need.sh chromium
	cd tests/e2e && npm ci --no-audit --no-fund
	CHROMIUM="$$(command -v chromium)" node tools/icons.mjs

manifest-check: ## The Teams package against Microsoft's own validator (npm installs 400 MB)
	tools/need.sh node
	tools/manifest-check.sh

web: web/dist/.built ## Build the pages

web/dist/.built: web/package-lock.json $(shell find web/src web/console web/index.html web/*.ts web/*.json -type f 2>/dev/null)
	tools/need.sh node
	cd web && npm ci --no-audit --no-fund && npm run build
	touch $@

tools: ## Install system packages that the tests need
	tools/need.sh chromium
	tools/need.sh postgres
	tools/need.sh strace

clean: ## Remove everything that was built
	cargo clean
	rm -rf web/dist web/dist-demo web/node_modules tests/e2e/node_modules tests/e2e/artifacts
