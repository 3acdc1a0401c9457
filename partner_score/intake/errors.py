"""What is said when an export cannot be read as it is."""

from __future__ import annotations

# Values that contradict all the others are taken for typing errors up to this share.
TYPING_ERRORS = 0.05
# What to do about values that a program changed when it opened the file.
DOWNLOAD_AGAIN = (
    "Download the report again and put it here without opening it in Excel, or import it there as text (Data, From "
    "Text/CSV, Do not detect data types)"
)


class ExportError(Exception):
    """An export that cannot be read as it is. The message names file and column, and says what to do."""


class DateError(Exception):
    """The dates of a column cannot be read with certainty. The message says which values, and what to do."""


def refusal(source_file: str, problem: str, column: str | None = None, dataset: str | None = None) -> ExportError:
    """Say what is wrong with a file, in one paragraph.

    Arguments:
        source_file: the file, as a person finds it below the folder of exports.
        problem: what is wrong and what to do, without a full stop at its end.
        column: the column, where one is to blame.
        dataset: the report, where it is known.
    """
    place = f"Dataset {dataset}, file {source_file}" if dataset else f"File {source_file}"
    return ExportError(f"{place}{f', column {column}' if column else ''}: {problem}.")
