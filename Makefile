# Two commands matter: `make run` and `make test`. Everything else is a part of one of them.
# Assumed: Python 3.11 or newer, python3-venv, make.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
ENGLISH := mediation/translations/en/LC_MESSAGES/messages.po
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help install run test lint bench demo clean lock catalogue

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

install: .venv/.run ## Make .venv with the locked dependencies and the `mediation` command

run: install ## Start the product on http://127.0.0.1:8000, with demo data in an empty database
	@$(BIN)/mediation serve --with-demo

demo: install ## Load the demo data into an empty database
	@$(BIN)/mediation demo load

test: .venv/.dev ## Everything that CI runs: lint, types, contracts, all tests on both databases
	@.ci/system-packages
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n 2 --dist loadfile

lint: .venv/.dev ## Style, types and import contracts only
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache --no-logo

bench: .venv/.dev ## Measure on 100,000 cases (CASES=1000000 for a million)
	@.ci/system-packages
	@$(BIN)/python -m tests.bench

clean: ## Remove .venv and everything made by tools; instance/ stays
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache var
	find . -path ./instance -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

lock: .venv/.dev ## Refresh the dependency locks (for maintainers)
	@for lock in run dev bench; do \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	    --custom-compile-command 'make lock' requirements/$$lock.in -o requirements/$$lock.txt || exit 1; \
	done

catalogue: .venv/.dev ## Bring the English catalogue up to date with the source (for translators)
	@mkdir -p var
	@$(BIN)/pybabel --quiet extract -F pyproject.toml -k _l -k lazy_gettext --no-location --sort-output --omit-header -o var/messages.pot .
	@test -f $(ENGLISH) || $(BIN)/pybabel --quiet init -l en -i var/messages.pot -o $(ENGLISH)
	@$(BIN)/pybabel --quiet update -l en --no-fuzzy-matching --ignore-obsolete --omit-header -i var/messages.pot -o $(ENGLISH)

# The stamps depend on the locks: a changed lock or a half-finished install is put right by the next command, an unchanged one costs nothing.
.venv/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo 'Installing what the product needs (a minute, once) …'
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo 'Installing what the tests need (a minute, once) …'
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed; say which: make PYTHON=python3.11 …' >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
