"""Builds the warehouse and prints the scoreboard: what `make build` runs."""

import os
import subprocess
import sys
import time
from pathlib import Path

from partner_score.scoreboard import scoreboard

PROJECT = Path(__file__).resolve().parent.parent


def warehouse_path() -> Path:
    """The warehouse file: the environment variable WAREHOUSE_PATH, else warehouse.duckdb in the project."""
    return PROJECT / (os.environ.get("WAREHOUSE_PATH") or "warehouse.duckdb")


def main(arguments: list[str]) -> int:
    """Run `dbt build` without the unit tests, which check the code and not the data. Return the exit status."""
    started = time.monotonic()
    exports = os.environ.get("PARTNER_CENTER_EXPORTS") or "sample/exports"
    print(f"Building from {exports} ...", flush=True)
    dbt = [str(Path(sys.executable).with_name("dbt")), "--quiet", "build", "--exclude-resource-type", "unit_test"]
    if subprocess.run([*dbt, *arguments], cwd=PROJECT, check=False).returncode:
        print("\nThe build failed; details are in logs/dbt.log.", file=sys.stderr)
        return 1
    print(scoreboard(warehouse_path()))
    print(f"\nWarehouse: {warehouse_path()} (built in {time.monotonic() - started:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
