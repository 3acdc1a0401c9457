"""Where things lie: the dbt project, the warehouse, and what is written beside it.

In the repository everything lies in its folder, as dbt has it. An installed package is only read: what it writes lies
in the current folder.
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
WAREHOUSE_VARIABLE = "WAREHOUSE_PATH"
# The folder of downloads.
FOLDER_VARIABLE = "PARTNER_CENTER_EXPORTS"
WAREHOUSE = "warehouse.duckdb"


def project_folder() -> Path:
    """The folder of the dbt project: the repository, or the copy that an installed package brings along."""
    repository = PACKAGE.parent
    return repository if (repository / "dbt_project.yml").exists() else PACKAGE / "project"


PROJECT = project_folder()
IS_INSTALLED = PROJECT.parent == PACKAGE
# Asked once, because dbt changes the current folder.
HOME = Path(os.path.abspath(os.curdir)) if IS_INSTALLED else PROJECT


def warehouse_path() -> Path:
    """The warehouse file: what WAREHOUSE_PATH says, else warehouse.duckdb in the repository or the current folder."""
    return Path(os.path.abspath(os.environ.get(WAREHOUSE_VARIABLE) or HOME / WAREHOUSE))


def output_folder() -> Path:
    """The folder of all that is written but the warehouse: `target`; installed, `<warehouse>.output` beside it."""
    if not IS_INSTALLED:
        return PROJECT / "target"
    warehouse = warehouse_path()
    return warehouse.with_name(warehouse.name.removesuffix(".duckdb") + ".output")


def log_folder() -> Path:
    """The folder of log files."""
    return Path(os.environ.get("DBT_LOG_PATH") or (output_folder() if IS_INSTALLED else PROJECT) / "logs")


def tell_dbt() -> None:
    """Say to dbt, and to profiles.yml, where things lie. What the environment says already stays."""
    os.environ.setdefault("PARTNER_SCORE_HOME", str(HOME))
    os.environ.setdefault("DBT_TARGET_PATH", str(output_folder()))
    os.environ.setdefault("DBT_LOG_PATH", str(log_folder()))
