# Two commands do all the set-up: `make run` and `make test`.
PYTHON   ?= $(shell command -v python3.11 || command -v python3)
VENV     ?= .venv
BIN      := $(VENV)/bin
PYTEST   := $(BIN)/python -m pytest
BOTH     := -n 2 --dist loadgroup
# once, so that no start has to: where Python may not write beside its modules, each start would take thrice as long
COMPILE  := $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib src || true
FONTS    := src/ahlan/core/static/core/fonts/rubik-latin.woff2

.PHONY: run test test-sqlite test-postgres test-journeys check format bench bench-search lock translations tools

run: $(VENV)/run.stamp $(FONTS) ## the product with its sample company; EMPTY=1 for none
	@exec $(BIN)/ahlan run $(if $(EMPTY),--empty)

test: $(VENV)/dev.stamp $(FONTS) tools ## everything, on SQLite and on PostgreSQL, and in a real browser
	@$(BIN)/python -m ahlan.core.translations compile
	$(MAKE) --no-print-directory test-sqlite test-postgres test-journeys

test-sqlite: ## everything but the browser, on SQLite
	env -u DATABASE_URL $(PYTEST) $(BOTH) -m "not journey"

test-journeys: ## walks through the product in a real browser (a process of their own: the driver keeps an event loop)
	env -u DATABASE_URL $(PYTEST) -m journey

test-postgres: ## the same on PostgreSQL, but for what says nothing of it
	$(BIN)/python tests/with_postgres.py $(PYTEST) $(BOTH) -m "not journey and not once"

tools: ## what the tests drive: Chromium, Postfix and Dovecot
	@sh tests/tools.sh

check: $(VENV)/dev.stamp ## style, types, floors, translations, known holes in what we depend on
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m ahlan.core.translations check
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements/run.lock

format: $(VENV)/dev.stamp ## put the code in the house's form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(VENV)/dev.stamp ## measure; each script prints a table
	@for script in bench/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

bench-search: $(VENV)/dev.stamp ## how well search finds, in six languages
	$(BIN)/python bench/search_quality.py

translations: $(VENV)/dev.stamp ## bring every catalogue up to date with the code
	$(BIN)/python -m ahlan.core.translations update

lock: ## pin every package with its hashes (needs uv)
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --extra parquet -o requirements/run.lock
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --extra parquet --group test --group check -o requirements/dev.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Ahlan needs Python 3.11 or newer: PYTHON=/path/to/python3.11 make run"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing: apt install python3-venv"; exit 1; }

$(VENV)/run.stamp: requirements/run.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Ahlan stands on …"
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/run.lock
	@$(BIN)/python -m pip install -q --no-deps -e .
	@$(COMPILE)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the tests stand on …"
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install -q --no-deps -e .
	@$(COMPILE)
	@touch $@ $(VENV)/run.stamp

$(FONTS): | $(VENV)/bin/python
	@$(BIN)/python -m ahlan.core.fonts >/dev/null
