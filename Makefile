# Thin targets: what they do is in pyproject.toml, agents/cli and .ci/run.
PYTHON ?= python3.11
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: help install check compiled format test test-fast explore fuzz demo bench broker-start broker-stop clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

install: $(INSTALLED) ## a virtual environment with the pinned dependencies

$(INSTALLED): deploy/requirements.lock deploy/requirements-dev.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11, or name one by PYTHON=..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r deploy/requirements.lock -r deploy/requirements-dev.lock
	$(BIN)/python -m pip install -qq --no-deps --editable .
	touch $@

check: $(INSTALLED) ## format, lint, strict types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED) ## what `check` would ask for, as far as a tool can do it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The tests start hundreds of processes: our modules are compiled once, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

# Those with a Kafka of their own mostly wait; who is done with one does what needs none.
WORKERS ?= 4

test: $(INSTALLED) ## everything, on servers that it starts and stops; WORKERS=4 side by side
	$(MAKE) --jobs 2 check compiled
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

# Of a fresh clone pytest compiles each test anew, and four workers would all do so at once: one does
# beside the check, which keeps one core busy.  What is wrong with a test is told by its run.
compiled: $(INSTALLED)
	-@$(BIN)/python -m pytest --collect-only -qq >/dev/null 2>&1

# Each story once, of many alike one, and few of what is made up: the rest is for `make test`.
FAST := not kafka and not postgres and not npm and not chromium and not slow and not thorough
# Its requests are made up when it is collected, which takes each worker seconds.
MADE_UP := tests/contracts/mediaos_simulator/test_schemathesis.py

test-fast: $(INSTALLED) ## what needs no Kafka, PostgreSQL, npm and Chromium, and is not slow
	FUZZ_INPUTS=$${FUZZ_INPUTS:-1000} HYPOTHESIS_PROFILE=$${HYPOTHESIS_PROFILE:-few} \
		$(BIN)/python -m pytest -n 2 -m "$(FAST)" --ignore $(MADE_UP) -p no:schemathesis

explore: $(INSTALLED) ## days and books that nobody has played yet; DAYS=7 plays those of a run again, BOOKS=500 more
	TURNS=all BOOKS=$${BOOKS:-100} $(BIN)/python -m pytest -n 2 \
		tests/scenarios/both/test_any_*.py tests/scenarios/*kill*.py tests/scenarios/both/*kill*.py

fuzz: $(INSTALLED) ## 100,000 absurd inputs at every door, into .local/fuzz.json; INPUTS=1000000 more, SEED=7 others
	FUZZ_INPUTS=$(or $(INPUTS),100000) FUZZ_ONE_OF=5 $(if $(SEED),FUZZ_SEED=$(SEED)) FUZZ_RESULT=.local/fuzz.json \
		$(BIN)/python -m pytest tests/fuzz -p no:cacheprovider --timeout 0

demo: $(INSTALLED) ## a publisher's day on a real Kafka; SEED=7 another day, KEEP=1 leaves it running
	$(BIN)/isthmus demo $(if $(SEED),--seed $(SEED)) $(if $(KEEP),--keep)

bench: $(INSTALLED) ## the figures, each beside its rival
	$(BIN)/isthmus bench

broker-start: $(INSTALLED) ## the local Kafka that demo and tests use
	$(BIN)/isthmus broker start

broker-stop: $(INSTALLED) ## stop it; its data stays under .local/
	$(BIN)/isthmus broker stop

clean: ## forget the environment and every local state
	rm -rf .venv .local build *.egg-info
