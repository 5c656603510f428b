# Three commands matter: `make demo` runs the main job, `make start` shows the icon and its windows, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests start the program some hundreds of times: where this is set, each start would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo start check lint test coverage begin-exe test-exe test-violence bench exe screenshots clean

demo: $(VENV)/.runs
	$(BIN)/python jobsync.py --data-dir demo-foretag demo

# The icon by the clock and its windows, on the demo company or another folder: make start FOLDER=min-mapp
FOLDER ?= demo-foretag

start: $(VENV)/.starts
	$(BIN)/python jobsync.py --data-dir "$(FOLDER)"

# While one works: lint, types, and the tests of the rooms that need neither a screen, a server, a process of their own
# nor a business system's fake. Under a minute on two cores.
FAST := $(addprefix tests/,house contract core till posting journal run truth check)

check: lint
	$(BIN)/pytest -q -n 2 -m "not postgres and not slow" $(FAST)

lint: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

test: begin-exe lint
	$(BIN)/pytest -n 3

# The same tests, and which lines none of them walked; half as long again.
coverage: begin-exe lint
	$(BIN)/pytest -n 2 --cov --cov-report=term:skip-covered

# The exe takes a minute or two to build, so that begins before all else. Its tests wait for it and tell how it went.
begin-exe:
	@tools/windows/build.sh </dev/null >/dev/null 2>&1 &

# The kill -9 loops and the state machine, with four times as many kills as in `make test`: some four minutes.
test-violence: $(VENV)/.tests
	KILLS=4 $(BIN)/pytest -n 2 tests/violence

# The Windows program built and driven under Wine, and nothing else.
test-exe: $(VENV)/.tests
	$(BIN)/pytest tests/exe

# The Windows program, dist/JobOffice Sync Center.exe. On Linux through Wine, by the same build.spec.
exe:
ifeq ($(OS),Windows_NT)
	tools\windows\build.cmd
else
	tools/windows/build.sh
endif

$(BIN)/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runs: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install -q -e .
	touch $@

$(VENV)/.starts: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install -q -e '.[desktop]'
	touch $@

$(VENV)/.tests: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install -q -e '.[desktop,server,nav,dev]'
	touch $@

bench: $(VENV)/.tests
	$(BIN)/pip install -q -e '.[bench]'
	$(BIN)/python -m benchmarks

# Pictures of every window at 100 to 200 %, light and dark, on three screens, in screenshots/.
screenshots: $(VENV)/.tests
	$(BIN)/python -m tools.screenshots

clean:
	rm -rf $(VENV) build dist demo-foretag .*_cache
