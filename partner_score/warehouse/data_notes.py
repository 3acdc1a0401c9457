"""What the reports held, and what a reader of the score must know of it: rows set aside, months missing, samples.

Every output says the same: the scoreboard, the index, the pages and the workbook.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

Query = Callable[[str], list[tuple]]

SAMPLE_DATA = "Sample data: the partners are invented."
NO_ROWS = "What it would report counts as zero. If it should have rows, download it again."
# More rows set aside than this share of a report, or of one of its exports, are worth a warning.
WARNING_SHARE = 0.05
# An export that reports this share less of the same months than the one before may be a part of the report.
SHRUNK_SHARE = Decimal("0.2")

INVALID_ACR = "invalid_acr"
ADVICE = {
    INVALID_ACR: "ACR_USD is empty or not a number. Download Azure usage as someone with the Executive report viewer "
    "role: without it the column comes empty.",
    "invalid_month": "The month cannot be read. Write it as 2024-05-01, 5/1/2024, 01/05/2024 or MAY-2024.",
    "unknown_partner": "The MPN id is not in the partner profile. Download the report Partner profile of the account "
    "that these rows belong to.",
    "missing_customer_tenant": "CustomerTenantId is empty. Download the report with this column filled.",
    "invalid_seats": "Paid units or active users are missing, negative or not a number. Download CPOR-M365 usage "
    "again.",
    "missing_individual": "MCPID, CorpEmail and Email are all empty. Download the report with one of them filled.",
    "invalid_completion_date": "The completion date cannot be read. Write it as 2024-05-20 or 5/20/2024.",
    "missing_mpn_id": "MPNId is empty. Download Partner profile again.",
    "missing_pga_mpn_id": "PGA_MPNID is empty. Fill it, or download the report again.",
    "unknown_solution_area": "No rule set scores this SolutionArea. Write Security, or remove the row.",
    "unknown_metric": "Metric is no name that we know. Write it as Partner Center does, or Total "
    "(seeds/aliases/score_aliases.csv).",
    "invalid_points": "Points is empty or not a number. Fill it, or remove the row.",
    "missing_subscription_id": "SubscriptionId is empty. Fill it, or remove the row.",
}
# Where amounts are there, the role is not what is missing.
UNREAD_AMOUNTS = (
    "ACR_USD is written in a way that is not read, for example {}. Download Azure usage again and put it here unopened."
)

# One row per export; files, months and reasons come with it, so that every engine answers plain queries.
EXPORTS = """
    select
        reconciled.dataset,
        reconciled.export_date,
        processed.file_count,
        reconciled.rows_in,
        reconciled.rows_rejected
    from audit.row_reconciliation as reconciled
    inner join audit.processed_exports as processed
        on reconciled.dataset = processed.dataset and reconciled.export_date = processed.export_date
    order by reconciled.dataset, reconciled.export_date
"""
MONTHS = "select dataset, min(usage_month), max(usage_month) from audit.export_restatements group by dataset"
REASONS = """
    select dataset, export_date, reject_reason, count(*)
    from audit.rejected_rows
    group by dataset, export_date, reject_reason
"""
# Rows whose amounts were not read: enough of them to see why.
INVALID_ACR_ROWS = """
    select row_content
    from audit.rejected_rows
    where dataset = '{}' and reject_reason = 'invalid_acr' and export_date >= cast('{}' as date)
    order by export_date, source_file, source_row
    limit 1000
"""
# Months that an older export had reported, too: what it said of them, and what the one that counts says.
RESTATED = """
    select dataset, export_date, sum(reported_value - value_change), sum(reported_value)
    from audit.export_restatements
    where is_newest_export and value_change is not null
    group by dataset, export_date
    order by dataset, export_date
"""
MISSING = """
    select dataset, usage_month, missing_reason
    from audit.missing_months
    where is_scored
    order by dataset, usage_month
"""
MISSING_REPORTS = "select missing_reports from marts.fct_designation where missing_reports is not null limit 1"
# What a report is called, and what the score lacks without it.
MISSING_REPORT = {
    "azure_usage": "Azure usage report not provided: the score leaves out everything that Azure brings.",
    "cpor_m365_usage": "CPOR report not provided: the score leaves out everything that Microsoft 365 brings.",
    "training_completions": "Training report not provided: the score leaves out every certification.",
    "partner_profile": "Partner profile not provided: partners have no names, and rows without a PGA, such "
    "as all of the CPOR report, count for nobody.",
}
RUNNING = "select running_month from marts.dim_month where running_month is not null"
SCENARIO_ERRORS = "select source_file, line_number, scenario, reason from audit.scenario_errors order by line_number"
# Faulty lines of the file of scenarios that are told; the others stand in the table.
SCENARIO_ERRORS_TOLD = 5
SOURCE = "select folder, is_sample from raw.source_folder"


@dataclass(frozen=True)
class Part:
    """Rows of a report, or of its newest export, and how many of them were set aside.

    Attributes:
        dataset: name of the report's dataset.
        export_date: day of the export; None for the whole report.
        row_count: rows that came in.
        rejected_count: rows set aside.
        reasons: reject reasons with their rows, the most frequent first.
        unread_amount: an amount that was not read although it has digits, where most of those that were not read have;
            None elsewhere, and where no warning needs it.
    """

    dataset: str
    export_date: date | None
    row_count: int
    rejected_count: int
    reasons: tuple[tuple[str, int], ...]
    unread_amount: str | None = None

    @property
    def rejected_share(self) -> float:
        """Share of the rows that were set aside, 0 to 1."""
        return self.rejected_count / self.row_count if self.row_count else 0.0

    @property
    def warning(self) -> str:
        """What happened to the rows and what to do, as a sentence or two."""
        part = f"{self.dataset}, newest export ({self.export_date})" if self.export_date else self.dataset
        advice = ADVICE.get(self.reasons[0][0], "") if self.reasons else ""
        if self.unread_amount:
            advice = UNREAD_AMOUNTS.format(self.unread_amount)
        return (
            f"{part}: {self.rejected_count:,} of {self.row_count:,} rows ({self.rejected_share:.0%}) were set aside "
            f"and do not count ({reasons_in_words(self.reasons)}). {advice}"
        ).rstrip()


@dataclass(frozen=True)
class Report:
    """A report in the warehouse: how many files, which months, and its rows.

    Attributes:
        file_count: files of all its exports, copies left out.
        first_month: first month with an accepted row; None for a report without months, or without rows.
        last_month: the last such month.
        whole: all rows of the report.
        newest: the rows of its newest export.
    """

    file_count: int
    first_month: date | None
    last_month: date | None
    whole: Part
    newest: Part

    @property
    def warned_part(self) -> Part | None:
        """The report, or else its newest export, when too many of its rows were set aside."""
        parts = (part for part in (self.whole, self.newest) if part.rejected_share > WARNING_SHARE)
        return next(parts, None)

    @property
    def is_empty(self) -> bool:
        """Whether the report has no row at all."""
        return not self.whole.row_count

    @property
    def is_rejected(self) -> bool:
        """Whether the report has rows, and all of them were set aside."""
        return self.whole.rejected_count == self.whole.row_count > 0


def reasons_in_words(reasons: tuple[tuple[str, int], ...]) -> str:
    """List reject reasons with their rows: `invalid_acr 329, invalid_month 2`."""
    return ", ".join(f"{reason} {count:,}" for reason, count in reasons)


def reports(query: Query) -> list[Report]:
    """Return every report that the warehouse holds, by dataset.

    Arguments:
        query: runs SQL on the warehouse and returns the rows.
    """
    exports: dict[str, list[tuple]] = {}
    for dataset, *export in query(EXPORTS):
        exports.setdefault(dataset, []).append(tuple(export))
    months = {dataset: (first, last) for dataset, first, last in query(MONTHS)}
    reasons: dict[tuple[str, date], dict[str, int]] = {}
    for dataset, export_date, reason, count in query(REASONS):
        reasons.setdefault((dataset, export_date), {})[reason] = count
    return [
        Report(
            sum(file_count for _, file_count, _, _ in listed),
            *months.get(dataset, (None, None)),
            _with_unread_amount(query, _part(dataset, listed, reasons, None), listed[0][0]),
            _with_unread_amount(query, _part(dataset, listed[-1:], reasons, listed[-1][0]), listed[-1][0]),
        )
        for dataset, listed in exports.items()
    ]


def _part(dataset: str, exports: list[tuple], reasons: dict, export_date: date | None) -> Part:
    counts: dict[str, int] = {}
    for day, _, _, _ in exports:
        for reason, count in reasons.get((dataset, day), {}).items():
            counts[reason] = counts.get(reason, 0) + count
    ordered = tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    rows_in, rows_rejected = (int(sum(export[column] for export in exports)) for column in (2, 3))
    return Part(dataset, export_date, rows_in, rows_rejected, ordered)


def _with_unread_amount(query: Query, part: Part, first_day: date) -> Part:
    """Look at the amounts that were not read, where a warning is about them."""
    if part.rejected_share <= WARNING_SHARE or part.reasons[0][0] != INVALID_ACR:
        return part
    rows = query(INVALID_ACR_ROWS.format(part.dataset, first_day))
    amounts = [str(json.loads(row_content).get("ACR_USD") or "").strip() for (row_content,) in rows]
    unread = Counter(amount for amount in amounts if any(map(str.isdigit, amount)))
    if not unread or 2 * unread.total() < len(amounts):
        return part
    return replace(part, unread_amount=max(unread, key=lambda amount: (unread[amount], amount)))


def warnings(query: Query) -> list[str]:
    """Say what makes the figures less than they seem: rows set aside, empty or partial reports, months missing.

    Arguments:
        query: runs SQL on the warehouse and returns the rows.
    """
    listed = reports(query)
    missing = query(MISSING)
    return [
        *_missing_reports_in_words(query),
        *(report.warned_part.warning for report in listed if report.warned_part),
        *(f"{report.whole.dataset} has no rows. {NO_ROWS}" for report in listed if report.is_empty),
        *(_shrunk_in_words(*newest) for newest in _newest_restated(query) if _is_shrunk(*newest[2:])),
        *([_missing_in_words(missing)] if missing else []),
    ]


def _missing_reports_in_words(query: Query) -> list[str]:
    rows = query(MISSING_REPORTS)
    return [MISSING_REPORT[dataset] for dataset in rows[0][0].split(", ")] if rows else []


def _newest_restated(query: Query) -> list[tuple]:
    # What older exports restated was said when they were the newest.
    return list({restated[0]: restated for restated in query(RESTATED)}.values())


def _is_shrunk(before: Decimal, now: Decimal) -> bool:
    return before > 0 and now < (1 - SHRUNK_SHARE) * before


def _shrunk_in_words(dataset: str, export_date: date, before: Decimal, now: Decimal) -> str:
    return (
        f"{dataset}, export of {export_date}: it reports {1 - now / before:.0%} less of the same months than the "
        "export before it, and takes its place. If the download was filtered or cut off, take it again; "
        "audit.export_restatements shows the months."
    )


def _missing_in_words(missing: list[tuple]) -> str:
    listed: dict[tuple[str, str], list[str]] = {}
    for dataset, month, reason in missing:
        listed.setdefault((dataset, reason.replace("_", " ")), []).append(f"{month:%B %Y}")
    groups = [f"{dataset} {', '.join(months)} ({reason})" for (dataset, reason), months in listed.items()]
    count = "1 month is" if len(missing) == 1 else f"{len(missing)} months are"
    return (
        f"{count} not in the exports as a whole: {'; '.join(groups)}. Scores that read them are shown, but not judged. "
        "Download a report that covers them, put it beside the others and build again; audit.missing_months lists them."
    )


def scenario_errors(query: Query) -> list[str]:
    """Say which lines of the file of scenarios cannot be done, with file, line and reason, and what is left out.

    The scoreboard alone says so: no other output shows scenarios.

    Arguments:
        query: runs SQL on the warehouse and returns the rows.
    """
    errors = query(SCENARIO_ERRORS)
    told = [
        f"{file}, line {line}: {reason}" + (f" The scenario {scenario} is left out." if scenario else "")
        for file, line, scenario, reason in errors[:SCENARIO_ERRORS_TOLD]
    ]
    more = len(errors) - len(told)
    if more:
        lines = "1 more line" if more == 1 else f"{more} more lines"
        told.append(f"{lines} of the scenarios cannot be done; audit.scenario_errors lists them.")
    return told


def running_month(query: Query) -> str | None:
    """Say which month was still running when it was last exported, if one was.

    Arguments:
        query: runs SQL on the warehouse and returns the rows.
    """
    months = query(RUNNING)
    if not months:
        return None
    return (
        f"{months[0][0]:%B %Y} was still running when it was last exported. It counts once a later export completes it."
    )


def is_sample(query: Query) -> bool:
    """Whether the warehouse was built from the sample that the project ships.

    Arguments:
        query: runs SQL on the warehouse and returns the rows.
    """
    return any(is_sample for _, is_sample in query(SOURCE))
