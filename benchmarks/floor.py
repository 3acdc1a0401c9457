"""The physical floor of a build: the least that must be done to the exports, hand-tuned, with nothing kept.

    python benchmarks/floor.py EXPORTS [--threads 2] [--csv]

One DuckDB script from the exports to the quantities behind the points of one rule set. It leaves out rejects, audit,
dirty text and contributions. With --csv it is a bare aggregate over the lines instead, because parsing text outweighs
everything else.
"""

from __future__ import annotations

import argparse
import time

import duckdb

SERVICES = (
    *("advanced data security", "advanced threat protection", "application gateway", "azure active directory b2c"),
    *("azure active directory domain services", "azure active directory for external identities", "azure bastion"),
    *("azure ddos protection", "azure defender", "azure firewall", "azure firewall manager"),
    *("azure front door service", "azure iot security", "key vault", "network watcher", "security center", "sentinel"),
)
WORKLOADS = (
    *("azure active directory premium", "microsoft defender for office 365", "microsoft defender for endpoints"),
    *("microsoft defender for identity", "microsoft information protection", "intune"),
)
EXCLUDED_OFFERS = ("support", "internal", "benefit program", "trial")


def parquet_steps(exports: str) -> list[str]:
    """The statements that lead from Parquet exports to one row per partner and month in the table `answer`."""
    azure_usage = f"read_parquet('{exports}/azure_usage/*/*.parquet', hive_partitioning = true)"
    m365_usage = f"read_parquet('{exports}/cpor_m365_usage/*/*.parquet', hive_partitioning = true)"
    offers = f"read_parquet('{exports}/azure_subscription_offers/*/*.parquet')"
    return [
        f"""create table newest as
        select PGAMpnID, Month, max(export_date) as export_date from {azure_usage} group by all""",
        f"""create table lines as
        select
            PGAMpnID, CustomerTenantId, SubscriptionId, Month, MPNID,
            lower(ServiceLevel2) as s, min(IsACRDuplicateAtPGALevel) as f, sum(ACR_USD) as a
        from {azure_usage} semi join newest using (PGAMpnID, Month, export_date)
        where lower(ServiceLevel2) in {SERVICES} and PartnerAttributionType = 'Partner Admin Link (PAL)'
            and SubscriptionId not in (select SubscriptionId from {offers} where lower(OfferName) in {EXCLUDED_OFFERS})
        group by all""",
        """create table tenant_months as
        select p, t, m, sum(a) as a
        from (
            select PGAMpnID as p, CustomerTenantId as t, SubscriptionId, Month as m, s, arg_min(a, f || MPNID) as a
            from lines group by all
        )
        group by all""",
        """create table months as
        select cast(unnest(generate_series(date '2021-01-01', date '2024-12-01', interval 1 month)) as date) as m""",
        """create table tenant_years as
        select p, t, m, sum(coalesce(a, 0)) over (partition by p, t order by m rows 11 preceding) as a
        from (select distinct p, t from tenant_months) cross join months left join tenant_months using (p, t, m)""",
        """create table azure as
        select p, m, count(*) filter (a >= 100) as adds, count(*) filter (a >= 12000) as deployments, sum(a) as acr
        from tenant_years group by all""",
        f"""create table seats as
        select
            MpnId[:4] as p, CustomerTenantId as t, lower(WorkloadName) as w, Date as m, export_date,
            max(PaidAvailableUnits) as paid, max(MonthlyActiveUsers) as active
        from {m365_usage} where lower(WorkloadName) in {WORKLOADS} group by all""",
        """create table newest_seats as
        select * from seats qualify export_date = max(export_date) over (partition by p, m)""",
        """create table m365 as
        select
            p, m,
            count(distinct t) filter (paid >= 25) as adds,
            count(distinct t) filter (paid >= 25 and least(active, paid) >= 0.15 * paid) as deployments,
            sum(least(active, paid)) as active
        from newest_seats group by all""",
        """create table answer as
        select
            now.p, now.m,
            now.adds - ago.adds as azure_adds, m365.adds - m365_ago.adds as m365_adds,
            now.deployments - ago.deployments as azure_deployments,
            m365.deployments - m365_ago.deployments as m365_deployments,
            now.acr - ago.acr as azure_growth, m365.active - m365_ago.active as m365_growth
        from azure as now
        left join azure as ago on now.p = ago.p and ago.m = now.m - interval 12 month
        left join m365 on now.p = m365.p and now.m = m365.m
        left join m365 as m365_ago on now.p = m365_ago.p and m365_ago.m = now.m - interval 12 month""",
    ]


def csv_steps(exports: str) -> list[str]:
    """The bare aggregate over the Azure lines of CSV exports."""
    azure_usage = f"read_csv('{exports}/azure_usage/*/*.csv', hive_partitioning = true)"
    return [
        f"""create table answer as
        select PGAMpnID, Month, export_date, sum(ACR_USD) as acr from {azure_usage} group by all"""
    ]


def main() -> None:
    """Read the command line, run the script and print its seconds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("exports")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--csv", action="store_true")
    options = parser.parse_args()

    connection = duckdb.connect()
    connection.execute(f"set threads = {options.threads}; set memory_limit = '8GB'")
    started = time.monotonic()
    for step in csv_steps(options.exports) if options.csv else parquet_steps(options.exports):
        connection.execute(step)
    seconds = time.monotonic() - started
    print(f"floor: {seconds:.2f} s, {connection.execute('select count(*) from answer').fetchone()[0]} rows")


if __name__ == "__main__":
    main()
