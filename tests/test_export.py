"""`make export`: the files for people hold the marts, and no name becomes a formula."""

import codecs
import csv
import datetime
import re
import shutil
import zipfile
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from partner_score.outputs import files as exporting
from partner_score.outputs.files import WORKBOOK, export
from partner_score.outputs.what_if_sheet import ABOUT, HEADINGS
from partner_score.outputs.workbook import MAXIMUM_ROWS, SHEETS, write_workbook
from partner_score.outputs.workbook_cells import MAXIMUM_TEXT
from partner_score.warehouse import data_notes

# openpyxl reads cells, not the bars that Excel draws into them
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning")

IN_FORCE = "security_2023_12"
OTHER = "security_2026_smb"
# what the sheets are expected to hold, worked out apart from them; the names are the headings
EXPECTED = {
    "Score": """
        select
            pga_mpn_id as "PGA", partner_name as "Partner", ruleset_name as "Rules",
            if(is_in_force, 'yes', 'no') as "In force", replace(designation_status, '_', ' ') as "Status",
            total_points as "Total points", total_points - minimum_total_points as "Gap", metrics_met as "Metrics met",
            total_points - total_points_previous_month as "Change", lost as "Lost in", won as "Won in",
            top.sentence as "What to do first",
            net_customer_adds_points as "Net customer adds", deployments_points as "Deployments",
            intermediate_certifications_points as "Intermediate certifications", usage_growth_points as "Usage growth",
            total_points_previous_year as "Total a year before",
            if(is_history_complete, 'yes', 'no') as "History complete",
            if(is_eligible_to_enroll, 'yes', 'no') as "May enroll",
            qualified_months_in_window as "Qualified months of six"
        from marts.fct_designation natural join marts.dim_partner inner join marts.dim_ruleset using (ruleset_id)
        left join (
            select pga_mpn_id, ruleset_id, min(designation_lost_month) as lost, min(designation_won_month) as won
            from marts.fct_designation_outlook group by all
        ) as outlook using (pga_mpn_id, ruleset_id)
        left join (
            select pga_mpn_id, ruleset_id, min_by(sentence, (
                not (reaches_designation or loses_designation),
                if(loses_designation, coalesce(deadline_date, deadline_month), date '9999-12-31'), points_rank, sentence
            )) as sentence
            from marts.fct_recommendation
            where points_gain > 0 or (points_at_risk > 0 and deadline_month is not null) group by all
        ) as top using (pga_mpn_id, ruleset_id)
    """,
    "Metrics": """
        select
            track.pga_mpn_id as "PGA", partner_name as "Partner", metric_name as "Metric", track_name as "Track",
            current_value as "Value now", prior_value as "Value a year before", change_value as "Change",
            track.earned_units as "Units earned", positive_customers as "Customers that add",
            negative_customers as "Customers that take", neutral_customers as "Customers without effect",
            score.earned_units as "Metric units",
            units_for_max as "Metric units for maximum", units_short_of_max as "Metric units short",
            points as "Metric points", max_points as "Metric maximum points",
            if(is_minimum_met, 'yes', 'no') as "Metric minimum met"
        from marts.fct_metric_track as track
        inner join marts.fct_metric_score as score using (pga_mpn_id, ruleset_id, metric, as_of_month)
        inner join marts.dim_partner using (pga_mpn_id) inner join marts.dim_metric using (metric)
        inner join rulebook.tracks using (track)
    """,
    "Trend": """
        select
            pga_mpn_id as "PGA", partner_name as "Partner", month as "Month", total_points as "Total points",
            minimum_total_points as "Points that pass", replace(designation_status, '_', ' ') as "Status",
            if(is_history_complete, 'yes', 'no') as "History complete"
        from (
            select * exclude (as_of_month), as_of_month as month,
                (select as_of_month from marts.dim_month where is_last_scored_month) as as_of_month
            from marts.fct_designation
        ) inner join marts.dim_partner using (pga_mpn_id) inner join marts.dim_ruleset using (ruleset_id)
    """,
    "Customers": """
        select
            pga_mpn_id as "PGA", partner_name as "Partner", customer_tenant_id as "Tenant", customer_name as "Customer",
            metric_name as "Metric", track_name as "Track", replace(reason, '_', ' ') as "Reason",
            contribution as "Contribution", current_value as "Value now", prior_value as "Value a year before",
            value_unit as "Unit", distance_to_threshold as "Short of threshold",
            if(is_counted_current, 'yes', 'no') as "Counts now",
            if(is_counted_prior, 'yes', 'no') as "Counted a year before",
            deciding_workload as "Deciding workload", customer_market as "Market", customer_segment as "Segment"
        from marts.fct_customer_contribution inner join marts.dim_customer using (pga_mpn_id, customer_tenant_id)
        inner join marts.dim_partner using (pga_mpn_id) inner join marts.dim_metric using (metric)
        inner join rulebook.tracks using (track)
    """,
    "People": """
        select
            pga_mpn_id as "PGA", partner_name as "Partner", individual_id as "Individual",
            if(is_counted, 'yes', 'no') as "Counts", if(is_step_1_held, 'yes', 'no') as "Step 1",
            if(is_step_2_held, 'yes', 'no') as "Step 2", if(is_step_3_held, 'yes', 'no') as "Step 3",
            missing_steps as "Missing steps", organization_steps_filled as "Steps filled for all",
            next_expiration_date as "Next expiration"
        from marts.fct_certified_individual natural join marts.dim_partner
    """,
    "Recommendations": """
        select
            advice.pga_mpn_id as "PGA", partner_name as "Partner", points_rank as "Rank",
            replace(kind, '_', ' ') as "Kind", sentence as "What to do", customer_name as "Customer",
            metric_name as "Metric",
            track_name as "Track", points_gain as "Points to gain", points_at_risk as "Points at risk",
            total_points_then as "Total then",
            if(reaches_designation, 'yes', 'no') as "Earns designation",
            if(loses_designation, 'yes', 'no') as "Loses designation", missing_value as "It takes",
            missing_unit as "Unit", missing_active_value as "Active seats it takes", deadline_month as "By month",
            deadline_date as "Expires on", detail as "Workload or certification", subject_id as "Tenant or individual"
        from marts.fct_recommendation as advice inner join marts.dim_partner using (pga_mpn_id)
        inner join marts.dim_metric using (metric) inner join rulebook.tracks using (track)
        left join marts.dim_customer as customer
            on customer.pga_mpn_id = advice.pga_mpn_id and customer.customer_tenant_id = advice.subject_id
    """,
    "Outlook": """
        select
            pga_mpn_id as "PGA", partner_name as "Partner", outlook_month as "Month", total_points as "Total points",
            replace(designation_status, '_', ' ') as "Status", net_customer_adds_points as "Net customer adds",
            intermediate_certifications_points as "Intermediate certifications", deployments_points as "Deployments",
            usage_growth_points as "Usage growth"
        from (select *, last_scored_month as as_of_month from marts.fct_designation_outlook)
        inner join marts.dim_partner using (pga_mpn_id)
    """,
    "Rule sets": """
        select
            pga_mpn_id as "PGA", partner_name as "Partner", ruleset_name as "Rules",
            if(is_in_force, 'yes', 'no') as "In force", if(is_best_path, 'yes', 'no') as "Better path",
            total_points as "Total points", points_short as "Points short",
            replace(designation_status, '_', ' ') as "Status", effective_from as "In force from",
            effective_to as "In force until"
        from marts.fct_designation inner join marts.dim_partner using (pga_mpn_id)
        inner join marts.dim_ruleset using (ruleset_id)
    """,
}
FORMULAS = (
    '=HYPERLINK("http://example.test","Open")',
    "+49 30 Handel",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
)
HARMLESS = ("O'Neil = Sons", "A-Team", "<script>alert(1)</script>", 'Quote " and, comma', "مخبز القمر", "00012", "{=1}")


@pytest.fixture(scope="module")
def exported(sample, tmp_path_factory) -> Path:
    """The sample, exported."""
    folder = tmp_path_factory.mktemp("export") / "export"
    assert export(sample.warehouse, folder) == []
    return folder


@pytest.fixture(scope="module")
def renamed(sample, tmp_path_factory) -> tuple[Path, list[str]]:
    """The sample with bad customer names, exported, and the names."""
    folder = tmp_path_factory.mktemp("renamed")
    names = [*FORMULAS, *HARMLESS, "x" * (MAXIMUM_TEXT + 1)]
    shutil.copy(sample.warehouse, folder / "warehouse.duckdb")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        tenants = connection.execute(
            "select distinct pga_mpn_id, customer_tenant_id from marts.fct_customer_contribution"
            " where pga_mpn_id = '99100000' and as_of_month = '2024-06-01' and ruleset_id = ? order by all",
            [IN_FORCE],
        ).fetchall()
        for (pga, tenant), name in zip(tenants, names, strict=False):
            connection.execute(
                "update marts.dim_customer set customer_name = ? where pga_mpn_id = ? and customer_tenant_id = ?",
                [name, pga, tenant],
            )
    assert len(tenants) >= len(names)
    export(folder / "warehouse.duckdb", folder / "export")
    return folder / "export", names


def marts(built) -> list[str]:
    """Every table and view of schema marts."""
    return [
        name for (name,) in built.rows("select table_name from information_schema.tables where table_schema = 'marts'")
    ]


def rules_of(sheet: str, ruleset_id: str) -> str:
    """What a sheet shows: one rule set, or every one."""
    return "true" if sheet == "Rule sets" else f"ruleset_id = '{ruleset_id}'"


def headings_of(sheet) -> tuple:
    """The cells of a sheet's headings: the first line of its table."""
    (table,) = sheet.tables.values()
    return sheet[table.ref][0]


def shown(sheet, headings: list[str]) -> list[tuple]:
    """Rows of a sheet below its headings, for some of them, figures as decimals of ten places."""
    first = headings_of(sheet)
    rows = sheet.iter_rows(min_row=first[0].row + 1, values_only=True)
    places = [[cell.value for cell in first].index(heading) for heading in headings]
    return [tuple(comparable(row[place]) for place in places) for row in rows]


def comparable(value):
    """A figure as a decimal of ten places, a time as its date, everything else as it is."""
    match value:
        case int() | float() | Decimal():
            return Decimal(str(value)).quantize(Decimal("1e-10"))
        case datetime.datetime():
            return value.date()
        case _:
            return value


def in_order(rows: list[tuple]) -> list[tuple]:
    """Rows in some order of their own."""
    return sorted(rows, key=repr)


def test_every_mart_is_exported_as_parquet_unchanged(sample, exported):
    assert sorted(path.stem for path in (exported / "parquet").iterdir()) == sorted(marts(sample))
    for mart in marts(sample):
        file = f"read_parquet('{exported / 'parquet' / mart}.parquet')"
        types = [[row[:2] for row in sample.rows(f"describe from {table}")] for table in (f"marts.{mart}", file)]
        assert types[0] == types[1], mart
        assert sample.rows(f"from marts.{mart} except all from {file}") == [], mart
        assert sample.rows(f"select count(*) from marts.{mart}") == sample.rows(f"select count(*) from {file}"), mart


def test_every_mart_is_exported_as_csv(sample, exported):
    assert sorted(path.stem for path in (exported / "csv").iterdir()) == sorted(marts(sample))
    for mart in marts(sample):
        with (exported / "csv" / f"{mart}.csv").open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        assert header == [row[0] for row in sample.rows(f"describe marts.{mart}")], mart
        texts = ", ".join(f"coalesce({name}::varchar, '')" for name in header)
        assert in_order(map(tuple, rows)) == in_order(sample.rows(f"select {texts} from marts.{mart}")), mart


def test_excel_knows_that_the_letters_of_csv_are_utf_8(exported):
    for path in (exported / "csv").iterdir():
        content = path.read_bytes()
        assert content.startswith(codecs.BOM_UTF8) and content.count(codecs.BOM_UTF8) == 1, path.name
        assert not content.removeprefix(codecs.BOM_UTF8).startswith(b'"'), path.name


@pytest.mark.parametrize("ruleset_id", [IN_FORCE, OTHER])
def test_the_sheets_hold_the_marts(sample, exported, tmp_path, ruleset_id):
    """Every column of every sheet, but the unit of a metric's values, which a test below looks at."""
    path = exported / WORKBOOK
    if ruleset_id != IN_FORCE:
        path = tmp_path / WORKBOOK
        with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
            write_workbook(connection, path, ruleset_id)
    workbook = openpyxl.load_workbook(path)
    assert workbook.sheetnames == [*EXPECTED, "What-if", "What-if data", "About"]
    ((month,),) = sample.rows("select as_of_month from marts.dim_month where is_last_scored_month")
    for name, sql in EXPECTED.items():
        chosen = f"{sql} where {rules_of(name, ruleset_id)} and as_of_month = '{month}'"
        headings = [heading for heading, *_ in sample.rows(f"describe {chosen}")]
        on_sheet = {cell.value for cell in headings_of(workbook[name])}
        assert on_sheet - set(headings) == ({"Unit"} if name == "Metrics" else set())
        expected = [tuple(map(comparable, row)) for row in sample.rows(chosen)]
        assert expected, name
        assert in_order(shown(workbook[name], headings)) == in_order(expected), name


def test_units_say_what_is_measured(exported):
    units = set(shown(openpyxl.load_workbook(exported / WORKBOOK)["Metrics"], ["Metric", "Track", "Unit"]))
    assert units == {
        ("Net customer adds", "Azure", "tenants"),
        ("Net customer adds", "Microsoft 365", "tenants"),
        ("Deployments", "Azure", "tenants"),
        ("Deployments", "Microsoft 365", "tenants"),
        ("Usage growth", "Azure", "USD"),
        ("Usage growth", "Microsoft 365", "seats"),
        ("Intermediate certifications", "Skilling", "individuals"),
    }


def test_the_sheets_are_made_to_be_read(exported):
    workbook = openpyxl.load_workbook(exported / WORKBOOK)
    for sheet in SHEETS:
        worksheet = workbook[sheet.name]
        top = sheet.heading_row + 1
        assert worksheet.freeze_panes == worksheet.cell(top + 1, sheet.frozen_columns + 1).coordinate
        # a table of Excel with a filter in each heading
        (table,) = worksheet.tables.values()
        assert table.ref == table.autoFilter.ref == f"A{top}:{worksheet.dimensions.split(':')[1]}"
        assert [column.name for column in table.tableColumns] == [column.heading for column in sheet.columns]
        widths = {
            number: dimension.width
            for dimension in worksheet.column_dimensions.values()
            for number in range(dimension.min, dimension.max + 1)
        }
        assert all(widths[number] >= column.width for number, column in enumerate(sheet.columns, start=1))
    score = workbook["Score"]
    assert score["A1"].value == "Partner capability score, June 2024"
    assert score["A2"].value == "By the rules of December 2023, in force."
    formats = {cell.value: score.cell(cell.row + 1, cell.column).number_format for cell in headings_of(score)}
    assert formats["Total points"] == "0.00"
    assert formats["Lost in"] == "mmm yyyy"
    # no figure is shown with more than two decimals
    for sheet in SHEETS:
        for row in workbook[sheet.name].iter_rows():
            assert not [cell.coordinate for cell in row if re.search(r"0\.000", cell.number_format)]
    dates = {
        heading.value: workbook["People"].cell(2, heading.column).number_format for heading in workbook["People"][1]
    }
    assert dates["Next expiration"] == "d mmm yyyy"


def test_a_chart_draws_the_trend_of_each_partner(exported):
    worksheet = openpyxl.load_workbook(exported / WORKBOOK)["Trend"]
    (chart,) = worksheet._charts
    names = [cell.value for cell in worksheet["A"][1:]]
    months = [cell.value for cell in worksheet["C"][1:]]
    *partners, passes = chart.series
    assert [one.tx.v for one in partners] == list(dict.fromkeys(names))
    assert passes.tx.v == "Points that pass"
    for one in partners:
        first, last = map(int, re.findall(r"\$D\$(\d+)", one.val.numRef.f))
        # all months of the partner, in their order, and no other row
        rows = [row for row, name in enumerate(names, start=2) if name == one.tx.v]
        assert (first, last) == (rows[0], rows[-1])
        assert rows == list(range(first, last + 1))
        assert months[first - 2 : last - 1] == sorted(months[first - 2 : last - 1])


def test_a_sheet_without_rows_is_a_table(copied, tmp_path):
    with duckdb.connect(str(copied)) as connection:
        for mart in ("fct_recommendation", "fct_designation_outlook", "fct_certified_individual"):
            connection.execute(f"delete from marts.{mart}")
    workbook = openpyxl.load_workbook(written(copied, tmp_path / WORKBOOK))
    for name in ("Recommendations", "Outlook", "People"):
        (table,) = workbook[name].tables.values()
        assert table.ref.endswith("2"), name


def test_the_last_sheet_explains(sample, exported):
    lines = [
        [cell for cell in row if cell is not None]
        for row in openpyxl.load_workbook(exported / WORKBOOK)["About"].iter_rows(values_only=True)
    ]
    text = "\n".join(" ".join(map(str, line)) for line in lines)
    for name, about in ABOUT.items():
        assert any(line[:1] == [name] and about in line for line in lines)
    for heading, meaning in HEADINGS.items():
        assert any(line[:3] == ["What-if", heading, meaning] for line in lines)
    for said in ("June 2024", IN_FORCE, "70 points", "TTM", "apostrophe", "all months", "by the same rules"):
        assert said in text
    newest = sample.rows("select max(export_date) from audit.processed_exports")[0][0]
    assert f"{newest:%d %B %Y}" in text
    for sheet in SHEETS:
        assert any(line[:1] == [sheet.name] and sheet.about in line for line in lines)
        for column in sheet.columns:
            (meaning,) = [line[2] for line in lines if line[:2] == [sheet.name, column.heading] and len(line) == 4]
            assert len(meaning) > 10


def test_no_name_becomes_a_formula_in_the_workbook(renamed, exported):
    folder, names = renamed
    workbook = openpyxl.load_workbook(folder / WORKBOOK)
    customers = next(cell.column_letter for cell in headings_of(workbook["Customers"]) if cell.value == "Customer")
    # Excel writes a carriage return as _x000D_
    cells = {unescape(cell.value): cell for cell in workbook["Customers"][customers]}
    for name in names:
        found = cells[name if len(name) <= MAXIMUM_TEXT else name[: MAXIMUM_TEXT - 1] + "…"]
        assert found.data_type == "s", name
        assert found.hyperlink is None
        assert bool(found.quotePrefix) == (name in FORMULAS), name
    # What-if has formulas, the same whatever the names
    with zipfile.ZipFile(folder / WORKBOOK) as parts, zipfile.ZipFile(exported / WORKBOOK) as others:
        found = {part for part in parts.namelist() if formulas_of(parts, part)}
        assert found == {f"xl/worksheets/sheet{workbook.sheetnames.index(name) + 1}.xml" for name in ABOUT}
        for part in found:
            assert formulas_of(parts, part) == formulas_of(others, part)


def formulas_of(parts: zipfile.ZipFile, part: str) -> list[str]:
    """The formulas of a sheet's cells."""
    is_sheet = part.startswith("xl/worksheets/sheet")
    return re.findall(r"<f[ >].*?</f>", parts.read(part).decode()) if is_sheet else []


def test_no_name_becomes_a_formula_in_csv(renamed):
    folder, names = renamed
    with (folder / "csv" / "dim_customer.csv").open(encoding="utf-8-sig", newline="") as file:
        found = {row["customer_name"] for row in csv.DictReader(file)}
    assert {f"'{name}" for name in FORMULAS} <= found
    assert set(names) - set(FORMULAS) <= found


def test_parquet_has_the_names_as_they_are(renamed):
    folder, names = renamed
    file = folder / "parquet" / "dim_customer.parquet"
    assert set(names) <= {name for (name,) in duckdb.sql(f"select customer_name from '{file}'").fetchall()}


def test_rows_that_do_not_fit_are_not_left_out_in_silence(sample, tmp_path):
    assert MAXIMUM_ROWS == 2**20
    with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
        warnings = write_workbook(connection, tmp_path / WORKBOOK, maximum_rows=19)
    workbook = openpyxl.load_workbook(tmp_path / WORKBOOK)
    rows = {sheet.name: workbook[sheet.name].max_row - headings_of(workbook[sheet.name])[0].row for sheet in SHEETS}
    # People has 18 rows: just as many as fit
    assert rows == {"Score": 4} | {sheet.name: 18 for sheet in SHEETS[1:]}
    assert [warning.split(" rows")[0] for warning in warnings] == [
        "Sheet Metrics holds the first 18 of 28",
        "Sheet Trend holds the first 18 of 168",
        "Sheet Customers holds the first 18 of 234",
        "Sheet Recommendations holds the first 18 of 24",
        "Sheet Outlook holds the first 18 of 24",
        "Sheet Rule sets holds the first 18 of 20",
    ]
    front = "".join(str(cell.value) for cell in workbook["About"]["B"])
    assert all(warning in front for warning in warnings)


def test_a_failed_export_leaves_the_last_one(sample, exported, tmp_path):
    folder = shutil.copytree(exported, tmp_path / "export")
    with pytest.raises(LookupError, match="Rule set no_such_rules is not in the warehouse. It has: 2022-10, "):
        export(sample.warehouse, folder, "no_such_rules")
    assert (folder / WORKBOOK).read_bytes() == (exported / WORKBOOK).read_bytes()
    (folder / "left_over.txt").touch()
    export(sample.warehouse, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["csv", "parquet", WORKBOOK]


def test_the_command(sample, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(exporting, "output_folder", lambda: tmp_path)
    monkeypatch.setenv("WAREHOUSE_PATH", str(tmp_path / "none.duckdb"))
    assert exporting.write() == 1
    assert "partner-score build" in capsys.readouterr().err
    monkeypatch.setenv("WAREHOUSE_PATH", str(sample.warehouse))
    assert exporting.write("no_such_rules") == 1
    said = capsys.readouterr().err
    assert "Rule set no_such_rules is not in the warehouse. It has: 2022-10, " in said
    assert OTHER in said
    assert exporting.write("2022-10") == 0
    assert front(tmp_path / "export" / WORKBOOK)["Rules"] == ["rules of October 2022, not in force"]


def front(path: Path) -> dict[str, list[str]]:
    """The first sheet above its sections: each term with its texts, as they read without the breaks of lines."""
    said: dict[str, list[str]] = {}
    rows = openpyxl.load_workbook(path)["About"].iter_rows(min_row=2, max_col=2, values_only=True)
    for term, text in rows:
        if not text:
            break
        if term:
            texts = said.setdefault(term, [])
            texts.append(text)
        else:
            texts[-1] += f" {text}"
    return said


def written(warehouse: Path, path: Path, asked: str | None = None) -> Path:
    """Write the workbook of a warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert write_workbook(connection, path, asked) == []
    return path


@pytest.fixture
def copied(sample, tmp_path) -> Path:
    """A copy of the sample's warehouse, of the same name: its views spell that out."""
    return Path(shutil.copy(sample.warehouse, tmp_path))


@pytest.mark.parametrize(
    ("asked", "rules", "ruleset_id"),
    [
        (None, "rules of December 2023, in force", IN_FORCE),
        ("2023-12", "rules of December 2023, in force", IN_FORCE),
        ("2022-10", "rules of October 2022, not in force", "security_2022_10"),
        # of a version with two paths the better one
        ("2026", "rules of 2026, SMB path, not in force", OTHER),
        ("security_2026_enterprise", "rules of 2026, enterprise path, not in force", "security_2026_enterprise"),
    ],
)
def test_the_workbook_names_its_rules(sample, tmp_path, asked, rules, ruleset_id):
    path = written(sample.warehouse, tmp_path / WORKBOOK, asked)
    told = front(path)
    assert told["Rules"] == [rules]
    (rule_set,) = told["Rule set"]
    name = rules.removesuffix(", in force").removesuffix(", not in force")
    assert rule_set.startswith(f"{ruleset_id}: {name}, in force ")
    workbook = openpyxl.load_workbook(path)
    force = "no" if "not in force" in rules else "yes"
    assert set(shown(workbook["Score"], ["Rules", "In force"])) == {(name, force)}
    # what is printed says it on every sheet
    assert {workbook[sheet.name].oddFooter.center.text for sheet in SHEETS} == {f"June 2024, {rules}"}


def test_each_partner_is_shown_on_its_better_path(copied, tmp_path):
    last_month = "(select as_of_month from marts.dim_month where is_last_scored_month)"
    with duckdb.connect(str(copied)) as connection:
        connection.execute(
            f"""
                update marts.fct_designation set is_best_path = not is_best_path
                where pga_mpn_id = '99200000' and ruleset_id like '%2026%' and as_of_month = {last_month};
                update marts.fct_designation set
                    is_in_force = ruleset_id like '%2026%', is_headline = ruleset_id like '%2026%' and is_best_path
                where as_of_month = {last_month};
            """
        )
        expected = {}
        for sheet, sql in EXPECTED.items():
            by_rules = f"select ruleset_id, {sql.strip().removeprefix('select')} where as_of_month = {last_month}"
            found = connection.execute(
                f"""
                    select * exclude (ruleset_id) from ({by_rules})
                    where '{sheet}' = 'Rule sets'
                        or ruleset_id = if("PGA" = '99200000', 'security_2026_enterprise', '{OTHER}')
                """
            )
            headings = [column[0] for column in found.description]
            expected[sheet] = headings, found.fetchall()
    path = written(copied, tmp_path / WORKBOOK)
    assert front(path)["Rules"] == ["rules in force, each partner on its better path"]
    assert [text.split(":")[0] for text in front(path)["Rule set"]] == [OTHER, "security_2026_enterprise"]
    workbook = openpyxl.load_workbook(path)
    for sheet, (headings, rows) in expected.items():
        assert rows, sheet
        compared = [tuple(map(comparable, row)) for row in rows]
        assert in_order(shown(workbook[sheet], headings)) == in_order(compared), sheet


@pytest.mark.parametrize("is_sample", [True, False], ids=["sample", "own exports"])
def test_the_workbook_of_the_sample_says_that_it_is(copied, tmp_path, is_sample):
    with duckdb.connect(str(copied)) as connection:
        connection.execute("update raw.source_folder set is_sample = ?", [is_sample])
    told = front(written(copied, tmp_path / WORKBOOK))
    assert told.get("Data") == ([data_notes.SAMPLE_DATA] if is_sample else None)


@pytest.mark.parametrize("is_told", [True, False])
def test_the_workbook_says_what_the_reports_lack(copied, tmp_path, is_told):
    with duckdb.connect(str(copied)) as connection:
        if is_told:
            connection.execute(
                """
                    insert into audit.rejected_rows by name
                    select 'azure_usage' as dataset, date '2024-07-20' as export_date, 'invalid_acr' as reject_reason,
                        '{}' as row_content
                    from range(1500);
                    update audit.row_reconciliation set rows_rejected = rows_rejected + 1500
                    where dataset = 'azure_usage' and export_date = '2024-07-20';
                    insert into audit.missing_months
                    values ('cpor_m365_usage', '2024-01-01', 'not_exported', 4, null, true);
                """
            )
        else:
            connection.execute("update marts.dim_month set running_month = null")
        warnings = data_notes.warnings(lambda sql: connection.execute(sql).fetchall())
    told = front(written(copied, tmp_path / WORKBOOK))
    assert told.get("Warning", []) == warnings
    assert ("Running month" in told) is is_told
    assert len(warnings) == (2 if is_told else 0)
    if is_told:
        assert "(invalid_acr 1,504, " in warnings[0]
        assert "cpor_m365_usage January 2024 (not exported)" in warnings[1]
        assert told["Running month"][0].startswith("July 2024 was still running")
