"""The command `partner-score`."""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
import traceback
from collections.abc import Callable
from pathlib import Path

from partner_score.places import FOLDER_VARIABLE, HOME, WAREHOUSE, WAREHOUSE_VARIABLE, log_folder, warehouse_path

# What a command needs is imported when it runs, so that help and a refusal come at once.
# ruff: noqa: PLC0415

# Options of `dbt build` that no value follows, so that what follows may be FOLDER.
DBT_FLAGS = {"--full-refresh", "-f", "--fail-fast", "-x", "--empty", "--debug", "-d", "--quiet", "-q"}

ABOUT = """
Scores a Microsoft partner for Security from the reports of Partner Center, and says where each point comes from.
Everything stays on this machine; `fetch` alone asks Partner Center. `partner-score COMMAND --help` explains a command.
"""
BUILD = """
Reads the downloads in FOLDER, builds the warehouse, tests it, and prints the scoreboard.
FOLDER may hold CSV, text, Excel, Parquet, .gz and .zip files under any name. The header says which report a file is.
Without FOLDER the build reads the folder of the last build, and at first the sample.
A refused build leaves the last warehouse as it was.
Other options go to `dbt build`; write FOLDER before them.
"""
INTAKE = """
Says what the build would read: each file, its report, its day, its rows, and what was decided about it.
It reads new files into the store, so that the build need not read them again. With --dry-run it writes nothing.
"""
LOAD = """
Brings the downloads in FOLDER into Postgres, or makes Spark see them. `build --target` builds from there.
"""
FETCH = """
Fetches the newest exports from Partner Center into FOLDER, which `partner-score build FOLDER` reads: what changed since
the last export, and at first as much as there is. Without FOLDER it is the folder of the last build.
PARTNER_SCORE_CLIENT_ID and PARTNER_SCORE_TENANT_ID name the application that you registered (docs/fetch.md).
Sign in once with --sign-in; then run it from a schedule. It was never run against Microsoft's service, only a fake.
"""
SCORECARD = "Writes the score as pages to read: one per partner, and an index. Build the warehouse first."
EXPORT = "Writes every table as Parquet and CSV, and an Excel workbook. Build the warehouse first."
WHAT_IF = """
Says what the score of the last month would be if something else were so, by the rules in force on the better path.
Every option may be given several times, and all that is given happens together. The warehouse is only read: build it
first. A TENANT is the id of a customer's tenant, or the customer's name. A PERSON is an id of fct_certified_individual,
or any name for somebody new.
"""
ASK = """
Answers a question about the built warehouse. Without NAME it lists the questions, each with a sentence and its options.
The answer has every row and column. Nothing is written.
"""
SQL = """
Runs a query on the built warehouse and prints every row and column. A query that would write is refused.
README lists the tables and what they answer.
"""
DOCS = "Writes dbt's documentation and the lineage of every column, as pages. Build the warehouse first."


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and ends with status 1, as every refusal does."""

    def error(self, message: str) -> None:
        self.exit(1, f"{message[0].upper()}{message[1:]}. `{self.prog} --help` shows what there is.\n")


class Refused(Exception):
    """The command cannot begin. The message says why."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Arguments:
        arguments: what stands after `partner-score`; that of this process when it is left out.

    Returns:
        The exit status: 0; 1 when something is refused; 2 when a question names what is not there; 130 when it is
        interrupted.
    """
    _print_any_letter()
    arguments = sys.argv[1:] if arguments is None else arguments
    others: list[str] = []
    if arguments[:1] == ["build"]:
        arguments, others = _without_dbt_options(arguments)
    parser = _parser(is_asked=arguments[:1] == ["ask"])
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        _settle(options)
        status = options.run(options, others)
        sys.stdout.flush()
        return status
    except Refused as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Who reads has seen enough, such as head. What is left must not be written when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001
        print(f"\n{_lacking(error) or _unexpected(error)}", file=sys.stderr)
        return 1


def _parser(is_asked: bool = False) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="partner-score",
        description=textwrap.dedent(ABOUT).strip(),
        epilog="Example: partner-score build Downloads",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", prog="partner-score")

    def command(name: str, run: Callable, about: str, line: str, example: str) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name,
            help=line,
            description=about.strip(),
            epilog=f"Example: partner-score {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        added.set_defaults(run=run, folder=None)
        return added

    build = command("build", _build, BUILD, "build the warehouse and print the scoreboard", "build Downloads")
    _add_folder(build)
    _add_ruleset(build)
    build.add_argument("--source-changed", action="store_true", help="read another folder than the last build did")
    build.add_argument("--allow-rejects", action="store_true", help="build although no row of a report counts")
    build.add_argument("-t", "--target", choices=("duckdb", "postgres", "spark"), default="duckdb", help="engine")
    _add_warehouse(build)

    intake = command("intake", _intake, INTAKE, "say what the build would read", "intake Downloads --dry-run")
    _add_folder(intake)
    intake.add_argument("--dry-run", action="store_true", help="write nothing")
    _add_warehouse(intake)

    _add_fetch(command)
    line = "write the score as pages to read"
    scorecard = command("scorecard", _scorecard, SCORECARD, line, "scorecard --ruleset 2023-12")
    export = command("export", _export, EXPORT, "write the tables as files, and a workbook", "export")
    docs = command("docs", _docs, DOCS, "write the documentation of the tables", "docs")
    scorecard.add_argument(
        "--names", action="store_true", help="show names of people, not pseudonyms; for pages that stay inside"
    )
    line = "say what the score would be if something else were so"
    what_if = command(
        "what-if", _what_if, WHAT_IF, line, "what-if --partner 99200000 --certify 2:sc-200 --azure-customers 3:12000"
    )
    _add_changes(what_if)
    for added in (scorecard, export, what_if):
        _add_ruleset(added)
    for added in (scorecard, export, docs, what_if):
        _add_warehouse(added)

    _add_questions(command, is_asked)

    line = "bring the downloads into Postgres or Spark"
    load = command("load", _load, LOAD, line, "load Downloads --target postgres")
    _add_folder(load)
    load.add_argument("-t", "--target", choices=("postgres", "spark"), required=True, help="engine")
    load.add_argument("--source-changed", action="store_true", help="read another folder than the last load did")
    return parser


def _add_fetch(command: Callable) -> None:
    line = "fetch the newest exports from Partner Center"
    fetch = command("fetch", _fetch, FETCH, line, "fetch Downloads --dry-run")
    text = f"your downloads, made when missing; in place of {FOLDER_VARIABLE}"
    fetch.add_argument("into", nargs="?", metavar="FOLDER", help=text)
    fetch.add_argument("--sign-in", action="store_true", help="sign in with a code in a browser, and fetch nothing")
    fetch.add_argument("--dry-run", action="store_true", help="say what would be asked for, and write nothing")
    text = "fetch this one only, such as AzureUsage; may be given several times"
    fetch.add_argument("--dataset", action="append", default=[], metavar="NAME", help=text)
    text = "minutes to wait for a report, 60 when left out"
    fetch.add_argument("--wait", type=_positive, default=60.0, metavar="MINUTES", help=text)
    text = "seconds that a request may take to connect, or without a byte; 100 when left out"
    fetch.add_argument("--timeout", type=_positive, default=100.0, metavar="SECONDS", help=text)
    _add_warehouse(fetch)


def _add_questions(command: Callable, is_asked: bool) -> None:
    ask = command("ask", _ask, ASK, "answer a question", 'ask explain_one_tenant --customer "Ironbark Timber"')
    ask.add_argument("name", nargs="?", metavar="NAME", help="the question")
    if is_asked:
        _add_parameters(ask)
    sql = command("sql", _sql, SQL, "run a query", 'sql "from marts.partner_overview"')
    sql.add_argument("query", metavar="QUERY", help="one query of SQL, in quotation marks; - reads it from the input")
    for added in (ask, sql):
        added.add_argument("--format", choices=("table", "csv", "json"), default="table", help="form of the answer")
        _add_warehouse(added)


def _positive(text: str) -> float:
    """A number above zero.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return number


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help=f"your downloads; in place of {FOLDER_VARIABLE}")


def _add_changes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--partner", metavar="PGA", help="partner global account to ask about, where there are several")
    for option, form, text in (
        ("--azure", "TENANT:USD", "US dollars of Azure that a customer adds to the trailing year; -500 takes away"),
        ("--azure-customers", "N:USD", "N new customers with so many US dollars of Azure each"),
        ("--seats", "TENANT:WORKLOAD:SEATS:ACTIVE", "paid seats and active users that a customer adds: +40:+35"),
        (
            "--seat-customers",
            "N:WORKLOAD:SEATS:ACTIVE",
            "N new customers with so many paid seats and active users each",
        ),
        ("--lose", "TENANT", "a customer of whom nothing is left"),
        (
            "--certify",
            "WHO:CERTIFICATION",
            "WHO passes a certification: a PERSON, or how many new people, as in 2:sc-200",
        ),
        ("--expire", "PERSON:CERTIFICATION", "a certification that a person does not hold any more"),
    ):
        parser.add_argument(option, metavar=form, action="append", default=[], help=text)
    parser.add_argument("--format", choices=("table", "json"), default="table", help="table to read, or JSON")


def _add_ruleset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ruleset", help="rules to show, such as 2023-12; otherwise those in force")


def _add_warehouse(parser: argparse.ArgumentParser) -> None:
    text = f"warehouse file, in place of {WAREHOUSE_VARIABLE}; otherwise {HOME / WAREHOUSE}"
    parser.add_argument("--warehouse", metavar="FILE", help=text.replace("%", "%%"))


def _add_parameters(parser: argparse.ArgumentParser) -> None:
    """Add an option for each parameter of the questions."""
    from partner_score.outputs.questions import option, options

    for parameter, meaning in options().items():
        parser.add_argument(option(parameter), metavar="VALUE", help=meaning)


def _without_dbt_options(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Tell our own arguments of `build` from the options of `dbt build`, whose values may be several."""
    with_value = {"--ruleset", "--target", "-t", "--warehouse"}
    own_options = with_value | {"--source-changed", "--allow-rejects", "--help", "-h"}
    own, others = [], []
    owner = own
    for argument in arguments:
        if argument.startswith("-"):
            name, is_given, _ = argument.partition("=")
            owner = own if name in own_options else others
            owner.append(argument)
            if owner is others and (is_given or name in DBT_FLAGS or name.startswith("--no-")):
                owner = own
        else:
            owner.append(argument)
    return own, others


def _settle(options: argparse.Namespace) -> None:
    """Put folder and warehouse into the environment, where dbt and its start hook look.

    Raises:
        Refused: the folder is none.
    """
    if options.folder is not None:
        folder = Path(os.path.abspath(options.folder))
        if folder.is_file():
            raise Refused(f"{folder} is a file. Name the folder that it lies in.")
        if not folder.is_dir():
            raise Refused(
                f"The folder {folder} does not exist. Name the folder that holds your downloads; a relative path "
                "starts at the current folder."
            )
        os.environ[FOLDER_VARIABLE] = str(folder)
    if getattr(options, "warehouse", None):
        os.environ[WAREHOUSE_VARIABLE] = os.path.abspath(options.warehouse)


def _build(options: argparse.Namespace, others: list[str]) -> int:
    from partner_score.warehouse.build import BuildOptions, build

    chosen = BuildOptions(options.ruleset, options.source_changed, options.allow_rejects, others)
    return build(chosen) if options.target == "duckdb" else _engine(options.target).build_command(chosen)


def _load(options: argparse.Namespace, _: list[str]) -> int:
    return _engine(options.target).load_command(options.source_changed)


def _engine(name: str):
    try:
        if name == "postgres":
            from partner_score.engines import postgres as engine
        else:
            from pyspark.sql import SparkSession  # noqa: F401

            from partner_score.engines import spark as engine
    except ModuleNotFoundError as error:
        raise Refused(
            f"{name.title()} needs packages that are not installed ({error.name}). Install them with: "
            f'pip install ".[{name}]"'
        ) from error
    return engine


def _intake(options: argparse.Namespace, _: list[str]) -> int:
    from partner_score.intake.errors import ExportError
    from partner_score.intake.store import default_store
    from partner_score.intake.taking_in import take_in
    from partner_score.warehouse.source_folder import SAMPLE, asked_source, remembered_source

    warehouse = warehouse_path()
    remembered = remembered_source(warehouse)
    source = asked_source() or (None if remembered is None or remembered.is_sample else remembered)
    folder = source.folder if source and source.folder else str(SAMPLE)
    store = default_store(warehouse)
    print(f"Looking through {folder} ...\n", flush=True)
    try:
        # What the warehouse reads stays.
        take_in(Path(folder), store, is_dry_run=options.dry_run, keeps_withdrawn=True)
    except ExportError as error:
        print(f"{error}\n\nThe build would be refused. Nothing is changed.", file=sys.stderr)
        return 1
    print("\nNothing is written." if options.dry_run else f"\nStore: {store}")
    return 0


def _fetch(options: argparse.Namespace, _: list[str]) -> int:
    try:
        from partner_score.fetch.command import FetchOptions, fetch
    except ModuleNotFoundError as error:
        raise Refused(
            f'Fetching needs packages that are not installed ({error.name}). Install them with: pip install ".[fetch]"'
        ) from error
    from partner_score.warehouse.source_folder import SAMPLE, asked_source, remembered_source

    source = asked_source() or remembered_source(warehouse_path())
    folder = options.into or (source.folder if source and not source.is_sample else None)
    if not folder:
        raise Refused(f"Name the folder that exports go to: partner-score fetch FOLDER, or {FOLDER_VARIABLE}.")
    folder = Path(os.path.abspath(folder))
    if os.path.realpath(folder) == os.path.realpath(SAMPLE):
        raise Refused("The sample's partners are invented, so nothing is fetched into it. Name another folder.")
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is a file. Name a folder.")
    return fetch(
        FetchOptions(
            folder=folder,
            datasets=tuple(options.dataset),
            wait=options.wait,
            timeout=options.timeout,
            is_dry_run=options.dry_run,
            signs_in=options.sign_in,
        )
    )


def _scorecard(options: argparse.Namespace, _: list[str]) -> int:
    from partner_score.outputs.scorecard.command import write

    return write(options.ruleset, options.names)


def _export(options: argparse.Namespace, _: list[str]) -> int:
    from partner_score.outputs.files import write

    return write(options.ruleset)


def _what_if(options: argparse.Namespace, _: list[str]) -> int:
    from dataclasses import fields

    from partner_score.simulator.command import what_if
    from partner_score.simulator.question import Question

    question = Question(**{field.name: getattr(options, field.name) for field in fields(Question)})
    return what_if(question, options.format)


def _ask(options: argparse.Namespace, _: list[str]) -> int:
    from partner_score.outputs import questions

    values = {parameter: getattr(options, parameter) for parameter in questions.options()}
    return questions.ask(options.name, values, options.format)


def _sql(options: argparse.Namespace, _: list[str]) -> int:
    from partner_score.outputs import questions

    return questions.sql(options.query, options.format)


def _docs(_options: argparse.Namespace, _: list[str]) -> int:
    from partner_score.outputs.docs import write

    return write()


def _print_any_letter() -> None:
    """Let a console that lacks a letter, as one of Windows may, show a question mark in its place."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _lacking(error: Exception) -> str | None:
    from partner_score.warehouse.lacking import in_words, lacks_something

    return in_words(error, warehouse_path()) if lacks_something(error) else None


def _unexpected(error: Exception) -> str:
    """Say that an error has no words of its own, and keep its trace for who mends it."""
    said = f"{type(error).__name__}: {' '.join(str(error).split())}"
    text = f"Something went wrong that this program has no words for. It says: {said}."
    log = log_folder() / "error.txt"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        return text
    return f"{text} Where it happened stands in {log}; send this file with your report of the error."
