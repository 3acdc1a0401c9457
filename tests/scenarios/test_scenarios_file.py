"""The file of scenarios: where it is looked for, how it may be written, and what is said of one that cannot be read."""

import duckdb
import pytest
from conftest import PROJECT, make_build, run_dbt

from partner_score.intake.errors import ExportError
from partner_score.warehouse.scenarios_file import COLUMNS, SAMPLE_SCENARIOS, SCENARIOS_VARIABLE, scenario_rows

SAMPLE = PROJECT / "sample" / "exports"
HEADER = ",".join(COLUMNS)
LINE = 'A plan,99200000,azure_revenue,"A customer, new",2,12000.5,,'


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A function that writes a file of scenarios, names it in the environment, and reads it."""

    def write(text: str, encoding: str = "utf-8") -> list[dict]:
        file = tmp_path / "scenarios.csv"
        file.write_text(text, encoding=encoding, newline="")
        monkeypatch.setenv(SCENARIOS_VARIABLE, str(file))
        return scenario_rows(tmp_path)

    return write


def test_without_a_file_there_are_those_of_the_sample_alone(tmp_path, monkeypatch):
    monkeypatch.delenv(SCENARIOS_VARIABLE, raising=False)
    assert scenario_rows(tmp_path) == []
    rows = scenario_rows(SAMPLE)
    assert len(rows) == len(SAMPLE_SCENARIOS.read_text(encoding="utf-8").splitlines()) - 1
    assert rows[0]["line_number"] == 2
    monkeypatch.setenv(SCENARIOS_VARIABLE, "")
    assert scenario_rows(tmp_path) == []


def test_a_line_is_a_row_with_its_number(written):
    rows = written(f"{HEADER}\n{LINE}\n\n,,,,,,,\n{LINE}\n")
    assert [row["line_number"] for row in rows] == [2, 5]
    assert {row["subject"] for row in rows} == {"A customer, new"}
    assert rows[0]["amount"] == "12000.5"
    assert rows[0]["active_amount"] is None
    assert rows[0]["source_file"].endswith("/scenarios.csv")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param(f"{HEADER}\r\n{LINE}\r\n", "utf-8-sig", id="Excel's UTF-8"),
        pytest.param(f"{HEADER}\n{LINE}\n".replace(",", ";").replace("r; n", "r, n"), "utf-8", id="semicolons"),
        pytest.param(f"{HEADER}\n{LINE}\n".replace(",", "\t").replace("r\t n", "r, n"), "utf-16", id="Unicode text"),
        pytest.param(f"Plans of autumn\n\n{HEADER}\n{LINE}\n", "utf-8", id="a title above the header"),
        pytest.param(f"{HEADER.upper().replace('_', ' ')}\n{LINE}\n", "utf-8", id="a header in capitals"),
    ],
)
def test_files_are_read_as_people_save_them(written, text, encoding):
    (row,) = written(text, encoding)
    assert (row["scenario"], row["subject"], row["amount"]) == ("A plan", "A customer, new", "12000.5")


def test_letters_of_windows_are_read(written):
    (row,) = written(f"{HEADER}\n{LINE.replace('A plan', 'Übernahme')}\n", "cp1252")
    assert row["scenario"] == "Übernahme"


@pytest.mark.parametrize(
    ("amounts", "read"),
    [
        (["1234,5", "-7"], ["1234.5", "-7"]),
        (["1.234,50", "12.000"], ["1234.50", "12000"]),
        (["1,234.50", "12,000"], ["1234.50", "12000"]),
        (["$ 12000.00", "\u22127"], ["12000.00", "-7"]),
        # what may be read in two ways, or in none, is left to the build, which names the line
        (["1,234", "7"], ["1,234", "7"]),
        (["12k", "7.5"], ["12k", "7.5"]),
    ],
)
def test_numbers_are_read_by_what_the_file_says(written, amounts, read):
    lines = [f'A plan,99200000,azure_revenue,New,,"{amount}",,' for amount in amounts]
    assert [row["amount"] for row in written("\n".join([HEADER, *lines, ""]))] == read


@pytest.mark.parametrize("column", COLUMNS)
def test_a_file_without_a_column_stops_with_a_paragraph_that_names_it(written, column):
    with pytest.raises(ExportError) as error:
        written(",".join(name for name in COLUMNS if name != column) + "\nx,x,x,x,x,x,x\n")
    assert "scenarios.csv" in str(error.value)
    assert f"lacks the column {column}." in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "no table at all\n"])
def test_what_is_no_file_of_scenarios_is_refused(written, text):
    with pytest.raises(ExportError, match=r"scenarios\.csv: it is no CSV file of scenarios"):
        written(text)


def test_a_build_stops_before_it_begins_when_the_file_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv(SCENARIOS_VARIABLE, str(tmp_path / "none.csv"))
    done = make_build(tmp_path, SAMPLE)
    assert done.returncode == 1
    said = done.stderr.strip().splitlines()
    assert said[0].startswith(f"{SCENARIOS_VARIABLE} names {tmp_path / 'none.csv'}, which is no file.")
    assert not (tmp_path / "warehouse.duckdb").exists()


def test_a_faulty_line_leaves_its_scenario_out_and_nothing_else(tmp_path, monkeypatch):
    """Through dbt alone, as the start hook reads the file."""
    file = tmp_path / "scenarios.csv"
    lines = [LINE, LINE.replace("99200000", "123"), LINE.replace("A plan", "Other")]
    file.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    monkeypatch.setenv(SCENARIOS_VARIABLE, str(file))
    models = ("+fct_scenario", "+fct_scenario_designation", "+scenario_errors")
    options = ("--quiet", "build", "--exclude-resource-type", "unit_test", "test")
    built = run_dbt(*options, "--select", *models, folder=tmp_path, exports=SAMPLE)
    assert built.status == 0, built.output
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        errors = connection.execute("select source_file, line_number, scenario, reason from audit.scenario_errors")
        assert errors.fetchall() == [(file.as_posix(), 3, "A plan", "No report names a partner 123.")]
        assert connection.execute("select distinct scenario from marts.fct_scenario").fetchall() == [("Other",)]
