# Two commands on a machine that has Python 3.11+ with venv, and make:
#
#   make demo    explain the network of a small generated world; ends with what to look at
#   make test    pass the tests
#
# and one for who changes the code:
#
#   make check   lint, format, types
#
# The first makes the virtual environment .venv; later ones find it there.

PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable

.PHONY: demo test check format clean

demo: .venv/runs
	$(BIN)/kgexplain demo

# Each worker gets one thread, and whole files: what a file prepares is prepared once.
test: .venv/tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

check: .venv/checks
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: .venv/checks
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis dist demo

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("kgexplain needs Python 3.11 or later, and $(PYTHON) is " + sys.version.split()[0] + "; say which: make PYTHON=python3.12 demo")'
	$(PYTHON) -m venv .venv

# The files .venv/runs, .venv/tests and .venv/checks say what is installed; they are older than what would change it.
.venv/runs: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing kgexplain into .venv; torch is large, this takes a minute or two once."
	$(INSTALL) '.'
	@touch $@

.venv/tests: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing kgexplain and what its tests need into .venv; torch is large, this takes a minute or two once."
	$(INSTALL) '.[test]'
	@touch $@ .venv/runs

.venv/checks: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing kgexplain and what its checks need into .venv; torch is large, this takes a minute or two once."
	$(INSTALL) '.[dev]'
	@touch $@ .venv/tests .venv/runs
