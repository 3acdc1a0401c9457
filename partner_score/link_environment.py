"""Tells the virtual environment where the project lies: run once after it is made.

`.venv/bin/dbt build --project-dir ...` must work from any folder, but dbt looks for profiles.yml in the current folder
and in the home folder only, its relative paths start at the current folder, and the dbt-duckdb plugin is a module of
this project. A `.pth` file, read by Python at every start, settles all three.
"""

import sysconfig
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SETTINGS = {"DBT_PROFILES_DIR": str(PROJECT), "PARTNER_SCORE_HOME": str(PROJECT)}


def link_environment() -> Path:
    """Write the `.pth` file into the environment of the running Python and return its path."""
    link = Path(sysconfig.get_paths()["purelib"]) / "partner_score_warehouse.pth"
    settings = "; ".join(f"os.environ.setdefault({name!r}, {value!r})" for name, value in SETTINGS.items())
    link.write_text(f"{PROJECT}\nimport os; {settings}\n", encoding="utf-8")
    return link


if __name__ == "__main__":
    link_environment()
