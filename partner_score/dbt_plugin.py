"""A dbt-duckdb plugin that lets a macro ask for the SQL of a raw view (see partner_score.exports)."""

from __future__ import annotations

import json
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from partner_score.exports import ExportError, raw_view_query

FUNCTION = "partner_center_raw_view"


class Plugin(BasePlugin):
    """Registers the function partner_center_raw_view(exports, dataset, columns_json, is_optional) in DuckDB."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the function on a new connection."""
        conn.create_function(
            FUNCTION, raw_view_json, ["VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN"], "VARCHAR", side_effects=True
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
