"""Fingerprints of exports and of the logic that reads them, by which a changed one is noticed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from partner_score.date_order import ORDER_VARIABLE
from partner_score.exports import exported_files, without_copies

# What the figures of an export are made by.
LOGIC = (
    "models/staging/**/*.sql",
    "models/intermediate/**/*.sql",
    "macros/*.sql",
    "seeds/*/*.csv",
    "partner_score/exports.py",
    "partner_score/date_order.py",
)
CHUNK = 1 << 20


def export_fingerprints(exports: Path, datasets: Iterable[str]) -> list[dict]:
    """List the exports in a folder with a fingerprint of their content.

    Arguments:
        exports: the folder of exports; a relative one starts at the current folder.
        datasets: names of the datasets to look for; one that is absent has no export.

    Returns:
        One mapping per dataset and export: dataset, export_date (text), file_count, byte_count, and
        content_fingerprint, a hash of the names and the bytes of its files. A file that is there twice counts once.

    Raises:
        ExportError: a file is not where an export should be, or of no readable kind.
    """
    exports = Path(os.path.abspath(exports))
    found: dict[tuple[str, str], list[Path]] = {}
    for dataset in datasets:
        files, _ = without_copies(exports / dataset, exported_files(exports, dataset))
        for file in files:
            export_date = file.relative_to(exports / dataset).parts[0].partition("=")[2]
            found.setdefault((dataset, export_date), []).append(file)
    return [
        {
            "dataset": dataset,
            "export_date": export_date,
            "file_count": len(files),
            "byte_count": sum(file.stat().st_size for file in files),
            "content_fingerprint": _fingerprint(files, exports),
        }
        for (dataset, export_date), files in found.items()
    ]


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
