"""docs/ci.md: the workflow to copy, the variables that there are, and the progress of a build."""

import argparse
import re
import shlex
from types import SimpleNamespace

import pytest
import yaml
from conftest import PROJECT, run_dbt

from partner_score import cli
from partner_score.warehouse.progress import NODE_BEGINS, Progress

WORKFLOW = PROJECT / "docs" / "workflows" / "monthly.yml"


@pytest.fixture(scope="module")
def job() -> dict:
    """The job of the workflow."""
    (job,) = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"].values()
    return job


def test_the_workflow_builds_monthly():
    # YAML reads the key `on` as a truth value
    when = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))[True]
    (schedule,) = when["schedule"]
    minute, hour, day, month, weekday = schedule["cron"].split()
    assert (month, weekday) == ("*", "*")
    assert all(part.isdigit() for part in (minute, hour, day))
    assert "workflow_dispatch" in when


def test_the_workflow_runs_commands_that_there_are(job):
    ours = [shlex.split(step["run"])[1:] for step in job["steps"] if step.get("run", "").startswith("partner-score")]
    assert [cli._parser().parse_args(arguments).command for arguments in ours] == ["build", "scorecard", "export"]


def test_the_workflow_keeps_what_the_commands_write(job, monkeypatch):
    """An installed command writes beside the warehouse."""
    from partner_score import places  # noqa: PLC0415

    workspace = "${{ github.workspace }}"
    monkeypatch.setattr(places, "IS_INSTALLED", True)
    monkeypatch.setenv("WAREHOUSE_PATH", job["env"]["WAREHOUSE_PATH"].replace(workspace, "/workspace"))
    written = places.output_folder().relative_to("/workspace")
    (kept,) = [step["with"]["path"].split() for step in job["steps"] if "upload-artifact" in step.get("uses", "")]
    assert kept == [f"{written}/scorecard", f"{written}/export/partner_score.xlsx"]


def test_the_variables_that_may_be_set_are_those_that_there_are():
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    hook = next(text for text in project["on-run-start"] if "check_variables" in text)
    assert re.findall(r"'(\w+)'", hook) == list(project["vars"])


def test_a_variable_that_there_is_not_is_refused_by_name(tmp_path):
    refused = run_dbt("build", "--select", "metrics", folder=tmp_path, variables={"rulsets": "x"})
    assert refused.status != 0
    (said,) = [line.strip() for line in refused.output.splitlines() if "rulsets" in line]
    assert said.startswith("There is no variable rulsets. There are: categories, ")


def test_a_variable_that_is_no_day_is_refused_by_name(tmp_path):
    refused = run_dbt("build", "--select", "metrics", folder=tmp_path, variables={"last_scored_month": "abc"})
    assert refused.status != 0
    (said,) = [line.strip() for line in refused.output.splitlines() if "abc" in line]
    assert said == "Variable last_scored_month is abc, which is no day. Write it like 2024-05-01."


def event(name: str, **data) -> SimpleNamespace:
    """An event as dbt sends it."""
    return SimpleNamespace(info=SimpleNamespace(name=name), data=SimpleNamespace(**data))


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_terminal_is_told_which_node_runs_of_how_many(monkeypatch, capsys, is_terminal):
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal)
    progress = Progress()
    progress(event("LogStartLine", index=3, total=120, node_info=SimpleNamespace(node_name="fct_designation")))
    progress(event("Other"))
    progress.end()
    said = capsys.readouterr().err
    assert bool(re.search(r"Building 3 of 120, \d+ s: fct_designation", said)) == is_terminal
    # nothing is left of the line
    assert said == "" or said.endswith("\r\x1b[K")


def test_dbt_still_sends_the_events_that_the_progress_hears():
    from dbt.events import types  # noqa: PLC0415

    event_type = getattr(types, NODE_BEGINS)
    message = event_type(description="", index=1, total=2).pb_msg
    assert {"index", "total", "node_info"} <= set(message.DESCRIPTOR.fields_by_name)


def test_help_of_every_command_is_there():
    (commands,) = [action for action in cli._parser()._actions if isinstance(action, argparse._SubParsersAction)]
    assert {"ask", "sql"} <= set(commands.choices)
