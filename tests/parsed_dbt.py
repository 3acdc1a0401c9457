"""dbt on a project that was parsed before: parsed_dbt.py PARTIAL_PARSE ARGUMENTS...

The warehouse's path is part of the profile, and dbt parses everything again when it is another; every test has its own.
"""

import sys
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

if __name__ == "__main__":
    parsed, *arguments = sys.argv[1:]
    manifest = Manifest.from_msgpack(Path(parsed).read_bytes())
    manifest.build_flat_graph()
    outcome = dbtRunner(manifest=manifest).invoke(arguments)
    if outcome.exception:
        print(outcome.exception)
    sys.exit(0 if outcome.success else 1)
