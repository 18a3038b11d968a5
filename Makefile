# Every target sets up what it needs. Start with `make demo`.

# The first Python that the lock file is for; a version manager's stub may be there and not run.
PYTHON ?= $(firstword $(foreach p,python3.11 python3 python3.14 python3.13 python3.12,$(shell \
	$(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)) python3.11)
VENV := .venv
# Much of the tests' time is waiting for browsers and processes, so one more than there are cores.
TESTS_AT_ONCE ?= $(shell expr $$(nproc) + 1)
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo videos up setup chromium caddy test check bench lock vendor clean

help:  ## what there is to make
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: setup  ## run the service with a workspace to look around in
	@$(BIN)/loomlite up --demo

videos: setup  ## render the sample campaign without the service: 3 scenes for 5 leads
	@$(BIN)/loomlite demo

up: setup  ## run the service on http://localhost:8000
	@$(BIN)/loomlite up

setup: $(VENV)/installed chromium  ## .venv with the locked packages, and a Chromium

# Every process reads all tests: they are compiled once, whatever the shell says of keeping that.
test check: export PYTHONDONTWRITEBYTECODE :=

test: check caddy  ## every check, then every test
	@$(BIN)/pytest -n $(TESTS_AT_ONCE) --dist loadfile

check: setup  ## style, types, imports, house rules
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest tests/test_house.py

bench: setup  ## measure speed and memory on this machine
	@$(BIN)/loomlite bench

lock: setup  ## choose exact versions anew, from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock

vendor: $(VENV)/installed  ## fetch the front end's packages anew, at the listed versions (needs npm)
	@$(BIN)/python scripts/vendor.py

clean:  ## remove what can be made again; what was rendered stays
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find app tests samples scripts -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) --no-print-directory install-venv
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q app  # every lead is a process of its own: 0.3 s each
	@touch $@

# Debian keeps this part of Python in a package of its own.
.PHONY: install-venv
install-venv:
	@sudo=$$([ "$$(id -u)" = 0 ] || echo sudo -n); \
	$$sudo apt-get -qq update && $$sudo apt-get -qq -y --no-install-recommends install python3-venv || { \
		echo 'Python has no venv module. Run: sudo apt-get install python3-venv' >&2; exit 1; }

# For tests of the Caddyfile alone, which are skipped where there is none.
caddy: $(VENV)/installed
	@test -x "$$(cat $(VENV)/caddy 2>/dev/null)" || $(BIN)/python scripts/caddy.py > $(VENV)/caddy

chromium: $(VENV)/installed
	@test -x "$$(cat $(VENV)/chromium 2>/dev/null)" \
		|| $(BIN)/python -m app.pipeline.browser.install > $(VENV)/chromium
