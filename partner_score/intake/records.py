"""What the intake knows of the files in a folder of exports."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class ParquetField:
    """Where a Parquet file that is read in place keeps a wanted column.

    Attributes:
        name: the wanted column.
        read_as: what DuckDB reads it by.
        type: the type that it then has.
    """

    name: str
    read_as: str
    type: str


@dataclass(frozen=True)
class Record:
    """A report that was taken in: a file, a member of an archive or a sheet of a workbook.

    Attributes:
        source_file: path below the folder of exports, with `/`; of a member `a.zip/member.csv`.
        dataset: name of the report.
        export_date: day on which the export was taken.
        whence: where the day comes from: `export_date folder`, `file name`, `sheet name`, `folder name` or `file time`.
        format: `csv`, `xlsx`, `parquet`, with `gz` or `zip` in front where it was packed.
        encoding: `utf-8`, `utf-16` or `windows-1252`; None for what is no text.
        delimiter: what stands between two fields of a text; None for what is no text.
        date_order: per column whose dates had to be put in order, `dmy`, `mdy` or `ymd`.
        rows: number of rows.
        remarks: what was decided, a sentence each.
        content_fingerprint: BLAKE3 hash of the unpacked file, so that copies are known.
        byte_count: bytes of the unpacked file.
        data_file: the Parquet file with the rows: one of the store, or the input itself where it is read in place.
        fields: how a file that is read in place keeps the columns; None for a file of the store.
    """

    source_file: str
    dataset: str
    export_date: date
    whence: str
    format: str
    encoding: str | None
    delimiter: str | None
    date_order: dict[str, str]
    rows: int
    remarks: list[str]
    content_fingerprint: str
    byte_count: int
    data_file: Path
    fields: tuple[ParquetField | None, ...] | None = None


@dataclass
class Intake:
    """What lies in a folder of exports.

    Attributes:
        folder: the folder, absolute.
        store: where the Parquet files are.
        records: the reports that count, by dataset, day and name.
        copies: reports that count once although they lie there twice: per copy, the record that counts.
        all_copies: the records of the copies themselves.
        left_alone: what is no report: per path below the folder the reason.
        new: files that were not in the store before, with their members and sheets, as in source_file.
        missing: the datasets of which there is no report, in the order of the sources.
    """

    folder: Path
    store: Path
    records: list[Record] = field(default_factory=list)
    copies: dict[str, Record] = field(default_factory=dict)
    all_copies: list[Record] = field(default_factory=list)
    left_alone: dict[str, str] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)

    def of(self, dataset: str) -> list[Record]:
        """The records of a dataset."""
        return [record for record in self.records if record.dataset == dataset]

    @property
    def remarks(self) -> list[str]:
        """Every decision, with the file that it is about."""
        return [f"{record.source_file}: {remark}" for record in self.records for remark in record.remarks]
