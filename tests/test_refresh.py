"""Refreshes: an export is read once in its life, and whatever changes, the marts are those of a full rebuild."""

import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, build

CLEAN = PROJECT / "tests" / "golden" / "clean"
AZURE, CPOR = "azure_usage", "cpor_m365_usage"
# Texts are numbers, others in every full rebuild. Marts and lines show that they are the same tenants.
KEPT = {
    "int_azure_usage_by_export": "* exclude (customer_tenant_key, rejected_rows)",
    "int_m365_seats_by_export": "* exclude (customer_tenant_key, workload_key, association_key, rejected_rows)",
    "int_m365_customers_by_export": "* exclude (customer_tenant_key)",
    "int_azure_texts_by_export": "*",
    "int_spellings_by_export": "*",
    "int_azure_tenant_months": "* exclude (customer_tenant_key)",
    "int_m365_workload_months": "* exclude (customer_tenant_key)",
    "int_tenant_comparisons": "* exclude (customer_tenant_key)",
    "int_m365_contributions": "* exclude (customer_tenant_key)",
}
NUMBERED = ("customer_tenant", "subscription", "association", "service_level_2", "service_level_3", "service_level_4")
# The lines have numbers for texts, others in every full rebuild: they are compared by the texts.
LINES = (
    f"select lines.* exclude ({', '.join(f'{name}_key' for name in NUMBERED)}), "
    + ", ".join(f"{name}.normalized_text as {name}" for name in NUMBERED)
    + " from intermediate.int_azure_usage_lines as lines"
    + "".join(f" left join intermediate.int_texts as {name} on lines.{name}_key = {name}.text_key" for name in NUMBERED)
    + " order by all"
)


HISTORIES = " union all ".join(
    f"select distinct '{table}', month_number, history_fingerprint from intermediate.{table}"
    for table in ("int_tenant_comparisons", "int_m365_contributions")
)


@pytest.fixture
def exports(tmp_path) -> Path:
    """A copy of the golden case `clean`, for a test that changes it."""
    return Path(shutil.copytree(CLEAN, tmp_path / "exports", copy_function=shutil.copyfile))


def tables_of(built) -> dict[str, list[tuple]]:
    """Every row of every mart and audit table."""
    names = built.rows(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema in ('marts', 'audit') order by all"
    )
    return {name: built.rows(f"select * from {name} order by all") for (name,) in names}


def fingerprints(built) -> dict[tuple, str]:
    """Fingerprints by dataset and export."""
    rows = built.rows("select dataset, cast(export_date as varchar), export_fingerprint from audit.processed_exports")
    return {(dataset, day): fingerprint for dataset, day, fingerprint in rows}


def assert_same_as_a_full_rebuild(refreshed, exports: Path, folder: Path) -> None:
    folder.mkdir()
    rebuilt = build(folder, exports)
    assert tables_of(refreshed) == tables_of(rebuilt)
    assert refreshed.rows(LINES) == rebuilt.rows(LINES)
    for table, columns in KEPT.items():
        sql = f"select {columns} from intermediate.{table} order by all"
        assert refreshed.rows(sql) == rebuilt.rows(sql), table


def newest(exports: Path, dataset: str) -> Path:
    """Folder of a dataset's newest export."""
    return max((exports / dataset).iterdir())


def test_a_new_month_is_added(tmp_path, exports):
    later = tmp_path / "later"
    for dataset in (AZURE, CPOR):
        (later / dataset).mkdir(parents=True)
        shutil.move(newest(exports, dataset), later / dataset)
    first = build(tmp_path, exports)
    before, months = fingerprints(first), first.rows("select count(*) from marts.dim_month")
    # rowids of a table that keeps its rows do not change
    kept = first.rows(
        "select rowid, * exclude (rejected_rows) from intermediate.int_azure_usage_by_export order by all"
    )
    shutil.copytree(later, exports, dirs_exist_ok=True)
    refreshed = build(tmp_path, exports)
    after = fingerprints(refreshed)
    assert len(after) == len(before) + 2
    assert before.items() <= after.items()
    assert refreshed.rows("select count(*) from marts.dim_month") > months
    assert set(kept) <= set(
        refreshed.rows("select rowid, * exclude (rejected_rows) from intermediate.int_azure_usage_by_export")
    )
    assert_same_as_a_full_rebuild(refreshed, exports, tmp_path / "rebuilt")


def test_only_the_months_that_a_new_export_reports_are_worked_out_again(tmp_path, exports):
    later = shutil.move(newest(exports, AZURE), tmp_path / "later")
    first = build(tmp_path, exports)
    fingerprints_before = first.rows(HISTORIES)
    # a mark that no identity looks at, and that a month worked out again does not have
    with duckdb.connect(str(first.warehouse)) as connection:
        connection.execute("update intermediate.int_azure_tenant_months set unknown_offer_acr_usd = -1")
    shutil.move(later, exports / AZURE / "export_date=2024-03-01")
    refreshed = build(tmp_path, exports)
    marked, newly_reported = (
        {month for (month,) in refreshed.rows(f"select distinct usage_month from intermediate.{rows}")}
        for rows in (
            "int_azure_tenant_months where unknown_offer_acr_usd = -1",
            "int_azure_usage_by_export where export_date = '2024-03-01' and reject_reason is null",
        )
    )
    of_all = {
        month for (month,) in refreshed.rows("select distinct usage_month from intermediate.int_azure_tenant_months")
    }
    assert marked and newly_reported
    assert marked == of_all - newly_reported
    # months that compare with nothing new have what they had
    unchanged = set(fingerprints_before) & set(refreshed.rows(HISTORIES))
    assert {month for table, month, _ in unchanged if table == "int_tenant_comparisons"} == {
        month.year * 12 + month.month for month in of_all if month < min(newly_reported)
    }


def test_an_export_is_replaced_one_is_removed_and_an_old_one_comes_late(tmp_path, exports):
    late = sorted((exports / AZURE).iterdir())[2]
    aside = Path(shutil.move(late, tmp_path / "late"))
    before = fingerprints(build(tmp_path, exports))
    replaced = newest(exports, AZURE) / "part-0.csv"
    header, *rows = replaced.read_text(encoding="utf-8").splitlines()
    replaced.write_text("\n".join([header, *rows[::2]]) + "\n", encoding="utf-8")
    removed = newest(exports, CPOR)
    shutil.rmtree(removed)
    shutil.move(aside, late)
    refreshed = build(tmp_path, exports)
    after = fingerprints(refreshed)
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    days = {
        (dataset, folder.name.removeprefix("export_date="))
        for dataset, folder in ((AZURE, replaced.parent), (CPOR, removed), (AZURE, late))
    }
    assert changed == days
    assert_same_as_a_full_rebuild(refreshed, exports, tmp_path / "rebuilt")


def test_a_new_list_of_offers_changes_the_months_that_are_kept(tmp_path, exports):
    total = "select sum(current_value) from marts.fct_metric_track where track = 'azure' and metric = 'usage_growth'"
    before = build(tmp_path, exports).rows(total)
    offers = newest(exports, "azure_subscription_offers")
    later = shutil.copytree(offers, offers.with_name("export_date=2024-03-02"), copy_function=shutil.copyfile)
    for file in later.iterdir():
        file.write_text(file.read_text(encoding="utf-8").replace("Azure Plan", "Trial"), encoding="utf-8")
    refreshed = build(tmp_path, exports)
    assert refreshed.rows(total) != before
    assert_same_as_a_full_rebuild(refreshed, exports, tmp_path / "rebuilt")


def test_a_location_that_moves_to_another_account_is_read_again(tmp_path, exports):
    build(tmp_path, exports)
    profile = next((exports / "partner_profile").glob("*/*.csv"))
    moved = profile.read_text(encoding="utf-8").replace("10011,Partner 10011,1001,", "10011,Partner 10011,1000,")
    assert moved != profile.read_text(encoding="utf-8")
    profile.write_text(moved, encoding="utf-8")
    assert_same_as_a_full_rebuild(build(tmp_path, exports), exports, tmp_path / "rebuilt")


def test_a_change_of_logic_reads_every_export_again(tmp_path, exports, changed_project):
    before = fingerprints(build(tmp_path, exports, project=changed_project))
    aliases = changed_project / "seeds" / "aliases" / "product_aliases.csv"
    with aliases.open("a", encoding="utf-8") as file:
        file.write("service,Key Vault,Storage,made up,tests/test_refresh.py\n")
    refreshed = build(tmp_path, exports, project=changed_project)
    after = fingerprints(refreshed)
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
    (tmp_path / "rebuilt").mkdir()
    rebuilt = build(tmp_path / "rebuilt", exports, project=changed_project)
    assert tables_of(refreshed) == tables_of(rebuilt)
