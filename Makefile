# The two commands to know: make demo, make test. Everything runs in .venv, made on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test test-integration test-mutation mutation lint bench docs clean

help:
	@echo "make demo              audit the practice platform; the report is out/demo/report.html"
	@echo "make test              the test suite"
	@echo "make test-integration  the tests that install and start other people's software"
	@echo "make test-mutation     every single fault, thrown on the practice platform"
	@echo "make mutation          every single fault, each with a full audit (slow)"
	@echo "make lint              ruff, mypy, import-linter, and our own definitions"
	@echo "make bench             the benchmarks"
	@echo "make docs              generate the reference pages"

# --upgrade-deps keeps pip young enough for every Python we support.
$(VENV)/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("sbd-audit needs Python 3.11 or newer; try: make PYTHON=python3.12") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

# A browser that is there is used; else Playwright's own is fetched; else, as root on Debian, the package.
$(VENV)/browser: $(VENV)/ready
	@$(BIN)/python tools/browser.py
	touch $@

demo: $(VENV)/browser
	$(BIN)/sbd-audit demo $(ARGS)

# Side by side by file; audits in a test leave half of a core idle.
test: $(VENV)/browser
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile -m "not integration and not mutation" $(ARGS)

# A platform a worker; each starts servers of its own.
test-integration: $(VENV)/browser
	$(BIN)/pytest -n 3 --dist loadfile -m integration $(ARGS)

# Every single fault on the practice platform: what each can touch, observed again.
test-mutation: $(VENV)/browser
	$(BIN)/pytest -m mutation $(ARGS)

mutation: $(VENV)/browser
	$(BIN)/python tools/mutation.py --full $(ARGS)

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sbd-audit lint

bench: $(VENV)/browser
	$(BIN)/python -m benchmarks.run $(ARGS)

docs: $(VENV)/ready
	$(BIN)/python -m tools.docs

clean:
	rm -rf $(VENV) out .mypy_cache .ruff_cache .pytest_cache
