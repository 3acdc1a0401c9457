# Every target sets up what it needs; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# duckdb, postgres or spark (docs/engines.md)
TARGET ?= duckdb
ENGINE_READY = $(if $(filter duckdb,$(TARGET)),$(READY),$(READY)-$(TARGET))

.DEFAULT_GOAL := help
.PHONY: help build load fetch intake scorecard export docs parity test browser lint bench screenshots sample requirements clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: $(ENGINE_READY) ## Build the warehouse from PARTNER_CENTER_EXPORTS (the shipped sample by default) and print the scoreboard: [RULESET=2023-12] [OPTIONS=--source-changed] [TARGET=postgres|spark]
	@$(BIN)/partner-score build --target $(TARGET) $(if $(RULESET),--ruleset $(RULESET)) $(OPTIONS)

load: $(ENGINE_READY) ## Bring the exports into schema raw of TARGET=postgres|spark
	@$(if $(filter duckdb,$(TARGET)),echo "DuckDB needs no load: make build",$(BIN)/partner-score load --target $(TARGET) $(OPTIONS))

parity: $(READY)-postgres $(READY)-spark ## Compare every mart and audit table of a throw-away Postgres and a local Spark with DuckDB's
	@$(BIN)/python -m parity.compare
	@$(BIN)/python -m pytest parity

fetch: $(READY) ## Fetch the newest exports from Partner Center into PARTNER_CENTER_EXPORTS (docs/fetch.md): [OPTIONS=--dry-run]
	@$(BIN)/partner-score fetch $(OPTIONS)

intake: $(READY) ## Say what the build would read in PARTNER_CENTER_EXPORTS: [OPTIONS=--dry-run]
	@$(BIN)/partner-score intake $(OPTIONS)

scorecard: $(READY) ## Write a page per partner and an index to target/scorecard: [RULESET=2023-12] [NAMES=1]
	@$(BIN)/partner-score scorecard $(if $(RULESET),--ruleset $(RULESET)) $(if $(NAMES),--names)

test: lint browser ## Run every test (CI runs parity, too)
	@$(BIN)/python -m pytest -n 2 --dist loadfile

browser: ## Install Debian's Chromium for the tests of the scorecard, when it is missing
	@tests/install_chromium.sh

lint: $(READY) ## Check the style of SQL and Python
	@WAREHOUSE_PATH=:memory: $(BIN)/sqlfluff lint --processes 2 --disable-progress-bar --quiet models tests analyses
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .

bench: $(READY) ## Measure a build of big exports: ROWS=5e6 [TENANTS=5e5] [CSV=1] [SKIP_REFRESH=1]
	@$(BIN)/python benchmarks/bench.py $(or $(ROWS),5e6) $(if $(TENANTS),--tenants $(TENANTS)) $(if $(CSV),--csv) $(if $(SKIP_REFRESH),--skip-refresh)

screenshots: scorecard browser ## Take the README's pictures of the scorecard again
	@$(BIN)/python docs/take_screenshots.py

export: $(READY) ## Write the marts as Parquet, CSV and an Excel workbook to target/export: [RULESET=2023-12]
	@$(BIN)/partner-score export $(if $(RULESET),--ruleset $(RULESET))

docs: $(READY) ## Write dbt's documentation and the column lineage to target/docs
	@$(BIN)/partner-score docs

sample: $(READY) ## Write the sample exports again
	@$(BIN)/python sample/generate.py

requirements: $(READY) ## Pin the requirements again from pyproject.toml
	@$(BIN)/pip-compile --quiet --extra dev --extra fetch --allow-unsafe --output-file requirements.txt pyproject.toml
	@for engine in postgres spark; do \
		$(BIN)/pip-compile --quiet --extra $$engine --constraint requirements.txt --allow-unsafe \
			--output-file requirements-$$engine.txt pyproject.toml || exit 1; \
	done

clean: ## Remove the environment, logs and dbt's target folder; the warehouse stays
	@rm -rf $(VENV) target logs

$(READY): requirements.txt scripts/link_environment.py
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python scripts/link_environment.py
	@touch $@

$(READY)-%: requirements-%.txt $(READY)
	@echo "Setting up $(VENV) for $* ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@
