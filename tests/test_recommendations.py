"""Every recommendation is exact: do what it says to the exports, score again, and the total is the one it gives.

Partners do not touch each other, so one build proves all of them: for every recommendation the changed exports hold a
copy of its partner, under ids of its own, with that one change made; and a copy of every partner with no change.
What would be lost in a month of the outlook is kept: the copy, and the one without a change, go on until that month as
the outlook says.
"""

import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, Build, report_columns, run_dbt

KEPT = ("about_to_drop", "certification_expiring")
KINDS = ("near_threshold", "about_to_drop", "certification_expiring", "missing_one_step", "association_missing")
BEFORE = ("fct_recommendation", "fct_designation", "dim_customer", "individuals")

# One row per copy. Recommendations that ask for the same change share one; rule sets with other associations do not.
COPIES = """
    create temp table recommendations as
    select
        recommendations.*,
        associations.eligibility_id,
        'copy' || dense_rank() over (
            order by recommendations.pga_mpn_id, kind, subject_id, detail, missing_value, missing_active_value,
                deadline_month, case when kind = 'association_missing' then associations.eligibility_id end,
                case when kind in ('near_threshold', 'missing_one_step') then recommendations.ruleset_id end
        ) || '-' as copy_prefix,
        recommendations.kind in ('about_to_drop', 'certification_expiring') as is_kept,
        -- whose usage, going on, does not keep it
        recommendations.kind = 'about_to_drop'
        and coalesce(outlook_acr.ttm_acr_usd, 0) < criteria.lowest_counted_value as is_out
    from marts.fct_recommendation as recommendations
    inner join intermediate.int_ruleset_eligibility as associations
        on recommendations.ruleset_id = associations.ruleset_id and associations.track = 'azure'
    inner join intermediate.int_track_criteria as criteria
        on recommendations.ruleset_id = criteria.ruleset_id and recommendations.metric = criteria.metric
        and recommendations.track = criteria.track
    left join intermediate.int_customers as customers
        on recommendations.pga_mpn_id = customers.pga_mpn_id
        and recommendations.subject_id = customers.customer_tenant_id
    left join intermediate.int_tenant_acr_ttm as outlook_acr
        on customers.pga_mpn_id = outlook_acr.pga_mpn_id
        and customers.customer_tenant_key = outlook_acr.customer_tenant_key
        and associations.eligibility_id = outlook_acr.eligibility_id
        and recommendations.deadline_month = outlook_acr.as_of_month;

    create temp table copies as
    select distinct on (copy_prefix) * from recommendations
    union all by name
    select distinct
        pga_mpn_id, 'unchanged' as kind, 'unchanged-' as copy_prefix, true as is_kept,
        max(as_of_month) over () as as_of_month
    from marts.fct_designation;
"""

# The last month's usage, reported for the months after it by a later export.
CONTINUED = """
        select copied.* replace (
            {month} + to_months(later.month) as "{month_column}", date '2099-01-01' as export_date
        )
        from copied
        semi join intermediate.int_newest_exports as newest
            on newest.dataset = '{dataset}' and copied.pga_mpn_id = newest.pga_mpn_id
            and copied.usage_month = newest.usage_month and copied.export_date = newest.export_date
        cross join range(1, 4) as later (month)
        where copied.is_kept and copied.usage_month = copied.as_of_month
"""

# The rows as they came, beside what staging makes of the columns that say which rows a change is about.
LINES = """
    create temp table locations as
    select mpn_id, pga_mpn_id from intermediate.int_partner_locations where is_newest;

    create temp table titles as
    select distinct certification_id, lower(prefixes.prefix || known.title) as known_title
    from (
        select certification_id, title from rulebook.certifications
        union all
        select certification_id, alias from rulebook.certification_aliases
    ) as known
    cross join (
        select prefix || ' ' as prefix from rulebook.certification_title_prefixes union all select ''
    ) as prefixes;

    create temp table azure_lines as
    select
        coalesce(lines.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id,
        lines.mpn_id as location_id,
        lines.customer_tenant_id as tenant_id,
        lines.usage_month,
        lines.duplicate_flag,
        lines.association,
        concat_ws('/', lines.subscription_key, lines.service_level_2_key, lines.service_level_3_key,
            lines.service_level_4_key) as usage_line,
        unnest(lines.source_row)
    from staging.stg_partner_center__azure_usage as lines
    left join locations on lines.mpn_id = locations.mpn_id
    where lines.reject_reason is null;

    create temp table seat_lines as
    select
        locations.pga_mpn_id,
        lines.mpn_id as location_id,
        lines.customer_tenant_id as tenant_id,
        lines.usage_month,
        lines.workload_key,
        unnest(lines.source_row)
    from staging.stg_partner_center__cpor_m365_usage as lines
    inner join locations on lines.mpn_id = locations.mpn_id
    where lines.reject_reason is null;

    create temp table training_lines as
    select
        coalesce(lines.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id,
        lines.mpn_id as location_id,
        md5(coalesce(lines.reported_pga_mpn_id, locations.pga_mpn_id) || '|' || lines.individual_key) as individual_id,
        titles.certification_id,
        unnest(lines.source_row)
    from staging.stg_partner_center__training_completions as lines
    left join locations on lines.mpn_id = locations.mpn_id
    left join titles on lines.training_title = titles.known_title
    where lines.reject_reason is null;
"""

# What a copy of a partner reports: its lines under ids of the copy, and the one change.
CHANGED = {
    "azure_usage": """
        with copied as (
            select
                copies.*,
                lines.* exclude (pga_mpn_id) replace (
                    copies.copy_prefix || copies.pga_mpn_id as PGAMpnID, copies.copy_prefix || location_id as MPNID
                )
            from copies inner join azure_lines as lines using (pga_mpn_id)
        ),

        -- usage of the trailing year that no eligible association covers; of the pairs that report it the first counts
        uncovered as (
            select
                copied.*,
                first_value(location_id || '/' || association) over (
                    partition by copy_prefix, usage_month, usage_line order by duplicate_flag, location_id, association
                ) = location_id || '/' || association as is_first_pair
            from copied
            semi join intermediate.int_newest_exports as newest
                on newest.dataset = 'azure_usage' and copied.pga_mpn_id = newest.pga_mpn_id
                and copied.usage_month = newest.usage_month and copied.export_date = newest.export_date
            left join intermediate.int_listed_names as eligible
                on copied.eligibility_id = eligible.eligibility_id and eligible.track = 'azure'
                and eligible.kind = 'association' and copied.association = eligible.known_name
            where copied.kind = 'association_missing' and tenant_id = subject_id
                and usage_month > as_of_month - interval 12 month
            qualify not bool_or(eligible.known_name is not null) over (
                partition by copy_prefix, usage_month, usage_line
            )
        )

        from copied
        union all by name
        {continued_azure_usage} and not coalesce(is_out and tenant_id = subject_id, false)
        union all by name
        select * replace ('PAL' as PartnerAttributionType) from uncovered where is_first_pair
        union all by name
        select
            copies.copy_prefix || copies.pga_mpn_id as PGAMpnID,
            copies.copy_prefix || 'location' as MPNID,
            'a new subscription' as SubscriptionId,
            coalesce(copies.deadline_month, copies.as_of_month) as Month,
            'Key Vault' as ServiceLevel2,
            copies.subject_id as CustomerTenantId,
            'PAL' as PartnerAttributionType,
            '0' as IsACRDuplicateAtPGALevel,
            cast(copies.missing_value as varchar) as ACR_USD,
            case when copies.is_out then date '2099-01-01' else newest.export_date end as export_date
        from copies
        inner join intermediate.int_newest_exports as newest
            on newest.dataset = 'azure_usage' and copies.pga_mpn_id = newest.pga_mpn_id
            and copies.as_of_month = newest.usage_month
        where (copies.kind = 'near_threshold' and copies.track = 'azure') or copies.is_out
    """,
    "cpor_m365_usage": """
        with copied as (
        select
            copies.*,
            lines.* exclude (pga_mpn_id) replace (
                copies.copy_prefix || location_id as MpnId,
                case
                    when near.listed_name is not null
                        then cast(cast(PaidAvailableUnits as decimal(18, 4)) + copies.missing_value as varchar)
                    else PaidAvailableUnits
                end as PaidAvailableUnits,
                case
                    when near.listed_name is not null
                        then cast(cast(MonthlyActiveUsers as decimal(18, 4)) + copies.missing_active_value as varchar)
                    else MonthlyActiveUsers
                end as MonthlyActiveUsers
            )
        from copies
        inner join seat_lines as lines using (pga_mpn_id)
        left join intermediate.int_ruleset_eligibility as eligibility
            on copies.ruleset_id = eligibility.ruleset_id and eligibility.track = 'm365'
        left join intermediate.int_listed_names as near
            on copies.kind = 'near_threshold' and copies.track = 'm365' and lines.tenant_id = copies.subject_id
            and lines.usage_month = copies.as_of_month and eligibility.eligibility_id = near.eligibility_id
            and near.kind = 'workload' and lines.workload_key = near.known_key and copies.detail = near.listed_name
        )

        from copied
        union all by name
        {continued_cpor_m365_usage}
    """,
    "training_completions": """
        with passed as (
            select distinct on (copies.copy_prefix)
                lines.* exclude (pga_mpn_id) replace (
                    copies.copy_prefix || copies.pga_mpn_id as PGAMpnId,
                    copies.copy_prefix || location_id as MpnId,
                    certifications.title as TrainingTitle,
                    'Certification' as TrainingType,
                    cast(copies.as_of_month as varchar) as TrainingCompletionDate,
                    null as ExpirationDate,
                    case when copies.subject_id = 'any individual' then 'somebody new' else MCPID end as MCPID
                )
            from copies
            inner join training_lines as lines
                -- anybody's line will do as the pattern of a new person's
                on copies.subject_id = 'any individual'
                or (copies.pga_mpn_id = lines.pga_mpn_id and copies.subject_id = lines.individual_id)
            inner join rulebook.certifications as certifications
                on copies.detail = certifications.certification_id
            where copies.kind = 'missing_one_step'
            -- in the partner's own newest export, where it has one
            order by copies.copy_prefix, copies.pga_mpn_id = lines.pga_mpn_id desc, lines.export_date desc
        )

        select
            lines.* exclude (pga_mpn_id) replace (
                copies.copy_prefix || copies.pga_mpn_id as PGAMpnId,
                copies.copy_prefix || location_id as MpnId,
                case
                    when kind = 'certification_expiring' and individual_id = subject_id and certification_id = detail
                        then null
                    else ExpirationDate
                end as ExpirationDate
            )
        from copies inner join training_lines as lines using (pga_mpn_id)
        union all by name
        from passed
    """,
    "partner_profile": """
        select
            lines.* replace (
                copies.copy_prefix || trim(MPNId) as MPNId, copies.copy_prefix || copies.pga_mpn_id as PGA_MPNID
            )
        from copies inner join raw.partner_profile as lines on copies.pga_mpn_id = trim(lines.PGA_MPNID)
    """,
    "azure_subscription_offers": "from raw.azure_subscription_offers",
}

# Each recommendation beside the last month of the copy that was scored after its change.
OUTCOMES = """
    select
        recommendations.kind, recommendations.ruleset_id, recommendations.pga_mpn_id, recommendations.metric,
        recommendations.subject_id, recommendations.detail, recommendations.points_rank,
        recommendations.points_gain, recommendations.points_at_risk,
        case when is_kept then changed.total_points else scored_now.total_points end as points_now,
        case when is_kept then changed.is_qualified else scored_now.is_qualified end as is_qualified_now,
        recommendations.total_points_then,
        case when is_kept then unchanged.total_points else changed.total_points end as points_then,
        recommendations.reaches_designation, recommendations.loses_designation,
        case when is_kept then unchanged.is_qualified else changed.is_qualified end as is_qualified_then,
        scored_metrics.points = scored_metrics.max_points as is_metric_at_maximum,
        coalesce(customers.customer_name, individuals.last_name) as subject_name
    from recommendations
    inner join marts.fct_designation as scored_now using (pga_mpn_id, ruleset_id, as_of_month)
    inner join marts.fct_metric_score as scored_metrics using (pga_mpn_id, ruleset_id, as_of_month, metric)
    left join rescored.marts.fct_designation as changed
        on changed.pga_mpn_id = recommendations.copy_prefix || recommendations.pga_mpn_id
        and changed.ruleset_id = recommendations.ruleset_id
        and changed.as_of_month = coalesce(recommendations.deadline_month, recommendations.as_of_month)
    left join rescored.marts.fct_designation as unchanged
        on unchanged.pga_mpn_id = 'unchanged-' || recommendations.pga_mpn_id
        and unchanged.ruleset_id = changed.ruleset_id
        and unchanged.as_of_month = changed.as_of_month
    left join marts.dim_customer as customers
        on recommendations.pga_mpn_id = customers.pga_mpn_id
        and recommendations.subject_id = customers.customer_tenant_id
    left join restricted.individuals as individuals on recommendations.subject_id = individuals.individual_id
"""


# A partner beside those of the golden case. One of its tenants has 24 paid seats that more than 24 people use: the seat
# that it lacks is an active one at once, and with the other tenant's 100 the 125th of the growth.
HARD_PARTNER = {
    "partner_profile": "select '70000' as MPNId, '7000' as PGA_MPNID",
    "cpor_m365_usage": """
        select
            tenant as CustomerTenantId, 'Intune' as WorkloadName, active as MonthlyActiveUsers,
            paid as PaidAvailableUnits, '70000' as MpnId, 'CPOR' as PartnerAttributionType, '2024-06-01' as Date
        from (values ('more active than paid', 24, 224), ('the others', 100, 100)) as seats (tenant, paid, active)
    """,
}


class Outcome:
    """A recommendation and what came of it, one attribute per column of OUTCOMES."""

    def __init__(self, columns, row):
        self.__dict__.update(zip(columns, row, strict=True))

    def __repr__(self):
        return str(self.__dict__)


def score(folder: Path, *models: str, exports: Path) -> Build:
    """Build models and what they read, without tests."""
    built = run_dbt(
        *("--quiet", "build", "--exclude-resource-type", "unit_test", "test", "--select"),
        *(f"+{model}" for model in models),
        folder=folder,
        exports=exports,
    )
    assert built.status == 0, built.output
    return built


def dirty_case(folder: Path) -> Build:
    """The golden case `dirty` and the hard partner, with its recommendations."""
    shutil.copytree(PROJECT / "tests" / "golden" / "dirty", folder / "exports")
    for dataset, rows in HARD_PARTNER.items():
        duckdb.sql(rows).write_csv(str(folder / "exports" / dataset / "export_date=2024-07-01" / "hard.csv"))
    return score(folder, *BEFORE, exports=folder / "exports")


def write_changed_exports(connection: duckdb.DuckDBPyConnection, exports: Path) -> None:
    """Write the exports of all copies, each with its change."""
    connection.execute(COPIES + LINES)
    for dataset, lines in CHANGED.items():
        continued = {
            f"continued_{usage}": CONTINUED.format(dataset=usage, month="copied.as_of_month", month_column=month)
            for usage, month in (("azure_usage", "Month"), ("cpor_m365_usage", "Date"))
        }
        rows = f"select {report_columns(dataset)}, export_date from ({lines.format(**continued)})"
        connection.execute(f"copy ({rows}) to '{exports / dataset}' (format parquet, partition_by (export_date))")


@pytest.fixture(scope="module", params=["sample", "dirty"])
def case(request, tmp_path_factory):
    """A connection to a case's warehouse, with the warehouse of its changed exports as the database `rescored`."""
    folder = tmp_path_factory.mktemp("recommendations")
    before = request.getfixturevalue("sample") if request.param == "sample" else dirty_case(folder)
    changed = folder / "changed"
    (changed / "exports").mkdir(parents=True)
    with duckdb.connect(str(before.warehouse), read_only=True) as connection:
        write_changed_exports(connection, changed / "exports")
        rescored = score(changed, "fct_designation", exports=changed / "exports")
        connection.execute(f"attach '{rescored.warehouse}' as rescored (read_only)")
        yield connection


@pytest.fixture(scope="module")
def outcomes(case) -> list[Outcome]:
    """All recommendations of a case and what came of them."""
    answer = case.execute(OUTCOMES)
    columns = [column[0] for column in answer.description]
    return [Outcome(columns, row) for row in answer.fetchall()]


def test_a_copy_without_a_change_scores_like_its_partner(case):
    original, copied = (
        case.sql(
            f"select replace(pga_mpn_id, 'unchanged-', '') as pga_mpn_id, columns(* exclude (pga_mpn_id))"
            f" from {database}marts.fct_designation where pga_mpn_id like '{pattern}'"
            " and as_of_month <= (select max(as_of_month) from marts.fct_designation) order by all"
        ).fetchall()
        for database, pattern in (("", "%"), ("rescored.", "unchanged-%"))
    )
    assert original
    assert copied == original


@pytest.mark.parametrize("kind", KINDS)
def test_points_are_those_of_a_new_score(outcomes, kind):
    of_kind = [outcome for outcome in outcomes if outcome.kind == kind]
    assert of_kind
    assert [
        outcome
        for outcome in of_kind
        if outcome.points_then != outcome.total_points_then
        or outcome.points_then - outcome.points_now != outcome.points_gain - outcome.points_at_risk
    ] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_designation_is_reached_or_lost_exactly_where_it_says(outcomes, kind):
    assert [
        outcome
        for outcome in outcomes
        if outcome.kind == kind
        and (outcome.reaches_designation, outcome.loses_designation)
        != (
            outcome.is_qualified_then and not outcome.is_qualified_now,
            outcome.is_qualified_now and not outcome.is_qualified_then,
        )
    ] == []


@pytest.mark.parametrize("case", ["sample"], indirect=True)
@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_has_every_kind_with_points_at_stake(outcomes, kind):
    at_stake = {o.ruleset_id for o in outcomes if o.kind == kind and (o.points_gain or o.points_at_risk)}
    assert "security_2022_10" in at_stake
    # no certification that matters under a later rule set expires within ninety days of the sample's end
    assert len(at_stake) > 1 or kind == "certification_expiring"


@pytest.mark.parametrize("case", ["sample"], indirect=True)
def test_the_story_of_the_sample(outcomes):
    """What sample/README.md says would be enough, and what would not."""
    told = {
        (o.pga_mpn_id, o.subject_name, o.kind): (str(o.points_then), o.reaches_designation, o.loses_designation)
        for o in outcomes
        if o.ruleset_id == "security_2022_10" and (o.metric == "deployments" or o.kind != "about_to_drop")
    }
    alder, brackenmoor = "99100000", "99200000"
    assert told[alder, "Veldkamp Optiek", "about_to_drop"] == ("66.67", False, True)
    assert told[alder, "Harkness", "certification_expiring"] == ("47.34", False, False)
    assert told[brackenmoor, "Redfern Outfitters", "association_missing"] == ("70.67", True, False)
    assert told[brackenmoor, "Pemberley", "missing_one_step"] == ("70.00", True, False)
    assert told[brackenmoor, "Maple Quarry Stone", "near_threshold"] == ("67.67", False, False)
    assert told[brackenmoor, "Birchlight Studios", "near_threshold"] == ("68.67", False, False)


def test_a_metric_at_its_maximum_gains_nothing(outcomes):
    capped = [o for o in outcomes if o.kind == "missing_one_step" and o.is_metric_at_maximum]
    assert capped
    assert [outcome for outcome in capped if outcome.points_gain] == []


@pytest.mark.parametrize("case", ["sample"], indirect=True)
def test_the_organization_can_lack_a_step(outcomes):
    lacking = [o for o in outcomes if o.subject_id == "any individual" and o.points_gain > 0]
    assert lacking
    # in 2022 no step was the organization's
    assert not [o for o in lacking if o.ruleset_id == "security_2022_10"]


def worth(outcome):
    """Points that a recommendation saves, or that following it brings."""
    if outcome.kind in ("about_to_drop", "certification_expiring"):
        return outcome.points_at_risk
    return outcome.points_gain - outcome.points_at_risk


def test_ranks_follow_the_points(outcomes):
    for outcome in outcomes:
        more = [
            other
            for other in outcomes
            if (other.pga_mpn_id, other.ruleset_id) == (outcome.pga_mpn_id, outcome.ruleset_id)
            and worth(other) > worth(outcome)
        ]
        assert outcome.points_rank == 1 + len(more), outcome
