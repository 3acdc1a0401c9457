"""Tries the warehouse in Apache Superset, through its REST API alone: database, dataset, chart query.

Run it by hand with `.venv/bin/python scripts/try_superset.py` after `make build`. Superset goes into an environment of
its own in target/superset, listens on loopback, and is stopped at the end. What a chart answers is compared with the
warehouse.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from contextlib import contextmanager

import duckdb
import requests

from partner_score.places import PROJECT, warehouse_path

FOLDER = PROJECT / "target" / "superset"
BIN = FOLDER / "venv" / "bin"
PORT = 8099
SERVER = f"http://127.0.0.1:{PORT}"
PASSWORD = secrets.token_urlsafe(24)
RULESET = "security_2022_10"
EXPECTED = """
    select pga_mpn_id, max(total_points) from marts.fct_designation
    where ruleset_id = ? and as_of_month >= ? group by pga_mpn_id order by pga_mpn_id
"""


def main() -> int:
    """Install, start and ask Superset; return the exit status: 0 when the chart answers what the warehouse holds."""
    install()
    with running():
        session = logged_in()
        database = created(
            session,
            "database",
            {
                "database_name": "Partner score",
                "sqlalchemy_uri": f"duckdb:///{warehouse_path()}",
                "extra": '{"engine_params": {"connect_args": {"read_only": true}}}',
            },
        )
        dataset = created(
            session, "dataset", {"database": database, "schema": "marts", "table_name": "fct_designation"}
        )
        described = session.get(f"{SERVER}/api/v1/dataset/{dataset}", timeout=60).json()["result"]
        print(f"Dataset: {len(described['columns'])} columns, time column {described['main_dttm_col']}")
        answer = chart_answer(session, dataset)
    for pga_mpn_id, points in answer:
        print(f"{pga_mpn_id}  {points:6.2f}")
    with duckdb.connect(str(warehouse_path()), read_only=True) as connection:
        expected = connection.execute(EXPECTED, [RULESET, "2024-01-01"]).fetchall()
    is_equal = answer == [(pga_mpn_id, float(points)) for pga_mpn_id, points in expected]
    print("The chart answers what the warehouse holds." if is_equal else f"The warehouse holds {expected}.")
    return 0 if is_equal else 1


def install() -> None:
    """Make Superset's environment and its own database, unless they are there."""
    if not (BIN / "superset").exists():
        subprocess.run([sys.executable, "-m", "venv", FOLDER / "venv"], check=True)
        wanted = PROJECT / "scripts" / "superset_requirements.txt"
        subprocess.run([BIN / "pip", "install", "--quiet", "--requirement", wanted], check=True)
    (FOLDER / "superset.db").unlink(missing_ok=True)
    (FOLDER / "superset_config.py").write_text(
        f"SECRET_KEY = {secrets.token_urlsafe(48)!r}\n"
        f"SQLALCHEMY_DATABASE_URI = 'sqlite:///{FOLDER / 'superset.db'}'\n"
        "TALISMAN_ENABLED = False\n",
        encoding="utf-8",
    )
    superset("db", "upgrade")
    names = ("--username", "admin", "--firstname", "A", "--lastname", "Admin", "--email", "admin@localhost")
    superset("fab", "create-admin", *names, "--password", PASSWORD)
    superset("init")


def environment() -> dict[str, str]:
    """Superset's settings."""
    return {**os.environ, "SUPERSET_CONFIG_PATH": str(FOLDER / "superset_config.py"), "FLASK_APP": "superset"}


def superset(*arguments: str) -> None:
    """Run a command of Superset and show what it says only when it fails."""
    done = subprocess.run(
        [BIN / "superset", *arguments], env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"superset {arguments[0]} failed.\n{done.stdout}{done.stderr}")


@contextmanager
def running():
    """Superset, for as long as it is asked."""
    command = [BIN / "superset", "run", "--host", "127.0.0.1", "--port", str(PORT)]
    with (FOLDER / "server.log").open("w") as log:
        server = subprocess.Popen(command, env=environment(), stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_until_healthy(server)
            yield
        finally:
            server.terminate()
            server.wait()


def wait_until_healthy(server: subprocess.Popen) -> None:
    """Wait until the server answers, three minutes at most."""
    for _ in range(180):
        if server.poll() is not None:
            break
        try:
            if requests.get(f"{SERVER}/health", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(1)
    sys.exit(f"Superset does not answer. See {FOLDER / 'server.log'}.")


def logged_in() -> requests.Session:
    """A session of the administrator that may write."""
    session = requests.Session()
    login = {"username": "admin", "password": PASSWORD, "provider": "db"}
    answer = session.post(f"{SERVER}/api/v1/security/login", json=login, timeout=60)
    answer.raise_for_status()
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    token = session.get(f"{SERVER}/api/v1/security/csrf_token/", timeout=60).json()["result"]
    session.headers.update({"X-CSRFToken": token, "Referer": SERVER})
    return session


def created(session: requests.Session, kind: str, values: dict) -> int:
    """Create a thing of a kind; return its id."""
    answer = session.post(f"{SERVER}/api/v1/{kind}/", json=values, timeout=120)
    if not answer.ok:
        sys.exit(f"Superset takes no {kind}: {answer.status_code} {answer.text}")
    print(f"Created {kind} {answer.json()['id']}")
    return answer.json()["id"]


def chart_answer(session: requests.Session, dataset: int) -> list[tuple[str, float]]:
    """What a chart shows: the best total of each partner since the beginning of 2024."""
    total = {"expressionType": "SIMPLE", "column": {"column_name": "total_points"}, "aggregate": "MAX", "label": "best"}
    query = {
        "columns": ["pga_mpn_id"],
        "metrics": [total],
        "filters": [{"col": "ruleset_id", "op": "==", "val": RULESET}],
        "granularity": "as_of_month",
        "time_range": "2024-01-01 : ",
        "orderby": [["pga_mpn_id", True]],
        "row_limit": 1000,
    }
    asked = {"datasource": {"id": dataset, "type": "table"}, "queries": [query], "result_type": "full", "force": True}
    started = time.monotonic()
    answer = session.post(f"{SERVER}/api/v1/chart/data", json=asked, timeout=120)
    if not answer.ok:
        sys.exit(f"The chart has no answer: {answer.status_code} {answer.text}")
    result = answer.json()["result"][0]
    print(f"Chart: {result['rowcount']} rows in {time.monotonic() - started:.1f} s\n{result['query']}")
    return [(row["pga_mpn_id"], float(row["best"])) for row in result["data"]]


if __name__ == "__main__":
    sys.exit(main())
