"""Writes the scorecard: what `partner-score scorecard` runs."""

from __future__ import annotations

import sys
import time

import duckdb
from tqdm import tqdm

from partner_score.outputs.scorecard.marts import Marts
from partner_score.outputs.scorecard.pages import shown_rules, write_scorecard
from partner_score.places import output_folder, warehouse_path
from partner_score.warehouse.lacking import in_words


def write(asked: str | None = None, has_names: bool = False) -> int:
    """Write the scorecard and say where it is.

    Arguments:
        asked: rule set or version to show first; None for the rules in force.
        has_names: whether pages name people, for readers who may know.

    Returns:
        The exit status: 0, or 1 when there is no built warehouse or no such rule set.
    """
    started = time.monotonic()
    warehouse, folder = warehouse_path(), output_folder() / "scorecard"
    try:
        marts = Marts(warehouse, has_names)
        rules = shown_rules(marts, asked)
    except (duckdb.Error, LookupError) as error:
        what = f"No scorecard is written. `partner-score build` builds the warehouse {warehouse}."
        print(f"{in_words(error, warehouse)}\n\n{what}", file=sys.stderr)
        return 1
    # only a terminal gets a bar
    bar = tqdm(marts.partners, desc="Scorecard", unit="partner", disable=None, leave=False)
    files = write_scorecard(marts, asked, folder, bar)
    marts.close()
    largest = max(path.stat().st_size for path in files) / 1e6
    pages = "1 page" if len(files) == 2 else f"{len(files) - 1} pages"
    print(f"Scorecard: {files[0]} and {pages}, at most {largest:.1f} MB each")
    print(f"By the {rules}; written in {time.monotonic() - started:.0f} s")
    if has_names:
        print("The pages name people: they are for use inside only.")
    return 0
