# Every target sets up what it needs: `make demo` and `make test` work in a fresh checkout.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

SEED ?= 1
COUNT ?= 20
ROUNDS ?= 200
OUT ?= bench-out
REAL ?=

.DEFAULT_GOAL := help
.PHONY: help setup check fix test demo pictures screenshots fixtures bench bench-cells bench-speed bench-decoder bench-panel bench-review notebooks docs pins

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

setup: $(READY) ## make .venv with gouji and all that its tests need

$(READY): constraints.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "the venv module is needed (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "setting up $(VENV) ..."
	@# Every version is pinned, so nothing is resolved: docs/decisions/dependencies.md
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--config-settings editable_mode=compat --editable . 2>&1 | { grep -i error || true; }
	@$(BIN)/python -c 'import extract'
	@touch $@

check: $(READY) ## style, types, and the one-way flow of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

fix: $(READY) ## mend style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: $(READY) ## all tests
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile $(PYTEST)

demo: $(READY) ## read the reports in fixtures/reports and show what comes out
	@$(BIN)/python -m fixtures.demo fixtures/reports demo-out

pictures: $(READY) ## draw the README's picture anew
	$(BIN)/python -m fixtures.picture fixtures/reports/word-older.pdf docs/pictures/demo.png

screenshots: $(READY) ## photograph the audit and the review pages anew (needs Chromium)
	$(BIN)/python -m fixtures.screenshots fixtures/reports docs/pictures

fixtures: $(READY) ## make reports with their truth: SEED=1 COUNT=20 OUT=bench-out
	$(BIN)/python -m fixtures.make --seed $(SEED) --count $(COUNT) --kind all -o $(OUT)

bench: $(READY) ## measure cells, errors and speed; REAL=DIR for a folder with truth.json
	$(BIN)/python -m tests.bench $(if $(REAL),--real $(REAL))

bench-decoder: $(READY) ## measure the decoder beside other methods: trade-off, priors, accusations
	$(BIN)/python tests/bench/decoder.py --seed $(SEED) --reports 500
	$(BIN)/python tests/bench/decoder.py --seed $(SEED) --reports 100 --curve
	$(BIN)/python tests/bench/decoder.py --seed $(SEED) --reports 250 --priors

bench-panel: $(READY) ## measure panel, sample and diff on 10,000 simulated reports, and the bound
	$(BIN)/python -m tests.bench.panel --seed $(SEED)

bench-review: $(READY) ## measure the review pages on 10,000 reports
	$(BIN)/python -m tests.bench.review

fuzz: $(READY) ## mutated fixtures through the real worker: COUNT=2000 SEED=1
	$(BIN)/python -m tests.hostile.fuzz --count $(if $(filter 20,$(COUNT)),2000,$(COUNT)) --seed $(SEED)

bench-kill: $(READY) ## runs killed at random moments and resumed: ROUNDS=200 SEED=1
	$(BIN)/python -m tests.bench.kill --rounds $(ROUNDS) --seed $(SEED)

bench-ray: $(READY) ## a Ray node killed amid a run, five times
	$(BIN)/python -m tests.bench.cluster

bench-scale: $(READY) ## throughput, memory and export as the number of reports grows
	$(BIN)/python -m tests.bench.scale

bench-cells: $(READY) ## measure the reading of scanned cells without their grids
	$(BIN)/python -m tests.bench.cells

bench-speed: $(READY) ## measure the speed of reading scans against RapidOCR
	$(BIN)/python -m tests.bench.speed

notebooks: $(READY) ## run the notebooks
	$(BIN)/jupyter execute notebooks/*.ipynb

docs: $(READY) ## build the site in docs-out; a warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

pins: ## write the versions of this .venv to constraints.txt
	$(BIN)/python -m pip freeze --all --exclude-editable | grep -viE '^(pip|wheel)==|@' > constraints.txt
