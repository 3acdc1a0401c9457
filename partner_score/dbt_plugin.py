"""A dbt-duckdb plugin that lets a macro ask for the SQL of a raw view (see partner_score.exports)."""

from __future__ import annotations

import json
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from partner_score.exports import ExportError, raw_view
from partner_score.fingerprints import export_fingerprints, logic_fingerprint
from partner_score.source_folder import UNKNOWN, Source, chosen_source
from partner_score.sources import datasets


class Plugin(BasePlugin):
    """Registers in DuckDB what the start hook asks: the folder of exports, a raw view of each report, the exports."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions on a new connection."""
        for name, function, arguments in (
            ("partner_center_source_folder", source_folder_json, ["VARCHAR"]),
            ("partner_center_raw_view", raw_view_json, ["VARCHAR", "VARCHAR"]),
            ("partner_center_exports", exports_json, ["VARCHAR", "VARCHAR", "VARCHAR"]),
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


def raw_view_json(exports: str, dataset: str) -> str:
    """Ask raw_view, with arguments and answer that fit into SQL.

    Arguments:
        exports: the folder of exports; a relative one starts at the current folder.
        dataset: the name of the dataset.

    Returns:
        JSON: {"sql": the query, "remarks": what a reader should know of the files} or {"error": what is wrong with the
        exports}.
    """
    try:
        view = raw_view(Path(exports), next(wanted for wanted in datasets() if wanted.name == dataset))
    except ExportError as error:
        return json.dumps({"error": str(error)})
    return json.dumps({"sql": view.sql, "remarks": view.remarks})


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
