"""Answers questions about a built warehouse: what `partner-score ask` and `partner-score sql` run.

Every file of `analyses/` is a question. It is rendered here, and not by dbt, which takes seconds and opens the
warehouse for writing: an analysis uses `ref`, `var` and plain Jinja alone.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from partner_score.outputs.answers import Answer, print_answer
from partner_score.places import PROJECT, warehouse_path
from partner_score.warehouse.lacking import in_words

# Parameters that name something in the warehouse, and where it stands.
NAMED = {
    "pga_mpn_id": ("partner", "select pga_mpn_id from marts.dim_partner order by pga_mpn_id"),
    "ruleset_id": ("rule set", "select ruleset_id from marts.dim_ruleset where is_scored order by ruleset_id"),
    "as_of_month": (
        "scored month",
        "select as_of_month::varchar from marts.dim_month where not is_outlook order by as_of_month desc",
    ),
}
CUSTOMERS = """
    select distinct customer_name from marts.dim_customer
    where lower(customer_name) = lower($1) or customer_tenant_id = lower($1)
"""
SIMILAR_CUSTOMERS = """
    select distinct customer_name, jaro_winkler_similarity(lower(customer_name), lower($1)) as similarity
    from marts.dim_customer
    order by contains(lower(customer_name), lower($1)) desc, similarity desc, customer_name
    limit 3
"""
NAMES_LISTED = 12


class Unanswerable(Exception):
    """A question cannot be answered. The message says why, in a sentence."""


@dataclass(frozen=True)
class Question:
    """A file of `analyses/`.

    Attributes:
        about: what it answers, in a sentence.
        parameters: per parameter, what it means.
        needs: the parameter without which there is no question; None where there is none.
    """

    name: str
    about: str
    parameters: Mapping[str, str]
    needs: str | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return PROJECT / "analyses" / f"{self.name}.sql"


@cache
def questions() -> dict[str, Question]:
    """Every question by its name, in the order of `analyses/_analyses.yml`."""
    listed = yaml.safe_load((PROJECT / "analyses" / "_analyses.yml").read_text(encoding="utf-8"))["analyses"]
    return {
        one["name"]: Question(
            one["name"],
            one["description"],
            one.get("config", {}).get("meta", {}).get("parameters", {}),
            one.get("config", {}).get("meta", {}).get("needs"),
        )
        for one in listed
    }


def option(parameter: str) -> str:
    """The option for a parameter: `--as-of-month`."""
    return f"--{parameter.replace('_', '-')}"


def options() -> dict[str, str]:
    """Every option's parameter, with what it means."""
    return {
        parameter: meaning for question in questions().values() for parameter, meaning in question.parameters.items()
    }


def questions_in_words() -> str:
    """List the questions with a sentence and the options of each."""
    lines = []
    for question in questions().values():
        lines += [question.name, f"    {question.about}"]
        if question.parameters:
            lines.append(f"    Options: {', '.join(option(parameter) for parameter in question.parameters)}")
    return "\n".join([*lines, "", 'Example: partner-score ask explain_one_tenant --customer "Ironbark Timber"'])


def ask(name: str | None, values: Mapping[str, Any], form: str) -> int:
    """Answer a question of `analyses/` and print the answer.

    Arguments:
        name: file name without its ending; None to list the questions.
        values: parameters by name; one that is None was not given.
        form: `table`, `csv` or `json`.

    Returns:
        The exit status: 0, or 1 when there is no answer.
    """
    if name is None:
        print(questions_in_words())
        return 0
    return _told(lambda connection: _asked(connection, name, values), form)


def sql(query: str, form: str) -> int:
    """Run a query that only reads, and print the answer.

    Arguments:
        query: one statement of SQL; `-` reads it from the standard input.
        form: `table`, `csv` or `json`.

    Returns:
        The exit status: 0, or 1 when there is no answer.
    """
    return _told(lambda connection: _queried(connection, sys.stdin.read() if query == "-" else query), form)


def _told(answer_of, form: str) -> int:
    warehouse = warehouse_path()
    if not warehouse.exists():
        print(f"There is no warehouse {warehouse}. Build it first: partner-score build", file=sys.stderr)
        return 1
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            print_answer(answer_of(connection), form)
    except Unanswerable as error:
        print(error, file=sys.stderr)
        return 1
    except duckdb.Error as error:
        print(str(error).strip(), file=sys.stderr)
        return 1
    return 0


def _asked(connection: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any]) -> Answer:
    question = questions().get(name)
    if question is None:
        raise Unanswerable(f"There is no question {name}. There are: {', '.join(questions())}.")
    given = {parameter: value for parameter, value in values.items() if value is not None}
    for parameter in given:
        if parameter not in question.parameters:
            known = ", ".join(map(option, question.parameters)) or "none"
            raise Unanswerable(f"{name} has no option {option(parameter)}. Its options: {known}.")
    try:
        settled = {parameter: _settled(connection, parameter, value) for parameter, value in given.items()}
        if question.needs and question.needs not in settled:
            raise Unanswerable(f"{name} needs {option(question.needs)}: {question.parameters[question.needs]}")
        return _run(connection, rendered(connection, question, settled))
    except duckdb.Error as error:
        raise Unanswerable(in_words(error, warehouse_path())) from error


def rendered(connection: duckdb.DuckDBPyConnection, question: Question, values: Mapping[str, Any]) -> str:
    """The SQL of a question, as dbt compiles it.

    Arguments:
        connection: an open warehouse, which says in what schema a relation is.
        values: parameters by name; the file has the defaults of the others.

    Raises:
        Unanswerable: the warehouse lacks a relation that the question reads.
    """
    schemas = dict(connection.execute("select table_name, table_schema from information_schema.tables").fetchall())

    def ref(name: str) -> str:
        if name not in schemas:
            raise Unanswerable(f"The warehouse has no {name}. Build all of it: partner-score build")
        return f'"{schemas[name]}"."{name}"'

    templates = SandboxedEnvironment(undefined=StrictUndefined)
    template = templates.from_string(question.path.read_text(encoding="utf-8"))
    return template.render(ref=ref, var=lambda name, default=None: values.get(name, default))


def _settled(connection: duckdb.DuckDBPyConnection, parameter: str, value: Any) -> Any:
    """A value that the warehouse knows; nothing else gets into a query."""
    if parameter == "smallest_share":
        return _share(value)
    if parameter == "customer":
        return _customer(connection, value)
    if parameter == "as_of_month" and re.fullmatch(r"\d{4}-\d{2}", value):
        value = f"{value}-01"
    what, known_sql = NAMED[parameter]
    known = [name for (name,) in connection.execute(known_sql).fetchall()]
    if value not in known:
        raise Unanswerable(f"There is no {what} {value}. There are: {_listed(known)}.")
    return value


def _customer(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    if connection.execute(CUSTOMERS, [name]).fetchone():
        return name
    similar = [found for found, _ in connection.execute(SIMILAR_CUSTOMERS, [name]).fetchall()]
    nearest = f" The nearest: {', '.join(similar)}." if similar else ""
    raise Unanswerable(f"There is no customer {name}.{nearest}")


def _share(text: str) -> str:
    try:
        share = Decimal(text)
    except InvalidOperation:
        share = Decimal("NaN")
    if not share.is_finite():
        raise Unanswerable(f"{option('smallest_share')} {text} is no number. Write it like 0.05.")
    return f"{share:f}"


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    more = f" and {len(names) - NAMES_LISTED} more" if len(names) > NAMES_LISTED else ""
    return f"{', '.join(names[:NAMES_LISTED])}{more}" or "none"


def _queried(connection: duckdb.DuckDBPyConnection, query: str) -> Answer:
    statements = duckdb.extract_statements(query)
    reading = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
    if len(statements) != 1 or statements[0].type not in reading:
        raise Unanswerable('Give one query that reads, such as "from marts.partner_overview". Nothing is run.')
    return _run(connection, query)


def _run(connection: duckdb.DuckDBPyConnection, query: str) -> Answer:
    found = connection.execute(query)
    return Answer([column[0] for column in found.description], found.fetchall())
