# make run: the main job on the packaged sample newsroom. make test: the test suite.
# Both make .venv and install what is missing; needs only Python >= 3.11, make and a package index.

PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)
BIN := .venv/bin
# Test processes; each loads the language model, about 0.6 GB.
JOBS ?= 2
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt

.PHONY: run test check format bench bench-pin clean

run: .venv/.core
	$(BIN)/tradewire demo --dir run $(ARGS)

test: .venv/.dev
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/.dev
	$(BIN)/python -m bench.run $(ARGS)

bench-pin: .venv/.dev
	$(BIN)/python -m bench.run --pin $(ARGS)

.venv/.python:
	@test -n "$(PYTHON)" || { echo "Tradewire needs Python 3.11, 3.12 or 3.13 with venv"; exit 1; }
	$(PYTHON) -m venv .venv
	touch $@

.venv/.core: .venv/.python pyproject.toml constraints.txt models.txt
	$(PIP) -e .
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps -r models.txt
	touch $@

.venv/.dev: .venv/.core
	$(PIP) -e '.[dev]'
	touch $@

clean:
	rm -rf .venv build dist *.egg-info run
