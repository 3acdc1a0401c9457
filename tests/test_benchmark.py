"""`make bench` measures, prints and records. How long anything takes is not tested."""

import re
import subprocess
import sys

from conftest import PROJECT


def test_benchmark_prints_and_records_a_row(tmp_path):
    results = tmp_path / "RESULTS.md"
    bench = [sys.executable, PROJECT / "benchmarks" / "bench.py", "2000", "--tenants", "20", "--skip-refresh"]
    done = subprocess.run(
        [*bench, "--folder", tmp_path, "--results", results], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^lines +1,980$", done.stdout, re.MULTILINE)
    assert re.search(r"^ratio +\d+\.\d+$", done.stdout, re.MULTILINE)
    assert done.stdout.count("\n| model ") + done.stdout.count("\n| test ") > 1
    assert "\n| 1,980 | 20 | Parquet | 2 | " in results.read_text(encoding="utf-8")
