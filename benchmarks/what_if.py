"""Times `partner-score what-if`, each answer in a process of its own, as a person waits for it.

    python -m benchmarks.what_if PARTNER [--warehouse FILE] [--runs 10]

Prints the median of the seconds that pass and of the seconds of processor time: on a busy machine the two differ.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time

QUESTION = ("--certify", "2:sc-200", "--azure-customers", "3:12000")


def main() -> None:
    """Ask the same question several times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("partner", help="partner to ask about")
    parser.add_argument("--warehouse", help="warehouse file, in place of WAREHOUSE_PATH")
    parser.add_argument("--runs", type=int, default=10)
    options = parser.parse_args()
    if options.warehouse:
        os.environ["WAREHOUSE_PATH"] = os.path.abspath(options.warehouse)
    call = [sys.executable, "-m", "partner_score", "what-if", "--partner", options.partner, *QUESTION]
    passed, used = [], []
    for _ in range(options.runs):
        before, started = _processor_seconds(), time.monotonic()
        subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
        passed.append(time.monotonic() - started)
        used.append(_processor_seconds() - before)
    print(f"seconds {statistics.median(passed):.2f}, of the processor {statistics.median(used):.2f}")


def _processor_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main()
