"""Writes big exports to measure with: 36 months of usage, each month in more than one export.

    python benchmarks/generate_big.py OUT ROWS [--tenants N] [--pgas N] [--csv] [--monthly]

An export holds the six months before it. One is taken every third month, so that every month is reported twice, or
with --monthly every month: 36 exports, as after three years of refreshing. Only shape and size matter; the scores are
whatever they are. A line is the same in every export that has it.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

MONTHS = 36
REPORTED_MONTHS = 6
FIRST_MONTH = "date '2022-01-01'"
LAST_EXPORT = "2025-01-01"

SERVICES = [
    *("Key Vault", "Sentinel", "Azure Firewall", "Azure Defender", "Application Gateway", "Virtual Machines"),
    *("Storage", "SQL Database", "Virtual Network", "Cosmos DB", "Azure Bastion", "Security Center", "App Service"),
    *("Network Watcher", "Bandwidth", "Front Door"),
]
ATTRIBUTIONS = [
    *("Partner Admin Link (PAL)", "Partner Admin Link (PAL)", "CSP Tier 1", "Digital Partner of Record (DPOR)"),
]
WORKLOADS = [
    *("Azure Active Directory Premium", "Microsoft Defender for Office 365", "Microsoft Defender for Endpoints"),
    *("Intune", "Exchange Online", "Microsoft Teams"),
]
OFFERS = ["Pay-As-You-Go", "Azure Plan", "Enterprise Agreement", "Support", "Internal", "Trial"]
CERTIFICATIONS = [
    "Microsoft 365 Security Administrator Associate",
    "Azure Security Engineer Associate",
    "Security Operations Analyst Associate",
]


@dataclass(frozen=True)
class Size:
    """How many tenants and partners there are, and how many Azure lines a month has in one export."""

    tenants: int
    pgas: int
    lines_per_month: int


def reported_months(is_monthly: bool) -> list[range]:
    """The months of every export, counted from the first month."""
    first, step = (0, 1) if is_monthly else (REPORTED_MONTHS - 1, 3)
    return [range(max(0, last - REPORTED_MONTHS + 1), last + 1) for last in range(first, MONTHS, step)]


def generate(out: Path, size: Size, exports: list[range], is_csv: bool) -> None:
    """Write all reports: usage in every export, the small reports once, in the last."""
    connection = duckdb.connect()
    connection.execute("set threads = 2; set preserve_insertion_order = false; set memory_limit = '8GB'")
    for months in exports:
        day = connection.execute(f"select cast({_month(months.stop)} as varchar)").fetchone()[0]
        _write(connection, azure_usage(size, months), out / "azure_usage", day, is_csv)
        _write(connection, cpor_m365_usage(size, months), out / "cpor_m365_usage", day, is_csv)
    _write(connection, partner_profile(size), out / "partner_profile", LAST_EXPORT, is_csv)
    _write(connection, azure_subscription_offers(size), out / "azure_subscription_offers", LAST_EXPORT, is_csv)
    _write(connection, training_completions(size), out / "training_completions", LAST_EXPORT, is_csv)


def _write(connection: duckdb.DuckDBPyConnection, query: str, dataset: Path, day: str, is_csv: bool) -> None:
    folder = dataset / f"export_date={day}"
    folder.mkdir(parents=True, exist_ok=True)
    ending, options = ("csv", "format csv, header") if is_csv else ("parquet", "format parquet, compression zstd")
    connection.execute(f"copy ({query}) to '{folder}/part-0.{ending}' ({options})")


def _month(number: int | str) -> str:
    return f"cast({FIRST_MONTH} + to_months(cast({number} as integer)) as date)"


def _pick(values: list[str], number: str) -> str:
    return f"list_element({values}, 1 + cast({number} % {len(values)} as integer))"


def azure_usage(size: Size, months: range) -> str:
    """Lines of one export: SQL."""
    return f"""
        select
            cast(1000 + t % {size.pgas} as varchar) as PGAMpnID,
            cast((1000 + t % {size.pgas}) * 10 + h % 2 as varchar) as MPNID,
            md5(cast(t * 8 + h % 4 as varchar)) as SubscriptionId,
            'Active' as SubscriptionState,
            {_month("m")} as Month,
            'Security' as ServiceLevel1,
            {_pick(SERVICES, "(h // 7)")} as ServiceLevel2,
            'Standard' as ServiceLevel3,
            'meter ' || (h % 40) as ServiceLevel4,
            'Hours' as UsageUnits,
            (h % 1000) / 10.0 as UsageQuantity,
            'Customer ' || t as CustomerName,
            md5(cast(t as varchar)) as CustomerTenantId,
            'Market ' || (t % 60) as CustomerMarket,
            'SMB' as CustomerSegment,
            {_pick(ATTRIBUTIONS, "(h // 131)")} as PartnerAttributionType,
            'Direct/CSP' as SalesChannel,
            case when h // 977 % 20 = 0 then '1' else '0' end as IsACRDuplicateAtPGALevel,
            cast(round((h // 31 % 20000) / 100.0, 2) as decimal(18, 6)) as ACR_USD
        from (
            select m, hash(i * 31 + m * 17) as h, cast(hash(i) % {size.tenants} as bigint) as t
            from range({months.start}, {months.stop}) as months (m), range({size.lines_per_month}) as lines (i)
        )"""


def cpor_m365_usage(size: Size, months: range) -> str:
    """Two of three tenant-workloads in every month of one export: SQL."""
    return f"""
        select
            md5(cast(t as varchar)) as CustomerTenantId,
            'Customer ' || t as CustomerName,
            w as WorkloadName,
            cast(hash(t, w, m) % 200 as bigint) as MonthlyActiveUsers,
            cast(hash(t, w) % 300 + m * 2 as bigint) as PaidAvailableUnits,
            md5(t || w) as ClaimId,
            cast((1000 + t % {size.pgas}) * 10 as varchar) as MpnId,
            {FIRST_MONTH} as DateAssociated,
            'Claiming Partner of Record (CPOR)' as PartnerAttributionType,
            {_month("m")} as Date
        from range({months.start}, {months.stop}) as months (m),
            range({size.tenants}) as tenants (t),
            unnest({WORKLOADS}) as workloads (w)
        where hash(t, w, 1) % 3 > 0"""


def partner_profile(size: Size) -> str:
    """Two locations per partner: SQL."""
    return f"""
        select
            cast((1000 + g) * 10 + k as varchar) as MPNId,
            'P' || g as PartnerName,
            cast(1000 + g as varchar) as PGA_MPNID,
            'G' || g as PGA_PartnerName,
            'C' as City,
            'X' as Country
        from range({size.pgas}) as pgas (g), range(2) as locations (k)"""


def azure_subscription_offers(size: Size) -> str:
    """Four subscriptions per tenant: SQL."""
    return f"""
        select md5(cast(t * 8 + k as varchar)) as SubscriptionId, {_pick(OFFERS, "hash(t, k)")} as OfferName
        from range({size.tenants}) as tenants (t), range(4) as subscriptions (k)"""


def training_completions(size: Size) -> str:
    """Nine people per partner, each with three certifications: SQL."""
    return f"""
        select
            cast(1000 + g as varchar) as PGAMpnId,
            'A' || g || '-' || p || '-' || s as TrainingActivityId,
            {_pick(CERTIFICATIONS, "(s - 1)")} as TrainingTitle,
            'Certification' as TrainingType,
            'F' as IndividualFirstName,
            'L' as IndividualLastName,
            '' as Email,
            p || '@' || g || '.example' as CorpEmail,
            cast(date '2021-06-01' + to_months(cast(hash(g, p, s) % 40 as integer)) as date) as TrainingCompletionDate,
            cast(null as date) as ExpirationDate,
            'Active' as ActivationStatus,
            cast(500000 + g * 100 + p as varchar) as MCPID,
            cast((1000 + g) * 10 as varchar) as MpnId
        from range({size.pgas}) as pgas (g), range(9) as people (p), range(1, 4) as certifications (s)"""


def main() -> None:
    """Read the command line, write the exports and print how many lines there are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("rows", type=float, help="Azure lines of all exports together")
    parser.add_argument("--tenants", type=float, help="one per 2,000 lines when left out, 500 at least")
    parser.add_argument("--pgas", type=int, default=40)
    parser.add_argument("--csv", action="store_true", help="CSV rather than Parquet")
    parser.add_argument("--monthly", action="store_true", help="an export every month rather than every third")
    options = parser.parse_args()

    started = time.monotonic()
    exports = reported_months(options.monthly)
    month_count = sum(len(months) for months in exports)
    tenants = int(options.tenants or max(500, options.rows // 2000))
    size = Size(tenants, options.pgas, int(options.rows) // month_count)
    generate(options.out, size, exports, options.csv)
    print(
        f"{size.lines_per_month * month_count} lines, {size.tenants} tenants, {size.pgas} PGAs, {len(exports)} exports "
        f"in {time.monotonic() - started:.0f} s"
    )


if __name__ == "__main__":
    main()
