# Everything starts here. `make` alone lists the targets; each one does its own set-up.
#
# Set-up: .venv with Python 3.11 or newer, uv inside it, then the locked packages, each checked against its hash.
# A stamp in .venv remembers what was installed: a second call starts at once. The packages for tests hold all
# those for running, so `make run` is content with either and nothing is ever taken out again.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3 2>/dev/null) python3)
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv --quiet
FOR_RUNNING := $(VENV)/.ready-for-running
FOR_TESTS := $(VENV)/.ready-for-tests
READY := $(or $(wildcard $(FOR_TESTS)),$(FOR_RUNNING))
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile --generate-hashes --no-emit-index-url --universal \
	--python-version 3.11 $(if $(UPGRADE),--upgrade)
TYPED := core config nlp bots main.py $(wildcard tools tests/stand_ins)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: $(READY) ## Start every channel that has a token; with none, play the sample consultation
	@$(BIN)/python main.py run $(ARGS)

# Tests that run side by side; JOBS=0 runs them one after the other, in one process.
JOBS ?= 2

.PHONY: test
test: $(FOR_TESTS) ## Run the tests (ARGS="tests/unit -k calendar" for some of them)
	@.ci/browser
	@$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

.PHONY: bench
bench: $(FOR_TESTS) ## Measure into var/bench.json, each figure beside its reference (ONLY=hidden,web FULL=1 ARGS=--json)
	@$(if $(ONLY),,.ci/browser)
	@$(BIN)/python -m tests.bench $(if $(ONLY),--only $(ONLY)) $(if $(FULL),--full) $(ARGS)

.PHONY: bench-mobilisation
bench-mobilisation: $(FOR_TESTS) ## Simulate millions of experiments: how often is what is said of a reminder true? (ARGS=--json)
	@$(BIN)/python -m tests.bench.mobilisation $(ARGS)

.PHONY: bench-topics
bench-topics: $(FOR_TESTS) ## Measure topics, masks, near duplicates into var/bench-topics.json (ONLY=vd_zero, ARGS=--json)
	@$(BIN)/python -m tests.bench.topics $(if $(ONLY),--only $(ONLY)) $(ARGS)

.PHONY: replay
replay: $(FOR_TESTS) ## Play 1,433 real answers through the program and compare all that is said of them (KILLS=3: kill it)
	@$(BIN)/python -m tests.replay $(if $(KILLS),--kills $(KILLS)) $(ARGS)

.PHONY: simulate
simulate: $(FOR_TESTS) ## Play days of bad luck and check every promise (SEEDS=25 DAYS=7; SEED=3 for one again)
	@$(BIN)/python -m tests.faults $(if $(SEED),--seed $(SEED)) $(if $(SEEDS),--seeds $(SEEDS)) \
		$(if $(DAYS),--days $(DAYS)) $(if $(PEOPLE),--people $(PEOPLE)) $(ARGS)

.PHONY: check
check: $(FOR_TESTS) ## Check format, lint, types, the rules of the house and the documents
	@failed=0; for step in "ruff format --check ." "ruff check ." "mypy $(TYPED)" "lint-imports --no-logo" \
		"python -m tools.check_docs"; do echo "--- $$step"; $(BIN)/$$step || failed=1; done; exit $$failed

.PHONY: kill
kill: $(FOR_TESTS) ## Kill the program N times under load, and count what that cost into var/bench.json (N=5)
	@$(BIN)/python -m tests.replay.kills --kills $(or $(N),5) $(ARGS)

.PHONY: format
format: $(FOR_TESTS) ## Put the code in the common format, and mend what lint can mend
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

.PHONY: lock
lock: $(BIN)/uv ## Write requirements*.lock again from requirements*.in (UPGRADE=1 for newer versions)
	@$(COMPILE) requirements-uv.in -o requirements-uv.lock
	@$(COMPILE) requirements-dev.in -o requirements-dev.lock
	@# What runs is what was tested: the first lock follows the versions of the second.
	@$(COMPILE) requirements.in -c requirements-dev.lock -o requirements.lock

.PHONY: clean
clean: ## Remove .venv and the caches; the database in var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage

.PHONY: setup
setup: $(FOR_TESTS) # for .ci/run

$(FOR_RUNNING): $(BIN)/uv requirements-uv.lock requirements.lock
	@echo "Installing the packages that the program runs on."
	@rm -f $(FOR_TESTS)
	@$(UV) pip sync --python $(BIN)/python --require-hashes requirements-uv.lock requirements.lock
	@touch $@

$(FOR_TESTS): $(BIN)/uv requirements-uv.lock requirements-dev.lock
	@echo "Installing the packages for running and for tests."
	@# Tests start the program many times: compiled once, here, even where Python is told to write no bytecode.
	@$(UV) pip sync --compile-bytecode --python $(BIN)/python --require-hashes requirements-uv.lock requirements-dev.lock
	@touch $@

$(BIN)/uv:
	@command -v "$(PYTHON)" >/dev/null || { echo "Python is missing: install Python 3.11 or newer, or say where it is: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is too old ($$("$(PYTHON)" --version 2>&1)): install Python 3.11 or newer, or say where it is: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual environment: install its venv package (on Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@echo "Making $(VENV) with $$("$(PYTHON)" --version 2>&1)."
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
