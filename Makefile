# Every target sets up what it needs; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# duckdb, postgres or spark (docs/engines.md)
TARGET ?= duckdb
ENGINE_READY = $(if $(filter duckdb,$(TARGET)),$(READY),$(READY)-$(TARGET))

.DEFAULT_GOAL := help
.PHONY: help build load parity test lint bench sample requirements clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: $(ENGINE_READY) ## Build the warehouse from PARTNER_CENTER_EXPORTS (the shipped sample by default) and print the scoreboard [TARGET=postgres|spark]
	@$(BIN)/python -m $(if $(filter duckdb,$(TARGET)),partner_score.build,partner_score.$(TARGET) build)

load: $(ENGINE_READY) ## Bring the exports into schema raw of TARGET=postgres|spark
	@$(if $(filter duckdb,$(TARGET)),echo "DuckDB reads the exports where they are: make build",$(BIN)/python -m partner_score.$(TARGET) load)

parity: $(READY)-postgres $(READY)-spark ## Compare every mart and audit table of a throw-away Postgres and a local Spark with DuckDB's
	@$(BIN)/python -m parity.compare
	@$(BIN)/python -m pytest parity

test: lint ## Run every test, as CI does
	@$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(READY) ## Check the style of SQL and Python
	@WAREHOUSE_PATH=:memory: $(BIN)/sqlfluff lint --processes 2 --disable-progress-bar --quiet models tests analyses
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .

bench: $(READY) ## Measure a build of big exports: ROWS=5e6 [TENANTS=5e5] [CSV=1] [SKIP_REFRESH=1]
	@$(BIN)/python benchmarks/bench.py $(or $(ROWS),5e6) $(if $(TENANTS),--tenants $(TENANTS)) $(if $(CSV),--csv) $(if $(SKIP_REFRESH),--skip-refresh)

sample: $(READY) ## Write the sample exports again
	@$(BIN)/python sample/generate.py

requirements: $(READY) ## Pin the requirements again from pyproject.toml
	@$(BIN)/pip-compile --quiet --extra dev --allow-unsafe --output-file requirements.txt pyproject.toml
	@for engine in postgres spark; do \
		$(BIN)/pip-compile --quiet --extra $$engine --constraint requirements.txt --allow-unsafe \
			--output-file requirements-$$engine.txt pyproject.toml || exit 1; \
	done

clean: ## Remove the environment, logs and dbt's target folder; the warehouse stays
	@rm -rf $(VENV) target logs

$(READY): requirements.txt partner_score/link_environment.py
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@$(BIN)/python partner_score/link_environment.py
	@touch $@

$(READY)-%: requirements-%.txt $(READY)
	@echo "Setting up $(VENV) for $* ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@
