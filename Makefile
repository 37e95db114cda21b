# Every install step is here. `make demo` runs the main job, `make test` passes the tests; `make check` equals CI.
PYTHON ?= python3
BIN := .venv/bin
# Hashes pin what is installed; the project itself has no build step worth isolating.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test lint check format test-transformers bench lock clean
.DEFAULT_GOAL := help

help:  ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

.venv/run.stamp: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing skillmatch and what it needs into .venv ..."
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@echo "Installing the development tools into .venv ..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

demo: .venv/run.stamp  ## the main job on the demo case: install, get ESCO, build the index, notes to vacancies and mentors
	@$(BIN)/skillmatch demo

test: .venv/dev.stamp  ## the whole suite on two cores, with coverage by branch
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term -m "not transformers"

lint: .venv/dev.stamp  ## format, lint, types, import rules, dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

check: lint test test-transformers  ## all that CI runs

format: .venv/dev.stamp  ## format the code and mend what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test-transformers: .venv/dev.stamp  ## the tests of the [transformers] extra (installs torch)
	@$(PIP) -r requirements-transformers.txt
	@$(PIP) --no-deps --no-build-isolation -e ".[transformers]"
	$(BIN)/python -m pytest -m transformers

bench: .venv/dev.stamp  ## speed as ratios against a peer in the same run (the peer needs test-transformers first)
	OMP_NUM_THREADS=2 $(BIN)/python benchmarks/speed.py

lock:  ## pin the newest versions that pyproject.toml allows, with hashes and without addresses
	$(PIP) uv
	$(BIN)/uv pip compile --quiet pyproject.toml --group build $(LOCK) -o requirements.lock
	$(BIN)/uv pip compile --quiet pyproject.toml --group build --group dev $(LOCK) -c requirements.lock -o requirements-dev.lock
LOCK := --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate

clean:  ## remove what was built here (ESCO and the index live in SKILLMATCH_HOME and stay)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
