# Two commands matter: `make demo` runs the main job, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint bench exe clean

demo: $(VENV)/.runs
	$(BIN)/python jobsync.py --data-dir demo-foretag demo

test: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --cov --cov-report=term-missing:skip-covered

# The Windows program, dist/JobOffice Sync Center.exe. On Linux through Wine, by the same build.spec.
exe:
ifeq ($(OS),Windows_NT)
	tools\windows\build.cmd
else
	tools/windows/build.sh
endif

$(VENV)/.runs: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -e .
	touch $@

$(VENV)/.tests: pyproject.toml $(VENV)/.runs
	$(BIN)/pip install -q -e '.[desktop,server,nav,dev]'
	touch $@

bench: $(VENV)/.tests
	$(BIN)/pip install -q -e '.[bench]'
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist demo-foretag .*_cache
