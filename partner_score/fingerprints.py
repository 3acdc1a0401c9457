"""The fingerprint of the logic that reads exports, by which a changed one is noticed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from partner_score.intake.dates import ORDER_VARIABLE

# What the figures of an export are made by.
LOGIC = (
    "models/staging/**/*.sql",
    "models/intermediate/**/*.sql",
    "macros/*.sql",
    "seeds/*/*.csv",
    "partner_score/intake/*.py",
)
CHUNK = 1 << 20


def logic_fingerprint(project: Path) -> str:
    """Hash of what decides what becomes of an export: the project's files, and the order of dates.

    Arguments:
        project: the project folder.
    """
    files = _fingerprint(sorted(path for pattern in LOGIC for path in project.glob(pattern)), project)
    order = os.environ.get(ORDER_VARIABLE)
    return f"{files} {order}" if order else files


def _fingerprint(files: list[Path], folder: Path) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    for file in files:
        digest.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as content:
            while chunk := content.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()
