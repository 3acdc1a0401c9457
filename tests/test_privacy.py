"""No mart holds a person's name or e-mail address; restricted.individuals alone says who a pseudonym is."""

import re

import pytest
from conftest import Build

# every row of the trainings report, set aside or not
PEOPLE = """
    select distinct
        lower(trim(coalesce(IndividualFirstName, ''))), lower(trim(coalesce(IndividualLastName, ''))),
        lower(trim(Email)), lower(trim(CorpEmail)), lower(trim(MCPID))
    from raw.training_completions
"""
NAMES = "select first_name, last_name from restricted.individuals where first_name || last_name is not null"
PERSONAL_COLUMNS = "first_?name|last_?name|individual_?name|e_?mail|mcp_?id|individual_key"


@pytest.fixture(scope="module", params=["sample", "dirty"])
def built(request, golden) -> Build:
    """A case with all its marts."""
    return request.getfixturevalue("sample") if request.param == "sample" else golden(request.param)


def columns(built: Build, schema: str) -> list[tuple[str, str, str]]:
    """Table, name and type of every column of a schema."""
    return built.rows(
        f"select table_name, column_name, data_type from information_schema.columns where table_schema = '{schema}'"
    )


def texts(built: Build, schema: str) -> dict[str, set[str]]:
    """Every text of a schema in lower case, with the columns that hold it. Lists and structs are read as text too."""
    held = {}
    plain = ("DATE", "BOOLEAN", "INTEGER", "BIGINT", "DECIMAL", "DOUBLE", "TIMESTAMP", "HUGEINT")
    for table, column, data_type in columns(built, schema):
        if not data_type.startswith(plain):
            for (text,) in built.rows(f'select distinct lower("{column}"::varchar) from {schema}.{table}'):
                held.setdefault(text or "", set()).add(f"{table}.{column}")
    return held


def names_found(built: Build, held: dict[str, set[str]]) -> list[tuple]:
    """Texts that hold a first and a last name, an e-mail address or the identity of a person."""
    found = []
    for first, last, email, corporate_email, profile in built.rows(PEOPLE):
        # side by side, in either order: a single letter, or a word such as "first", is no name by itself
        both = [rf"\b{re.escape(one)}\W{{1,3}}{re.escape(two)}\b" for one, two in ((first, last), (last, first))]
        name = re.compile("|".join(both))
        for text, places in held.items():
            has_name = first and last and name.search(text)
            has_address = any(address and address in text for address in (email, corporate_email))
            if has_name or has_address or (profile and profile == text):
                found.append((text, sorted(places)))
    return found


def test_no_column_of_a_mart_is_for_a_person(built):
    pattern = f"regexp_matches(column_name, '{PERSONAL_COLUMNS}', 'i')"
    personal = "select table_name, column_name from information_schema.columns where table_schema = '{}' and " + pattern
    assert built.rows(personal.format("marts")) == []
    assert built.rows(personal.format("restricted"))


def test_no_text_of_a_mart_names_a_person(built):
    held = texts(built, "marts")
    assert len(held) > 100
    assert names_found(built, held) == []


def test_restricted_individuals_does(built):
    """It names everybody whom a mart knows by pseudonym, and the search above would find them."""
    assert names_found(built, texts(built, "restricted"))
    assert names_found(built, {" ".join(names).lower(): set() for names in built.rows(NAMES)})
    unnamed = built.rows(
        "from marts.fct_certified_individual anti join restricted.individuals using (pga_mpn_id, individual_id)"
    )
    assert unnamed == []
    assert built.rows(
        "select count(*) from restricted.individuals where coalesce(email, corporate_email, last_name) is null"
    ) == [(0,)]
    assert built.rows("select count(*) from restricted.individuals where last_name is not null")[0][0] > 0


def test_a_pseudonym_is_no_name(built):
    """It is the digest of a key, the same every time, and says nothing by itself."""
    for (pseudonym,) in built.rows("select distinct individual_id from marts.fct_certified_individual"):
        assert len(pseudonym) == 32
        assert set(pseudonym) <= set("0123456789abcdef")
