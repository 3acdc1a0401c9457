"""A dbt-duckdb plugin that lets a macro ask for the SQL of a raw view (see partner_score.exports)."""

from __future__ import annotations

import json
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from partner_score.exports import ExportError, raw_view_query
from partner_score.fingerprints import export_fingerprints, logic_fingerprint


class Plugin(BasePlugin):
    """Registers in DuckDB what the start hook asks: partner_center_raw_view and partner_center_exports."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions on a new connection."""
        view_arguments = ["VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN"]
        conn.create_function("partner_center_raw_view", raw_view_json, view_arguments, "VARCHAR", side_effects=True)
        conn.create_function(
            "partner_center_exports", exports_json, ["VARCHAR", "VARCHAR", "VARCHAR"], "VARCHAR", side_effects=True
        )


def raw_view_json(exports: str, dataset: str, columns_json: str, is_optional: bool) -> str:
    """Ask raw_view_query, with arguments and answer that fit into SQL.

    Arguments:
        exports: the folder of exports; a relative one starts at the current folder.
        dataset: the name of the dataset.
        columns_json: a JSON object of column name to whether it is required, in order.
        is_optional: whether the dataset may be absent.

    Returns:
        JSON: {"sql": the query} or {"error": what is wrong with the exports}.
    """
    try:
        return json.dumps({"sql": raw_view_query(Path(exports), dataset, json.loads(columns_json), is_optional)})
    except ExportError as error:
        return json.dumps({"error": str(error)})


def exports_json(exports: str, datasets_json: str, project: str) -> str:
    """Ask export_fingerprints and logic_fingerprint, with arguments and answer that fit into SQL.

    Arguments:
        exports: the folder of exports; a relative one starts at the current folder.
        datasets_json: a JSON list of the names of the datasets.
        project: the project folder.

    Returns:
        A JSON list of exports, each with dataset, export_date, file_count, byte_count, content_fingerprint and
        logic_fingerprint.
    """
    logic = logic_fingerprint(Path(project))
    found = export_fingerprints(Path(exports), json.loads(datasets_json))
    return json.dumps([{**export, "logic_fingerprint": logic} for export in found])
