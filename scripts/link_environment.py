"""Lets dbt itself, not `partner-score`, run from any folder: run once after the virtual environment is made.

`.venv/bin/dbt build --project-dir ...` looks for profiles.yml in the current folder and in the home folder only, and
its relative paths start at the current folder. A `.pth` file, read by Python at every start, settles both. Where the
package lies is known by its editable install.
"""

import sysconfig
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SETTINGS = {"DBT_PROFILES_DIR": str(PROJECT), "PARTNER_SCORE_HOME": str(PROJECT)}


def link_environment() -> Path:
    """Write the `.pth` file into the environment of the running Python and return its path."""
    link = Path(sysconfig.get_paths()["purelib"]) / "partner_score_warehouse.pth"
    settings = "; ".join(f"os.environ.setdefault({name!r}, {value!r})" for name, value in SETTINGS.items())
    link.write_text(f"import os; {settings}\n", encoding="utf-8")
    return link


if __name__ == "__main__":
    link_environment()
