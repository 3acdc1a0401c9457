"""A dbt-duckdb plugin by which the start hook takes in the exports (see partner_score.intake)."""

from __future__ import annotations

import json
import os
import tempfile
from functools import partial
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from partner_score.intake.errors import ExportError
from partner_score.intake.sources import datasets
from partner_score.intake.store import KEEP_VARIABLE, default_store
from partner_score.intake.taking_in import take_in
from partner_score.intake.views import INTAKE_COLUMNS, export_rows, intake_rows, raw_view
from partner_score.warehouse.fingerprints import logic_fingerprint
from partner_score.warehouse.scenarios_file import SCENARIO_COLUMNS, scenario_rows
from partner_score.warehouse.source_folder import UNKNOWN, Source, chosen_source


class Plugin(BasePlugin):
    """Registers in DuckDB what the start hook asks: the folder of exports, and what lies in it."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions on a new connection."""
        database = getattr(self.creds, "path", None) or ":memory:"
        # A warehouse in memory has no place beside it.
        warehouse = Path(tempfile.gettempdir(), "partner_score.duckdb") if ":memory:" in database else Path(database)
        for name, function, arguments in (
            ("partner_center_source_folder", source_folder_json, ["VARCHAR"]),
            ("partner_center_intake", partial(intake_json, warehouse), ["VARCHAR", "VARCHAR"]),
        ):
            conn.create_function(name, function, arguments, "VARCHAR", side_effects=True)


def source_folder_json(remembered_json: str) -> str:
    """Ask chosen_source, with argument and answer that fit into SQL.

    Arguments:
        remembered_json: what the warehouse was built from, as JSON: [] without a warehouse, [null] where it does not
            say, else a list of one {"folder": ..., "is_sample": ...}.

    Returns:
        JSON: {"folder": the folder to read, "is_sample": whether it is the sample} or {"error": why it is refused}.
    """
    remembered = [UNKNOWN if source is None else Source(**source) for source in json.loads(remembered_json)]
    try:
        source = chosen_source(remembered[0] if remembered else None)
    except ExportError as error:
        return json.dumps({"error": str(error)})
    return json.dumps({"folder": source.folder, "is_sample": source.is_sample})


def intake_json(warehouse: Path, exports: str, project: str) -> str:
    """Ask take_in, with arguments and answer that fit into SQL.

    Arguments:
        warehouse: the warehouse, beside which the store is.
        exports: the folder of exports; a relative one starts at the current folder.
        project: the project folder.

    Returns:
        JSON: {"views": the query of each raw view by dataset, "intake": the rows of raw.intake, "intake_columns": their
        types by column, "scenarios" and "scenario_columns": the same for raw.scenarios, "exports": the rows of
        raw.exports, "said": the table of what was done} or {"error": what is wrong with the exports}.
    """
    is_draft = bool(os.environ.get(KEEP_VARIABLE))
    said: list[str] = []
    try:
        intake = take_in(Path(exports), default_store(warehouse), say=said.append, keeps_withdrawn=is_draft)
        scenarios = scenario_rows(Path(exports))
    except ExportError as error:
        return json.dumps({"error": str(error)})
    logic = logic_fingerprint(Path(project))
    return json.dumps(
        {
            "views": {dataset.name: raw_view(intake, dataset) for dataset in datasets()},
            "intake": intake_rows(intake),
            "intake_columns": INTAKE_COLUMNS,
            "scenarios": scenarios,
            "scenario_columns": SCENARIO_COLUMNS,
            "exports": [{**export, "logic_fingerprint": logic} for export in export_rows(intake)],
            "said": [] if is_draft else said,
        }
    )
