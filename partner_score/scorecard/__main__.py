"""Writes the scorecard: what `make scorecard` runs."""

from __future__ import annotations

import argparse
import sys
import time

import duckdb
from tqdm import tqdm

from partner_score.build import PROJECT, warehouse_path
from partner_score.scorecard.marts import Marts
from partner_score.scorecard.pages import shown_rules, write_scorecard

FOLDER = PROJECT / "target" / "scorecard"


def main(arguments: list[str]) -> int:
    """Write the scorecard and say where it is.

    Returns:
        The exit status: 0, or 1 when there is no built warehouse or no such rule set.
    """
    options = _options(arguments)
    started = time.monotonic()
    warehouse = warehouse_path()
    try:
        marts = Marts(warehouse)
        rules = shown_rules(marts, options.ruleset)
    except (duckdb.Error, LookupError) as error:
        print(f"{error}\n\nNo scorecard is written. `make build` builds the warehouse {warehouse}.", file=sys.stderr)
        return 1
    # only a terminal gets a bar
    bar = tqdm(marts.partners, desc="Scorecard", unit="partner", disable=None, leave=False)
    files = write_scorecard(marts, options.ruleset, FOLDER, bar)
    marts.close()
    largest = max(path.stat().st_size for path in files) / 1e6
    pages = "1 page" if len(files) == 2 else f"{len(files) - 1} pages"
    print(f"Scorecard: {files[0]} and {pages}, at most {largest:.1f} MB each")
    print(f"By the {rules}; written in {time.monotonic() - started:.0f} s")
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scorecard", description="Writes the scorecard of a built warehouse.")
    parser.add_argument("--ruleset", help="rule set or version to show first, such as 2023-12; default: in force")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
