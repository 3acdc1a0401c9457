"""requirements.txt pins all that pyproject.toml asks for, from no particular registry."""

import re
import tomllib

from conftest import PROJECT
from packaging.requirements import Requirement

PINS = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", (PROJECT / "requirements.txt").read_text(), re.MULTILINE))


def test_every_dependency_is_pinned_within_its_range():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(PINS[requirement.name.lower()]), requirement


def test_no_registry_is_named():
    lines = (PROJECT / "requirements.txt").read_text().splitlines()
    settings = [line for line in lines if line.startswith("-") or "://" in line or " @ " in line]
    assert settings == []
