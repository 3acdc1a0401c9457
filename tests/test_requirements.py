"""The requirements files pin all that pyproject.toml asks for, from no particular registry."""

import re
import tomllib

import pytest
from conftest import PROJECT
from packaging.requirements import Requirement

FILES = {
    "dev": "requirements.txt",
    "fetch": "requirements.txt",
    "postgres": "requirements-postgres.txt",
    "spark": "requirements-spark.txt",
}


def pins(extra: str) -> dict[str, str]:
    """Version by package, of the file that pins an extra."""
    text = (PROJECT / FILES[extra]).read_text()
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("extra", FILES)
def test_every_dependency_is_pinned_within_its_range(extra):
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"][extra]]
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(pins(extra)[requirement.name.lower()]), requirement


@pytest.mark.parametrize("engine", ["postgres", "spark"])
def test_an_engine_changes_no_other_pin(engine):
    shared = pins("dev").keys() & pins(engine).keys()
    assert {name: pins(engine)[name] for name in shared} == {name: pins("dev")[name] for name in shared}


@pytest.mark.parametrize("extra", FILES)
def test_no_registry_is_named(extra):
    lines = (PROJECT / FILES[extra]).read_text().splitlines()
    settings = [line for line in lines if line.startswith("-") or "://" in line or " @ " in line]
    assert settings == []
