"""Measures a build on a local Spark: what docs/scale.md reckons with.

    python -m benchmarks.spark EXPORTS [options of dbt build]

Loads and builds the exports, for example those of generate_big.py, and prints seconds, tasks, what was read, shuffled,
spilled and written, and the dbt nodes that took longest, from Spark's own event log.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

from partner_score.engines import spark
from partner_score.warehouse.source_folder import Source

SLOWEST_NODES = 10
MIB = 1 << 20


def figures(event_log: Path) -> Counter[str]:
    """Sum what the tasks of an event log report: bytes and records, and how many tasks there were."""
    total: Counter[str] = Counter()
    for file in event_log.rglob("*"):
        if not file.is_file():
            continue
        for line in file.open(encoding="utf-8"):
            if '"SparkListenerTaskEnd"' not in line[:60]:
                continue
            metrics = json.loads(line).get("Task Metrics") or {}
            total["tasks"] += 1
            total["input bytes"] += metrics["Input Metrics"]["Bytes Read"]
            total["input records"] += metrics["Input Metrics"]["Records Read"]
            total["shuffle bytes"] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
            total["shuffle records"] += metrics["Shuffle Write Metrics"]["Shuffle Records Written"]
            total["spilled bytes"] += metrics["Disk Bytes Spilled"]
            total["output bytes"] += metrics["Output Metrics"]["Bytes Written"]
            total["CPU milliseconds"] += metrics["Executor CPU Time"] // 1_000_000
            total["peak bytes of a task"] = max(total["peak bytes of a task"], metrics["Peak Execution Memory"])
    return total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exports", type=Path)
    arguments, options = parser.parse_known_args()
    folder = Path(tempfile.mkdtemp(prefix="spark-bench-"))
    log = folder / "events"
    log.mkdir()
    (folder / "spark").mkdir()
    settings = f"--conf spark.eventLog.enabled=true --conf spark.eventLog.compress=false --conf spark.eventLog.dir=file://{log}"
    os.environ |= {"SPARK_WAREHOUSE": str(folder / "spark"), "DBT_TARGET_PATH": str(folder / "target")}
    os.environ |= {"PARTNER_CENTER_EXPORTS": str(arguments.exports), "SPARK_LOCAL_IP": "127.0.0.1"}
    os.environ["PYSPARK_SUBMIT_ARGS"] = f"{settings} pyspark-shell"
    try:
        started = time.monotonic()
        spark.run_load(Source(str(arguments.exports), False))
        loaded = time.monotonic()
        spark.build(options)
        built = time.monotonic()
        print(f"load {loaded - started:.0f} s, build {built - loaded:.0f} s")
        for table in ("raw.azure_usage", "intermediate.int_tenant_comparisons", "marts.fct_customer_contribution"):
            print(f"{table}: {spark.rows(f'select count(*) from {table}')[0][0]:,} rows")
        for name, value in sorted(figures(log).items()):
            print(f"{name}: {value / MIB:,.0f} MiB" if "bytes" in name else f"{name}: {value:,}")
        results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
        slowest = sorted(results, key=lambda result: -result["execution_time"])[:SLOWEST_NODES]
        print("\n".join(f"{r['execution_time']:8.1f} s  {r['unique_id'].split('.', 2)[2]}" for r in slowest))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
