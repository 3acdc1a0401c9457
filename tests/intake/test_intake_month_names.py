"""Point 4: months are read by their names in the languages of Excel's users, and said."""

from __future__ import annotations

import subprocess
import sys

import pytest
from babel.dates import get_month_names
from downloads import TRAINING, Downloads, csv_text, table

from partner_score.intake.date_forms import one_order
from partner_score.intake.days import MONTHS
from partner_score.intake.month_names import LOCALES, MORE_NAMES, in_english, month_names
from partner_score.places import PROJECT

SAID = "read by the month's name in another language than English, such as"


@pytest.fixture
def downloads(tmp_path, monkeypatch):
    monkeypatch.delenv("PARTNER_CENTER_DATE_ORDER", raising=False)
    return Downloads(tmp_path)


def months(downloads, *values: str) -> list[str]:
    downloads.write(csv_text(table(*({"Month": value} for value in values)), ";"))
    return downloads.values("Month")


def days(downloads, *values: str) -> list[str]:
    downloads.write(csv_text(table(*({"TrainingCompletionDate": value} for value in values), base=TRAINING), ";"))
    return downloads.values("TrainingCompletionDate", "training_completions")


@pytest.mark.parametrize(
    "names",
    [
        pytest.param("Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez", id="German, as Excel writes them"),
        pytest.param("Jänner Februar März April Mai Juni Juli August Sept. Oktober November Dezember", id="German"),
        pytest.param("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.", id="French"),
        pytest.param("JANV FEVR MARS AVR MAI JUIN JUIL AOUT SEPT OCT NOV DEC", id="French without accents"),
        pytest.param("jan feb mrt apr mei jun jul aug sep okt nov dec", id="Dutch"),
        pytest.param("ene. feb. mar. abr. may. jun. jul. ago. sept. oct. nov. dic.", id="Spanish"),
        pytest.param("gen feb mar apr mag giu lug ago set ott nov dic", id="Italian"),
        pytest.param("jan fev mar abr mai jun jul ago set out nov dez", id="Portuguese"),
        pytest.param("sty lut mar kwi maj cze lip sie wrz paź lis gru", id="Polish"),
        pytest.param(
            "januari februari mars april maj juni juli augusti september oktober november december", id="Swedish"
        ),
        pytest.param("jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec.", id="Danish"),
        pytest.param("jan feb mars april mai juni juli aug sep okt nov des", id="Norwegian"),
    ],
)
@pytest.mark.parametrize("form", ["{} 2023", "{}-2023", "{}-23", "1. {} 2023", "1-{}-23"])
def test_the_months_of_a_language(names, form):
    read = [one_order(form.format(name), has_months=True)[1] for name in names.split()]
    assert read == [f"2023-{month:02}-01" for month in range(1, 13)]


def test_every_name_of_every_language_means_one_month():
    """A name that means two months would be left out. There is none, and none that is another month in English."""
    for locale in LOCALES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, locale).items():
                    for spelling in (name, name.upper(), name.rstrip(".")):
                        assert one_order(f"{spelling} 2023", has_months=True)[1] == f"2023-{number:02}-01"
    assert all(month_names()[name] == number for name, number in MORE_NAMES.items())
    assert month_names() | MONTHS == month_names()


@pytest.mark.parametrize(
    "value", ["Mai 2024", "MAI-2024", "Mai-24", "mayo de 2024", "2024 mei", "maj 2024", "1er mai 2024"]
)
def test_a_month_in_another_language_is_said(downloads, value):
    assert months(downloads, value) == ["2024-05-01"]
    assert f"Column Month: {SAID} {value} for 2024-05-01." in downloads.remarks()


@pytest.mark.parametrize(
    "value",
    [
        "28. Mai 2024",
        "28-mai-24",
        "28 de mayo de 2024",
        "den 28 maj 2024",
        "Dienstag, 28. Mai 2024",
        "28 mai 2024 10:30",
        "terça-feira, 28 de maio de 2024",
    ],
)
def test_a_day_in_another_language_is_said(downloads, value):
    assert days(downloads, value) == ["2024-05-28"]
    assert f"Column TrainingCompletionDate: {SAID} {value} for 2024-05-28." in downloads.remarks()


def test_a_weekday_before_a_month_that_is_english_too(downloads):
    assert days(downloads, "Freitag, 5. April 2024", "5 de abril de 2024") == ["2024-04-05", "2024-04-05"]


@pytest.mark.parametrize(
    "value", ["Mei", "Mai-01", "Foo 2024", "mar mai 2024", "Mai Juni 2024", "31. Juni 2024", "13 Mai"]
)
def test_what_is_no_date_stays_as_it_came(downloads, value):
    assert months(downloads, value, "2024-05-01") == [value, "2024-05-01"]
    assert SAID not in downloads.remarks()


def test_english_names_are_read_as_before(downloads):
    assert months(downloads, "MAY-2024", "May 2024") == ["MAY-2024", "2024-05-01"]
    assert SAID not in downloads.remarks()


@pytest.mark.parametrize("text", ["2024-05-01", "soon", "not a month", "5/1/2024", "1 May 2024"])
def test_an_ordinary_date_does_not_pay_for_the_names(text):
    """The names of twelve languages take a tenth of a second."""
    code = (
        "import sys; from partner_score.intake.dates import read_dates; "
        f"read_dates('Month', 'month', {{{text!r}: 1}}); sys.exit('babel' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0


def test_a_text_without_another_language_is_left():
    assert in_english("1 May 2024") is None
    assert in_english("mai") is None
