# Every task of the project; `make help` lists them. `.ci/run` calls `make test` and nothing else.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# pip shows its bars on a terminal, and what went wrong elsewhere
QUIET := $(shell [ -t 2 ] || echo --quiet)
ASTERISK := .asterisk
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONWARNINGS := ignore::DeprecationWarning:pip

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# Set-up ---------------------------------------------------------------------------------------------------------

.PHONY: setup
setup: $(BIN)/ivr packages ## Virtual environment and system packages

$(BIN)/ivr: pyproject.toml constraints.txt
	@echo "setup: virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { .ci/install-packages python3-venv && $(PYTHON) -m venv $(VENV); }
	@echo "setup: Python packages (a minute the first time)"
	@$(BIN)/pip install $(QUIET) --constraint constraints.txt --upgrade pip setuptools
	@$(BIN)/pip install $(QUIET) --constraint constraints.txt --editable '.[adapt,dev,voice]'
	@touch $@

.PHONY: constraints
constraints: ## Note the exact versions of what is installed here, for `make setup` elsewhere
	@$(BIN)/python .ci/constraints > constraints.new && mv constraints.new constraints.txt

.PHONY: packages
packages:
	@.ci/install-packages libespeak-ng1 espeak-ng

.PHONY: chromium
chromium:
	@.ci/install-packages chromium

.PHONY: faketime
faketime:
	@.ci/install-packages faketime

.PHONY: postgresql
postgresql:
	@.ci/install-packages postgresql

.PHONY: carriers
carriers: # what tests/fleet tries contrib/ with
	@.ci/install-packages haproxy nginx prometheus systemd

$(ASTERISK)/.complete: dialplan/unpack-asterisk
	@dialplan/unpack-asterisk $(ASTERISK)

# Use ------------------------------------------------------------------------------------------------------------

.PHONY: demo
demo: setup $(ASTERISK)/.complete ## Calls on a private Asterisk, from the first ring to the last word
	@$(BIN)/ivr demo --asterisk $(ASTERISK)

.PHONY: run
run: setup ## The server, for the Asterisk that ivr.toml names (see dialplan/README.md)
	@$(BIN)/ivr serve

.PHONY: voice
voice: setup ## Render again what changed of the shipped prompts (half a second of processor per second of speech)
	@nice -n 19 $(BIN)/ivr voice render

.PHONY: model
model: setup ## Train models/fr-support again (SPEECH="folders with transcripts.tsv" MINUTES=240; a rehearsal: MINUTES=1 UTTERANCES=20)
	@.ci/install-packages libgsm1 asterisk-core-sounds-fr asterisk-core-sounds-fr-wav tuxpaint-stamps-default
	@$(BIN)/pip install --quiet --editable '.[training]'
	nice -n 19 $(BIN)/python -m models.training $(addprefix --speech ,$(SPEECH)) --minutes $(or $(MINUTES),240) --utterances $(or $(UTTERANCES),2000)

.PHONY: dist
dist: setup ## A wheel with all that a server needs, in dist/
	@$(BIN)/pip wheel $(QUIET) --no-deps --wheel-dir dist .
	@ls -1sh dist/*.whl

# Checks ---------------------------------------------------------------------------------------------------------

.PHONY: style
style: $(BIN)/ivr ## Lint and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: types
types: $(BIN)/ivr ## Types (mypy strict)
	$(BIN)/mypy

.PHONY: unit
unit: $(BIN)/ivr ## The fast tests alone
	$(BIN)/python -m pytest tests/unit tests/transcripts

.PHONY: test
test: setup postgresql chromium faketime carriers $(ASTERISK)/.complete style types ## Every test, on real Asterisk, Vosk, synthesis and databases
	$(BIN)/python -m pytest
	$(BIN)/python -m tests.on_other_days --quick

.PHONY: test-dates
test-dates: setup postgresql faketime carriers ## The tests on other days: 29 February, the turn of the year, clock changes
	$(BIN)/python -m tests.on_other_days

# bench/README.md says what each one measures
BENCHES := asr matching listening early barge_in decoding rendering recording console console_under_calls calls

.PHONY: pictures
pictures: setup chromium ## Take the pictures of the supervisor's guide again
	$(BIN)/python -m pytest -q tests/browser
	@mkdir -p docs/images
	@for each in $$(grep -o 'images/[a-z-]*' docs/guide-superviseur.md | sort -u); do cp build/screenshots/$${each#images/}.png docs/images/; done

.PHONY: soak
soak: setup ## Half an hour of calls, a supervisor, attacks and killed processes (QUICK=1: a minute and a half)
	$(BIN)/python -m bench.soak $(if $(QUICK),--quick)

.PHONY: bench
bench: setup ## Measure; JSON and tables in build/bench (QUICK=1: a first look)
	@for each in $(BENCHES); do echo "== bench.$$each"; $(BIN)/python -m bench.$$each $(if $(QUICK),--quick) || exit 1; done
