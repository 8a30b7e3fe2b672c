# make run, make chat, make test: each sets up what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One more than there are cores, as some tests wait for processes; what a file sets up, it sets up once.
# In what order files are played, tests/conftest.py says; many programs are started, compiled once.
WORKERS := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))
STAMP := $(VENV)/.set-up
FRAMEWORKS := .venv-frameworks
PINS := bot/cli/bench/frameworks

.PHONY: run chat demo test check setup browser peers frameworks format lock locales bench clean

run: setup            ## serve the chat page and print its address
	$(BIN)/citybot run

chat: setup           ## talk in this terminal
	@$(BIN)/citybot chat

demo: setup           ## serve an example city, kept apart in data/demo
	@CITYBOT_DATA_DIR=data/demo $(BIN)/citybot demo
	@CITYBOT_DATA_DIR=data/demo $(BIN)/citybot run

test: setup browser peers  ## every test; parts this machine lacks are skipped, visibly
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

check: setup          ## format, lint, types, then every test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/citybot kb check
	$(MAKE) test

setup: $(STAMP)       ## .venv with everything in it; its citybot works from anywhere

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# axe-core, for the accessibility tests alone; without npm those tests are skipped.
browser: tests/browser/node_modules/.package-lock.json

# Platforms that others wrote, for tests against them; likewise.
peers: $(patsubst %/package-lock.json,%/node_modules/.package-lock.json,$(wildcard tests/peers/*/package-lock.json))

%/node_modules/.package-lock.json: %/package-lock.json
	-cd $* && command -v npm >/dev/null && npm ci --silent --no-audit --no-fund

format: setup         ## put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

locales: setup        ## collect what is said into the catalogues, keeping translations
	$(BIN)/pybabel -q extract -F babel.cfg -k _ --no-wrap --omit-header -o locales/messages.pot .
	$(BIN)/python locales/collect.py

bench: setup frameworks  ## measure, and write docs/performance.md
	CITYBOT_BENCH_FRAMEWORKS=$(FRAMEWORKS) $(BIN)/citybot bench all --write docs/performance.md

# What others build bots with, for `bench telegram` to compare with; its pins are not ours.
frameworks: $(FRAMEWORKS)/.set-up

$(FRAMEWORKS)/.set-up: $(addprefix $(PINS)/,requirements.lock package.json package-lock.json)
	$(PYTHON) -m venv $(FRAMEWORKS)
	$(FRAMEWORKS)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	cp $(PINS)/package.json $(PINS)/package-lock.json $(FRAMEWORKS)
	-cd $(FRAMEWORKS) && command -v npm >/dev/null && npm ci --silent --no-audit --no-fund
	touch $@

lock:                 ## choose versions anew (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header -o requirements.lock
	uv pip compile $(PINS)/requirements.in --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header -o $(PINS)/requirements.lock

clean:
	rm -rf $(VENV) $(FRAMEWORKS) build *.egg-info
