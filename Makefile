# The executable developer guide. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -e -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
QUESTION := what did armorers say about live rounds

# constraints.txt names every package, so there is nothing to resolve; compiling is left to the
# step after, which uses every core.
PIP_INSTALL = $(BIN)/pip install --disable-pip-version-check --progress-bar off --no-deps --no-compile
# Of pip's hundreds of lines: how many packages so far, and every error.
HOW_FAR = awk '/^Collecting|^Requirement already/ {n++; if (n % 25 == 0) print "   " n " packages looked up"} \
  /^Installing collected/ {print "   unpacking"} /ERROR|error:/ {print} {fflush()}'

.DEFAULT_GOAL := help
.PHONY: help run test check bench ui nightly clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# One stamp for everything installed: a second run does nothing.
$(INSTALLED): pyproject.toml constraints.txt
	@echo "── installing $$(grep -c == constraints.txt) packages into $(VENV) (a few minutes the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP_INSTALL) -r constraints.txt 2>&1 | $(HOW_FAR)
	@$(PIP_INSTALL) --no-build-isolation -e . 2>&1 | $(HOW_FAR)
	@$(BIN)/pip check
	@echo "   compiling"; $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib >/dev/null 2>&1 || true
	@touch $(INSTALLED)

run: $(INSTALLED) ## ingest the sample archive, answer a question, serve the page
	@echo "── 1/3 ingesting the sample archive through the real pipeline"
	@set -e; \
	$(BIN)/python -m corpus.sample.server & server=$$!; \
	trap 'kill $$server 2>/dev/null; wait $$server 2>/dev/null || true' EXIT; \
	for try in $$(seq 100); do \
	  sleep 0.1; kill -0 $$server 2>/dev/null || exit 1; \
	  (exec 3<>/dev/tcp/127.0.0.1/8799) 2>/dev/null && break; \
	done; \
	$(BIN)/onrecord nightly || echo "── the report above names what needs attention"
	@echo "── 2/3 asking: $(QUESTION)"
	@$(BIN)/onrecord ask "$(QUESTION)"
	@echo "── 3/3 serving the page (Ctrl-C stops it)"
	@exec $(BIN)/onrecord serve

# Two processes; the tests of one file stay together and share what they set up.
TESTS = $(BIN)/pytest -q -n 2 --dist loadfile

test: $(INSTALLED) ## run every test, with real models, servers and browser
	@echo "── the fast tests, two files at a time (about 3 minutes on two cores)"
	@$(TESTS) -m "not slow"
	@echo "── real models, servers and browsers, one after the other: they need both cores (about 25 minutes)"
	@$(BIN)/pytest -m slow

# mypy has one core; the first time it reads every library (a minute or more), later seconds.
check: $(INSTALLED) ## lint, types, layers and the fast tests
	@echo "── lint";   $(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .
	@echo "── types and layers, and beside them the fast tests"
	@said=$$(mktemp); trap 'rm -f $$said' EXIT; \
	{ $(BIN)/mypy && $(BIN)/lint-imports --no-cache | tail -3; } >$$said 2>&1 & beside=$$!; \
	wrong=0; $(TESTS) -m "not slow" || wrong=$$?; \
	wait $$beside || wrong=$$?; cat $$said; exit $$wrong

bench: $(INSTALLED) ## measure accuracy, speed and memory (ratios side by side in one run)
	@$(BIN)/python -m tests.bench

ui: $(INSTALLED) ## serve the page over what is in the archive
	@exec $(BIN)/onrecord serve

nightly: $(INSTALLED) ## what cron runs: discover, ingest, publish, report
	@$(BIN)/onrecord nightly

clean: ## remove the environment and caches; the archive in data/ stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -not -path './data/*' -prune -exec rm -rf {} +
