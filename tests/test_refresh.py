"""The build after the first: every build is a full build, and says which exports changed since the one before."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from conftest import PROJECT, build, make_build

from partner_score.warehouse.export_changes import changes_in_words

CLEAN = PROJECT / "tests" / "golden" / "clean"
AZURE, CPOR = "azure_usage", "cpor_m365_usage"
MAY, JUNE, JULY = date(2024, 5, 20), date(2024, 6, 20), date(2024, 7, 20)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param({}, {(AZURE, MAY): "a"}, None, id="a first build"),
        pytest.param({(AZURE, MAY): "a"}, {(AZURE, MAY): "a"}, None, id="nothing changed"),
        pytest.param({(AZURE, MAY): "a"}, {(AZURE, MAY): "a", (AZURE, JUNE): "b"}, "new: azure_usage 2024-06-20"),
        pytest.param({(AZURE, JUNE): "a"}, {(AZURE, JUNE): "a", (AZURE, MAY): "b"}, "late: azure_usage 2024-05-20"),
        # a report that was not there before cannot come late
        pytest.param({(AZURE, JUNE): "a"}, {(AZURE, JUNE): "a", (CPOR, MAY): "b"}, "new: cpor_m365_usage 2024-05-20"),
        pytest.param({(AZURE, MAY): "a"}, {(AZURE, MAY): "b"}, "replaced: azure_usage 2024-05-20"),
        pytest.param(
            {(AZURE, MAY): "a", (CPOR, MAY): "c"},
            {(AZURE, JULY): "a"},
            "new: azure_usage 2024-07-20; withdrawn: azure_usage 2024-05-20, cpor_m365_usage 2024-05-20",
            id="several at once",
        ),
    ],
)
def test_what_changed_is_said_in_a_line(before, after, expected):
    line = changes_in_words(before, after)
    assert line == (f"Exports since the build before: {expected}." if expected else None)


def test_a_build_on_top_of_another_is_as_a_first_one(tmp_path):
    """An export is added late, one replaced, one withdrawn: the marts are those of a build from nothing."""
    exports = Path(shutil.copytree(CLEAN, tmp_path / "exports", copy_function=shutil.copyfile))
    late = sorted((exports / AZURE).iterdir())[2]
    aside = Path(shutil.move(late, tmp_path / "late"))
    first = make_build(tmp_path, exports)
    assert first.returncode == 0, first.stderr
    assert "since the build before" not in first.stdout
    replaced = max((exports / AZURE).iterdir()) / "part-0.csv"
    header, *rows = replaced.read_text(encoding="utf-8").splitlines()
    replaced.write_text("\n".join([header, *rows[::2]]) + "\n", encoding="utf-8")
    withdrawn = max((exports / CPOR).iterdir())
    shutil.rmtree(withdrawn)
    shutil.move(aside, late)
    # accepted as before, although every build is a full one
    second = make_build(tmp_path, exports, "--full-refresh")
    assert second.returncode == 0, second.stderr
    days = [folder.name.removeprefix("export_date=") for folder in (late, replaced.parent, withdrawn)]
    line = "late: azure_usage {}; replaced: azure_usage {}; withdrawn: cpor_m365_usage {}.".format(*days)
    assert line in second.stdout
    folder = tmp_path / "from nothing"
    folder.mkdir()
    from_nothing = build(folder, exports)
    names = from_nothing.rows(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema in ('marts', 'audit') order by all"
    )
    rows = (
        f"attach '{tmp_path / 'warehouse.duckdb'}' as second (read_only); select count(*) from ("
        "(from {name} except all from second.{name}) union all (from second.{name} except all from {name}))"
    )
    for (name,) in names:
        assert from_nothing.rows(rows.format(name=name).replace("attach", "attach if not exists")) == [(0,)], name
