"""The fingerprint of the logic that reads exports, by which a changed one is noticed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from partner_score.intake.date_orders import ORDER_VARIABLE
from partner_score.places import PACKAGE

# What the figures of an export are made by.
LOGIC = ("models/staging/**/*.sql", "models/intermediate/**/*.sql", "macros/*.sql", "seeds/*/*.csv")
CHUNK = 1 << 20


def logic_fingerprint(project: Path) -> str:
    """Hash of what decides what becomes of an export: the project's files, and the order of dates.

    Arguments:
        project: the project folder.
    """
    files = {path.relative_to(project): path for pattern in LOGIC for path in project.glob(pattern)}
    files |= {path.relative_to(PACKAGE): path for path in PACKAGE.glob("intake/*.py")}
    fingerprint = _fingerprint(files)
    order = os.environ.get(ORDER_VARIABLE)
    return f"{fingerprint} {order}" if order else fingerprint


def _fingerprint(files: dict[Path, Path]) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    for name, file in sorted(files.items()):
        digest.update(f"{name.as_posix()}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as content:
            while chunk := content.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()
