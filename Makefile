# Every task of the project. `make help` lists them; `.ci/run` calls `make test` and nothing else.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(BIN)/ivr: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

.PHONY: setup
setup: $(BIN)/ivr ## Create the virtual environment

.PHONY: style
style: setup ## Lint and check the format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: types
types: setup ## Check the types (mypy strict)
	$(BIN)/mypy

.PHONY: test
test: setup style types ## Run every test
	$(BIN)/python -m pytest
