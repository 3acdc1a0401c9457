"""Draws scenarios at random near the bounds of the rulebook, and writes the exports that they ask about.

Each scenario is some lines of the file for one partner. What they ask about is told once more as changes, which are
made to the rows of the reports of a copy of the partner, under ids of its own. No model of the scenarios has a part in
that.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb

KINDS = ("azure_revenue", "m365_seats", "customer_lost", "certification", "mixture")
CENT = Decimal("0.01")
SHARE = Decimal("0.15")

# What there is in the last month, of every partner.
REVENUE = """
    select pga_mpn_id, customer_tenant_id, threshold_value
    from intermediate.int_tenant_measures
    inner join intermediate.int_customers using (pga_mpn_id, customer_tenant_key)
    inner join intermediate.int_scored_months using (month_number)
    where is_last_scored_month and track = 'azure' and threshold_value is not null
    order by all
"""
# Names that all lists take for the same workload change together; a list that does not know a name has null for it.
SEATS = """
    select
        lines.pga_mpn_id, lines.tenant_id, names.names,
        max(cast(lines.PaidAvailableUnits as decimal(28, 10))) as paid,
        max(cast(lines.MonthlyActiveUsers as decimal(28, 10))) as users
    from seat_lines as lines
    inner join workload_names as names on lines.workload_key = names.known_key
    inner join intermediate.int_scored_months as months on lines.usage_month = months.as_of_month
    semi join intermediate.int_newest_exports as newest
        on newest.dataset = 'cpor_m365_usage' and lines.pga_mpn_id = newest.pga_mpn_id
        and lines.usage_month = newest.usage_month and lines.export_date = newest.export_date
    where months.is_last_scored_month
    group by all
    order by all
"""
WORKLOAD_NAMES = """
    create temp table workload_names as
    with names as (
        select known_key, known_name, list(eligibility_id || ' ' || listed_number order by eligibility_id) as meaning
        from intermediate.int_rulebook_names
        where track = 'm365' and kind = 'workload' and is_first_of_eligibility
        group by all
    )

    select known_key, known_name, meaning, min(known_name) over (partition by meaning) as names from names
"""
# The names to draw from: those that every list knows. What means the same to some lists alone changes with them.
WORKLOADS = """
    select distinct names from workload_names
    where length(meaning) = (select max(length(meaning)) from workload_names)
    order by all
"""
HELD = """
    select distinct pga_mpn_id, individual_id, certification_id
    from intermediate.int_step_certifications
    cross join intermediate.int_scored_months
    where is_last_scored_month and completion_date <= month_end_date
        and (end_date is null or end_date > month_end_date)
    order by all
"""
BOUNDS = """
    select distinct track, unnest([minimum_value, maximum_value]) as bound
    from intermediate.int_track_criteria
    where track != 'skilling'
"""
# What the growth of a track is, and how large a unit of it.
GROWTH = """
    select pga_mpn_id, track, current_value - prior_value, unit_size
    from intermediate.int_scored_tracks
    inner join intermediate.int_track_criteria using (ruleset_id, metric, track)
    inner join intermediate.int_scored_months using (month_number)
    where is_last_scored_month and metric = 'usage_growth'
    order by all
"""


@dataclass
class Changes:
    """What a scenario changes in a copy of its partner.

    Attributes:
        revenue: tenants and US dollars that are added to each.
        seats: by tenant and name of a workload, paid seats and users that are added.
        lost: tenants that are gone.
        certifications: by individual and certification, 1 or -1; what is told twice counts once.
    """

    revenue: list[tuple[str, Decimal]] = field(default_factory=list)
    seats: dict[tuple[str, str], list[Decimal]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    lost: set[str] = field(default_factory=set)
    certifications: dict[tuple[str, str], int] = field(default_factory=dict)


@dataclass
class Scenario:
    """A scenario: its name, partner, kind, lines of the file, and what they change."""

    name: str
    pga_mpn_id: str
    kind: str
    lines: list[tuple] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)

    def add(self, change: str, subject: str, detail: object = "", amount: object = "", active: object = "") -> None:
        """Add a line of the file."""
        self.lines.append((self.name, self.pga_mpn_id, change, subject, detail, amount, active, "drawn at random"))


class Draw:
    """Draws scenarios of the partners of a warehouse; the same ones every time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, seed: int) -> None:
        self.random = random.Random(seed)

        def rows(sql: str) -> list[tuple]:
            return connection.execute(sql).fetchall()

        self.revenue, self.seats, self.held = defaultdict(dict), defaultdict(dict), defaultdict(list)
        for partner, tenant, value in rows(REVENUE):
            self.revenue[partner].setdefault(tenant, []).append(value)
        for partner, tenant, names, paid, users in rows(SEATS):
            self.seats[partner][tenant, names] = (paid, users)
        for partner, *certification in rows(HELD):
            self.held[partner].append(tuple(certification))
        self.bounds = {
            track: sorted({bound for one, bound in rows(BOUNDS) if one == track and bound is not None})
            for track in ("azure", "m365")
        }
        self.growth = rows(GROWTH)
        self.workloads = [name for (name,) in rows(WORKLOADS)]
        self.certifications = [
            name for (name,) in rows("select certification_id from rulebook.certifications order by 1")
        ]
        self.partners = [name for (name,) in rows("select pga_mpn_id from intermediate.int_partners order by 1")]

    def scenarios(self, count: int) -> list[Scenario]:
        """So many scenarios of each kind."""
        return [self.scenario(kind, number) for kind in KINDS for number in range(count)]

    def scenario(self, kind: str, number: int) -> Scenario:
        """A scenario of a kind that its partner has something for."""
        able = self.partners
        if kind == "customer_lost":
            able = [partner for partner in self.partners if self.revenue[partner] or self.seats[partner]]
        scenario = Scenario(f"{kind} {number}", self.random.choice(able), kind)
        kinds = [kind] if kind != "mixture" else self.random.choices(KINDS[:4], k=self.random.randint(2, 5))
        for one in kinds:
            getattr(self, one)(scenario)
        return scenario

    def azure_revenue(self, scenario: Scenario) -> None:
        """Revenue that takes a tenant to a bound, or the growth of all to a full unit, or a cent beside it."""
        values = self.revenue[scenario.pga_mpn_id]
        is_new = not values or self.random.random() < 0.4
        count = self.random.choice((1, 1, 2, 3)) if is_new else 1
        # with a line number in its name, so that each new customer is another
        subject = f"New {len(scenario.lines)}" if is_new else self.random.choice(list(values))
        aside = self.random.choice((-CENT, 0, CENT))
        if self.random.random() < 0.3:
            growths = [one[2:] for one in self.growth if one[:2] == (scenario.pga_mpn_id, "azure")]
            growth, unit = self.random.choice(growths)
            amount = (growth // unit + self.random.randint(-2, 4)) * unit - growth + aside
        else:
            now = 0 if is_new else self.random.choice(values[subject])
            amount = self.random.choice([*self.bounds["azure"], 0]) - now + aside
        scenario.add("azure_revenue", subject, count if count > 1 else "", amount)
        tenants = [subject.lower(), *(f"{subject} again {number}" for number in range(1, count))]
        scenario.changes.revenue += [(tenant, amount) for tenant in tenants]

    def m365_seats(self, scenario: Scenario) -> None:
        """Seats that take a workload to a bound, and users that take it to its active share; or beside them."""
        values = self.seats[scenario.pga_mpn_id]
        if values and self.random.random() < 0.6:
            subject, workload = self.random.choice([one for one in values if one[1] in self.workloads])
        elif values and self.random.random() < 0.5:
            subject, workload = self.random.choice(list(values))[0], self.random.choice(self.workloads)
        else:
            subject, workload = f"New {len(scenario.lines)}", self.random.choice(self.workloads)
        paid, users = values.get((subject, workload), (0, 0))
        seats = max(self.random.choice(self.bounds["m365"]) + self.random.randint(-1, 1), 0)
        if self.random.random() < 0.2:
            growths = [one[2:] for one in self.growth if one[:2] == (scenario.pga_mpn_id, "m365")]
            growth, unit = self.random.choice(growths)
            # all of them active, as far as seats are there
            more = (growth // unit + self.random.randint(-4, 2)) * unit - growth + self.random.randint(-1, 1)
            amount = active = more
        else:
            amount = seats - paid
            active = -(-seats * SHARE // 1) + self.random.randint(-1, 1) - users
        if self.random.random() < 0.1:
            # more than there are
            amount = -paid - 7
        active = self.random.choice((active, active, 0, -users - 3))
        scenario.add("m365_seats", subject, workload, amount, active or "")
        added = scenario.changes.seats[subject.lower(), workload]
        added[0] += amount
        added[1] += active

    def customer_lost(self, scenario: Scenario) -> None:
        """A customer of the month that is gone."""
        tenants = sorted({*self.revenue[scenario.pga_mpn_id], *(one for one, _ in self.seats[scenario.pga_mpn_id])})
        if not tenants:
            return self.azure_revenue(scenario)
        subject = self.random.choice(tenants)
        scenario.add("customer_lost", subject)
        scenario.changes.lost.add(subject)
        return None

    def certification(self, scenario: Scenario) -> None:
        """Certifications that come and go, of people who are there and of new ones."""
        held = self.held[scenario.pga_mpn_id]
        for _ in range(self.random.randint(1, 4)):
            individual, certification = self.random.choice(held) if held else (None, None)
            change = -1 if individual and self.random.random() < 0.4 else 1
            if change == 1:
                certification = self.random.choice(self.certifications)
                if not individual or self.random.random() < 0.5:
                    individual = f"Colleague {self.random.randint(1, 3)}"
            key = (individual.lower(), certification)
            if key in scenario.changes.certifications:
                continue
            scenario.changes.certifications[key] = change
            scenario.add("certification", individual, certification, change)


# The tables of the changes. A copy without a prefix is the partner itself, which nothing changes.
TABLES = """
    create temp table copies (copy_prefix varchar, pga_mpn_id varchar);
    create temp table revenue (copy_prefix varchar, pga_mpn_id varchar, tenant_id varchar, amount decimal(28, 10));
    create temp table seats (
        copy_prefix varchar, pga_mpn_id varchar, tenant_id varchar, names varchar,
        paid decimal(28, 10), users decimal(28, 10)
    );
    create temp table lost (copy_prefix varchar, pga_mpn_id varchar, tenant_id varchar);
    create temp table certified (
        copy_prefix varchar, pga_mpn_id varchar, individual_id varchar, certification_id varchar, change integer
    );
    create temp table last_month as select * from intermediate.int_scored_months where is_last_scored_month;

    -- what changes with the rows of a workload: rows of names that mean it in some lists, and nothing else in others
    create temp table changes_with as
    select distinct one.names, other.known_key, one.names = other.names as is_own
    from workload_names as one
    inner join workload_names as other on list_has_all(one.meaning, other.meaning);
"""
# The day of the export that a partner's row of a month goes into: its newest one, else anybody's.
EXPORT_DATE = """
    coalesce(
        (select max(export_date) from intermediate.int_newest_exports as newest
         where newest.dataset = '{dataset}' and newest.pga_mpn_id = {table}.pga_mpn_id and {month}),
        (select max(export_date) from intermediate.int_newest_exports as newest
         where newest.dataset = '{dataset}' and {month})
    ) as export_date
"""
OF_LAST_MONTH = "newest.usage_month = (select as_of_month from last_month)"

CHANGED = {
    # A month of which a copy has no row left would be that of an older export: what counts for nothing keeps it.
    "azure_usage": f"""
        select
            lines.* exclude (pga_mpn_id) replace (
                copies.copy_prefix || copies.pga_mpn_id as PGAMpnID, copies.copy_prefix || location_id as MPNID
            )
        from copies
        inner join azure_lines as lines using (pga_mpn_id)
        anti join (select * from lost cross join last_month) as gone
            on copies.copy_prefix = gone.copy_prefix and lines.tenant_id = gone.tenant_id
            and lines.usage_month > gone.as_of_month - interval 12 month
        union all by name
        select
            lost.copy_prefix || lost.pga_mpn_id as PGAMpnID,
            lost.copy_prefix || 'location' as MPNID,
            'nothing' as SubscriptionId,
            newest.usage_month as Month,
            'Storage' as ServiceLevel2,
            'nobody' as CustomerTenantId,
            'PAL' as PartnerAttributionType,
            '0' as IsACRDuplicateAtPGALevel,
            '0' as ACR_USD,
            newest.export_date
        from lost
        inner join intermediate.int_newest_exports as newest
            on newest.dataset = 'azure_usage' and lost.pga_mpn_id = newest.pga_mpn_id
        union all by name
        select
            copy_prefix || pga_mpn_id as PGAMpnID,
            copy_prefix || 'location' as MPNID,
            -- each line is a subscription of its own, so that none takes the place of another
            'a new subscription ' || row_number() over () as SubscriptionId,
            (select as_of_month from last_month) as Month,
            'Key Vault' as ServiceLevel2,
            tenant_id as CustomerTenantId,
            'PAL' as PartnerAttributionType,
            '0' as IsACRDuplicateAtPGALevel,
            cast(amount as varchar) as ACR_USD,
            {EXPORT_DATE.format(dataset="azure_usage", table="revenue", month=OF_LAST_MONTH)}
        from revenue
    """,
    "cpor_m365_usage": f"""
        with remaining as (
            select copies.copy_prefix, lines.*, lines.usage_month = last_month.as_of_month as is_of_last_month
            from copies
            inner join seat_lines as lines using (pga_mpn_id)
            cross join last_month
            anti join (select * from lost cross join last_month) as gone
                on copies.copy_prefix = gone.copy_prefix and lines.tenant_id = gone.tenant_id
                and lines.usage_month = gone.as_of_month
        ),

        changed as (
            select
                lines.*, seats.names, changes_with.is_own,
                coalesce(seats.paid, 0) as paid, coalesce(seats.users, 0) as users
            from remaining as lines
            left join (seats inner join changes_with on seats.names = changes_with.names)
                on lines.copy_prefix = seats.copy_prefix and lines.tenant_id = seats.tenant_id
                and lines.workload_key = changes_with.known_key and lines.is_of_last_month
        )

        select
            * exclude (copy_prefix, pga_mpn_id) replace (
                copy_prefix || location_id as MpnId,
                case
                    when names is null then PaidAvailableUnits
                    else cast(greatest(cast(PaidAvailableUnits as decimal(28, 10)) + paid, 0) as varchar)
                end as PaidAvailableUnits,
                case
                    when names is null then MonthlyActiveUsers
                    else cast(greatest(cast(MonthlyActiveUsers as decimal(28, 10)) + users, 0) as varchar)
                end as MonthlyActiveUsers
            )
        from changed
        union all by name
        -- where the partner of record has none of the workload
        select
            seats.copy_prefix || 'location' as MpnId,
            seats.tenant_id as CustomerTenantId,
            seats.names as WorkloadName,
            cast(greatest(seats.users, 0) as varchar) as MonthlyActiveUsers,
            cast(greatest(seats.paid, 0) as varchar) as PaidAvailableUnits,
            'CPOR' as PartnerAttributionType,
            (select as_of_month from last_month) as Date,
            {EXPORT_DATE.format(dataset="cpor_m365_usage", table="seats", month=OF_LAST_MONTH)}
        from seats
        anti join changed
            on seats.copy_prefix = changed.copy_prefix and seats.tenant_id = changed.tenant_id
            and seats.names = changed.names and changed.is_own and trim(changed.PartnerAttributionType) = 'CPOR'
        union all by name
        select
            lost.copy_prefix || 'location' as MpnId,
            'nobody' as CustomerTenantId,
            'Exchange Online' as WorkloadName,
            '0' as MonthlyActiveUsers,
            '0' as PaidAvailableUnits,
            'CPOR' as PartnerAttributionType,
            newest.usage_month as Date,
            newest.export_date
        from lost
        inner join intermediate.int_newest_exports as newest
            on newest.dataset = 'cpor_m365_usage' and lost.pga_mpn_id = newest.pga_mpn_id
    """,
    "training_completions": f"""
        select
            lines.* exclude (pga_mpn_id) replace (
                copies.copy_prefix || copies.pga_mpn_id as PGAMpnId, copies.copy_prefix || location_id as MpnId
            )
        from copies
        inner join training_lines as lines using (pga_mpn_id)
        anti join (select * from certified where change = -1) as gone
            on copies.copy_prefix = gone.copy_prefix and lines.individual_id = gone.individual_id
            and lines.certification_id = gone.certification_id
        union all by name
        select
            certified.copy_prefix || certified.pga_mpn_id as PGAMpnId,
            certified.copy_prefix || 'location' as MpnId,
            case when certified.change = 1 then certifications.title else 'No certification' end as TrainingTitle,
            case when certified.change = 1 then 'Certification' else 'Exam' end as TrainingType,
            cast((select as_of_month from last_month) as varchar) as TrainingCompletionDate,
            coalesce(people.MCPID, case when people.individual_id is null then certified.individual_id end) as MCPID,
            people.CorpEmail,
            people.Email,
            {EXPORT_DATE.format(dataset="training_completions", table="certified", month="true")}
        from certified
        inner join rulebook.certifications as certifications using (certification_id)
        left join (select distinct on (pga_mpn_id, individual_id) * from training_lines) as people
            using (pga_mpn_id, individual_id)
    """,
    "partner_profile": """
        select
            lines.* replace (
                copies.copy_prefix || trim(MPNId) as MPNId, copies.copy_prefix || copies.pga_mpn_id as PGA_MPNID
            )
        from copies inner join raw.partner_profile as lines on copies.pga_mpn_id = trim(lines.PGA_MPNID)
        union all by name
        select copy_prefix || 'location' as MPNId, copy_prefix || pga_mpn_id as PGA_MPNID, export_date
        from copies
        cross join (select max(export_date) as export_date from raw.partner_profile)
        where copy_prefix != ''
    """,
    "azure_subscription_offers": "from raw.azure_subscription_offers",
}


def write_tables(connection: duckdb.DuckDBPyConnection, scenarios: list[Scenario]) -> None:
    """Fill the tables that CHANGED reads: a copy of its partner for each scenario, and every partner as it is."""
    connection.execute(TABLES)
    rows = defaultdict(list)
    for scenario in scenarios:
        copy = (f"{scenario.name}-", scenario.pga_mpn_id)
        changes = scenario.changes
        rows["copies"].append(copy)
        rows["revenue"] += [(*copy, *one) for one in changes.revenue]
        rows["seats"] += [(*copy, *key, *added) for key, added in changes.seats.items()]
        rows["lost"] += [(*copy, tenant) for tenant in changes.lost]
        rows["certified"] += [(*copy, *key, change) for key, change in changes.certifications.items()]
    for table, values in rows.items():
        connection.executemany(f"insert into {table} values ({', '.join('?' * len(values[0]))})", values)
    connection.execute("insert into copies select '', pga_mpn_id from intermediate.int_partners")
